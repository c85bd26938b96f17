"""Figures: whole numbers, money and its currency, as any language writes them."""

import re

import pandas as pd

from helpers.converters.setting import LoadError, Options, Setting

CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
MOST, LONGEST = 1e12, 30
_POINT = r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?"
_COMMA = r"-?(?:[0-9]+|[0-9]{1,3}(?:[.\s][0-9]{3})+)(?:,[0-9]+)?"
_SIGN = r"^(-?)(?:[$€£¥]|[A-Z]{3})\s*|\s*(?:[$€£¥]|[A-Z]{3})$"
_MONEY_OF = r"([$€£¥]|\b[A-Za-z]{3}\b)"


def _pointed(cells: pd.Series) -> pd.Series:
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


def whole(cells: pd.Series, options: Options, _setting: Setting) -> pd.Series:
    """Return whole numbers; `signed` may be negative, `negated` are turned round."""
    numbers = _pointed(cells).str.removesuffix(".0").str.removesuffix(".00")
    form = "-?[0-9]{1,18}" if options.get("signed") else "[0-9]{1,18}"
    numbers = numbers.where(numbers.str.fullmatch(form, na=False))
    counts = pd.to_numeric(numbers).astype("Int64")
    return -counts if options.get("negated") else counts


def money(cells: pd.Series, options: Options, _setting: Setting) -> pd.Series:
    """Return amounts; `negated` are turned round."""
    pointed = _pointed(cells)
    amounts = pd.to_numeric(pointed.where(pointed.str.len() <= LONGEST)).astype("Float64")
    amounts = amounts.where(amounts.abs() <= MOST)
    return -amounts if options.get("negated") else amounts


def currency(cells: pd.Series, _options: Options, setting: Setting) -> pd.Series:
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
