"""Instants: text in an export's own way of writing dates, as moments in UTC.

A *form* is how a date is written: `iso`, `epoch` (seconds since 1970), `numeric` (day
and month in an order that only the column as a whole, or the user, can tell),
`month_day` (no year: the days before the export's own), `id_seconds` (a 64-bit number
whose upper half counts seconds since 1970) or a pattern of strptime.
"""

import calendar
import re
import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.schemas import INSTANT

ISO_8601, EPOCH, NUMERIC, MONTH_DAY = "iso", "epoch", "numeric", "month_day"
ID_SECONDS = "id_seconds"
ORDERS = {"day first": "%d/%m/%Y", "month first": "%m/%d/%Y"}
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
NAIVE = "datetime64[us]"
_OFFSET = r" GMT([+-])([0-9]{1,2}):?([0-9][0-9])?$"
_HALVES = r" ([ap])\. ?m\."
_LEAP, _HALF_YEAR = 2024, 183
_DATE = r"^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-](?:[0-9]{2}|[0-9]{4})\b"
_SHORT_YEAR = r"^([0-9]{1,2})/([0-9]{1,2})/([0-9][0-9])(?=\D|$)"
_WORD = r"[^\W\d_]{3,}"
_DAY_FIRST = r"^([0-9]{1,2})\.? (?:de )?([^\W\d_]+)$"


class AmbiguousError(ValueError):
    """A column of dates may be day before month or month before day."""


@cache
def _months() -> dict[str, str]:
    """Return the English name of a month by its name in any language."""
    languages = tomllib.loads(Path(__file__).with_name("months.toml").read_text("utf-8"))
    names = {}
    for months in languages.values():
        short = {month[:3] for month in months}
        for number, month in enumerate(months, start=1):
            names[month] = calendar.month_name[number]
            if len(short) == len(months):
                names.setdefault(month[:3], calendar.month_name[number])
    for number in range(1, 13):
        names[calendar.month_name[number].lower()] = calendar.month_name[number]
        names[calendar.month_abbr[number].lower()] = calendar.month_name[number]
    return names


def _in_english(cells: pd.Series) -> pd.Series:
    """Return dates with the months in English, in full."""

    def english(word: re.Match[str]) -> str:
        return _months().get(word[0].casefold(), word[0])

    return cells.str.replace(_WORD, english, regex=True)


def proven(cells: pd.Series) -> str | None:
    """Return the order of day and month that dates prove; missing if they prove none, or both."""
    numbers = cells.dropna().str.strip().str.extract(_DATE).dropna().astype("int64")
    first, second = bool((numbers[0] > 12).any()), bool((numbers[1] > 12).any())
    return None if first == second else "day first" if first else "month first"


def order(cells: pd.Series) -> str | None:
    """Return which order of day and month a column of dates proves, if it proves one.

    Raises
    ------
    AmbiguousError
        If every date of the column may be read both ways.
    """
    numbers = cells.dropna().str.extract(_DATE).dropna().astype("int64")
    first, second = bool((numbers[0] > 12).any()), bool((numbers[1] > 12).any())
    if first and second:
        return None
    if not (first or second) and (numbers[0] != numbers[1]).any():
        raise AmbiguousError
    return "day first" if first else "month first"


def _numeric(cells: pd.Series, given: str | None) -> pd.Series:
    found = given or order(cells)
    times = pd.Series(pd.NaT, index=cells.index, dtype=NAIVE)
    if found is None:
        return times
    cells = cells.str.replace(r"^([0-9]{1,2})[.-]([0-9]{1,2})[.-]", r"\1/\2/", regex=True)
    cells = cells.str.replace(_SHORT_YEAR, r"\1/\2/20\3", regex=True)
    cells = cells.str.replace(",", "", regex=False)
    for time in TIMES:
        times = times.fillna(_strptime(cells, ORDERS[found] + time))
    return times


def _month_day(cells: pd.Series, export: pd.Timestamp) -> pd.Series:
    """Return dates that name no year: the last ones before the export, in the file's order."""
    named = _in_english(cells).str.replace(_DAY_FIRST, r"\2 \1", regex=True)
    stated = _strptime(named + f" {_LEAP}", "%B %d %Y")
    if pd.isna(export):
        return stated.mask(stated.notna())
    known = stated.dropna()
    place = known.dt.month * 100 + known.dt.day
    steps = (known.dt.day_of_year.diff().dropna() + _HALF_YEAR) % (2 * _HALF_YEAR) - _HALF_YEAR
    newest_first = place if steps.sum() < 0 else place[::-1]
    turns = newest_first.diff().fillna(0) > 0
    late = newest_first.iloc[:1] > export.month * 100 + export.day
    years = export.year - turns.cumsum() - int(late.any())
    text = years.astype("str") + known.reindex(years.index).dt.strftime("-%m-%d")
    return _strptime(text, "%Y-%m-%d").reindex(cells.index)


def tidied(cells: pd.Series) -> pd.Series:
    """Return times with zone and half of the day as others write them: `PM GMT-3` as `PM-03:00`."""

    def offset(found: re.Match[str]) -> str:
        return f"{found[1]}{found[2]:0>2}:{found[3] or '00'}"

    cells = cells.str.replace(" UTC", "Z", regex=False).str.replace(_HALVES, r" \1m", regex=True)
    cells = cells.str.replace(_OFFSET, offset, regex=True)
    return cells.str.replace(" GMT$", "Z", regex=True)


def _strptime(cells: pd.Series, form: str) -> pd.Series:
    return pd.to_datetime(cells, format=form, errors="coerce").astype(NAIVE)


def parsed(
    cells: pd.Series, form: str, *, naive: bool, given: str | None, export: pd.Timestamp
) -> pd.Series:
    """Return the moments that cells of one form state, missing where they are of another.

    Parameters
    ----------
    cells : pandas.Series
        Text.
    form : str
        How the dates are written.
    naive : bool
        Whether the result is a local time without a zone rather than one in UTC.
    given : str, optional
        The order of day and month, a key of `ORDERS`, where the form leaves it open.
    export : pandas.Timestamp
        The day of the export, missing if nothing states it.
    """
    if form == NUMERIC:
        times = _numeric(cells, given)
    elif form == MONTH_DAY:
        times = _month_day(cells, export)
    elif form == EPOCH:
        seconds = pd.to_numeric(
            cells.where(cells.str.fullmatch(r"[0-9]{9,10}(?:\.[0-9]+)?", na=False))
        )
        times = pd.to_datetime(seconds, unit="s").astype(NAIVE)
    elif form == ID_SECONDS:
        numbers = cells.where(cells.str.fullmatch(r"[0-9]{18,19}", na=False)).astype("Int64")
        times = pd.to_datetime(numbers // 2**32, unit="s").astype(NAIVE)
    else:
        if form.startswith("%m/%d") and _is_day_first(cells):
            cells = cells.where(cells.isna(), "")
        cells = _in_english(cells) if "%B" in form else cells
        form = "ISO8601" if form == ISO_8601 else form
        found = pd.to_datetime(cells, format=form, errors="coerce", utc=not naive)
        return found.dt.as_unit("us")
    return times if naive else times.dt.tz_localize("UTC").astype(INSTANT)


def _is_day_first(cells: pd.Series) -> bool:
    """Tell whether a column of month/day dates proves that it is one of day/month dates.

    It does if some first number is over 12 and no second number is: then none of its
    dates can be trusted, not even those that could be read.
    """
    numbers = cells.str.extract(r"^([0-9]{1,2})/([0-9]{1,2})/").astype("Float64")
    return bool((numbers[0] > 12).any() and not (numbers[1] > 12).any())


def in_utc(times: pd.Series, zone: str) -> pd.Series:
    """Return local times in UTC.

    Those that occur twice when clocks go back mean the first; those that clocks skip
    mean the first moment after the gap.
    """
    first = np.ones(len(times), dtype=bool)
    local = times.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    return local.dt.tz_convert("UTC")
