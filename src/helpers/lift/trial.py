"""Lift from a trial: people were drawn at random into arms, and each arm was treated alike.

The *control* arm got nothing new. A *rate* is an arm's mean outcome (for a 0/1 outcome,
the share who converted); the *difference* is an arm's rate minus the control's.
"""

import math
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from helpers.lift import arms
from helpers.lift.arms import EQUAL
from helpers.lift.regression import Array
from helpers.lift.result import LEVEL, POWER_Z, Check, Lift, check_table, unit_name

Z = float(stats.norm.ppf(1 - LEVEL / 2))
METHOD = "difference of mean outcomes between arms drawn at random, each arm with its own variance"
ASSUMPTION = "people were put into arms at random, and nobody's arm changed anyone else's outcome"


class Effect(NamedTuple):
    """Treated minus control, and treated ÷ control, with 95 % intervals."""

    difference: float
    low: float
    high: float
    ratio: float
    ratio_low: float
    ratio_high: float
    p_value: float
    error: float
    control: float


def effect(outcome: Array, treated: Array, covariates: Array) -> Effect:
    """Estimate the average effect by interacted least squares with HC2 errors.

    Source: Lin 2013, eq. 3; without covariates it is the difference of means with each
    arm's own variance (Neyman 1923). The ratio's interval is the delta method's, on logs.
    """
    centred = covariates - covariates.mean(axis=0)
    design = np.column_stack([np.ones(len(outcome)), treated, centred, centred * treated[:, None]])
    result = sm.OLS(outcome, design).fit(cov_type="HC2", use_t=False)
    control, difference = (float(value) for value in result.params[:2])
    error = float(result.bse[1])
    ratio = ratio_low = ratio_high = math.nan
    if control > 0 and control + difference > 0:
        ratio = 1 + difference / control
        gradient = np.array([1 / (control + difference) - 1 / control, 1 / (control + difference)])
        reach = Z * math.sqrt(float(gradient @ result.cov_params()[:2, :2] @ gradient))
        ratio_low, ratio_high = ratio * math.exp(-reach), ratio * math.exp(reach)
    p_value = float(2 * stats.norm.sf(abs(difference) / error)) if error > 0 else 1.0
    p_value = max(p_value, float(np.finfo(float).tiny))
    low, high = difference - Z * error, difference + Z * error
    return Effect(difference, low, high, ratio, ratio_low, ratio_high, p_value, error, control)


def _row(arm: object, people: int, total: float, found: Effect | None) -> dict[str, Any]:
    names = ("difference", "low", "high", "ratio", "ratio_low", "ratio_high", "p_value")
    numbers = dict.fromkeys(names, math.nan) if found is None else found._asdict()
    return {
        "arm": arm,
        "people": people,
        "total": total,
        "rate": total / people,
        **{name: numbers[name] for name in names},
    }


def holm(p_values: Array) -> Array:
    """Adjust p values for having looked at all of them (Holm 1979)."""
    order = np.argsort(p_values)
    steps = np.maximum.accumulate(p_values[order] * np.arange(len(order), 0, -1))
    return np.minimum(steps, 1.0)[np.argsort(order)]


def _table(counts: Array, labels: Array, covariates: Array, named: list[Any]) -> pd.DataFrame:
    control = labels == named[0]
    rows = [_row(named[0], int(control.sum()), float(counts[control].sum()), None)]
    for arm in named[1:]:
        treated = labels == arm
        both = control | treated
        found = effect(counts[both], treated[both].astype(float), covariates[both])
        rows.append(_row(arm, int(treated.sum()), float(counts[treated].sum()), found))
    table = pd.DataFrame(rows)
    adjusted = holm(table["p_value"].to_numpy("float64")[1:])
    return table.assign(p_holm=[math.nan, *adjusted])


def _amount(outcome: str, found: Effect, *, binary: bool) -> str:
    scale, per = (100, "per 100 people") if binary else (1, "per person")
    low, high = found.low * scale, found.high * scale
    digits = max(2, 2 - math.floor(math.log10(high - low))) if high > low else 2
    times = f", {found.ratio:.2f} times the control's" if math.isfinite(found.ratio) else ""
    return (
        f"{found.difference * scale:+,.{digits}f} {unit_name(outcome)} {per} "
        f"(95 % interval {low:+,.{digits}f} to {high:+,.{digits}f}){times}"
    )


def _sentence(
    outcome: str, found: Effect, failed: list[Check], sizes: pd.Series, *, binary: bool
) -> str:
    drawn = f"{sizes.sum():,} people, {sizes.iloc[0]:,} of them in the control arm"
    unit = unit_name(outcome)
    if failed:
        reasons = "; ".join(f"{check.check} ({check.meaning})" for check in failed)
        return (
            f"Cannot tell whether the treatment moved {unit}, from {drawn}. This would have to "
            f"hold and does not: {reasons}. Finding out who was lost and why, or a larger trial "
            f"drawn anew, would settle it."
        )
    amount = _amount(outcome, found, binary=binary)
    if _is_lift(found):
        return f"Lift: among {drawn}, the treatment made a difference of {amount}."
    shown = "the treatment lowered it" if found.high < 0 else "no difference, 0, is within that"
    return f"No clear lift: among {drawn}, the difference was {amount}; {shown}."


def _detectable(found: Effect) -> float:
    """Return the smallest ratio that a trial this size would find four times in five."""
    if found.control <= 0:
        return math.nan
    return 1 + (Z + POWER_Z) * found.error / found.control


def _is_lift(found: Effect) -> bool:
    return found.low > 0 and found.p_value <= LEVEL


def from_trial(
    people: pd.DataFrame,
    arm: str,
    outcome: str,
    *,
    control: Hashable | None = None,
    allocation: str | Mapping[Any, float] | None = EQUAL,
    covariates: tuple[str, ...] = (),
) -> Lift:
    """Compare people drawn at random to be treated with people drawn not to be.

    Parameters
    ----------
    people : DataFrame
        One row a person who was drawn, whether or not anything reached them.
    arm, outcome : str
        Columns: the arm a person was drawn into, and what they did (0/1 or an amount).
    control : optional
        The control arm; the first in sorted order unless named.
    allocation : "equal", mapping of arm to share, or None
        The sizes the arms were meant to have; None leaves them unchecked, and says so.
    covariates : tuple of str
        Numeric columns known before the draw, to narrow the interval.

    Returns
    -------
    Lift
        Any treated arm against the control; extra is the difference times the people
        treated. `table` has a row an arm, the control first: arm, people, total, rate,
        difference, low, high, ratio, ratio_low, ratio_high, p_value, p_holm (Holm 1979,
        for having looked at several arms).

    Raises
    ------
    LiftError
        If a column is missing, repeated, empty in places or not numeric, a person has two
        rows, or there are not two arms of at least two people.

    Notes
    -----
    Lin 2013 for covariates; Fabijan et al. 2019 for arms that lost people.
    """
    arms.check(people, arm, outcome, covariates)
    named = arms.ordered(people, arm, control)
    labels = people[arm].to_numpy()
    counts = people[outcome].to_numpy("float64")
    beside = people[list(covariates)].to_numpy("float64")
    treated = labels != named[0]
    found = effect(counts, treated.astype("float64"), beside)
    sizes = people[arm].value_counts().reindex(named)
    converted = people.loc[counts != 0, arm].value_counts().reindex(named, fill_value=0)
    judged = [arms.mismatch(sizes, allocation), arms.enough(converted)]
    failed = [check for check in judged if check.passed is False]
    verdict = "cannot tell" if failed else "lift" if _is_lift(found) else "no clear lift"
    binary = bool(np.isin(counts, (0.0, 1.0)).all())
    return Lift(
        outcome=outcome,
        extra=found.difference * treated.sum(),
        extra_low=found.low * treated.sum(),
        extra_high=found.high * treated.sum(),
        ratio=found.ratio,
        low=found.ratio_low,
        high=found.ratio_high,
        p_value=found.p_value,
        method=METHOD,
        assumption=ASSUMPTION,
        checks=check_table(judged),
        verdict=verdict,
        sentence=_sentence(outcome, found, failed, sizes, binary=binary),
        table=_table(counts, labels, beside, named),
        detectable=_detectable(found),
    )
