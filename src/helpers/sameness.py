"""Sameness: which of many texts are there more than once.

Of many texts 64-bit *marks* are compared, hashes of them, before the texts themselves are:
those of different marks are different.
"""

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

MANY = 100_000


def all_differ(numbers: np.ndarray) -> bool:
    """Tell whether no number is there twice."""
    ordered = np.sort(numbers)
    return not (ordered[1:] == ordered[:-1]).any()


def numbers_of(texts: pd.Series) -> np.ndarray:
    """Return a number for each text, the same for equal texts; none may be missing."""
    return arrow(texts).dictionary_encode().indices.to_numpy()


def repeated(texts: pd.Series) -> np.ndarray:
    """Tell for each text whether it is there more than once; none may be missing."""
    if len(texts) > MANY:
        marks = _marks(arrow(texts))
        ordered = np.sort(marks)
        found = pd.Series(marks).isin(ordered[1:][ordered[1:] == ordered[:-1]]).to_numpy(copy=True)
        found[found] = _repeated(texts[found])
        return found
    return _repeated(texts)


def _repeated(texts: pd.Series) -> np.ndarray:
    numbers = numbers_of(texts)
    return np.bincount(numbers, minlength=1)[numbers] > 1


def arrow(texts: pd.Series) -> pa.LargeStringArray:
    """Return texts as Arrow holds them."""
    found = pa.array(texts, pa.large_string())
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _marks(texts: pa.LargeStringArray) -> np.ndarray:
    with duckdb.connect(config={"temp_directory": ""}) as database:
        database.register("texts", pa.table({"text": texts}))
        return database.sql("SELECT hash(text) AS mark FROM texts").fetchnumpy()["mark"]
