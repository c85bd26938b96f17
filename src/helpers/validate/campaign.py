"""How often the lift of one campaign is right: 200 days before it, 40 in it.

The *truth* is the expected conversions of the campaign's days ÷ what they would have been
without it, the demand of those very days included. *Proxies* are three controls: 100 × demand
× log-normal noise (standard deviation .3). *Trouble* is a cause that begins with the campaign
and lasts as long, and multiplies demand by 1.5: recorded as a known cause, seen in a negative
control (a proxy that it moves too), or neither; it moves the proxies too, or the author's
conversions only. `plain` columns are of plain moving-block
permutation on the same draws: least squares on the same columns, no drift rule.

Where the assumption fails: a random walk without proxies, and every trouble but one that moves
the proxies too where these are controls.
"""

import sys
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.lift import (
    campaign,
    campaign_checks,
    columns,
    conformal,
    counterfactual,
    regression,
    result,
    series,
    window,
)
from helpers.lift.regression import Array
from helpers.simulate import days
from helpers.simulate.days import WORLDS
from helpers.validate import engine
from helpers.validate.engine import Run

BEFORE, DURING = 200, 40
FIRST, START = "2024-01-01", "2024-07-19"
PROXIES, NOISE = ("visits", "searches", "market"), 0.3
CAUSE = 1.5
NO_TROUBLE, UNRECORDED, RECORDED, NEGATIVE, OWN = (
    "none",
    "unrecorded cause",
    "recorded cause",
    "cause seen in a negative control",
    "unrecorded cause of one author",
)
WALK = "demand as a random walk"
MEMORY = "demand with memory .6"
CODE = (
    *(result, columns, series, regression, window, counterfactual, conformal),
    *(campaign_checks, campaign, days, engine, sys.modules[__name__]),
)


class Cell(NamedTuple):
    """One world: the campaign's lift, whether controls are there, what began with it."""

    world: str
    lift: float
    proxies: bool
    trouble: str = NO_TROUBLE


def cells() -> list[Cell]:
    """Return every world with and without a lift and proxies, then the troubles."""
    grid = [
        Cell(world.name, lift, proxies)
        for world in WORLDS
        for lift in (0.0, 0.5)
        for proxies in (False, True)
    ]
    troubles = [Cell(MEMORY, 0.0, False, each) for each in (UNRECORDED, RECORDED, NEGATIVE, OWN)]
    return [*grid, *troubles, *(Cell(MEMORY, 0.0, True, each) for each in (UNRECORDED, OWN))]


def holds(cell: Cell) -> bool:
    """Tell whether what the method assumes holds in a cell."""
    if cell.trouble == NO_TROUBLE:
        return cell.proxies or cell.world != WALK
    return cell.proxies and cell.trouble == UNRECORDED


def draw(cell: Cell, rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Draw the daily table of a cell and the ratio that is true of it."""
    world = next(each for each in WORLDS if each.name == cell.world)
    total = BEFORE + DURING
    means, latent = days.demand(world, total, rng)
    ratio, cause = np.ones(total), np.ones(total)
    works = days.working(world, DURING, rng)
    ratio[BEFORE:] = days.lifted(world, np.ones(DURING), works, cell.lift, decay=0.0)
    cause[BEFORE:] = 1.0 if cell.trouble == NO_TROUBLE else CAUSE
    means = means * cause
    noise = NOISE * rng.standard_normal((total, len(PROXIES)))
    shared = np.ones(total) if cell.trouble == OWN else cause
    proxies = 100 * np.exp(latent[:, None] + noise) * shared[:, None]
    table = pd.DataFrame(proxies, columns=list(PROXIES)).assign(
        date=pd.date_range(FIRST, periods=total), sales=days.counts(world, means * ratio, rng)
    )
    if cell.trouble == RECORDED:
        table["cause_discount"] = (cause > 1).astype("int64")
    return table, float((means * ratio)[BEFORE:].sum() / means[BEFORE:].sum())


def replicate(cell: Cell, rng: np.random.Generator) -> Run:
    """Draw a cell once and say what `from_campaign` found."""
    table, truth = draw(cell, rng)
    found = campaign.from_campaign(
        table,
        "sales",
        START,
        controls=PROXIES if cell.proxies else (),
        negative_controls=PROXIES[:1] if cell.trouble == NEGATIVE else (),
    )
    return engine.run(found, truth)


def plain(cell: Cell, rng: np.random.Generator) -> Run:
    """Draw a cell once and say what plain moving-block permutation found."""
    table, truth = draw(cell, rng)
    asked = window.case(table, "sales", START, None, PROXIES if cell.proxies else ()).days
    basis = np.linalg.qr(asked.matrix)[0]

    def test(ratios: Array) -> Array:
        counts = np.tile(asked.counts, (len(ratios), 1))
        counts[:, BEFORE:] /= ratios[:, None]
        left = counts - (counts @ basis) @ basis.T
        return conformal.share_reaching(conformal.block_sums(left, DURING))

    centre = max(float(asked.counts[BEFORE:].mean() / asked.counts[:BEFORE].mean()), 0.1)
    p_value, low, high = conformal.interval(test, centre)
    verdict = "lift" if p_value <= result.LEVEL and low > 1 else "no clear lift"
    return Run(truth, low, high, verdict)


def measured(asked: list[Cell] | None = None, replicates: int = engine.REPLICATES) -> pd.DataFrame:
    """Measure both methods: a row a cell, `plain_…` columns last, of the first `replicates`."""
    grid = cells() if asked is None else asked
    table = engine.measure(grid, replicate, replicates=replicates, holds=holds)
    beside = engine.measure(grid, plain, replicates=replicates, most=replicates)
    for name in ("coverage", "false_alarm", "power", "median_width"):
        table[f"plain_{name}"] = beside[name]
    return table.assign(width_of_plain=(table["median_width"] / beside["median_width"]).round(4))


def main() -> None:
    """Measure every cell and store the figures."""
    engine.store("campaign", measured(), CODE)


if __name__ == "__main__":
    main()
