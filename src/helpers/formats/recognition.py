"""Recognition: which layout a document is of, by what it shows.

Names are compared without regard to case; `*` in a wanted name stands for any text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache

from helpers.formats.layouts import Layout, Signature
from helpers.readers import Document
from helpers.readers.headers import Header

NEAR = 1 / 2
REMEMBERED = 8
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
    pattern = re.compile(re.escape(wanted).replace(r"\*", ".*"), re.IGNORECASE | re.DOTALL)
    return next((name for name in names if pattern.fullmatch(name)), None)


def _is_shown(header: Header, wanted: str) -> bool:
    """Tell whether a name is shown; an empty JSON list shows every key of its items."""
    if "*" in wanted:
        return find(header.names, wanted) is not None
    listed, many, _ = wanted.rpartition("[].")
    return wanted.casefold() in header.folded or (bool(many) and f"{listed}[].*" in header.names)


def recognise(document: Document, layouts: Iterable[Layout]) -> list[Match]:
    """Return the layout that a document shows; of several the one that asks for most.

    File names count only where content cannot tell: a signature that asks for none wins.
    In a sheet, tables that stand side by side are matches of their own.
    """
    found: list[Match] = []
    for match in sorted(_matches(document, likely(document, layouts)), key=_preference):
        taken = {column for other in found for column in other.header.columns}
        if not found or (document.sheet and taken.isdisjoint(match.header.columns)):
            found.append(match)
    return found


def likely(document: Document, layouts: Iterable[Layout]) -> list[Layout]:
    """Return the layouts of which a signature's names are all in the document, for few are."""
    shown = frozenset[str]().union(*(header.folded for header in document.headers))
    text, layouts = "\n".join(shown), tuple(layouts)
    asked = _asked(layouts)
    found: set[int] = set()
    kinds = ((document.container, name) for name in (*shown, ""))
    for place, signature in (one for kind in kinds for one in asked.get(kind, ())):
        plain, starred = _wanted(signature)
        if plain <= shown and all(pattern.search(text) for pattern in starred):
            found.add(place)
    return [layouts[place] for place in sorted(found)]


@lru_cache(maxsize=REMEMBERED)
def _asked(layouts: tuple[Layout, ...]) -> dict[tuple[str, str], list[tuple[int, Signature]]]:
    """Return signatures and their layouts' places by container and a name that they ask for."""
    found: dict[tuple[str, str], list[tuple[int, Signature]]] = {}
    for place, layout in enumerate(layouts):
        for signature in layout.signatures:
            name = min(_wanted(signature)[0], default="")
            found.setdefault((layout.container, name), []).append((place, signature))
    return found


@cache
def _wanted(signature: Signature) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Return the columns that must be there as they are, but for case, and those with a star."""
    names = [name.casefold() for name in signature.shows if "[" not in name]
    patterns = [re.escape(name).replace(r"\*", ".*") for name in names if "*" in name]
    plain = frozenset(name for name in names if "*" not in name)
    return plain, tuple(re.compile(f"^{pattern}$", re.MULTILINE) for pattern in patterns)


def _matches(document: Document, layouts: Iterable[Layout]) -> Iterator[Match]:
    for layout in layouts:
        headers = document.headers if layout.container == document.container else ()
        for signature in layout.signatures if headers else ():
            if not _is_named(document, signature.named):
                continue
            for header in headers:
                if header.is_pairs == layout.is_pairs and _shows(header, signature):
                    yield Match(layout, header, signature)


def _is_named(document: Document, pattern: str) -> bool:
    names = (document.name.casefold(), document.file.casefold())
    return pattern == "*" or any(fnmatchcase(name, pattern.casefold()) for name in names)


def _shows(header: Header, signature: Signature) -> bool:
    return all(_is_shown(header, wanted) for wanted in signature.shows)


def _preference(match: Match) -> tuple[bool, bool, int, int, int, str]:
    signature, header = match.signature, match.header
    return (
        not match.layout.is_own,
        signature.named != "*",
        -len(signature.shows),
        len(header.names) if signature.shows else -_found(match),
        header.row,
        match.layout.label,
    )


def _found(match: Match) -> int:
    return sum(find(match.header.names, name) is not None for name in match.layout.names)


def nearest(document: Document, layouts: Iterable[Layout]) -> str:
    """Return in words which layout an unknown document comes closest to, and what it lacks."""
    best, words = NEAR, UNKNOWN
    for layout in layouts:
        wanted = layout.signatures[0].shows
        for header in document.headers if layout.container == document.container else ():
            absent = [name for name in wanted if not _is_shown(header, name)]
            share = 1 - len(absent) / max(len(wanted), 1)
            if wanted and share >= best and header.is_pairs == layout.is_pairs:
                best = share
                what = "columns" if layout.container == "table" else "keys"
                words = f"{UNKNOWN}; nearest: {layout.title}, missing {what} {', '.join(absent)}"
    return words
