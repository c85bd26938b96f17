"""How many readers a newsletter trial needs: some, drawn by lot, are left out of a mailing."""

import math

import pandas as pd
from scipy import stats

from helpers.lift.result import LEVEL
from helpers.plan.schedule import PlanError

RATES = (0.005, 0.01, 0.02, 0.05)
LIFTS = (0.2, 0.5, 1.0)


def holdout(rate: float, lift: float, *, power: float = 0.8) -> int:
    """Return how many people each arm needs for a lift of a share to be found.

    Parameters
    ----------
    rate : float
        Share that converts when left out.
    lift : float
        What the mailing adds: .2 is from 1.0 % to 1.2 %.
    power : float
        How often such a lift shall be found.

    Raises
    ------
    PlanError
        If a number is no share, or the lift leaves no share.

    Notes
    -----
    Difference of two shares, two-sided at .05, each arm with its own variance (Fleiss,
    Levin & Paik 2003, section 4.2).
    """
    treated = rate * (1 + lift)
    if not (0 < rate < 1 and 0 < treated < 1 and lift != 0 and LEVEL < power < 1):
        raise PlanError(
            f"rate={rate!r}, lift={lift!r}, power={power!r}: the share with and without must lie "
            f"between 0 and 1 and differ, and the power between {LEVEL} and 1."
        )
    z = stats.norm.ppf(1 - LEVEL / 2) + stats.norm.ppf(power)
    variance = rate * (1 - rate) + treated * (1 - treated)
    return math.ceil(z**2 * variance / (treated - rate) ** 2)


def holdouts() -> pd.DataFrame:
    """Return people an arm by the share that converts anyway (rows) and the lift (columns)."""
    columns = {f"+{lift:.0%}".replace("%", " %"): lift for lift in LIFTS}
    rows = [
        {"share that converts anyway": rate}
        | {name: holdout(rate, lift) for name, lift in columns.items()}
        for rate in RATES
    ]
    return pd.DataFrame(rows)
