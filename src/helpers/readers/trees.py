"""Trees: a JSON document, the paths that it shows and its records.

A *path* names places in a tree: `feed[].post` is the key `post` in each item of the
list `feed`. *Facts* are what a document says beside its records: the wrapping that a
collector put around an answer, the script that an archive put around its data.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from helpers.readers.cells import UnreadableError

WRAPPED, ABSENT = "body", "absent"
SCRIPT = "window."
DEEP, WIDE, LONG = 4, 200, 20
_ESCAPED = "\\u"
_HALF = re.compile(
    r"(?i)\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f])|(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2}"
)
_SCRIPT = re.compile(r"\s*window\.(YTD\.\w+|__THAR_CONFIG)(?:\.part\d+)?\s*=\s*")


def is_tree(text: str) -> bool:
    """Tell whether a text begins as JSON, or as a script that holds JSON."""
    return text.lstrip()[:1] in ("{", "[") or is_script(text)


def is_script(text: str) -> bool:
    """Tell whether a text is a script that holds JSON."""
    return _SCRIPT.match(text) is not None


def parsed(text: str) -> tuple[Any, dict[str, str]]:
    """Return the tree that a text holds, unwrapped, and the facts beside it.

    Raises
    ------
    UnreadableError
        If the text begins as JSON and does not end so, or wraps no answer at all.
    """
    script = _SCRIPT.match(text)
    tree = _tree(text[script.end() :].rstrip().removesuffix(";") if script else text)
    if script:
        return tree, {f"{SCRIPT}{script[1]}": ""}
    if isinstance(tree, dict) and {ABSENT, WRAPPED} <= tree.keys() and tree[WRAPPED] is None:
        raise UnreadableError("no answer: it was not to be had when it was collected")
    if isinstance(tree, dict) and isinstance(tree.get(WRAPPED), dict | list):
        return tree[WRAPPED], _facts(tree)
    return tree, {}


def _facts(tree: Any) -> dict[str, str]:
    """Return what stands beside the answer; refuse a tree too deep to be looked through."""
    try:
        facts = {name: cell(at(tree, name)) for name in _labels(tree) if "[]" not in name}
    except RecursionError:
        reason = "nested too deep: no export"
    else:
        return {name: fact for name, fact in facts.items() if fact}
    raise UnreadableError(reason)


def _tree(text: str) -> Any:
    """Return the tree, halves of characters replaced: no table, file or page can hold them."""
    text = _HALF.sub(r"\\ufffd", text) if _ESCAPED in text else text
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        reason = "not whole as JSON (cut off?); save it again"
    except ValueError:
        reason = "a number of over 4,300 digits: no export"
    raise UnreadableError(reason)


def labels(tree: Any) -> tuple[str, ...]:
    """Return the paths that a tree shows, as far as its first items tell.

    An empty list shows `feed[].*`: any item; one that is the whole tree shows nothing.
    """
    return tuple(dict.fromkeys(_labels(tree)))


def _labels(tree: Any, stem: str = "", depth: int = DEEP) -> Iterator[str]:
    if isinstance(tree, list):
        if stem and not tree:
            yield f"{stem}[].*"
        for item in tree[:LONG]:
            yield from _labels(item, f"{stem}[]", depth)
    elif isinstance(tree, dict) and depth:
        for key, value in islice(tree.items(), WIDE):
            name = f"{stem}.{key}" if stem else str(key)
            yield name
            yield from _labels(value, name, depth - 1)


def at(node: Any, path: str) -> Any:
    """Return what stands at a path, if anything does; `media.0` is the first of a list."""
    for key in path.split("."):
        if isinstance(node, list) and key.isdecimal():
            node = node[int(key)] if int(key) < len(node) else None
        elif isinstance(node, dict):
            node = node.get(key)
        else:
            return None
    return node


def cell(value: Any) -> str:
    """Return a value as text: a list of texts joined by blanks, an object as `…`."""
    if value is None or value in ({}, []):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "…"
    return " ".join(map(cell, value)) if isinstance(value, list) else str(value)


def mended(text: str) -> str:
    """Return text whose UTF-8 was written down as Latin-1, as Meta's downloads do."""
    with suppress(UnicodeError):
        return text.encode("latin-1").decode()
    return text


def items(tree: Any, path: str) -> list[Any]:
    """Return the items of the lists that a path such as `[]` or `posts[].media[]` names.

    A path of no list names the tree itself.
    """
    found = [tree]
    for key in path.split("[]")[:-1]:
        lists = [at(node, key.strip(".")) if key.strip(".") else node for node in found]
        found = [item for each in lists if isinstance(each, list) for item in each]
    return found
