"""Controls from outside: daily figures that follow demand and that posting cannot move.

Such as visits from a search engine, another author's sales, a shop's figures for the genre.
They tell what a campaign's days would have been like, and show causes that began with it.
"""

from pathlib import Path

import pandas as pd

from helpers.lift import columns
from helpers.lift.result import LiftError

HINT = "It needs a row a day: date (2026-03-01), then a column of numbers for each control."


def read(path: str | Path) -> pd.DataFrame:
    """Read a CSV of daily controls: the column date, then one column of numbers each.

    Raises
    ------
    LiftError
        If there is no such file, it has no column date or no other, a date is not one, or a
        column holds anything but numbers.
    """
    path = Path(path)
    if not path.is_file():
        raise LiftError(f"There is no file {path.name!r} of controls. {HINT}")
    table = pd.read_csv(path)
    columns.check(table, ["date"], has=f"{path.name!r} has", hint=HINT)
    if len(table.columns) < 2:
        raise LiftError(f"{path.name!r} has no column beside 'date'. {HINT}")
    dates = pd.to_datetime(table["date"], format="%Y-%m-%d", errors="coerce")
    if dates.isna().any():
        row = int(dates.isna().to_numpy().argmax())
        raise LiftError(
            f"{path.name!r}, row {row + 2}: {str(table['date'].iloc[row])!r} is not a day. {HINT}"
        )
    for name in table.columns.drop("date"):
        columns.check_numbers(table[name])
    return table.assign(date=dates)


def beside(days: pd.DataFrame, controls: pd.DataFrame) -> pd.DataFrame:
    """Set controls beside the daily table, by date.

    Raises
    ------
    LiftError
        If a control has the name of a column of the daily table, a day stands there twice,
        or days of the daily table are not among them.
    """
    taken = [name for name in controls.columns.drop("date") if name in days.columns]
    if taken:
        raise LiftError(
            f"A control is called {taken[0]!r}, which the daily table has already. Rename it."
        )
    repeated = controls.loc[controls["date"].duplicated(), "date"]
    if len(repeated):
        raise LiftError(
            f"The controls have more than one row for {repeated.iloc[0]:%Y-%m-%d}. "
            f"Give one row a day."
        )
    unknown = days.loc[~days["date"].isin(controls["date"]), "date"]
    if len(unknown):
        raise LiftError(
            f"The controls lack {len(unknown):,} of {len(days):,} days of the record, the first "
            f"{unknown.iloc[0]:%Y-%m-%d}. Give every day from {days['date'].min():%Y-%m-%d} to "
            f"{days['date'].max():%Y-%m-%d} a row."
        )
    return days.merge(controls, on="date", how="left")
