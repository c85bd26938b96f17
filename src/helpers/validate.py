"""How often the lift from chosen posting days is right, in worlds whose truth is known.

A *world* is a year or so of days: a weekly season, a latent demand that comes and goes
(autoregressive, log scale), counts that scatter more than chance (negative binomial),
and posts that lift their day and decay. A *cell* is one world drawn many times.
*Coverage* is how often the 95 % interval holds the true ratio; a *false alarm* is the
verdict "lift" where there is none. `python -m helpers.validate` draws the stored table
anew.
"""

import hashlib
import sys
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from tqdm import tqdm

from helpers import paths
from helpers.lift import association, checks, posts, regression, result, series
from helpers.lift.regression import Array

STORED = "data/validation/lift.csv"
REPLICATES = 200
SEED = 20250101
MONDAY = "2024-01-01"
SEASON = (0.0, 0.1, 0.2, 0.1, 0.0, -0.2, -0.2)  # log scale, Monday first
DEMAND = 0.4  # standard deviation of latent demand, log scale
SCATTER = 0.7  # variance = mean + SCATTER × mean²
CODE = (result, series, regression, checks, association, posts)  # no figure hangs on wording
RANDOM, WEEKLY, FOLLOWS, NEWS = (
    "posting random",
    "posting on a weekly pattern with random skips",
    "posting follows demand",
    "posting on days of news that lifts demand",
)


class Cell(NamedTuple):
    """One world: who posts when, days, conversions a day, memory of demand, lift of a post.

    decay is the share of a post's effect that is left a day later.
    """

    world: str
    days: int
    per_day: float
    memory: float
    lift: float
    decay: float = 0.5


class Days(NamedTuple):
    """One draw of a world: posts and conversions a day, and the ratio that is true of it."""

    posts: Array
    conversions: Array
    ratio: float


def cells() -> list[Cell]:
    """Return the cells of the stored table."""
    worlds, lifts = (RANDOM, WEEKLY, FOLLOWS), (0.0, 0.5)
    grid = [Cell(world, 364, 3, 0.6, lift) for world, lift in product(worlds, lifts)]
    grid += [Cell(world, 364, 3, 0.9, lift) for world, lift in product(worlds, lifts)]
    grid += [Cell(world, 364, 3, 0.0, 0.0) for world in (RANDOM, FOLLOWS)]
    sparse = product((RANDOM, FOLLOWS), (0.5, 10), lifts)
    grid += [Cell(world, 364, rate, 0.6, lift) for world, rate, lift in sparse]
    grid += [Cell(WEEKLY, 364, rate, 0.6, 0.0) for rate in (0.5, 10)]
    grid += [Cell(FOLLOWS, 364, 10, 0.9, 0.0), Cell(FOLLOWS, 728, 3, 0.6, 0.0)]
    grid += [Cell(RANDOM, 364, 3, 0.6, 0.5, decay) for decay in (0.0, 0.8)]
    grid += [Cell(RANDOM, 364, 10, 0.6, lift) for lift in (1.0, 2.0)]
    grid += [Cell(RANDOM, 84, 3, 0.6, 0.0), Cell(NEWS, 364, 3, 0.6, 0.0)]
    return grid


def demand(days: int, memory: float, rng: np.random.Generator) -> Array:
    """Draw latent demand with unit variance and the given day-to-day memory."""
    shocks = rng.standard_normal(days)
    shocks[1:] *= np.sqrt(1 - memory**2)
    return regression.decaying(shocks, memory)


def draw(cell: Cell, rng: np.random.Generator) -> Days:
    """Draw the days of one world."""
    weekday = np.arange(cell.days) % 7
    latent = demand(cell.days, cell.memory, rng)
    news = np.zeros(cell.days)
    if cell.world == NEWS:
        news = (rng.random(cell.days) < 0.06).astype("float64")
    chances = {
        RANDOM: np.full(cell.days, 0.4),
        WEEKLY: np.where(np.isin(weekday, (0, 2, 4)), 0.6, 0.05),
        FOLLOWS: 1 / (1 + np.exp(0.5 - 1.2 * latent)),
        NEWS: np.where(news > 0, 0.9, 0.2),
    }
    posted = (rng.random(cell.days) < chances[cell.world]).astype("float64")
    base = cell.per_day * np.exp(
        np.array(SEASON)[weekday]
        + DEMAND * latent
        - DEMAND**2 / 2
        + regression.decaying(news, cell.memory)
    )
    mean = base * (1 + cell.lift * regression.decaying(posted, cell.decay))
    scattered = mean * rng.gamma(1 / SCATTER, SCATTER, cell.days)
    return Days(posted, rng.poisson(scattered).astype("float64"), float(mean.sum() / base.sum()))


def _replicate(cell: Cell, rng: np.random.Generator) -> dict[str, float]:
    drawn = draw(cell, rng)
    table = pd.DataFrame(
        {
            "date": pd.date_range(MONDAY, periods=cell.days),
            "posts": drawn.posts,
            "conversions": drawn.conversions,
        }
    )
    found = posts.from_posts(table, "conversions")
    return {
        "ratio": drawn.ratio,
        "estimated": not np.isnan(found.ratio),
        "covered": found.low <= drawn.ratio <= found.high,
        "answered": found.verdict != "cannot tell",
        "lift": found.verdict == "lift",
        "significant": found.low > 1,
        "width": found.high - found.low,
    }


def _error(share: float, replicates: int) -> float:
    """Return the Monte-Carlo standard error of a share."""
    return float(np.sqrt(share * (1 - share) / replicates)) if replicates else float("nan")


def _row(cell: Cell, replicates: int, seed: int) -> dict[str, object]:
    rng = np.random.default_rng([seed, *hashlib.sha256(repr(cell).encode()).digest()])
    draws = pd.DataFrame([_replicate(cell, rng) for _ in range(replicates)])
    estimated, answered = draws[draws["estimated"]], draws[draws["answered"]]
    coverage, called = estimated["covered"].mean(), draws["lift"].mean()
    none = cell.lift == 0
    return {
        **cell._asdict(),
        "true_ratio": draws["ratio"].mean(),
        "replicates": replicates,
        "coverage": coverage,
        "coverage_error": _error(coverage, len(estimated)),
        "coverage_answered": answered["covered"].mean(),
        "false_alarm": called if none else np.nan,
        "power": np.nan if none else called,
        "called_error": _error(called, replicates),
        "above_1": draws["significant"].mean(),
        "cannot_tell": 1 - draws["answered"].mean(),
        "median_width": estimated["width"].median(),
    }


def code() -> str:
    """Return the hash of the code that the figures depend on: the estimator and this file."""
    files = [str(module.__file__) for module in (*CODE, sys.modules[__name__])]
    sources = [Path(file).read_text(encoding="utf-8") for file in files]
    return hashlib.sha256("\0".join(sources).encode()).hexdigest()[:16]


def lift_coverage(
    replicates: int = REPLICATES,
    seed: int = SEED,
    *,
    only: list[Cell] | None = None,
) -> pd.DataFrame:
    """Measure coverage, false alarms and power of `lift.from_posts`, cell by cell.

    Parameters
    ----------
    replicates, seed : int
        Draws a cell, and what they start from; a cell's draws depend on no other cell.
    only : list of Cell, optional
        Cells to draw, instead of those of the stored table.

    Returns
    -------
    DataFrame
        A row a cell: world, days, per_day, memory, lift (of a post on its day), decay, true_ratio
        (mean over draws), replicates; coverage of the 95 % interval and its Monte-Carlo
        error, coverage_answered (verdict not "cannot tell"); false_alarm or power (share
        called "lift") and its error; above_1 (interval above 1, whatever the checks say),
        cannot_tell, median_width; code (hash of the code that made it).
    """
    asked = cells() if only is None else only
    rows = [_row(cell, replicates, seed) for cell in tqdm(asked, unit="cell")]
    return pd.DataFrame(rows).round(4).assign(code=code())


if __name__ == "__main__":
    target = paths.root() / STORED
    target.parent.mkdir(parents=True, exist_ok=True)
    lift_coverage().to_csv(target, index=False, lineterminator="\n")
