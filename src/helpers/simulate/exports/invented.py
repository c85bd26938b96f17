"""Invented people and texts, the same for the same identity, and the files they go into.

Nothing here is random: each value is computed from the identity it stands for, so an
export is the same bytes every time. Addresses are in the reserved domains example.org
and example.net (RFC 2606).
"""

import json
import tomllib
import zipfile
from base64 import b32encode
from collections.abc import Iterable
from datetime import date
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path

import pandas as pd

from helpers import spreadsheets

PARTS = tomllib.loads(files("helpers.simulate.exports").joinpath("words.toml").read_text("utf-8"))
FIRST, LAST, WORDS = (PARTS[part].split() for part in ("first", "last", "words"))


def _hash(size: int, *parts: object) -> bytes:
    return blake2b("/".join(map(str, parts)).encode(), digest_size=size).digest()


def number(*parts: object) -> int:
    """Return a whole number below 2⁶⁴ that depends on nothing but the parts."""
    return int.from_bytes(_hash(8, *parts))


def code(length: int, *parts: object) -> str:
    """Return so many characters of a-z and 2-7 that depend on nothing but the parts."""
    return b32encode(_hash(40, *parts)).decode().lower()[:length]


def name(person: str) -> str:
    """Return a person's invented name."""
    pick = number("name", person)
    return f"{FIRST[pick % len(FIRST)]} {LAST[pick // len(FIRST) % len(LAST)]}"


def address(person: str) -> str:
    """Return a person's invented e-mail address; no two people share one."""
    first = name(person).split()[0].lower()
    domain = ("example.org", "example.net")[number("domain", person) % 2]
    return f"{first}.{person.partition(':')[2]}@{domain}"


def text(words: int, *parts: object) -> str:
    """Return an invented sentence of so many words."""
    seed = _hash(64, *parts)
    picked = [WORDS[(seed[i % 64] + 7 * (i // 64)) % len(WORDS)] for i in range(words)]
    return f"{' '.join(picked).capitalize()}." if words else ""


def table(header: Iterable[str], rows: list[list[str]]) -> str:
    """Return a CSV file's text."""
    return spreadsheets.csv_text(pd.DataFrame(rows, columns=list(header), dtype="str"))


def compact(tree: object) -> str:
    """Return a JSON file's text without blanks."""
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))


def archive(path: Path, members: dict[str, str], day: date) -> None:
    """Write a zip file, uncompressed: compressed bytes differ between versions of zlib."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        for member, content in members.items():
            info = zipfile.ZipInfo(member, (day.year, day.month, day.day, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            file.writestr(info, content)
