"""Mapping: from one file's records to rows of the tables.

Every record ends in one of two states: *kept*, or *set aside* for one reason,
the first that was found. Records of many files of one kind are mapped together;
rows of the tables remember the record that they came from (`_origin`, its place
in the records' index), so that what is merged away later is counted too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers import instants
from helpers.converters import Setting
from helpers.formats.conditions import cells_of, holds, is_plain, over_distinct, plain
from helpers.formats.layouts import Group, Layout
from helpers.formats.recognition import find
from helpers.mapping.rows import blame, converted, part_of, rows_of
from helpers.readers.cells import Records
from helpers.sameness import MANY
from helpers.schemas import COLUMNS
from helpers.threads import each

__all__ = ["Mapped", "mapped", "order", "used"]

FURTHER = (
    "further line of a record, counted with its first"
    "|further lines of records, counted with their first"
)
Tidied = Callable[[pd.Series], pd.Series]
LONGEST_SIGN = 4  # bytes of UTF-8
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
    is_nothing = _are_short(cells, missing)
    is_nothing[is_nothing] = cells[is_nothing].str.casefold().isin(missing)
    return cells.mask(is_nothing) if is_nothing.any() else cells


def _are_short(cells: pd.Series, words: frozenset[str]) -> np.ndarray:
    """Tell which cells have no more bytes than the longest of some words may have."""
    most = max(map(len, words)) * LONGEST_SIGN
    sizes = pc.binary_length(pa.array(cells, pa.large_string()))
    return np.array(pc.less_equal(sizes, most).fill_null(False))


def _rows_tidied(rows: pd.DataFrame, tidied: Tidied) -> pd.DataFrame:
    """Return rows tidied: of few, whose columns are plain, all cells at once."""
    if 0 < rows.size <= MANY and all(is_plain(rows[name]) for name in rows):
        cells, size = tidied(pd.concat([rows[name] for name in rows], ignore_index=True)), len(rows)
        parts = {name: cells.array[size * n : size * (n + 1)] for n, name in enumerate(rows)}
    else:
        columns = each(lambda name: _column_tidied(rows[name], tidied).array, rows, rows=len(rows))
        parts = dict(zip(rows, columns, strict=True))
    return pd.DataFrame(parts, index=rows.index, copy=False)


def _column_tidied(cells: pd.Series, tidied: Tidied) -> pd.Series:
    """Return cells tidied, each text that stands for many only once."""
    if is_plain(cells):
        return over_distinct(tidied, cells)
    numbers, texts = pd.factorize(tidied(pd.Series(cells.cat.categories, dtype="str")))
    codes = np.append(numbers, -1).astype("int32").take(cells.cat.codes)
    return pd.Series(pd.Categorical.from_codes(codes, texts), cells.index)


def _post_ids(rows: pd.DataFrame, layout: Layout, setting: Setting) -> frozenset[str]:
    """Return the posts that rows describe: what rules set aside must not come back as a stub."""
    found: set[str] = set()
    for table in layout.tables:
        if table.name == "posts" and table.role == "whole":
            described = rows[holds(rows, table.when)]
            found.update(converted(described, table.columns["post_id"], setting).dropna())
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
    rows = _rows_tidied(records.rows, partial(_tidied, missing=layout.missing))
    reasons = records.reasons.copy()
    if layout.group:
        rows = _grouped(rows, layout.group, reasons)
    for rule in layout.rules:
        if all(find(rows.columns, condition.column) for condition in rule.when):
            blame(reasons, holds(rows, rule.when), rule.reason)
    ruled_out = rows[reasons.notna() & records.reasons.isna()]
    live = _where(rows, reasons.isna())
    frames: dict[str, list[pd.DataFrame]] = {name: [] for name in COLUMNS}
    for table in layout.tables:
        meant = live[holds(live, table.when)] if table.when else live
        frames[table.name].append(rows_of(meant, table, setting, reasons))
    aside = reasons.index[reasons.notna()]
    if len(aside):
        for name, group in frames.items():
            frames[name] = [frame[~frame["_origin"].isin(aside)] for frame in group]
    excluded = _post_ids(ruled_out, layout, setting)
    named = rows[records.reasons.isna()]
    return Mapped(layout, frames, reasons, excluded, _aliases(named, layout, setting))


def _where(rows: pd.DataFrame, holds: pd.Series) -> pd.DataFrame:
    """Return the rows of which it holds: without copying them, if they follow each other."""
    places = np.flatnonzero(holds)
    if len(places) and places[-1] - places[0] + 1 == len(places):
        return rows.iloc[places[0] : places[-1] + 1]
    return rows[holds]


def order(rows: pd.DataFrame, layout: Layout) -> str | None:
    """Return the order of day and month that a file's dates prove, if they prove one."""
    dates = [
        part_of(cells_of(rows, column.names), column)
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
    blame(reasons, further, FURTHER)
    rows = rows.copy()
    rows.loc[whole.index[~further]] = whole[~further]
    return rows


def _aliases(rows: pd.DataFrame, layout: Layout, setting: Setting) -> pd.Series:
    if layout.alias is None:
        return pd.Series(dtype="str")
    other, one = (plain(converted(rows, column, setting)) for column in layout.alias)
    known = other.notna() & one.notna()
    return pd.Series(one[known].to_numpy(), index=other[known].to_numpy(), dtype="str")
