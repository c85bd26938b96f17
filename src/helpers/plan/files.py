"""A posting calendar's two files, written and read back: CSV and iCalendar.

What is read must be what the coin drew: every day there once, and of each pair one block with
posts and one without. Whether the author kept to it is for the analysis, not for the calendar.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.plan import icalendar
from helpers.plan.schedule import ARMS, COLUMNS, PlanError
from helpers.spreadsheets import csv_text

NAME = "posting-calendar"
DAY = pd.Timedelta(days=1)
AGAIN = "Read the file as it was written, or draw a new calendar before the test begins."


def write(calendar: pd.DataFrame, folder: str | Path) -> list[Path]:
    """Write a posting calendar as CSV and as iCalendar (.ics); return the two files.

    A folder that is missing is made.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    days = calendar.assign(date=calendar["date"].dt.strftime("%Y-%m-%d"))
    contents = {".csv": csv_text(days), ".ics": icalendar.text(calendar)}
    for suffix, content in contents.items():
        (folder / f"{NAME}{suffix}").write_bytes(content.encode())
    return [folder / f"{NAME}{suffix}" for suffix in contents]


def _opened(path: Path) -> pd.DataFrame:
    """Return a calendar file's cells as texts."""
    if not path.is_file():
        raise PlanError(f"There is no file {path.name!r}. Name a posting calendar, .csv or .ics.")
    try:
        if path.suffix.lower() == ".ics":
            return icalendar.table(path.read_text(encoding="utf-8-sig"))
        if path.suffix.lower() == ".csv":
            first = path.read_text(encoding="utf-8-sig").partition("\n")[0]
            mark = ";" if ";" in first else ","
            return pd.read_csv(path, dtype="str", sep=mark, encoding="utf-8-sig", na_filter=False)
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
        raise PlanError(f"{path.name!r} is not a table of text. {AGAIN}") from None
    raise PlanError(f"{path.name!r} is neither a .csv nor an .ics file. Name one that is.")


def _number(table: pd.DataFrame, name: str) -> pd.Series:
    whole = table[name].str.fullmatch(r"\d{1,6}")
    if not whole.all():
        row = int((~whole).to_numpy().argmax())
        raise PlanError(
            f"Row {row + 2}, column {name!r} holds {table[name][row][:20]!r}, which is not a "
            f"whole number. {AGAIN}"
        )
    return table[name].astype("int64")


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Return days, numbers and arms, or say which cell is none."""
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise PlanError(
            f"The calendar has no column {', '.join(map(repr, missing))}; it has "
            f"{', '.join(map(repr, table.columns))}. {AGAIN}"
        )
    dates = pd.to_datetime(table["date"], format="%Y-%m-%d", errors="coerce").dt.as_unit("us")
    if dates.isna().any():
        row = int(dates.isna().to_numpy().argmax())
        raise PlanError(
            f"Row {row + 2}, column 'date' holds {table['date'][row][:20]!r}, which is not a day "
            f"such as 2026-07-06 (spreadsheets rewrite days). {AGAIN}"
        )
    unknown = ~table["arm"].isin(ARMS)
    if unknown.any():
        row = int(unknown.to_numpy().argmax())
        raise PlanError(
            f"Row {row + 2}, column 'arm' holds {table['arm'][row][:20]!r}, neither 'post' nor "
            f"'quiet'. {AGAIN}"
        )
    numbers = {name: _number(table, name) for name in ("block", "pair", "post")}
    days = pd.DataFrame({"date": dates, **numbers, "arm": table["arm"]})
    return days.sort_values("date", ignore_index=True)[list(COLUMNS)]


def _check_days(days: pd.DataFrame) -> None:
    repeated = days.loc[days["date"].duplicated(), "date"]
    if len(repeated):
        raise PlanError(
            f"The day {repeated.iloc[0]:%Y-%m-%d} stands there more than once "
            f"({len(repeated)} row(s) too many). {AGAIN}"
        )
    gaps = days["date"].diff().iloc[1:] != DAY
    if gaps.any():
        before = days["date"][int(gaps.to_numpy().argmax())]
        raise PlanError(
            f"The day after {before:%Y-%m-%d} is missing: a day was moved or left out "
            f"({int(gaps.sum())} such place(s)). {AGAIN}"
        )


def _check_arms(days: pd.DataFrame) -> None:
    blocks = days.groupby("block")
    torn = blocks["date"].agg(np.ptp) >= blocks.size() * DAY
    torn |= blocks["pair"].agg(np.ptp) > 0
    torn |= blocks["arm"].agg(lambda arms: len(set(arms))) > 1
    if torn.any():
        raise PlanError(
            f"Block {torn.idxmax()} is not some days in a row of one pair and one arm. {AGAIN}"
        )
    arms = days.drop_duplicates("block").groupby("pair")["arm"].agg(sorted)
    uneven = arms.index[[found != sorted(ARMS) for found in arms]]
    if len(uneven):
        raise PlanError(
            f"Pair {uneven[0]} has the arm(s) {', '.join(arms[uneven[0]])}: a coin gives one "
            f"block 'post' and the other 'quiet'. {AGAIN}"
        )
    if (days["post"] > 0)[days["arm"] == "quiet"].any():
        raise PlanError(f"A post is marked on a day of the arm 'quiet'. {AGAIN}")


def read(path: str | Path) -> pd.DataFrame:
    """Read a posting calendar back from the CSV or the .ics file that `write` wrote.

    Returns
    -------
    DataFrame
        As `schedule` returns it, in order of date, in whatever order the rows were.

    Raises
    ------
    PlanError
        If there is no such file, or the calendar in it is not one that a coin drew: a column
        missing, a day repeated, moved or left out, an arm that is none, an uneven pair.
    """
    path = Path(path)
    cells = _opened(path)
    if cells.empty:
        raise PlanError(f"{path.name!r} holds no block of a posting calendar. {AGAIN}")
    days = _typed(cells)
    _check_days(days)
    _check_arms(days)
    return days
