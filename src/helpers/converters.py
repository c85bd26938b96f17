"""Converters: the closed vocabulary that turns a file's text into a table's values.

A converter takes *cells* (a series of text named after the file's column, missing
where blank) and returns values; where a cell cannot be read the value is missing,
and the row is set aside with the converter's *complaint*. A converter without a
complaint makes something of any cell.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers import instants, privacy
from helpers.readers import pages
from helpers.schemas import INSTANT

CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
ZONES = ("stated", "UTC", "parameter")
_POINT = r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?"
_COMMA = r"-?(?:\d+|\d{1,3}(?:[.\s]\d{3})+)(?:,\d+)?"
_SIGN = r"^(-?)(?:[$€£¥]|[A-Z]{3})\s*|\s*(?:[$€£¥]|[A-Z]{3})$"
_IDENTIFIER = "[0-9A-Za-z_=-]+"
_ZONED = r"(?:Z|[+-]\d\d:?\d\d)$"
_HOST = (
    r"(?i)^(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^@/?#]*@)?(?:www\.)?"
    r"([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})\.?(?::\d+)?(?:[/?#]|$)"
)
_MONEY_OF = r"([$€£¥]|\b[A-Za-z]{3}\b)"
Options = Mapping[str, Any]


class LoadError(ValueError):
    """Exports cannot be loaded; the message says what was found and what to do."""


@dataclass(frozen=True)
class Setting:
    """What a converter may know beyond the cells: the load's arguments and the file."""

    key: bytes
    timezone: str | None
    currency: str | None
    file: str
    sha256: str
    dates: str | None = None
    exported: pd.Timestamp = pd.NaT


@dataclass(frozen=True)
class Converter:
    """A function from cells to values, the options it needs and takes, and its complaint.

    `is_by_row` says that equal cells may yield different values, `is_joined` that all of
    its columns make one cell.
    """

    convert: Callable[[pd.Series, Options, Setting], pd.Series]
    options: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    complaint: str = ""
    is_by_row: bool = False
    is_joined: bool = False


def _text(cells: pd.Series, _options: Options, _setting: Setting) -> pd.Series:
    return privacy.redact_all(cells)


def _numbers(cells: pd.Series) -> pd.Series:
    """Return numbers as text with a decimal point and nothing between the thousands.

    Comma and point are told apart by the column as a whole: it is one of decimal commas
    if some cell can only be that. Where no cell tells, a comma parts thousands.
    """
    cells = cells.str.replace(_SIGN, r"\1", regex=True)
    point, comma = (cells.str.fullmatch(form, na=False) for form in (_POINT, _COMMA))
    if (comma & ~point).any():
        cells = cells.str.replace(r"[.\s]", "", regex=True).str.replace(",", ".")
        return cells.where(comma)
    return cells.str.replace(",", "").where(point)


def _whole(cells: pd.Series, options: Options, _setting: Setting) -> pd.Series:
    numbers = _numbers(cells).str.removesuffix(".0").str.removesuffix(".00")
    form = r"-?\d{1,18}" if options.get("signed") else r"\d{1,18}"
    numbers = numbers.where(numbers.str.fullmatch(form, na=False))
    counts = pd.to_numeric(numbers).astype("Int64")
    return -counts if options.get("negated") else counts


def _money(cells: pd.Series, options: Options, _setting: Setting) -> pd.Series:
    amounts = pd.to_numeric(_numbers(cells)).astype("Float64")
    return -amounts if options.get("negated") else amounts


def _instant(cells: pd.Series, options: Options, setting: Setting) -> pd.Series:
    """Return instants in UTC from text in one of the options' `formats` (see `instants`).

    `zone` says whose clock it is: `stated` (each value names its own offset), `UTC`, or
    `parameter` (the file does not say).
    """
    naive = options["zone"] == "parameter"
    if naive and setting.timezone is None and cells.notna().any():
        raise LoadError(
            f"{setting.file!r}: the times in column {cells.name!r} name no time zone. "
            f"Pass the zone that the account reports in, e.g. timezone='Europe/Paris'."
        )
    cells = cells.str.replace(" UTC", "Z", regex=False)
    if options["zone"] == "stated":
        cells = cells.where(cells.str.contains(_ZONED, na=False))
    times = pd.Series(pd.NaT, index=cells.index, dtype=instants.NAIVE if naive else INSTANT)
    for form in options["formats"]:
        if times.notna().all():
            break
        times = times.fillna(_parsed(cells, form, setting, naive=naive))
    if "since" in options:
        times = times.where(times >= pd.Timestamp(options["since"], tz=None if naive else "UTC"))
    return instants.in_utc(times, setting.timezone or "UTC") if naive else times


def _parsed(cells: pd.Series, form: str, setting: Setting, *, naive: bool) -> pd.Series:
    try:
        return instants.parsed(
            cells, form, naive=naive, given=setting.dates, export=setting.exported
        )
    except instants.AmbiguousError as error:
        raise LoadError(
            f"{setting.file!r}: the dates in column {cells.name!r} may be day before month or "
            f"month before day. Pass the order, dates='day first' or dates='month first'."
        ) from error


def _as_of(cells: pd.Series, _options: Options, setting: Setting) -> pd.Series:
    return pd.Series(setting.exported, index=cells.index, dtype=INSTANT)


def _key(cells: pd.Series, options: Options, _setting: Setting) -> pd.Series:
    """Return identifiers of rows that have none: equal rows of one file are told apart."""
    copies = cells.groupby(cells).cumcount().astype("str")
    return options["prefix"] + ":" + (cells + "|" + copies).map(privacy.digest, na_action="ignore")


def _id(cells: pd.Series, options: Options, _setting: Setting) -> pd.Series:
    found = cells.where(cells.str.fullmatch(_IDENTIFIER, na=False))
    return options["prefix"] + ":" + found


def _digest(cells: pd.Series, options: Options, _setting: Setting) -> pd.Series:
    names = {
        name: f"{options['prefix']}:{privacy.digest(name)}" for name in cells.dropna().unique()
    }
    return cells.map(names).astype("str")


def _row(cells: pd.Series, options: Options, setting: Setting) -> pd.Series:
    rows = pd.Series(cells.index.astype("str"), index=cells.index, dtype="str")
    return f"{options['prefix']}:{setting.sha256[:12]}-" + rows


def _host(cells: pd.Series, _options: Options, _setting: Setting) -> pd.Series:
    return cells.str.extract(_HOST, expand=False).str.lower()


def _words(cells: pd.Series, options: Options, _setting: Setting) -> pd.Series:
    if options.get("html"):
        return cells.map(pages.words, na_action="ignore").astype("Int64")
    return cells.str.count(r"\S+").astype("Int64")


def _person(cells: pd.Series, options: Options, setting: Setting) -> pd.Series:
    return privacy.person_ids(cells, options["space"], setting.key)


def _choice(cells: pd.Series, options: Options, _setting: Setting) -> pd.Series:
    choices = {key.casefold(): value for key, value in options["choices"].items()}
    return cells.fillna("").str.casefold().map(choices).fillna(options["otherwise"]).astype("str")


def _currency(cells: pd.Series, _options: Options, setting: Setting) -> pd.Series:
    """Return the currency that the cell or the column's name states, else the load's argument."""
    signs = cells.str.extract(_MONEY_OF, expand=False)
    codes = signs.map(CURRENCIES).fillna(signs.str.upper().where(signs.str.len() == 3))
    sign = str(cells.name).partition("(")[2].partition(")")[0].strip()
    stated = CURRENCIES.get(sign, sign if re.fullmatch("[A-Z]{3}", sign) else None)
    if stated is None and setting.currency is None and (cells.notna() & codes.isna()).any():
        raise LoadError(
            f"{setting.file!r}: column {cells.name!r} names no currency. "
            f"Pass the currency that the shop reports in, e.g. currency='EUR'."
        )
    return codes.fillna(cells.where(cells.isna(), stated or setting.currency))


CONVERTERS: dict[str, Converter] = {
    "text": Converter(_text),
    "whole": Converter(_whole, (), ("signed", "negated"), "is not a whole number"),
    "money": Converter(_money, (), ("negated",), "is not an amount of money"),
    "instant": Converter(_instant, ("formats", "zone"), ("since",), "is not a date of this format"),
    "as_of": Converter(_as_of),
    "id": Converter(_id, ("prefix",), (), "is not an identifier"),
    "key": Converter(_key, ("prefix",), is_by_row=True, is_joined=True),
    "digest": Converter(_digest, ("prefix",)),
    "row": Converter(_row, ("prefix",), is_by_row=True),
    "host": Converter(_host),
    "words": Converter(_words, (), ("html",)),
    "person": Converter(_person, ("space",)),
    "choice": Converter(_choice, ("choices", "otherwise")),
    "currency": Converter(_currency),
}
