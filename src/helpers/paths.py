"""Where things are: the project's root, a path that a person wrote, the private folder.

The *root* is the folder whose `pyproject.toml` names quiet-audience, so that notebooks
and commands work from any folder inside the project. The *private folder* holds what
must never be published; git ignores it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

MARKER = "pyproject.toml"
NAMED = re.compile(rb'^name\s*=\s*"quiet-audience"', re.MULTILINE)
ONLY_OWNER = 0o700


def _upwards(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents


def _is_root(folder: Path) -> bool:
    marker = folder / MARKER
    return marker.is_file() and NAMED.search(marker.read_bytes()) is not None


def root() -> Path:
    """Return the project's root: upwards from the working folder, else from this file.

    Raises
    ------
    FileNotFoundError
        If no such folder has a `pyproject.toml` that names quiet-audience.
    """
    starts = (Path.cwd(), Path(__file__).resolve().parent)
    for start in starts:
        for folder in _upwards(start):
            if _is_root(folder):
                return folder
    raise FileNotFoundError(
        f"The Quiet Audience project was not found: no folder at or above {starts[0]} or "
        f"{starts[1]} has a {MARKER} that names quiet-audience. Start again from inside "
        "the project's folder."
    )


def resolve(path: str | Path) -> Path:
    """Return the absolute path meant: as it is, in the working folder, else in the root.

    A leading `~` is the home folder. A relative path that exists in the working folder
    is that one; any other belongs to the project's root, whether it exists or not.
    """
    written = Path(path).expanduser()
    if written.is_absolute():
        return written
    return written.absolute() if written.exists() else root() / written


def private() -> Path:
    """Return the private folder, `data/private`, made for its owner alone if missing."""
    folder = root() / "data" / "private"
    folder.parent.mkdir(exist_ok=True)
    folder.mkdir(mode=ONLY_OWNER, exist_ok=True)
    return folder
