"""A daily table made ready for regression: checked, sorted, and set beside the calendar.

The *calendar* is what moves conversions whether or not anybody posts: the weekday, the
slow drift of the months, the known causes, the controls. *Posting* on a day is
log2(1 + posts): 0 for none, 1 for one, 2 for three.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.lift import columns
from helpers.lift.regression import Array
from helpers.lift.result import LiftError

DAY = pd.Timedelta(days=1)
DRIFT_DAYS = 56  # one slow wave for every eight weeks
LEAST_CALENDAR = 1e-6
CAUSE = "cause_"


@dataclass(frozen=True, eq=False)
class Series:
    """Days in order.

    Parameters
    ----------
    table : DataFrame
        The daily table, sorted.
    counts, posts, posting : array (n,)
        Conversions, posts, and log2(1 + posts).
    calendar : array (n, k)
        The constant, then weekday, drift, causes and controls, linearly independent.
    kept : array (n,) of bool
        False on days that the calendar alone says have no conversions (a closed shop).
    """

    table: pd.DataFrame
    counts: Array
    posts: Array
    posting: Array
    calendar: Array
    kept: np.ndarray


def read(daily: pd.DataFrame, outcome: str, controls: tuple[str, ...]) -> Series:
    """Check a daily table and set it beside its calendar.

    Raises
    ------
    LiftError
        If a column is missing, repeated or not what it must be, or a day is missing or
        repeated.
    """
    causes = [name for name in daily.columns if str(name).startswith(CAUSE)]
    used = ["date", "posts", outcome, *causes, *controls]
    columns.check(daily, used, hint="Make it with lift.daily.")
    columns.check_dates(daily["date"])
    for name in used[1:]:
        _check_numbers(daily[name], counted=name in ("posts", outcome))
    table = daily.sort_values("date", ignore_index=True)
    _check_days(table["date"])
    counts, posts = (table[name].to_numpy("float64") for name in (outcome, "posts"))
    kept = _kept(table, counts, causes)
    calendar = _calendar(table, [*causes, *controls], kept)
    return Series(table, counts, posts, np.log2(1 + posts), calendar, kept)


def _check_numbers(column: pd.Series, *, counted: bool) -> None:
    columns.check_numbers(column)
    values = column.to_numpy("float64", na_value=np.nan)
    missing = int((~np.isfinite(values)).sum())
    if missing:
        raise LiftError(
            f"Column {column.name!r} is missing or infinite on {missing} of {len(values)} day(s). "
            f"An unknown day is not a zero: cut the table to days that are known."
        )
    if counted and (values < 0).any():
        raise LiftError(
            f"Column {column.name!r} is negative on {int((values < 0).sum())} of {len(values)} "
            f"day(s). Count what was gained; leave refunds and departures out."
        )


def _check_days(dates: pd.Series) -> None:
    if dates.isna().any():
        raise LiftError(
            f"Column 'date' is missing in {int(dates.isna().sum())} of {len(dates)} row(s). "
            f"Leave undated rows out."
        )
    repeated = dates[dates.duplicated()]
    if len(repeated):
        raise LiftError(
            f"The day {repeated.iloc[0]:%Y-%m-%d} stands in more than one row "
            f"({len(repeated)} row(s) too many). Sum them to one row a day."
        )
    steps = dates.diff().dropna()
    if (steps != DAY).any():
        after = dates[steps.index[steps != DAY][0] - 1]
        raise LiftError(
            f"The days are not consecutive: the row after {after:%Y-%m-%d} is not the next day "
            f"({int((steps != DAY).sum())} such place(s)). Give every day a row, zeros included."
        )


def _kept(table: pd.DataFrame, counts: Array, causes: list[str]) -> np.ndarray:
    """Leave out weekdays, and days of a cause, on which nothing was ever gained."""
    kept = np.ones(len(table), dtype=bool)
    weekday = table["date"].dt.day_of_week.to_numpy()
    groups = [weekday == day for day in range(7)]
    groups += [table[name].to_numpy("float64") != 0 for name in causes]
    for group in groups:
        if counts[group].sum() == 0:
            kept &= ~group
    return kept


def _drift(days: int) -> list[Array]:
    """Return a line and half-cosines, one for every `DRIFT_DAYS` (Peng & Dominici 2008, ch. 4)."""
    place = (np.arange(days) + 0.5) / max(days, 1)
    waves = [np.cos(np.pi * wave * place) for wave in range(1, days // DRIFT_DAYS + 1)]
    return [place - 0.5, *waves]


def _calendar(table: pd.DataFrame, extra: list[str], kept: np.ndarray) -> Array:
    days = len(table)
    weekday = table["date"].dt.day_of_week.to_numpy()
    seasons = ((weekday == day) - 1 / 7 for day in range(1, 7))
    known = [np.ones(days), *seasons, *_drift(days)]
    for name in extra:
        values = table[name].to_numpy("float64")
        known.append((values - values.mean()) / (values.std() or 1.0) if days else values)
    matrix = np.column_stack(known)
    return matrix[:, independent(matrix[kept])]


def independent(matrix: Array) -> np.ndarray:
    """Tell which columns are not combinations of those before them."""
    if len(matrix) < matrix.shape[1]:
        return np.ones(matrix.shape[1], dtype=bool)
    scale = np.linalg.norm(matrix, axis=0)
    remaining = np.abs(np.diag(np.linalg.qr(matrix, mode="r")))
    return remaining > LEAST_CALENDAR * np.where(scale > 0, scale, 1.0)
