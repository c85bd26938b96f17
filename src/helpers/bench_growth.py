"""Bench of growth: what ever more authors and ever more events cost, stored for the README.

`python -m helpers.bench_growth` measures for 20 minutes and writes the table that `costs`
reads.
"""

import os
import platform
from importlib.metadata import version

import pandas as pd

from helpers import costs, paths
from helpers.bench_batch import of_events, of_notebooks
from helpers.spreadsheets import csv_text

AUTHORS, MANY_AUTHORS, EVENTS = (4, 12), 40, (5_000_000, 20_000_000, 50_000_000)
LIBRARIES = ("duckdb", "pandas", "papermill")


def measured() -> pd.DataFrame:
    """Return a row a count, way and size; papermill's command line for a few authors only."""
    lines = [
        line for size in AUTHORS for line in of_notebooks(size, (costs.BATCH, costs.PAPERMILL))
    ]
    lines += of_notebooks(MANY_AUTHORS, (costs.BATCH,))
    for rows in EVENTS:
        lines += of_events(rows, (costs.OURS, costs.SQL, costs.PANDAS))
    return pd.DataFrame(lines, columns=list(costs.COLUMNS)).round(2)


def main() -> None:
    """Measure, and store what was measured below a line on the machine."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    text = f"# {machine}; {libraries}\n{csv_text(measured())}"
    (paths.root() / costs.STORED).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
