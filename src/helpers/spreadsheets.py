"""Spreadsheets: tables as CSV of which no cell is taken for a formula.

Excel, Numbers and Calc run a cell that begins with `=`, `+`, `-`, `@`, a tabulator or a
line end. Text that begins so and is no number gets an apostrophe before it (source:
OWASP, CSV Injection).
"""

import pandas as pd

_FORMULA = r"^(?=[=+\-@\t\r])(?![+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$)"


def harmless(texts: pd.Series) -> pd.Series:
    """Return texts, an apostrophe before those that a spreadsheet would run."""
    texts = texts.str.replace(_FORMULA, "'", regex=True)
    return texts.str.replace("\r\n?", "\n", regex=True)  # which would end the row


def csv_text(table: pd.DataFrame) -> str:
    """Return a table as CSV, names of columns included; numbers stay as they are."""
    texts = table.select_dtypes(["str", "object"])
    safe = table.assign(**{name: harmless(texts[name].astype("str")) for name in texts})
    safe.columns = harmless(pd.Series(safe.columns, dtype="str")).to_list()
    return safe.to_csv(index=False, lineterminator="\n")
