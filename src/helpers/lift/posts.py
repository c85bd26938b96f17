"""Lift from posting days that the author chose: observational, with its own checks.

Each day's conversions are set against posting on that day and the days before it,
with the calendar held fixed; what a check contradicts is not called a lift.
"""

import math

import numpy as np
import pandas as pd

from helpers.lift import checks, columns, sensitivity, shifts, wording
from helpers.lift import series as days
from helpers.lift.association import Association, associate, jointly, lags
from helpers.lift.result import POWER_Z, Check, Lift, check_table, no_estimate
from helpers.lift.series import Series
from helpers.lift.shifts import Null

METHOD = (
    "Poisson regression of daily conversions on posting and what is left of it on later days "
    "(averaged over shapes), weekday, drift, known causes and controls; Newey-West errors, "
    "calibrated by circular shifts of the posts"
)


def _unanswered(series: Series, outcome: str, found: list[Check]) -> Lift:
    failed = [check for check in found if check.passed is False]
    return no_estimate(
        outcome,
        method=METHOD,
        assumption=wording.ASSUMPTION,
        checks=found,
        sentence=wording.cannot_tell(series, outcome, failed),
        table=series.table,
    )


def _negative(
    daily: pd.DataFrame, names: tuple[str, ...], controls: tuple[str, ...]
) -> list[Check]:
    """Ask the same of outcomes that posting cannot move, all of them at once."""
    moved: dict[str, Association] = {}
    for name in names:
        series = days.read(daily, name, controls)
        enough = all(check.passed for check in checks.data(series))
        found = associate(series, shifts.of_counts(series, series.counts)) if enough else None
        if found is not None:
            moved[name] = found
    p = dict(zip(moved, jointly([found.judged for found in moved.values()]), strict=True))
    return [checks.unmoved(name, p.get(name)) for name in names]


def _answered(
    series: Series,
    null: Null,
    outcome: str,
    found: Association,
    before: list[Check],
    controls: tuple[str, ...],
) -> Lift:
    ratio, low, high = (math.exp(end) for end in (found.value, found.low, found.high))
    total = found.means.sum()
    extra, extra_low, extra_high = (float(total * (1 - 1 / end)) for end in (ratio, low, high))
    around = checks.around(series, null, lags(series))
    judged = [
        *before,
        *checks.around_posts(around, rose=low > 1),
        checks.foretold(series, lags(series)),
        sensitivity.unmeasured(found.low, found.high),
        sensitivity.beside_known(series, null, found.low, found.high, controls),
        checks.dispersion(series, found.means, null.columns.shape[1] + 1),
    ]
    failed = [check for check in judged if check.passed is False]
    error = (found.high - found.low) / (2 * found.critical)
    detectable = math.exp(max((found.critical + POWER_Z) * error, around.detectable))
    if failed:
        seen = wording.seen(outcome, ratio, low, high)
        verdict, sentence = "cannot tell", wording.cannot_tell(series, outcome, failed, seen)
    elif low > 1:
        verdict = "lift"
        sentence = wording.lift(series, outcome, (ratio, low, high), (extra, extra_low, extra_high))
    else:
        verdict = "no clear lift"
        sentence = wording.no_clear_lift(series, outcome, (ratio, low, high), detectable)
    return Lift(
        outcome=outcome,
        extra=extra,
        extra_low=extra_low,
        extra_high=extra_high,
        ratio=ratio,
        low=low,
        high=high,
        p_value=found.p_value,
        method=METHOD,
        assumption=wording.ASSUMPTION,
        checks=check_table(judged),
        verdict=verdict,
        sentence=sentence,
        table=_table(series, outcome, found),
        detectable=detectable,
    )


def _table(series: Series, outcome: str, found: Association) -> pd.DataFrame:
    table = series.table[["date", "posts", outcome]].copy()
    for name, values in (("fitted", found.means), ("without_posting", found.without)):
        column = np.full(len(table), np.nan)
        column[series.kept] = values
        table[name] = column
    return table


def from_posts(
    daily: pd.DataFrame,
    outcome: str,
    *,
    controls: tuple[str, ...] = (),
    negative_controls: tuple[str, ...] = (),
) -> Lift:
    """Compare days with posting to the same days without it, as far as chosen days allow.

    Parameters
    ----------
    daily : DataFrame
        As `daily` returns it: a row a day in any order; date, posts (a count), the outcome
        (a count) and `cause_…` columns (0/1). Likes and replies are not read.
    controls : tuple of str
        Further numeric columns to hold fixed, such as visits from a search engine.
    negative_controls : tuple of str
        Columns of counts that posting cannot move but demand can, such as sales of another
        author. Where posting goes with one of them, the verdict is "cannot tell".

    Returns
    -------
    Lift
        ratio is Σ fitted ÷ Σ fitted with posts set to none; `table` has the columns date,
        posts, the outcome, fitted and without_posting. Too few days, conversions or posts,
        posting that the calendar fixes, or a failed check give the verdict "cannot tell".
        detectable allows for the check that conversions rise more after posts than before.

    Raises
    ------
    LiftError
        If the daily table is malformed: a column, a number or a day missing or repeated.

    Notes
    -----
    Quasi-Poisson regression (Wooldridge 1999) for every shape of a post's effect, averaged
    by belief (Hoeting et al. 1999), with Newey & West (1987) errors. The interval holds what
    is believed; how much of it is set by circular shifts of the posts, so that it leaves out
    1 exactly when p is at most .05.

    Measured in worlds of known truth (`data/validation/posts.csv`): an effect that is over by
    midnight looks like posting on good days, and is seldom called a lift. So is a lift of few
    posts, or a small one however many the days: it looks like news that some posts fell on.
    """
    columns.once((outcome, "posts", *controls, *negative_controls))
    series = days.read(daily, outcome, controls)
    before = checks.data(series)
    if all(check.passed for check in before):
        before += [checks.free_of_calendar(series), checks.free_of_rhythm(series)]
    if not all(check.passed for check in before):
        return _unanswered(series, outcome, before)
    null = shifts.of_counts(series, series.counts)
    found = associate(series, null)
    if found is None:
        reason = "posting and calendar foretell some days entirely"
        return _unanswered(
            series, outcome, [*before, Check("the regression has an answer", 0, False, reason)]
        )
    before += _negative(daily, negative_controls, controls)
    return _answered(series, null, outcome, found, before, controls)
