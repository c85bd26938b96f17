"""How often the lift from a trial is right, in worlds whose truth is known.

The truth is the effect on the people drawn: what they did on average if all were treated,
less (scale "difference") or over (scale "ratio") what they did if none was. A world *holds*
when its people were drawn at random and nobody's arm changed anyone else's outcome. In some
that do not, people were lost from the treated arm, or one person spends more than all others
together; in the rest no check can see what is wrong: some controls were reached, or were told,
or went without what the treated bought.
"""

import sys
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.lift import arms, columns, intervals, result, trial
from helpers.lift.regression import Array
from helpers.validate import engine
from helpers.validate.engine import Run

WHALE, WHALES = 1000.0, ((1000, 1000), (1800, 200))  # times what others spend; arms
REACHED, TOLD, TAKEN = 0.3, 0.5, 0.1  # shares of controls reached, of the effect, of sales
CODE = (result, columns, intervals, arms, trial, engine, sys.modules[__name__])


class Cell(NamedTuple):
    """One world: who buys, how many people were drawn, and what treatment adds.

    rate is the share who buy untreated (or the least of amounts that all spend), lift what
    treatment adds to it as a share, lost the share of treated non-buyers who are not counted.
    """

    world: str
    rate: float
    treated: int
    control: int
    lift: float
    scale: str = "difference"
    lost: float = 0.0
    holds: bool = True


class People(NamedTuple):
    """What each person drawn does untreated and treated, and what was known of them before."""

    untreated: Array
    treated: Array
    known: Array


Draw = Callable[[Cell, int, np.random.Generator], People]


def _nothing(people: int) -> Array:
    return np.zeros((people, 0))


def _buyers(cell: Cell, people: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw who buys untreated, and who treated; treatment takes no buyer away."""
    luck = rng.random(people)
    bought = luck < cell.rate, luck < min(cell.rate * (1 + cell.lift), 1.0)
    return bought[0].astype("float64"), bought[1].astype("float64")


def _shares(cell: Cell, people: int, rng: np.random.Generator) -> People:
    return People(*_buyers(cell, people, rng), _nothing(people))


def _spending(spread: float) -> Draw:
    def draw(cell: Cell, people: int, rng: np.random.Generator) -> People:
        spent = rng.lognormal(0.0, spread, people)
        before, after = _buyers(cell, people, rng)
        return People(before * spent, after * spent, _nothing(people))

    return draw


def _scaled(amounts: Callable[[int, np.random.Generator], Array], *, buyers: bool = False) -> Draw:
    """Return the draw of amounts that treatment makes larger, not more frequent."""

    def draw(cell: Cell, people: int, rng: np.random.Generator) -> People:
        some = rng.random(people) < cell.rate if buyers else cell.rate
        spent = amounts(people, rng) * some
        return People(spent, spent * (1 + cell.lift), _nothing(people))

    return draw


def _counts(cell: Cell, people: int, rng: np.random.Generator) -> People:
    eager = rng.gamma(0.5, 2.0, people)
    read = rng.poisson(cell.rate * eager).astype("float64")
    more = rng.poisson(cell.rate * cell.lift * eager)
    return People(read, read + more, _nothing(people))


def _known(share: float) -> Draw:
    """Amounts of which a skewed covariate explains a share; a second explains nothing."""

    def draw(cell: Cell, people: int, rng: np.random.Generator) -> People:
        known = np.column_stack([rng.exponential(1.0, people), rng.normal(size=people)])
        rest = rng.normal(0.0, np.sqrt((1 - share) / share), people)
        spent = cell.rate * (10 + known[:, 0] + rest)
        return People(spent, spent * (1 + cell.lift), known)

    return draw


def _known_buyers(cell: Cell, people: int, rng: np.random.Generator) -> People:
    eager = rng.gamma(2.0, 0.5, people)
    luck = rng.random(people)
    before, after = (luck < cell.rate * eager * (1 + lift) for lift in (0.0, cell.lift))
    return People(before.astype("float64"), after.astype("float64"), np.log(eager)[:, None])


def _whale(cell: Cell, people: int, rng: np.random.Generator) -> People:
    before, after = _buyers(cell, people, rng)
    before[0] = after[0] = WHALE
    return People(before, after, _nothing(people))


DRAWS: dict[str, Draw] = {
    "shares": _shares,
    "shares, arms by coin": _shares,
    "spending, log-normal": _spending(1.0),
    "spending, heavy log-normal": _spending(1.5),
    "spending, bigger baskets": _scaled(lambda n, rng: rng.lognormal(0.0, 1.0, n), buyers=True),
    "spending, Pareto 2.5": _scaled(lambda n, rng: 1 + rng.pareto(2.5, n)),
    "pages, overdispersed": _counts,
    "amounts, exponential": _scaled(lambda n, rng: rng.exponential(1.0, n)),
    "amounts, strong covariate": _known(0.8),
    "amounts, weak covariate": _known(0.05),
    "shares, covariate": _known_buyers,
    "spending, one whale": _whale,
    "people lost": _shares,
    "control reached": _shares,
    "control told": _shares,
    "sales taken from control": _shares,
}


def cells() -> list[Cell]:
    """Return the cells of the stored table."""
    sizes = {
        0.001: ((10_000, 10_000), (5000, 30_000)),
        0.01: ((1000, 1000), (5500, 500), (500, 5500), (2000, 20_000)),
        0.1: ((200, 200), (2000, 200), (2000, 2000)),
        0.3: ((200, 200), (200, 1000), (50_000, 200)),
    }
    grid = [Cell("shares", rate, *two, 0.0) for rate, drawn in sizes.items() for two in drawn]
    grid += [one._replace(lift=0.5) for one in grid]
    grid += [Cell("shares, arms by coin", 0.03, 2000, 2000, lift) for lift in (0.0, 0.5)]
    for world in ("spending, log-normal", "spending, heavy log-normal", "spending, bigger baskets"):
        for two in ((2000, 2000), (4500, 500), (500, 4500)):
            grid += [Cell(world, 0.05, *two, lift) for lift in (0.0, 0.5)]
    every = (
        ("spending, Pareto 2.5", 1.0, 0.2),
        ("pages, overdispersed", 0.5, 0.5),
        ("amounts, exponential", 1.0, 0.2),
        ("amounts, strong covariate", 1.0, 0.02),
        ("amounts, weak covariate", 1.0, 0.05),
        ("shares, covariate", 0.05, 0.5),
    )
    for world, rate, lift in every:
        for two in ((1000, 1000), (1800, 200)):
            grid += [Cell(world, rate, *two, some) for some in (0.0, lift)]
    grid += [one._replace(scale="ratio") for one in grid if one.lift and one.treated < 50_000]
    lost = ((0.05, 20_000, 0.1), (0.05, 2000, 0.2), (0.3, 2000, 0.2), (0.05, 20_000, 0.02))
    grid += [Cell("people lost", r, n, n, 0.0, lost=few, holds=False) for r, n, few in lost]
    grid += [Cell("spending, one whale", 0.05, *two, 0.0, holds=False) for two in WHALES]
    unseen = (("control reached", 0.5), ("control told", 0.5), ("sales taken from control", 0.0))
    return grid + [Cell(w, 0.05, 5000, 5000, lift, holds=False) for w, lift in unseen]


def _spoilt(cell: Cell, drawn: People, on: NDArray[np.bool_], rng: np.random.Generator) -> Array:
    """Return what people did, where one's arm may have changed what another did."""
    outcome, luck = np.where(on, drawn.treated, drawn.untreated), rng.random(len(on))
    if cell.world in {"control reached", "control told"}:
        share = REACHED if cell.world == "control reached" else TOLD
        return np.where(luck < share, drawn.treated, outcome)
    if cell.world == "sales taken from control":
        taken = ~on & (luck < TAKEN)
        gained = on & (luck < TAKEN * cell.rate / (1 - cell.rate))
        return np.where(taken, 0.0, np.where(gained, 1.0, outcome))
    return outcome


def replicate(cell: Cell, rng: np.random.Generator) -> Run:
    """Draw one trial and say what was found in it."""
    people = cell.treated + cell.control
    drawn = DRAWS[cell.world](cell, people, rng)
    on = rng.permutation(people) < cell.treated
    if cell.world == "shares, arms by coin":
        on = rng.random(people) < cell.treated / people
    outcome = _spoilt(cell, drawn, on, rng)
    kept = ~(on & (outcome == 0) & (rng.random(people) < cell.lost))
    names = tuple(f"known {place}" for place in range(drawn.known.shape[1]))
    table = pd.DataFrame(drawn.known[kept], columns=list(names))
    table = table.assign(treated=on[kept].astype("int64"), outcome=outcome[kept])
    meant = {0: cell.control, 1: cell.treated}
    found = trial.from_trial(table, "treated", "outcome", allocation=meant, covariates=names)
    before, after = drawn.untreated.mean(), drawn.treated.mean()
    if cell.world in {"shares", "shares, arms by coin"}:
        before, after = cell.rate, cell.rate * (1 + cell.lift)
    if cell.scale == "ratio":
        return engine.run(found, after / before)
    row = found.table.iloc[1]
    return Run(after - before, row["low"], row["high"], found.verdict)


def main() -> None:
    """Measure all cells and store the table."""
    table = engine.measure(cells(), replicate)
    engine.store("trial", table, CODE)


if __name__ == "__main__":
    main()
