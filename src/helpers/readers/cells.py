"""Cells: a delimited text file, or a workbook's sheet, as a table of strings (see `headers`)."""

import csv
import io
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow

from helpers.readers.headers import HEAD, Header

QUOTE = '"'
SPARE = (1, 50)
LARGE, PART, SAMPLE, REPEATED = 2**23, 2**20, 2**18, 0.5
Wanted = Callable[[Iterable[str]], list[str]]
_UNIT = re.compile(r"\([^()]*\)\s*$")
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
    quick = None if descriptions else _regular(content, header, wanted)
    if quick is not None:
        return Records(quick, no_reasons(quick))
    records = _records(_parsed(content, header), header, descriptions)
    if len(records.rows) and _is_cut_off(content, header):
        records.reasons.iloc[-1] = CUT_OFF
    return records


def _regular(content: bytes, header: Header, wanted: Wanted) -> pd.DataFrame | None:
    """Return the rows in demand of a file without any irregularity, by a faster parser.

    Every row must have as many cells as the header, none may be blank or cut off, and no
    quotation may be open at the end or reach into a row above the data.
    """
    names = unique_names(header.names, [""] * len(header.names))
    columns = wanted(names)
    above = content[:HEAD].splitlines()[: header.row]
    if not columns or any(line.count(b'"') % 2 for line in above):
        return None
    wanted_too = list(dict.fromkeys([*columns, names[-1]]))
    types = dict.fromkeys(names, pa.large_string())
    try:
        if len(content) > LARGE:
            start = content[: content.rfind(b"\n", 0, SAMPLE) + 1]
            types |= _repeating(_arrow(start, header, types, wanted_too))
        table = _arrow(content, header, types, wanted_too).combine_chunks()
    except pa.ArrowInvalid:
        return None
    last = str(table[names[-1]][-1]) if len(table) else "\n"
    if QUOTE in _tail(content) or set("\r\n") & set(last):
        return None
    demanded = table.select(columns)
    rows = demanded.to_pandas()
    rows.index = pd.RangeIndex(header.row + 1, header.row + 1 + len(rows))
    may_be_blank = all(map(_has_blanks, demanded.columns))
    return None if may_be_blank and _is_blank(rows).any() else rows


def _arrow(
    content: bytes, header: Header, types: dict[str, pa.DataType], columns: list[str]
) -> pa.Table:
    part = PART if len(content) > LARGE else LARGE
    return arrow.read_csv(
        pa.BufferReader(content),
        arrow.ReadOptions(column_names=list(types), skip_rows=header.row, block_size=part),
        arrow.ParseOptions(
            delimiter=header.delimiter,
            newlines_in_values=QUOTE.encode() in content,
            ignore_empty_lines=False,
        ),
        arrow.ConvertOptions(
            column_types=types, include_columns=columns, strings_can_be_null=False
        ),
    )


def _repeating(sample: pa.Table) -> dict[str, pa.DataType]:
    """Return, for columns whose cells mostly repeat, the type that holds each text once."""
    coded = pa.dictionary(pa.int32(), pa.large_string())
    most = sample.num_rows * REPEATED
    columns = zip(sample.column_names, sample.columns, strict=True)
    return {name: coded for name, cells in columns if len(cells.unique()) <= most}


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
    rows = rows[~_is_blank(rows)]
    reasons = no_reasons(rows)
    reasons[~_is_blank(rows.iloc[:, width:])] = OVERLONG
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


def _is_blank(rows: pd.DataFrame) -> pd.Series:
    blank = pd.Series(True, index=rows.index)
    for name in rows:
        if not blank.any():
            break
        blank &= rows[name] == ""
    return blank


def _has_blanks(cells: pa.ChunkedArray) -> bool:
    """Tell whether any cell of a column is blank, or might be if each text is held once."""
    is_coded = pa.types.is_dictionary(cells.type)
    texts = [part.dictionary if is_coded else part for part in cells.chunks]
    return any(pc.any(pc.equal(text, "")).as_py() for text in texts)


def _tail(content: bytes) -> str:
    """Return what stands after the last line end."""
    return content[max(content.rfind(b"\n"), content.rfind(b"\r")) + 1 :].decode()


def _is_cut_off(content: bytes, header: Header) -> bool:
    """Tell whether the text ends in mid-row: no line end, and cells are missing."""
    last = _tail(content)
    if not last.strip() or last.count(QUOTE) % 2 or len(last) > HEAD:
        return False
    return len(next(csv.reader([last], delimiter=header.delimiter))) < len(header.names)


def unique_names(names: tuple[str, ...], descriptions: list[str]) -> list[str]:
    """Return column names told apart: by what ends their description, else by a number.

    "Views" and "Views" become "Views (Total Count)" and "Views (Unique Users)" if their
    descriptions end so, and "Views" and "Views (2)" if they have none.
    """
    unique: list[str] = []
    copies, seen = Counter(names), Counter[str]()
    for name, description in zip(names, descriptions, strict=True):
        unit = _UNIT.search(description)
        candidate = f"{name} {unit[0].strip()}" if unit and copies[name] > 1 else name
        earlier = seen[candidate.casefold()]
        unique.append(f"{candidate} ({earlier + 1})" if earlier else candidate)
        seen[unique[-1].casefold()] += 1
    return unique
