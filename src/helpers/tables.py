"""One author's seven tables: the `Engagement`, written whole and read whole.

An *engagement* is one author's seven tables (see `schemas`) and the *receipt* of
the files they came from: rows read = rows kept + rows set aside, file by file.
"""

import hashlib
import json
import os
from dataclasses import dataclass, field, fields
from pathlib import Path

import pandas as pd

from helpers.schemas import COLUMNS, SCHEMAS, TableError, check, empty

__all__ = ["COLUMNS", "SCHEMAS", "Engagement", "TableError", "check", "empty", "is_written", "read"]

CATALOGUE = "tables.json"
RECEIPT_COLUMNS = ("file", "format", "read", "kept", "set_aside", "why", "sha256")


def _table(name: str) -> pd.DataFrame:
    return field(default_factory=lambda: empty(name))


@dataclass(frozen=True, eq=False)
class Engagement:
    """One author's seven tables and the receipt of the files they came from.

    Every frame is checked against its schema on construction, and every tally and
    response must belong to a post in `posts`.

    Raises
    ------
    TableError
        If a frame breaks its schema, or a tally or response names an unknown post.
    """

    posts: pd.DataFrame = _table("posts")
    tallies: pd.DataFrame = _table("tallies")
    responses: pd.DataFrame = _table("responses")
    conversions: pd.DataFrame = _table("conversions")
    audience: pd.DataFrame = _table("audience")
    causes: pd.DataFrame = _table("causes")
    survey: pd.DataFrame = _table("survey")
    receipt: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=list(RECEIPT_COLUMNS))
    )

    def __post_init__(self) -> None:
        """Check every table, then the posts that tallies and responses name."""
        for name in SCHEMAS:
            object.__setattr__(self, name, check(name, getattr(self, name)))
        for name in ("tallies", "responses"):
            unknown = ~getattr(self, name)["post_id"].isin(self.posts["post_id"])
            if unknown.any():
                raise TableError(
                    f"Table {name!r}: {int(unknown.sum())} row(s) belong to a post that is not "
                    f"in table 'posts'. Add the post, with no date if none is known."
                )

    @property
    def sentence(self) -> str:
        """Say how many files were recognised and what became of their rows."""
        receipt = self.receipt
        known = int((receipt["kept"] > 0).sum())
        read, kept, aside = (int(receipt[name].sum()) for name in ("read", "kept", "set_aside"))
        return (
            f"{len(receipt):,} files were found and {known:,} of them gave rows: {read:,} rows "
            f"read = {kept:,} kept + {aside:,} set aside."
        )

    def write(self, folder: str | Path) -> Path:
        """Write the tables to `folder` as Parquet, all of them or none.

        Files are named by their content and take effect when the catalogue that names
        them is replaced, which is one atomic step: whoever reads the folder, even after
        a crash, finds the old tables whole or the new ones whole.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        catalogue = {
            item.name: _write_frame(getattr(self, item.name), item.name, folder)
            for item in fields(self)
        }
        _replace(folder / CATALOGUE, json.dumps(catalogue, indent=2).encode())
        for stale in {*folder.glob("*.parquet")} - {folder / name for name in catalogue.values()}:
            stale.unlink(missing_ok=True)
        return folder


def _write_frame(frame: pd.DataFrame, name: str, folder: Path) -> str:
    content = frame.to_parquet(index=False)
    path = folder / f"{name}.{hashlib.sha256(content).hexdigest()[:16]}.parquet"
    if not path.exists():
        _replace(path, content)
    return path.name


def _replace(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one step, and not before it is on the disk."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def is_written(folder: str | Path) -> bool:
    """Tell whether `folder` holds tables that `Engagement.write` wrote."""
    return (Path(folder) / CATALOGUE).is_file()


def read(source: str | Path) -> Engagement:
    """Read the tables that `Engagement.write` wrote.

    Raises
    ------
    TableError
        If there is no catalogue of tables in `source`, or a file it names is missing
        or is not the one that was written.
    """
    folder = Path(source)
    if not is_written(folder):
        raise TableError(
            f"No tables in {folder.name!r}: it has no {CATALOGUE}. "
            f"Load the exports first (notebook 01) or name the folder of exports."
        )
    catalogue = json.loads((folder / CATALOGUE).read_text())
    return Engagement(**{name: _read_frame(folder / file) for name, file in catalogue.items()})


def _read_frame(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise TableError(f"{path.name} is missing. Load the exports again (notebook 01).")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest()[:16] != path.suffixes[-2].lstrip("."):
        raise TableError(f"{path.name} was changed after it was written. Load the exports again.")
    return pd.read_parquet(path)
