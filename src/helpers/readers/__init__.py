"""Readers: from a source's bytes to records of text.

A *document* is a decoded source and what it shows before anyone knows its
format: the *headers* that it might have. *Records* are a frame of strings, one
row a record, whose index is the row's number in the file (for a table, the row
a spreadsheet shows). Nothing is typed here, so a 19-digit id survives.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from helpers.readers import bluesky, cells, pages
from helpers.readers.cells import UnreadableError
from helpers.readers.sources import Source, name_of, walk

__all__ = ["NAMED", "Document", "Source", "UnreadableError", "name_of", "opened", "walk"]

NAMED: dict[str, Callable[[Any], list[dict[str, str]]]] = {"bluesky": bluesky.records}
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Document:
    """A decoded source: its container, the headers that it might have, its content."""

    name: str
    container: str
    headers: tuple[cells.Header, ...]
    text: str = field(repr=False)
    tree: Any = field(default=None, repr=False)


def opened(source: Source, envelopes: frozenset[str] = frozenset()) -> Document:
    """Return a source decoded: a page, a JSON tree or, failing these, a table.

    Parameters
    ----------
    source : Source
        A file's name and bytes.
    envelopes : frozenset of str
        Keys under which a collector may have wrapped a JSON answer; the wrapping is
        taken off.

    Raises
    ------
    UnreadableError
        If the file begins as JSON and does not end so.
    """
    text = decode(source.content)
    name = PurePosixPath(source.name).name
    if name.lower().endswith((".html", ".htm")):
        return Document(name, "page", (cells.Header((), 0, ""),), text)
    if text.lstrip()[:1] in ("{", "["):
        tree = _unwrapped(_tree(text), envelopes)
        return Document(name, "json", (cells.Header(labels(tree), 0, ""),), "", tree)
    return Document(name, "csv", tuple(cells.headers(text)), text)


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


def _tree(text: str) -> Any:
    with suppress(json.JSONDecodeError, RecursionError):
        return json.loads(text)
    raise UnreadableError("not whole as JSON (cut off?); save it again")


def _unwrapped(tree: Any, envelopes: frozenset[str]) -> Any:
    for key in sorted(envelopes):
        if isinstance(tree, dict) and isinstance(tree.get(key), dict | list):
            return tree[key]
    return tree


def labels(tree: Any, stem: str = "") -> tuple[str, ...]:
    """Return the paths that a JSON tree shows: `feed[].post`, `thread.post`; `[].did` in a list.

    Only the first item of a list is looked at. An empty list shows `feed[].*`: any item;
    one that is the whole tree shows nothing.
    """
    if isinstance(tree, list):
        item = tree[0] if tree else {"*": None} if stem else None
        return tuple(f"{stem}[].{key}" for key in item) if isinstance(item, dict) else ()
    if not isinstance(tree, dict):
        return ()
    lists = (labels(value, key) for key, value in tree.items() if isinstance(value, list))
    parts = ((f"{key}.{name}" for name in part) for key, part in tree.items() if _is_tree(part))
    return (*tree, *chain.from_iterable(lists), *chain.from_iterable(parts))


def _is_tree(value: Any) -> bool:
    return isinstance(value, dict)


def records(
    document: Document, header: cells.Header, reader: str | None, descriptions: str | None
) -> cells.Records:
    """Return a document's records, all of them text.

    Raises
    ------
    UnreadableError
        If the document is not what its header promised; the message quotes no value.
    """
    if document.container == "csv":
        return cells.table(document.text, header, descriptions)
    if document.container == "page":
        rows = pages.records(document.name, document.text)
    else:
        rows = _named(document.tree, NAMED[reader or ""])
    frame = pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1), dtype="str")
    return cells.Records(frame, pd.Series(None, index=frame.index, dtype="str"))


def _named(tree: Any, reader: Callable[[Any], list[dict[str, str]]]) -> list[dict[str, str]]:
    with suppress(AttributeError, IndexError, KeyError, TypeError):
        return reader(tree)
    raise UnreadableError("not built like the answer that it seems to be")
