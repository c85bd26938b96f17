"""Receipts: the account of every file, and of every record in it.

A record that was set aside has a *reason*: `one|many`, what one such row is and what
many are, and after a second bar the *look* of the cell that was at fault, if one was.
"""

from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from helpers import formats, tables
from helpers.intake import File

COLUMNS = (*tables.RECEIPT_COLUMNS, "recognised")
SHOWN = ("file", "what it is", "rows read", "kept", "set aside", "why")
ROWS_NAMED = 3
_COPIES = r"[\d,]+ duplicates? \([^()]*\)"


def _parted(reason: str) -> tuple[str, str]:
    """Return what is wrong and how the cell at fault looks."""
    one, many, *looks = reason.split("|", 2)
    return f"{one}|{many}", f" ‘{looks[0]}’" if looks else ""


def _part(wrong: str, rows: pd.DataFrame) -> str:
    """Return one reason in words: how many rows, which first, and what was found in them."""
    one, _, many = wrong.partition("|")
    first = rows.iloc[:ROWS_NAMED]
    named = ", ".join(f"{row}{look}" for row, look in zip(first["row"], first["look"], strict=True))
    more = ", …" if len(rows) > ROWS_NAMED else ""
    noun, place = (one, "row") if len(rows) == 1 else (many, "rows")
    return f"{len(rows):,} {noun} ({place} {named}{more})"


def _why(aside: pd.DataFrame) -> str:
    """Return each reason with its count, the first rows it concerns and what they hold."""
    codes, reasons = pd.factorize(aside["reason"])
    parted = pd.DataFrame([_parted(reason) for reason in reasons], columns=["wrong", "look"])
    rows = parted.take(codes).assign(row=aside["row"].to_numpy())
    return "; ".join(_part(str(wrong), group) for wrong, group in rows.groupby("wrong", sort=False))


def _copies(count: int) -> str:
    return f"{count:,} duplicate{'s' if count > 1 else ''}" if count else ""


def _line(file: File, kept: int, aside: pd.DataFrame | None) -> dict[str, object]:
    """Return a file's line."""
    set_aside = 0 if aside is None else len(aside)
    nothing = "" if kept else "no rows" if file.layout else file.why
    return {
        "file": file.name,
        "format": file.format,
        "read": kept + set_aside,
        "kept": kept,
        "set_aside": set_aside,
        "why": nothing if aside is None else _why(aside),
        "sha256": file.sha256,
        "recognised": file.recognised,
    }


def receipt(files: list[File], origins: pd.DataFrame, reasons: pd.Series) -> pd.DataFrame:
    """Return a row a file: what it is, rows read = kept + set aside, and why.

    Parameters
    ----------
    files : list of File
        Every file of the folder, the useless included.
    origins : pandas.DataFrame
        A row a record: the number of its `file` and its `row` there.
    reasons : pandas.Series
        Why records were set aside, by their place in the origins.
    """
    is_kept = np.bincount(reasons.index, minlength=len(origins)) == 0
    kept = np.bincount(origins["file"][is_kept], minlength=len(files))
    aside = origins[~is_kept].assign(reason=reasons)
    by_file = dict(iter(aside.groupby("file")))
    lines = [_line(file, int(kept[n]), by_file.get(n)) for n, file in enumerate(files)]
    return pd.DataFrame(lines, columns=list(COLUMNS)).sort_values("file", ignore_index=True)


def readable(receipt: pd.DataFrame) -> pd.DataFrame:
    """Return a receipt in plain words, files of one kind and folder together if all is well.

    All is well if every row was kept, or was there already.

    Parameters
    ----------
    receipt : pandas.DataFrame
        As `Engagement.receipt`.

    Returns
    -------
    pandas.DataFrame
        Columns file, what it is, rows read, kept, set aside, why. The rows add up to
        those of the receipt.
    """
    titles = {layout.label: layout.title for form in formats.KNOWN for layout in form.layouts}
    folders = receipt["file"].map(lambda name: str(PurePosixPath(name).parent))
    well = (receipt["set_aside"] == 0) & (receipt["kept"] > 0)
    well |= receipt["why"].str.fullmatch(_COPIES)
    group = (folders + "|" + receipt["format"]).where(well, receipt.index.astype("str"))
    shown = receipt.assign(folder=folders).groupby(group, sort=False)
    lines = shown.agg(
        file=("file", "first"),
        folder=("folder", "first"),
        files=("file", "size"),
        format=("format", "first"),
        read=("read", "sum"),
        kept=("kept", "sum"),
        set_aside=("set_aside", "sum"),
        why=("why", "first"),
    )
    place = (" in " + lines["folder"]).where(lines["folder"] != ".", "")
    many = lines["files"].astype("str") + " files" + place
    is_one = lines["files"] == 1
    copies = lines["set_aside"].map(_copies)
    lines["file"] = lines["file"].where(is_one, many)
    lines["why"] = lines["why"].where(is_one, copies)
    lines["what"] = lines["format"].map(titles).fillna(lines["format"])
    kept = lines[["file", "what", "read", "kept", "set_aside", "why"]]
    return kept.set_axis(list(SHOWN), axis=1).reset_index(drop=True)
