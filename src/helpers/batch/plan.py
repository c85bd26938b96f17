"""What a batch must run: everything whose data, parameters, notebook or code changed.

A *key* is the hash of all that a notebook's outputs depend on. Beside an author's pages
lies a `manifest.json` of the keys they were made with and of their own hashes: a notebook
is *kept* where both are still the same.
"""

import functools
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import distributions
from importlib.resources import files
from pathlib import Path
from typing import Any

from helpers import paths, tables
from helpers.tasks import Task

MANIFEST = "manifest.json"
PLACES = ("source", "tables")


@dataclass(frozen=True)
class Limits:
    """What one notebook may take: seconds, and GB of memory if any number is set."""

    timeout: float = 3600.0
    memory: float | None = None


@dataclass(frozen=True)
class Job:
    """All notebooks of one author: those to run, and what is kept of an earlier batch."""

    out: Path
    tasks: tuple[Task, ...]
    keys: tuple[str, ...]
    kept: Mapping[str, dict[str, Any]]
    limits: Limits
    refusal: str = ""

    @property
    def slug(self) -> str:
        """Return the name of the author's folder."""
        return self.tasks[0].slug

    @property
    def author(self) -> str:
        """Return the author's name."""
        return self.tasks[0].author

    def keeps(self, task: Task) -> bool:
        """Tell whether a notebook's outputs are kept."""
        return task.notebook.stem in self.kept

    @property
    def is_done(self) -> bool:
        """Tell whether nothing of it needs to be run."""
        return len(self.kept) == len(self.tasks)


def job(tasks: tuple[Task, ...], out: Path, limits: Limits) -> Job:
    """Compare an author's notebooks with what is there of an earlier batch."""
    try:
        keys = _keys(tasks)
        return Job(out, tasks, keys, dict(_kept(tasks, keys, out / tasks[0].slug)), limits)
    except OSError as error:
        return Job(out, tasks, ("",) * len(tasks), {}, limits, reason(error))


def reason(error: OSError) -> str:
    """Return what the system refused, and of which file; its folder stays private."""
    name = f": {Path(str(error.filename)).name!r}" if error.filename else ""
    return f"{type(error).__name__}: {error.strerror or error}{name}"


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of a folder's files and their names."""
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    inside = sorted(each for each in path.rglob("*") if each.is_file())
    if not inside and not path.is_dir():
        raise FileNotFoundError(2, "No such file or folder", str(path))
    return _hash([(str(each.relative_to(path)), digest(each)) for each in inside])


def _keys(tasks: tuple[Task, ...]) -> tuple[str, ...]:
    """Return a key a notebook; one that reads another's tables depends on that one's key."""
    data, keys = digest(tasks[0].source), list[str]()
    for task in tasks:
        given = {name: value for name, value in task.parameters.items() if name not in PLACES}
        named = {
            name: digest(paths.resolve(value)) for name, value in given.items() if _is_file(value)
        }
        keys.append(_hash([data, code(), digest(task.notebook), given, named]))
        data = keys[-1] if "tables" in task.parameters else data
    return tuple(keys)


def _is_file(value: Any) -> bool:
    return (
        isinstance(value, str)
        and bool(value)
        and len(value) < 255
        and paths.resolve(value).is_file()
    )


@functools.cache
def code() -> str:
    """Return a hash of the helpers and of the names and versions of all that is installed."""
    installed = sorted({f"{each.name}=={each.version}" for each in distributions()})
    package = Path(str(files("helpers")))
    ours = sorted(each for each in package.rglob("*") if each.is_file() and each.suffix != ".pyc")
    return _hash([installed, [(str(each.relative_to(package)), digest(each)) for each in ours]])


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _kept(
    tasks: tuple[Task, ...], keys: tuple[str, ...], folder: Path
) -> Iterable[tuple[str, dict[str, Any]]]:
    for task, key in zip(tasks, keys, strict=True):
        record = recorded(folder).get(task.notebook.stem)
        if record and record["key"] == key and _is_as_written(record, task, folder):
            yield task.notebook.stem, record


def recorded(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what the manifest in an author's folder says of each notebook."""
    try:
        return dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["notebooks"])
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        return {}


def _is_as_written(record: Mapping[str, Any], task: Task, folder: Path) -> bool:
    files = {name: folder / name for name in record["files"]}
    if any(not path.is_file() or digest(path) != record["files"][n] for n, path in files.items()):
        return False
    return record["tables"] == catalogue(task)


def catalogue(task: Task) -> str:
    """Return a hash of the tables that a notebook wrote; of none if it writes none."""
    written = paths.resolve(task.parameters["tables"]) if "tables" in task.parameters else None
    return digest(written / tables.CATALOGUE) if written and tables.is_written(written) else ""
