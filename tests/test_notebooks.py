"""The notebooks: the house style, and that they run, on the sample and on too little."""

import html
import re
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import papermill
import pytest

from helpers import batch, load, paths, simulate
from helpers.batch import KERNEL
from helpers.display import READABLE

ALL = sorted((Path(__file__).parents[1] / "notebooks").glob("[0-9][0-9]-*.ipynb"))
NOTEBOOKS = [path for path in ALL if path.name < "07"]  # those that read an author's exports
PARAMETER = re.compile(r"^\w+: (str|int|float|bool|list\[str\]) = [^=#]+  # [^=#]+$")


def cells(path, kind=None):
    """Return a notebook's cells, of one kind if asked."""
    found = nbformat.read(path, as_version=4).cells
    return [cell for cell in found if kind in (None, cell.cell_type)]


def tagged(path, tag):
    """Return the cells that carry a tag."""
    return [cell for cell in cells(path) if tag in cell.metadata.get("tags", [])]


@pytest.fixture(params=ALL, ids=lambda path: path.stem)
def notebook(request):
    """Return each notebook in turn."""
    return request.param


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def authored(request):
    """Return each notebook that reads an author's exports."""
    return request.param


def test_there_are_nine():
    """Notebooks 01 to 09 are there, and each is tested below."""
    assert [f"0{number}" for number in range(1, 10)] == [path.name[:2] for path in ALL]


def test_stored_without_outputs(notebook):
    """Outputs may hold an author's private sales."""
    assert [] == [
        cell.id for cell in cells(notebook, "code") if cell.outputs or cell.execution_count
    ]


def test_the_title_asks_a_question(notebook):
    """The first cell holds the only level-one heading, and it is a question."""
    titles = [
        line
        for cell in cells(notebook, "markdown")
        for line in cell.source.splitlines()
        if line.startswith("# ")
    ]
    assert cells(notebook)[0].source.splitlines()[:1] == titles
    assert titles[0].endswith("?")


def test_the_last_section_says_what_it_cannot_tell(notebook):
    """Only the provenance comes after it."""
    headings = [
        line
        for cell in cells(notebook, "markdown")
        for line in cell.source.splitlines()
        if line.startswith("## ")
    ]
    after = ["## Where these figures come from"]
    assert "## What this cannot tell you" == [line for line in headings if line not in after][-1]


def test_one_typed_parameters_cell_that_papermill_can_read(notebook):
    """Every line is `name: type = default  # help`, and papermill finds each of them."""
    (cell,) = tagged(notebook, "parameters")
    lines = cell.source.splitlines()
    assert [] == [line for line in lines if not PARAMETER.match(line)]
    found = papermill.inspect_notebook(str(notebook))
    assert [line.split(":")[0] for line in lines] == list(found)
    assert all(about["inferred_type_name"] and about["help"] for about in found.values())


def test_cells_are_short_and_define_nothing(notebook):
    """At most 15 lines; no function, class, filter or path edit lives in a notebook."""
    code = [cell.source for cell in cells(notebook, "code")]
    assert max(len(source.splitlines()) for source in code) <= 15
    forbidden = re.compile(r"^\s*(def |class )|filterwarnings|sys\.path|autoreload|^%", re.M)
    assert [] == [source for source in code if forbidden.search(source)]


def test_cells_have_names(notebook):
    """A cell's id says what it is, and no two are alike."""
    ids = [cell.id for cell in cells(notebook)]
    assert len(ids) == len(set(ids))
    assert [] == [name for name in ids if not re.fullmatch(r"[a-z][a-z-]+", name)]


def test_prose_comes_before_code(notebook):
    """The imports apart, no three code cells stand in a row without a sentence between."""
    kinds = "".join(cell.cell_type[0] for cell in cells(notebook))
    if not notebook.name.startswith("05"):
        assert "cccccc" not in kinds
    assert kinds.startswith("m")


def test_the_last_code_cell_is_the_provenance(notebook):
    """Whoever holds a page can say which data and code made it."""
    assert "provenance" == cells(notebook, "code")[-1].id


def run(notebook, out, **parameters):
    """Execute a notebook with papermill, tables going to `out`, and return its code cells."""
    known = papermill.inspect_notebook(str(notebook))
    given = {"tables": str(out / "tables")} | parameters
    given = {name: value for name, value in given.items() if name in known}
    path = str(out / notebook.name)
    papermill.execute_notebook(
        str(notebook), path, given, kernel_name="python3", progress_bar=False, config=KERNEL
    )
    return cells(path, "code")


def shown(executed):
    """Return everything that an executed notebook shows, as one text."""
    data = [output.get("data", {}) for cell in executed for output in cell.outputs]
    return "\n".join(str(value) for bundle in data for value in bundle.values())


@pytest.mark.kernel
def test_runs_on_the_sample_from_any_folder(notebook, tmp_path, monkeypatch, request):
    """The defaults run, wherever it is started; nothing is warned of and figures have text."""
    monkeypatch.chdir(tmp_path)
    if notebook.name.startswith("08"):
        data = request.getfixturevalue("shared_data")
        monkeypatch.setenv("QUIET_AUDIENCE_PUBLIC", str(data / "public"))
    executed = run(notebook, tmp_path)
    streams = [out for cell in executed for out in cell.outputs if out.output_type == "stream"]
    assert [] == streams
    figures = [cell for cell in executed if "figure" in cell.metadata.get("tags", [])]
    assert all("image/svg+xml" in cell.outputs[0].metadata for cell in figures)


@pytest.fixture(scope="module")
def authors(tmp_path_factory):
    """Return exports of authors who lack something: reach, conversions, more than five posts."""
    lacking = {
        "no-reach": {"network": "", "bluesky": 1.0, "newsletter_every": 0, "posts": 40},
        "no-conversions": {"shop": False, "newsletter_every": 0, "posts": 40},
        "five-posts": {"bluesky": 0.0, "posts": 5, "newsletter_every": 0},
    }
    folders = {}
    for place, (name, settings) in enumerate(lacking.items()):
        folders[name] = tmp_path_factory.mktemp(name)
        engagement, _ = simulate.world(place, people=2000, **settings)
        simulate.write_exports(engagement, folders[name])
    return folders


EXPECTED = {
    ("no-reach", "01"): f"posts with people reached</td>\n      <td {READABLE}>no<",
    ("no-reach", "02"): "No post has a count of people reached to set against them",
    ("no-reach", "03"): "of them with a post, and",
    ("no-reach", "04"): "Cannot tell what share of readers stays silent: none of the 40 posts",
    ("no-reach", "05"): "How many readers stay silent cannot be told from these exports",
    ("no-reach", "06"): "not in a year (found",
    ("no-conversions", "01"): f"purchases</td>\n      <td {READABLE}>no<",
    ("no-conversions", "02"): "Cannot tell whether likes track conversions",
    ("no-conversions", "03"): "Cannot tell whether posting moves sales",
    ("no-conversions", "04"): "Cannot tell who bought: these exports hold no sale",
    (
        "no-conversions",
        "05",
    ): "posting brings sales cannot be told; whether buyers ever",
    ("no-conversions", "06"): "Cannot tell what a posting test would find in sales: There are no",
    ("five-posts", "01"): f"posts with a date</td>\n      <td {READABLE}>5<",
    ("five-posts", "02"): "fewer than 10 posts on one platform have both",
    ("five-posts", "03"): "Cannot tell whether posting moves sales",
    ("five-posts", "04"): "a typical post reached (median of 5 posts)",
    ("five-posts", "05"): "whether posting brings sales cannot be told",
    ("five-posts", "06"): "four times in five",
}


@pytest.mark.kernel
@pytest.mark.parametrize("author", ["no-reach", "no-conversions", "five-posts"])
def test_runs_where_something_is_missing_and_says_what_would_settle_it(
    authored, authors, author, tmp_path
):
    """Every notebook runs; what cannot be computed is said in words, with a way out."""
    executed = run(authored, tmp_path, author="Zoë Ångström", source=str(authors[author]))
    assert [] == [out for cell in executed for out in cell.outputs if out.output_type == "stream"]
    said = shown(executed)
    assert EXPECTED[author, authored.name[:2]] in said
    if authored.name[:2] in ("04", "05"):
        assert "what would settle it" in said


def situation(name, engagement):
    """Return what is left of an engagement where only one kind of export is to be had."""
    letters = engagement.posts.loc[engagement.posts["kind"] == "newsletter", "post_id"]
    tables = {table: getattr(engagement, table) for table in ("posts", "tallies", "responses")}
    none = {table: getattr(engagement, table).iloc[:0] for table in ("conversions", "survey")}
    if name == "reach only":
        return replace(engagement, responses=engagement.responses.iloc[:0], **none)
    if name == "people only":
        named = engagement.responses[~engagement.responses["post_id"].isin(letters)]
        return replace(engagement, tallies=engagement.tallies.iloc[:0], responses=named, **none)
    if name == "newsletter only":
        kept = {key: table[table["post_id"].isin(letters)] for key, table in tables.items()}
        return replace(engagement, **kept)
    return engagement


ASKED = {
    "silent": "What share of the people a post reaches stays silent?",
    "seen": "How many different people were seen reacting by name?",
    "would react": "How many people would react by name sooner or later?",
    "list": "How many people are on the author's own list?",
    "buyers": "What share of sales was to people who ever reacted where others can see?",
    "never": "How many people read and would never react?",
}
UNKNOWABLE = "cannot be known"
SITUATIONS = {
    "reach only": ("bounded", UNKNOWABLE, UNKNOWABLE, UNKNOWABLE, UNKNOWABLE, UNKNOWABLE),
    "people only": (UNKNOWABLE, "measured", "bounded", UNKNOWABLE, UNKNOWABLE, UNKNOWABLE),
    "newsletter only": ("bounded", UNKNOWABLE, UNKNOWABLE, "measured", UNKNOWABLE, UNKNOWABLE),
    "everything": ("bounded", "measured", "bounded", "measured", "bounded", UNKNOWABLE),
}


@pytest.mark.kernel
@pytest.mark.parametrize("name", SITUATIONS)
def test_the_lurker_notebook_answers_what_each_situation_allows(name, tmp_path, root):
    """Reach only, people only, newsletter only, everything: each question as it can be known."""
    sample = root / "data" / "sample" / "quiet"
    key = b"0" * 32
    whole = load.load(sample, key=key, timezone="Europe/Paris", currency="USD")
    (tmp_path / "exports").mkdir()
    situation(name, whole).write(tmp_path / "exports")
    notebook = root / "notebooks" / "04-lurker-audience.ipynb"
    executed = run(notebook, tmp_path, source=str(tmp_path / "exports"), timezone="Europe/Paris")
    page = shown(executed)
    found = {
        asked: re.search(
            rf"<td[^>]*>{re.escape(html.escape(question, quote=False))}</td>.*?</tr>", page, re.S
        )
        for asked, question in ASKED.items()
    }
    statuses = ("measured", "estimated", "bounded", UNKNOWABLE)
    told = [
        next(status for status in statuses if f">{status}<" in row[0]) for row in found.values()
    ]
    assert list(SITUATIONS[name]) == told


@pytest.mark.kernel
def test_07_compares_authors_who_lack_something_and_names_them(authors, tmp_path):
    """Who cannot be ranked stays on the page, with the reason; nobody is chosen by lift."""
    (notebook,) = [path for path in ALL if path.name.startswith("07")]
    rows = [f"{name.replace('-', ' ')},{folder}" for name, folder in authors.items()]
    table = tmp_path / "authors.csv"
    table.write_text("\n".join(["author,source", *rows]), encoding="utf-8")
    executed = run(notebook, tmp_path, authors=str(table))
    assert [] == [out for cell in executed for out in cell.outputs if out.output_type == "stream"]
    said = shown(executed)
    assert "By lift, any of the 3 may be first. 0 of 3 pairs of authors are told apart" in said
    assert "no conversions and five posts cannot be ranked and may be anywhere: " in said
    assert "Cannot tell whether likes and what posting adds choose differently: both are" in said


@pytest.mark.kernel
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({}, "LoadError: Folder 'exports' is empty"),
        ({"beach.jpg": b"\xff\xd8\xff\xe0holiday", "tree.png": b"\x89PNG"}, "LoadError: "),
        ({"substack.zip": b"PK\x03\x04cut short"}, "LoadError: "),
    ],
    ids=["empty", "photos", "truncated"],
)
def test_a_folder_that_cannot_be_loaded_is_named_and_leaves_nothing(
    content, reason, tmp_path, monkeypatch
):
    """No page, no folder and no table is made of it, and the reason is the loader's."""
    folder = tmp_path / "exports"
    folder.mkdir()
    for name, data in content.items():
        (folder / name).write_bytes(data)
    monkeypatch.setattr(paths, "private", lambda: tmp_path / "private")
    table = pd.DataFrame({"author": ["Nobody"], "source": [str(folder)]})
    results = batch.run(table, NOTEBOOKS, tmp_path / "out")
    assert ["failed", *["skipped"] * 5] == results["status"].to_list()
    assert results["reason"][0].startswith(reason)
    assert [] == [path for path in (tmp_path / "out").iterdir() if path.is_dir()]
    assert not (tmp_path / "private").exists()
