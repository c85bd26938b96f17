"""Faults: batches that are killed, starved and choked, then run again.

After the second run every page equals that of an undisturbed batch, nothing is half
written, and whatever failed was named. `make test-faults` runs this.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers import batch
from helpers.batch import Limits

AUTHORS, SEED, KILLS = 4, 8, 20
LEFT = ["pgrep", "-fx", "sleep 345"]
DRIVER = (
    "import sys; from helpers import batch; batch.run(*sys.argv[1:2], sys.argv[3:], sys.argv[2])"
)
PARAMETERS = 'author: str = "A"  # name\nsource: str = "."  # folder'
WORK = (
    "import time\nfrom pathlib import Path\ntime.sleep(0.2)\n"
    "Path(source).joinpath('a.csv').read_text()"
)
REPORT = "from IPython.display import Markdown\nMarkdown(f'{author} is read.')"
MISBEHAVIOUR = {
    "hangs": ("import time\ntime.sleep(600)", "TimeoutError: it was stopped after 8 seconds."),
    "eats": ("x = bytearray(8 * 2**30)", "MemoryError: "),
    "prints": (
        "for _ in range(1000):\n    print('x' * 1_000_000)",
        "OutputError: The notebook printed more than 10,000,000 signs. Print less in it.",
    ),
    "floods": (
        "import os\nwhile True:\n    os.write(1, b'x' * 1_000_000)",
        "OutputError: it wrote more than 50,000,000 bytes to its log.",
    ),
    "dies": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "DeadKernelError: the notebook's process was ended by signal SIGKILL.",
    ),
    "forks": ("import os\nos.fork()", ""),
    "lingers": ("import subprocess\nsubprocess.Popen(['sleep', '345'])", ""),
}


JUMPING = """
import random, time
look = time.time
time.time = lambda: look() + 86_400 * random.choice([-400, -1, 0, 1, 4_000])
time.time_ns = lambda: int(1e9 * time.time())
"""
DAYS = "import time; print(len({time.time() // 86_400 for _ in range(99)}))"


def notebook(folder, name, *sources):
    """Write a notebook of these cells, below its parameters."""
    first = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    cells = [first, *map(new_code_cell, sources)]
    cells[-1].metadata["tags"] = ["finding"] if name.startswith("05") else []
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Return a list of authors, two notebooks, and the pages of an undisturbed batch."""
    folder = tmp_path_factory.mktemp("asked")
    rows = ["author,source"]
    for number in range(AUTHORS):
        (folder / f"in{number}").mkdir()
        (folder / f"in{number}" / "a.csv").write_text(str(number))
        rows.append(f"Author {number},in{number}")
    (folder / "authors.csv").write_text("\n".join(rows) + "\n")
    works = [notebook(folder, "01-work", WORK), notebook(folder, "05-publisher-report", REPORT)]
    batch.run(folder / "authors.csv", works, folder / "undisturbed")
    return folder / "authors.csv", works, pages(folder / "undisturbed")


def pages(out):
    """Return every published page by its author's folder."""
    return {path.parent.name: path.read_text() for path in out.glob("[!.]*/report.html")}


def driver(asked, out, **environment):
    """Start a batch in a process of its own."""
    authors, works, _ = asked
    command = [sys.executable, "-c", DRIVER, str(authors), str(out), *map(str, works)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ | environment)


def children(process):
    """Return the processes that one started and that are alive."""
    found: list[str] = []
    ended = contextlib.suppress(FileNotFoundError, ProcessLookupError)
    with ended:
        for path in Path(f"/proc/{process}/task").glob("*/children"):
            with ended:
                found += path.read_text().split()
    return list(map(int, found))


def alive(*processes):
    """Return those of the processes that have not ended."""
    return [each for each in processes if Path(f"/proc/{each}/exe").exists()]


def family(process):
    """Return a batch's workers, and the notebooks that they run."""
    workers = children(process.pid)
    return workers, [child for worker in workers for child in children(worker)]


def awaited(process, whom):
    """Wait until a batch has workers, or runs a notebook; return them."""
    found = []
    while not found and process.poll() is None:
        workers, notebooks = family(process)
        found = notebooks if whom == "notebook" else workers
    return found


def again(asked, out):
    """Run the batch once more, undisturbed; every page must be as if nothing had happened."""
    authors, works, expected = asked
    results = batch.run(authors, works, out)
    assert {"done"} == set(results["status"])
    assert expected == pages(out)
    assert [] == [
        path.name for path in out.iterdir() if ".draft" in path.name or ".old" in path.name
    ]
    return results


def check_whole(asked, out):
    """Whatever is published is whole and right."""
    found = pages(out)
    assert found == {name: asked[2][name] for name in found}
    for path in (out / "manifest.json", *out.glob("[!.]*/manifest.json")):
        if path.exists():
            json.loads(path.read_text())


@pytest.mark.parametrize("moment", range(KILLS))
@pytest.mark.parametrize("whom", ["driver", "worker", "notebook"])
def test_a_kill_at_a_random_moment_costs_nothing_but_time(asked, tmp_path, whom, moment):
    """`kill -9` of the driver, of a worker or of a notebook: named or run again, never half."""
    wait, out = random.Random(f"{SEED} {whom} {moment}").uniform(0, 3), tmp_path / "out"  # noqa: S311
    process = driver(asked, out)
    awaited(process, whom)
    time.sleep(wait)
    workers, notebooks = family(process)
    targets = {"driver": [process.pid], "worker": workers, "notebook": awaited(process, whom)}[whom]
    for target in targets[:1]:
        with contextlib.suppress(ProcessLookupError):  # it ended by itself just now
            os.kill(target, signal.SIGKILL)
    process.wait(timeout=120)
    deadline = time.monotonic() + 30  # one that is still importing ends when it has done
    while alive(*workers, *notebooks) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [] == alive(*workers, *notebooks)
    check_whole(asked, out)
    again(asked, out)


@pytest.mark.parametrize("name", MISBEHAVIOUR)
def test_a_notebook_that_misbehaves_harms_itself_alone(asked, tmp_path, name):
    """It is stopped and its failure named; the other authors have their pages."""
    code, reason = MISBEHAVIOUR[name]
    code = "if author == 'Author 1':\n" + "".join(f"    {line}\n" for line in code.splitlines())
    works = [notebook(tmp_path, "01-work", WORK, code), asked[1][1]]
    limits = Limits(timeout=8, memory=6)
    results = batch.run(asked[0], works, tmp_path / "out", limits=limits).set_index("author")
    failed = results[results["status"] == "failed"]
    assert (["Author 1"] if reason else []) == failed.index.to_list()
    assert all(said.startswith(reason) for said in failed["reason"])
    assert {f"author-{n}" for n in range(AUTHORS) if not reason or n != 1} == {
        *pages(tmp_path / "out")
    }
    assert asked[2].items() >= pages(tmp_path / "out").items()
    assert "" == subprocess.run(LEFT, capture_output=True, text=True, check=False).stdout


def test_input_that_cannot_be_read_or_vanishes_is_named(asked, tmp_path):
    """A link to nowhere, and a file that is taken away during the batch."""
    table = pd.read_csv(asked[0])
    table["source"] = [str(asked[0].parent / place) for place in table["source"]]
    (tmp_path / "empty").mkdir()
    table.loc[1, "source"] = str(tmp_path / "empty")
    vanish = (
        f"import shutil\nif author == 'Author 2':\n    shutil.rmtree({str(tmp_path / 'gone')!r})\n"
    )
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "a.csv").write_text("2")
    table.loc[2, "source"] = str(tmp_path / "gone")
    works = [notebook(tmp_path, "01-work", vanish, WORK), asked[1][1]]
    results = batch.run(table, works, tmp_path / "out").set_index(["author", "notebook"])
    for author in ("Author 1", "Author 2"):
        assert results["reason"][author, "01-work"].startswith("FileNotFoundError: ")
    assert {"author-0", "author-3"} == {*pages(tmp_path / "out")}


def test_a_full_disk_leaves_whole_pages_or_none(asked, tmp_path):
    """No file may grow beyond a few hundred bytes: the batch says so, and goes on later."""
    out, (authors, works, _) = tmp_path / "out", asked
    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (900, 900)); {DRIVER}"
    command = [sys.executable, "-c", code, str(authors), str(out), *map(str, works)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 != done.returncode
    assert "OSError: [Errno 27] File too large" in done.stderr
    assert {} == pages(out)
    again(asked, out)


def test_two_batches_at_once_are_one_batch(asked, tmp_path):
    """The second is refused by name; the first ends as if alone."""
    first = driver(asked, tmp_path / "out")
    deadline = time.monotonic() + 60
    while not (tmp_path / "out" / ".lock").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)
    with pytest.raises(batch.BatchError, match="Another batch is at work in 'out'"):
        batch.run(asked[0], asked[1], tmp_path / "out")
    assert 0 == first.wait(timeout=120)
    assert asked[2] == pages(tmp_path / "out")


def test_a_clock_that_jumps_changes_nothing(asked, tmp_path):
    """At each look another day, then files of 2096: the same pages, and nothing is run again."""
    out, jumping = tmp_path / "out", {"PYTHONPATH": str(tmp_path)}
    (tmp_path / "sitecustomize.py").write_text(JUMPING)
    days = subprocess.check_output([sys.executable, "-c", DAYS], env=os.environ | jumping)
    assert 5 == int(days)
    assert 0 == driver(asked, out, **jumping).wait(timeout=120)
    assert asked[2] == pages(out)
    for path in out.rglob("*"):
        os.utime(path, (4e9, 4e9))
    assert again(asked, out)["reason"].str.startswith("unchanged since ").all()


def test_a_dask_worker_that_is_lost_is_replaced(asked, tmp_path):
    """The same pages from Dask, though one of its workers is killed while it works."""
    code = DRIVER.replace("sys.argv[2])", "sys.argv[2], scheduler='local', workers=2)")
    script = tmp_path / "driver.py"
    script.write_text(f"if __name__ == '__main__':\n    {code}\n")
    command = [
        sys.executable,
        str(script),
        str(asked[0]),
        str(tmp_path / "out"),
        *map(str, asked[1]),
    ]
    process = subprocess.Popen(command)
    deadline = time.monotonic() + 90
    while not list((tmp_path / "out").glob(".*.draft*")) and time.monotonic() < deadline:
        time.sleep(0.05)

    def has_server(worker):
        return any(
            "server" in Path(f"/proc/{child}/cmdline").read_text() for child in children(worker)
        )

    below = [one for child in children(process.pid) for one in (child, *children(child))]
    os.kill(next(worker for worker in below if has_server(worker)), signal.SIGKILL)
    assert 0 == process.wait(timeout=180)
    assert asked[2] == pages(tmp_path / "out")
