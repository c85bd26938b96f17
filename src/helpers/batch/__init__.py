"""Authors × notebooks: parameters checked first, then one page an author.

A *batch* runs the same notebooks for each author of a table with the columns `author`,
`source` (a folder of exports or of tables) and any notebook parameter. One author's
failure is named and stops nobody else.
"""

import logging
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import papermill
from traitlets.config import Config

from helpers import report
from helpers.tasks import BatchError, Task, tasks

__all__ = ["KERNEL", "BatchError", "Task", "run", "tasks"]

PAGE_NOTEBOOK = "05-publisher-report"
RESULT_COLUMNS = ("author", "notebook", "status", "seconds", "reason", "page", "headline")
KERNEL = Config({"KernelManager": {"transport_encryption": "auto"}})


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
    for slug in last:
        shutil.rmtree(Path(out) / f".{slug}.draft", ignore_errors=True)
    for task in progress(plan):
        draft = Path(out) / f".{task.slug}.draft"
        row = _skip(task) if task.slug in failed else _execute(task, draft)
        failed |= {task.slug} if row["status"] == "failed" else set()
        if last[task.slug] == task.notebook and task.slug not in failed:
            _replace(draft, Path(out) / task.slug)
            row |= _pages(Path(out) / task.slug)
        rows.append(row)
    return pd.DataFrame(rows, columns=list(RESULT_COLUMNS))


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
    except (papermill.PapermillException, RuntimeError, OSError) as error:
        row |= {"status": "failed", "reason": _reason(error)}
        logging.getLogger(__name__).warning("%s failed for %s", task.notebook.stem, task.slug)
        shutil.rmtree(draft)
    return row | {"seconds": time.perf_counter() - started}


def _reason(error: Exception) -> str:
    """Return what failed: the notebook's own error, or what kept it from running."""
    if isinstance(error, papermill.PapermillExecutionError):
        return f"{error.ename}: {error.evalue}"
    return f"{type(error).__name__}: {error}"


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
