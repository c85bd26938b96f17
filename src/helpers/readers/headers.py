"""Headers: the rows of a table that might name its columns, and what stands above them.

A *header* is a row of column names, the number of the row it stands in (1 is the
first), the delimiter that it was split at and, in a sheet, the columns that it spans.
*Pairs* are a file in which every row is a name and its value. *Facts* are what stands
above a header: names and their values, or a title.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

DELIMITERS = (",", ";", "\t")
LOOKED_AT = 30
PAIRS_LOOKED_AT = 100
TITLE = "title"
HEAD = 65_536
_UNIT = re.compile(r"\([^()]*\)\s*$")


@dataclass(frozen=True)
class Header:
    """A row of column names, the row it stands in and its delimiter."""

    names: tuple[str, ...]
    row: int
    delimiter: str = ""
    start: int = 0
    is_pairs: bool = False

    @cached_property
    def folded(self) -> frozenset[str]:
        """The names without regard to case."""
        return frozenset(name.casefold() for name in self.names)

    @property
    def columns(self) -> range:
        """The columns that it spans; 0 is the first."""
        return range(self.start, self.start + len(self.names))


def headers(content: bytes) -> list[Header]:
    """Return every row near the top of a text that might be its header, or its pairs."""
    found: list[Header] = []
    head = content[:HEAD]
    for delimiter in (sign for sign in DELIMITERS if sign.encode() in head):
        top = _top_rows(head, delimiter)
        for row, names in enumerate(top[:LOOKED_AT], start=1):
            if len(names) > 1 and not names[0].startswith("#"):
                found.append(Header(_stripped(names), row, delimiter))
        found += _paired(top, delimiter)
    return found


def _stripped(names: list[str]) -> tuple[str, ...]:
    return tuple(name.strip() for name in names)


def _paired(rows: list[list[str]], delimiter: str = "") -> list[Header]:
    names = [row[0].strip().rstrip(":") for row in rows if len(row) > 1 and row[0].strip()]
    return [Header(tuple(names), 0, delimiter, is_pairs=True)] if names else []


def sheet_headers(rows: list[list[str]]) -> list[Header]:
    """Return every row, and part of a row between blanks, that might be a sheet's header."""
    found: list[Header] = []
    for number, row in enumerate(rows[:LOOKED_AT], start=1):
        names = _stripped(row)
        while names and not names[-1]:
            names = names[:-1]
        if len(names) > 1:
            found.append(Header(names, number))
        parts = re.finditer("1+", "".join("1" if name else "0" for name in names))
        spans = [part.span() for part in parts]
        found += [
            Header(names[start:stop], number, start=start)
            for start, stop in spans
            if len(spans) > 1 and stop - start > 1
        ]
    return found + _paired(rows[:PAIRS_LOOKED_AT])


def facts(rows: list[list[str]]) -> dict[str, str]:
    """Return what stands above a header: `# Start date: 20260501`, `Period,June`, a title."""
    found: dict[str, str] = {}
    for row in rows:
        name, *values = [cell.strip() for cell in row if cell.strip("# -\t")] or [""]
        stem, colon, rest = name.lstrip("# ").partition(":")
        if values or (colon and rest.strip()):
            found[stem.strip()] = (rest if rest.strip() else values[0]).strip()
        elif name and not name.startswith("sep="):
            found.setdefault(TITLE, stem.strip())
    return found


def _top_rows(content: bytes, delimiter: str) -> list[list[str]]:
    head = io.StringIO(content[:HEAD].decode(errors="ignore"), newline=None)
    try:
        return list(islice(csv.reader(head, delimiter=delimiter), PAIRS_LOOKED_AT))
    except csv.Error:
        return []


def facts_above(content: bytes, header: Header) -> dict[str, str]:
    """Return what stands above a text's header."""
    return facts(_top_rows(content, header.delimiter)[: header.row - 1]) if header.row > 1 else {}


def unique_names(names: tuple[str, ...], descriptions: list[str]) -> list[str]:
    """Return column names told apart: by what ends their description, else by a number.

    "Views" and "Views" become "Views (Total Count)" and "Views (Unique Users)" if their
    descriptions end so, and "Views" and "Views (2)" if they have none.
    """
    unique: dict[str, str] = {}
    copies, numbers = Counter(names), Counter[str]()
    for name, description in zip(names, descriptions, strict=True):
        unit = _UNIT.search(description)
        candidate = f"{name} {unit[0].strip()}" if unit and copies[name] > 1 else name
        numbered = candidate
        while numbered.casefold() in unique:
            numbers[candidate.casefold()] += 1
            numbered = f"{candidate} ({numbers[candidate.casefold()] + 1})"
        unique[numbered.casefold()] = numbered
    return list(unique.values())
