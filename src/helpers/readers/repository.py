"""Repositories: all that a Bluesky account ever wrote, from the CAR file that holds it.

A CAR file is a header that names its *root*, then *blocks*, each after the hash of its
content. The root is a commit, which names a tree; the tree's *nodes* hold the *path* of
each record, `<collection>/<key>`, and the hash of the block that is the record. The
records are handed on as `com.atproto.repo.listRecords` answers: an address, a value.
Sources: ipld.io, CARv1; atproto.com, repository; nothing is read whose hash is not right.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import libipld

from helpers.readers.cells import UnreadableError
from helpers.readers.sources import REPOSITORY

LONGEST_PATH = 2048
HASHED = (b"\x01\x71\x12\x20", b"\x01\x55\x12\x20")
NAME = 36
DAMAGED = "repository is damaged, cut off or only a part; download it again"
PANIC = "PanicException"

Blocks = dict[bytes, bytes]


def is_repository(content: bytes) -> bool:
    """Tell whether bytes begin as a CAR file does."""
    return REPOSITORY.match(content) is not None


def _length(content: bytes, at: int) -> tuple[int, int]:
    """Return the length that a section begins with and where the rest of it begins."""
    length = 0
    for place, byte in enumerate(content[at : at + 9]):
        length |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            return length, at + place + 1
    raise ValueError


def _sections(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        length, start = _length(content, at)
        at = start + length
        if not start < at <= len(content):
            raise ValueError
        yield content[start:at]


def _blocks(sections: Iterator[bytes]) -> Blocks:
    found: Blocks = {}
    for section in sections:
        name, block = section[:NAME], section[NAME:]
        if name != name[:4] + hashlib.sha256(block).digest() or name[:4] not in HASHED:
            raise ValueError
        found[name] = block
    return found


def _paths(root: bytes, blocks: Blocks) -> Iterator[tuple[str, bytes]]:
    """Yield each record's path and the hash of its block; no node is visited twice."""
    waiting, seen = [root], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        node, path = libipld.decode_dag_cbor(blocks[name]), b""
        for entry in node["e"]:
            path = path[: entry["p"]] + entry["k"]
            if len(path) > LONGEST_PATH:
                raise ValueError
            yield path.decode(), entry["v"]
        waiting += [below for below in (node["l"], *(e["t"] for e in node["e"])) if below]


def _records(content: bytes) -> list[dict[str, Any]]:
    sections = _sections(content)
    header = libipld.decode_dag_cbor(next(sections))
    blocks = _blocks(sections)
    if header["version"] != 1:
        raise ValueError
    commit = libipld.decode_dag_cbor(blocks[header["roots"][0]])
    return [
        {"uri": f"at://{commit['did']}/{path}", "value": libipld.decode_dag_cbor(blocks[name])}
        for path, name in sorted(_paths(commit["data"], blocks))
    ]


def parsed(content: bytes) -> dict[str, Any]:
    """Return a repository's records as a tree, in the order of their paths.

    Raises
    ------
    UnreadableError
        If a block is missing, or is not what its hash says.
    """
    try:
        return {"records": _records(content)}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise UnreadableError(DAMAGED) from None
    except BaseException as error:  # what Rust calls a panic is no Exception in Python
        if type(error).__name__ != PANIC:
            raise
        raise UnreadableError(DAMAGED) from None
