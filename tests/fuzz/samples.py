"""Samples: small sound exports of every format, with markers where something is personal.

A *sample* is one file. Its *grids* are rows of cells: a table's one, a workbook's sheets.
*Markers* are planted in every column and under every key that is about a person or holds
what they wrote, and must be nowhere in what is loaded, said or logged.
"""

import csv
import io
import json
import os
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import openpyxl

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("data/specimens", "data/sample")
SPARED = ("loud", "mixed")
SHARED = "QUIET_AUDIENCE_SHARED"
ADDRESS, NAME, HOST = "zebmail", "Zebulon Planted", "leak.example"
IP = "203.0.113.77"
MARKERS = (ADDRESS, NAME.partition(" ")[0].lower(), IP)
LINES, ITEMS, LARGEST = 12, 3, 60_000
UNDATED, DATED = "1970-01-01T", "2024-05-01T"  # where a service's own tests blanked each moment
PERSONAL = re.compile(
    r"(?i)(?<![a-z])(e-?mails?|(?:first|last|full|display|buyer|customer|account|user|page|screen"
    r"|card|shipping|billing)?[ _]?name|ips?|address\d?|city|phone|subject|(?:sub)?title|caption"
    r"|text|full_text|notes?|messages?|handle|acct|body|content|summary|spoiler_text|recipient"
    r"|buyer|customer|street|description|post message)(?![a-z])"
)
IMPERSONAL = re.compile(r"(?i)utm|file|campaign|source|coupon|discount|currency|plan|type|event")
Grid = list[list[Any]]


@dataclass(frozen=True)
class Sample:
    """One sound file: its format, its name there, what it holds and as what."""

    format: str
    name: str
    kind: str
    content: bytes
    grids: dict[str, Grid]
    tree: Any = None
    script: str = ""
    delimiter: str = ","


def of_format(name: str) -> list[Sample]:
    """Return the samples of one format."""
    return all_samples()[name]


@cache
def all_samples() -> dict[str, list[Sample]]:
    """Return every format's samples by the format's name."""
    found: dict[str, list[Sample]] = {}
    for form, path in sorted(_paths()):
        found.setdefault(form, []).extend(_read(form, path.name, path.read_bytes()))
    return found


def _paths() -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        for path in (ROOT / folder).glob("*/**/*"):
            if path.is_file() and path.parent.name not in SPARED:
                own = path.relative_to(ROOT / folder).parts[0]
                yield (own if folder.endswith("specimens") else path.name.partition("_")[0]), path
    shared = os.environ.get(SHARED)
    for path in Path(shared, "exports").rglob("*") if shared else ():
        if path.is_file() and path.stat().st_size < LARGEST:
            parts = path.relative_to(Path(shared, "exports")).parts
            yield f"real {parts[parts[0] == '_transcribed']}", path


def _read(form: str, name: str, content: bytes) -> Iterator[Sample]:
    """Yield a file as a sample; of an archive itself and each of its first members."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {each: archive.read(each) for each in archive.namelist()}
    elif name.endswith((".tar", ".tar.gz", ".tgz")):
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            files = [each for each in archive if each.isreg()]
            members = {each.name: archive.extractfile(each).read() for each in files}
    else:
        if len(content) < LARGEST or suffix in {".csv", ".tsv", ".txt"}:
            yield _sample(form, name, content)
        return
    small = {each: members[each] for each in sorted(members, key=len)[:LINES]}
    for each, inner in small.items():
        if not each.endswith("/"):
            yield from _read(form, f"{name}/{each}", inner)
    if len(content) < LARGEST:
        yield Sample(form, name, "bytes", content, {})


def _sample(form: str, name: str, content: bytes) -> Sample:
    sample = Sample(form, name, "bytes", content, {})
    if name.endswith((".xlsx", ".xlsm")):
        book = openpyxl.load_workbook(io.BytesIO(content))
        grids = {
            sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book
        }
        return replace(sample, kind="book", grids={name: planted(g) for name, g in grids.items()})
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16")
    else:
        text = content.decode("utf-8-sig", errors="replace")
    if "\x00" in text[:8192]:
        return sample
    script = re.match(r"window\.[\w.]+ = ", text)
    if script or text.lstrip()[:1] in ("{", "["):
        start = script[0] if script else ""
        text = text[len(start) :].replace(UNDATED, DATED)
        tree = planted_tree(_trimmed(json.loads(text)))
        return replace(sample, kind="tree", tree=tree, script=start)
    if name.endswith((".html", ".htm", ".toml", ".md")):
        return replace(sample, kind="text", content=text[: LARGEST // 8].encode())
    delimiter = max(",;\t", key=text[:4096].count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[:LINES]
    return replace(sample, kind="table", grids={"": planted(rows)}, delimiter=delimiter)


def _trimmed(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _trimmed(value) for key, value in node.items()}
    return [_trimmed(item) for item in node[:ITEMS]] if isinstance(node, list) else node


def header_of(grid: Grid) -> int:
    """Return the place of the first of the widest rows: a table's header."""
    widths = [sum(cell not in (None, "") for cell in row) for row in grid[:10]]
    return widths.index(max(widths)) if widths else 0


def planted(grid: Grid) -> Grid:
    """Return rows with a marker in each cell, not blank, of each personal column.

    Rows of two cells are a name and its value.
    """
    if max(map(len, grid), default=0) <= 2:
        return [
            [row[0], _marker(str(row[0]), row[1])]
            if len(row) == 2 and _is_personal(str(row[0]))
            else row
            for row in grid
        ]
    header = header_of(grid)
    names = [str(name or "") for name in grid[header]] if grid else []
    return [
        [
            _marker(names[place], cell)
            if number > header and place < len(names) and _is_personal(names[place])
            else cell
            for place, cell in enumerate(row)
        ]
        for number, row in enumerate(grid)
    ]


def planted_tree(node: Any, key: str = "") -> Any:
    """Return a tree with a marker in each text under a personal key."""
    if isinstance(node, dict):
        return {name: planted_tree(value, name) for name, value in node.items()}
    if isinstance(node, list):
        return [planted_tree(item, key) for item in node]
    return _marker(key, node) if isinstance(node, str) and _is_personal(key) else node


def _is_personal(name: str) -> bool:
    return PERSONAL.search(name) is not None and not IMPERSONAL.search(name)


def _marker(name: str, cell: Any) -> Any:
    """Return a marker, the same for the same cell; what is blank or a number stays."""
    if not isinstance(cell, str) or not re.search("[A-Za-z]{2}|@", cell):
        return cell
    number = zlib.crc32(cell.encode("utf-8", "replace")) % 1000
    if "mail" in name.lower() or "@" in cell:
        return f"{ADDRESS}{number}@{HOST}"
    return IP if re.search(r"(?i)\bip", name) else f"{NAME} {number}"
