"""Authors × notebooks: parameters checked first, then one page an author.

A *batch* runs the same notebooks for each author of a table with the columns `author`,
`source` (a folder of exports or of tables) and any notebook parameter. One author's
failure is named and stops nobody else.
"""

import difflib
import logging
import re
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import papermill
from traitlets.config import Config

from helpers import paths, report

REQUIRED = ("author", "source")
PAGE_NOTEBOOK = "05-publisher-report"
RESULT_COLUMNS = ("author", "notebook", "status", "seconds", "reason", "page", "headline")
KERNEL = Config({"KernelManager": {"transport_encryption": "auto"}})
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


class BatchError(ValueError):
    """A batch cannot start as it was asked for."""


@dataclass(frozen=True)
class Task:
    """One notebook for one author, with its checked parameters."""

    author: str
    slug: str
    notebook: Path
    parameters: dict[str, Any]


def run(
    authors: pd.DataFrame | str | Path,
    notebooks: Iterable[str | Path],
    out: str | Path,
    *,
    progress: Callable[[Iterable[Task]], Iterable[Task]] = iter,
) -> pd.DataFrame:
    """Run notebooks for every author and publish a page for each.

    Parameters
    ----------
    authors : DataFrame or path
        A row an author, or a CSV file of them: columns author, source and any parameter.
    notebooks : paths
        Notebooks to run in this order. One with a parameter `tables` writes tables there,
        and those after it read them as their source.
    out : path
        Receives a folder an author, whole or not at all.
    progress : callable, optional
        Wraps the tasks, as `tqdm` does.

    Returns
    -------
    DataFrame
        A row a task: author, notebook, status (done, failed, skipped), seconds, reason;
        page and headline on the row of notebook 05.

    Raises
    ------
    BatchError
        Before any kernel starts: a parameter that no notebook has or of the wrong type,
        a missing column, a source that does not exist, two authors with one folder name.
    """
    plan = tasks(authors, [Path(notebook) for notebook in notebooks])
    rows: list[dict[str, Any]] = []
    failed: set[str] = set()
    last = {task.slug: task.notebook for task in plan}
    for task in progress(plan):
        draft = Path(out) / f".{task.slug}.draft"
        row = _skip(task) if task.slug in failed else _execute(task, draft)
        failed |= {task.slug} if row["status"] == "failed" else set()
        if last[task.slug] == task.notebook and task.slug not in failed:
            _replace(draft, Path(out) / task.slug)
            row |= _pages(Path(out) / task.slug)
        rows.append(row)
    return pd.DataFrame(rows, columns=list(RESULT_COLUMNS))


def tasks(authors: pd.DataFrame | str | Path, notebooks: list[Path]) -> list[Task]:
    """Check authors and parameters against the notebooks and list what is to be run."""
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
        Task(row["author"], slugs[row["author"]], notebook, parameters)
        for row in table.to_dict("records")
        for notebook, parameters in _parameters(row, slugs[row["author"]], declared, beside)
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
    slug: str,
    declared: Mapping[Path, Mapping[str, Any]],
    beside: Path,
) -> Iterable[tuple[Path, dict[str, Any]]]:
    source = (beside / Path(str(row["source"])).expanduser()).resolve()
    if not source.exists():
        raise BatchError(
            f"Author {row['author']!r}: there is no folder {source.name!r}. "
            "Name the folder that holds the exports."
        )
    written = None
    for notebook, parameters in declared.items():
        values = dict(row) | {"source": _from_root(written or source)}
        if "tables" in parameters:
            written = paths.private() / "tables" / slug
            values["tables"] = _from_root(written)
        yield (
            notebook,
            {
                name: _typed(name, values[name], about["inferred_type_name"], notebook.stem)
                for name, about in parameters.items()
                if name in values
            },
        )


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
    return slug


def _execute(task: Task, draft: Path) -> dict[str, Any]:
    started = time.perf_counter()
    draft.mkdir(parents=True, exist_ok=True)
    row = {"author": task.author, "notebook": task.notebook.stem, "status": "done"}
    try:
        papermill.execute_notebook(
            str(task.notebook),
            str(draft / task.notebook.name),
            parameters=task.parameters,
            kernel_name="python3",
            progress_bar=False,
            config=KERNEL,
        )
        if task.notebook.stem == PAGE_NOTEBOOK:
            report.publish(draft / task.notebook.name, draft)
    except papermill.PapermillExecutionError as error:
        row |= {"status": "failed", "reason": f"{error.ename}: {error.evalue}"}
        logging.getLogger(__name__).warning("%s failed for %s", task.notebook.stem, task.slug)
        shutil.rmtree(draft)
    return row | {"seconds": time.perf_counter() - started}


def _skip(task: Task) -> dict[str, Any]:
    reason = "an earlier notebook failed for this author"
    return {"author": task.author, "notebook": task.notebook.stem, "status": "skipped"} | {
        "seconds": 0.0,
        "reason": reason,
    }


def _replace(draft: Path, folder: Path) -> None:
    """Put a finished folder in the place of an older one."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    draft.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _pages(folder: Path) -> dict[str, str]:
    page = folder / report.PAGE
    if not page.is_file():
        return {}
    return {
        "page": str(page),
        "headline": report.headline(folder / f"{PAGE_NOTEBOOK}.ipynb"),
    }
