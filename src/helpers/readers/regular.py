"""Regular files: delimited text that is just what its header promises, by a faster parser."""

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow

from helpers.readers.headers import HEAD, Header, unique_names

QUOTE = '"'
LARGE, PART, SAMPLE, REPEATED = 2**23, 2**20, 2**18, 0.5
Wanted = Callable[[Iterable[str]], list[str]]


def regular(content: bytes, header: Header, wanted: Wanted) -> pd.DataFrame | None:
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
    try:
        types = _types(content, header, names, wanted_too)
        table = _whole(content, header, types, wanted_too).combine_chunks()
    except pa.ArrowInvalid:
        return None
    last = str(table[names[-1]][-1]) if len(table) else "\n"
    if QUOTE in tail(content) or set("\r\n") & set(last):
        return None
    demanded = table.select(columns)
    index = pd.RangeIndex(header.row + 1, header.row + 1 + len(table))
    cells = {name: demanded[name].to_pandas().array for name in columns}
    rows = pd.DataFrame(cells, index, copy=False)
    may_be_blank = all(map(_has_blanks, demanded.columns))
    return None if may_be_blank and is_blank(rows).any() else rows


def _types(
    content: bytes, header: Header, names: list[str], columns: list[str]
) -> dict[str, pa.DataType]:
    """Return each column's type: in a large file, as a sample shows, that of repeated texts."""
    types = dict.fromkeys(names, pa.large_string())
    if len(content) > LARGE:
        start = content[: content.rfind(b"\n", 0, SAMPLE) + 1]
        sample = _arrow(start, header, types, columns, invalid_row_handler=_skipped)
        types |= _repeating(sample)
    return types


def _skipped(_row: arrow.InvalidRow) -> str:
    """Pass over the sample's last row, if it ends within a cell."""
    return "skip"


def _whole(
    content: bytes, header: Header, types: dict[str, pa.DataType], columns: list[str]
) -> pa.Table:
    """Parse a file in parts that end where a line ends; if that cuts a cell, more slowly.

    Arrow refuses a part that begins or ends within a cell.
    """
    try:
        return _arrow(content, header, types, columns)
    except pa.ArrowInvalid:
        if QUOTE.encode() not in content:
            raise
    return _arrow(content, header, types, columns, newlines_in_values=True)


def _arrow(
    content: bytes,
    header: Header,
    types: dict[str, pa.DataType],
    columns: list[str],
    **options: Any,
) -> pa.Table:
    part = PART if len(content) > LARGE else LARGE
    return arrow.read_csv(
        pa.BufferReader(content),
        arrow.ReadOptions(
            use_threads=len(content) > LARGE,
            column_names=list(types),
            skip_rows=header.row,
            block_size=part,
        ),
        arrow.ParseOptions(delimiter=header.delimiter, ignore_empty_lines=False, **options),
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


def is_blank(rows: pd.DataFrame) -> pd.Series:
    """Tell which rows are blank throughout."""
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


def tail(content: bytes) -> str:
    """Return what stands after the last line end."""
    end = content.rfind(b"\n") + 1
    return content[max(end, content.rfind(b"\r", end) + 1) :].decode()
