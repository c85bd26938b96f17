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

from helpers.lift.result import Check, LiftError

EQUAL = "equal"
MISMATCH_LEVEL = 0.001
LEAST_CONVERTED = 5


def check(people: pd.DataFrame, arm: str, outcome: str, covariates: tuple[str, ...]) -> None:
    """Refuse people whose arm, outcome or covariates are missing, or who stand there twice."""
    used = [arm, outcome, *covariates]
    missing = [name for name in used if name not in people.columns]
    if missing:
        raise LiftError(
            f"The people have no column {', '.join(map(repr, missing))}; they have "
            f"{', '.join(map(repr, people.columns)) or 'none'}. Name the columns they have."
        )
    if len(set(used)) < len(used):
        raise LiftError("A column is given twice. Give each column one part to play.")
    for name in used:
        empty = int(people[name].isna().sum())
        if empty:
            raise LiftError(
                f"Column {name!r} is missing for {empty:,} of {len(people):,} people. Who was "
                f"drawn must be counted: write 0 for who did nothing, or say who was lost."
            )
    for name in (outcome, *covariates):
        kind = people[name].dtype
        if not (pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind)):
            raise LiftError(f"Column {name!r} holds {kind}, not numbers. Convert it first.")
        if not np.isfinite(people[name].to_numpy("float64")).all():
            raise LiftError(f"Column {name!r} holds an infinite number. Correct it first.")
    if "person_id" in people.columns and people["person_id"].duplicated().any():
        repeated = int(people["person_id"].duplicated().sum())
        raise LiftError(f"{repeated:,} row(s) repeat a person_id. Sum each person's rows to one.")


def ordered(people: pd.DataFrame, arm: str, control: Hashable | None) -> list[Any]:
    """Return the arms, the control first."""
    arms = sorted(people[arm].unique().tolist())
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


def mismatch(sizes: pd.Series, allocation: str | Mapping[Any, float] | None) -> Check:
    """Ask whether the arms have the sizes they were meant to have (chi-square)."""
    name = "arms have the sizes drawn"
    if allocation is None:
        return Check(name, math.nan, None, "not checked: no allocation was given")
    if isinstance(allocation, str):
        if allocation != EQUAL:
            raise LiftError(
                f"Unknown allocation {allocation!r}. Give {EQUAL!r}, a share for each arm, or "
                f"None to leave the sizes unchecked."
            )
        allocation = dict.fromkeys(sizes.index, 1.0)
    if set(allocation) != set(sizes.index) or min(allocation.values()) <= 0:
        raise LiftError(
            f"The allocation must give a share above zero to each arm and no other. "
            f"Arms: {', '.join(map(repr, sizes.index))}; "
            f"allocation: {', '.join(map(repr, allocation))}."
        )
    shares = np.array([allocation[arm] for arm in sizes.index], dtype="float64")
    p_value = float(stats.chisquare(sizes, sizes.sum() * shares / shares.sum()).pvalue)
    return Check(
        name,
        p_value,
        p_value >= MISMATCH_LEVEL,
        f"p = {p_value:.2g} for sizes this far from those drawn; below {MISMATCH_LEVEL} people "
        f"were lost or added after the draw",
    )


def enough(converted: pd.Series) -> Check:
    """Ask whether each arm has the few conversions that a normal interval needs."""
    fewest = int(converted.min())
    return Check(
        "enough conversions in each arm",
        fewest,
        fewest >= LEAST_CONVERTED,
        f"the arm with fewest has {fewest:,} people who converted; {LEAST_CONVERTED} are needed",
    )
