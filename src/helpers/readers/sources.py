"""Sources: the files of a folder, those inside its archives included.

A *source* is one file's bytes, its name within the folder and its date. A
*refusal* says why a file's bytes were not read. *Junk* is what operating
systems leave behind. Nothing is ever unpacked to disk.
"""

import hashlib
import io
import lzma
import os
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

JUNK = {".ds_store", "thumbs.db", "desktop.ini"}
MOST_MEMBERS = 10_000
MOST_BYTES = 2 * 1024**3
MOST_SWELLING = 200
SNIFFED = 8192
WORKBOOK = "xl/workbook.xml"
DAMAGED = "archive is damaged or cut off; download it again"
BINARY = (b"\xd0\xcf\x11\xe0",)
DAMAGE = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError),
    *(OSError, NotImplementedError, RuntimeError),
)
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

    @property
    def exported(self) -> pd.Timestamp:
        """The day of the export as the name states it, or its archive's; or missing."""
        parts = PurePosixPath(self.name).parts
        return next((day for day in (_dated(part, pd.NaT) for part in parts[::-1]) if day), pd.NaT)


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
    elif zipfile.is_zipfile(path) and not _is_workbook(path):
        yield from _archive(path, name, zipfile.ZipFile, _zipped)
    elif tarfile.is_tarfile(path):
        yield from _archive(path, name, tarfile.open, _tarred)
    else:
        yield _plain(path, name)


def _is_workbook(file: Path | io.BytesIO) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return WORKBOOK in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def _plain(path: Path, name: str) -> Source:
    dated = _dated(name, pd.Timestamp(path.stat().st_mtime, unit="s", tz="UTC"))
    with path.open("rb") as file:
        start = file.read(SNIFFED)
        file.seek(0)
        refusal = _refusal(start, path)
        if not refusal:
            return _source(name, file.read(), dated)
        return Source(name, b"", hashlib.file_digest(file, "sha256").hexdigest(), dated, refusal)


def _refusal(start: bytes, file: Path | io.BytesIO) -> str:
    """Say why a file that starts so is not read: neither text nor a sound workbook."""
    if start.startswith(b"PK\x03\x04"):
        if not _is_workbook(file):
            return DAMAGED
        with zipfile.ZipFile(file) as archive:
            return _hazard([(info.file_size, info.compress_size) for info in archive.infolist()])
    if start.startswith(BINARY) or is_text(start):
        return ""
    return "no known format: not text"


def is_text(start: bytes) -> bool:
    """Tell whether a file that starts so is text: it has a UTF-16 mark or no zero byte."""
    return start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in start


@dataclass(frozen=True)
class _Member:
    """A file in an archive: its name, why it must not be read, and how to."""

    name: str
    refusal: str
    read: Callable[[], bytes]


def _archive(
    path: Path,
    name: str,
    opener: Callable[[Path], Any],
    members_of: Callable[[Any], tuple[list[tuple[int, int]], list[_Member]]],
) -> Iterator[Source]:
    plain = _plain(path, name)
    try:
        with opener(path) as archive:
            sizes, members = members_of(archive)
            refusal = _hazard(sizes)
            if refusal:
                yield replace(plain, content=b"", refusal=refusal)
                return
            for member in sorted(members, key=lambda member: member.name):
                yield _member(member, name, plain.dated)
    except DAMAGE:
        yield replace(plain, content=b"", refusal=DAMAGED)


def _zipped(archive: zipfile.ZipFile) -> tuple[list[tuple[int, int]], list[_Member]]:
    infos = archive.infolist()
    members = [
        _Member(info.filename, _zip_hazard(info), partial(archive.read, info))
        for info in infos
        if not info.is_dir()
    ]
    return [(info.file_size, info.compress_size) for info in infos], members


def _zip_hazard(info: zipfile.ZipInfo) -> str:
    if stat.S_ISLNK(info.external_attr >> _SYMLINK):
        return "symbolic link; not followed"
    if info.flag_bits & _ENCRYPTED:
        return "encrypted; unpack it with its password first"
    return ""


def _tarred(archive: tarfile.TarFile) -> tuple[list[tuple[int, int]], list[_Member]]:
    infos = list(islice(archive, MOST_MEMBERS + 1))
    packed = Path(str(archive.name)).stat().st_size if archive.name else 0
    members = [
        _Member(
            info.name,
            "" if info.isreg() else "not a regular file; not followed",
            partial(_tar_content, archive, info),
        )
        for info in infos
        if not info.isdir()
    ]
    return [(info.size, packed // max(len(infos), 1) + 1) for info in infos], members


def _tar_content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(info)
    return file.read() if file else b""


def _hazard(sizes: list[tuple[int, int]]) -> str:
    """Say why an archive whose files are so large, and were packed so small, is not opened."""
    size = sum(size for size, _ in sizes)
    if len(sizes) > MOST_MEMBERS:
        return f"archive of {len(sizes):,} files; at most {MOST_MEMBERS:,} are opened"
    if size > MOST_BYTES:
        return f"archive unpacks to {size:,} bytes; at most {MOST_BYTES:,} are opened"
    if size > MOST_SWELLING * max(sum(packed for _, packed in sizes), 1):
        return f"archive unpacks to over {MOST_SWELLING} times its size; not opened"
    return ""


def _member(member: _Member, within: str, dated: pd.Timestamp) -> Source:
    name = f"{within}/{member.name}"
    dated = _dated(member.name, dated)
    if _is_junk(member.name):
        return _source(name, b"", dated, is_junk=True)
    refusal = _unsafe(member.name) or member.refusal
    if refusal:
        return _source(name, b"", dated, refusal=refusal)
    try:
        content = member.read()
    except DAMAGE:
        return _source(name, b"", dated, refusal="damaged or cut off inside its archive")
    buffer = io.BytesIO(content)
    if zipfile.is_zipfile(buffer) and not _is_workbook(buffer):
        return _source(name, content, dated, refusal="archive inside an archive; unpack it first")
    return _source(name, content, dated, refusal=_refusal(content[:SNIFFED], buffer))


def _unsafe(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]):
        return "unsafe name: it points outside its archive"
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
