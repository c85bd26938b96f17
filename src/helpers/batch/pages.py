"""What a batch leaves for people and for programs: `index.html` and `manifest.json`."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from helpers import report
from helpers.batch import folder
from helpers.batch.plan import MANIFEST, Job
from helpers.display import clean

INDEX = "index.html"


def write(out: Path, jobs: list[Job], results: pd.DataFrame) -> None:
    """Write both of what is known so far, each whole."""
    rows = dict(list(results.groupby("author")))
    authors = [_author(out, job, rows.get(job.author, results[:0])) for job in jobs]
    within = results.assign(page=[_within(out, page) for page in results["page"]])
    content = {"authors": authors, "notebooks": json.loads(within.to_json(orient="records"))}
    folder.write(out / MANIFEST, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    count = Counter(one["status"] for one in authors)
    shown = [
        {**one, "author": clean(one["author"]), "reason": clean(one["reason"])} for one in authors
    ]
    folder.write(out / INDEX, _template().render(authors=shown, count=count))


def _within(out: Path, page: Any) -> str | None:
    """Return a page's place in the folder, which may be moved."""
    return Path(page).relative_to(out).as_posix() if isinstance(page, str) else None


def _template() -> jinja2.Template:
    places = [jinja2.PackageLoader("helpers", name) for name in ("batch", "report")]
    loader = jinja2.ChoiceLoader(places)
    return jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True
    ).get_template("index.html.j2")


def _author(out: Path, job: Job, rows: pd.DataFrame) -> dict[str, Any]:
    """Return an author's status, headline, links and reason; links are within the folder."""
    bad, is_whole = rows[rows["status"] == "failed"], len(rows) == len(job.tasks)
    has_page = (out / job.slug / report.PAGE).is_file()
    said = "".join(f"{row.notebook} stopped: {row.reason}" for row in bad.itertuples())
    return {
        "author": job.author,
        "status": "failed" if said else "done" if is_whole else "waiting",
        "headline": " ".join(rows["headline"].dropna()).strip() if is_whole and not said else "",
        "page": f"{job.slug}/{report.PAGE}" if has_page else "",
        "log": f"{job.slug}.log" if (out / f"{job.slug}.log").is_file() else "",
        "reason": said,
        "seconds": round(float(rows["seconds"].sum()), 3),
        "keys": {task.notebook.stem: key for task, key in zip(job.tasks, job.keys, strict=True)},
    }
