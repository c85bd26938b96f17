"""The page: whole, self-contained, and deaf to what an export tries to say."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import report
from helpers.report import ReportError

SVG = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def executed(tmp_path, *cells, author="Ines Quill"):
    """Write a notebook as papermill leaves it and return its path."""
    content = new_notebook(cells=[new_markdown_cell("# Who reads?"), *cells])
    content.metadata["papermill"] = {"parameters": {"author": author}}
    path = tmp_path / "05-publisher-report.ipynb"
    nbformat.write(content, path)
    return path


def shown(data, *tags, count=1, metadata=None):
    """Return a code cell with one output."""
    output = new_output("display_data", data=data, metadata=metadata or {})
    cell = new_code_cell("secret_code()", outputs=[output], execution_count=count)
    cell.metadata["tags"] = list(tags)
    return cell


def page(tmp_path, *cells, author="Ines Quill"):
    """Publish these cells and return the page's text."""
    return report.publish(executed(tmp_path, *cells, author=author), tmp_path / "out").read_text()


def test_the_page_holds_findings_and_no_code(tmp_path):
    """Prose, findings, figures and tables go over; code and untagged outputs do not."""
    text = page(
        tmp_path,
        shown({"text/markdown": "A **finding**."}, "finding"),
        shown({"text/markdown": "An aside."}),
        shown({"text/html": "<table><caption>Cap</caption></table>"}, "table"),
    )
    assert "A <strong>finding</strong>." in text
    assert "<caption>Cap</caption>" in text
    assert "An aside" not in text
    assert "secret_code" not in text
    assert "<title>Ines Quill – Who reads?</title>" in text


def test_nothing_is_loaded_and_nothing_runs(tmp_path):
    """No script, no external reference; a picture is data, where scripts do not run."""
    figure = shown({"image/svg+xml": SVG}, "figure", metadata={"image/svg+xml": {"alt": "Alt."}})
    text = page(tmp_path, figure)
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")
    assert 'alt="Alt."' in text
    assert 'src="data:image/svg+xml;base64,' in text


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_a_hostile_name_is_only_text(tmp_path, hostile):
    """An author's name and a finding cannot bring markup to the page."""
    text = page(tmp_path, shown({"text/markdown": hostile}, "finding"), author=hostile)
    assert "<script" not in text
    assert "<img" not in text


def test_a_figure_without_alternative_text_is_refused(tmp_path):
    """No page is made, and nothing is left behind."""
    with pytest.raises(ReportError) as refusal:
        page(tmp_path, shown({"image/svg+xml": SVG}, "figure"))
    assert (
        "05-publisher-report.ipynb has a figure without alternative text: no page was made."
        == str(refusal.value)
    )
    assert not (tmp_path / "out").exists()


def test_a_notebook_that_was_not_executed_is_refused(tmp_path):
    """A page from a half-run notebook would be half a truth."""
    with pytest.raises(ReportError) as refusal:
        page(tmp_path, shown({"text/markdown": "x"}, "finding", count=None))
    assert (
        "05-publisher-report.ipynb was not executed to its end. Run it with papermill first."
        == str(refusal.value)
    )


def test_a_notebook_that_stopped_at_an_error_is_refused(tmp_path):
    """An error is a failure, not a paragraph."""
    error = new_output("error", ename="LoadError", evalue="no files", traceback=[])
    with pytest.raises(ReportError) as refusal:
        page(tmp_path, new_code_cell("load()", outputs=[error], execution_count=1))
    assert (
        "05-publisher-report.ipynb stopped at an error. Mend that first: no page was made."
        == str(refusal.value)
    )


def test_the_headline_is_read_back(tmp_path):
    """The command line prints the sentence that the page carries."""
    path = executed(tmp_path, shown({"text/markdown": "Few buy."}, "headline"))
    assert "Few buy." == report.headline(path)
