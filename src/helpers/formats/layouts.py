"""Layouts: what a format's TOML file says, as types.

A *format* is one platform's export; a *layout* is one kind of file in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BY_FILE = ("row", "currency")


@dataclass(frozen=True)
class Condition:
    """One test of one column's cells."""

    column: str
    test: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """Rows that meet all conditions are set aside; the reason is `one|many`."""

    when: tuple[Condition, ...]
    reason: str


@dataclass(frozen=True)
class Column:
    """A column of a table: a constant, or what a converter makes of the file's columns."""

    names: tuple[str, ...] = ()
    convert: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    constant: str | int | None = None


@dataclass(frozen=True)
class Table:
    """Rows of a table that a layout's records yield.

    `role` matters for posts: a `stub` stands in for a post that no file describes, a
    `fill` only adds cells to a post that another file describes. Records that meet
    `returned` yield a second row with quantity and value negative.
    """

    name: str
    columns: Mapping[str, Column]
    when: tuple[Condition, ...] = ()
    returned: tuple[tuple[Condition, ...], ...] = ()
    role: str = "whole"


@dataclass(frozen=True)
class Signature:
    """Column names or JSON keys that a file must show and, last resort, how it is named."""

    shows: tuple[str, ...]
    named: str = "*"


@dataclass(frozen=True)
class Layout:
    """One kind of file: how to recognise it, how to read it, what it yields.

    `name_keeps` is a pattern of what the receipt may show of a name that holds a title.
    """

    label: str
    title: str
    container: str
    signatures: tuple[Signature, ...]
    reader: str | None
    envelope: str
    descriptions: str | None
    name_keeps: str
    missing: frozenset[str]
    rules: tuple[Rule, ...]
    tables: tuple[Table, ...]
    totals: tuple[tuple[str, str], ...]

    @property
    def is_by_file(self) -> bool:
        """Whether a value depends on the rest of its file: files must be mapped one by one."""
        columns = [column for table in self.tables for column in table.columns.values()]
        return any(
            column.convert in BY_FILE or column.options.get("zone") == "parameter"
            for column in columns
        )


@dataclass(frozen=True)
class Format:
    """One platform's export."""

    name: str
    title: str
    source: str
    traps: tuple[str, ...]
    layouts: tuple[Layout, ...]
