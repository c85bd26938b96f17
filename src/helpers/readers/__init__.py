"""Readers: from a source's bytes to records of text.

A *document* is a decoded source, a sheet of it or a block of it, and what it shows
before anyone knows its format: the *headers* that it might have. *Records* are a
frame of strings, one row a record, whose index is the row's number in the file (for
a table, the row a spreadsheet shows). Nothing is typed here, so a 19-digit id
survives. *Facts* that stand beside the records are columns named `above:<name>`.
"""

import io
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

import pandas as pd
import pyarrow as pa

from helpers.readers import bluesky, cells, mastodon, pages, repository, sheets, trees
from helpers.readers.cells import UnreadableError
from helpers.readers.headers import (
    HEAD,
    Header,
    facts_above,
    sheet_headers,
)
from helpers.readers.headers import facts as facts_of
from helpers.readers.headers import headers as headers_of
from helpers.readers.regular import Wanted
from helpers.readers.sources import Source, name_of, walk

__all__ = ["NAMED", "Document", "Source", "UnreadableError", "documents", "name_of", "walk"]

ABOVE, LABEL = "above:", "label:"
NAMED: dict[str, Callable[[Any, dict[str, str]], list[dict[str, str]]]] = {
    "bluesky": bluesky.records,
    "mastodon": mastodon.records,
}
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
MOST_BLOCKS = 100
_REMARK = re.compile(r"[ \t,;]*(?:#[^\n]*)?\r?\n")


@dataclass(frozen=True)
class Document:
    """A decoded source, or a part of one: its container, possible headers and content.

    `part` is the name of a sheet; `offset` the number of the file's rows above it.
    """

    name: str
    container: str
    headers: tuple[Header, ...]
    content: bytes = field(default=b"", repr=False)
    tree: Any = field(default=None, repr=False)
    sheet: list[list[str]] | None = field(default=None, repr=False)
    facts: dict[str, str] = field(default_factory=dict, repr=False)
    part: str = ""
    offset: int = 0
    file: str = ""

    @property
    def text(self) -> str:
        """The content decoded."""
        return self.content.decode()


def documents(source: Source) -> list[Document]:
    """Return a source decoded: a page, a JSON tree, a workbook's sheets or a table's blocks.

    Raises
    ------
    UnreadableError
        If the file begins as JSON, as a workbook or as a repository and is not whole.
    """
    name = PurePosixPath(source.name).name
    if source.content.startswith(sheets.MARKS):
        found = sheets.sheets(source.content).items()
        return [replace(_sheet(part, rows), file=name) for part, rows in found]
    if repository.is_repository(source.content):
        return [_tree(name, repository.parsed(source.content), {})]
    content = utf8(source.content)
    if name.lower().endswith((".html", ".htm")):
        return [Document(name, "page", (Header((), 0),), content)]
    if trees.is_tree(content[:HEAD].decode(errors="ignore")):
        text = content.decode()
        tree, facts = trees.parsed(text)
        return [_tree(name, tree, facts)] if tree or trees.is_script(text) else []
    if not content.startswith(b"#"):
        return [Document(name, "table", tuple(headers_of(content)), content)]
    text = content.decode()
    blocks = _blocks(text)
    if len(blocks) > MOST_BLOCKS:
        raise UnreadableError(f"text of {len(blocks):,} blocks; at most {MOST_BLOCKS} are read")
    return [_block(name, above, lines) for above, lines in blocks]


def _blocks(text: str) -> list[tuple[int, list[str]]]:
    """Return each block, remarks and then rows, with the number of lines above it."""
    found: list[tuple[int, list[str]]] = [(0, [])]
    is_begun = False
    for number, line in enumerate(io.StringIO(text)):
        is_remark = _REMARK.fullmatch(line) is not None
        if is_remark and is_begun:
            found.append((number, []))
        is_begun = not is_remark
        found[-1][1].append(line)
    return found if is_begun else found[:-1]


def _sheet(name: str, rows: list[list[str]]) -> Document:
    found = tuple(sheet_headers(rows))
    return Document(name.strip(), "table", found, sheet=rows, part=name.strip())


def _tree(name: str, tree: Any, facts: dict[str, str]) -> Document:
    header = Header((*trees.labels(tree), *facts), 0)
    return Document(name, "json", (header,), tree=tree, facts=facts)


def _block(name: str, above: int, lines: list[str]) -> Document:
    part = f"rows {above + 1}–{above + len(lines)}"
    content = "".join(lines).encode()
    found = tuple(headers_of(content))
    return Document(name, "table", found, content, part=part, offset=above)


def utf8(content: bytes) -> bytes:
    """Return text in UTF-8: decoded by its mark; without one as UTF-8, odd lines as Latin-1."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace").encode()
    if _is_utf8(content):
        return content
    lines = content.splitlines(keepends=True)
    return b"".join(line if _is_utf8(line) else line.decode("latin-1").encode() for line in lines)


def _is_utf8(content: bytes) -> bool:
    if content.isascii():
        return True
    try:
        pa.array([content], pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
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
    document: Document, header: Header, how: How, names: Iterable[str], wanted: Wanted
) -> cells.Records:
    """Return a document's records, all of them text, and its facts in every one of them.

    `names` are the columns in demand, for a tree shows no columns of its own; `wanted`
    tells which of a table's columns are.

    Raises
    ------
    UnreadableError
        If the document is not what its header promised; the message quotes no value.
    """
    if document.container == "table":
        found, facts = _table(document, header, how, wanted), _facts(document, header)
    else:
        rows, facts = _items(document, how, names), document.facts
        frame = pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1), dtype="str")
        found = cells.Records(frame, cells.no_reasons(frame))
    beside = {f"{ABOVE}{name}": fact for name, fact in facts.items()}
    beside |= {f"{LABEL}{name}": name for name in facts}
    return replace(found, rows=found.rows.assign(**beside))


def _table(document: Document, header: Header, how: How, wanted: Wanted) -> cells.Records:
    sheet = document.sheet
    if header.is_pairs:
        return cells.pairs(cells.split(document.text, header.delimiter) if sheet is None else sheet)
    if sheet is not None:
        return cells.sheet_table(sheet, header, how.descriptions)
    found = cells.table(document.content, header, wanted, how.descriptions)
    if not document.offset:
        return found
    return cells.Records(
        found.rows.set_axis(found.rows.index + document.offset),
        found.reasons.set_axis(found.reasons.index + document.offset),
    )


def _facts(document: Document, header: Header) -> dict[str, str]:
    if header.is_pairs:
        return {}
    if document.sheet is not None:
        return facts_of(document.sheet[: header.row - 1])
    return facts_above(document.content, header)


def _items(document: Document, how: How, names: Iterable[str]) -> list[dict[str, str]]:
    if document.container == "page":
        return pages.records(document.name, document.text)
    with suppress(AttributeError, IndexError, KeyError, RecursionError, TypeError):
        if how.reader:
            return NAMED[how.reader](document.tree, document.facts)
        return [_item(item, names, how) for item in trees.items(document.tree, how.rows)]
    raise UnreadableError("not built like the answer that it seems to be")


def _item(item: Any, names: Iterable[str], how: How) -> dict[str, str]:
    found = {name: trees.cell(trees.at(item, name)) for name in names}
    return {name: trees.mended(text) for name, text in found.items()} if how.mended else found
