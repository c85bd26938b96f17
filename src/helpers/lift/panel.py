"""Lift from a panel: authors who started on different dates, and authors who did not.

What treated authors would have had is foretold from those who had not started; the whole
estimate is made again with the starts dealt out to other authors, and ranked among these.
"""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.lift import authors, panel_wording, parallel, placebo, synthetic
from helpers.lift.authors import Panel
from helpers.lift.regression import Array
from helpers.lift.result import LEVEL, Check, Lift, LiftError, check_table, no_estimate
from helpers.lift.synthetic import ESTIMATORS

LEAST_EXPECTED = 0.01
MOST_LOG = 700.0
METHODS = {
    "did": "difference in differences, fitted to author-dates without treatment",
    "synthetic control": "synthetic control, weights ≥ 0 that sum to 1",
    "synthetic did": "synthetic difference in differences, weights for authors and dates",
}


class Options(NamedTuple):
    """What is estimated: estimator, in proportion or in amounts, levels free or matched."""

    estimator: str
    relative: bool
    demeaned: bool

    @property
    def method(self) -> str:
        """Say what is computed."""
        kind = "in proportion to each author's level before" if self.relative else "in amounts"
        return (
            f"{METHODS[self.estimator]}, {kind}; ranked among the same estimates with the starts "
            f"dealt out to other authors"
        )


class Estimated(NamedTuple):
    """A panel's layers, arrangements and their totals, ranked."""

    layers: Array
    starts: synthetic.Starts
    totals: synthetic.Totals
    ranked: placebo.Ranked


def _layers(panel: Panel) -> Array:
    """Part outcomes ÷ sizes into untreated and treated dates: (2, N, T)."""
    treated = np.arange(panel.outcome.shape[1]) >= panel.starts[:, None]
    relative = panel.outcome / panel.sizes[:, None]
    return np.stack([relative * ~treated, relative * treated])


def _estimate(panel: Panel, options: Options) -> Estimated:
    days, layers = panel.outcome.shape[1], _layers(panel)
    starts = placebo.arrangements(panel.starts, days)
    totals = synthetic.totals(
        options.estimator, layers, starts, panel.sizes, demeaned=options.demeaned
    )
    spread = parallel.scatter(panel.relative[:, : panel.before])
    return Estimated(
        layers, starts, totals, placebo.rank(totals, starts, panel.levels, spread, days)
    )


def _without_each(panel: Panel, layers: Array, options: Options) -> list[float]:
    """Return the ratio without each of the never treated in turn."""
    donors, ratios = np.flatnonzero(~panel.treated), []
    for donor in donors if len(donors) > 1 else []:
        kept = np.delete(np.arange(len(panel.starts)), donor)
        starts, sizes = panel.starts[None, kept], panel.sizes[kept]
        found = synthetic.totals(
            options.estimator, layers[:, kept], starts, sizes, demeaned=options.demeaned
        )
        ratios.append(float(found.observed[1].sum() / found.expected[0].sum()))
    return ratios


def _needs(panel: Panel) -> list[Check]:
    """Ask whether there is anything to estimate from."""
    treated, donors = int(panel.treated.sum()), int((~panel.treated).sum())
    left = f"{panel.left_out} author(s) with too little before anyone started are left out"
    found = [
        Check("treated authors remain", treated, treated > 0, f"{treated}; {left}"),
        Check("authors to compare with remain", donors, donors > 0, f"{donors}; {left}"),
    ]
    if treated and donors:
        rows = zip(panel.outcome, panel.starts, strict=True)
        since = float(sum(row[start:].sum() for row, start in rows))
        apart = float(parallel.scatter(panel.relative[:, : panel.before]).max())
        varied = f"variance about their common movement up to {apart:.3g}; counts have some"
        found += [
            *parallel.enough_before(panel),
            Check("something was counted since the start", since, since > 0, f"{since:,.0f}"),
            Check("authors vary before", apart, apart > placebo.TIE, varied),
        ]
    return found


def _base(panel: Panel, estimated: Estimated) -> Check:
    """Ask whether expected outcomes leave anything for a ratio to be of."""
    expected = float(estimated.totals.expected[0, 0].sum())
    dates = panel.outcome.shape[1] - panel.starts
    share = expected / float((dates * panel.levels).sum())
    return Check(
        "enough is to be expected for a ratio",
        share,
        share >= LEAST_EXPECTED,
        f"the others lead one to expect {max(share, 0):.1%} of the level before; "
        f"{LEAST_EXPECTED:.0%} is needed",
    )


def _judge(
    panel: Panel, estimated: Estimated, found: placebo.Found, options: Options
) -> tuple[list[Check], float]:
    """Return the checks of an estimate, and the ratio found four times in five."""
    rose = found.low > 1
    outcomes = estimated.layers[0] + estimated.layers[1] / found.ratio
    totals, ranked, starts = estimated.totals, estimated.ranked, estimated.starts
    drifts = parallel.drifts(totals, ranked, panel, starts, outcomes)
    weighs = options.estimator != ESTIMATORS[0]
    checks = [
        parallel.enough_donors(panel),
        parallel.moved_alike(drifts),
        parallel.beyond_drift(drifts, rose=rose),
        parallel.like_others(panel),
        parallel.within(panel, judged=weighs),
        parallel.no_one_donor(_without_each(panel, estimated.layers, options), rose=rose),
    ]
    return checks, _detectable(ranked, drifts, found.ratio)


def _detectable(ranked: placebo.Ranked, drifts: parallel.Drifts, ratio: float) -> float:
    """Return the ratio that is found, and found to exceed a drift, four times in five."""
    roots = np.abs(placebo.statistics(ranked, np.array([ratio]))[:, 0])
    if not np.isfinite([roots, drifts.beyond]).all():
        return math.inf
    plain = placebo.reach(roots) * ranked.error[0]
    beyond = placebo.reach(drifts.beyond - drifts.beyond[1:].mean()) * drifts.error[0]
    return max(float(1 + plain) ** 2, math.exp(min(float(beyond), MOST_LOG)))


def _answered(
    panel: Panel, outcome: str, estimated: Estimated, options: Options, needs: list[Check]
) -> Lift:
    found = placebo.infer(estimated.ranked)
    total = float(estimated.totals.observed[1, 0].sum())
    extra, extra_low, extra_high = (
        total * (1 - 1 / end) if end > 0 else -math.inf
        for end in (found.ratio, found.low, found.high)
    )
    judged, detectable = _judge(panel, estimated, found, options)
    judged = [*needs, *judged]
    failed = [check for check in judged if check.passed is False]
    if failed:
        verdict = "cannot tell"
        sentence = panel_wording.cannot_tell(panel, outcome, found, failed)
    elif found.low > 1 and found.p_value <= LEVEL:
        verdict = "lift"
        sentence = panel_wording.lift(panel, outcome, found, (extra, extra_low, extra_high))
    else:
        verdict = "no clear lift"
        sentence = panel_wording.no_clear_lift(panel, outcome, found, detectable)
    cohorts = (each.sum(axis=0)[0].tolist() for each in estimated.totals[:2])
    return Lift(
        outcome=outcome,
        extra=extra,
        extra_low=extra_low,
        extra_high=extra_high,
        ratio=found.ratio,
        low=found.low,
        high=found.high,
        p_value=found.p_value,
        method=options.method,
        assumption=panel_wording.assumption(options.relative),
        checks=check_table(judged),
        verdict=verdict,
        sentence=sentence,
        table=panel_wording.table(panel, *cohorts),
        detectable=detectable,
    )


def from_panel(
    panel: pd.DataFrame,
    outcome: str,
    *,
    estimator: str = "did",
    relative: bool = True,
    demeaned: bool = True,
) -> Lift:
    """Compare authors since they started with authors who had not.

    Parameters
    ----------
    panel : DataFrame
        One row an author and date, in any order: author, date, treated (1 from the author's
        start on, else 0) and the outcome. Every author has every date.
    estimator : "did", "synthetic control" or "synthetic did"
        "did" unless authors' demand moved differently before the start: where it moved alike
        it is as narrow as the others or narrower.
    relative : bool
        Compare in proportion to what each author had before anyone started; else in amounts.
    demeaned : bool
        Whether a synthetic control may keep its distance, or must match levels too.

    Returns
    -------
    Lift
        ratio is Σ observed ÷ Σ expected over treated author-dates. `table` has a row a start:
        start, authors, dates, observed, expected, extra, ratio.

    Raises
    ------
    LiftError
        If the panel is malformed, or there is no such estimator.

    Notes
    -----
    Borusyak, Jaravel & Spiess 2024; Abadie, Diamond & Hainmueller 2010; Ferman & Pinto 2021;
    Arkhangelsky et al. 2021. Interval and p value rank the estimate among those of other
    arrangements of the starts (Athey & Imbens 2022), each fitted anew under the supposed
    ratio. A lift must also exceed any straight drift before the start, carried on.
    `data/validation/panel.csv` holds how often this is right.
    """
    if estimator not in ESTIMATORS:
        raise LiftError(
            f"Unknown estimator {estimator!r}. The estimators known are: {', '.join(ESTIMATORS)}."
        )
    options = Options(estimator, relative, demeaned)
    read = authors.read(panel, outcome, relative=relative)
    needs = _needs(read)
    estimated = None
    if all(check.passed for check in needs):
        estimated = _estimate(read, options)
        needs.append(_base(read, estimated))
    failed = [check for check in needs if not check.passed]
    if estimated is not None and not failed:
        return _answered(read, outcome, estimated, options, needs)
    return no_estimate(
        outcome,
        method=options.method,
        assumption=panel_wording.assumption(relative),
        checks=needs,
        sentence=panel_wording.unanswered(outcome, failed),
        table=pd.DataFrame(columns=["start", "authors", "dates", "observed", "expected"]),
    )
