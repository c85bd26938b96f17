"""The machine: what Quiet Audience needs of it, what is there, and what to do where it is not.

A *need* is *met* or not. One that is not *needed* takes away only what it says; the rest works.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from helpers import paths

OLDEST = (3, 11)
ROOM = 2.0  # GB: a year of exports, its tables and its pages, and some more
GB = 2**30
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SET_UP = "Run `make report`, which sets up .venv, or `pip install -e .` in one of your own."
_LEAST = re.compile(r"(?P<name>[\w.-]+)(?:\[.*?\])?>=(?P<least>[\d.]+)(?P<extra>;.*)?")


@dataclass(frozen=True)
class Need:
    """One need: whether it is met, what was found, what to do, whether nothing works without."""

    name: str
    met: bool
    found: str
    to_do: str = ""
    needed: bool = True


def _python() -> Need:
    found = ".".join(map(str, sys.version_info[:3]))
    least = ".".join(map(str, OLDEST))
    to_do = f"Install Python {least} or newer."
    return Need("Python", sys.version_info >= OLDEST, found, to_do)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text.partition("+")[0])[:3])


def _package(name: str, least: str, *, needed: bool, to_do: str) -> Need:
    try:
        found = version(name)
    except PackageNotFoundError:
        return Need(name, met=False, found="not installed", to_do=to_do, needed=needed)
    is_new = _numbers(found) >= _numbers(least)
    said = found if is_new else f"{found}, older than {least}"
    return Need(name, is_new, said, to_do, needed)


def _packages() -> Iterator[Need]:
    """Yield each package that `pyproject.toml` names: those of the extra `test` are for tests."""
    collecting = "Install it to collect: pip install 'quiet-audience[collect]'."
    for stated in requires("quiet-audience") or []:
        match = _LEAST.fullmatch(stated.replace(" ", ""))
        if match and "test" not in (match["extra"] or ""):
            is_extra = bool(match["extra"])
            to_do = collecting if is_extra else SET_UP
            yield _package(match["name"], match["least"], needed=not is_extra, to_do=to_do)


def _kernel() -> Need:
    to_do = f"{SET_UP} Then, if need be: python -m ipykernel install --user."
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel  # noqa: PLC0415

        KernelSpecManager().get_kernel_spec("python3")
    except (ImportError, NoSuchKernel):
        return Need("kernel python3", met=False, found="none", to_do=to_do)
    return Need("kernel python3", met=True, found="found")


def _pango() -> Need:
    to_do = "Install Pango for report.pdf (pango, libpango-1.0-0); the page itself needs none."
    try:
        import weasyprint  # type: ignore[import-untyped]  # noqa: F401, PLC0415
    except (ImportError, OSError):
        return Need("Pango", met=False, found="not found", to_do=to_do, needed=False)
    return Need("Pango", met=True, found="found", needed=False)


def _fonts() -> Need:
    from matplotlib import font_manager  # noqa: PLC0415 - takes a second

    count = len(font_manager.findSystemFonts())
    to_do = "Install fonts for report.pdf, such as DejaVu, and Noto for other scripts."
    return Need("fonts", count > 0, f"{count:,} files", to_do, needed=False)


def _browser() -> Need:
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    to_do = "Install Chromium for `make test-browser`; nothing else needs it."
    return Need("Chromium", found is not None, "found" if found else "none", to_do, needed=False)


def _writable(name: str, folder: Path) -> Need:
    """Tell whether a folder, or what will hold it, may be written to."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    is_open = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    said = "may be written" if is_open else "may not be written"
    return Need(name, is_open, said, f"Give yourself the right to write to {there}.")


def _room(folder: Path) -> Need:
    free = shutil.disk_usage(folder).free / GB
    to_do = f"Free some: {ROOM:g} GB are enough for most authors."
    return Need("disk", free >= ROOM, f"{free:,.1f} GB free", to_do)


def _private(root: Path) -> Need:
    """Tell whether others on this machine can read what must stay private."""
    place = root / "data" / "private"
    is_shut = not place.exists() or os.name == "nt" or not place.stat().st_mode & 0o077
    said = "for its owner alone" if is_shut else "others on this machine may read it"
    return Need("data/private is shut", is_shut, said, f"chmod 700 {json.dumps(str(place))}")


def needs() -> list[Need]:
    """Return every need, in the order in which they are best met.

    Raises
    ------
    FileNotFoundError
        If the project's folder is not found.
    """
    root = paths.root()
    return [
        _python(),
        *_packages(),
        _kernel(),
        _writable("data/private", root / "data" / "private"),
        _writable("reports", Path.cwd() / "reports"),
        _private(root),
        _room(root),
        _pango(),
        _fonts(),
        _browser(),
    ]
