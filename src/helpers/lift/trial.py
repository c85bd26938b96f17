"""Lift from a trial: people were drawn at random into arms, and each arm was treated alike.

The *control* arm got nothing new. A *rate* is an arm's mean outcome (for a 0/1 outcome,
the share who converted); the *difference* is an arm's rate minus the control's.
"""

import math
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from helpers.lift import arms
from helpers.lift.arms import EQUAL
from helpers.lift.intervals import Effect, Z, effect
from helpers.lift.regression import Array
from helpers.lift.result import LEVEL, POWER_Z, Check, Lift, check_table, unit_name

METHOD = (
    "difference of mean outcomes between arms drawn at random, each arm with its own variance; "
    "score intervals for rare outcomes, pooled scatter for skewed amounts"
)
ASSUMPTION = "people were put into arms at random, and nobody's arm changed anyone else's outcome"
IF = "if people were drawn at random and nobody's arm changed what others did"
ROUNDS = 50  # in which the rate that could be found settles


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


def _table(
    counts: Array, labels: Array, covariates: Array, named: list[Any], pooled: Effect
) -> pd.DataFrame:
    control = labels == named[0]
    rows = [_row(named[0], int(control.sum()), float(counts[control].sum()), None)]
    for arm in named[1:]:
        treated = labels == arm
        both = control | treated
        found = (
            pooled
            if len(named) == 2
            else effect(counts[both], treated[both].astype("float64"), covariates[both])
        )
        rows.append(_row(arm, int(treated.sum()), float(counts[treated].sum()), found))
    table = pd.DataFrame(rows)
    adjusted = holm(table["p_value"].to_numpy("float64")[1:])
    return table.assign(p_holm=[math.nan, *adjusted])


def _times(found: Effect) -> str:
    if not math.isfinite(found.ratio):
        return ""
    high = f"to {found.ratio_high:.2f}" if math.isfinite(found.ratio_high) else "or more"
    return f", {found.ratio:.2f} times the control's ({found.ratio_low:.2f} {high})"


def _amount(outcome: str, found: Effect, *, binary: bool) -> str:
    scale, per = (100, "per 100 people") if binary else (1, "per person")
    low, high = found.low * scale, found.high * scale
    digits = max(2, 2 - math.floor(math.log10(high - low))) if high > low else 2
    return (
        f"{found.difference * scale:+,.{digits}f} {unit_name(outcome)} {per} "
        f"(95 % interval {low:+,.{digits}f} to {high:+,.{digits}f}){_times(found)}"
    )


def _no_clear_lift(drawn: str, amount: str, found: Effect, detectable: float) -> str:
    shown = "the treatment lowered it" if found.high < 0 else "no difference, 0, is within that"
    least = (
        f" A trial like this finds a lift four times in five only from about "
        f"{detectable:.2f} times up."
        if math.isfinite(detectable)
        else ""
    )
    return f"No clear lift: among {drawn}, the difference was {amount}; {shown}.{least}"


def _sentence(
    outcome: str,
    found: Effect,
    failed: list[Check],
    sizes: pd.Series,
    *,
    binary: bool,
    detectable: float,
) -> str:
    drawn = f"{sizes.sum():,} people, {sizes.iloc[0]:,} of them in the control arm"
    amount = _amount(outcome, found, binary=binary)
    if failed:
        reasons = "; ".join(f"{check.check} ({check.meaning})" for check in failed)
        return (
            f"Cannot tell whether the treatment moved {unit_name(outcome)}, from {drawn}. This "
            f"would have to hold and does not: {reasons}. The difference was {amount}, which "
            f"cannot be read as an effect. {arms.settle(failed)}"
        )
    if _is_lift(found):
        return f"Lift: among {drawn}, the treatment made a difference of {amount}, {IF}."
    return _no_clear_lift(drawn, amount, found, detectable)


def _detectable(found: Effect, sizes: pd.Series, *, binary: bool) -> float:
    """Return the smallest ratio that a trial this size would find four times in five."""
    if found.control <= 0:
        return math.nan
    needed, ratio = (Z + POWER_Z) / found.control, 1 + (Z + POWER_Z) * found.error / found.control
    people = int(sizes.iloc[1:].sum()), int(sizes.iloc[0])
    for _ in range(ROUNDS if binary else 0):
        rates = min(ratio * found.control, 1.0), found.control
        scatter = sum(rate * (1 - rate) / size for rate, size in zip(rates, people, strict=True))
        ratio = 1 + needed * math.sqrt(scatter)
    return ratio if not binary or ratio * found.control <= 1 else math.nan


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
    Lin 2013 for covariates; Fabijan et al. 2019 for arms that lost people; `intervals.effect`
    for the intervals. People who reach other people, or who take what others would have
    bought, are seen by no check: that is the assumption. `data/validation/trial.csv` says how
    often this is right, and what people lost from one arm, or reached in the wrong one, do.
    """
    arms.check(people, arm, outcome, covariates)
    named = arms.ordered(people, arm, control)
    labels = people[arm].to_numpy()
    counts = people[outcome].to_numpy("float64")
    beside = people[list(covariates)].to_numpy("float64")
    treated = labels != named[0]
    found = effect(counts, treated.astype("float64"), beside)
    sizes = people[arm].value_counts().reindex(named)
    judged = [arms.mismatch(sizes, allocation), *arms.enough(counts, sizes)]
    failed = [check for check in judged if check.passed is False]
    verdict = "cannot tell" if failed else "lift" if _is_lift(found) else "no clear lift"
    binary = bool(np.isin(counts, (0.0, 1.0)).all())
    detectable = _detectable(found, sizes, binary=binary)
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
        sentence=_sentence(outcome, found, failed, sizes, binary=binary, detectable=detectable),
        table=_table(counts, labels, beside, named, found),
        detectable=detectable,
    )
