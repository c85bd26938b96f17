"""Layouts: what a format's TOML file says, as types.

A *format* is one platform's export; a *layout* is one kind of file in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from helpers.readers import How

BY_FILE = ("row", "currency", "key", "as_of", "file", "answer")
PAIRED = ("same", "differs")


@dataclass(frozen=True)
class Condition:
    """One test of one column's cells; if it is paired, against those of the columns wanted."""

    column: str
    test: str
    wanted: tuple[str, ...] = ()


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
    `fill` only adds cells to a post that another file describes, and a `timed` post, which
    its file does not number, is the one that another file numbers, if they came out in the
    same minute. Records that meet
    `returned` yield a second row with quantity and value negative; one of which `refund`
    names a part of the price yields a row that takes back that part.
    """

    name: str
    columns: Mapping[str, Column]
    when: tuple[Condition, ...] = ()
    returned: tuple[tuple[Condition, ...], ...] = ()
    role: str = "whole"
    refund: Column | None = None


@dataclass(frozen=True)
class Signature:
    """Column names or JSON keys that a file must show and, last resort, how it is named."""

    shows: tuple[str, ...]
    named: str = "*"


@dataclass(frozen=True)
class Group:
    """Rows that share the cell `by` are one record; the columns `sums` are added up."""

    by: str
    sums: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Layout:
    """One kind of file: how to recognise it, how to read it, what it yields.

    Two are the same only if they are one object.

    `name_keeps` is a pattern of what the receipt may show of a name that holds a title.
    `yields_to` names layouts that state the same conversions better: what falls on their
    days or stands in their workbook is set aside, unless it is dated more finely than
    theirs, for then theirs is. An `alias` says that two names are one person.
    `questions` are wordings of what a survey asks, `answers_below` what its second header
    says below a question of one answer (see `asking`).
    `is_own` is a user's, in which every column that is named must be there.
    """

    label: str
    title: str
    container: str
    signatures: tuple[Signature, ...]
    how: How
    is_pairs: bool
    name_keeps: str
    missing: frozenset[str]
    group: Group | None
    rules: tuple[Rule, ...]
    tables: tuple[Table, ...]
    totals: tuple[tuple[str, str], ...]
    alias: tuple[Column, Column] | None
    yields_to: tuple[str, ...]
    questions: tuple[str, ...] = ()
    answers_below: tuple[str, ...] = ()
    is_own: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column that it makes of the file's columns."""
        made = [column for table in self.tables for column in table.columns.values()]
        made += [table.refund for table in self.tables if table.refund]
        return (*made, *(self.alias or ()))

    @property
    def names(self) -> tuple[str, ...]:
        """The file's columns that it asks for; the others are never looked at."""
        conditions = [test for rule in self.rules for test in rule.when]
        conditions += [test for table in self.tables for test in table.when]
        conditions += [test for table in self.tables for group in table.returned for test in group]
        grouped = (self.group.by, *self.group.sums) if self.group else ()
        asked = [name for column in self.columns for name in column.names]
        asked += [name for test in conditions if test.test in PAIRED for name in test.wanted]
        return tuple(dict.fromkeys([*(test.column for test in conditions), *grouped, *asked]))

    def is_by_file(self, *, zoned: bool) -> bool:
        """Whether a value depends on the rest of its file: files must be mapped one by one.

        So they are if a zone is wanted that was not passed (not `zoned`), to name the file.
        """
        wanting = () if zoned else ("parameter", "either")
        return any(
            column.convert in BY_FILE
            or column.options.get("zone") in wanting
            or {"month_day", "numeric"} & set(column.options.get("formats", ()))
            for column in self.columns
        )


@dataclass(frozen=True)
class Format:
    """One platform's export."""

    name: str
    title: str
    source: str
    traps: tuple[str, ...]
    layouts: tuple[Layout, ...]
