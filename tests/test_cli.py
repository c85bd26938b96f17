"""The command line: one sentence, a path and timings; or what is wrong, and a code."""

import pandas as pd
import pytest
from typer.testing import CliRunner

from helpers import batch, cli


@pytest.fixture
def invoke(monkeypatch, tmp_path):
    """Return a function that runs the command line with a batch that only records."""
    asked = []

    def run(authors, notebooks, out, *, progress):
        asked.append(authors.to_dict("records"))
        rows = [
            (author, "05-publisher-report", "done", 2.5, "", f"{out}/x/report.html", "It is so.")
            for author in authors["author"]
        ]
        return pd.DataFrame(rows, columns=list(batch.RESULT_COLUMNS))

    monkeypatch.setattr(batch, "run", run)

    def go(*words):
        return CliRunner().invoke(cli.app, ["report", *map(str, words)]), asked

    return go


def test_it_prints_the_finding_the_page_and_the_time(invoke, tmp_path):
    """One sentence, one path, and seconds a notebook."""
    result, _ = invoke(tmp_path, "--author", "Me", "--out", "pages")
    assert 0 == result.exit_code
    assert "Me: It is so.\n  pages/x/report.html\n  (05 2.5 s)" in result.stdout


def test_a_folder_of_exports_is_one_author(invoke, tmp_path):
    """The folder's name stands in for a name; what is not stated stays unstated."""
    _, asked = invoke(tmp_path)
    (row,) = asked[0]
    assert {"author": tmp_path.name, "source": str(tmp_path)} | {
        "timezone": "",
        "currency": "",
        "dates": "",
        "question": "",
        "impossible": "",
    } == row


def test_the_sample_is_three_authors_and_one_can_be_chosen(invoke, root):
    """A folder with authors.csv is a table of authors."""
    _, asked = invoke(root / "data" / "sample")
    invoke(root / "data" / "sample", "--author", "Ines Quill")
    assert [3, 1] == [len(rows) for rows in asked]
    assert asked[1][0]["source"].endswith("quiet")


def test_an_author_who_is_not_there_is_refused(invoke, root):
    """The names that are there are listed."""
    result, _ = invoke(root / "data" / "sample", "--author", "Nobody")
    assert 2 == result.exit_code
    assert (
        "Nothing was run. There is no author 'Nobody' here. "
        "The authors are: Odile Brandt, Ines Quill, Marek Holloway.\n" == result.stderr
    )


def test_a_failure_is_named_and_the_code_says_so(monkeypatch, tmp_path):
    """No soft sentence: no page, which notebook, and why."""
    rows = [("Me", "01-load-engagement", "failed", 1.0, "LoadError: no files", None, None)]
    failed = pd.DataFrame(rows, columns=list(batch.RESULT_COLUMNS))
    monkeypatch.setattr(batch, "run", lambda *_, **__: failed)
    result = CliRunner().invoke(cli.app, ["report", str(tmp_path)])
    assert 1 == result.exit_code
    assert (
        "Me: no page was made, and an older one was left as it is. "
        "01-load-engagement stopped: LoadError: no files" in result.stdout
    )
