"""Lift from posting days that the author chose: observational, with its own checks.

Each day's conversions are set against posting on that day and the days before it,
with the calendar held fixed; what a check contradicts is not called a lift.
"""

import math

import numpy as np
import pandas as pd

from helpers.lift import checks, wording
from helpers.lift import series as days
from helpers.lift.association import RETENTIONS, Association, associate, lags, one_day
from helpers.lift.result import LEVEL, POWER_Z, Check, Lift, check_table, no_estimate
from helpers.lift.series import Series

METHOD = (
    "Poisson regression of daily conversions on posting that day and its decay (two "
    "exponentials), weekday, drift, known causes and controls; Newey-West errors, calibrated by "
    "circular shifts of the posts"
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


def _checks(
    series: Series, found: Association, limits: tuple[float, float], rose: bool
) -> list[Check]:
    columns = series.calendar.shape[1] + len(RETENTIONS)
    return [
        *checks.around_posts(series, lags(series), rose=rose),
        checks.foretold(series, lags(series)),
        one_day(series, found, rose=rose),
        checks.unmeasured(*limits),
        checks.dispersion(series, found.means, columns),
    ]


def _answered(series: Series, outcome: str, found: Association, before: list[Check]) -> Lift:
    reach = found.critical * found.error
    ratio, low, high = (math.exp(found.value + step) for step in (0, -reach, reach))
    total = found.means.sum()
    extra, extra_low, extra_high = (float(total * (1 - 1 / end)) for end in (ratio, low, high))
    significant = found.p_value <= LEVEL
    judged = [*before, *_checks(series, found, (low, high), significant and ratio > 1)]
    failed = [check for check in judged if check.passed is False]
    detectable = math.exp((found.critical + POWER_Z) * found.error)
    if failed:
        seen = wording.seen(outcome, ratio, low, high)
        verdict, sentence = "cannot tell", wording.cannot_tell(series, outcome, failed, seen)
    elif significant and ratio > 1:
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


def from_posts(daily: pd.DataFrame, outcome: str, *, controls: tuple[str, ...] = ()) -> Lift:
    """Compare days with posting to the same days without it, as far as chosen days allow.

    Parameters
    ----------
    daily : DataFrame
        As `daily` returns it: a row a day in any order; date, posts (a count), the outcome
        (a count) and `cause_…` columns (0/1). Likes and replies are not read.
    controls : tuple of str
        Further numeric columns to hold fixed, such as visits from a search engine.

    Returns
    -------
    Lift
        ratio is Σ fitted ÷ Σ fitted with posts set to none; `table` has the columns date,
        posts, the outcome, fitted and without_posting. Too few days, conversions or posts,
        posting that the calendar fixes, or a failed check give the verdict "cannot tell".

    Raises
    ------
    LiftError
        If the daily table is malformed: a column, a number or a day missing or repeated.

    Notes
    -----
    Quasi-Poisson regression with Newey & West (1987) errors; Wooldridge (1999) for
    Poisson with any scatter. The interval is estimate ± c errors, c being the quantile of
    |estimate ÷ error| over circular shifts of the posts, so that it leaves out 1 exactly
    when p is at most .05.

    Measured in worlds of known truth (`data/validation/lift.csv`): an effect of which four
    fifths are left a day later is understated, and so is one that trebles a day's conversions.
    An effect that is over by midnight looks like posting on good days, and is seldom called
    a lift.
    """
    series = days.read(daily, outcome, controls)
    before = checks.data(series)
    if all(check.passed for check in before):
        before += [checks.free_of_calendar(series), checks.free_of_rhythm(series)]
    if not all(check.passed for check in before):
        return _unanswered(series, outcome, before)
    found = associate(series)
    if found is None:
        reason = "posting and calendar foretell some days entirely"
        return _unanswered(
            series, outcome, [*before, Check("the regression has an answer", 0, False, reason)]
        )
    return _answered(series, outcome, found, before)
