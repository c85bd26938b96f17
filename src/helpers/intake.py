"""Intake: every file recognised and read, whatever it turns out to be.

A *batch* is the files that can be mapped together. An *origin* is where a record
came from: the number of its file and its row there.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from string import ascii_uppercase

import numpy as np
import pandas as pd

from helpers import mapping, own, privacy, readers
from helpers.converters import LoadError
from helpers.formats.layouts import Layout
from helpers.formats.recognition import find, nearest, recognise
from helpers.readers import Document, Source, UnreadableError
from helpers.readers.cells import Header, Records
from helpers.schemas import INSTANT

UNKNOWN, IGNORED = "unknown", "ignored"


@dataclass(frozen=True)
class File:
    """One file: what it is, and its records if it was recognised or else why it was not."""

    name: str
    sha256: str
    dated: pd.Timestamp
    format: str
    why: str = ""
    recognised: str = ""
    layout: Layout | None = None
    records: Records | None = None
    exported: pd.Timestamp = pd.NaT


@dataclass(frozen=True)
class Batch:
    """Records to map together, what they are and the first of their files."""

    first: File
    layout: Layout
    records: Records


def _shown(name: str, keeps: str, *parts: str) -> str:
    """Return a file's name without addresses and, beyond what may be kept, without its title.

    The part of the file that is meant follows.
    """
    folder, slash, last = name.rpartition("/")
    kept = re.match(keeps, last)
    if kept and kept[0] != last:
        last = f"{kept[0]}…{PurePosixPath(last).suffix}"
    return privacy.redact(", ".join(part for part in (folder + slash + last, *parts) if part))


def read(source: Source, layouts: list[Layout]) -> list[File]:
    """Return one file recognised and read, or why it was not; a workbook sheet by sheet."""
    file = File(privacy.redact(source.name), source.sha256, source.dated, UNKNOWN)
    file = replace(file, exported=source.exported)
    if source.is_junk:
        return [replace(file, format=IGNORED, why="left behind by an operating system")]
    if own.is_format(source.name):
        return [replace(file, format=IGNORED, why="describes formats of your own")]
    if source.refusal:
        return [replace(file, why=source.refusal)]
    try:
        found = readers.documents(source)
    except UnreadableError as error:
        return [replace(file, why=str(error))]
    if not found:
        return [replace(file, why="empty")]
    return [part for document in found for part in _parts(source, file, document, layouts)]


def _parts(source: Source, file: File, document: Document, layouts: list[Layout]) -> Iterator[File]:
    """Yield a document's tables: one, or those that stand side by side in a sheet."""
    matches = recognise(document, layouts)
    if not matches:
        name = _shown(source.name, ".*", document.part)
        yield replace(file, name=name, why=nearest(document, layouts))
    for match in matches:
        layout = match.layout
        side = f"columns {_span(match.header)}" if len(matches) > 1 else ""
        file = replace(
            file,
            name=_shown(source.name, layout.name_keeps, document.part, side),
            format=layout.label,
            recognised=match.sentence,
        )
        try:
            records = readers.records(document, match.header, layout.how, layout.names)
        except UnreadableError as error:
            yield replace(file, why=str(error))
            continue
        _check_own(records.rows, layout, file.name)
        yield replace(file, layout=layout, records=_used(records, layout))


def _span(header: Header) -> str:
    first, *_, last = (ascii_uppercase[column % 26] for column in header.columns)
    return f"{first}–{last}"


def _used(records: Records, layout: Layout) -> Records:
    return replace(records, rows=mapping.used(records.rows, layout))


def _check_own(rows: pd.DataFrame, layout: Layout, file: str) -> None:
    """Refuse a user's own layout that names a column that the file does not have."""
    for column in layout.columns if layout.is_own and layout.container == "table" else ():
        if column.names and not any(find(rows, name) for name in column.names):
            wanted = column.names[0]
            close = difflib.get_close_matches(wanted, list(rows), n=1)
            raise LoadError(
                f"{layout.label}: column {wanted!r} is not in {file!r}."
                + (f" Did you mean {close[0]!r}?" if close else "")
                + f" Its columns: {', '.join(name for name in rows if ':' not in name)}."
            )


def origins(files: list[File]) -> pd.DataFrame:
    """Return a row a record: the number of its file, its row there, the file's date and hash."""
    read = [(number, file, file.records) for number, file in enumerate(files) if file.records]
    sizes = [len(records.rows) for _, _, records in read]
    whose = pd.DataFrame(
        {
            "file": pd.Series([number for number, _, _ in read], dtype="int64"),
            "dated": pd.Series([file.dated for _, file, _ in read], dtype=INSTANT),
            "sha256": pd.Series([file.sha256 for _, file, _ in read], dtype="str"),
        }
    )
    rows = np.concatenate([[], *(records.rows.index for _, _, records in read)]).astype("int64")
    return whose.loc[whose.index.repeat(sizes)].reset_index(drop=True).assign(row=rows)


def batches(files: list[File], origins: pd.DataFrame) -> list[Batch]:
    """Return records to map together: those of one layout whose files have the same columns.

    They are indexed by their place in the origins.
    """
    found: dict[tuple[object, ...], list[tuple[int, File, Layout, Records]]] = {}
    for number, file in enumerate(files):
        if file.layout and file.records:
            alone = number if file.layout.is_by_file else None
            kind = (file.format, *file.records.rows, alone)
            found.setdefault(kind, []).append((number, file, file.layout, file.records))
    batches = []
    for group in found.values():
        index = origins.index[origins["file"].isin([number for number, *_ in group])]
        rows = pd.concat([records.rows for *_, records in group]).set_axis(index)
        reasons = pd.concat([records.reasons for *_, records in group]).set_axis(index)
        _, first, layout, _ = group[0]
        batches.append(Batch(first, layout, Records(rows, reasons)))
    return batches
