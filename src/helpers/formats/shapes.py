"""Shapes: what sort of value each entry of a format's TOML file takes.

A *shape* is a type, a list of one shape, or entries by name (`*` is any other name).
Where a list is wanted, one of its items may stand alone.
"""

from typing import Any

Shape = dict[str, Any]
TEXTS = [str]
CONDITION: Shape = {"column": str}
COLUMN: Shape = dict.fromkeys(
    ("convert", "zone", "since", "prefix", "space", "otherwise", "match", "needs"), str
)
COLUMN |= dict.fromkeys(("signed", "negated", "html", "dated"), bool)
COLUMN |= {"from": TEXTS, "formats": TEXTS, "plus_days": int, "choices": {"*": str}}
TABLE: Shape = {"name": str, "role": str, "when": [CONDITION], "returned": [[CONDITION]]}
COLUMNS: Shape = {"*": (str, int, float, bool, COLUMN)}
TABLE |= {"refund": COLUMN, "columns": COLUMNS}
TALLY: Shape = {"from": TEXTS, "kind": str, "unit": str, "match": str, "as_of": COLUMN}
FILE: Shape = dict.fromkeys(("name", "title", "container", "reader", "rows", "name_keeps"), str)
FILE |= {"missing": TEXTS, "yields_to": TEXTS, "questions": TEXTS, "answers_below": TEXTS}
FILE |= {"descriptions": str, "mended": bool, "pairs": bool, "group": {"by": str, "sums": TEXTS}}
FILE |= {"signature": [{"shows": TEXTS, "named": str}], "post_id": COLUMN, "table": [TABLE]}
FILE |= {"set_aside": [{"when": [CONDITION], "reason": TEXTS}], "tallies": [TALLY]}
FILE |= {
    "common": COLUMNS,
    "totals": [{"kind": str, "unit": str}],
    "alias": {"other": COLUMN, "person": COLUMN},
}
FORMAT: Shape = {"name": str, "title": str, "source": str, "traps": TEXTS, "file": [FILE]}
WORDS: dict[type, str] = {str: "text in quotation marks", int: "a whole number"}
WORDS |= {float: "a number", bool: "true or false"}


class ShapeError(ValueError):
    """An entry holds another sort of value than it takes."""


def _words(shape: Any) -> str:
    if isinstance(shape, tuple):
        return " or ".join(map(_words, shape))
    if isinstance(shape, list):
        return f"a list; in it: {_words(shape[0])}"
    return "entries in braces or below a heading" if isinstance(shape, dict) else WORDS[shape]


def _fits(value: Any, shape: Any) -> bool:
    return isinstance(value, dict) if isinstance(shape, dict) else type(value) is shape


def shaped(value: Any, shape: Any, place: str = "") -> Any:
    """Return a value in its shape, single items as lists; entries of no known name as they are.

    Raises
    ------
    ShapeError
        Naming the entry and what it takes.
    """
    if isinstance(shape, list):
        items = value if isinstance(value, list) else [value]
        return [shaped(item, shape[0], place) for item in items]
    for one in shape if isinstance(shape, tuple) else (shape,):
        if not _fits(value, one):
            continue
        if not isinstance(one, dict):
            return value
        return {
            name: shaped(inner, one.get(name, one.get("*")), f"{place}.{name}".strip("."))
            for name, inner in value.items()
        }
    if shape is None:
        return value
    raise ShapeError(f"entry {place!r} takes {_words(shape)}; found {value!r}.")
