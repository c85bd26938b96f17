"""Rows: what a file's records say, as rows of one table.

A row that cannot be read, or lacks what its table needs, is set aside for that reason.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from helpers import instants, privacy
from helpers.converters import CONVERTERS, Setting
from helpers.formats.conditions import (
    cells_of,
    coded,
    holds,
    is_plain,
    joined,
    over_distinct,
    plain,
)
from helpers.formats.layouts import Column, Table
from helpers.formats.recognition import find
from helpers.schemas import COLUMNS, empty
from helpers.threads import each

LONGEST = 1_000
RETURNED = ":returned"
LATER = ("response_id", "words")
UNDATED = (
    "row of a file whose name does not say of which day it is"
    "|rows of a file whose name does not say of which day it is"
)


def blame(reasons: pd.Series, rows: pd.Series, reason: str | pd.Series) -> None:
    """Set rows aside that no earlier reason has set aside."""
    blamed = rows.index[rows]
    blamed = blamed[reasons.loc[blamed].isna()]
    if len(blamed):
        reasons.loc[blamed] = reason if isinstance(reason, str) else reason.loc[blamed]


def _named_columns(rows: pd.DataFrame, names: tuple[str, ...]) -> str:
    return " or ".join(repr(name) for name in names if find(rows.columns, name))


def converted(rows: pd.DataFrame, column: Column, setting: Setting) -> pd.Series:
    """Return what a column of a table is made of the file's columns."""
    if isinstance(column.constant, str):
        codes = np.zeros(len(rows), dtype="int8")
        return pd.Series(pd.Categorical.from_codes(codes, [column.constant]), index=rows.index)
    if column.constant is not None:
        return pd.Series(column.constant, index=rows.index)
    converter = CONVERTERS[column.convert]

    def convert(cells: pd.Series) -> pd.Series:
        cells = _short(cells) if converter.is_short else cells
        return converter.convert(part_of(cells, column), column.options, setting)

    cells = (joined if converter.is_joined else cells_of)(rows, column.names)
    return convert(plain(cells)) if converter.is_by_row else over_distinct(convert, cells)


def _short(cells: pd.Series) -> pd.Series:
    """Return cells, those too long for a number, date or address missing.

    A search for one would look at each of their signs from each of their signs.
    """
    is_long = cells.str.len() > LONGEST
    return cells.mask(is_long) if is_long.any() else cells


def _all_converted(
    rows: pd.DataFrame, columns: Mapping[str, Column], setting: Setting
) -> dict[str, pd.Series]:
    """Return each column converted, of many rows two at a time and people first."""
    names = sorted(columns, key=lambda name: columns[name].convert != "person")
    made = each(lambda name: converted(rows, columns[name], setting), names, rows=len(rows))
    found = dict(zip(names, made, strict=True))
    return {name: found[name] for name in columns}


def part_of(cells: pd.Series, column: Column) -> pd.Series:
    """Return the part of each cell that a column's `match` is about."""
    pattern = column.options.get("match")
    if pattern is None:
        return cells
    grouped = pattern if "(" in pattern.replace("(?:", "") else f"({pattern})"
    return cells.str.extract(grouped, expand=False).rename(cells.name)


def rows_of(rows: pd.DataFrame, table: Table, setting: Setting, reasons: pd.Series) -> pd.DataFrame:
    """Return a table's rows; `reasons` gains those that cannot be read or lack what it needs."""
    found = _all_converted(rows, table.columns, setting)
    for name, column in table.columns.items():
        values = found[name]
        complaint = _complaint(column, setting)
        if complaint:
            cells = cells_of(rows, column.names)
            is_unread = values.isna() & cells.notna()
            if is_unread.any():
                said = _said(f"whose {_named_columns(rows, column.names)} {complaint}")
                looks = plain(cells[is_unread]).map(privacy.look)
                blame(reasons, is_unread, f"{said}|" + looks)
    frame = _complete(pd.DataFrame(found, index=rows.index), rows, table, reasons)
    if table.role == "stub" and "published_at" not in table.columns:
        frame = frame.drop_duplicates("post_id")
    frame = _typed(frame, table.name)
    if "published_at" in frame:
        frame["grain"] = frame["grain"].where(frame["published_at"].notna())
    frame = _with_returns(frame, rows, table)
    if table.refund:
        frame = _with_refunds(frame, converted(rows, table.refund, setting))
    frame = frame.rename_axis("_origin").reset_index()
    return frame.assign(_role=table.role) if table.name == "posts" else frame


def _typed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return rows with all columns of their table; acts and sales, which are many, stay coded.

    Acts do without those columns that merging adds.
    """
    columns = {}
    for name, dtype in _empty(table).dtypes.items():
        if table == "responses" and name in LATER and name not in frame:
            continue
        values = frame[name] if name in frame else pd.Series(index=frame.index, dtype=dtype)
        if table == "responses" and dtype == "str":
            columns[name] = coded(values)
        elif table == "conversions" and dtype == "str" and name != "conversion_id":
            columns[name] = values.astype("str") if is_plain(values) else values
        else:
            columns[name] = plain(values).astype(dtype)
    return pd.DataFrame(columns, copy=False)


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
        blame(reasons, frame["ends_on"] < frame["starts_on"], _said("that ends before it starts"))
    for name, column in table.columns.items():
        if not COLUMNS[table.name][name].nullable and column.names:
            label = _named_columns(rows, column.names) or " or ".join(map(repr, column.names))
            said = _said(f"without {label}")
            said = UNDATED if column.convert == "as_of" else said
            blame(reasons, frame[name].isna(), said)
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

    Who got the whole price back gave the goods back too. What was returned altogether is
    already taken off.
    """
    if not (amounts > 0).any():
        return frame
    returned = frame.index[frame["conversion_id"].str.endswith(RETURNED)]
    back = frame.drop(returned)
    amounts = amounts[back.index]
    back, amounts = back[amounts > 0].copy(), amounts[amounts > 0]
    back["quantity"] = (-back["quantity"]).where(amounts >= back["value"], 0)
    back["conversion_id"] += RETURNED
    return pd.concat([frame, back.assign(value=-amounts)])


@cache
def _empty(table: str) -> pd.DataFrame:
    return empty(table)


def _said(what: str) -> str:
    return f"row {what}|rows {what}"
