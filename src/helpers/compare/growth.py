"""List growth: sign-ups a week, with an error that allows for good and bad months.

The window runs from the day after the first sign-up to the day before the last: its ends
are not sign-ups themselves, and a list that was imported on its first day is not growth.
It is cut into *blocks* of eight weeks, whose scatter is the error.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from helpers.compare.measures import Array
from helpers.schemas import DAILY
from helpers.tables import Engagement
from helpers.wording import FEWEST

BLOCK = 56  # days
FEWEST_BLOCKS = 4
ASSUMPTION = "weeks to come are like the weeks on record"


class Growth(NamedTuple):
    """Logarithm of the sign-ups a week, its standard error, and why there is none."""

    estimate: float
    error: float
    why: str = ""


def _unknown(why: str) -> Growth:
    return Growth(np.nan, np.nan, why)


def rate(daily: Array) -> Growth:
    """Estimate the logarithm of the weekly rate from counts a day.

    Parameters
    ----------
    daily : array (days,)
        Sign-ups a day; the days that fill no block at the beginning are left out.

    Notes
    -----
    Batch means (Schmeiser 1982, Operations Research 30:556): blocks of eight weeks
    forget most of what neighbouring days share. The error is at least Poisson's, and as much larger
    as Student's t at 95 % is than the normal.
    """
    blocks = len(daily) // BLOCK
    if blocks < FEWEST_BLOCKS:
        return _unknown(f"its sign-ups span fewer than {FEWEST_BLOCKS * BLOCK // 7} whole weeks")
    counts = daily[len(daily) - blocks * BLOCK :].reshape(blocks, BLOCK).sum(axis=1)
    if counts.sum() < FEWEST:
        return _unknown(f"there are fewer than {FEWEST} sign-ups")
    mean = counts.mean()
    wider = t.ppf(0.975, blocks - 1) / norm.ppf(0.975)
    error = np.sqrt(max(counts.var(ddof=1), mean) / blocks) * wider / mean
    return Growth(float(np.log(mean * 7 / BLOCK)), float(error))


def growth(engagement: Engagement) -> Growth:
    """Estimate sign-ups a week from the dated sign-ups of one author."""
    rows = engagement.conversions.query("kind == 'signup' and quantity > 0")
    rows = rows[rows["grain"].isin(DAILY)]
    if rows.empty:
        return _unknown("no file dates a sign-up by the day")
    days = rows["occurred_at"].dt.tz_localize(None).dt.normalize()
    inner = pd.date_range(days.min(), days.max(), freq="D")[1:-1]
    counts = rows.groupby(days)["quantity"].sum().reindex(inner, fill_value=0)
    return rate(counts.to_numpy("float64"))
