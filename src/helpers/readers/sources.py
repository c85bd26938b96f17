"""Sources: the files of a folder, those inside its archives included.

A *source* is one file's bytes, its name within the folder and its date. A
*refusal* says why a file's bytes were not read. *Junk* is what operating
systems leave behind. Names are *harmless*: what could break a line, turn the
direction of writing or fill a page is taken out of them.
"""

import hashlib
import io
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import pandas as pd

from helpers.readers import archives
from helpers.readers.cells import UnreadableError
from helpers.readers.names import date_of, harmless, is_junk, unsafe

SNIFFED = 8192
MOST_BYTES = 1024**3
MOST_IN_ONE = 256 * 1024**2
LONGEST_LINE = 16 * 1024**2
WORKBOOK = "xl/workbook.xml"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
REPOSITORY = re.compile(rb"(?s).{1,3}\xa2eroots")
NOT_TEXT = "no known format: not text"
VANISHED = "vanished, or could not be read to its end"
_MARKS = b"\xff\xfe\xef\xbb\xbf\x00 \t\r\n"


@dataclass(frozen=True)
class Source:
    """One file: its name within the folder, its bytes or why they were not read.

    `digest` is the hash of bytes that are not kept.
    """

    name: str
    content: bytes
    digest: str
    dated: pd.Timestamp
    refusal: str = ""
    is_junk: bool = False

    @cached_property
    def sha256(self) -> str:
        """The hash of the bytes, or nothing if they were never read."""
        return self.digest or _digest(self.content)

    @property
    def exported(self) -> pd.Timestamp:
        """The day of the export as the name states it, or its archive's; or missing."""
        parts = PurePosixPath(self.name).parts
        days = (date_of(part, pd.NaT) for part in parts[::-1])
        return next((day for day in days if pd.notna(day)), pd.NaT)


def walk(folder: Path) -> Iterator[Source]:
    """Yield every file below `folder` in the order of their names, archives opened.

    `folder` may also be a single file. Symbolic links to folders, and links that lead
    out of the folder, are not followed.
    """
    for path, refusal in sorted(_files(folder), key=lambda found: str(found[0])):
        name = name_of(path, folder)
        if refusal or _leads_out(path, folder):
            yield _source(name, b"", pd.NaT, refusal=refusal or "symbolic link; not followed")
        else:
            yield from _opened(path, name)


def name_of(path: Path, folder: Path) -> str:
    """Return a file's name within the folder; its own name if the folder is that file."""
    return path.name if path == folder else path.relative_to(folder).as_posix()


def _files(folder: Path) -> list[tuple[Path, str]]:
    """Return the files below a folder, and what in it cannot be looked into, with why."""
    if not folder.is_dir():
        return [(folder, "")]
    closed: list[OSError] = []
    found: list[tuple[Path, str]] = []
    for place, folders, names in os.walk(folder, onerror=closed.append):
        links = [name for name in folders if Path(place, name).is_symlink()]
        found += [(Path(place, name), "") for name in names]
        found += [(Path(place, name), "symbolic link to a folder; not followed") for name in links]
    return found + [(Path(error.filename), "folder that may not be opened") for error in closed]


def _leads_out(path: Path, folder: Path) -> bool:
    if path == folder or not path.is_symlink():
        return False
    try:
        return not path.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return True


def _opened(path: Path, name: str) -> Iterator[Source]:
    if is_junk(name):
        yield _source(name, b"", pd.NaT, is_junk=True)
    elif not path.is_file():
        yield _source(name, b"", pd.NaT, refusal="not a regular file")
    elif not os.access(path, os.R_OK):
        yield _source(name, b"", pd.NaT, refusal="not readable: permission denied")
    else:
        try:
            with path.open("rb") as file:
                yield from _read(path, file, name)
        except OSError:
            yield _source(name, b"", pd.NaT, refusal=VANISHED)


def _read(path: Path, file: BinaryIO, name: str) -> Iterator[Source]:
    start, size = file.read(SNIFFED), os.fstat(file.fileno()).st_size
    dated = date_of(name, _written(file))
    if _is_archive(start, file):
        yield from _archive(path, start, name, dated)
        return
    refusal = _refusal(start, file, size)
    file.seek(0)
    if not refusal:
        yield _source(name, file.read(), dated)
    else:
        content = file.read() if size <= MOST_IN_ONE else b""
        yield _source(name, content, dated, refusal=refusal)


def _written(file: BinaryIO) -> pd.Timestamp:
    """Return when a file was written; missing if that is no time."""
    moment = os.fstat(file.fileno()).st_mtime
    return pd.to_datetime(moment, unit="s", utc=True, errors="coerce")


def _is_archive(start: bytes, file: BinaryIO) -> bool:
    if not (archives.is_archive(start) or zipfile.is_zipfile(file)):
        return False
    try:
        archives.check_directory(file)
        with zipfile.ZipFile(file) as archive:
            return WORKBOOK not in archive.namelist()
    except archives.DAMAGE:
        return True


def _refusal(start: bytes, file: BinaryIO, size: int) -> str:
    """Say why a file that starts so is not read: no text, no workbook, or beyond all measure."""
    if size > MOST_BYTES:
        return f"file of {size:,} bytes; at most {MOST_BYTES:,} are read"
    if start.startswith((archives.ZIPPED, OLD_WORKBOOK)) or REPOSITORY.match(start):
        return ""
    if not is_text(start):
        return NOT_TEXT
    if start.translate(None, _MARKS).startswith((b"{", b"[", b"<", b"window.")):
        return f"{size:,} bytes of JSON or HTML; too many to read" if size > MOST_IN_ONE else ""
    return f"a line of over {LONGEST_LINE:,} bytes: no table" if _is_endless(file) else ""


def is_text(start: bytes) -> bool:
    """Tell whether a file that starts so is text: it has a UTF-16 mark or no zero byte."""
    return start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in start


def _is_endless(file: BinaryIO) -> bool:
    """Tell whether a stretch as long as the longest line has no end of line."""
    size = file.seek(0, os.SEEK_END)
    starts = range(0, size - LONGEST_LINE + 1, LONGEST_LINE)
    return not all(_ends_within(file, start) for start in starts)


def _ends_within(file: BinaryIO, start: int) -> bool:
    """Tell whether a line ends in the stretch from `start`, of which mostly a little is read."""
    file.seek(start)
    for size in (SNIFFED, LONGEST_LINE - SNIFFED):
        stretch = file.read(size)
        if b"\n" in stretch or b"\r" in stretch:
            return True
    return False


def _archive(path: Path, start: bytes, name: str, dated: pd.Timestamp) -> Iterator[Source]:
    try:
        for member in archives.members(path, start):
            yield _member(member, name, dated)
    except UnreadableError as error:
        yield _source(name, b"", dated, refusal=str(error))


def _member(member: archives.Member, within: str, dated: pd.Timestamp) -> Source:
    name = f"{within}/{member.name}" if member.name else within
    dated = date_of(member.name, dated)
    if is_junk(name):
        return _source(name, b"", dated, is_junk=True)
    refusal = unsafe(member.name) or member.refusal
    if not refusal and archives.is_media(name):
        refusal = NOT_TEXT
    if refusal:
        return _source(name, b"", dated, refusal=refusal)
    try:
        content = member.read()
    except archives.DAMAGE:
        return _source(name, b"", dated, refusal="damaged or cut off inside its archive")
    start, file = content[:SNIFFED], io.BytesIO(content)
    if _is_archive(start, file):
        return _source(name, content, dated, refusal=archives.NESTED)
    return _source(name, content, dated, refusal=_refusal(start, file, len(content)))


def _source(
    name: str, content: bytes, dated: pd.Timestamp, *, refusal: str = "", is_junk: bool = False
) -> Source:
    if refusal:
        return Source(harmless(name), b"", _digest(content), dated, refusal, is_junk)
    return Source(harmless(name), content, "", dated, refusal, is_junk)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest() if content else ""
