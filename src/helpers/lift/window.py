"""One campaign's days, checked and cut out of a daily table.

The *window* is the days of a campaign, or of a *hiatus*: a campaign of silence. Days on
which nothing is ever gained (a closed shop's Sundays) are left out, and so are days after
the window, on which it may still act.
"""

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.lift import series
from helpers.lift.conformal import Days
from helpers.lift.regression import Array
from helpers.lift.result import LiftError

Day = str | date  # a pandas Timestamp is a date


class Case(NamedTuple):
    """The open days to the end of a window, what was counted on them, and their regression."""

    table: pd.DataFrame
    outcome: str
    days: Days

    @property
    def inside(self) -> np.ndarray:
        """Which days are in the window, (n,) of bool."""
        return np.arange(len(self.days.counts)) >= self.days.before


def _day(name: str, given: Day) -> pd.Timestamp:
    try:
        day = pd.Timestamp(given)
    except (ValueError, TypeError):
        day = pd.NaT
    if pd.isna(day) or day.tz is not None or day != day.normalize():
        raise LiftError(f"{name} is {given!r}, not a day. Give a day such as '2024-05-01'.")
    return day


def _limits(dates: pd.Series, start: Day, end: Day | None) -> tuple[pd.Timestamp, pd.Timestamp]:
    if dates.empty:
        raise LiftError("The daily table has no rows. Give it a row a day, zeros included.")
    first, last = dates.iloc[0], dates.iloc[-1]
    begins, ends = _day("start", start), last if end is None else _day("end", end)
    for name, day in (("start", begins), ("end", ends)):
        if not first <= day <= last:
            raise LiftError(
                f"{name} is {day:%Y-%m-%d}, but the daily table runs from {first:%Y-%m-%d} to "
                f"{last:%Y-%m-%d}. Give a day within it, or a longer table."
            )
    if ends < begins:
        raise LiftError(
            f"start is {begins:%Y-%m-%d}, after end, {ends:%Y-%m-%d}. "
            f"Give the first day of the campaign as start and the last as end."
        )
    return begins, ends


def _beside(values: Array) -> Array:
    """Scale a column; one that is never negative first gets logs, as conversions do."""
    logs = np.log1p(values) if (values >= 0).all() else values
    return (logs - logs.mean()) / (logs.std() or 1.0)


def _matrix(table: pd.DataFrame, names: list[str]) -> Array:
    weekday = table["date"].dt.day_of_week.to_numpy()
    seasons = [(weekday == day) - 1 / 7 for day in range(1, 7)]
    beside = [_beside(table[name].to_numpy("float64")) for name in names]
    matrix = np.column_stack([np.ones(len(table)), *seasons, *beside])
    return matrix[:, series.independent(matrix)]


def case(
    daily: pd.DataFrame, outcome: str, start: Day, end: Day | None, controls: tuple[str, ...]
) -> Case:
    """Check a daily table, sort it and cut it at the end of the window.

    Raises
    ------
    LiftError
        If a column is missing, repeated or not what it must be, a day is missing or
        repeated, or the window is not within the days.
    """
    read = series.read(daily.assign(posts=0), outcome, controls)
    begins, ends = _limits(read.table["date"], start, end)
    if ends < read.table["date"].iloc[-1]:
        read = series.read(read.table[read.table["date"] <= ends], outcome, controls)
    table = read.table[read.kept].reset_index(drop=True)
    causes = [name for name in table.columns if str(name).startswith(series.CAUSE)]
    length = int((table["date"] >= begins).sum())
    counts = table[outcome].to_numpy("float64")
    return Case(table, outcome, Days(_matrix(table, [*causes, *controls]), counts, length))
