"""The arms of a trial: who was drawn into which, and whether that is what was meant.

An *allocation* is the shares of people that the arms were meant to have; people who
went missing from one arm show as a departure from it.
"""

import math
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from helpers.lift import columns
from helpers.lift.intervals import SMALLEST
from helpers.lift.regression import Array
from helpers.lift.result import Check, LiftError

EQUAL = "equal"
MISMATCH_LEVEL = 0.01
SMALLEST_SHOWN = 0.0001
LEAST_CONVERTED = 10
LEAST_PEOPLE = 30
MOST_OF_ONE = 0.8
SIZES = "arms have the sizes drawn"
SETTLE_SIZES = "Finding out who was lost or added, and why, would settle it."
SETTLE_ENOUGH = "A trial of more people would settle it."


def check(people: pd.DataFrame, arm: str, outcome: str, covariates: tuple[str, ...]) -> None:
    """Refuse people whose arm, outcome or covariates are missing, or who stand there twice."""
    used = [arm, outcome, *covariates]
    columns.check(people, used, has="The people have", hint="Name the columns they have.")
    for name in used:
        empty = int(people[name].isna().sum())
        if empty:
            raise LiftError(
                f"Column {name!r} is missing for {empty:,} of {len(people):,} people. Who was "
                f"drawn must be counted: write 0 for who did nothing, or say who was lost."
            )
    for name in (outcome, *covariates):
        columns.check_numbers(people[name])
        if not np.isfinite(people[name].to_numpy("float64")).all():
            raise LiftError(f"Column {name!r} holds an infinite number. Correct it first.")
    if "person_id" in people.columns and people["person_id"].duplicated().any():
        repeated = int(people["person_id"].duplicated().sum())
        raise LiftError(f"{repeated:,} row(s) repeat a person_id. Sum each person's rows to one.")


def ordered(people: pd.DataFrame, arm: str, control: Hashable | None) -> list[Any]:
    """Return the arms, the control first."""
    arms = people[arm].unique().tolist()
    try:
        arms = sorted(arms)
    except TypeError as mixed:
        kinds = sorted({type(one).__name__ for one in arms})
        raise LiftError(
            f"Column {arm!r} names arms in several kinds of values: {', '.join(kinds)}. "
            f"Write all of them as text, or all as numbers."
        ) from mixed
    named = ", ".join(map(repr, arms)) or "none"
    if control is not None and control not in arms:
        raise LiftError(f"No person is in the control arm {control!r}. The arms are: {named}.")
    if len(arms) < 2:
        raise LiftError(
            f"Column {arm!r} holds {len(arms)} arm(s): {named}. A trial needs a control arm and "
            f"at least one treated arm."
        )
    smallest = people[arm].value_counts().min()
    if smallest < 2:
        raise LiftError(
            f"An arm of column {arm!r} has {smallest} person. Each arm needs at least two."
        )
    first = arms[0] if control is None else control
    return [first, *(other for other in arms if other != first)]


def _shares(sizes: pd.Series, allocation: str | Mapping[Any, float]) -> list[float]:
    if isinstance(allocation, str):
        if allocation != EQUAL:
            raise LiftError(
                f"Unknown allocation {allocation!r}. Give {EQUAL!r}, a share for each arm, or "
                f"None to leave the sizes unchecked."
            )
        return [1.0] * len(sizes)
    if set(allocation) != set(sizes.index) or min(allocation.values()) <= 0:
        raise LiftError(
            f"The allocation must give a share above zero to each arm and no other. "
            f"Arms: {', '.join(map(repr, sizes.index))}; "
            f"allocation: {', '.join(map(repr, allocation))}."
        )
    return [float(allocation[arm]) for arm in sizes.index]


def mismatch(sizes: pd.Series, allocation: str | Mapping[Any, float] | None) -> Check:
    """Ask whether the arms have the sizes they were meant to have (chi-square)."""
    if allocation is None:
        return Check(SIZES, math.nan, None, "not checked: no allocation was given")
    shares = np.array(_shares(sizes, allocation))
    meant = sizes.sum() * shares / shares.sum()
    p_value = max(float(stats.chisquare(sizes, meant).pvalue), SMALLEST)
    found, wanted = (" and ".join(f"{size:,.0f}" for size in those) for those in (sizes, meant))
    shown = f"p = {p_value:.2g}" if p_value >= SMALLEST_SHOWN else f"p < {SMALLEST_SHOWN}"
    return Check(
        SIZES,
        p_value,
        p_value >= MISMATCH_LEVEL,
        f"{found} people where {wanted} were meant; {shown} for sizes this far off, and below "
        f"{MISMATCH_LEVEL} people were lost or added after the draw",
    )


def enough(outcome: Array, sizes: pd.Series) -> list[Check]:
    """Ask whether there are the people and conversions that the intervals need."""
    converted, fewest = int((outcome != 0).sum()), int(sizes.min())
    squares = (outcome - outcome.mean()) ** 2
    largest = float(squares.max() / squares.sum()) if squares.any() else 0.0
    return [
        Check(
            "enough people in each arm",
            fewest,
            fewest >= LEAST_PEOPLE,
            f"the smallest has {fewest:,}; {LEAST_PEOPLE} are needed",
        ),
        Check(
            "enough people who converted",
            converted,
            converted >= LEAST_CONVERTED,
            f"{converted:,} in all arms together; {LEAST_CONVERTED} are needed",
        ),
        Check(
            "people differ in what they did",
            float(np.ptp(outcome)),
            bool(np.ptp(outcome) > 0),
            f"the most and the least that anyone did are {np.ptp(outcome):,.6g} apart",
        ),
        Check(
            "no one person makes the difference",
            largest,
            largest <= MOST_OF_ONE,
            f"one person is {largest:.0%} of all the scatter; at most {MOST_OF_ONE:.0%} may be",
        ),
    ]


def settle(failed: list[Check]) -> str:
    """Say what would answer the question that these checks leave open."""
    lost = any(check.check == SIZES for check in failed)
    few = any(check.check != SIZES for check in failed)
    return " ".join([SETTLE_SIZES] * lost + [SETTLE_ENOUGH] * few)
