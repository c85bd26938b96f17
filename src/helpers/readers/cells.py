"""Cells: a delimited text file as a table of strings.

A *header* is a row of column names, the number of the row it stands in (1 is
the first) and the delimiter that it was split at.
"""

import csv
import io
import re
import warnings
from dataclasses import dataclass
from itertools import islice

import pandas as pd

DELIMITERS = (",", ";", "\t")
LOOKED_AT = 30
HEAD = 65_536
QUOTE = '"'
SPARE = (1, 50)


_UNIT = re.compile(r"\([^()]*\)\s*$")
OVERLONG = "row with more cells than the header|rows with more cells than the header"
CUT_OFF = "row cut off at the end of the file|rows cut off at the end of the file"


class UnreadableError(ValueError):
    """A file is not what its header promises; the message quotes none of its values."""


@dataclass(frozen=True)
class Header:
    """A row of column names, the row it stands in and its delimiter."""

    names: tuple[str, ...]
    row: int
    delimiter: str


@dataclass(frozen=True)
class Records:
    """Rows of strings, and for each row that must be set aside the reason (else missing)."""

    rows: pd.DataFrame
    reasons: pd.Series


def headers(text: str) -> list[Header]:
    """Return every row near the top of a text that might be its header."""
    found: list[Header] = []
    for delimiter in DELIMITERS:
        for row, names in enumerate(_top(text, delimiter), start=1):
            if len(names) > 1:
                found.append(Header(tuple(name.strip() for name in names), row, delimiter))
    return found


def _top(text: str, delimiter: str) -> list[list[str]]:
    head = io.StringIO(text[:HEAD], newline=None)
    try:
        return list(islice(csv.reader(head, delimiter=delimiter), LOOKED_AT))
    except csv.Error:
        return []


def table(text: str, header: Header, descriptions: str | None = None) -> Records:
    """Return the rows below a header as strings; rows that are blank throughout are left out.

    Parameters
    ----------
    text : str
        The whole file.
    header : Header
        Its header. Names that occur twice are told apart (see `unique_names`).
    descriptions : str, optional
        How the cells of a second header row, one of descriptions, begin. The row is
        taken for one only if a cell of it begins so.

    Raises
    ------
    UnreadableError
        If a quotation is never closed or a row has far more cells than the header.
    """
    rows = _parsed(text, header)
    rows.index = pd.RangeIndex(header.row + 1, header.row + 1 + len(rows))
    width = len(header.names)
    second = [""] * width
    if descriptions and len(rows) and rows.iloc[0].str.startswith(descriptions).any():
        second, rows = list(rows.iloc[0])[:width], rows.iloc[1:]
    rows = rows[~_is_blank(rows)]
    reasons = pd.Series(None, index=rows.index, dtype="str")
    reasons[~_is_blank(rows.iloc[:, width:])] = OVERLONG
    if len(rows) and _is_cut_off(text, header):
        reasons.iloc[-1] = CUT_OFF
    return Records(
        rows.iloc[:, :width].set_axis(unique_names(header.names, second), axis=1), reasons
    )


def _parsed(text: str, header: Header) -> pd.DataFrame:
    """Return the cells below the header and one column or more of what lies beyond it."""
    for spare in SPARE:
        try:
            return _split(text, header, len(header.names) + spare)
        except pd.errors.EmptyDataError:
            return pd.DataFrame(columns=list(range(len(header.names) + spare)), dtype="str")
        except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
            is_open = "EOF inside string" in str(error)
    if is_open:
        raise UnreadableError("a quotation mark is never closed (cut off?); download it again")
    raise UnreadableError(f"a row has over {SPARE[-1]} cells more than the header")


def _split(text: str, header: Header, width: int) -> pd.DataFrame:
    with warnings.catch_warnings():
        # pandas only warns, and drops cells, if it is the first row that is too long
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return pd.read_csv(
            io.StringIO(text),
            sep=header.delimiter,
            header=None,
            names=list(range(width)),
            index_col=False,
            skiprows=header.row,
            skip_blank_lines=False,
            dtype="str",
            na_filter=False,
        )


def _is_blank(rows: pd.DataFrame) -> pd.Series:
    blank = pd.Series(True, index=rows.index)
    for name in rows:
        if not blank.any():
            break
        blank &= rows[name] == ""
    return blank


def _is_cut_off(text: str, header: Header) -> bool:
    """Tell whether the text ends in mid-row: no line end, and cells are missing."""
    last = text.rpartition("\n")[2].rpartition("\r")[2]
    if not last.strip() or last.count(QUOTE) % 2 or len(last) > HEAD:
        return False
    return len(next(csv.reader([last], delimiter=header.delimiter))) < len(header.names)


def unique_names(names: tuple[str, ...], descriptions: list[str]) -> list[str]:
    """Return column names told apart: by what ends their description, else by a number.

    "Views" and "Views" become "Views (Total Count)" and "Views (Unique Users)" if their
    descriptions end so, and "Views" and "Views (2)" if they have none.
    """
    unique: list[str] = []
    for name, description in zip(names, descriptions, strict=True):
        unit = _UNIT.search(description)
        candidate = f"{name} {unit[0].strip()}" if unit and names.count(name) > 1 else name
        copies = sum(candidate.casefold() == earlier.casefold() for earlier in unique)
        unique.append(f"{candidate} ({copies + 1})" if copies else candidate)
    return unique
