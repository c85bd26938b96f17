"""Cells: a delimited text file, or a workbook's sheet, as a table of strings (see `headers`)."""

import csv
import io
import warnings
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from helpers.readers.headers import HEAD, Header, unique_names
from helpers.readers.regular import QUOTE, Wanted, is_blank, regular, tail

SPARE = (1, 50)
OVERLONG = "row with more cells than the header|rows with more cells than the header"
CUT_OFF = "row cut off at the end of the file|rows cut off at the end of the file"


class UnreadableError(ValueError):
    """A file is not what its header promises; the message quotes none of its values."""


@dataclass(frozen=True)
class Records:
    """Rows of strings, and for each row that must be set aside the reason (else missing)."""

    rows: pd.DataFrame
    reasons: pd.Series


def no_reasons(rows: pd.DataFrame) -> pd.Series:
    """Return that no row must be set aside."""
    return pd.Series(pd.array(pa.nulls(len(rows), pa.large_string()), dtype="str"), rows.index)


def table(
    content: bytes,
    header: Header,
    wanted: Wanted,
    descriptions: str | None = None,
) -> Records:
    """Return the rows below a header as strings; rows that are blank throughout are left out.

    Parameters
    ----------
    content : bytes
        The whole file, in UTF-8.
    header : Header
        Its header. Names that occur twice are told apart (see `unique_names`).
    wanted : callable
        Returns which of the columns are in demand; the others are not kept.
    descriptions : str, optional
        How the cells of a second header row, one of descriptions, begin. The row is
        taken for one only if a cell of it begins so.

    Raises
    ------
    UnreadableError
        If a quotation is never closed or a row has far more cells than the header.
    """
    quick = None if descriptions else regular(content, header, wanted)
    if quick is not None:
        return Records(quick, no_reasons(quick))
    records = _records(_parsed(content, header), header, descriptions)
    if len(records.rows) and _is_cut_off(content, header):
        records.reasons.iloc[-1] = CUT_OFF
    return records


def sheet_table(rows: list[list[str]], header: Header, descriptions: str | None = None) -> Records:
    """Return the rows below a sheet's header, as far as the header's columns reach."""
    width = len(header.names)
    below = [row[header.start : header.start + width] for row in rows[header.row :]]
    padded = [row + [""] * (width - len(row)) for row in below]
    frame = pd.DataFrame(padded, columns=list(range(width)), dtype="str")
    return _records(frame, header, descriptions)


def pairs(rows: list[list[str]]) -> Records:
    """Return the one record of a file in which every row is a name and its value."""
    found: dict[str, str] = {}
    for row in rows:
        if len(row) > 1:
            found.setdefault(row[0].strip().rstrip(":"), row[1])
    frame = pd.DataFrame([found], index=[1], dtype="str")
    return Records(frame, no_reasons(frame))


def split(text: str, delimiter: str) -> list[list[str]]:
    """Return a small text's rows of cells."""
    try:
        return list(csv.reader(io.StringIO(text, newline=None), delimiter=delimiter))
    except csv.Error:
        reason = f"a cell of over {csv.field_size_limit():,} characters"
    raise UnreadableError(reason)


def _records(rows: pd.DataFrame, header: Header, descriptions: str | None) -> Records:
    rows.index = pd.RangeIndex(header.row + 1, header.row + 1 + len(rows))
    width = len(header.names)
    second = [""] * width
    if descriptions and len(rows) and rows.iloc[0].str.startswith(descriptions).any():
        second, rows = list(rows.iloc[0])[:width], rows.iloc[1:]
    rows = rows[~is_blank(rows)]
    reasons = no_reasons(rows)
    reasons[~is_blank(rows.iloc[:, width:])] = OVERLONG
    named = rows.iloc[:, :width].set_axis(unique_names(header.names, second), axis=1)
    return Records(named, reasons)


def _parsed(content: bytes, header: Header) -> pd.DataFrame:
    """Return the cells below the header and one column or more of what lies beyond it."""
    for spare in SPARE:
        try:
            return _split(content, header, len(header.names) + spare)
        except pd.errors.EmptyDataError:
            return pd.DataFrame(columns=list(range(len(header.names) + spare)), dtype="str")
        except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
            is_open = "EOF inside string" in str(error)
    if is_open:
        raise UnreadableError("a quotation mark is never closed (cut off?); download it again")
    raise UnreadableError(f"a row has over {SPARE[-1]} cells more than the header")


def _split(content: bytes, header: Header, width: int) -> pd.DataFrame:
    with warnings.catch_warnings():
        # pandas only warns, and drops cells, if it is the first row that is too long
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return pd.read_csv(
            io.BytesIO(content),
            sep=header.delimiter,
            header=None,
            names=list(range(width)),
            index_col=False,
            skiprows=header.row,
            skip_blank_lines=False,
            dtype="str",
            na_filter=False,
        )


def _is_cut_off(content: bytes, header: Header) -> bool:
    """Tell whether the text ends in mid-row: no line end, and cells are missing."""
    last = tail(content)
    if not last.strip() or last.count(QUOTE) % 2 or len(last) > HEAD:
        return False
    return len(next(csv.reader([last], delimiter=header.delimiter))) < len(header.names)
