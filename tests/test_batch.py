"""Batches: what is refused before any kernel starts, and what one failure may not do."""

import io
import json
import os
from datetime import date
from pathlib import Path

import nbformat
import pandas as pd
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers import batch, paths, tasks
from helpers.batch import BatchError, folder, server, workers
from helpers.batch.progress import progressed

SHOWN = [
    "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')",
    "from IPython.display import Markdown, clear_output, display\nMarkdown(f'*{author}*')",
    "shown = display({'text/plain': '1'}, raw=True, display_id='x')",
    "shown.update({'text/plain': '2'}, raw=True)",
    "print('gone')\nclear_output()\nprint('kept')",
    "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])",
    "'a result', __name__",
    "import pandas as pd\npd.DataFrame({f'column {n}': ['a long text'] for n in range(12)})",
    "import warnings\nwarnings.warn_explicit('mind', UserWarning, 'file.py', 1)",
    "%%capture it\nprint('hidden')",
    "it.stdout",
]


def written(tmp_path, *sources):
    """Write a notebook of these cells, below its parameters; return its path."""
    first = 'author: str = "A"  # name\nsource: str = "."  # folder'
    cells = [new_code_cell(first, metadata={"tags": ["parameters"]}), *map(new_code_cell, sources)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = tmp_path / "01-small.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


@pytest.fixture
def notebook(tmp_path):
    """Return a notebook with one parameter of each type, that fails for author Bad."""
    source = (
        'author: str = "A"  # name\nsource: str = "."  # folder\nseed: int = 1  # seed\n'
        "share: float = 0.5  # share\nquick: bool = True  # quick"
    )
    cells = [
        new_code_cell(source, metadata={"tags": ["parameters"]}),
        new_code_cell('import os\nif author == "Dead":\n    os._exit(1)'),
        new_code_cell('if author == "Bad":\n    raise ValueError("the folder is empty")'),
    ]
    path = tmp_path / "01-small.ipynb"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


def authors(tmp_path, **columns):
    """Return a table of one author, or of those given."""
    return pd.DataFrame({"author": ["Ines Quill"], "source": [str(tmp_path)]} | columns)


@pytest.fixture(autouse=True)
def no_kernel(monkeypatch, request, tmp_path):
    """Give exports to load; fail a test of a refusal if a notebook starts nevertheless."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "sales.csv").write_text("x")
    if "kernel" not in request.keywords:
        monkeypatch.setattr(workers, "ask", pytest.fail)


def refused(table, *notebooks):
    """Return the message that the batch is refused with, before it makes a folder."""
    with pytest.raises(BatchError) as refusal:
        batch.run(table, notebooks, "unused")
    assert not Path("unused").exists()
    return str(refusal.value)


def test_a_misspelt_parameter_is_refused(tmp_path, notebook):
    """papermill would run on with the default: another author's numbers."""
    assert (
        "No notebook has a parameter 'sead'. Did you mean 'seed'? "
        "The parameters are: author, quick, seed, share, source."
        == refused(authors(tmp_path, sead=["3"]), notebook)
    )


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("seed", "many", "int"),
        ("seed", 1.5, "int"),
        ("share", "half", "float"),
        ("quick", "maybe", "bool"),
        ("author", 7, "str"),
        ("author", ("A", "B"), "str"),
        ("seed", date(2026, 3, 1), "int"),
    ],
)
def test_a_mistyped_parameter_is_refused(tmp_path, notebook, name, value, wanted):
    """The message names the notebook, the parameter, its type and what was found."""
    assert (
        f"Notebook 01-small: the parameter {name!r} is of type {wanted}, and {value!r} is not. "
        "Give a value of that type." == refused(authors(tmp_path, **{name: [value]}), notebook)
    )


def test_text_from_a_csv_becomes_the_declared_type(tmp_path, notebook):
    """`007` stays an author; "3", "0.25" and "no" become a number, a share and a no."""
    path = tmp_path / "authors.csv"
    path.write_text("author,source,seed,share,quick\n007,.,3,0.25,no\n")
    (task,) = batch.tasks(path, [notebook])
    assert ("007", 3, 0.25, False) == tuple(
        task.parameters[name] for name in ("author", "seed", "share", "quick")
    )


def test_paths_inside_the_project_do_not_name_the_machine(root, notebook):
    """What an executed notebook shows of its source can be shared."""
    table = pd.DataFrame({"author": ["A"], "source": [str(root / "data" / "sample" / "loud")]})
    (task,) = batch.tasks(table, [notebook])
    assert "data/sample/loud" == task.parameters["source"]


def test_a_missing_column_is_refused(tmp_path, notebook):
    """A table without sources is not run on a default."""
    assert (
        "The table of authors has 1 row(s) and lacks the column(s) source. "
        "It needs a row an author with the columns author, source."
        == refused(pd.DataFrame({"author": ["A"]}), notebook)
    )


def test_a_missing_source_is_refused(tmp_path, notebook):
    """The author is named, the path of the machine is not."""
    assert (
        "Author 'Ines Quill': there is no folder 'nowhere'. "
        "Name the folder that holds the exports."
        == refused(authors(tmp_path, source=[str(tmp_path / "nowhere")]), notebook)
    )


def test_two_authors_never_share_a_folder(tmp_path, notebook):
    """One author's page cannot replace another's."""
    table = authors(tmp_path, author=["A. B.", "a-b"], source=[str(tmp_path)] * 2)
    assert refused(table, notebook).startswith("Two authors would share a folder")


def test_a_missing_notebook_is_refused(tmp_path):
    """The notebook is named."""
    assert "There is no notebook '99-none.ipynb'. See the folder notebooks/." == refused(
        authors(tmp_path), tmp_path / "99-none.ipynb"
    )


def folders(out):
    """Return the names of what a batch published, drafts and all."""
    return sorted(path.name for path in out.iterdir() if path.is_dir())


@pytest.mark.kernel
def test_one_failure_is_named_and_stops_nobody_else(tmp_path, notebook):
    """An error and a dead process leave no folder; the other author's is whole."""
    out = tmp_path / "out"
    (out / ".good.draft").mkdir(parents=True)
    (out / ".good.draft" / "report.html").write_text("of a run that was killed")
    table = authors(tmp_path, author=["Bad", "Dead", "Good"], source=[str(tmp_path / "in")] * 3)
    results = batch.run(table, [notebook], out)
    assert ["failed", "failed", "done"] == results["status"].to_list()
    assert "ValueError: the folder is empty" == results["reason"][0]
    assert (
        "DeadKernelError: the notebook's process ended by itself with code 1."
        == (results["reason"][1])
    )
    assert ["good"] == folders(out)
    assert {notebook.name, "manifest.json"} == {path.name for path in (out / "good").iterdir()}
    assert "ValueError: the folder is empty" in (out / "bad.log").read_text()
    statuses = [one["status"] for one in json.loads((out / "manifest.json").read_text())["authors"]]
    assert ["failed", "failed", "done"] == statuses


@pytest.mark.kernel
def test_only_what_changed_is_run_again(tmp_path, notebook):
    """The same batch runs nothing; a file, a parameter or a notebook that changed is run."""
    table = authors(tmp_path, author=["A", "B"], source=[str(tmp_path / "in"), str(notebook)])

    def again(**columns):
        results = batch.run(table.assign(**columns), [notebook], tmp_path / "out")
        assert ["done", "done"] == results["status"].to_list()
        return [reason.startswith("unchanged since ") for reason in results["reason"]]

    assert [False, False] == again()
    assert [True, True] == again()
    (tmp_path / "in" / "sales.csv").write_text("changed")
    assert [False, True] == again()
    assert [False, False] == again(seed=[1, 2])
    (tmp_path / "out" / "a" / notebook.name).write_text("{}")
    assert [False, True] == again(seed=[1, 2])
    notebook.write_text(notebook.read_text() + "\n")
    assert [False, False] == again(seed=[1, 2])


@pytest.mark.kernel
def test_cells_show_what_they_show_under_plain_papermill(tmp_path):
    """Streams, results, displays and updates: the same outputs, cell by cell."""
    path = written(tmp_path, *SHOWN)
    table = authors(tmp_path, source=[str(tmp_path / "in")])
    batch.run(table, [path], tmp_path / "out")
    given = {"author": "Ines Quill"}
    plain = papermill.execute_notebook(
        str(path), None, given, progress_bar=False, kernel_name="python3", config=batch.KERNEL
    )
    ours = nbformat.read(tmp_path / "out" / "ines-quill" / path.name, as_version=4)
    expected = [(cell.execution_count, cell.outputs) for cell in plain.cells if "outputs" in cell]
    found = [(cell.execution_count, cell.outputs) for cell in ours.cells if "outputs" in cell]
    assert expected == found
    assert plain.metadata.language_info == ours.metadata.language_info


@pytest.mark.kernel
def test_the_notebooks_show_what_they_show_under_plain_papermill(root, tmp_path, monkeypatch):
    """Every output of the five that make a page is the same, by batch and by papermill alone."""
    monkeypatch.setattr(paths, "private", lambda: tmp_path / "private")
    notebooks = sorted((root / "notebooks").glob("0[1-5]-*.ipynb"))
    table = authors(tmp_path, source=[str(root / "data" / "sample" / "quiet")])
    results = batch.run(table, notebooks, tmp_path / "out")
    assert ["done"] * 5 == results["status"].to_list(), results["reason"].to_list()
    for task in tasks.tasks(table, notebooks, tmp_path / "out"):
        plain = papermill.execute_notebook(
            str(task.notebook), None, task.parameters, progress_bar=False, config=batch.KERNEL
        )
        made = tmp_path / "out" / task.slug / task.notebook.name
        ours = nbformat.read(made, as_version=4)
        expected, found = ([cell.get("outputs") for cell in nb.cells] for nb in (plain, ours))
        assert expected == found


@pytest.mark.kernel
def test_without_forks_a_kernel_of_its_own_runs_the_notebook(tmp_path, monkeypatch):
    """Where the system cannot fork, an order is run by a plain kernel, and says the same."""
    path = written(tmp_path, "import os\nos.getpid()", "'a result'", "raise ValueError('so')")
    monkeypatch.setattr(server, "CAN_FORK", False)
    monkeypatch.setattr(server.kernel, "capture", lambda: None)
    order = {
        "notebook": str(path),
        "output": str(tmp_path / "out.ipynb"),
        "parameters": {"author": "Ines Quill"},
        "timeout": 60,
        "page": False,
    }
    answers = io.StringIO()
    server.serve(io.StringIO(json.dumps(order) + "\n"), answers)
    answer = json.loads(answers.getvalue())
    assert ("failed", "ValueError: so") == (answer["status"], answer["reason"])
    (ran,) = [
        cell
        for cell in nbformat.read(order["output"], as_version=4).cells
        if "getpid" in cell.source
    ]
    assert str(os.getpid()) != ran.outputs[0]["data"]["text/plain"]


def test_two_batches_never_share_a_folder(tmp_path, notebook):
    """The second is refused while the first is at work, and may start when it has ended."""
    with (
        folder.lock(tmp_path / "out"),
        pytest.raises(BatchError) as refusal,
        folder.lock(tmp_path / "out"),
    ):
        pass
    assert (
        "Another batch is at work in 'out'. Wait until it has ended, or name another folder."
        == str(refusal.value)
    )
    with folder.lock(tmp_path / "out"):
        pass


def test_what_a_killed_batch_put_aside_is_put_back(tmp_path):
    """Killed between two renames: the older page is there again."""
    out = tmp_path / "out"
    (out / ".a.old").mkdir(parents=True)
    (out / ".a.old" / "report.html").write_text("older")
    (out / ".a.draft.1234").mkdir()
    folder.recover(out, ["a"])
    assert ["a"] == folders(out)
    assert "older" == (out / "a" / "report.html").read_text()


def test_time_left_is_what_was_measured():
    """Unknown at first; then by notebook, shared among workers; what is kept counts for nothing."""
    rows = [{"author": "A", "notebook": "01", "status": "done", "seconds": 0.0}]
    assert "time left not known yet" == progressed(rows, ["01", "02"], 3, 2).sentence
    rows += [rows[0] | {"seconds": 10.0}, rows[0] | {"notebook": "02", "seconds": 30.0}]
    state = progressed(rows, ["01", "02", "03"], 6, 2)
    assert (10.0 + 30.0 + 20.0) / 2 == state.left
    assert "about 30 s left" == state.sentence
    assert "done" == progressed(rows, [], 3, 2).sentence


@pytest.mark.kernel
def test_the_index_escapes_what_it_is_told(tmp_path, notebook):
    """An author's name and a failure's reason are text, and no more."""
    hostile = "<script>alert(1)</script>"
    notebook = written(tmp_path, f"raise ValueError({hostile!r})")
    table = authors(tmp_path, author=[hostile], source=[str(tmp_path / "in")])
    batch.run(table, [notebook], tmp_path / "out")
    page = (tmp_path / "out" / "index.html").read_text()
    assert "<script" not in page
    assert "ValueError: &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "1 authors: 0 done, 1 failed" in page
