"""Public data: where each file is, what it must be, and the cache that it is fetched into.

A *dataset* is a table of `data/public.toml`, its *files* lie in the cache as
<dataset>/<file>. A file's *sum* is its sha256; a file with another sum is another file, and
is refused. `quiet-audience data` fetches all that have an address.
"""

import os
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import BadZipFile, ZipFile

import pooch

from helpers import paths

VARIABLE = "QUIET_AUDIENCE_PUBLIC"
REGISTRY = "data/public.toml"
COMMAND = "make data"


class PublicError(RuntimeError):
    """A file cannot be had, or is not the one that the registry names."""


class OfflineError(PublicError):
    """No answer came from where a file is."""


class NoAddressError(PublicError):
    """A file is not here, and can be made but not fetched."""


@dataclass(frozen=True)
class File:
    """One file: its sum, and its address (in an archive, as a member) or how it is made."""

    dataset: str
    name: str
    sha256: str
    url: str = ""
    member: str = ""
    how: str = ""

    @property
    def label(self) -> str:
        """Return the file's place in the cache."""
        return f"{self.dataset}/{self.name}"


@dataclass(frozen=True)
class Dataset:
    """What a dataset is, who made it, on what terms, and what misleads in it."""

    name: str
    title: str
    citation: str
    licence: str
    row: str
    traps: tuple[str, ...]
    simulated: bool
    files: tuple[File, ...]


def registry() -> dict[str, Dataset]:
    """Return the datasets of `data/public.toml` by name."""
    found = tomllib.loads((paths.root() / REGISTRY).read_text(encoding="utf-8"))
    return {
        name: Dataset(
            name=name,
            files=tuple(File(name, **one) for one in about.pop("files")),
            traps=tuple(about.pop("traps")),
            **about,
        )
        for name, about in found.items()
    }


def files() -> list[File]:
    """Return the files of all datasets, in the registry's order."""
    return [file for about in registry().values() for file in about.files]


def cache() -> Path:
    """Return the cache: the folder that QUIET_AUDIENCE_PUBLIC names, else data/private/cache."""
    named = os.environ.get(VARIABLE)
    return Path(named).expanduser() if named else paths.private() / "cache"


def path(dataset: str, name: str) -> Path:
    """Return where a file is in the cache, fetched if it was missing and checked.

    Raises
    ------
    PublicError
        If the file has another sum than the registry's, is not in its archive, or its
        server refuses it; `OfflineError` if no answer came; `NoAddressError` if it is missing
        and has no address.
    """
    (file,) = (one for one in registry()[dataset].files if one.name == name)
    return had(file)


def require(labels: Iterable[str]) -> None:
    """Fetch and check files ("dataset/name") that have an address, before any is read.

    Raises
    ------
    PublicError
        As `path` does. A file that can only be made is checked where there is one.
    """
    wanted = set(labels)
    for file in files():
        if file.label in wanted and (file.url or (cache() / file.label).exists()):
            had(file)


def had(file: File, *, progress: bool = False) -> Path:
    """Return where one of `files` is in the cache, fetched if it was missing and checked.

    Raises
    ------
    PublicError
        As `path` does.
    """
    place = cache() / file.label
    if not place.exists():
        if not file.url:
            raise NoAddressError(
                f"{file.label} is not in {cache()} and has no address to fetch it from. "
                f"It is {file.how}."
            )
        _fetch(file, place, progress=progress)
        return place
    found = pooch.file_hash(str(place), alg="sha256")
    if found != file.sha256:
        raise PublicError(
            f"{file.label} in {cache()} is not the file that {REGISTRY} names: its sha256 is "
            f"{found}, and {file.sha256} was expected. Delete it and run `{COMMAND}`."
        )
    return place


def _fetch(file: File, place: Path, *, progress: bool) -> None:
    """Put a file into the cache, whole and checked or not at all."""
    pooch.get_logger().setLevel("WARNING")
    cache().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=cache()) as folder:
        fetched = _downloaded(file, Path(folder), progress=progress)
        if file.member:
            fetched = _member(file, fetched)
        found = pooch.file_hash(str(fetched), alg="sha256")
        if found != file.sha256:
            raise PublicError(
                f"{file.label} was refused: what {file.url} sends has the sha256 {found}, and "
                f"{file.sha256} was expected. It was changed there, or on the way."
            )
        place.parent.mkdir(exist_ok=True)
        fetched.replace(place)


def _downloaded(file: File, folder: Path, *, progress: bool) -> Path:
    try:
        return Path(pooch.retrieve(file.url, None, "fetched", folder, progressbar=progress))
    except OSError as error:
        if not hasattr(error, "request"):  # as those of requests have
            raise
        response = getattr(error, "response", None)
        if response is None:
            raise _unanswered(file) from None
        response.close()
        raise PublicError(
            f"{file.label} could not be fetched: {file.url} answered {response.status_code}. It "
            f"may have moved."
        ) from None


def _unanswered(file: File) -> OfflineError:
    return OfflineError(
        f"{file.label} could not be fetched: no whole answer from {urlsplit(file.url).netloc}. "
        f"Connect to the network and run `{COMMAND}`, or name a folder that has the files in "
        f"{VARIABLE}."
    )


def _member(file: File, archive: Path) -> Path:
    try:
        with ZipFile(archive) as opened:
            (name,) = (one for one in opened.namelist() if Path(one).name == file.member)
            return Path(opened.extract(name, archive.parent / "opened"))
    except (BadZipFile, ValueError):
        raise PublicError(
            f"{file.label} was refused: what {file.url} sends is not an archive that holds one "
            f"{file.member}."
        ) from None
