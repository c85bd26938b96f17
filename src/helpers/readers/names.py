"""Names: what a file's name says, and whether it may be shown or trusted."""

import re
from pathlib import PurePosixPath

import pandas as pd

JUNK = {".ds_store", "thumbs.db", "desktop.ini"}
LONGEST_NAME = 300
_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_ISO_DATE = re.compile(
    r"(?<!\d)(20\d\d)[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12]\d|3[01])"
    r"(?=(?:(?:[01]\d|2[0-3])[0-5]\d[0-5]\d)?(?!\d))"
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORD_DATE = re.compile(rf"({'|'.join(MONTHS)})-(0[1-9]|[12]\d|3[01])-(20\d\d)(?!\d)")


def unsafe(name: str) -> str:
    """Say why a member's name must not be trusted, if so."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]):
        return "unsafe name: it points outside its archive"
    return ""


def harmless(name: str) -> str:
    """Return a name that a receipt can show: on one line, from left to right, not too long."""
    name = _HARMFUL.sub("\ufffd", name)
    half = LONGEST_NAME // 2
    return name if len(name) <= LONGEST_NAME else f"{name[:half]}…{name[1 - half :]}"


def is_junk(name: str) -> bool:
    """Tell whether a file of this name is what operating systems leave behind."""
    *folders, last = PurePosixPath(name).parts
    return "__MACOSX" in folders or last.lower() in JUNK or last.startswith(("._", "~$"))


def date_of(name: str, otherwise: pd.Timestamp) -> pd.Timestamp:
    """Return the last date in a file's name, or the date that its file system gives it."""
    last = PurePosixPath(name).name
    dates = ["".join(parts) for parts in _ISO_DATE.findall(last)]
    dates += [
        f"{year}{MONTHS.index(month) + 1:02}{day}" for month, day, year in _WORD_DATE.findall(last)
    ]
    found = pd.to_datetime(dates, format="%Y%m%d", errors="coerce", utc=True) if dates else None
    return otherwise if found is None or found.isna().all() else found.max()
