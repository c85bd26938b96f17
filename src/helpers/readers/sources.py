"""Sources: the files of a folder, those inside its archives included.

A *source* is one file's bytes, its name within the folder and its date. A
*refusal* says why a file's bytes were not read. *Junk* is what operating
systems leave behind. Nothing is ever unpacked to disk.
"""

import hashlib
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import pandas as pd

JUNK = {".ds_store", "thumbs.db", "desktop.ini"}
MOST_MEMBERS = 10_000
MOST_BYTES = 2 * 1024**3
MOST_SWELLING = 200
SNIFFED = 8192
WORKBOOK_PARTS = {"[Content_Types].xml", "mimetype"}
_SYMLINK, _ENCRYPTED = 16, 0x1
_ISO_DATE = re.compile(r"(?<!\d)(20\d\d)[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12]\d|3[01])(?!\d)")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORD_DATE = re.compile(rf"({'|'.join(MONTHS)})-(0[1-9]|[12]\d|3[01])-(20\d\d)(?!\d)")


@dataclass(frozen=True)
class Source:
    """One file: its name within the folder, its bytes or why they were not read."""

    name: str
    content: bytes
    sha256: str
    dated: pd.Timestamp
    refusal: str = ""
    is_junk: bool = False


def walk(folder: Path) -> Iterator[Source]:
    """Yield every file below `folder` in the order of their names, archives opened.

    `folder` may also be a single file. Symbolic links to folders are not followed.
    """
    for path in sorted(_files(folder), key=str):
        yield from _opened(path, name_of(path, folder))


def name_of(path: Path, folder: Path) -> str:
    """Return a file's name within the folder; its own name if the folder is that file."""
    return path.name if path == folder else path.relative_to(folder).as_posix()


def _files(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    return [Path(place, name) for place, _, names in os.walk(folder) for name in names]


def _opened(path: Path, name: str) -> Iterator[Source]:
    if _is_junk(name):
        yield _source(name, b"", pd.NaT, is_junk=True)
    elif not path.is_file():
        yield _source(name, b"", pd.NaT, refusal="not a regular file")
    elif not os.access(path, os.R_OK):
        yield _source(name, b"", pd.NaT, refusal="not readable: permission denied")
    elif zipfile.is_zipfile(path):
        yield from _archive(path, name)
    else:
        yield _plain(path, name)


def _plain(path: Path, name: str) -> Source:
    dated = _dated(name, pd.Timestamp(path.stat().st_mtime, unit="s", tz="UTC"))
    with path.open("rb") as file:
        start = file.read(SNIFFED)
        file.seek(0)
        if start.startswith(b"PK\x03\x04"):
            refusal = "archive is damaged or cut off; download it again"
        elif not is_text(start):
            refusal = "no known format: not text"
        else:
            return _source(name, file.read(), dated)
        return Source(name, b"", hashlib.file_digest(file, "sha256").hexdigest(), dated, refusal)


def is_text(start: bytes) -> bool:
    """Tell whether a file that starts so is text: it has a UTF-16 mark or no zero byte."""
    return start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in start


def _archive(path: Path, name: str) -> Iterator[Source]:
    plain = _plain(path, name)
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        yield plain
        return
    with archive:
        refusal = _hazard(archive.infolist())
        if refusal:
            yield replace(plain, refusal=refusal)
            return
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            if not member.is_dir():
                yield _member(archive, member, name, plain.dated)


def _hazard(members: list[zipfile.ZipInfo]) -> str:
    size = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if WORKBOOK_PARTS & {member.filename for member in members}:
        return "no known format: a workbook or an e-book"
    if len(members) > MOST_MEMBERS:
        return f"archive of {len(members):,} files; at most {MOST_MEMBERS:,} are opened"
    if size > MOST_BYTES:
        return f"archive unpacks to {size:,} bytes; at most {MOST_BYTES:,} are opened"
    if size > MOST_SWELLING * max(packed, 1):
        return f"archive unpacks to over {MOST_SWELLING} times its size; not opened"
    return ""


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, within: str, dated: pd.Timestamp
) -> Source:
    name = f"{within}/{member.filename}"
    dated = _dated(member.filename, dated)
    if _is_junk(member.filename):
        return _source(name, b"", dated, is_junk=True)
    refusal = _member_hazard(member)
    if refusal:
        return _source(name, b"", dated, refusal=refusal)
    try:
        content = archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        return _source(name, b"", dated, refusal="damaged or cut off inside its archive")
    if content.startswith(b"PK\x03\x04"):
        return _source(name, content, dated, refusal="archive inside an archive; unpack it first")
    if not is_text(content[:SNIFFED]):
        return _source(name, content, dated, refusal="no known format: not text")
    return _source(name, content, dated)


def _member_hazard(member: zipfile.ZipInfo) -> str:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]):
        return "unsafe name: it points outside its archive"
    if stat.S_ISLNK(member.external_attr >> _SYMLINK):
        return "symbolic link; not followed"
    if member.flag_bits & _ENCRYPTED:
        return "encrypted; unpack it with its password first"
    return ""


def _source(
    name: str, content: bytes, dated: pd.Timestamp, *, refusal: str = "", is_junk: bool = False
) -> Source:
    digest = hashlib.sha256(content).hexdigest() if content else ""
    return Source(name, b"" if refusal else content, digest, dated, refusal, is_junk)


def _is_junk(name: str) -> bool:
    *folders, last = PurePosixPath(name).parts
    return "__MACOSX" in folders or last.lower() in JUNK or last.startswith(("._", "~$"))


def _dated(name: str, otherwise: pd.Timestamp) -> pd.Timestamp:
    """Return the last date in a file's name, or the date that its file system gives it."""
    last = PurePosixPath(name).name
    dates = ["".join(parts) for parts in _ISO_DATE.findall(last)]
    dates += [
        f"{year}{MONTHS.index(month) + 1:02}{day}" for month, day, year in _WORD_DATE.findall(last)
    ]
    found = pd.to_datetime(dates, format="%Y%m%d", errors="coerce", utc=True) if dates else None
    return otherwise if found is None or found.isna().all() else found.max()
