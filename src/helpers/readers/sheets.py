"""Sheets: a workbook's sheets as rows of text."""

import datetime
import io
from typing import Any

import python_calamine as calamine

from helpers.readers.cells import UnreadableError

MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def sheets(content: bytes) -> dict[str, list[list[str]]]:
    """Return every sheet's rows by the sheet's name, blank ones at the top included.

    Raises
    ------
    UnreadableError
        If the workbook is damaged, or locked with a password.
    """
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {name: _rows(book.get_sheet_by_name(name)) for name in book.sheet_names}
    except calamine.PasswordError:
        reason = "workbook locked with a password; save a copy without one"
    except calamine.CalamineError:
        reason = "workbook is damaged or cut off; download it again"
    raise UnreadableError(reason)


def _rows(sheet: calamine.CalamineSheet) -> list[list[str]]:
    return [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)
