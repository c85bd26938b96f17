"""Conditions: which rows meet which tests, and the cells that they look at.

Cells are text, missing where blank. What is done to cells is done once for each
distinct one: they are *coded*, each a number that stands for one of the distinct texts
(a categorical), or *plain*.
"""

import re
from collections.abc import Callable
from functools import partial

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.formats.layouts import PAIRED, Condition
from helpers.formats.recognition import find
from helpers.sameness import MANY

SAMPLED, ALIKE = 10_000, 0.95


def over_distinct(convert: Callable[[pd.Series], pd.Series], cells: pd.Series) -> pd.Series:
    """Return converted cells, text coded, having converted each distinct one only once.

    Where nearly all are distinct, as a sample shows, all are converted and text stays plain.
    """
    if len(cells) > MANY and cells.iloc[:: len(cells) // SAMPLED].nunique() > ALIKE * SAMPLED:
        return convert(plain(cells))
    if not is_plain(cells):
        codes, used = pd.factorize(cells.cat.codes.to_numpy())
        distinct = cells.cat.categories.array.take(used, allow_fill=True)
    else:
        codes, distinct = pd.factorize(cells, use_na_sentinel=False)
    values = convert(pd.Series(distinct, dtype="str", name=cells.name)).array
    if values.dtype != "str":
        values = values.take(codes)
    else:
        numbers, texts = pd.factorize(values)
        values = pd.Categorical.from_codes(numbers.take(codes), texts)
    return pd.Series(values, index=cells.index, name=cells.name)


def coded(values: pd.Series) -> pd.Series:
    """Return text coded."""
    if not is_plain(values):
        return values
    codes, texts = pd.factorize(values)
    return pd.Series(pd.Categorical.from_codes(codes, texts), index=values.index)


def is_plain(values: pd.Series) -> bool:
    """Tell whether values are not coded."""
    return not isinstance(values.dtype, pd.CategoricalDtype)


def plain(values: pd.Series) -> pd.Series:
    """Return values, text no longer coded."""
    if is_plain(values):
        return values
    texts = values.cat.categories.array.take(values.cat.codes.to_numpy(), allow_fill=True)
    return pd.Series(texts, index=values.index, name=values.name)


def cells_of(rows: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """Return the first of several columns that the file has, gaps filled from the others."""
    found = [column for column in (find(rows.columns, name) for name in names) if column]
    if not found:
        return pd.Series(None, index=rows.index, name=names[0] if names else "", dtype="str")
    cells = rows[found[0]]
    for column in found[1:]:
        if cells.isna().all():
            cells = rows[column].rename(cells.name)
        elif cells.isna().any():
            cells = plain(cells).fillna(plain(rows[column]))
    return cells


def joined(rows: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """Return several columns as one, their cells parted by bars."""
    found = [column for column in (find(rows.columns, name) for name in names) if column]
    cells = pd.Series("", index=rows.index, dtype="str")
    for column in found:
        cells = cells + plain(rows[column]).fillna("") + "|"
    return cells.rename(" and ".join(found))


def holds(rows: pd.DataFrame, when: tuple[Condition, ...]) -> pd.Series:
    """Tell for each row whether it meets all conditions."""
    met = pd.Series(True, index=rows.index)
    for condition in when:
        cells = cells_of(rows, (condition.column,))
        if condition.test in PAIRED:
            met &= _compared(cells, cells_of(rows, condition.wanted), condition.test)
        else:
            met &= _tested(cells, condition)
    return met


def _tested(cells: pd.Series, condition: Condition) -> pd.Series:
    """Tell which cells pass a test, coded texts tested once, whether any cell is one or not."""
    if is_plain(cells):
        return over_distinct(partial(_test, condition=condition), cells)
    texts = pd.Series(cells.cat.categories, dtype="str")
    passed = _test(texts.reindex(range(len(texts) + 1)), condition).to_numpy()
    return pd.Series(passed[cells.cat.codes], cells.index)  # a missing cell's code is -1


def _compared(cells: pd.Series, others: pd.Series, test: str) -> pd.Series:
    """Tell where two columns say the same, or differ; a blank cell says nothing."""
    is_same = plain(cells) == plain(others)
    return cells.notna() & others.notna() & (is_same == (test == "same"))


def _folded(cells: pd.Series) -> pd.Series:
    """Return texts without regard to case; of plain letters at once."""
    is_plain_text = pc.all(pc.string_is_ascii(pa.array(cells, pa.large_string()))).as_py()
    return cells.str.casefold() if is_plain_text is False else cells.str.lower()


def _test(cells: pd.Series, condition: Condition) -> pd.Series:
    cells = _folded(cells)
    match condition.test:
        case "is":
            return cells.isin(condition.wanted)
        case "is_not":
            return ~cells.isin(condition.wanted)
        case "matches":
            pattern = re.compile("|".join(condition.wanted), re.IGNORECASE)
            texts = pa.array(cells, pa.large_string()).to_pylist()
            met = [text is not None and pattern.search(text) is not None for text in texts]
            return pd.Series(met, index=cells.index, dtype="bool")
        case "zero":
            return cells.str.fullmatch(r"[$€£¥]?0+(?:[.,]0*)?", na=False)
        case "blank":
            return cells.isna()
        case _:
            return cells.notna()
