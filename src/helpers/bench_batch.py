"""Bench of events and batches: our way beside the others', in one run.

Counts of events are measured beside pandas, SQL written by hand for DuckDB (in as much
memory as ours, and in all there is) and a bare scan; a notebook of a batch beside one of
papermill's command line. Events are invented. Every reading is of a process of its own:
seconds, seconds of CPU and its peak of memory in MB.
`python -m helpers.bench_batch events 5000000` and `… notebooks 3` print a table.
"""

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers import batch, costs, events, ladder, paths
from helpers.bench import MB

KINDS = ["delivery", "open", "click", "like", "boost", "reply", "quote"]
SHARES = [0.5, 0.25, 0.05, 0.12, 0.04, 0.03, 0.01]
CHUNK, POSTS_PER, PEOPLE_PER = 1_000_000, 5_000, 10
SQL = {
    "people": """SELECT person_id, count(*) FILTER (kind IN ({reached})) AS reached,
        count(*) FILTER (kind IN ({silent})) AS silent,
        count(*) FILTER (kind IN ({interaction})) AS interactions,
        count(*) FILTER (kind IN ({engagement})) AS engagements,
        CASE WHEN engagements > 0 THEN 'engagement' WHEN interactions > 0 THEN 'interaction'
        WHEN silent > 0 THEN 'silent attention' WHEN reached > 0 THEN 'reached'
        ELSE 'only converted' END AS segment
        FROM '{file}' GROUP BY person_id""",
    "frequencies": """SELECT times, count(*) AS people FROM (SELECT count(*) AS times
        FROM '{file}' GROUP BY person_id) GROUP BY times ORDER BY times""",
    "posts": """SELECT post_id, kind, count(*) AS acts, count(DISTINCT person_id) AS people
        FROM '{file}' GROUP BY ALL""",
}
Ways = dict[str, Callable[[Path, str], Any]]
Line = tuple[str, str, int, float, float, float]
MODULE = [sys.executable, "-m", "helpers.bench_batch"]


def write_events(path: Path, rows: int) -> None:
    """Write invented events, a few people doing most of them."""
    draw, people, posts = np.random.default_rng(1), rows // PEOPLE_PER, max(1, rows // POSTS_PER)
    with pq.ParquetWriter(path, pa.schema(dict.fromkeys(events.COLUMNS, pa.string()))) as file:
        for start in range(0, rows, CHUNK):
            size = min(CHUNK, rows - start)
            who = (people * draw.random(size) ** 3).astype("int64")
            columns = {
                "person_id": _text("email:{:020x}", who),
                "post_id": _text("post-{}", draw.integers(posts, size=size)),
                "kind": pa.array(np.array(KINDS)[draw.choice(len(KINDS), size, p=SHARES)]),
            }
            file.write_table(pa.table(columns).cast(file.schema))


def _text(form: str, numbers: np.ndarray) -> pa.Array:
    found, place = np.unique(numbers, return_inverse=True)
    return pa.array([form.format(number) for number in found.tolist()]).take(pa.array(place))


def by_ibis(file: Path, count: str) -> Any:
    """Count as the project does."""
    return getattr(events, count)(events.events(file)).to_pyarrow()


def by_sql(file: Path, count: str, **settings: str) -> Any:
    """Count by SQL written by hand, with DuckDB's own settings unless told otherwise."""
    rungs = ladder.read()
    names = ("reached", "silent attention", "interaction", "engagement")
    kinds = {name.split()[0]: ", ".join(f"'{k}'" for k in rungs.kinds(name)) for name in names}
    query = SQL[count].format(file=file, **kinds)
    return duckdb.connect(config={**settings}).sql(query).to_arrow_table()


def by_scan(file: Path, _: str) -> Any:
    """Read every column, and count nothing: the least that any way must do."""
    columns = ", ".join(f"sum(length({name}))" for name in events.COLUMNS)
    return duckdb.connect().read_parquet(str(file)).aggregate(columns).to_arrow_table()


def by_pandas(file: Path, count: str) -> Any:
    """Count as one does in pandas."""
    frame = pd.read_parquet(file, columns=list(events.COLUMNS))
    if count == "people":
        rungs = frame["kind"].map(ladder.read().rung_of)
        return frame.groupby(["person_id", rungs]).size().unstack(fill_value=0)
    if count == "frequencies":
        return frame["person_id"].value_counts().value_counts()
    return frame.groupby(["post_id", "kind"])["person_id"].agg(["size", "nunique"])


def of_papermill(file: Path, authors: str) -> None:
    """Run the notebooks by papermill's command line."""
    for _, source, notebook in _runs(int(authors)):
        given = ["-p", "source", source]
        given += ["-p", "tables", str(file / "tables")] if notebook.stem[:2] == "01" else []
        command = [sys.executable, "-m", "papermill", "--no-progress-bar", str(notebook)]
        subprocess.run(
            [*command, str(file / notebook.name), *given], check=True, capture_output=True
        )


def of_batch(file: Path, authors: str) -> None:
    """Run the notebooks as a batch, which makes a page and a PDF for each author."""
    _batch(file, authors, "")


def of_bare_batch(file: Path, authors: str) -> None:
    """Run the notebooks as a batch without pages: what papermill does, and no more."""
    _batch(file, authors, "-alone")


def _batch(file: Path, authors: str, suffix: str) -> None:
    runs, renamed = _runs(int(authors)), file / "notebooks"
    table = pd.DataFrame({(name, source) for name, source, _ in runs}, columns=["author", "source"])
    renamed.mkdir()
    notebooks = [
        Path(shutil.copy(path, renamed / f"{path.stem}{suffix}.ipynb"))
        for path in sorted({notebook for *_, notebook in runs})
    ]
    results = batch.run(table, notebooks, file / "out")
    if (results["status"] != "done").any():
        raise RuntimeError(results["reason"].to_list())


def _runs(authors: int) -> list[tuple[str, str, Path]]:
    sample, notebooks = paths.root() / "data" / "sample", paths.root() / "notebooks"
    folders = sorted(path for path in sample.iterdir() if path.is_dir())
    listed = sorted(notebooks.glob("0[1-5]-*.ipynb"))
    each = [(f"Author {n}", str(folders[n % len(folders)])) for n in range(authors)]
    return [(name, source, notebook) for name, source in each for notebook in listed]


WAYS: Ways = {
    "ibis": by_ibis,
    "sql": by_sql,
    costs.SQL: partial(by_sql, memory_limit=events.MEMORY, temp_directory=gettempdir()),
    "scan": by_scan,
    "pandas": by_pandas,
    "batch": of_batch,
    "batch without pages": of_bare_batch,
    "papermill": of_papermill,
}


def measure(way: str, file: str, what: str) -> tuple[float, float, float]:
    """Return a way's seconds, its seconds of CPU, and its peak in MB, in this process."""
    if what in SQL:
        with tempfile.TemporaryDirectory() as few:
            write_events(Path(few) / "few.parquet", 10)
            WAYS[way](Path(few) / "few.parquet", what)
    clock, before = time.perf_counter(), _worked()
    WAYS[way](Path(file), what)
    spent, worked = time.perf_counter() - clock, _worked() - before
    return spent, worked, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB


def _worked() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _line(way: str, file: Path, what: str, size: int) -> Line:
    """Measure a way in a process of its own, and print its line of the table."""
    given = what if what in SQL else str(size)
    command = [*MODULE, "measure", way, str(file), given]
    spent, worked, peak = json.loads(subprocess.check_output(command))
    sys.stdout.write(f"|{what}|{way}|{size:,}|{spent:.2f}|{worked:.2f}|{peak:,.0f}|\n")
    sys.stdout.flush()
    return what, way, size, spent, worked, peak


def of_notebooks(authors: int, ways: tuple[str, ...]) -> list[Line]:
    """Run five notebooks for so many authors, in each way."""
    with tempfile.TemporaryDirectory() as name:
        folders = {way: Path(name, str(place)) for place, way in enumerate(ways)}
        for folder in folders.values():
            folder.mkdir()
        return [_line(way, folder, "notebooks", authors) for way, folder in folders.items()]


def of_events(rows: int, ways: tuple[str, ...]) -> list[Line]:
    """Count so many events in each way."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "responses.parquet"
        subprocess.check_call([*MODULE, "write", str(file), str(rows)])
        return [_line(way, file, what, rows) for what in SQL for way in ways]


def main() -> None:
    """Print a table, or one measurement."""
    if sys.argv[1] == "measure":
        sys.stdout.write(json.dumps(measure(*sys.argv[2:5])))
        return
    if sys.argv[1] == "write":
        write_events(Path(sys.argv[2]), int(sys.argv[3]))
        return
    sys.stdout.write("|what|way|size|s|CPU s|peak MB|\n|---|---|---|---|---|---|\n")
    if sys.argv[1] == "notebooks":
        of_notebooks(int(sys.argv[2]), ("batch", "batch without pages", "papermill"))
    else:
        of_events(int(sys.argv[2]), ("scan", costs.OURS, costs.SQL, "sql", costs.PANDAS))


if __name__ == "__main__":
    main()
