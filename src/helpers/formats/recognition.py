"""Recognition: which layout a document is of, by what it shows.

Names are compared without regard to case; `*` in a wanted name stands for any text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from helpers.formats.layouts import Layout, Signature
from helpers.readers import Document
from helpers.readers.cells import Header

NEAR = 1 / 2
UNKNOWN = "no known format"


@dataclass(frozen=True)
class Match:
    """A layout, the header that showed it and the signature that was met."""

    layout: Layout
    header: Header
    signature: Signature

    @property
    def sentence(self) -> str:
        """What the file was recognised by."""
        shown = ", ".join(self.signature.shows)
        named = "" if self.signature.named == "*" else f"name {self.signature.named}"
        return "; ".join(part for part in (shown, named) if part)


def find(names: Iterable[str], wanted: str) -> str | None:
    """Return the name among `names` that is meant by `wanted`, if there is one."""
    if "*" not in wanted:
        return next((name for name in names if name.casefold() == wanted.casefold()), None)
    pattern = re.compile(re.escape(wanted).replace(r"\*", ".*"), re.IGNORECASE)
    return next((name for name in names if pattern.fullmatch(name)), None)


def _is_shown(names: tuple[str, ...], wanted: str) -> bool:
    """Tell whether a name is shown; an empty JSON list shows every key of its items."""
    anything = f"{wanted.rpartition('.')[0]}.*"
    return anything in names or find(names, wanted) is not None


def recognise(document: Document, layouts: Iterable[Layout]) -> Match | None:
    """Return the layout that a document shows; of several the one that asks for most.

    File names count only where content cannot tell: a signature that asks for none wins.
    """
    matches = [
        Match(layout, header, signature)
        for layout in layouts
        if layout.container == document.container
        for signature in layout.signatures
        if fnmatchcase(document.name, signature.named)
        for header in document.headers
        if all(_is_shown(header.names, wanted) for wanted in signature.shows)
    ]
    return min(matches, key=_preference, default=None)


def _preference(match: Match) -> tuple[bool, int, int, str]:
    signature = match.signature
    return signature.named != "*", -len(signature.shows), match.header.row, match.layout.label


def nearest(document: Document, layouts: Iterable[Layout]) -> str:
    """Return in words which layout an unknown document comes closest to, and what it lacks."""
    best, words = NEAR, UNKNOWN
    for layout in layouts:
        wanted = layout.signatures[0].shows
        for header in document.headers if layout.container == document.container else ():
            absent = [name for name in wanted if not _is_shown(header.names, name)]
            share = 1 - len(absent) / max(len(wanted), 1)
            if wanted and share >= best:
                best = share
                what = "columns" if layout.container == "csv" else "keys"
                words = f"{UNKNOWN}; nearest: {layout.title}, missing {what} {', '.join(absent)}"
    return words
