"""The power of a posting calendar: how often it would find a lift, from an author's own days.

A *lift* of .5 means that days of a block with posts have half as many conversions again as
they would have had without any. *Power* is how often a test of so many weeks would say so; a
lift is *detectable* when its power is four in five.
"""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.lift import NoDataError, checks
from helpers.lift import daily as lift_daily
from helpers.lift import series as days
from helpers.lift.series import Series
from helpers.plan.futures import futures, history, lifted
from helpers.plan.redrawing import exposed, finds
from helpers.plan.schedule import WEEK, PlanError
from helpers.tables import Engagement

WEEKS = (12, 26, 52)
LIFTS = (0.1, 0.2, 0.5, 1.0)
TRIED = (0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 3.0)
ENOUGH = 0.8
DRAWS = 500
Z = 1.96
NUMBERS = ("power", "low", "high", "detectable")


def _share(hits: np.ndarray) -> tuple[float, float, float]:
    """Return a share with its 95 % Monte-Carlo interval (Wilson 1927)."""
    n, share = len(hits), float(hits.mean())
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    reach = Z / (1 + Z**2 / n) * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return share, max(min(middle - reach, share), 0.0), min(max(middle + reach, share), 1.0)


def _detectable(lifts: Sequence[float], powers: Sequence[float] | np.ndarray) -> float:
    """Return the lift whose power is four in five, between those tried; NaN if none is."""
    rising = np.maximum.accumulate([0.0, *powers])
    if rising[-1] < ENOUGH:
        return math.nan
    place = int(np.argmax(rising >= ENOUGH))
    steps = [0.0, *lifts][place - 1 : place + 1]
    return float(np.interp(ENOUGH, rising[place - 1 : place + 1], steps))


def _simulated(
    series: Series,
    lifts: Sequence[float],
    weeks: Sequence[int],
    block_days: int,
    draws: int,
    seed: int,
    retention: float,
) -> pd.DataFrame:
    past, tried = history(series), sorted({*TRIED, *lifts})
    pairs = [number * WEEK // (2 * block_days) for number in weeks]
    drawn = futures(past, max(pairs), block_days, draws, seed)
    shares = exposed(drawn.coins, block_days, retention)
    found = np.empty((len(weeks), len(tried), draws), dtype=bool)
    for column, lift in enumerate(tried):
        counts = lifted(past, drawn, lift, shares, seed)
        for row, number in enumerate(pairs):
            part = counts[:, : 2 * number * block_days]
            found[row, column] = finds(part, drawn.coins[:, :number], block_days)
    rows = []
    for number, hits in zip(weeks, found, strict=True):
        smallest = _detectable(tried, hits.mean(axis=1))
        rows += [(number, lift, *_share(hits[tried.index(lift)]), smallest) for lift in lifts]
    return pd.DataFrame(rows, columns=["weeks", "lift", *NUMBERS])


def _unanswered(lifts: Sequence[float], weeks: Sequence[int]) -> pd.DataFrame:
    grid = [(number, lift) for number in weeks for lift in lifts]
    table = pd.DataFrame(grid, columns=["weeks", "lift"])
    return table.assign(**dict.fromkeys(NUMBERS, math.nan))


def _lack(series: Series) -> str:
    """Say what a history lacks to be drawn from; empty when it lacks nothing."""
    needs = (
        ("days", len(series.counts), checks.LEAST_DAYS),
        ("conversions", int(series.counts.sum()), checks.LEAST_CONVERSIONS),
        ("days with conversions", int((series.counts > 0).sum()), checks.LEAST_OF_A_SORT),
    )
    return "; ".join(
        f"{found:,} {name}; {least} are needed" for name, found, least in needs if found < least
    )


def _check_asked(
    lifts: Sequence[float], weeks: Sequence[int], block_days: int, draws: int, retention: float
) -> None:
    least = -(-2 * block_days // WEEK)
    if not weeks or any(isinstance(one, float) or one < least for one in weeks):
        raise PlanError(
            f"weeks={list(weeks)!r} are not whole numbers of at least {least}, the length of a "
            f"pair of blocks."
        )
    if not lifts or any(not 0 <= one < math.inf for one in lifts):
        raise PlanError(
            f"lifts={list(lifts)!r} are not numbers of at least 0; write .5 for half as many again."
        )
    if not 0 <= retention < 1:
        raise PlanError(f"retention={retention!r} is not a share of at least 0 and below 1.")
    if draws < 1:
        raise PlanError(f"draws={draws!r} is not a number of at least 1.")


def power(
    daily: pd.DataFrame,
    outcome: str,
    lifts: Sequence[float] = LIFTS,
    weeks: Sequence[int] = WEEKS,
    *,
    block_days: int = WEEK,
    draws: int = DRAWS,
    seed: int = 0,
    retention: float = 0.0,
) -> pd.DataFrame:
    """Foretell how often a posting calendar would find a lift, from an author's own history.

    Parameters
    ----------
    daily : DataFrame
        The history, as `lift.daily` returns it.
    lifts : sequence of float
        Lifts to look for: .5 is half as many conversions again on days of a block with posts.
    weeks : sequence of int
        Lengths of the test.
    block_days, draws, seed : int
        Length of a block; tests simulated; what they are drawn from.
    retention : float
        Share of posting's effect that is left a day later. Above 0, the lift is that of posting
        for long against none for long, and blocks show less of it.

    Returns
    -------
    DataFrame
        A row a number of weeks and lift: weeks, lift; power, with low and high (the 95 %
        Monte-Carlo interval); detectable (the lift found four times in five in these weeks;
        missing when it is above all `TRIED`); draws, days and conversions (of the history), why
        (what the history lacks; empty where there is an answer).

    Raises
    ------
    LiftError
        If the daily table is malformed.
    PlanError
        If what is asked for is no number of use.

    Notes
    -----
    Block bootstrap of the history (Künsch 1989), the lift put in by thinning or superposing
    counts, each test analysed as `lift.from_schedule` would (its p; not whether its interval
    has two ends, which in 12 weeks it may lack). What never happened in the history does not
    happen in what is drawn from it. On simulated authors the power foretold from one year was
    right on average; from year to year its standard deviation was 5 to 20 points.
    """
    _check_asked(lifts, weeks, block_days, draws, retention)
    series = days.read(daily, outcome, ())
    lack = _lack(series)
    if lack:
        table = _unanswered(lifts, weeks)
    else:
        table = _simulated(series, lifts, weeks, block_days, draws, seed, retention)
    conversions = int(series.counts.sum())
    return table.assign(draws=draws, days=len(series.counts), conversions=conversions, why=lack)


def prospects(
    engagement: Engagement,
    outcome: str,
    timezone: str = "UTC",
    *,
    lifts: Sequence[float] = LIFTS,
    weeks: Sequence[int] = WEEKS,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the `power` of a calendar from an author's tables, or why there is none.

    Raises
    ------
    LiftError
        If the outcome or the time zone is unknown.
    """
    try:
        table = lift_daily(engagement, outcome, timezone)
    except NoDataError as lack:
        why = str(lack).removesuffix(".")
        return _unanswered(lifts, weeks).assign(draws=0, days=0, conversions=0, why=why)
    return power(table, outcome, lifts, weeks, seed=seed)
