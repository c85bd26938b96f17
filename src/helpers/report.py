"""The page a publisher reads: one HTML file made from an executed notebook.

The page holds the notebook's prose, and the outputs of cells tagged `headline`,
`finding`, `figure`, `table` or `provenance`. Code, logs and everything untagged stay
behind. Nothing in it is loaded from elsewhere and nothing in it runs.
"""

import base64
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import jinja2
import mistune
import nbformat
from nbformat import NotebookNode

from helpers.display import SVG

KIND_OF_TAG = {
    "headline": "headline",
    "finding": "prose",
    "figure": "figure",
    "table": "table",
    "provenance": "provenance",
}
PAGE = "report.html"
_prose = mistune.create_markdown(escape=True, plugins=["table"])


class ReportError(RuntimeError):
    """A notebook cannot be made into a page."""


@dataclass(frozen=True)
class Part:
    """One piece of the page: its kind, its HTML or image, and an image's text."""

    kind: str
    body: str
    alt: str = ""


def publish(notebook: str | Path, folder: str | Path) -> Path:
    """Make one self-contained HTML page of an executed notebook.

    Parameters
    ----------
    notebook : path
        A notebook that papermill executed without an error.
    folder : path
        Where to put `report.html`; made when missing. The page appears whole or not at all.

    Raises
    ------
    ReportError
        If the notebook was not executed, stopped at an error, or has a figure without
        alternative text.
    """
    notebook, folder = Path(notebook), Path(folder)
    content = _opened(notebook)
    _check_executed(content, notebook.name)
    parts = [part for cell in content.cells for part in _parts(cell, notebook.name)]
    template = jinja2.Environment(autoescape=True).from_string(
        (files("helpers") / "page.html.j2").read_text()
    )
    page = template.render(author=author(content), title=title(content), parts=parts)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{PAGE}.{os.getpid()}"
    draft.write_text(page, encoding="utf-8")
    return draft.replace(folder / PAGE)


def headline(notebook: str | Path) -> str:
    """Return the text of an executed notebook's `headline` cells, one sentence each."""
    content = _opened(notebook)
    found = [
        output["data"].get("text/markdown", "")
        for cell in content.cells
        if "headline" in cell.metadata.get("tags", [])
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    return " ".join(found)


def _opened(notebook: str | Path) -> NotebookNode:
    return nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]


def author(content: NotebookNode) -> str:
    """Return the author whose parameters the notebook was executed with."""
    parameters = content.metadata.get("papermill", {}).get("parameters", {})
    return str(parameters.get("author", "an author"))


def title(content: NotebookNode) -> str:
    """Return the notebook's title: its first level-one heading."""
    lines = (line for cell in content.cells for line in cell.source.splitlines())
    return next((line[2:].strip() for line in lines if line.startswith("# ")), "Report")


def _check_executed(content: NotebookNode, name: str) -> None:
    code = [cell for cell in content.cells if cell.cell_type == "code" and cell.source.strip()]
    if any(cell.execution_count is None for cell in code):
        raise ReportError(f"{name} was not executed to its end. Run it with papermill first.")
    if any(output.output_type == "error" for cell in code for output in cell.outputs):
        raise ReportError(f"{name} stopped at an error. Mend that first: no page was made.")


def _parts(cell: NotebookNode, name: str) -> list[Part]:
    if cell.cell_type == "markdown":
        return [Part("prose", _html(cell.source))]
    tags = [tag for tag in cell.metadata.get("tags", []) if tag in KIND_OF_TAG]
    if cell.cell_type != "code" or not tags:
        return []
    outputs = [output for output in cell.outputs if "data" in output]
    return [_part(output, KIND_OF_TAG[tags[0]], name) for output in outputs]


def _part(output: NotebookNode, kind: str, name: str) -> Part:
    data = output["data"]
    if SVG in data:
        alt = output.get("metadata", {}).get(SVG, {}).get("alt", "")
        if not alt:
            raise ReportError(f"{name} has a figure without alternative text: no page was made.")
        image = base64.b64encode(data[SVG].encode()).decode()
        return Part("figure", f"data:{SVG};base64,{image}", alt)
    if "text/html" in data and kind == "table":
        return Part("table", data["text/html"])
    if "text/markdown" in data:
        return Part(kind, _html(data["text/markdown"]))
    return Part(kind, _html(data.get("text/plain", "")))


def _html(markdown: str) -> str:
    return str(_prose(markdown))
