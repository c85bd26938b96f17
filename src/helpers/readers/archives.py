"""Archives: the files inside a ZIP, a tar or a compressed file, and why some are not read.

A *member* is a file inside an archive. A *bomb* is an archive that unpacks to far more
than anybody's export holds: how much is known before a member is read. Pictures, sound
and films are never read. Nothing is ever unpacked to disk.
"""

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from helpers.readers.cells import UnreadableError

MOST_MEMBERS = 10_000
MOST_ENTRIES = 200_000
MOST_BYTES = 16 * 1024**3
MOST_SWELLING = 200
MOST_DIRECTORY = MOST_HEADER = 64 * 1024**2
HARMLESS = 64 * 1024**2
CHUNK = 1024**2
DAMAGED = "archive is damaged or cut off; download it again"
NESTED = "archive inside an archive; unpack it first"
DAMAGE = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError),
    *(OSError, NotImplementedError, RuntimeError, ValueError, MemoryError, OverflowError),
)
PACKED: dict[bytes, Callable[[Path], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}
ZIPPED = b"PK\x03\x04"
FOREIGN = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07")
MEDIA = (
    *(".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".svg", ".bmp", ".pdf", ".epub"),
    *(".mp4", ".mov", ".m4v", ".webm", ".avi", ".mp3", ".m4a", ".wav", ".ogg", ".aac"),
)
_ENDED, _ENDED_64, _TAIL = b"PK\x05\x06", b"PK\x06\x06", 66_000
_SYMLINK, _ENCRYPTED = 16, 0x1


@dataclass(frozen=True)
class Member:
    """A file in an archive: its name, why it must not be read, and how to."""

    name: str
    refusal: str
    read: Callable[[], bytes]


def is_archive(start: bytes) -> bool:
    """Tell whether a file that starts so is an archive, a workbook included."""
    return start.startswith((ZIPPED, _ENDED, *PACKED, *FOREIGN)) or _is_tar(start)


def is_media(name: str) -> bool:
    """Tell whether a file of this name is a picture, sound, a film or a book."""
    return PurePosixPath(name).suffix.lower() in MEDIA


def members(path: Path, start: bytes) -> Iterator[Member]:
    """Yield the files inside an archive; one without a name for a compressed file.

    Raises
    ------
    UnreadableError
        If the archive is damaged, empty or a bomb, perhaps after its sound members.
    """
    if start.startswith(FOREIGN):
        raise UnreadableError("archive of a kind that is not opened; unpack it first")
    try:
        if zipfile.is_zipfile(path):
            yield from _zipped(path)
        else:
            yield from _streamed(path, start)
    except DAMAGE as error:
        reason = str(error) if isinstance(error, UnreadableError) else DAMAGED
    else:
        return
    raise UnreadableError(reason)


def _zipped(path: Path) -> Iterator[Member]:
    with path.open("rb") as file:
        check_directory(file)
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if info.file_size or not info.is_dir()]
        _check([(info.filename, info.file_size, info.compress_size) for info in infos])
        for info in sorted(infos, key=lambda info: info.filename):
            yield Member(info.filename, _zip_hazard(info), partial(archive.read, info))


def check_directory(file: BinaryIO) -> None:
    """Refuse a ZIP whose table of contents alone would fill the memory."""
    file.seek(max(0, file.seek(0, io.SEEK_END) - _TAIL))
    tail = file.read()
    end = tail.rfind(_ENDED)
    end_64 = tail.rfind(_ENDED_64, 0, max(end, 0))
    size = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    size_64 = int.from_bytes(tail[end_64 + 40 : end_64 + 48], "little") if end_64 >= 0 else 0
    if max(size, size_64) > MOST_DIRECTORY:
        raise UnreadableError(f"archive of over {MOST_MEMBERS:,} files; not opened")


def _zip_hazard(info: zipfile.ZipInfo) -> str:
    if stat.S_ISLNK(info.external_attr >> _SYMLINK):
        return "symbolic link; not followed"
    if info.flag_bits & _ENCRYPTED:
        return "encrypted; unpack it with its password first"
    return ""


def _check(sizes: list[tuple[str, int, int]]) -> None:
    """Refuse an archive whose readable files are so many, so large, or were packed so small."""
    read = [(size, packed) for name, size, packed in sizes if not is_media(name)]
    size = sum(size for size, _ in read)
    if not sizes:
        raise UnreadableError("archive is empty")
    if len(read) > MOST_MEMBERS:
        raise UnreadableError(
            f"archive of {len(read):,} files; at most {MOST_MEMBERS:,} are opened"
        )
    if size > MOST_BYTES:
        raise UnreadableError(
            f"archive unpacks to {size:,} bytes; at most {MOST_BYTES:,} are opened"
        )
    if size > max(HARMLESS, MOST_SWELLING * sum(packed for _, packed in read)):
        raise UnreadableError(_swelling())


def _swelling() -> str:
    return f"archive unpacks to over {MOST_SWELLING} times its size; not opened"


def _is_tar(start: bytes) -> bool:
    return start[257:262] == b"ustar"


def _streamed(path: Path, start: bytes) -> Iterator[Member]:
    unpack = next((PACKED[mark] for mark in PACKED if start.startswith(mark)), None)
    if unpack is None:
        yield from _tarred(path, partial(io.open, mode="rb"))
        return
    with unpack(path) as stream:
        start = stream.read(tarfile.BLOCKSIZE)
        _check_stream(stream, path.stat().st_size)
    if _is_tar(start):
        yield from _tarred(path, unpack)
    else:
        with unpack(path) as stream:
            yield Member("", NESTED if is_archive(start) else "", stream.read)


def _check_stream(stream: BinaryIO, packed: int) -> None:
    """Refuse a bomb, whose size is only known by unpacking it."""
    size, most = 0, min(max(HARMLESS, MOST_SWELLING * packed), MOST_BYTES)
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > most:
            raise UnreadableError(_swelling())


class _Reader(io.BufferedReader):
    """A stream of which nobody can ask for more at once than the memory holds."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or not 0 <= size <= MOST_HEADER:
            raise tarfile.ReadError
        return super().read(size)


def _tarred(path: Path, unpack: Callable[[Path], Any]) -> Iterator[Member]:
    """Yield the members in their own order: going back would mean unpacking all anew."""
    with _Reader(unpack(path)) as stream, tarfile.open(fileobj=stream, mode="r:") as archive:
        infos = list(islice(archive, MOST_ENTRIES))
        stream.seek(archive.offset)
        is_whole = not stream.read(tarfile.BLOCKSIZE).strip(b"\x00")
        infos = [info for info in infos if not info.isdir()]
        _check([(info.name, 0 if info.issparse() else info.size, info.size) for info in infos])
        for info in infos:
            yield Member(info.name, _tar_hazard(info), partial(_tar_content, archive, info))
    if not is_whole:
        raise UnreadableError(DAMAGED)


def _tar_hazard(info: tarfile.TarInfo) -> str:
    return "" if info.isreg() and not info.issparse() else "not a regular file; not followed"


def _tar_content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(info)
    return file.read() if file else b""
