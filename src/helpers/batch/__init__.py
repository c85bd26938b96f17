"""Authors × notebooks: parameters checked first, then one page an author.

A *batch* runs the same notebooks for each author of a table with the columns `author`,
`source` (a folder of exports or of tables) and any notebook parameter. One author's
failure is named and stops nobody else. What did not change since an earlier batch in the
same folder is kept. The *driver* is the process that called; *workers* are its fork
servers, on this machine or on Dask's.
"""

import os
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import pandas as pd

from helpers.batch import author, distribution, folder, pages, plan
from helpers.batch.author import Outcome, Row
from helpers.batch.pages import INDEX
from helpers.batch.plan import Job, Limits
from helpers.batch.progress import Progress, Shown, progressed
from helpers.batch.server import KERNEL
from helpers.tasks import BatchError, Task, tasks

__all__ = ["INDEX", "KERNEL", "BatchError", "Limits", "Progress", "Task", "run", "tasks"]

RESULT_COLUMNS = ("author", "notebook", "status", "seconds", "reason", "page", "headline")


def run(
    authors: pd.DataFrame | str | Path,
    notebooks: Iterable[str | Path],
    out: str | Path,
    *,
    scheduler: str | None = None,
    workers: int | None = None,
    limits: Limits | None = None,
    progress: Shown | None = None,
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
        Receives a folder and a log an author, `index.html` and `manifest.json`.
    scheduler : str, optional
        "local" or the address of a Dask scheduler whose workers see the same files;
        without it, processes of this machine.
    workers : int, optional
        How many notebooks run at a time; as many as there are cores when not given.
    limits : Limits, optional
        Seconds and memory that one notebook may take.
    progress : callable, optional
        Called with a `Progress` whenever a notebook has ended.

    Returns
    -------
    DataFrame
        A row a task: author, notebook, status (done, failed, skipped), seconds (0 where it
        was kept), reason; page and headline on the row of notebook 05.

    Raises
    ------
    BatchError
        Before anything runs: a parameter that no notebook has or of the wrong type, a
        missing column, a source that does not exist, two authors with one folder name,
        another batch in the same folder.
    OSError
        If the index or the manifest cannot be written.
    """
    out = Path(out).absolute()
    listed = tasks(authors, [Path(notebook) for notebook in notebooks], out)
    count = workers or os.cpu_count() or 1
    with folder.lock(out):
        folder.recover(out, {task.slug for task in listed})
        each = [tuple(one) for _, one in groupby(listed, key=lambda task: task.slug)]
        jobs = [plan.job(one, out, limits or Limits()) for one in each]
        return _run(jobs, out, scheduler, count, progress or (lambda state: None))


def _run(
    jobs: list[Job], out: Path, scheduler: str | None, count: int, shown: Shown
) -> pd.DataFrame:
    waiting = [job for job in jobs if not job.is_done]
    rows = [row for job in jobs if job.is_done for row in author.kept(job)]
    left = {(t.author, t.notebook.stem): "" for j in waiting for t in j.tasks if not j.keeps(t)}
    ended, total = list(rows), sum(len(job.tasks) for job in jobs)

    def notify(row: Row) -> None:
        ended.append(row)
        left.pop((row["author"], row["notebook"]), None)
        shown(progressed(list(ended), [name for _, name in list(left)], total, count))

    shown(progressed(rows, [name for _, name in left], total, count))
    for job, outcome in distribution.outcomes(waiting, scheduler, count, notify):
        rows += _published(job, outcome)
        pages.write(out, jobs, _table(jobs, rows))
    results = _table(jobs, rows)
    pages.write(out, jobs, results)
    return results


def _published(job: Job, outcome: Outcome) -> list[Row]:
    """Publish a finished draft; return the author's rows, the last with the page."""
    rows = list(outcome.rows)
    if outcome.draft:
        try:
            folder.publish(outcome.draft, job.out / job.slug)
        except OSError as error:
            rows[-1] |= {"status": "failed", "reason": plan.reason(error)}
    return author.with_page(job, rows)


def _table(jobs: list[Job], rows: list[Row]) -> pd.DataFrame:
    """Return the rows in the order of the list of authors."""
    place = {job.author: number for number, job in enumerate(jobs)}
    ordered = sorted(rows, key=lambda row: place[row["author"]])
    return pd.DataFrame(ordered, columns=list(RESULT_COLUMNS))
