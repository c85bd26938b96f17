"""How often the lift from a drawn posting calendar is right, in worlds whose truth is known.

Each pair of blocks has a coin of its own. In a post block the author posts on `posts` days
of each week, drawn anew each week; in a quiet block never. A block goes against the
calendar with chance 1 - `kept`. The *truth* is the expected conversions of the same days
had every block been a post block ÷ had every block been a quiet block, as this author keeps
them: Σ demand × lift of the days ÷ Σ demand × lift of the days. It is the ratio that
`lift.from_schedule` estimates, with what posts leave behind included.

Beside each cell stands what a Poisson regression on the same calendar, with Newey-West
errors over a fortnight, would have said of the same draws. `python -m
helpers.validate.schedule` draws the stored table anew.
"""

import sys
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.lift import blocks, columns, redraws, regression, result, schedule, series
from helpers.lift.regression import Design
from helpers.simulate import days
from helpers.simulate.days import WORLDS, Array
from helpers.validate import engine
from helpers.validate.engine import Run

NAME = "schedule"
MONDAY = "2024-01-01"
PLAIN = "demand with memory .6"
LAGS = 14
Z = 1.96
COMPARED = ("coverage", "false_alarm", "power")
CODE = (
    *(days, engine, result, columns, series, regression, redraws, blocks, schedule),
    sys.modules[__name__],
)


class Cell(NamedTuple):
    """One world under one calendar.

    lift of a post on its day; weeks; days of a block; post days of a post week; share of a
    post's lift that is left a day later; share of blocks kept.
    """

    world: str
    lift: float
    weeks: int = 52
    block: int = 7
    posts: int = 5
    decay: float = 0.5
    kept: float = 1.0


class Draw(NamedTuple):
    """One draw: the daily table, the calendar, and the ratio that is true of it."""

    daily: pd.DataFrame
    schedule: pd.DataFrame
    truth: float


def cells() -> list[Cell]:
    """Return the cells of the stored table."""
    grid = [Cell(world.name, lift) for world, lift in product(WORLDS, (0.0, 0.5))]
    grid += [Cell(PLAIN, 0.5, posts=posts) for posts in (3, 4, 7)]
    grid += [Cell(PLAIN, 0.25, posts=7)]
    grid += [Cell(PLAIN, lift, weeks=weeks) for weeks, lift in product((12, 26), (0.0, 0.5))]
    grid += [Cell(PLAIN, 0.2, weeks=weeks) for weeks in (26, 52)]
    grid += [Cell(PLAIN, lift, block=3) for lift in (0.0, 0.5)]
    grid += [Cell(PLAIN, 0.5, decay=decay) for decay in (0.0, 0.7, 0.8)]
    grid += [Cell(PLAIN, 0.5, kept=0.8)]
    return grid


def calendar(cell: Cell, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the coins of a calendar."""
    pairs = cell.weeks * 7 // (2 * cell.block)
    first = rng.random(pairs) < 0.5
    arms = np.column_stack([first, ~first]).ravel()
    block = np.repeat(np.arange(2 * pairs), cell.block)
    return pd.DataFrame(
        {
            "date": pd.date_range(MONDAY, periods=len(block)),
            "block": block,
            "pair": block // 2,
            "arm": np.where(arms, blocks.POST, blocks.QUIET)[block],
        }
    )


def _posts(cell: Cell, schedule: pd.DataFrame, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw the posts of each day had every block been a post block, then a quiet one."""
    weeks = len(schedule) // 7 + 1
    ranks = rng.random((weeks, 7)).argsort(axis=1).ravel()[: len(schedule)]
    planned = (ranks < cell.posts).astype("float64")
    against = rng.random(schedule["block"].nunique()) >= cell.kept
    ignored = against[schedule["block"]]
    return planned * ~ignored, planned * ignored


def draw(cell: Cell, rng: np.random.Generator) -> Draw:
    """Draw the days of one world under one calendar."""
    world = next(world for world in WORLDS if world.name == cell.world)
    schedule = calendar(cell, rng)
    posted, quiet = _posts(cell, schedule, rng)
    posts = np.where(schedule["arm"] == blocks.POST, posted, quiet)
    demand, _ = days.demand(world, len(schedule), rng)
    works = days.working(world, len(schedule), rng)
    means, every, none = (
        demand * days.lifted(world, one, works, cell.lift, cell.decay)
        for one in (posts, posted, quiet)
    )
    conversions = days.counts(world, means, rng)
    daily = pd.DataFrame(
        {"date": schedule["date"], "posts": posts, "conversions": conversions},
    )
    return Draw(daily, schedule, float(every.sum() / none.sum()))


def replicate(cell: Cell, rng: np.random.Generator) -> Run:
    """Draw a cell once and ask `from_schedule`."""
    drawn = draw(cell, rng)
    found = schedule.from_schedule(drawn.daily, drawn.schedule, "conversions")
    return engine.run(found, drawn.truth)


def regress(cell: Cell, rng: np.random.Generator) -> Run:
    """Draw a cell once and ask a Poisson regression with Newey-West errors."""
    table, plan, truth = draw(cell, rng)
    drawn = blocks.read(table, plan, "conversions", ()).drawn
    exposed = (1 + redraws.exposure(drawn.coins @ drawn.first, redraws.AIMED)) / 2
    design = Design(drawn.calendar, exposed[None, None])
    fitted = regression.fit(design, drawn.counts)
    last = np.eye(design.columns)[-1]
    found = regression.contrast(design, drawn.counts, fitted, last, LAGS)
    value, error = float(found.value[0]), float(found.error[0])
    low, high = (float(np.exp(value + step * error)) for step in (-Z, Z))
    return Run(truth, low, high, "lift" if low > 1 else "no clear lift")


def main() -> None:
    """Measure every cell and store the table."""
    table = engine.measure(cells(), replicate)
    compared = engine.measure(cells(), regress, most=engine.REPLICATES)[list(COMPARED)]
    table = table.join(compared.add_prefix("regression_"))
    engine.store(NAME, table, CODE)


if __name__ == "__main__":
    main()
