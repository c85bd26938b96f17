"""Catalogue: every kind of file that is read, what it yields and what that makes possible.

A *capability* is what a method needs of an author's exports.
"""

from collections.abc import Callable, Iterable

import pandas as pd

from helpers.formats.layouts import Format, Layout, Table
from helpers.schemas import COARSE, GRAINS

REACHED = ("reach", "delivery")
SILENT = ("delivery", "open", "click")


def _constant(table: Table, column: str) -> object:
    return table.columns[column].constant if column in table.columns else None


def _has(table: Table, *columns: str) -> bool:
    return any(column in table.columns for column in columns)


def _is_reach(table: Table) -> bool:
    counted = _constant(table, "kind") in REACHED and _constant(table, "unit") == "people"
    return table.name == "tallies" and counted


def _is_joined(table: Table) -> bool:
    person = table.columns.get("person_id")
    is_act = table.name in ("responses", "conversions", "survey")
    return is_act and person is not None and person.options.get("space") == "email"


def _is_reaction(table: Table) -> bool:
    return table.name == "responses" and _constant(table, "kind") not in SILENT


CAPABILITIES: dict[str, Callable[[Table], bool]] = {
    "dated posts": lambda table: table.name == "posts" and _has(table, "published_at"),
    "people reached": _is_reach,
    "silent readers": lambda table: table.name == "responses" and not _is_reaction(table),
    "people who reacted": _is_reaction,
    "timed people": lambda table: _is_reaction(table) and _has(table, "occurred_at"),
    "sign-ups": lambda table: _constant(table, "kind") == "signup",
    "purchases": lambda table: _constant(table, "kind") in ("sale", "paid"),
    "identity": _is_joined,
    "tagged links": lambda table: _has(table, "utm_source", "code"),
    "survey answers": lambda table: table.name == "survey",
}


def capabilities(layout: Layout) -> list[str]:
    """Return what a layout's files make possible, conversions with their grain."""
    found = [name for name, is_met in CAPABILITIES.items() if any(map(is_met, layout.tables))]
    if ("delivery", "people") in layout.totals and "people reached" not in found:
        found.append("people reached")
    return [f"{name}{_grain(layout, name)}" for name in found]


def _grain(layout: Layout, name: str) -> str:
    """Return how finely sign-ups or purchases are dated, in words."""
    if name not in ("sign-ups", "purchases"):
        return ""
    tables = [table for table in layout.tables if CAPABILITIES[name](table)]
    columns = [table.columns["grain"] for table in tables]
    stated = [[column.constant, *column.options.get("choices", {}).values()] for column in columns]
    stated += [[column.options.get("otherwise")] for column in columns]
    grains = {grain for several in stated for grain in several if grain in GRAINS}
    return f" by the {min(grains, key=GRAINS.index)}" if grains else ""


def supplying(name: str, known: Iterable[Format], *, daily: bool = False) -> list[str]:
    """Return the titles of the formats with a capability, if need be one dated by the day."""
    kinds = {
        form.title: [found for one in form.layouts for found in capabilities(one)] for form in known
    }
    coarse = tuple(f"by the {grain}" for grain in COARSE) if daily else ()
    return [
        title.partition(" (")[0]
        for title, found in kinds.items()
        if any(one.startswith(name) and not one.endswith(coarse) for one in found)
    ]


def catalogue(known: Iterable[Format], receipt: pd.DataFrame) -> pd.DataFrame:
    """Return a row a layout: what it is, its specimens' rows, the tables it fills and why.

    Parameters
    ----------
    known : iterable of Format
        The formats to list.
    receipt : pandas.DataFrame
        The receipts of the specimens, for their rows read and kept.

    Returns
    -------
    pandas.DataFrame
        Columns format, file, read, kept, tables and makes possible.
    """
    counted = receipt.groupby("format")[["read", "kept"]].sum()
    rows = []
    for form in known:
        for layout in form.layouts:
            read, kept = counted.loc[layout.label] if layout.label in counted.index else (0, 0)
            tables = dict.fromkeys(table.name for table in layout.tables)
            rows.append((form.title, layout.title, read, kept, list(tables), capabilities(layout)))
    return pd.DataFrame(
        rows, columns=["format", "file", "read", "kept", "tables", "makes_possible"]
    )
