"""Mapping: from one file's records to rows of the tables.

Every record ends in one of two states: *kept*, or *set aside* for one reason,
the first that was found. Records of many files of one kind are mapped together;
rows of the tables remember the record that they came from (`_origin`, its place
in the records' index), so that what is merged away later is counted too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import pandas as pd

from helpers import instants, privacy
from helpers.converters import CONVERTERS, Setting
from helpers.formats.conditions import cells_of, coded, holds, joined, over_distinct, plain
from helpers.formats.layouts import Column, Group, Layout, Table
from helpers.formats.recognition import find
from helpers.readers.cells import Records
from helpers.schemas import COLUMNS, empty

RETURNED = ":returned"
FURTHER = (
    "further line of a record, counted with its first"
    "|further lines of records, counted with their first"
)
UNDATED = (
    "row of a file whose name does not say of which day it is"
    "|rows of a file whose name does not say of which day it is"
)
_FORMULA = r'^="(.*)"$'


@dataclass(frozen=True)
class Mapped:
    """Rows by table, each record's reason (missing if kept) and posts ruled out.

    `aliases` are other names of people, by the name that stands for them.
    """

    layout: Layout
    frames: dict[str, list[pd.DataFrame]]
    reasons: pd.Series
    excluded: frozenset[str]
    aliases: pd.Series


def used(names: Iterable[str], layout: Layout) -> list[str]:
    """Return the columns that the layout asks for; the others are never looked at."""
    exact = {want.casefold() for want in layout.names}
    starred = [want for want in layout.names if "*" in want]
    return [
        name
        for name in names
        if name.casefold() in exact or any(find([name], want) for want in starred)
    ]


def _tidied(cells: pd.Series, missing: frozenset[str]) -> pd.Series:
    """Return cells without blanks around them; those that stand for nothing are missing."""
    cells = cells.str.strip()
    if cells.str.startswith("=").any():
        cells = cells.str.replace(_FORMULA, r"\1", regex=True)
    short = cells[cells.str.len() <= max(map(len, missing))]
    nothing = short.index[short.str.casefold().isin(missing)]
    return cells.mask(cells.index.isin(nothing)) if len(nothing) else cells


def _blame(reasons: pd.Series, rows: pd.Series, reason: str | pd.Series) -> None:
    """Set rows aside that no earlier reason has set aside."""
    if rows.any():
        blamed = rows.index[rows]
        reasons.loc[blamed] = reasons.loc[blamed].fillna(reason)


def _label(rows: pd.DataFrame, names: tuple[str, ...]) -> str:
    return " or ".join(repr(name) for name in names if find(rows.columns, name))


def _values(rows: pd.DataFrame, column: Column, setting: Setting) -> pd.Series:
    if isinstance(column.constant, str):
        codes = np.zeros(len(rows), dtype="int8")
        return pd.Series(pd.Categorical.from_codes(codes, [column.constant]), index=rows.index)
    if column.constant is not None:
        return pd.Series(column.constant, index=rows.index)
    converter = CONVERTERS[column.convert]

    def convert(cells: pd.Series) -> pd.Series:
        return converter.convert(_matched(cells, column), column.options, setting)

    cells = (joined if converter.is_joined else cells_of)(rows, column.names)
    return convert(plain(cells)) if converter.is_by_row else over_distinct(convert, cells)


def _matched(cells: pd.Series, column: Column) -> pd.Series:
    """Return the part of each cell that a column's `match` is about."""
    pattern = column.options.get("match")
    if pattern is None:
        return cells
    grouped = pattern if "(" in pattern.replace("(?:", "") else f"({pattern})"
    return cells.str.extract(grouped, expand=False).rename(cells.name)


def _frame(rows: pd.DataFrame, table: Table, setting: Setting, reasons: pd.Series) -> pd.DataFrame:
    """Return a table's rows; `reasons` gains those that cannot be read or lack what it needs."""
    found = {}
    for name, column in table.columns.items():
        values = found[name] = _values(rows, column, setting)
        complaint = _complaint(column, setting)
        if complaint:
            cells = cells_of(rows, column.names)
            unread = plain(cells[cells.notna() & values.isna()])
            said = _said(f"whose {_label(rows, column.names)} {complaint}")
            _blame(reasons, unread.notna(), f"{said}|" + unread.map(privacy.look))
    frame = _complete(pd.DataFrame(found, index=rows.index), rows, table, reasons)
    if table.role == "stub" and "published_at" not in table.columns:
        frame = frame.drop_duplicates("post_id")
    frame = _typed(frame, table.name)
    if "published_at" in frame:
        frame["grain"] = frame["grain"].where(frame["published_at"].notna())
    frame = _with_returns(frame, rows, table)
    if table.refund:
        frame = _with_refunds(frame, _values(rows, table.refund, setting))
    frame = frame.rename_axis("_origin").reset_index()
    return frame.assign(_role=table.role) if table.name == "posts" else frame


def _typed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return rows with all columns of their table; acts, which are many, stay coded."""
    columns = {}
    for name, dtype in _empty(table).dtypes.items():
        values = frame[name] if name in frame else pd.Series(index=frame.index, dtype=dtype)
        if table == "responses" and dtype == "str":
            columns[name] = coded(values)
        else:
            columns[name] = plain(values).astype(dtype)
    return pd.DataFrame(columns)


def _complaint(column: Column, setting: Setting) -> str:
    if instants.MONTH_DAY in column.options.get("formats", ()) and pd.isna(setting.exported):
        return "names no year, nor does the file's name say when it was exported"
    return CONVERTERS[column.convert].complaint if column.convert else ""


def _complete(
    frame: pd.DataFrame, rows: pd.DataFrame, table: Table, reasons: pd.Series
) -> pd.DataFrame:
    """Return the rows that have what the table needs; a blank tally is no tally, no fault."""
    if table.name == "tallies":
        return frame[frame["count"].notna()]
    if table.name == "causes":
        _blame(reasons, frame["ends_on"] < frame["starts_on"], _said("that ends before it starts"))
    for name, column in table.columns.items():
        if not COLUMNS[table.name][name].nullable and column.names:
            label = _label(rows, column.names) or " or ".join(map(repr, column.names))
            said = _said(f"without {label}")
            said = UNDATED if column.convert == "as_of" else said
            _blame(reasons, frame[name].isna(), said)
    return frame


def _with_returns(frame: pd.DataFrame, rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the rows and, for what was given back, as many rows that undo them."""
    undone = pd.Series(False, index=rows.index)
    for group in table.returned:
        undone |= holds(rows, group)
    if not undone.any():
        return frame
    back = frame[undone].copy()
    back["conversion_id"] += RETURNED
    back[["quantity", "value"]] *= -1
    return pd.concat([frame, back])


def _with_refunds(frame: pd.DataFrame, amounts: pd.Series) -> pd.DataFrame:
    """Return the rows and, where an amount was paid back, rows that take it off.

    Who got the whole price back gave the goods back too.
    """
    if not (amounts > 0).any():
        return frame
    amounts = amounts.reindex(frame.index).where(amounts > 0)
    paid = frame[amounts.notna()]
    is_returned = (paid["conversion_id"] + RETURNED).isin(frame["conversion_id"])
    back = paid[~is_returned].copy()
    amounts = amounts[back.index]
    back["quantity"] = (-back["quantity"]).where(amounts >= back["value"], 0)
    back["conversion_id"] += RETURNED
    return pd.concat([frame, back.assign(value=-amounts)])


@cache
def _empty(table: str) -> pd.DataFrame:
    return empty(table)


def _said(what: str) -> str:
    return f"row {what}|rows {what}"


def _post_ids(rows: pd.DataFrame, layout: Layout, setting: Setting) -> frozenset[str]:
    """Return the posts that rows describe: what rules set aside must not come back as a stub."""
    found: set[str] = set()
    for table in layout.tables:
        if table.name == "posts" and table.role == "whole":
            described = rows[holds(rows, table.when)]
            found.update(_values(described, table.columns["post_id"], setting).dropna())
    return frozenset(found)


def mapped(records: Records, layout: Layout, setting: Setting) -> Mapped:
    """Return the rows of the tables that records of one layout yield.

    Parameters
    ----------
    records : Records
        Rows of text (see `used`) and the reasons found while reading them.
    layout : Layout
        What the columns mean.
    setting : Setting
        The load's arguments and the file's name.

    Raises
    ------
    LoadError
        If the file leaves open a time zone or a currency that was not passed.
    """
    tidied = partial(_tidied, missing=layout.missing)
    cells = {name: over_distinct(tidied, records.rows[name]) for name in records.rows}
    rows = pd.DataFrame(cells, index=records.rows.index)
    reasons = records.reasons.copy()
    if layout.group:
        rows = _grouped(rows, layout.group, reasons)
    for rule in layout.rules:
        if all(find(rows.columns, condition.column) for condition in rule.when):
            _blame(reasons, holds(rows, rule.when), rule.reason)
    ruled_out = rows[reasons.notna() & records.reasons.isna()]
    live = rows[reasons.isna()] if reasons.notna().any() else rows
    frames: dict[str, list[pd.DataFrame]] = {name: [] for name in COLUMNS}
    for table in layout.tables:
        frames[table.name].append(_frame(live[holds(live, table.when)], table, setting, reasons))
    sound = reasons.isna()
    for name, group in frames.items():
        frames[name] = [frame[sound.loc[frame["_origin"]].to_numpy()] for frame in group]
    excluded = _post_ids(ruled_out, layout, setting)
    named = rows[records.reasons.isna()]
    return Mapped(layout, frames, reasons, excluded, _aliases(named, layout, setting))


def order(rows: pd.DataFrame, layout: Layout) -> str | None:
    """Return the order of day and month that a file's dates prove, if they prove one."""
    dates = [
        _matched(cells_of(rows, column.names), column)
        for column in layout.columns
        if instants.NUMERIC in column.options.get("formats", ())
    ]
    return instants.proven(pd.concat(dates)) if dates else None


def _grouped(rows: pd.DataFrame, group: Group, reasons: pd.Series) -> pd.DataFrame:
    """Return the rows, the first of each group with what the others say or add."""
    rows = rows.apply(plain)
    by = cells_of(rows, (group.by,))
    sound = rows[reasons.isna() & by.notna()]
    names = by[sound.index]
    whole = sound.groupby(names).transform("first")
    for column in (find(rows.columns, name) for name in group.sums):
        if column:
            numbers = pd.to_numeric(sound[column], errors="coerce")
            sums = numbers.groupby(names).transform("sum").convert_dtypes()
            whole[column] = sums.astype("str").where(numbers.notna())
    further = names.duplicated()
    _blame(reasons, further, FURTHER)
    rows = rows.copy()
    rows.loc[whole.index[~further]] = whole[~further]
    return rows


def _aliases(rows: pd.DataFrame, layout: Layout, setting: Setting) -> pd.Series:
    if layout.alias is None:
        return pd.Series(dtype="str")
    other, one = (plain(_values(rows, column, setting)) for column in layout.alias)
    known = other.notna() & one.notna()
    return pd.Series(one[known].to_numpy(), index=other[known].to_numpy(), dtype="str")
