"""Bench of the page: `report.publish` beside `jupyter nbconvert`, in one run.

All read the same executed notebook 05 of the sample. *Cold* is a process of its own, imports
and all; *warm* is once more in a process that has done it. `python -m helpers.bench_report`
prints a table.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import papermill

from helpers import paths, report
from helpers.batch import KERNEL

NOTEBOOK, REPEATS = "05-publisher-report.ipynb", 3
OURS = {"report.publish, page": False, "report.publish, page and print": True}
WARM = """
import json, sys, time
from pathlib import Path
from nbconvert import HTMLExporter
exporter, spent = HTMLExporter(exclude_input=bool(int(sys.argv[2]))), []
for _ in range(int(sys.argv[3]) + 1):
    began = time.perf_counter()
    body, _ = exporter.from_filename(sys.argv[1])
    spent.append(time.perf_counter() - began)
print(json.dumps([min(spent[1:]), len(body.encode()) / 1024]))
"""


def _cold(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def ours(executed: Path, folder: Path, *, pdf: bool) -> tuple[float, float, float]:
    """Return seconds cold and warm, and the page's size in KB."""
    code = "import sys; from helpers import report; report.publish(*sys.argv[1:3], pdf={})"
    cold = _cold([sys.executable, "-c", code.format(pdf), str(executed), str(folder)])
    spent = []
    for _ in range(REPEATS + 1):
        began = time.perf_counter()
        page = report.publish(executed, folder, pdf=pdf)
        spent.append(time.perf_counter() - began)
    return cold, min(spent[1:]), page.stat().st_size / 1024


def theirs(executed: Path, folder: Path, *, bare: bool) -> tuple[float, float, float]:
    """Return the same of nbconvert, with code or without."""
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(folder)]
    cold = _cold([*command, *(["--no-input"] if bare else []), str(executed)])
    warm = [sys.executable, "-c", WARM, str(executed), str(int(bare)), str(REPEATS)]
    spent, size = json.loads(subprocess.check_output(warm))
    return cold, float(spent), float(size)


def main() -> None:
    """Print the table."""
    sys.stdout.write("|page|cold s|warm s|KB|\n|---|---|---|---|\n")
    with tempfile.TemporaryDirectory() as name:
        folder, executed = Path(name), Path(name, NOTEBOOK)
        notebook = paths.root() / "notebooks" / NOTEBOOK
        papermill.execute_notebook(
            str(notebook), str(executed), kernel_name="python3", progress_bar=False, config=KERNEL
        )
        rows = {way: ours(executed, folder / "ours", pdf=pdf) for way, pdf in OURS.items()}
        rows["nbconvert --to html"] = theirs(executed, folder, bare=False)
        rows["nbconvert --to html --no-input"] = theirs(executed, folder, bare=True)
    for way, (cold, warm, size) in rows.items():
        sys.stdout.write(f"|{way}|{cold:.2f}|{warm:.3f}|{size:,.0f}|\n")


if __name__ == "__main__":
    main()
