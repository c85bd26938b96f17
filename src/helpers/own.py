"""Own formats: what users write beside their data to say what a file of theirs means."""

from pathlib import Path

from helpers import formats, privacy
from helpers.converters import LoadError
from helpers.formats.layouts import Format

MOST_BYTES = 1_000_000


def find(folder: Path) -> list[Path]:
    """Return the TOML files at the top of a folder; of a single file, those beside it."""
    top = folder if folder.is_dir() else folder.parent
    return sorted(path for path in top.glob("*.toml") if path.is_file())


def is_format(name: str) -> bool:
    """Tell whether a file of this name within the folder is one of those."""
    return "/" not in name and name.endswith(".toml")


def formats_of(folder: Path) -> list[Format]:
    """Return the formats that the TOML files beside the data describe.

    Raises
    ------
    LoadError
        Naming the file, the entry that is wrong and what was probably meant.
    """
    return [_read(path) for path in find(folder)]


def _read(path: Path) -> Format:
    name = privacy.redact(path.name)
    if path.stat().st_size > MOST_BYTES:
        raise LoadError(f"{name!r} is no format: it has over {MOST_BYTES:,} bytes.")
    try:
        return formats.parse(path.read_text("utf-8-sig"), own=name)
    except (formats.FormatError, UnicodeDecodeError) as error:
        said = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
        raise LoadError(f"{name!r} cannot be used as a format: {said}") from error
