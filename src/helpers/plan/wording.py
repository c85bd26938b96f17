"""The sentences of a plan: what a posting test would find, and what it would not.

A figure that comes from simulated tests is given with its Monte-Carlo error.
"""

import math

import pandas as pd

from helpers.lift.result import unit_name
from helpers.plan.power import ENOUGH, TRIED
from helpers.wording import percent

YEAR = 52


def _length(weeks: int) -> str:
    return "a year" if weeks == YEAR else f"{weeks} weeks"


def _one(rows: pd.DataFrame) -> str:
    """Say in how many weeks one lift is found four times in five, or that it is not."""
    last, name = rows.iloc[-1], f"+{percent(rows['lift'].iloc[0])}"
    enough = rows[rows["power"] >= ENOUGH]
    if enough.empty:
        return f"{name} not in {_length(last.weeks)} (found {percent(last.power)} of the time)"
    first = enough.iloc[0]
    return f"{name} in {_length(first.weeks)} ({percent(first.power)})"


def _smallest(last: pd.Series) -> str:
    weeks, largest = _length(last.weeks).capitalize(), f"+{percent(max(last['lift'], *TRIED))}"
    if math.isnan(last.detectable):
        return f"{weeks} would find no lift four times in five, not even one of {largest}."
    smallest = f"+{percent(last.detectable)}"
    return f"{weeks} would find a lift of about {smallest} or more four times in five."


def sentence(table: pd.DataFrame, outcome: str) -> str:
    """Say what a posting test would find, from the table that `power` returned.

    What is found less than four times in five in the longest test is said not to be found.
    """
    unit, first = unit_name(outcome), table.iloc[0]
    if first.why:
        return f"Cannot tell what a posting test would find in {unit}: {first.why}."
    table = table.sort_values(["lift", "weeks"])
    last = table.iloc[-1]
    said = "; ".join(_one(rows) for _, rows in table.groupby("lift"))
    error = 100 * ((table["high"] - table["low"]) / 2).max()
    found = (table["power"] >= ENOUGH).any()
    lead = "" if found else f"Not in {_length(last.weeks)}, for any lift asked for. "
    return (
        f"{lead}{_smallest(last)} Lift by lift: {said}. This is from {first.draws:,} tests "
        f"simulated from {first.days:,} days with {first.conversions:,} {unit} "
        f"({first.conversions / first.days:.2g} a day), to within {error:.0f} points, if days to "
        f"come are like them."
    )
