"""Intake: every file recognised and read, whatever it turns out to be.

A *batch* is the files that can be mapped together. An *origin* is where a record
came from: the number of its file and its row there.
"""

import difflib
import re
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from string import ascii_uppercase

import numpy as np
import pandas as pd

from helpers import asking, mapping, own, privacy, readers
from helpers.converters import LoadError
from helpers.formats.conditions import ALIKE, SAMPLED, coded
from helpers.formats.layouts import Layout
from helpers.formats.recognition import find, nearest, recognise
from helpers.merging.sifting import stacked
from helpers.readers import Document, Source, UnreadableError
from helpers.readers.cells import Records
from helpers.readers.headers import Header
from helpers.sameness import MANY
from helpers.schemas import INSTANT
from helpers.threads import THREADS, each

UNKNOWN, IGNORED = "unknown", "ignored"
MOST_NAMED = 30
ENDING = r"\.(?:zip|tar|t?gz|csv|tsv|txt|js|json|html?|xlsx?)$"


@dataclass(frozen=True)
class File:
    """One file: what it is, and its records if it was recognised or else why it was not."""

    name: str
    dated: pd.Timestamp
    format: str
    sha256: str = ""
    why: str = ""
    recognised: str = ""
    layout: Layout | None = None
    records: Records | None = None
    exported: pd.Timestamp = pd.NaT
    questions: tuple[str, ...] = ()


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
    kept = "/".join(_kept(part, keeps) for part in name.split("/"))
    return privacy.redact(", ".join(part for part in (kept, *parts) if part))


def _kept(part: str, keeps: str) -> str:
    found = re.match(keeps, part)
    if not found or found[0] == part:
        return part
    return found[0] + "…" + "".join(re.findall(ENDING, part))


def read_all(sources: Iterable[Source], layouts: list[Layout]) -> list[File]:
    """Return every source's files; one is parsed while the next is opened and hashed."""
    files: list[File] = []
    with ThreadPoolExecutor(THREADS) as pool:
        begun: deque[tuple[Source, Future[list[File]]]] = deque()
        for source in sources:
            begun.append((source, pool.submit(read, source, layouts)))
            if len(begun) > THREADS:
                files += _finished(*begun.popleft())
        while begun:
            files += _finished(*begun.popleft())
    return files


def _finished(source: Source, found: Future[list[File]]) -> list[File]:
    sha256 = source.sha256
    return [replace(file, sha256=sha256) for file in found.result()]


def read(source: Source, layouts: list[Layout]) -> list[File]:
    """Return one file recognised and read, or why it was not; a workbook sheet by sheet."""
    file = File(privacy.redact(source.name), source.dated, UNKNOWN, exported=source.exported)
    if source.is_junk:
        return [replace(file, format=IGNORED, why="left behind by an operating system")]
    if own.is_beside(source.name):
        return [replace(file, format=IGNORED, why=own.described(source.content))]
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
            is_whole = layout.is_own or layout.questions
            wanted = list if is_whole else partial(mapping.used, layout=layout)
            records = readers.records(document, match.header, layout.how, layout.names, wanted)
        except UnreadableError as error:
            yield replace(file, why=str(error))
            continue
        _check_own(records.rows, document, layout, file.name)
        questions = asking.questions(records.rows) if layout.questions else ()
        records = _used(asking.named(records, layout), layout)
        yield replace(file, layout=layout, records=records, questions=questions)


def _span(header: Header) -> str:
    first, *_, last = (ascii_uppercase[column % 26] for column in header.columns)
    return f"{first}–{last}"


def _used(records: Records, layout: Layout) -> Records:
    names = mapping.used(records.rows, layout)
    return records if names == list(records.rows) else replace(records, rows=records.rows[names])


def _columns(rows: pd.DataFrame, document: Document, layout: Layout) -> list[str]:
    """Return what a user may name: a table's columns, a tree's paths within a record."""
    if layout.container == "table":
        return list(rows)
    stem = f"{layout.how.rows}." if layout.how.rows else ""
    labels = [name for header in document.headers for name in header.names]
    inner = [name.removeprefix(stem) for name in labels if name.startswith(stem)]
    return [*(name for name in inner if "[]" not in name), *(name for name in rows if ":" in name)]


def _check_own(rows: pd.DataFrame, document: Document, layout: Layout, file: str) -> None:
    """Refuse a user's own layout that names a column that the file does not have."""
    names = _columns(rows, document, layout)
    made = {name: column.names for column in layout.columns for name in column.names}
    for wanted in layout.names if layout.is_own and len(rows) else ():
        if not any(find(names, name) for name in made.get(wanted, (wanted,))):
            close = difflib.get_close_matches(wanted, names, n=1)
            listed = ", ".join([name for name in names if ":" not in name][:MOST_NAMED])
            raise LoadError(
                f"{layout.label}: column {wanted!r} is not in {file!r}."
                + (f" Did you mean {close[0]!r}?" if close else "")
                + f" Its columns: {privacy.redact(listed)}."
            )


def exports(files: list[File]) -> pd.DataFrame:
    """Return a row a file: when it was exported, and its hash."""
    dated = pd.Series([file.dated for file in files], dtype=INSTANT)
    return pd.DataFrame({"dated": dated, "sha256": [file.sha256 for file in files]})


def origins(files: list[File]) -> pd.DataFrame:
    """Return a row a record: the number of its file and its row there."""
    rows = [file.records.rows.index if file.records else [] for file in files]
    numbers = np.repeat(np.arange(len(files), dtype="int32"), [len(one) for one in rows])
    return pd.DataFrame({"file": numbers, "row": np.concatenate(rows).astype("int64")}, copy=False)


def batches(files: list[File], origins: pd.DataFrame, *, zoned: bool) -> list[Batch]:
    """Return records to map together: those of one layout whose files have the same columns.

    They are indexed by their place in the origins. `zoned` tells whether a time zone was
    passed.
    """
    starts = np.searchsorted(origins["file"], np.arange(len(files)))
    found: dict[tuple[object, ...], list[tuple[int, File, Layout, Records]]] = {}
    for number, file in enumerate(files):
        if file.layout and file.records:
            alone = number if file.layout.is_by_file(zoned=zoned) else None
            kind = (file.format, *file.records.rows, alone)
            found.setdefault(kind, []).append((number, file, file.layout, file.records))
    return each(partial(_batch, starts=starts), found.values(), rows=len(origins))


def _batch(group: list[tuple[int, File, Layout, Records]], starts: np.ndarray) -> Batch:
    places = [
        pd.RangeIndex(starts[number], starts[number] + len(records.rows))
        for number, *_, records in group
    ]
    index = places[0].append(places[1:])
    rows = _coded([records.rows for *_, records in group]).set_axis(index)
    reasons = pd.concat([records.reasons for *_, records in group]).set_axis(index)
    _, first, layout, _ = group[0]
    return Batch(first, layout, Records(rows, reasons))


def _coded(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return many files' rows below one another, text that is often the same coded."""
    rows = stacked(parts)[list(parts[0])]
    if len(parts) == 1 or len(rows) <= MANY:
        return rows
    sample = stacked([part.iloc[:: len(rows) // SAMPLED] for part in parts])
    often = sample.columns[sample.nunique() <= ALIKE * len(sample)]
    columns = each(lambda name: coded(rows[name]), often, rows=len(rows))
    return rows.assign(**dict(zip(often, columns, strict=True)))


def orders(batches: list[Batch]) -> dict[str, str]:
    """Return by a file's hash the order of day and month that any of its tables proves."""
    found = {}
    for batch in batches:
        order = mapping.order(batch.records.rows, batch.layout)
        found.update({batch.first.sha256: order} if order else {})
    return found
