"""The page a publisher reads: one HTML file, and its print, made from an executed notebook.

The page holds the notebook's prose, and the outputs of cells tagged `headline`,
`finding`, `figure`, `table` or `provenance`. Code, logs and everything untagged stay
behind. Nothing in it is loaded from elsewhere and nothing in it runs.
"""

import logging
import os
from pathlib import Path

import jinja2
import nbformat
from nbformat import NotebookNode

from helpers.display import clean
from helpers.report.parts import ReportError, parts, title

__all__ = ["PAGE", "PRINT", "ReportError", "headline", "publish"]

PAGE, PRINT = "report.html", "report.pdf"
LACKING = "%s was not made: the library Pango is missing. Install it (pango, libpango-1.0-0)."


def publish(notebook: str | Path, folder: str | Path, *, pdf: bool = True) -> Path:
    """Make one self-contained HTML page of an executed notebook, and its print.

    Parameters
    ----------
    notebook : path
        A notebook that papermill executed without an error.
    folder : path
        Where to put `report.html` and `report.pdf`; made when missing. Each appears whole or
        not at all. Returned is the page.
    pdf : bool
        Whether to make the print too: tagged for screen readers (PDF/UA-1). Where the
        machine lacks what it takes, the log says so and the page stands alone.

    Raises
    ------
    ReportError
        If the notebook was not executed, stopped at an error, or has a figure without
        alternative text or a table without a head.
    """
    folder = Path(folder)
    page = _page(_opened(notebook), Path(notebook).name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PRINT).unlink(missing_ok=True)  # an older print is not this page's
    if pdf:
        _print(page, folder / PRINT)
    return _put(folder / PAGE, page.encode())


def headline(notebook: str | Path) -> str:
    """Return the text of an executed notebook's `headline` cells, one sentence each."""
    found = [
        output["data"].get("text/markdown", "")
        for cell in _opened(notebook).cells
        if "headline" in cell.metadata.get("tags", [])
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    return " ".join(found)


def _opened(notebook: str | Path) -> NotebookNode:
    return nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]


def _page(content: NotebookNode, name: str) -> str:
    """Return the page as HTML."""
    found = parts(content, name)
    parameters = content.metadata.get("papermill", {}).get("parameters", {})
    author = " ".join(clean(str(parameters.get("author", "an author"))).split())
    loader = jinja2.PackageLoader("helpers", "report")
    template = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True
    ).get_template("page.html.j2")
    return template.render(author=author, title=title(content), parts=found)


def _print(page: str, path: Path) -> None:
    """Write the print, or say what the machine lacks for it."""
    try:
        from helpers.report.printing import printed  # noqa: PLC0415 - takes a second
    except OSError:
        logging.getLogger(__name__).warning(LACKING, path.name)
    else:
        _put(path, printed(page))


def _put(path: Path, content: bytes) -> Path:
    """Write a file that appears whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    return draft.replace(path)
