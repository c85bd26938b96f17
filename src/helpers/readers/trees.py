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

WRAPPED = "body"
SCRIPT = "window.YTD"
DEEP, WIDE, LONG = 4, 200, 20
_SCRIPT = re.compile(r"\s*window\.YTD\.(\w+)\.part\d+\s*=\s*")


def is_tree(text: str) -> bool:
    """Tell whether a text begins as JSON, or as a script that holds JSON."""
    return text.lstrip()[:1] in ("{", "[") or _SCRIPT.match(text) is not None


def parsed(text: str) -> tuple[Any, dict[str, str]]:
    """Return the tree that a text holds, unwrapped, and the facts beside it.

    Raises
    ------
    UnreadableError
        If the text begins as JSON and does not end so.
    """
    script = _SCRIPT.match(text)
    tree = _tree(text[script.end() :].rstrip().removesuffix(";") if script else text)
    if script:
        return tree, {f"{SCRIPT}.{script[1]}": ""}
    if isinstance(tree, dict) and isinstance(tree.get(WRAPPED), dict | list):
        facts = {name: cell(at(tree, name)) for name in _labels(tree) if "[]" not in name}
        return tree[WRAPPED], {name: fact for name, fact in facts.items() if fact}
    return tree, {}


def _tree(text: str) -> Any:
    with suppress(json.JSONDecodeError, RecursionError):
        return json.loads(text)
    raise UnreadableError("not whole as JSON (cut off?); save it again")


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
    """Return what stands at a path without lists, if anything does."""
    for key in path.split("."):
        if not isinstance(node, dict):
            return None
        node = node.get(key)
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
