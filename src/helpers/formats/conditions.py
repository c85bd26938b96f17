"""Conditions: which rows meet which tests, and the cells that they look at.

Cells are text, missing where blank. What is done to cells is done once for each
distinct one.
"""

from collections.abc import Callable
from functools import partial

import pandas as pd

from helpers.formats.layouts import Condition
from helpers.formats.recognition import find


def over_distinct(convert: Callable[[pd.Series], pd.Series], cells: pd.Series) -> pd.Series:
    """Return converted cells, having converted each distinct one only once."""
    codes, distinct = pd.factorize(cells, use_na_sentinel=False)
    values = convert(pd.Series(distinct, dtype="str", name=cells.name))
    return pd.Series(values.array.take(codes), index=cells.index, name=cells.name)


def cells_of(rows: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """Return the first of several columns that the file has, gaps filled from the others."""
    found = [column for column in (find(rows.columns, name) for name in names) if column]
    if not found:
        return pd.Series(None, index=rows.index, name=names[0] if names else "", dtype="str")
    cells = rows[found[0]]
    for column in found[1:]:
        cells = cells.fillna(rows[column])
    return cells


def joined(rows: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """Return several columns as one, their cells parted by bars."""
    found = [column for column in (find(rows.columns, name) for name in names) if column]
    cells = pd.Series("", index=rows.index, dtype="str")
    for column in found:
        cells = cells + rows[column].fillna("") + "|"
    return cells.rename(" and ".join(found))


def holds(rows: pd.DataFrame, when: tuple[Condition, ...]) -> pd.Series:
    """Tell for each row whether it meets all conditions."""
    met = pd.Series(True, index=rows.index)
    for condition in when:
        test = partial(_test, condition=condition)
        met &= over_distinct(test, cells_of(rows, (condition.column,)))
    return met


def _test(cells: pd.Series, condition: Condition) -> pd.Series:
    cells = cells.str.casefold()
    match condition.test:
        case "is":
            return cells.isin(condition.wanted)
        case "is_not":
            return ~cells.isin(condition.wanted)
        case "matches":
            pattern = "|".join(condition.wanted)
            return cells.str.contains(pattern, case=False, regex=True, na=False)
        case "zero":
            return cells.str.fullmatch(r"[$€£¥]?0+(?:\.0*)?", na=False)
        case "blank":
            return cells.isna()
        case _:
            return cells.notna()
