"""What every lift design answers with: the `Lift`.

*Lift* is what posting, or a newsletter, or an advert, adds to conversions. A *ratio*
is conversions with it ÷ without it; *extra* is the difference, over the window. A
*check* is a question to the data whose wrong answer makes the verdict "cannot tell";
a check with `passed` missing is reported and not judged.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

VERDICTS = ("lift", "no clear lift", "cannot tell")
NUMBERS = ("extra", "extra_low", "extra_high", "ratio", "low", "high", "p_value")
LEVEL = 0.05
POWER_Z = 0.8416  # normal quantile of power .8
UNIT_NAMES = {
    "signups": "sign-ups",
    "paid": "paid subscriptions",
    "sales": "sales",
    "pages": "pages read",
    "follows": "new followers",
}


class LiftError(ValueError):
    """The data handed to a lift design are malformed, or do not fit it."""


class NoDataError(LiftError):
    """The tables lack what a design needs; nothing in them is wrong."""


class Check(NamedTuple):
    """One question to the data; `passed` is None when it is reported, not judged."""

    check: str
    value: float
    passed: bool | None
    meaning: str


def check_table(checks: list[Check]) -> pd.DataFrame:
    """Lay checks out as a frame: check, value, passed (nullable boolean), meaning."""
    frame = pd.DataFrame(checks, columns=list(Check._fields))
    return frame.astype({"check": "str", "value": "float64", "passed": "boolean", "meaning": "str"})


@dataclass(frozen=True, eq=False)
class Lift:
    """What one design says about one outcome.

    Parameters
    ----------
    outcome : str
        Column that was counted.
    extra, extra_low, extra_high : float
        Conversions added over the window, with a 95 % interval; NaN when there is no estimate.
    ratio, low, high : float
        With ÷ without, with a 95 % interval; NaN when there is no estimate.
    p_value : float
        Two-sided, for no difference; never 0.
    method, assumption : str
        What was computed, and what must hold for it to be the effect.
    checks : DataFrame
        check, value, passed (missing: not judged), meaning.
    verdict : str
        One of `VERDICTS`.
    sentence : str
        The finding in plain words, with its interval and counts.
    table : DataFrame
        The numbers behind it: a row a day, or a row an arm.
    detectable : float
        Smallest ratio that these data would have found four times in five; NaN when unknown.
    """

    outcome: str
    extra: float
    extra_low: float
    extra_high: float
    ratio: float
    low: float
    high: float
    p_value: float
    method: str
    assumption: str
    checks: pd.DataFrame
    verdict: str
    sentence: str
    table: pd.DataFrame
    detectable: float = math.nan


def no_estimate(
    outcome: str,
    *,
    method: str,
    assumption: str,
    checks: list[Check],
    sentence: str,
    table: pd.DataFrame,
) -> Lift:
    """Return the `Lift` of data that allow no estimate at all."""
    unknown = dict.fromkeys(NUMBERS, math.nan)
    return Lift(
        outcome=outcome,
        **unknown,
        method=method,
        assumption=assumption,
        checks=check_table(checks),
        verdict="cannot tell",
        sentence=sentence,
        table=table,
    )


def unit_name(outcome: str) -> str:
    """Return the plural noun a sentence uses for an outcome."""
    return UNIT_NAMES.get(outcome, outcome)
