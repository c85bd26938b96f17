"""The parts of a page: prose, figures and tables, taken from an executed notebook's cells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import mistune
from nbformat import NotebookNode

from helpers.display import clean
from helpers.report.pictures import Picture, picture
from helpers.report.rows import Rows, rows

KIND_OF_TAG = {
    "headline": "headline",
    "finding": "prose",
    "figure": "figure",
    "table": "table",
    "provenance": "provenance",
}
_HEADING = re.compile(r"<(/?)h([1-6])>")


class ReportError(RuntimeError):
    """A notebook cannot be made into a page."""


@dataclass(frozen=True)
class Part:
    """One piece of the page: its kind, and its HTML, its picture or its rows."""

    kind: str
    body: str = ""
    picture: Picture | None = None
    rows: Rows | None = None


class _Words(mistune.HTMLRenderer):
    """Markdown without markup of its own, and without anything that leads elsewhere."""

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return text


_prose = mistune.create_markdown(renderer=_Words(escape=True))


def parts(content: NotebookNode, name: str) -> list[Part]:
    """Return what an executed notebook shows a reader, in its order.

    Raises
    ------
    ReportError
        If it was not executed to its end, stopped at an error, or has a figure without
        alternative text or a table without a head.
    """
    _check_executed(content, name)
    found = [part for cell in content.cells for part in _parts(cell, name)]
    if not any("<h1>" in part.body for part in found):
        found.insert(0, Part("prose", _html(f"# {title(content)}")))
    return list(_outlined(found))


def title(content: NotebookNode) -> str:
    """Return the notebook's title: its first level-one heading."""
    words = [cell.source for cell in content.cells if cell.cell_type == "markdown"]
    lines = (line for source in words for line in source.splitlines())
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
    shown = picture(data, output.get("metadata", {}))
    if shown and not shown.alt:
        raise ReportError(f"{name} has a figure without alternative text: no page was made.")
    if shown:
        return Part("figure", picture=shown)
    if "text/html" in data and kind == "table":
        table = rows(clean(data["text/html"]))
        if not table.head:
            raise ReportError(f"{name} has a table without a head: no page was made.")
        return Part("table", rows=table)
    return Part(kind, _html(data.get("text/markdown", data.get("text/plain", ""))))


def _outlined(found: list[Part]) -> Iterator[Part]:
    """Give the page one heading of the first level, and let no level be left out below it."""
    last = 0

    def level(match: re.Match[str]) -> str:
        nonlocal last
        if not match[1]:
            last = min(max(int(match[2]), 2), last + 1) if last else 1
        return f"<{match[1]}h{last}>"

    for part in found:
        yield replace(part, body=_HEADING.sub(level, part.body))


def _html(markdown: str) -> str:
    return str(_prose(clean(markdown)))
