"""Loading: a folder of exports as one author's tables, with a receipt.

The *receipt* accounts for every file and every record: read = kept + set aside,
and why. Names, e-mail addresses and message texts are read here and go no further.
"""

import re
from collections import Counter
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from zoneinfo import available_timezones

from helpers import (
    asking,
    formats,
    intake,
    mapping,
    merging,
    own,
    privacy,
    readers,
    receipts,
    tables,
)
from helpers.converters import LoadError, Setting
from helpers.instants import ORDERS
from helpers.intake import File
from helpers.threads import each

__all__ = ["LoadError", "load"]

ROWS_NAMED = 3


_zones = cache(available_timezones)


def _check_arguments(
    folder: Path, timezone: str | None, currency: str | None, dates: str | None
) -> None:
    if not folder.exists():
        raise LoadError(
            f"There is no folder {privacy.redact(folder.name)!r}. "
            f"Name the folder that holds your exports, or one export file."
        )
    if timezone is not None and timezone not in _zones():
        raise LoadError(
            f"timezone={timezone!r} is not the name of a time zone. "
            f"Use a name such as 'Europe/Paris' or 'America/New_York'."
        )
    if currency is not None and not re.fullmatch("[A-Z]{3}", currency):
        raise LoadError(
            f"currency={currency!r} is not the code of a currency. "
            f"Use three capital letters such as 'EUR' or 'USD'."
        )
    if dates is not None and dates not in ORDERS:
        raise LoadError(f"dates={dates!r} is not an order. Use {' or '.join(map(repr, ORDERS))}.")


def _check_loaded(folder: Path, files: list[File]) -> None:
    """Refuse a folder in which no file was recognised, saying what was found and wanted."""
    name = privacy.redact(folder.name)
    if not files:
        raise LoadError(
            f"Folder {name!r} is empty. Put your exports there just as you downloaded them."
        )
    if any(file.records for file in files):
        return
    found = Counter(file.why for file in files).most_common(ROWS_NAMED)
    titles = "; ".join(form.title for form in formats.KNOWN)
    raise LoadError(
        f"Nothing to load in {name!r}: none of its {len(files)} file(s) is an export. "
        f"Found: {', '.join(f'{why!r} ({count} file(s))' for why, count in found)}. "
        f"Needed is at least one of: {titles}."
    )


def _check_question(question: str | None, files: list[File]) -> None:
    surveys = [file for file in files if file.layout and file.layout.questions]
    is_asked = any(file.records and asking.ASKED in file.records.rows for file in surveys)
    asking.check(question, {file.name: file.questions for file in surveys}, is_asked=is_asked)


def _mapped(batch: intake.Batch, given: Setting, orders: dict[str, str]) -> mapping.Mapped:
    file, rows = batch.first, batch.records.rows
    setting = replace(
        given,
        file=file.name,
        sha256=file.sha256,
        exported=file.exported,
        dates=orders.get(file.sha256, given.dates),
        first=int(rows.index.min()) if len(rows) else 0,
    )
    return mapping.mapped(batch.records, batch.layout, setting)


def load(
    folder: str | Path,
    *,
    key: bytes,
    timezone: str | None = None,
    currency: str | None = None,
    dates: str | None = None,
    question: str | None = None,
    impossible: str | None = None,
) -> tables.Engagement:
    """Return one author's tables from a folder of exports, whatever the files are called.

    Parameters
    ----------
    folder : str or pathlib.Path
        Exports as they were downloaded, zipped or not; or one export file; or tables
        that `Engagement.write` wrote, which are read as they are.
    key : bytes
        The secret with which people are hashed (see `privacy.project_key`).
    timezone : str, optional
        IANA name of the zone in which an account reports times that name none. Times
        that occur twice when clocks go back mean the first; those that clocks skip mean
        the first moment after the gap.
    currency : str, optional
        ISO 4217 code of the money of a shop that names none.
    dates : str, optional
        "day first" or "month first", for exports whose dates may be read both ways.
    question : str, optional
        The wording, or a part of it, of the question of a survey that asks how people heard
        of this, where it is none of the usual wordings.
    impossible : str, optional
        The option of that question which cannot be true, such as a magazine that does not
        exist: answers that tick it are marked as phantoms.

    Returns
    -------
    tables.Engagement
        Its `receipt` has a row a file, those within archives and those of no use
        included: read = kept + set_aside, and why.

    Raises
    ------
    LoadError
        If there is no such folder, if no file in it is an export, or if an export
        leaves open a time zone, a currency or an order of day and month that was not
        passed; if no survey asks the question that was passed; or if a format of the
        user's own is wrong.
    privacy.PrivacyError
        If the key could be guessed.
    """
    folder = Path(folder)
    privacy.check_key(key)
    _check_arguments(folder, timezone, currency, dates)
    if folder.is_dir() and tables.is_written(folder):
        return tables.read(folder)
    forms = [*own.formats_of(folder), *formats.KNOWN]
    layouts = [asking.asked(layout, question) for form in forms for layout in form.layouts]
    files = intake.read_all(readers.walk(folder), layouts)
    _check_loaded(folder, files)
    _check_question(question, files)
    origins = intake.origins(files)
    batches = intake.batches(files, origins, zoned=timezone is not None)
    orders = intake.orders(batches)
    files = [replace(file, records=None) for file in files]
    given = Setting(key, timezone, currency, dates=dates, impossible=impossible)
    mapped = each(partial(_mapped, given=given, orders=orders), batches, rows=len(origins))
    del batches  # and with them the text of every file
    merged = merging.merge(mapped, origins, intake.exports(files))
    receipt = receipts.receipt(files, origins, merged.reasons)
    return tables.Engagement(**merged.tables, receipt=receipt)
