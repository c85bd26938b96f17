"""Converters: the closed vocabulary that turns a file's text into a table's values.

A converter takes *cells* (a series of text named after the file's column, missing
where blank) and returns values; where a cell cannot be read the value is missing,
and the row is set aside with the converter's *complaint*. A converter without a
complaint makes something of any cell.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from helpers import privacy
from helpers.converters.figures import currency, money, whole
from helpers.converters.setting import LoadError, Options, Setting
from helpers.converters.times import ZONES, as_of, nth_day, plausible
from helpers.readers import pages

__all__ = ["CONVERTERS", "OWN_WORDS", "ZONES", "Converter", "LoadError", "Options", "Setting"]

_IDENTIFIER = "[0-9A-Za-z_=-]+"
_HOST = (
    r"(?i)^(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^@/?#]*@)?(?:www\.)?"
    r"([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})\.?(?::\d+)?(?:[/?#]|$)"
)
FEW = 3
OWN_WORDS = "in their own words"


@dataclass(frozen=True)
class Converter:
    """A function from cells to values, the options it needs and takes, and its complaint.

    `is_by_row` says that equal cells may yield different values, `is_joined` that all of
    its columns make one cell, `is_short` that cells longer than any of theirs are not read.
    """

    convert: Callable[[pd.Series, Options, Setting], pd.Series]
    options: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    complaint: str = ""
    is_by_row: bool = False
    is_joined: bool = False
    is_short: bool = False


def _text(cells: pd.Series, _options: Options, _setting: Setting) -> pd.Series:
    return privacy.redact_all(cells)


def _key(cells: pd.Series, options: Options, setting: Setting) -> pd.Series:
    """Return identifiers of rows that have none: equal rows of one file are told apart.

    Those that are `dated` by their file's name differ from month to month.
    """
    if options.get("dated"):
        cells = cells + str(setting.exported)[:7]
    copies = cells.groupby(cells).cumcount().astype("str")
    return options["prefix"] + ":" + (cells + "|" + copies).map(privacy.digest, na_action="ignore")


def _id(cells: pd.Series, options: Options, _setting: Setting) -> pd.Series:
    """Return identifiers; those that lack what they need to be told from a name are none."""
    sound = cells.str.fullmatch(_IDENTIFIER, na=False)
    if "needs" in options:
        sound &= cells.str.contains(options["needs"], na=False)
    found = cells.where(sound)
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


CONVERTERS: dict[str, Converter] = {
    "text": Converter(_text),
    "whole": Converter(whole, (), ("signed", "negated"), "is not a whole number", is_short=True),
    "money": Converter(money, (), ("negated",), "is not an amount of money", is_short=True),
    "instant": Converter(
        plausible,
        ("formats", "zone"),
        ("since", "plus_days"),
        "is not a date of this format",
        is_short=True,
    ),
    "nth_day": Converter(
        nth_day, complaint="counts from no start date", is_joined=True, is_short=True
    ),
    "as_of": Converter(as_of),
    "id": Converter(_id, ("prefix",), ("needs",), "is not an identifier", is_short=True),
    "key": Converter(_key, ("prefix",), ("dated",), is_by_row=True, is_joined=True),
    "digest": Converter(_digest, ("prefix",)),
    "row": Converter(_row, ("prefix",), is_by_row=True),
    "file": Converter(_file, ("prefix",)),
    "host": Converter(_host),
    "words": Converter(_words, (), ("html",)),
    "person": Converter(_person, ("space",), is_short=True),
    "choice": Converter(_choice, ("choices", "otherwise")),
    "currency": Converter(currency, is_short=True),
    "answer": Converter(
        _answer, complaint="is only a number: export the words, not codes", is_by_row=True
    ),
    "phantom": Converter(_phantom),
}
