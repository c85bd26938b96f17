"""How often the lift from chosen posting days is right, in worlds whose truth is known.

The truth is the ratio of the conversions expected with the posts that were made to those
expected without them, over all days (`simulate.days` draws both). Posting on days drawn at
random, or on a weekly pattern with skips, *holds* what the method assumes. It *fails* where
posting follows demand, the same day or the day after; where news lifts demand and makes the
author post; and where a campaign that nobody recorded does both for weeks. With no true lift
there, every verdict "lift" is a false alarm.
"""

import sys
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from helpers.lift import (
    association,
    checks,
    columns,
    posts,
    regression,
    result,
    sensitivity,
    series,
    shapes,
    shifts,
)
from helpers.lift.regression import Array
from helpers.simulate import days
from helpers.validate import engine
from helpers.validate.engine import Run, run

MONDAY = "2024-01-01"
RANDOM, WEEKLY = "on days drawn at random", "on a weekly pattern with skips"
SAME_DAY, DAY_AFTER = "when demand is high", "the day after demand is high"
NEWS, CAMPAIGN = "on news that lifts demand", "in a campaign that nobody recorded"
FREE = (RANDOM, WEEKLY)
NEWS_CHANCE, NEWS_MEMORY = 0.06, 0.6  # a day; news multiplies demand by e, which fades
CAMPAIGN_CHANCE, CAMPAIGN_DAYS, CAMPAIGN_RISE = 1 / 60, (7, 22), 0.6  # a day, its days, log demand
YEAR = 364
BY_NAME = {world.name: world for world in days.WORLDS}
CODE = (
    *(result, columns, series, regression, shifts, shapes, checks, sensitivity, association, posts),
    *(days, engine, sys.modules[__name__]),
)


class Cell(NamedTuple):
    """One world, and who posts in it when; decay is the share of a lift left a day later."""

    world: str
    posting: str
    lift: float
    days: int = YEAR
    decay: float = 0.5
    holds: bool = True


class Draw(NamedTuple):
    """One draw of a cell: posts and conversions a day, and the ratio that is true of it."""

    posts: Array
    conversions: Array
    ratio: float


def cells() -> list[Cell]:
    """Return the cells of the stored table."""
    grid = [Cell(*one) for one in product(BY_NAME, FREE, (0.0, 0.5))]
    independent, usual, lasting, walk = (world.name for world in days.WORLDS[:4])
    ten = "ten conversions a day"
    grid += [Cell(usual, RANDOM, 0.5, decay=decay) for decay in (0.0, 0.8)]
    grid += [Cell(usual, RANDOM, 1.0), Cell(usual, RANDOM, 0.0, 84), Cell(usual, RANDOM, 0.5, 728)]
    failing = [(world, SAME_DAY, YEAR) for world in (independent, usual, lasting, walk, ten)]
    failing += [(world, DAY_AFTER, YEAR) for world in (usual, lasting, walk)]
    failing += [(world, NEWS, YEAR) for world in (usual, ten)]
    failing += [(world, CAMPAIGN, YEAR) for world in (usual, lasting)]
    failing += [(usual, posting, 2 * YEAR) for posting in (SAME_DAY, NEWS)]
    return grid + [Cell(*one[:2], 0.0, one[2], holds=False) for one in failing]


def _news(posting: str, length: int, rng: np.random.Generator) -> Array:
    """Draw days on which something happens (0 or 1)."""
    happens = np.zeros(length)
    if posting == NEWS:
        happens[:] = rng.random(length) < NEWS_CHANCE
    if posting == CAMPAIGN:
        for start in np.flatnonzero(rng.random(length) < CAMPAIGN_CHANCE):
            happens[start : start + rng.integers(*CAMPAIGN_DAYS)] = 1
    return happens


def _rise(posting: str, happens: Array) -> Array:
    """Return by what happenings raise log demand."""
    if posting == NEWS:
        return np.asarray(lfilter([1.0], [1.0, -NEWS_MEMORY], happens), dtype=np.float64)
    return CAMPAIGN_RISE * happens


def _chances(posting: str, latent: Array, happens: Array) -> Array:
    """Return the chance of a post each day."""
    high = (latent - latent.mean()) / latent.std()
    weekday = np.arange(len(latent)) % 7
    chances = {
        RANDOM: np.full(len(latent), 0.4),
        WEEKLY: np.where(np.isin(weekday, (0, 2, 4)), 0.6, 0.05),
        SAME_DAY: 1 / (1 + np.exp(0.5 - 1.2 * high)),
        DAY_AFTER: 1 / (1 + np.exp(0.5 - 1.2 * np.roll(high, 1))),
        NEWS: np.where(happens > 0, 0.9, 0.2),
        CAMPAIGN: np.where(happens > 0, 0.8, 0.25),
    }
    return chances[posting]


def draw(cell: Cell, rng: np.random.Generator) -> Draw:
    """Draw the days of one cell."""
    world = BY_NAME[cell.world]
    base, latent = days.demand(world, cell.days, rng)
    happens = _news(cell.posting, cell.days, rng)
    base = base * np.exp(_rise(cell.posting, happens))
    chances = _chances(cell.posting, latent, happens)
    posted = (rng.random(cell.days) < chances).astype("float64")
    works = days.working(world, cell.days, rng)
    means = base * days.lifted(world, posted, works, cell.lift, cell.decay)
    return Draw(posted, days.counts(world, means, rng), float(means.sum() / base.sum()))


def table(drawn: Draw) -> pd.DataFrame:
    """Return a draw as the daily table that the method reads."""
    dates = pd.date_range(MONDAY, periods=len(drawn.posts))
    return pd.DataFrame({"date": dates, "posts": drawn.posts, "conversions": drawn.conversions})


def replicate(cell: Cell, rng: np.random.Generator) -> Run:
    """Draw a cell once and ask the method."""
    drawn = draw(cell, rng)
    return run(posts.from_posts(table(drawn), "conversions"), drawn.ratio)


def main() -> None:
    """Measure every cell and store the figures."""
    engine.store("posts", engine.measure(cells(), replicate), CODE)


if __name__ == "__main__":
    main()
