"""Batches: what is refused before any kernel starts, and what one failure may not do."""

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers import batch
from helpers.batch import BatchError


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
def no_kernel(monkeypatch, request):
    """Fail a test of a refusal if a kernel starts nevertheless."""
    if "kernel" not in request.keywords:
        monkeypatch.setattr(batch.papermill, "execute_notebook", pytest.fail)


def refused(table, *notebooks, out="unused"):
    """Return the message that the batch is refused with."""
    with pytest.raises(BatchError) as refusal:
        batch.run(table, notebooks, out)
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


@pytest.mark.kernel
def test_one_failure_is_named_and_stops_nobody_else(tmp_path, notebook):
    """An error and a dead kernel leave no folder; the other author's is whole."""
    (tmp_path / "out" / ".good.draft").mkdir(parents=True)
    (tmp_path / "out" / ".good.draft" / "report.html").write_text("of a run that was killed")
    table = authors(tmp_path, author=["Bad", "Dead", "Good"], source=[str(tmp_path)] * 3)
    results = batch.run(table, [notebook], tmp_path / "out")
    assert ["failed", "failed", "done"] == results["status"].to_list()
    assert "ValueError: the folder is empty" == results["reason"][0]
    assert results["reason"][1].startswith("DeadKernelError: ")
    assert ["good"] == [path.name for path in (tmp_path / "out").iterdir()]
    assert [notebook.name] == [path.name for path in (tmp_path / "out" / "good").iterdir()]
