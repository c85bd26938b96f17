"""The oracle: what must be true of a load, whatever was done to its files.

The only *outcomes* of a file are loaded, partly (some rows set aside with a reason),
aside (all of them, or the whole file, with a reason), unknown (no known format) and
refused (a named error). Anything else is a *finding*.
"""

import contextlib
import csv
import io
import logging
import re
import shutil
import signal
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pandas as pd

from fuzz.mutations import Step, rendered
from fuzz.samples import ADDRESS, MARKERS, Sample, header_of
from helpers import load, tables

KEY = b"fuzz" * 8
OUTCOMES = ("loaded", "partly", "aside", "unknown", "refused", "found")
SECONDS = 5
DESCRIBED = ("facebook", "facebook_insights", "surveys")  # a second header row is no record
MERGED = re.compile(
    r"\d[\d,]* (?:duplicates?|rows? (?:superseded|counted|of days)[^;]*?) \([^)]*\)(?:; )?"
)


@dataclass(frozen=True)
class Case:
    """A sample and what is done to it."""

    sample: Sample
    kind: str
    steps: tuple[Step, ...]

    def __repr__(self) -> str:
        """Name the sample and the steps; the sample's content would fill pages."""
        return f"Case({self.sample.format}/{self.sample.name}, {self.kind}, {self.steps})"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))


class FindingError(AssertionError):
    """Something is true of a load that never may be."""


class SlowError(Exception):
    """A load took more than its time of the processor."""


def outcomes(cases: list[Case], suspects: list[tuple[Case, FindingError]]) -> list[str]:
    """Return each file's outcome, loaded together; one by one if that brings anything to light.

    Files that do it alone too are added to the suspects; a batch that does it only
    together is one of its own.
    """
    try:
        return _outcomes(cases)
    except load.LoadError:
        together = None
    except FindingError as finding:
        together = finding
    found, before = [], len(suspects)
    for case in cases:
        try:
            found.append(outcome(case))
        except FindingError as finding:
            suspects.append((case, finding))
            found.append("found")
    if together and len(suspects) == before:
        raise together
    return found


def outcome(case: Case) -> str:
    """Return the outcome of a file that is loaded alone.

    Raises
    ------
    FindingError
        Saying what was found and where the file lies that it was found in.
    """
    try:
        return _outcomes([case])[0]
    except load.LoadError:
        return "refused"


def _outcomes(cases: list[Case]) -> list[str]:
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for number, case in enumerate(cases):
        path = folder / f"{number:04}" / case.sample.name
        path.parent.mkdir(parents=True)
        path.write_bytes(rendered(case.sample, case.kind, list(case.steps)))
    try:
        found = _checked(folder, cases)
    except FindingError as finding:
        raise FindingError(
            f"{str(finding)[-3000:]}\n  {cases[:1]}\n  kept in {folder}"
        ) from finding
    except load.LoadError:
        shutil.rmtree(folder)
        raise
    shutil.rmtree(folder)
    return found


def _checked(folder: Path, cases: list[Case]) -> list[str]:
    said = io.StringIO()
    seconds = SECONDS * (1 if len(cases) == 1 else 4)
    try:
        with _listening(said), _within(seconds):
            engagement = load.load(
                folder, key=KEY, timezone="Europe/Berlin", currency="EUR", dates="day first"
            )
    except load.LoadError as error:
        _check_words("".join(traceback.format_exception(error)), "message")
        _check_words(said.getvalue(), "output")
        raise
    except SlowError as error:
        raise FindingError(f"over {seconds} s of the processor") from error
    except Exception as error:
        words = "".join(traceback.format_exception(error)[-8:])
        raise FindingError(f"{type(error).__name__}\n{words[-2500:]}") from error
    _check_words(said.getvalue(), "output")
    _check_words(engagement.receipt.drop(columns="recognised").to_csv(), "receipt")
    _check_tables(engagement, min(("cells", "columns", "bytes").index(c.kind) for c in cases))
    lines: dict[str, list[dict[str, Any]]] = {}
    for line in engagement.receipt.to_dict("records"):
        lines.setdefault(line["file"][:4], []).append(line)
    return [_outcome(lines.get(f"{n:04}", []), case) for n, case in enumerate(cases)]


@contextlib.contextmanager
def _listening(said: io.StringIO) -> Iterator[None]:
    """Hear what is printed and logged, and take warnings for errors."""
    handler = logging.StreamHandler(said)
    logging.getLogger().addHandler(handler)
    try:
        with (
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("error")
            yield
    finally:
        logging.getLogger().removeHandler(handler)


@contextlib.contextmanager
def _within(seconds: float) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise SlowError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _check_words(words: str, where: str, markers: tuple[str, ...] = MARKERS) -> None:
    for marker in markers:
        at = words.lower().find(marker)
        if at >= 0:
            raise FindingError(f"{marker!r} in the {where}: {words[max(0, at - 150) : at + 80]!r}")


def _check_tables(engagement: tables.Engagement, freedom: int) -> None:
    """Look for markers: all of them, or addresses only if columns moved, or none at all."""
    markers = (MARKERS, (ADDRESS,), ())[freedom]
    for name in tables.SCHEMAS:
        frame = getattr(engagement, name)
        _check_words(frame.to_csv(), f"table {name!r}", markers)
        tables.check(name, frame)
        for column in frame.select_dtypes("datetimetz"):
            years = frame[column].dropna().dt.year
            if not years.between(1990, 2100).all():
                raise FindingError(f"{name}.{column} is of the year {years.min()} or {years.max()}")
    if not np.isfinite(pd.to_numeric(engagement.conversions["value"].dropna())).all():
        raise FindingError("an amount of money is infinite")


def _outcome(lines: list[dict[str, Any]], case: Case) -> str:
    if not lines:
        raise FindingError(f"{case} has no line in the receipt")
    for line in lines:
        if line["read"] != line["kept"] + line["set_aside"]:
            raise FindingError(f"{case}: rows do not add up")
        if not line["kept"] and not line["why"]:
            raise FindingError(f"{case} gave nothing and no reason")
    _check_rows(lines, case)
    known = [line for line in lines if line["format"] not in ("unknown", "ignored")]
    if not known:
        return "unknown"
    own = [MERGED.sub("", line["why"]) for line in known]
    if not any(own):
        return "loaded"
    is_kept = any(line["kept"] or line["why"] != why for line, why in zip(known, own, strict=True))
    return "partly" if is_kept else "aside"


def _check_rows(lines: list[dict[str, Any]], case: Case) -> None:
    """Count a table's rows independently: all that are not blank are in the receipt."""
    base = _surplus(case.sample)
    if base is None or case.kind != "cells" or len(lines) != 1 or not lines[0]["read"]:
        return
    expected = _rows(rendered(case.sample, "cells", list(case.steps)), case.sample) + base
    if expected != lines[0]["read"]:
        raise FindingError(f"{case}: {lines[0]['read']} rows read of {expected}")


def _rows(content: bytes, sample: Sample) -> int:
    text = io.StringIO(content.decode("utf-8-sig", "replace"), newline="")
    rows = list(csv.reader(text, delimiter=sample.delimiter))
    return sum(any(row) for row in rows[header_of(sample.grids[""]) + 1 :])


_SURPLUS: dict[tuple[str, str], int | None] = {}


def _surplus(sample: Sample) -> int | None:
    """Return how many more rows of a sound table are read than counted, if that can be told."""
    key = (sample.format, sample.name)
    if key not in _SURPLUS:
        _SURPLUS[key] = None
        if sample.kind == "table":
            _SURPLUS[key] = _measured(sample)
    return _SURPLUS[key]


def _measured(sample: Sample) -> int | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "0000", sample.name)
        path.parent.mkdir(parents=True)
        content = rendered(sample, "cells", [])
        path.write_bytes(content)
        try:
            receipt = load.load(
                folder, key=KEY, timezone="Europe/Berlin", currency="EUR", dates="day first"
            ).receipt
        except load.LoadError:
            return None
    rows = _rows(content, sample)
    if len(receipt) != 1 or rows < 2 or receipt["read"].iloc[0] < 2:
        return None
    surplus = int(receipt["read"].iloc[0]) - rows
    if sample.format in DESCRIBED:
        return None
    if surplus:
        raise FindingError(f"{sample.format}/{sample.name}: {surplus:+} rows when sound")
    return surplus
