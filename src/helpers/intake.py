"""Intake: every file recognised and read, whatever it turns out to be.

A *batch* is the files that can be mapped together. An *origin* is where a record
came from: the number of its file and its row there.
"""

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from helpers import mapping, privacy, readers
from helpers.formats.layouts import Layout
from helpers.formats.recognition import nearest, recognise
from helpers.readers import Source, UnreadableError
from helpers.readers.cells import Records
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


@dataclass(frozen=True)
class Batch:
    """Records to map together, what they are and the first of their files."""

    first: File
    layout: Layout
    records: Records


def _shown(name: str, keeps: str) -> str:
    """Return a file's name without addresses and, beyond what may be kept, without its title."""
    folder, slash, last = name.rpartition("/")
    kept = re.match(keeps, last)
    if kept and kept[0] != last:
        last = f"{kept[0]}…{PurePosixPath(last).suffix}"
    return privacy.redact(folder + slash + last)


def read(source: Source, layouts: list[Layout]) -> File:
    """Return one file recognised and read; or why it was not."""
    file = File(privacy.redact(source.name), source.sha256, source.dated, UNKNOWN)
    if source.is_junk:
        return replace(file, format=IGNORED, why="left behind by an operating system")
    if source.refusal:
        return replace(file, why=source.refusal)
    try:
        document = readers.opened(source, frozenset(one.envelope for one in layouts))
        match = recognise(document, layouts)
        if match is None:
            return replace(file, why=nearest(document, layouts))
        file = replace(
            file,
            name=_shown(source.name, match.layout.name_keeps),
            format=match.layout.label,
            recognised=match.sentence,
        )
        layout = match.layout
        records = readers.records(document, match.header, layout.reader, layout.descriptions)
    except UnreadableError as error:
        return replace(file, why=str(error))
    records = replace(records, rows=mapping.used(records.rows, match.layout))
    return replace(file, layout=match.layout, records=records)


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
