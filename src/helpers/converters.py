"""Converters: the closed vocabulary that turns a file's text into a table's values.

A converter takes *cells* (a series of text named after the file's column, missing
where blank) and returns values; where a cell cannot be read the value is missing,
and the row is set aside with the converter's *complaint*. A converter without a
complaint makes something of any cell.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from helpers import instants, privacy
from helpers.readers import pages
from helpers.schemas import INSTANT

CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
PLAUSIBLE = (pd.Timestamp("1970-01-01", tz="UTC"), pd.Timestamp("2100-01-01", tz="UTC"))
ZONES = ("stated", "UTC", "parameter", "either")
_POINT = r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?"
_COMMA = r"-?(?:[0-9]+|[0-9]{1,3}(?:[.\s][0-9]{3})+)(?:,[0-9]+)?"
_SIGN = r"^(-?)(?:[$€£¥]|[A-Z]{3})\s*|\s*(?:[$€£¥]|[A-Z]{3})$"
_IDENTIFIER = "[0-9A-Za-z_=-]+"
_ZONED = r"(?:Z|[+-]\d\d:?\d\d)$"
_HOST = (
    r"(?i)^(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^@/?#]*@)?(?:www\.)?"
    r"([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})\.?(?::\d+)?(?:[/?#]|$)"
)
_MONEY_OF = r"([$€£¥]|\b[A-Za-z]{3}\b)"
_NTH_DAY = r"^([0-9]{8})\|([0-9]{1,4})\|$"
FEW = 3
OWN_WORDS = "in their own words"
Options = Mapping[str, Any]


class LoadError(ValueError):
    """Exports cannot be loaded; the message says what was found and what to do."""


@dataclass(frozen=True)
class Setting:
    """What a converter may know beyond the cells: the load's arguments and the file.

    `first` is the index of the file's first record among all that are loaded.
    """

    key: bytes
    timezone: str | None
    currency: str | None
    file: str
    sha256: str
    dates: str | None = None
    exported: pd.Timestamp = pd.NaT
    impossible: str | None = None
    first: int = 0


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
    form = "-?[0-9]{1,18}" if options.get("signed") else "[0-9]{1,18}"
    numbers = numbers.where(numbers.str.fullmatch(form, na=False))
    counts = pd.to_numeric(numbers).astype("Int64")
    return -counts if options.get("negated") else counts


def _money(cells: pd.Series, options: Options, _setting: Setting) -> pd.Series:
    amounts = pd.to_numeric(_numbers(cells)).astype("Float64")
    return -amounts if options.get("negated") else amounts


def _instant(cells: pd.Series, options: Options, setting: Setting) -> pd.Series:
    """Return instants in UTC from text in one of the options' `formats` (see `instants`).

    `zone` says whose clock it is: `stated` (each value names its own offset), `UTC`, or
    `parameter` (the file does not say) or `either` (values that name none are local).
    """
    quick = _iso(cells, options)
    if quick is not None:
        return quick
    if options["zone"] == "either":
        is_stated = instants.tidied(cells).str.contains(":.*" + _ZONED, na=False)
        parts = {"stated": cells[is_stated], "parameter": cells[~is_stated]}
        found = [_instant(part, {**options, "zone": zone}, setting) for zone, part in parts.items()]
        return pd.concat(found).reindex(cells.index)
    naive = options["zone"] == "parameter"
    if naive and setting.timezone is None and cells.notna().any():
        raise LoadError(
            f"{setting.file!r}: the times in column {cells.name!r} name no time zone. "
            f"Pass the zone that the account reports in, e.g. timezone='Europe/Paris'."
        )
    cells = instants.tidied(cells)
    if options["zone"] == "stated":
        cells = cells.where(cells.str.contains(_ZONED, na=False))
    if naive:
        cells = cells.mask(cells.str.contains(":.*" + _ZONED, na=False))
    times = pd.Series(pd.NaT, index=cells.index, dtype=instants.NAIVE if naive else INSTANT)
    for form in options["formats"]:
        if times.notna().all():
            break
        times = times.fillna(_parsed(cells, form, setting, naive=naive))
    if "since" in options:
        times = times.where(times >= pd.Timestamp(options["since"], tz=None if naive else "UTC"))
    times = times + pd.Timedelta(options.get("plus_days", 0), "D")
    return instants.in_utc(times, setting.timezone or "UTC") if naive else times


def _plausible(cells: pd.Series, options: Options, setting: Setting) -> pd.Series:
    """Return instants of years in which there may be exports; others are slips of the pen."""
    times = _instant(cells, options, setting)
    return times.where(times.between(*PLAUSIBLE))


def _iso(cells: pd.Series, options: Options) -> pd.Series | None:
    """Return the instants of cells of which each states its zone in ISO 8601; else nothing."""
    is_plain = options["zone"] != "parameter" and not {"since", "plus_days"} & set(options)
    if instants.ISO_8601 not in options["formats"] or not is_plain:
        return None
    if cells.str[-3].isin(["+", "-"]).any():  # Arrow takes +05 for an offset
        return None
    texts = pa.array(cells.str.replace(" UTC", "Z", regex=False))
    with suppress(pa.ArrowInvalid):
        times = texts.cast(pa.timestamp("us", "UTC"))
        return pd.Series(times.to_pandas().array, index=cells.index, dtype=INSTANT)
    return None


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


def _nth_day(cells: pd.Series, _options: Options, _setting: Setting) -> pd.Series:
    """Return the days that a first day and a number of days after it mean, `20260501|0003|`."""
    parts = cells.str.extract(_NTH_DAY)
    first = pd.to_datetime(parts[0], format="%Y%m%d", errors="coerce", utc=True)
    return (first + pd.to_timedelta(pd.to_numeric(parts[1]), unit="D")).astype(INSTANT)


def _as_of(cells: pd.Series, _options: Options, setting: Setting) -> pd.Series:
    return pd.Series(setting.exported, index=cells.index, dtype=INSTANT)


def _key(cells: pd.Series, options: Options, setting: Setting) -> pd.Series:
    """Return identifiers of rows that have none: equal rows of one file are told apart.

    Those that are `dated` by their file's name differ from month to month.
    """
    if options.get("dated"):
        cells = cells + str(setting.exported)[:7]
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
    numbers = cells.index - setting.first
    rows = pd.Series(numbers.astype("str"), index=cells.index, dtype="str")
    return f"{options['prefix']}:{setting.sha256[:12]}-" + rows


def _file(cells: pd.Series, options: Options, setting: Setting) -> pd.Series:
    name = f"{options['prefix']}:file-{setting.sha256[:12]}"
    return pd.Series(name, index=cells.index, dtype="str")


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


def _answer(cells: pd.Series, _options: Options, setting: Setting) -> pd.Series:
    """Return the options ticked; what few gave as an answer was no option but their own words.

    It may name somebody. The option that cannot be true is known to be one.
    """
    folded = cells.str.casefold()
    is_option = folded.map(folded.value_counts()).ge(FEW) | _phantom(cells, {}, setting)
    spelt = cells.groupby(folded).transform("first")
    kept = privacy.redact_all(spelt).where(is_option | cells.isna(), OWN_WORDS)
    return kept.mask(folded.str.fullmatch(r"\d+", na=False)).astype("str")


def _phantom(cells: pd.Series, _options: Options, setting: Setting) -> pd.Series:
    return cells.str.casefold().eq((setting.impossible or "").casefold()) & cells.notna()


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
    "instant": Converter(
        _plausible, ("formats", "zone"), ("since", "plus_days"), "is not a date of this format"
    ),
    "nth_day": Converter(_nth_day, complaint="counts from no start date", is_joined=True),
    "as_of": Converter(_as_of),
    "id": Converter(_id, ("prefix",), (), "is not an identifier"),
    "key": Converter(_key, ("prefix",), ("dated",), is_by_row=True, is_joined=True),
    "digest": Converter(_digest, ("prefix",)),
    "row": Converter(_row, ("prefix",), is_by_row=True),
    "file": Converter(_file, ("prefix",)),
    "host": Converter(_host),
    "words": Converter(_words, (), ("html",)),
    "person": Converter(_person, ("space",)),
    "choice": Converter(_choice, ("choices", "otherwise")),
    "currency": Converter(_currency),
    "answer": Converter(
        _answer, complaint="is only a number: export the words, not codes", is_by_row=True
    ),
    "phantom": Converter(_phantom),
}
