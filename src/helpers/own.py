"""Own formats: what users write beside their data to say what a file of theirs means.

A TOML file beside the data is a format if it has `[[file]]`; any other is left alone.
"""

import tomllib
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pandas as pd

from helpers import formats, privacy
from helpers.converters import CONVERTERS, LoadError
from helpers.formats import FormatError, suggestion
from helpers.formats.layouts import Column, Format, Layout
from helpers.schemas import COLUMNS, INSTANT

MOST_BYTES = 1_000_000
DESCRIBES = "describes formats of your own"
NO_FORMAT = "not a format of your own: it has no [[file]]"
ACTS = ("delivery", "open", "click", "like", "boost", "reply", "quote")
KINDS = {
    "responses": ACTS,
    "tallies": (*ACTS, *("reach", "impression", "view", "actor", "expand", "save", "follow")),
    "audience": (
        *("followers", "subscribers", "paid subscribers"),
        *("viewers", "visitors", "views", "visits"),
    ),
}
FITS = {
    "Int64": {"whole", "words"},
    "Float64": {"money", "whole"},
    "bool": {"phantom"},
    str(INSTANT): {"instant", "as_of", "nth_day"},
}
PEOPLE, NAMES = {"person"}, {"id", "key", "digest", "row", "file"}


def find(folder: Path) -> list[Path]:
    """Return the TOML files at the top of a folder; of a single file, those beside it."""
    top = folder if folder.is_dir() else folder.parent
    return sorted(path for path in top.glob("*.[tT][oO][mM][lL]") if path.is_file())


def is_beside(name: str) -> bool:
    """Tell whether a file of this name within the folder is one of those."""
    return "/" not in name and name.lower().endswith(".toml")


def described(content: bytes) -> str:
    """Return what the receipt says of a TOML file: that it is a format, or why not."""
    with suppress(tomllib.TOMLDecodeError, UnicodeDecodeError):
        entries = tomllib.loads(content.decode("utf-8-sig"))
        meant = [name for name in entries if suggestion(name, ["file"])]
        hint = f" (did you mean it by {meant[0]!r}?)" if meant else ""
        return DESCRIBES if _is_format(entries) else f"{NO_FORMAT}{hint}"
    return NO_FORMAT


def _is_format(entries: dict[str, object]) -> bool:
    files = entries.get("file")
    return isinstance(files, list) and bool(files) and isinstance(files[0], dict)


def formats_of(folder: Path) -> list[Format]:
    """Return the formats that the TOML files beside the data describe.

    Raises
    ------
    LoadError
        Naming the file, the entry that is wrong and what was probably meant.
    """
    found = {path.name: _read(path) for path in find(folder)}
    owners = {form.name: "the formats that are built in" for form in formats.KNOWN}
    for file, form in found.items():
        if form and form.name in owners:
            raise LoadError(
                f"{privacy.redact(file)!r}: the name {form.name!r} is taken by "
                f"{owners[form.name]}. Give it another name."
            )
        if form:
            owners[form.name] = repr(privacy.redact(file))
    return [form for form in found.values() if form]


def _read(path: Path) -> Format | None:
    """Return the format that a file describes, if it is one."""
    name = privacy.redact(path.name)
    if path.stat().st_size > MOST_BYTES:
        return None
    try:
        text = path.read_text("utf-8-sig")
        with suppress(tomllib.TOMLDecodeError):
            if not _is_format(tomllib.loads(text)):
                return None
        form = formats.parse(text, own=name)
        _check(form)
    except (FormatError, UnicodeDecodeError) as error:
        said = "it is not UTF-8 text." if isinstance(error, UnicodeDecodeError) else str(error)
        raise LoadError(f"{name!r} cannot be used as a format: {said}") from error
    return form


def _check(form: Format) -> None:
    """Refuse what cannot be read into the tables, though it is spelt as formats are."""
    counts = Counter(layout.label for layout in form.layouts)
    for label, count in counts.items():
        if count > 1:
            raise FormatError(f"{label}: {count} [[file]] have this name. Give each its own name.")
    for layout in form.layouts:
        _check_layout(layout)


def _check_layout(layout: Layout) -> None:
    for table in layout.tables:
        for name, column in table.columns.items():
            place = f"{layout.label}, {table.name}.{name}"
            _check_column(table.name, name, column, place)
            if name == "kind" and table.name in KINDS:
                _check_kinds(column, KINDS[table.name], place)


def _is_value(constant: object, dtype: str) -> bool:
    try:
        return bool(pd.Series([constant]).astype(dtype).notna().all())
    except (TypeError, ValueError):
        return False


def _check_column(table: str, name: str, column: Column, place: str) -> None:
    dtype = str(COLUMNS[table][name].dtype)
    if column.constant is not None:
        if not _is_value(column.constant, dtype):
            raise FormatError(f"{place}: {column.constant!r} is not a value of type {dtype}.")
        return
    if not column.names:
        raise FormatError(f"{place}: entry 'from' is missing.")
    fits = FITS.get(dtype, set(CONVERTERS) - set().union(*FITS.values()))
    fits = PEOPLE if name == "person_id" else NAMES if name.endswith("_id") else fits
    if column.convert not in fits:
        raise FormatError(
            f"{place}: converter {column.convert!r} does not fit. "
            f"Fitting: {', '.join(sorted(fits))}."
        )


def _check_kinds(column: Column, known: tuple[str, ...], place: str) -> None:
    choices = column.options
    given = [column.constant, *choices.get("choices", {}).values(), choices.get("otherwise")]
    for kind in given:
        if kind is not None and kind not in known:
            near, names = suggestion(kind, known), ", ".join(sorted(known))
            raise FormatError(f"{place}: unknown kind {kind!r}.{near} Known: {names}.")
