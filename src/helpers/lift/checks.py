"""Questions to an author's own days before a lift may be called one.

Posting that *follows demand* is posting on days that would have sold well anyway. It
shows when conversions rise before posts as they do after (*before*), or when the past
week's conversions foretell posting (*foretold*). What follows demand that comes and
goes alike is as strong the day before as the day after, so a lift must also be
stronger *after* than before.
"""

import math
import re
from typing import NamedTuple

import numpy as np

from helpers.lift import regression, shifts
from helpers.lift.regression import Array, decaying
from helpers.lift.result import LEVEL, POWER_Z, Check
from helpers.lift.series import Series
from helpers.lift.shifts import Null

LEAST_DAYS = 84
LEAST_DAYS_A_COLUMN = 5
LEAST_CONVERSIONS = 30
LEAST_OF_A_SORT = 14
LEAST_FREE = 0.1
LEAST_UNEVEN = 0.05
RETENTION = 0.5
CAP = 2.0  # times what the calendar expects, and one more
DIRECTION = 0.04  # measured: at .05, posting that follows lasting demand passes too often
ORDINARY = 3.2  # standard errors in a year, and in longer the same effect: see `around_posts`
WEEK, YEAR = 7, 364
SEVERAL = re.compile(r"(?<=^day)s|(?<=^conversion)s")


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
        Check(
            f"enough {name}",
            found,
            found >= least,
            f"{found:,} {SEVERAL.sub('', name) if found == 1 else name}; {least} are needed",
        )
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


class Around(NamedTuple):
    """What conversions do around posts.

    before and after are p of a change before posts and of no more after than before;
    ordinary is how many errors they are above none on ordinary days, and needed how many
    must be; detectable is the least log ratio of which all this would be seen.
    """

    before: float
    after: float
    ordinary: float
    needed: float
    detectable: float


def _capped(series: Series, null: Null) -> Array:
    """Return counts (N,), those far above what the calendar expects cut down to that."""
    counts = series.counts.copy()
    counts[series.kept] = np.minimum(counts[series.kept], CAP * null.weights + 1)
    return counts


def around(series: Series, null: Null, lags: int) -> Around:
    """Ask what conversions do around posts, days of very many cut to size."""
    ordinary = shifts.of_counts(series, _capped(series, null))
    past, future = (decaying(series.posting, RETENTION, days=days) for days in ("past", "future"))
    asked = shifts.turned([series.posting, past, future])
    found = shifts.step(ordinary, asked, np.array([[0.0, 0, 1], [0, 1, -1]]), lags)
    before, after = found.statistics.T
    stock = series.posting + past
    alone = shifts.step(ordinary, stock[None, None], np.ones((1, 1)), lags)
    needed = ORDINARY * math.sqrt(max(len(series.counts) / YEAR, 1))
    bars = (
        (float(np.quantile(after[1:], 1 - DIRECTION)), found.error[0, 1]),
        (needed, alone.error[0, 0]),
    )
    return Around(
        regression.p_value(np.abs(before)),
        regression.p_value(after),
        float(alone.statistics[0, 0]),
        needed,
        max(float((bar + POWER_Z) * error * stock.mean()) for bar, error in bars),
    )


def around_posts(found: Around, *, rose: bool) -> list[Check]:
    """Judge whether conversions rise before posts, more after, and on ordinary days.

    The last two are judged only when conversions `rose` with posting: they guard a lift.
    News that a few posts fell on raises the average day, and however many days do not tell
    it from a lift: so a small rise of ordinary days is not enough, however well measured.
    """
    return [
        Check(
            "conversions do not change before posts",
            found.before,
            found.before > LEVEL,
            f"p = {found.before:.3f} for the days before a post against other days",
        ),
        Check(
            "conversions rise more after posts than before",
            found.after,
            found.after <= DIRECTION if rose else None,
            f"p = {found.after:.3f}; demand that posting merely follows is as high before as after",
        ),
        Check(
            "conversions rise on ordinary days too",
            found.ordinary,
            found.ordinary >= found.needed if rose else None,
            f"{found.ordinary:.1f} standard errors with days of very many cut to size, and "
            f"{found.needed:.1f} are needed; news on a few posts looks like a lift of all",
        ),
    ]


def foretold(series: Series, lags: int) -> Check:
    """Ask whether the past week's conversions foretell posting, past posts held fixed."""
    total = np.concatenate([[0.0], np.cumsum(np.log1p(series.counts))])
    days = np.arange(len(series.counts))
    demand = (total[days] - total[np.maximum(days - WEEK, 0)]) / np.clip(days, 1, WEEK)
    demand[0] = demand[1:].mean()
    past = [decaying(series.posting, retention, days="past") for retention in (0.3, 0.8)]
    null = shifts.of_line(series, series.posting, past)
    asked = shifts.step(null, shifts.turned([demand]), np.ones((1, 1)), lags)
    p = regression.p_value(np.abs(asked.statistics[:, 0]))
    return Check(
        "posting does not follow conversions",
        p,
        p > LEVEL,
        f"p = {p:.3f} for the past week's conversions as a foreteller of posting",
    )


def unmoved(name: str, p: float | None) -> Check:
    """Judge whether posting leaves alone an outcome that it cannot move; p is of all asked.

    Source: Lipsitch, Tchetgen Tchetgen & Cohen 2010.
    """
    title = f"posting does not go with {name}"
    if p is None:
        return Check(title, math.nan, None, f"{name} is too rare or too even to ask")
    meaning = f"p = {p:.3f}; posting cannot move {name}, so what goes with both moves conversions"
    return Check(title, p, p > LEVEL, meaning)


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
