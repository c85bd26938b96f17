"""Questions to a panel: would treated authors have moved as those they are compared with?

A *drift* is a straight line along which treated authors leave the others before they
start, carried on to the treated dates. The rank of an effect among arrangements holds
where authors moved alike; a lift must also stand *beyond the drift*, which holds where
they parted steadily.
"""

import math
from typing import NamedTuple

import numpy as np

from helpers.lift import placebo
from helpers.lift.authors import Panel
from helpers.lift.regression import Array
from helpers.lift.result import LEVEL, Check
from helpers.lift.synthetic import Starts, Totals

BLOCKS = 20
LEAST_BEFORE = 14
LEAST_OUTCOME = 30
MOST_APART = 3.0
LEAST_SCATTER = 0.05  # of the mean author's
MOST_OUTSIDE = 0.5


class Drifts(NamedTuple):
    """Statistics of each arrangement (P,): drift alone, effect beyond it, and its error."""

    alone: Array
    beyond: Array
    error: Array


def _blocks(before: Array) -> Array:
    """Sum dates before (N, days) to some `BLOCKS` blocks."""
    length = max(1, before.shape[1] // BLOCKS)
    number = before.shape[1] // length
    return before[:, -number * length :].reshape(len(before), number, length).sum(axis=-1)


def scatter(before: Array) -> Array:
    """Return each author's long-run variance a date about the common movement (N,).

    `before` (N, days) is outcome ÷ level. Small authors scatter more: each has its own.
    """
    apart = _blocks(before - before.mean(axis=0))
    own: Array = (apart**2).mean(axis=1) / max(1, before.shape[1] // BLOCKS)
    return np.maximum(own, LEAST_SCATTER * own.mean())


def drifts(
    totals: Totals, ranked: placebo.Ranked, panel: Panel, starts: Starts, outcomes: Array
) -> Drifts:
    """Work out drifts before the start and effects beyond them.

    Parameters
    ----------
    totals, ranked, starts
        Of each arrangement.
    outcomes : array (N, T)
        Outcome ÷ size, the estimated effect taken off.
    """
    days = outcomes.shape[1]
    levels, relative = panel.levels, panel.relative
    spread = scatter(relative[:, : panel.before])
    share = placebo.shares(starts, levels, days)
    drift, variance = np.zeros(len(starts)), np.zeros(len(starts))
    scale = ((days - starts) * levels).sum(axis=-1)
    for place, start in enumerate(np.unique(starts[starts < days])):
        line = np.arange(start) - (start - 1) / 2
        slopes = outcomes[:, :start] @ line / (line @ line)
        mine = starts == start
        size = np.where(mine, panel.sizes * (days - start), 0.0).sum(axis=-1) / scale
        drift += size * (totals.contrast[:, place] @ slopes)
        variance += (np.where(mine, share, 0.0) ** 2 @ spread) / (line @ line)
    drift, variance = drift * days / 2, variance * (days / 2) ** 2
    observed, expected = ranked.observed.sum(axis=0), ranked.expected.sum(axis=0)
    possible = (observed > 0) & (expected > 0)
    ratio = np.divide(observed, expected, out=np.ones_like(observed), where=possible)
    error = np.sqrt(ranked.error**2 + variance)
    beyond = np.where(possible, (np.log(ratio) - drift) / error, np.inf)
    return Drifts(drift / np.sqrt(variance), beyond, error)


def moved_alike(found: Drifts) -> Check:
    """Ask whether treated authors left the others before they started."""
    p = float(placebo.p_values(np.abs(found.alone)[:, None])[0])
    return Check(
        "treated authors did not leave the others before they started",
        p,
        p > LEVEL,
        f"p = {p:.3f} for a drift before the start",
    )


def beyond_drift(found: Drifts, *, rose: bool) -> Check:
    """Ask whether a lift is more than the drift before the start, carried on."""
    p = float(placebo.p_values(found.beyond[:, None])[0])
    return Check(
        "the lift is more than the drift before the start carried on",
        p,
        p <= LEVEL if rose else None,
        f"p = {p:.3f} for what is left when any drift before the start is carried on",
    )


def enough_before(panel: Panel) -> list[Check]:
    """Ask whether treated authors have dates and outcomes enough before anyone started."""
    outcomes = float(panel.outcome[panel.treated, : panel.before].sum())
    needed = f"{LEAST_OUTCOME} are needed"
    return [
        Check(
            "enough dates before anyone started",
            panel.before,
            panel.before >= LEAST_BEFORE,
            f"{panel.before:,} dates; {LEAST_BEFORE} are needed",
        ),
        Check(
            "enough before the start to compare with",
            outcomes,
            outcomes >= LEAST_OUTCOME,
            f"treated authors had {outcomes:,.0f} before anyone started; {needed}",
        ),
    ]


def enough_donors(panel: Panel) -> Check:
    """Ask whether there are authors enough for a p value of `LEVEL`."""
    days = panel.outcome.shape[1]
    ways = min(placebo.count(panel.starts, days), placebo.ARRANGEMENTS + 1)
    donors = int((~panel.treated).sum())
    needed = placebo.donors_needed(panel.starts, days)
    return Check(
        "enough authors to compare with",
        donors,
        ways * LEVEL >= 1 - placebo.TIE,
        f"{donors} never treated, so p cannot be below 1/{ways}; at least {needed} needed for "
        f"p to reach {LEVEL:g}",
    )


def like_others(panel: Panel) -> Check:
    """Ask whether treated authors followed the others about as well as these each other."""
    own = np.sqrt(scatter(panel.relative[:, : panel.before]))
    times = float(np.median(own[panel.treated]) / max(np.median(own[~panel.treated]), placebo.TIE))
    return Check(
        "treated authors followed the others before",
        times,
        times <= MOST_APART,
        f"they scattered {times:.1f} times as much about the others as these about each other; "
        f"{MOST_APART:g} is the most",
    )


def within(panel: Panel, *, judged: bool) -> Check:
    """Ask how often before the start treated authors stood outside the range of the others."""
    blocks = _blocks((panel.outcome / panel.sizes[:, None])[:, : panel.before])
    sizes, donors = panel.sizes[panel.treated], blocks[~panel.treated]
    mine = sizes @ blocks[panel.treated] / sizes.sum()
    outside = float(((mine > donors.max(axis=0)) | (mine < donors.min(axis=0))).mean())
    return Check(
        "treated authors stood within the range of the others before",
        outside,
        outside <= MOST_OUTSIDE if judged else None,
        f"outside it {outside:.0%} of the time, where no weighing of others can follow them",
    )


def no_one_donor(ratios: list[float], *, rose: bool) -> Check:
    """Ask whether a lift stands whichever one author is left out of those compared with."""
    lowest = min(ratios, default=math.nan)
    shown = f"{lowest:.2f} to {max(ratios):.2f}" if ratios else "unknown: there is only one"
    return Check(
        "no single author compared with decides",
        lowest,
        lowest > 1 if rose else None,
        f"the ratio without any one of them: {shown}",
    )
