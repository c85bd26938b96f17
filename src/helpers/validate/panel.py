"""How often the lift from a panel is right, in worlds whose truth is known.

Twenty authors, a year of days. Each author's demand is its size (log-normal, standard
deviation .5 on the log scale), times a series of its own, times a *shared* factor: the log
demand of one further draw of the same world. So half of what moves log demand is shared.
Authors start by lot: one, or four on one day, or ten on days of their own; from then on
every day is multiplied by 1 + lift. The truth is Σ expected ÷ Σ expected without lift, over
treated author-days.

*Parallel* authors differ in size and luck only. Two kinds of panel break that: treated
authors *drift* (their demand grows steadily by 35 or 82 % over the year), and starts that
*follow demand* (each start goes to the author whose own demand was highest in the four
weeks before). In a *small* panel treated authors have a fifth of the others' demand.
"""

import sys
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.lift import authors, columns, panel, parallel, placebo, result, synthetic
from helpers.lift.regression import Array
from helpers.simulate import days
from helpers.simulate.days import WORLDS, World
from helpers.validate import engine
from helpers.validate.engine import Run

NAME = "panel"
DAYS, AUTHORS = 364, 20
SPREAD = 0.5
ONE_START, EARLIEST, LATEST = 240, 182, 300
FOLLOWED = 28
MONDAY = "2024-01-01"
PARALLEL, SMALL, FOLLOWS = "parallel", "treated authors small", "starts follow demand"
DRIFTS = {"slow drift": 0.3, "fast drift": 0.6}
SMALLER = 0.2
CODE = (
    *(days, result, columns, authors, synthetic, placebo, parallel, panel, engine),
    sys.modules[__name__],
)


class Cell(NamedTuple):
    """One world of demand, who starts, how many, the true lift, and how it is estimated."""

    world: str
    starts: str
    treated: int
    lift: float
    estimator: str = "did"


class Drawn(NamedTuple):
    """One draw: outcomes (authors, days), starts (days for never), and the true ratio."""

    outcome: Array
    starts: synthetic.Starts
    ratio: float


def cells() -> list[Cell]:
    """Return the cells of the stored table."""
    names, sizes, lifts = [world.name for world in WORLDS], (1, 4, 10), (0.0, 0.5)
    grid = [Cell(*cell) for cell in product(names, (PARALLEL,), sizes, lifts)]
    grid += [Cell(*cell, 0.0) for cell in product(names[1:2], DRIFTS, sizes)]
    grid += [Cell(*cell, 0.0) for cell in product(names[2:4], (FOLLOWS,), sizes)]
    grid += [Cell(names[1], SMALL, *rest) for rest in product((1, 4), lifts)]
    others = ("synthetic control", "synthetic did")
    grid += [Cell(names[1], PARALLEL, *rest) for rest in product((1,), lifts, others)]
    grid += [Cell(names[1], PARALLEL, *rest) for rest in product((4,), lifts, others[:1])]
    return grid


def holds(cell: Cell) -> bool:
    """Tell whether authors would have gone on in parallel in a cell."""
    return cell.starts in (PARALLEL, SMALL)


def _starts(cell: Cell, latent: Array, rng: np.random.Generator) -> synthetic.Starts:
    """Say when each author starts."""
    when = np.full(cell.treated, ONE_START)
    if cell.treated > 4:
        when = np.sort(rng.choice(np.arange(EARLIEST, LATEST), cell.treated, replace=False))
    starts = np.full(AUTHORS, DAYS)
    if cell.starts != FOLLOWS:
        starts[rng.choice(AUTHORS, cell.treated, replace=False)] = when
        return starts
    for day in when:
        high = latent[:, day - FOLLOWED : day].mean(axis=1)
        starts[np.where(starts == DAYS, high, -np.inf).argmax()] = day
    return starts


def draw(cell: Cell, rng: np.random.Generator) -> Drawn:
    """Draw the authors of one cell."""
    world: World = next(world for world in WORLDS if world.name == cell.world)
    size = np.exp(SPREAD * rng.standard_normal(AUTHORS) - SPREAD**2 / 2)
    own = [days.demand(world, DAYS, rng) for _ in range(AUTHORS)]
    shared = np.exp(days.demand(world, DAYS, rng)[1])
    means = size[:, None] * np.stack([demand for demand, _ in own]) * shared
    starts = _starts(cell, np.stack([latent for _, latent in own]), rng)
    treated = (np.arange(DAYS) >= starts[:, None]).astype("float64")
    mine = starts < DAYS
    if cell.starts in DRIFTS:
        means[mine] *= np.exp(DRIFTS[cell.starts] * np.arange(DAYS) / DAYS)
    if cell.starts == SMALL:
        means[mine] *= SMALLER
    works = [days.working(world, DAYS, rng) for _ in range(AUTHORS)]
    factors = [
        days.lifted(world, row, work, cell.lift, decay=0.0)
        for row, work in zip(treated, works, strict=True)
    ]
    lifted = means * np.stack(factors)
    outcome = np.stack([days.counts(world, row, rng) for row in lifted])
    return Drawn(outcome, starts, float((lifted * treated).sum() / (means * treated).sum()))


def table(drawn: Drawn) -> pd.DataFrame:
    """Lay a draw out as `from_panel` reads it."""
    return pd.DataFrame(
        {
            "author": np.repeat(np.arange(AUTHORS), DAYS),
            "date": np.tile(pd.date_range(MONDAY, periods=DAYS), AUTHORS),
            "treated": (np.arange(DAYS) >= drawn.starts[:, None]).astype("int64").ravel(),
            "sales": drawn.outcome.ravel(),
        }
    )


def replicate(cell: Cell, rng: np.random.Generator) -> Run:
    """Draw a cell once and say what the panel answered."""
    drawn = draw(cell, rng)
    found = panel.from_panel(table(drawn), "sales", estimator=cell.estimator)
    return engine.run(found, drawn.ratio)


def main() -> None:
    """Measure every cell and store the figures."""
    engine.store(NAME, engine.measure(cells(), replicate, holds=holds), CODE)


if __name__ == "__main__":
    main()
