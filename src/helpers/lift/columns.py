"""The columns of a table that somebody else made: there, given once, of the right kind."""

from collections.abc import Sequence

import pandas as pd

from helpers.lift.result import LiftError


def check(
    table: pd.DataFrame, used: Sequence[str], *, has: str = "The daily table has", hint: str
) -> None:
    """Refuse a table that lacks a column, holds it twice, or is asked for it twice.

    `has` begins the message, such as "The panel has"; `hint` says what to do.
    """
    missing = [name for name in used if name not in table.columns]
    if missing:
        pronoun = "they have" if has.endswith("have") else "it has"
        raise LiftError(
            f"{has} no column {', '.join(map(repr, missing))}; {pronoun} "
            f"{', '.join(map(repr, table.columns)) or 'none'}. {hint}"
        )
    once(used)
    twice = [name for name in used if list(table.columns).count(name) > 1]
    if twice:
        raise LiftError(f"{has} two columns {twice[0]!r}. Keep one of them.")


def once(used: Sequence[str]) -> None:
    """Refuse a name that is given two parts to play."""
    twice = [name for name in used if list(used).count(name) > 1]
    if twice:
        raise LiftError(f"Column {twice[0]!r} is given twice. Give each column one part to play.")


def check_dates(column: pd.Series, of: str = "") -> None:
    """Refuse a column of dates that holds anything else; `of` says whose, such as " of it"."""
    if not pd.api.types.is_datetime64_any_dtype(column):
        raise LiftError(
            f"Column 'date'{of} holds {column.dtype}, not dates. Convert it with pd.to_datetime."
        )


def check_numbers(column: pd.Series) -> None:
    """Refuse a column that holds neither numbers nor True and False."""
    kind = column.dtype
    if not (pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind)):
        raise LiftError(f"Column {column.name!r} holds {kind}, not numbers. Convert it first.")
