"""Sheets: a workbook's sheets as rows of text.

What a workbook would unpack to is known before it is read: its parts are unpacked up to
what they say of their size and packed anew, so that what was checked is what is read;
and its *area* is the rows times the columns that its cells span, for blank cells between
them take room too.
"""

import datetime
import io
import re
import zipfile
from itertools import pairwise
from typing import Any

import python_calamine as calamine

from helpers.readers import archives
from helpers.readers.cells import UnreadableError

MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
MOST_BYTES = 512 * 1024**2
MOST_CELLS = 20_000_000
MOST_TEXT = 2 * 1024**3
DAMAGED = "workbook is damaged or cut off; download it again"
LOCKED = "workbook locked with a password; save a copy without one"
PANIC = "PanicException"
_PARTS = (".xml", ".rels")
_OTHER_KINDS = {"content.xml", "xl/workbook.bin"}
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{0,3})(\d{1,7})[\"']")
_CELL = re.compile(rb"<(?:\w+:)?c\b")
_TEXT_END = re.compile(rb"</(?:\w+:)?si\s*>")


def sheets(content: bytes) -> dict[str, list[list[str]]]:
    """Return every sheet's rows by the sheet's name, blank ones at the top included.

    Raises
    ------
    UnreadableError
        If the workbook is damaged, locked with a password or larger than any export.
    """
    try:
        return _sheets(_checked(content) if content.startswith(archives.ZIPPED) else content)
    except UnreadableError as error:
        reason = str(error)
    except calamine.PasswordError:
        reason = LOCKED
    except (calamine.CalamineError, *archives.DAMAGE):
        reason = DAMAGED
    except BaseException as error:  # what the parser, which is not Python, gives up with
        if type(error).__name__ != PANIC:
            raise
        reason = DAMAGED
    raise UnreadableError(reason)


def _sheets(content: bytes) -> dict[str, list[list[str]]]:
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: _rows(book.get_sheet_by_name(name)) for name in book.sheet_names}


def _checked(content: bytes) -> bytes:
    """Return a workbook packed anew, of the parts that say what is in its cells."""
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(whole, "w") as anew:
        infos = {info.filename: info for info in packed.infolist()}
        if _OTHER_KINDS & set(infos):
            raise UnreadableError(DAMAGED)
        used = [info for name, info in infos.items() if name.lower().endswith(_PARTS)]
        _check_most(sum(info.file_size for info in used), MOST_BYTES, "bytes")
        parts = {info.filename: packed.read(info) for info in used}
        _check_cells(list(parts.values()))
        for name, part in parts.items():
            anew.writestr(name, part)
    return whole.getvalue()


def _check_most(size: int, most: int, of: str) -> None:
    if size > most:
        raise UnreadableError(f"workbook of {size:,} {of}; at most {most:,} are read")


def _check_cells(parts: list[bytes]) -> None:
    _check_most(sum(map(_area, parts)), MOST_CELLS, "cells")
    cells = sum(1 for part in parts for _ in _CELL.finditer(part))
    ends = [[0, *(found.end() for found in _TEXT_END.finditer(part))] for part in parts]
    longest = max((stop - start for each in ends for start, stop in pairwise(each)), default=0)
    _check_most(cells * longest, MOST_TEXT, "bytes of text")


def _area(part: bytes) -> int:
    """Return the rows times the columns that a sheet's places span, those from A1 included."""
    rows = columns = 1
    for place in _PLACE.finditer(part):
        rows = max(rows, int(place[2]))
        columns = max(columns, _column(place[1].upper()))
    return rows * columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _rows(sheet: calamine.CalamineSheet) -> list[list[str]]:
    return [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)
