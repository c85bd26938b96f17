"""Notebooks as papermill leaves them, for the tests of the page; and what a page says."""

import base64
import html
import re

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

SVG = "image/svg+xml"
DRAWING = (
    '<svg viewBox="0 0 300 90" xmlns="http://www.w3.org/2000/svg"><style></style>'
    '<rect width="300" height="90" style="fill: #ffffff"/>'
    '<text x="9" y="40" style="fill: #0072b2">a drawing</text>{}</svg>'
)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[a link](https://example.org) ![a picture](https://example.org/a.png)",
    "</style></title><svg onload=alert(1)>",
    "\u202eturned round\x07",
    "שלום מרים أهلا 👩‍👩‍👧 😀",
    "a" * 400,
    "1" * 120,
    "0",
)


def executed(tmp_path, *cells, author="Ines Quill", **parameters):
    """Write a notebook as papermill leaves it and return its path."""
    content = new_notebook(cells=[new_markdown_cell("# Who reads?"), *cells])
    content.metadata["papermill"] = {
        "parameters": {"author": author} | parameters,
        "input_path": "/somewhere/of/someone/notebooks/05.ipynb",
    }
    path = tmp_path / "05-publisher-report.ipynb"
    nbformat.write(content, path)
    return path


def shown(data, *tags, count=1, metadata=None):
    """Return a code cell with one output."""
    output = new_output("display_data", data=data, metadata=metadata or {})
    cell = new_code_cell("secret_code()", outputs=[output], execution_count=count)
    cell.metadata["tags"] = list(tags)
    return cell


def drawn(within="", alt="Alt."):
    """Return a cell with a figure that holds this markup."""
    return shown({SVG: DRAWING.format(within)}, "figure", metadata={SVG: {"alt": alt}})


def hostile_cells():
    """Return a cell of each kind, each with everything that an export could try to say."""
    together = "\n\n".join(HOSTILE)
    escaped = "".join(f"<tr><td>{html.escape(said)}</td><td>1</td></tr>" for said in HOSTILE)
    head = f"<caption>{html.escape(HOSTILE[0])}</caption><tr><th>{'w' * 90}</th><th>n</th></tr>"
    raw = "".join(f"<td>{said}</td>" for said in HOSTILE)
    return [
        shown({"text/markdown": together}, "headline"),
        shown({"text/markdown": "# Shout\n\n#### Deep\n\n" + together}, "finding"),
        shown({"text/html": f"<table>{head}{escaped}</table>"}, "table"),
        shown({"text/html": f"<table><tr><th>h</th></tr><tr>{raw}</tr></table>"}, "table"),
        drawn("<script>alert(1)</script><image href='https://example.org/a.png'/>", HOSTILE[1]),
        shown({"text/plain": together}, "provenance"),
    ]


def pictures(page):
    """Return the drawings inside a page, as one text."""
    found = re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", page)
    return "\n".join(base64.b64decode(one).decode() for one in found)
