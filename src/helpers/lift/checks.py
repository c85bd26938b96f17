"""Questions to an author's own days before a lift may be called one.

Posting that *follows demand* is posting on days that would have sold well anyway. It
shows when conversions rise before posts as they do after (*before*), or when the past
week's conversions foretell posting (*foretold*). What follows demand that comes and
goes alike is as strong the day before as the day after, so a lift must also be
stronger *after* than before.
"""

import math

import numpy as np

from helpers.lift import regression
from helpers.lift.regression import Array, decaying
from helpers.lift.result import LEVEL, Check
from helpers.lift.series import Series, design

LEAST_DAYS = 84
LEAST_DAYS_A_COLUMN = 5
LEAST_CONVERSIONS = 30
LEAST_OF_A_SORT = 14
LEAST_FREE = 0.1
LEAST_UNEVEN = 0.05
RETENTION = 0.6
WEEK = 7
SHIFTS = 199


def data(series: Series) -> list[Check]:
    """Ask whether there are days, conversions, and days of each sort enough."""
    posting = int((series.posts[series.kept] > 0).sum())
    quiet = int(series.kept.sum()) - posting
    closed = int((~series.kept).sum())
    least_open = LEAST_DAYS_A_COLUMN * series.calendar.shape[1]
    needs = (
        ("days", len(series.counts), max(LEAST_DAYS, closed + least_open)),
        ("conversions", int(series.counts.sum()), LEAST_CONVERSIONS),
        ("days with conversions", int((series.counts > 0).sum()), LEAST_OF_A_SORT),
        ("days with a post", posting, LEAST_OF_A_SORT),
        ("days without a post", quiet, LEAST_OF_A_SORT),
    )
    return [
        Check(f"enough {name}", found, found >= least, f"{found:,} {name}; {least} are needed")
        for name, found, least in needs
    ]


def _free(columns: Array, others: Array) -> float:
    """Return the smallest share of a column's variance that all the others leave free."""
    shares = []
    for place, column in enumerate(columns.T):
        beside = np.column_stack([others, np.delete(columns, place, axis=1)])
        left = column - beside @ np.linalg.lstsq(beside, column)[0]
        spread = column - column.mean()
        shares.append(float(left @ left / (spread @ spread)))
    return min(shares)


def free_of_calendar(series: Series) -> Check:
    """Ask how much of posting the calendar (weekday, drift, causes, controls) leaves free."""
    free = _free(series.posting[series.kept][:, None], series.calendar[series.kept])
    return Check(
        "posting is not fixed by the calendar",
        free,
        free >= LEAST_FREE,
        f"{free:.0%} of when the author posted is not given by weekday, season and known causes; "
        f"{LEAST_FREE:.0%} is needed",
    )


def free_of_rhythm(series: Series) -> Check:
    """Ask how far days with, before and after a post can be told apart."""
    around = [decaying(series.posting, RETENTION, days=days) for days in ("past", "future")]
    columns = np.column_stack([series.posting, *around])[series.kept]
    free = _free(columns, series.calendar[series.kept])
    return Check(
        "posting is not one fixed rhythm",
        free,
        free >= LEAST_UNEVEN,
        f"{free:.0%} of what tells days with, before and after a post apart is not fixed by "
        f"their rhythm; {LEAST_UNEVEN:.0%} is needed",
    )


def _around(series: Series, posting: Array, lags: int) -> Array:
    """Return t statistics (S, 2): rise before a post; rise after less rise before."""
    past = decaying(posting, RETENTION, days="past")
    future = decaying(posting, RETENTION, days="future")
    around, counts = design(series, [posting, past, future]), series.counts[series.kept]
    fitted = regression.fit(around, counts)
    statistics = []
    for weights in ((0.0, 0.0, 1.0), (0.0, 1.0, -1.0)):
        gradient = np.concatenate([np.zeros(around.columns - 3), weights])
        estimate = regression.contrast(around, counts, fitted, gradient, lags)
        statistics.append(estimate.value / estimate.error)
    return np.stack(statistics, axis=-1)


def around_posts(series: Series, lags: int, *, rose: bool) -> list[Check]:
    """Ask whether conversions rise before posts, and more after than before.

    The second is judged only when conversions `rose` with posting: it guards a lift.
    """
    statistics = _around(series, regression.shifted(series.posting, SHIFTS), lags)
    before = regression.p_value(np.abs(statistics[:, 0]))
    after = regression.p_value(statistics[:, 1])
    return [
        Check(
            "conversions do not change before posts",
            before,
            before > LEVEL,
            f"p = {before:.3f} for the days before a post against other days",
        ),
        Check(
            "conversions rise more after posts than before",
            after,
            after <= LEVEL if rose else None,
            f"p = {after:.3f}; demand that posting merely follows is as high before as after",
        ),
    ]


def _foretold(series: Series, posting: Array, demand: Array, lags: int) -> Array:
    """Return t statistics (S,) of last week's conversions as a foreteller of posting."""
    past = [decaying(posting, retention, days="past") for retention in (0.3, 0.8)]
    before = design(series, [*past, np.broadcast_to(demand, posting.shape)])
    responses = posting[:, series.kept]
    fitted = regression.fit_line(before, responses)
    last = np.eye(before.columns)[-1]
    estimate = regression.contrast(before, responses, fitted, last, lags)
    return estimate.value / estimate.error


def foretold(series: Series, lags: int) -> Check:
    """Ask whether the past week's conversions foretell posting, past posts held fixed."""
    total = np.concatenate([[0.0], np.cumsum(np.log1p(series.counts))])
    days = np.arange(len(series.counts))
    demand = (total[days] - total[np.maximum(days - WEEK, 0)]) / np.clip(days, 1, WEEK)
    demand[0] = demand[1:].mean()
    posting = regression.shifted(series.posting, SHIFTS)
    statistics = _foretold(series, posting, demand - demand.mean(), lags)
    p = regression.p_value(np.abs(statistics))
    return Check(
        "posting does not follow conversions",
        p,
        p > LEVEL,
        f"p = {p:.3f} for the past week's conversions as a foreteller of posting",
    )


def e_value(ratio: float) -> float:
    """Return how strong an unmeasured cause must be to explain a ratio away.

    Source: VanderWeele & Ding 2017, the E-value of a rate ratio.
    """
    ratio = max(ratio, 1 / ratio)
    return ratio + math.sqrt(ratio * (ratio - 1))


def unmeasured(low: float, high: float) -> Check:
    """Report the E-value of the interval's limit nearest to 1; it is not judged."""
    limit = 1.0 if low <= 1 <= high else min(low, high, key=lambda end: abs(math.log(end)))
    value = e_value(limit)
    meaning = (
        f"a cause nobody recorded would have to multiply both posting and conversions by "
        f"{value:.2f} to bring the interval to no difference"
        if limit != 1
        else "the interval holds no difference, so nothing is left to explain away"
    )
    return Check("strength of an unmeasured cause (E-value)", value, None, meaning)


def dispersion(series: Series, means: Array, columns: int) -> Check:
    """Report how much more conversions scatter than pure chance; it is not judged."""
    counts = series.counts[series.kept]
    value = float(((counts - means) ** 2 / means).sum() / (len(counts) - columns))
    return Check(
        "scatter of daily conversions",
        value,
        None,
        f"{value:.1f} times that of pure chance; the intervals allow for it",
    )
