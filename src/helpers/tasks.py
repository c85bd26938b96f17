"""What a batch is to run: a notebook for an author, with parameters that were checked.

papermill runs on with a parameter that no notebook has. Here that is an error before
any kernel starts, and so is a value of the wrong type.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import papermill

from helpers import paths, privacy

REQUIRED = ("author", "source")
LONGEST = 100  # bytes of a folder's name: a draft's is longer, and file systems take 255
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


class BatchError(ValueError):
    """A batch cannot start as it was asked for."""


@dataclass(frozen=True)
class Task:
    """One notebook for one author, with its checked parameters."""

    author: str
    slug: str
    source: Path
    notebook: Path
    parameters: dict[str, Any]


def tasks(
    authors: pd.DataFrame | str | Path, notebooks: list[Path], out: str | Path | None = None
) -> list[Task]:
    """Check authors and parameters against the notebooks and list what is to be run.

    Tables that a notebook writes go to `data/private/tables`, to a folder of each author
    and of `out`, so that two batches never read each other's.
    """
    suffix = f"-{privacy.digest(str(Path(out).absolute()))[:8]}" if out else ""
    table, beside = _authors(authors)
    declared = {notebook: _declared(notebook) for notebook in notebooks}
    _check_names(table, declared)
    slugs = {author: _slug(author) for author in table["author"]}
    if len(set(slugs.values())) < len(table):
        raise BatchError(
            "Two authors would share a folder: their names differ only in punctuation or are "
            "the same. Give each author a name of their own in the column 'author'."
        )
    return [
        Task(row["author"], slugs[row["author"]], _source(row, beside), notebook, parameters)
        for row in table.to_dict("records")
        for notebook, parameters in _parameters(
            row, slugs[row["author"]] + suffix, declared, beside
        )
    ]


def _authors(authors: pd.DataFrame | str | Path) -> tuple[pd.DataFrame, Path]:
    """Return the authors as text, and the folder that their sources are relative to."""
    if isinstance(authors, pd.DataFrame):
        table, beside = authors, Path.cwd()
    else:
        path = paths.resolve(authors)
        if not path.is_file():
            raise BatchError(f"There is no file {path.name!r}. Name a CSV with a row an author.")
        table, beside = pd.read_csv(path, dtype="str", keep_default_na=False), path.parent
    missing = [column for column in REQUIRED if column not in table]
    if missing or table.empty:
        raise BatchError(
            f"The table of authors has {len(table)} row(s) and lacks the column(s) "
            f"{', '.join(missing) or 'none'}. It needs a row an author with the columns "
            f"{', '.join(REQUIRED)}."
        )
    return table, beside


def _declared(notebook: Path) -> dict[str, dict[str, Any]]:
    if not notebook.is_file():
        raise BatchError(f"There is no notebook {notebook.name!r}. See the folder notebooks/.")
    return dict(papermill.inspect_notebook(str(notebook)))


def _check_names(table: pd.DataFrame, declared: Mapping[Path, Mapping[str, Any]]) -> None:
    known = sorted({name for parameters in declared.values() for name in parameters})
    for column in table.columns:
        if column not in known and column not in REQUIRED:
            near = difflib.get_close_matches(str(column), known, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise BatchError(
                f"No notebook has a parameter {column!r}. {hint}"
                f"The parameters are: {', '.join(known)}."
            )


def _parameters(
    row: Mapping[str, Any],
    folder: str,
    declared: Mapping[Path, Mapping[str, Any]],
    beside: Path,
) -> Iterable[tuple[Path, dict[str, Any]]]:
    source, written = _source(row, beside), None
    for notebook, parameters in declared.items():
        values = dict(row) | {"source": _from_root(written or source)}
        if "tables" in parameters:
            written = paths.private() / "tables" / folder
            values["tables"] = _from_root(written)
        yield (
            notebook,
            {
                name: _typed(name, values[name], about["inferred_type_name"], notebook.stem)
                for name, about in parameters.items()
                if name in values
            },
        )


def _source(row: Mapping[str, Any], beside: Path) -> Path:
    source = (beside / Path(str(row["source"])).expanduser()).resolve()
    if not source.exists():
        raise BatchError(
            f"Author {row['author']!r}: there is no folder {source.name!r}. "
            "Name the folder that holds the exports."
        )
    return source


def _from_root(path: Path) -> str:
    """Return a path as a notebook may show it: from the project's root where it is inside."""
    root = paths.root()
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def _typed(name: str, value: Any, wanted: str, notebook: str) -> Any:
    """Return `value` as the type the notebook declares, or say that it is not one."""
    text = str(value).strip()
    readers: dict[str, Callable[[], Any]] = {
        "str": lambda: str(value),
        "int": lambda: int(text),
        "float": lambda: float(text),
        "bool": lambda: (*_FALSE, *_TRUE).index(text.lower()) >= len(_FALSE),
    }
    exact = {"str": str, "int": int, "float": (int, float), "bool": bool}
    try:
        if wanted not in readers or not isinstance(value, (str, exact[wanted])):  # type: ignore[arg-type]
            raise ValueError
        return readers[wanted]()
    except ValueError:
        raise BatchError(
            f"Notebook {notebook}: the parameter {name!r} is of type {wanted}, "
            f"and {value!r} is not. Give a value of that type."
        ) from None


def _slug(author: str) -> str:
    slug = re.sub(r"[^\w]+", "-", str(author).casefold()).strip("-_")
    if not slug:
        raise BatchError(f"The author {author!r} has no letter or digit to name a folder by.")
    if len(slug.encode()) > LONGEST:
        cut = slug.encode()[: LONGEST - 9].decode(errors="ignore")
        return f"{cut}-{privacy.digest(slug)[:8]}"
    return slug
