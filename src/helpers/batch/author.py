"""One author of a batch: notebooks in their order, into a draft, and what became of each.

A *row* says it: author, notebook, status (done, failed, skipped), seconds, reason, and of
the notebook that makes the page its headline. The *log* has a line a row and whatever the
notebooks' processes wrote.
"""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers import report
from helpers.batch import folder, plan, workers
from helpers.batch.plan import Job
from helpers.display import clean
from helpers.tasks import Task

PAGE_NOTEBOOK = "05-publisher-report"
SKIPPED = "an earlier notebook failed for this author"
Row = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """A row a notebook, and the draft to publish; none where a notebook failed."""

    rows: tuple[Row, ...]
    draft: Path | None


def run(job: Job, notify: Callable[[Row], None] | None = None) -> Outcome:
    """Run what an author's notebooks must run, up to the first that fails."""
    rows: list[Row] = []
    draft = folder.draft(job.out, job.slug)
    for task, key in zip(job.tasks, job.keys, strict=True):
        is_stopped = bool(rows) and rows[-1]["status"] != "done"
        rows.append(_skip(task) if is_stopped else _row(job, task, key, draft))
        if notify:
            notify(rows[-1])
    if rows[-1]["status"] == "done":
        return Outcome(tuple(rows), draft)
    shutil.rmtree(draft, ignore_errors=True)
    return Outcome(tuple(rows), None)


def kept(job: Job) -> list[Row]:
    """Return the rows of an author for whom nothing changed."""
    rows = [_named(task) | _keep(job.kept[task.notebook.stem]) for task in job.tasks]
    return with_page(job, rows)


def with_page(job: Job, rows: list[Row]) -> list[Row]:
    """Name the page on the row of the notebook that makes it, once it is published."""
    page = job.out / job.slug / report.PAGE
    if all(row["status"] == "done" for row in rows) and page.is_file():
        rows[-1]["page"] = str(page)
    return rows


def _row(job: Job, task: Task, key: str, draft: Path) -> Row:
    row, log, record = _named(task), job.out / f"{task.slug}.log", job.kept.get(task.notebook.stem)
    try:
        if job.refusal:
            raise OSError(job.refusal)
        draft.mkdir(parents=True, exist_ok=True)
        if record:
            for name in record["files"]:
                shutil.copy2(job.out / task.slug / name, draft / name)
            row |= _keep(record)
        else:
            row |= workers.ask(_order(task, draft, log, job.limits))
            record = _record(task, key, draft, row) if row["status"] == "done" else None
        if record:
            _seal(task, draft, record)
            row["headline"] = record["headline"]
    except (OSError, RuntimeError) as error:
        row |= {"status": "failed", "reason": job.refusal or _said(error)}
    return row | _noted(log, row)


def _named(task: Task) -> Row:
    return {"author": task.author, "notebook": task.notebook.stem, "seconds": 0.0, "reason": ""}


def _skip(task: Task) -> Row:
    return _named(task) | {"status": "skipped", "reason": SKIPPED}


def _keep(record: dict[str, Any]) -> Row:
    said = f"unchanged since {record['made']}"
    return {"status": "done", "reason": said, "headline": record["headline"]}


def _said(error: Exception) -> str:
    return plan.reason(error) if isinstance(error, OSError) else f"{type(error).__name__}: {error}"


def _order(task: Task, draft: Path, log: Path, limits: plan.Limits) -> dict[str, Any]:
    return {
        "notebook": str(task.notebook.absolute()),
        "output": str(draft / task.notebook.name),
        "parameters": task.parameters,
        "page": task.notebook.stem == PAGE_NOTEBOOK,
        "log": str(log),
        "timeout": limits.timeout,
        "memory": limits.memory,
    }


def _record(task: Task, key: str, draft: Path, row: Row) -> dict[str, Any]:
    """Return what the manifest keeps of a notebook that was run."""
    has_page = task.notebook.stem == PAGE_NOTEBOOK
    names = [task.notebook.name, *((report.PAGE, report.PRINT) if has_page else ())]
    headline = report.headline(draft / task.notebook.name) if has_page else ""
    return {
        "key": key,
        "files": {name: plan.digest(draft / name) for name in names if (draft / name).exists()},
        "tables": plan.catalogue(task),
        "seconds": round(row["seconds"], 3),
        "headline": headline,
        "made": f"{datetime.now(UTC):%Y-%m-%d}",
    }


def _seal(task: Task, draft: Path, record: dict[str, Any]) -> None:
    records = plan.recorded(draft) | {task.notebook.stem: record}
    content = {"author": task.author, "notebooks": records}
    folder.write(draft / plan.MANIFEST, json.dumps(content, indent=1, ensure_ascii=False))


def _noted(log: Path, row: Row) -> Row:
    """Add a line to the log; without one the notebook failed."""
    reason = " ".join(clean(row["reason"]).split())
    line = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ} {row['notebook']}: {row['status']}"
    line += f" in {row['seconds']:.1f} s. {reason}".rstrip() + "\n"
    try:
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
            file.write(line)
    except OSError as error:
        return {"status": "failed", "reason": row["reason"] or plan.reason(error)}
    return {}
