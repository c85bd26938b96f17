"""Readers: from a source's bytes to records of text.

A *document* is a decoded source, a sheet of it or a block of it, and what it shows
before anyone knows its format: the *headers* that it might have. *Records* are a
frame of strings, one row a record, whose index is the row's number in the file (for
a table, the row a spreadsheet shows). Nothing is typed here, so a 19-digit id
survives. *Facts* that stand beside the records are columns named `above:<name>`.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from helpers.readers import bluesky, cells, pages, sheets, trees
from helpers.readers.cells import UnreadableError
from helpers.readers.sources import Source, name_of, walk

__all__ = ["NAMED", "Document", "Source", "UnreadableError", "documents", "name_of", "walk"]

ABOVE, LABEL = "above:", "label:"
NAMED: dict[str, Callable[[Any, dict[str, str]], list[dict[str, str]]]] = {
    "bluesky": bluesky.records
}
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_REMARK = r"[ \t,;]*(?:#[^\n]*)?\r?\n"
_BLOCK = re.compile(rf"(?:{_REMARK})*(?:(?!{_REMARK})[^\n]+(?:\n|\Z))+")


@dataclass(frozen=True)
class Document:
    """A decoded source, or a part of one: its container, possible headers and content.

    `part` is the name of a sheet; `offset` the number of the file's rows above it.
    """

    name: str
    container: str
    headers: tuple[cells.Header, ...]
    text: str = field(default="", repr=False)
    tree: Any = field(default=None, repr=False)
    sheet: list[list[str]] | None = field(default=None, repr=False)
    facts: dict[str, str] = field(default_factory=dict, repr=False)
    part: str = ""
    offset: int = 0


def documents(source: Source) -> list[Document]:
    """Return a source decoded: a page, a JSON tree, a workbook's sheets or a table's blocks.

    Raises
    ------
    UnreadableError
        If the file begins as JSON or as a workbook and is not whole.
    """
    name = PurePosixPath(source.name).name
    if source.content.startswith(sheets.MARKS):
        return [_sheet(part, rows) for part, rows in sheets.sheets(source.content).items()]
    text = decode(source.content)
    if name.lower().endswith((".html", ".htm")):
        return [Document(name, "page", (cells.Header((), 0),), text)]
    if trees.is_tree(text):
        tree, facts = trees.parsed(text)
        labels = (*trees.labels(tree), *facts)
        return [Document(name, "json", (cells.Header(labels, 0),), tree=tree, facts=facts)]
    if not text.startswith("#"):
        return [Document(name, "table", tuple(cells.headers(text)), text)]
    return [_block(name, found, text) for found in _BLOCK.finditer(text)]


def _sheet(name: str, rows: list[list[str]]) -> Document:
    headers = tuple(cells.sheet_headers(rows))
    return Document(name.strip(), "table", headers, sheet=rows, part=name.strip())


def _block(name: str, found: re.Match[str], text: str) -> Document:
    above = text.count("\n", 0, found.start())
    last = above + len(found[0].splitlines())
    part = f"rows {above + 1}–{last}"
    headers = tuple(cells.headers(found[0]))
    return Document(name, "table", headers, found[0], part=part, offset=above)


def decode(content: bytes) -> str:
    """Return text decoded by its mark; without one as UTF-8, the odd line as Latin-1."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if _is_utf8(content):
        return content.decode()
    lines = content.splitlines(keepends=True)
    return "".join(line.decode("utf-8" if _is_utf8(line) else "latin-1") for line in lines)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True)
class How:
    """How a layout's records are read: see the entries of these names in its file."""

    reader: str | None = None
    rows: str = ""
    descriptions: str | None = None
    mended: bool = False


def records(
    document: Document, header: cells.Header, how: How, names: Iterable[str]
) -> cells.Records:
    """Return a document's records, all of them text, and its facts in every one of them.

    `names` are the columns in demand, for a tree shows no columns of its own.

    Raises
    ------
    UnreadableError
        If the document is not what its header promised; the message quotes no value.
    """
    if document.container == "table":
        found, facts = _table(document, header, how), _facts(document, header)
    else:
        rows, facts = _items(document, how, names), document.facts
        frame = pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1), dtype="str")
        found = cells.Records(frame, pd.Series(None, index=frame.index, dtype="str"))
    beside = {f"{ABOVE}{name}": fact for name, fact in facts.items()}
    beside |= {f"{LABEL}{name}": name for name in facts}
    return replace(found, rows=found.rows.assign(**beside))


def _table(document: Document, header: cells.Header, how: How) -> cells.Records:
    sheet = document.sheet
    if header.is_pairs:
        return cells.pairs(cells.split(document.text, header.delimiter) if sheet is None else sheet)
    if sheet is not None:
        return cells.sheet_table(sheet, header, how.descriptions)
    found = cells.table(document.text, header, how.descriptions)
    return cells.Records(
        found.rows.set_axis(found.rows.index + document.offset),
        found.reasons.set_axis(found.reasons.index + document.offset),
    )


def _facts(document: Document, header: cells.Header) -> dict[str, str]:
    if header.is_pairs:
        return {}
    if document.sheet is not None:
        return cells.facts(document.sheet[: header.row - 1])
    return cells.facts_above(document.text, header)


def _items(document: Document, how: How, names: Iterable[str]) -> list[dict[str, str]]:
    if document.container == "page":
        return pages.records(document.name, document.text)
    with suppress(AttributeError, IndexError, KeyError, TypeError):
        if how.reader:
            return NAMED[how.reader](document.tree, document.facts)
        return [_item(item, names, how) for item in trees.items(document.tree, how.rows)]
    raise UnreadableError("not built like the answer that it seems to be")


def _item(item: Any, names: Iterable[str], how: How) -> dict[str, str]:
    found = {name: trees.cell(trees.at(item, name)) for name in names}
    return {name: trees.mended(text) for name, text in found.items()} if how.mended else found
