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

import numpy as np
import pandas as pd

from helpers import privacy
from helpers.schemas import INSTANT

CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
ZONES = ("stated", "UTC", "parameter")
ISO_8601 = "iso"
_WHOLE = r"\d+|\d{1,3}(?:,\d{3})+"
_MONEY = r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?"
_ZONED = r"(?:Z|[+-]\d\d:?\d\d)$"
_HOST = (
    r"(?i)^(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^@/?#]*@)?(?:www\.)?"
    r"([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})\.?(?::\d+)?(?:[/?#]|$)"
)
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


@dataclass(frozen=True)
class Converter:
    """A function from cells to values, the options it needs and takes, and its complaint.

    `is_by_row` says that equal cells may yield different values.
    """

    convert: Callable[[pd.Series, Options, Setting], pd.Series]
    options: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    complaint: str = ""
    is_by_row: bool = False


def _text(cells: pd.Series, _options: Options, _setting: Setting) -> pd.Series:
    return privacy.redact_all(cells)


def _whole(cells: pd.Series, _options: Options, _setting: Setting) -> pd.Series:
    digits = cells.str.removesuffix(".0")
    digits = digits.where(digits.str.fullmatch(_WHOLE, na=False))
    return pd.to_numeric(digits.str.replace(",", "")).astype("Int64")


def _money(cells: pd.Series, _options: Options, _setting: Setting) -> pd.Series:
    amounts = cells.str.replace(r"^(-?)[$€£¥]\s*|\s*[$€£¥]$", r"\1", regex=True)
    amounts = amounts.where(amounts.str.fullmatch(_MONEY, na=False))
    return pd.to_numeric(amounts.str.replace(",", "")).astype("Float64")


def _instant(cells: pd.Series, options: Options, setting: Setting) -> pd.Series:
    """Return instants in UTC from text in one of the options' `formats`.

    `zone` says whose clock it is: `stated` (each value names its own offset), `UTC`, or
    `parameter` (the file does not say). Local times that occur twice when clocks go
    back mean the first; those that clocks skip mean the first moment after the gap.
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
    times = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[us]" if naive else INSTANT)
    for form in options["formats"]:
        times = times.fillna(_parsed(cells, form, naive=naive))
    if not naive:
        return times
    first = np.ones(len(times), dtype=bool)
    zone = setting.timezone or "UTC"
    local = times.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    return local.dt.tz_convert("UTC")


def _parsed(cells: pd.Series, form: str, *, naive: bool) -> pd.Series:
    if form == ISO_8601:
        form = "ISO8601"
    if form.startswith("%m/%d") and _is_day_first(cells):
        cells = cells.where(cells.isna(), "")
    return pd.to_datetime(cells, format=form, errors="coerce", utc=not naive).dt.as_unit("us")


def _is_day_first(cells: pd.Series) -> bool:
    """Tell whether a column of month/day dates proves that it is one of day/month dates.

    It does if some first number is over 12 and no second number is: then none of its
    dates can be trusted, not even those that could be read.
    """
    numbers = cells.str.extract(r"^(\d{1,2})/(\d{1,2})/").astype("Float64")
    return bool((numbers[0] > 12).any() and not (numbers[1] > 12).any())


def _id(cells: pd.Series, options: Options, _setting: Setting) -> pd.Series:
    found = cells.str.extract(f"^({options.get('match', '[0-9A-Za-z_=-]+$')})", expand=False)
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


def _words(cells: pd.Series, _options: Options, _setting: Setting) -> pd.Series:
    return cells.str.count(r"\S+").astype("Int64")


def _person(cells: pd.Series, options: Options, setting: Setting) -> pd.Series:
    return privacy.person_ids(cells, options["space"], setting.key)


def _choice(cells: pd.Series, options: Options, _setting: Setting) -> pd.Series:
    choices = {key.casefold(): value for key, value in options["choices"].items()}
    return cells.fillna("").str.casefold().map(choices).fillna(options["otherwise"]).astype("str")


def _currency(cells: pd.Series, _options: Options, setting: Setting) -> pd.Series:
    """Return the currency that the column's own name states, else the load's argument."""
    sign = str(cells.name).partition("(")[2].partition(")")[0].strip()
    stated = CURRENCIES.get(sign, sign if re.fullmatch("[A-Z]{3}", sign) else None)
    if stated is None and setting.currency is None and cells.notna().any():
        raise LoadError(
            f"{setting.file!r}: column {cells.name!r} names no currency. "
            f"Pass the currency that the shop reports in, e.g. currency='EUR'."
        )
    return cells.where(cells.isna(), stated or setting.currency)


CONVERTERS: dict[str, Converter] = {
    "text": Converter(_text),
    "whole": Converter(_whole, complaint="is not a whole number"),
    "money": Converter(_money, complaint="is not an amount of money"),
    "instant": Converter(_instant, ("formats", "zone"), complaint="is not a date of this format"),
    "id": Converter(_id, ("prefix",), ("match",), "is not an identifier"),
    "digest": Converter(_digest, ("prefix",)),
    "row": Converter(_row, ("prefix",), is_by_row=True),
    "host": Converter(_host),
    "words": Converter(_words),
    "person": Converter(_person, ("space",)),
    "choice": Converter(_choice, ("choices", "otherwise")),
    "currency": Converter(_currency),
}
