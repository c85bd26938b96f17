"""The folder of a batch: one batch at a time, every page whole or absent.

A *draft* is an author's folder that is still being written; its name starts with a dot.
"""

import contextlib
import os
import shutil
import sys
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from helpers.tasks import BatchError

LOCK = ".lock"


@contextlib.contextmanager
def lock(out: Path) -> Iterator[None]:
    """Keep other batches from this folder; the system lets go should this process die.

    Raises
    ------
    BatchError
        If another batch is at work there.
    """
    out.mkdir(parents=True, exist_ok=True)
    with (out / LOCK).open("a+b") as file:
        try:
            _take(file.fileno())
        except OSError:
            raise BatchError(
                f"Another batch is at work in {out.name!r}. "
                "Wait until it has ended, or name another folder."
            ) from None
        yield


def _take(file: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def draft(out: Path, slug: str) -> Path:
    """Return a new name of a folder for an author's pages, to which nobody else writes."""
    return out / f".{slug}.draft.{uuid.uuid4().hex[:8]}"


def recover(out: Path, slugs: Iterable[str]) -> None:
    """Remove the drafts of a batch that was killed, and put back what it had put aside."""
    for slug in slugs:
        for left in out.glob(f".{slug}.draft*"):
            shutil.rmtree(left, ignore_errors=True)
        old = _old(out / slug)
        if old.exists() and not (out / slug).exists():
            old.rename(out / slug)
        shutil.rmtree(old, ignore_errors=True)


def publish(drafted: Path, folder: Path) -> None:
    """Put a finished draft in the place of an older folder."""
    old = _old(folder)
    if folder.exists():
        folder.rename(old)
    drafted.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _old(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def write(path: Path, text: str) -> None:
    """Write a file whole, or leave the older one as it is."""
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
