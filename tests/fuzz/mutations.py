"""Mutations: what is done to a sample, as a list of steps that can be done again.

A *step* is an operation and three numbers that say where and with what. Operations on
*cells* keep each column's meaning, so that no marker may come through; those on *columns*
may move a name into another column, but an address is recognised anywhere; those on
*bytes* may make anything of anything.
"""

import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from fuzz.samples import ADDRESS, HOST, NAME, Grid, Sample, header_of
from helpers.readers import archives

Step = tuple[int, int, int, int]
TAGS = re.compile(
    r"(?i)utm|tag|code|campaign|source|medium|platform|kind|label|channel|hear|coupon"
)
KINDS = ("cells", "columns", "bytes")
ODD = (
    *("", " ", "0", "-1", "1", "-0", "1.5", "1,234.5", "1.234,5", "1 234", "9" * 19, "9" * 400),
    *(
        "9" * 5000,
        "1e400",
        "1e5",
        "0x10",
        "1_000",
        "NaN",
        "nan",
        "inf",
        "-Infinity",
        "null",
        "None",
    ),
    *("true", "FALSE", "1.0", "½", "١٢٣", "１２", "٠", "²", "$1", "€ 1,5", "1 USD", "$", "USD"),
    *(
        "0001-01-01",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-12:00",
        "0000-00-00",
        "2026-02-30",
    ),
    *("1677-09-21T00:12:43Z", "2262-04-12", "2026-03-29 02:30:00", "2026-10-25 02:30:00", "24:00"),
    *(
        "31/12/2026",
        "12/31/2026",
        "13/13/2026",
        "1/2/03",
        "2026-01-01T00:00:00+25:00",
        "-2026-01-01",
    ),
    *(
        "2026-01-01T00:00:60Z",
        "2026-W01-1",
        "1700000000",
        "17000000000000",
        "February 29",
        "Feb 30",
    ),
    *("=1+1", '=HYPERLINK("http://x")', '="00123"', "@SUM(1)", "+1", "-1+1", "\t=1", "'=1"),
    *(
        "\x00",
        "a\x00b",
        '"',
        '""',
        "'",
        "\r",
        "\n",
        "a\r\nb",
        "\\",
        "\u202etxt",
        "\ufeff",
        "\u2028",
    ),
    *(
        "İ",
        "ß",
        "ﬁ",
        "e\u0301",
        "𝟙",
        "🙂",
        "\u00a0",
        "\u200b",
        "\x85",
        "\x1c",
        "did:plc:x",
        "at://x/y/z",
    ),
    *("a" * 100_000, "a." * 20_000, " x" * 20_000, "<" * 20_000, "<script" * 5_000, "1," * 20_000),
    *(
        "@" * 5_000,
        "%40" * 5_000,
        "a@" * 5_000,
        "1 " * 10_000 + "x",
        "(" * 5_000,
        "https://" * 3_000,
    ),
    *(
        f"{ADDRESS}9@{HOST}",
        f"x {ADDRESS}%40{HOST} y",
        f"https://{ADDRESS}:p@{HOST}/x?to={ADDRESS}@{HOST}",
    ),
)
ODD_NODES = (
    *(
        None,
        True,
        False,
        [],
        {},
        [[]],
        [None],
        {"a": 1},
        0,
        -1,
        1.5,
        1e308,
        float("nan"),
        float("inf"),
    ),
    *(10**18, 10**30, 10**4000, [1, "a", None], [{}], {"": ""}, "\ud800", "a\udfffb", [["x"]]),
)
Tree = Any


def rendered(sample: Sample, kind: str, steps: list[Step]) -> bytes:
    """Return the sample's bytes after the steps, which are all of one kind.

    A tree that was buried too deep to be written is left sound.
    """
    try:
        return _rendered(sample, kind, steps)
    except RecursionError:
        return _plain(sample)


def _rendered(sample: Sample, kind: str, steps: list[Step]) -> bytes:
    if kind == "bytes" or sample.kind in ("bytes", "text"):
        content = _plain(sample)
        for step in steps:
            content = _on_bytes(content, step)
        return content
    changed = deepcopy(sample.tree if sample.kind == "tree" else sample.grids)
    for step in steps:
        if sample.kind == "tree":
            changed = (_on_leaves if kind == "cells" else _on_nodes)(changed, step)
        else:
            grids = list(changed)
            name = grids[step[1] % len(grids)]
            operations = CELLS if kind == "cells" else COLUMNS
            if changed[name]:
                operations[step[0] % len(operations)](changed[name], *step[1:])
    return _packed(sample, changed)


def _plain(sample: Sample) -> bytes:
    if sample.kind in ("bytes", "text"):
        return sample.content
    return _packed(sample, sample.tree if sample.kind == "tree" else sample.grids)


def _packed(sample: Sample, changed: Any) -> bytes:
    if sample.kind == "tree":
        return (sample.script + json.dumps(changed)).encode()
    if sample.kind == "book":
        return book(changed)
    file = io.StringIO()
    csv.writer(file, delimiter=sample.delimiter, lineterminator="\n").writerows(changed[""])
    return file.getvalue().encode("utf-8", "replace")


def book(grids: dict[str, Grid]) -> bytes:
    """Return a workbook of some sheets."""
    made = openpyxl.Workbook(write_only=True)
    for name, grid in grids.items():
        sheet = made.create_sheet(name)
        for row in grid:
            sheet.append([_cell(cell) for cell in row])
    file = io.BytesIO()
    made.save(file)
    with zipfile.ZipFile(file) as archive:
        return _zipped({name: _timeless(archive.read(name)) for name in archive.namelist()})


def _timeless(part: bytes) -> bytes:
    return re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z(?=</dcterms)", b"2026-01-01T00:00:00Z", part)


def _zipped(members: dict[str, bytes]) -> bytes:
    """Return an archive, the same at any time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(zipfile.ZipInfo(name), member)
    return file.getvalue()


def _cell(cell: Any) -> Any:
    return ILLEGAL_CHARACTERS_RE.sub("", cell)[:32_767] if isinstance(cell, str) else cell


def _below(grid: Grid, a: int) -> int:
    """Return the place of a row below the header, or of the last row."""
    first = header_of(grid) + 1
    return first + a % (len(grid) - first) if len(grid) > first else len(grid) - 1


def _odd_cell(grid: Grid, a: int, b: int, c: int) -> None:
    row = grid[_below(grid, a)]
    if row and row is not grid[header_of(grid)]:
        row[b % len(row)] = ODD[c % len(ODD)]


def _name_for_number(grid: Grid, a: int, b: int, _c: int) -> None:
    """Put a name where a number or a date is wanted: no reason may quote it.

    In a column of tags, which an earlier step may have filled with numbers, it would be a tag.
    """
    row, names = grid[_below(grid, a)], grid[header_of(grid)]
    places = [
        n
        for n, (name, cell) in enumerate(zip(names, row, strict=False))
        if re.fullmatch(r"[\d.,:/ T-]+Z?", str(cell)) and not TAGS.search(str(name))
    ]
    if places and row is not grid[header_of(grid)]:
        row[places[b % len(places)]] = NAME


def _odd_column(grid: Grid, _a: int, b: int, c: int) -> None:
    for row in grid[header_of(grid) + 1 :]:
        if row:
            row[b % len(row)] = ODD[c % len(ODD)]


def _swap_rows(grid: Grid, a: int, b: int, _c: int) -> None:
    one, other = _below(grid, a), _below(grid, b)
    grid[one], grid[other] = grid[other], grid[one]


def _duplicate_row(grid: Grid, a: int, b: int, c: int) -> None:
    grid[_below(grid, b) : _below(grid, b)] = [
        list(grid[_below(grid, a)]) for _ in range(c % 3 + 1)
    ]


def _drop_row(grid: Grid, a: int, _b: int, _c: int) -> None:
    if len(grid) > header_of(grid) + 1:
        del grid[_below(grid, a)]


def _blank_row(grid: Grid, a: int, b: int, c: int) -> None:
    width = (0, 1, len(grid[0]))[b % 3]
    place = _below(grid, a) + 1
    grid[place:place] = [[""] * width for _ in range((1, 2, 300)[c % 3])]


def _cut_row(grid: Grid, a: int, b: int, _c: int) -> None:
    row = grid[_below(grid, a)]
    if row is not grid[header_of(grid)]:
        del row[1 + b % max(len(row), 1) :]


def _long_row(grid: Grid, a: int, b: int, c: int) -> None:
    grid[_below(grid, a)] += [("", "x")[b % 2]] * (1, 3, 60)[c % 3]


def _copy_cell(grid: Grid, a: int, b: int, c: int) -> None:
    one, other = grid[_below(grid, a)], grid[_below(grid, b)]
    if one and other and grid[header_of(grid)] not in (one, other):
        place = c % min(len(one), len(other))
        one[place] = other[place]


CELLS: tuple[Callable[[Grid, int, int, int], None], ...] = (
    *(_odd_cell, _odd_cell, _odd_cell, _odd_cell, _odd_column, _copy_cell),
    *(_swap_rows, _duplicate_row, _drop_row, _blank_row, _cut_row, _long_row, _name_for_number),
)


def _at(row: list[Any], place: int) -> Any:
    return row[place] if place < len(row) else ""


def _width(grid: Grid) -> int:
    return max(len(grid[header_of(grid)]), 1)


def _swap_columns(grid: Grid, a: int, b: int, _c: int) -> None:
    one, other = a % _width(grid), b % _width(grid)
    for row in grid:
        row.extend([""] * (max(one, other) + 1 - len(row)))
        row[one], row[other] = row[other], row[one]


def _duplicate_column(grid: Grid, a: int, b: int, _c: int) -> None:
    for row in grid:
        row.insert(b % _width(grid), _at(row, a % _width(grid)))


def _drop_column(grid: Grid, a: int, _b: int, _c: int) -> None:
    place = a % _width(grid)
    for row in grid:
        del row[place : place + 1]


def _add_column(grid: Grid, a: int, b: int, c: int) -> None:
    place = a % (_width(grid) + 1)
    for number, row in enumerate(grid):
        row.insert(place, f"New {b}" if number == header_of(grid) else ODD[c % len(ODD)])


def _rename(grid: Grid, a: int, _b: int, c: int) -> None:
    row = grid[header_of(grid)]
    if row:
        name = str(row[a % len(row)])
        renamed = (name.upper(), f" {name} ", "", f"{name} x", name[:-1], ODD[c % len(ODD)])
        row[a % len(row)] = renamed[c % len(renamed)]


def _swap_names(grid: Grid, a: int, b: int, _c: int) -> None:
    row = grid[header_of(grid)]
    if row:
        one, other = a % len(row), b % len(row)
        row[one], row[other] = row[other], row[one]


def _move_header(grid: Grid, a: int, b: int, _c: int) -> None:
    """Put lines above the header, or put it twice, or take it away."""
    header = list(grid[header_of(grid)])
    if a % 3 == 0:
        grid[0:0] = [["Report"], []] * (1 + b % 20)
    elif a % 3 == 1:
        grid.append(header)
    else:
        grid.pop(header_of(grid))


COLUMNS: tuple[Callable[[Grid, int, int, int], None], ...] = (
    *(_swap_columns, _duplicate_column, _drop_column, _add_column),
    *(_rename, _rename, _swap_names, _move_header, _odd_cell, _odd_cell),
)


def _places(tree: Tree) -> list[tuple[Any, Any]]:
    """Return every container in a tree with each of its keys."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node))
        found += [(node, key) for key in keys]
        waiting += [node[key] for key in keys if isinstance(node[key], dict | list)]
    return found


def _on_leaves(tree: Tree, step: Step) -> Tree:
    """Return a tree with one thing odd, gone, twice or elsewhere in its list."""
    operation, a, b, c = step
    places = _places(tree) if isinstance(tree, dict | list) else []
    if not places:
        return tree
    node, key = places[a % len(places)]
    if operation % 5 < 3:
        node[key] = (*ODD, *ODD_NODES)[b % (len(ODD) + len(ODD_NODES))]
    elif operation % 5 == 3:
        del node[key]
    elif isinstance(node, list):
        node[c % (len(node) + 1) : 0] = [deepcopy(node[key])] * (1 + b % 3)
    return tree


def _on_nodes(tree: Tree, step: Step) -> Tree:
    """Return a tree with a key renamed, two things swapped, wrapped or buried deep."""
    operation, a, b, c = step
    places = _places(tree) if isinstance(tree, dict | list) else []
    if not places:
        return tree
    node, key = places[a % len(places)]
    other, place = places[b % len(places)]
    if operation % 5 == 0 and isinstance(node, dict):
        node[(key.upper(), f"{key}x", "", str(ODD[c % len(ODD)]))[c % 4]] = node.pop(key)
    elif operation % 5 == 1:
        node[key], other[place] = deepcopy(other[place]), deepcopy(node[key])
    elif operation % 5 == 2:
        node[key] = [node[key]] if c % 2 else {"a": node[key]}
    elif operation % 5 == 3:
        for _ in range((2, 50, 600)[c % 3]):
            node[key] = [node[key]] if b % 2 else {key if isinstance(key, str) else "a": node[key]}
    else:
        return [tree] if c % 2 else {"body": tree}
    return tree


INSERTED = (
    *(
        b"\x00",
        b'"',
        b"\n",
        b"\r",
        b",",
        b";",
        b"\t",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\\",
    ),
    *(
        b"#",
        b"#\n" * 5000,
        b"\n" * 5000,
        b"{",
        b"[" * 5000,
        b'"' * 999,
        b"PK\x05\x06",
        b"\x1a",
        b"\xc3",
    ),
    *(
        b"\\ud800",
        b"9" * 5000,
        b"NaN",
        b"sep=;\n",
        b"<!--",
        b"<script>",
        b"window.YTD.tweets.part0 = ",
    ),
)


def _on_bytes(content: bytes, step: Step) -> bytes:
    operation, a, b, c = step
    place = a % (len(content) + 1)
    if operation % 10 >= len(SPLICES):
        return OTHERS[operation % 10 - len(SPLICES)](content, step)
    before, after = content[:place], content[place:]
    return SPLICES[operation % 10](before, after, b, c)


def _flip(before: bytes, after: bytes, b: int, _c: int) -> bytes:
    return before + bytes(byte ^ (1 << b % 8) for byte in after[:1]) + after[1:]


def _insert(before: bytes, after: bytes, b: int, _c: int) -> bytes:
    return before + INSERTED[b % len(INSERTED)] + after


def _delete(before: bytes, after: bytes, b: int, _c: int) -> bytes:
    return before + after[1 + b % 20 :]


def _cut(before: bytes, after: bytes, b: int, c: int) -> bytes:
    return before if c % 2 else (before + after)[: len(before + after) - b % 40]


def _double(before: bytes, after: bytes, b: int, _c: int) -> bytes:
    return before + after[: b % 200] + after


SPLICES = (_flip, _flip, _insert, _insert, _delete, _cut, _double)


def _encoded(content: bytes, step: Step) -> bytes:
    c = step[-1]
    text = content.decode("utf-8", "replace")
    form = ("utf-16", "utf-16-le", "utf-8-sig", "latin-1", "cp1252", "utf-32", "utf-7")[c % 7]
    return text.encode(form, "replace")[: None if c % 3 else -1]


def _exchanged(content: bytes, step: Step) -> bytes:
    c = step[-1]
    pairs = (
        (b",", b";"),
        (b",", b"\t"),
        (b"\n", b"\r"),
        (b"\n", b"\r\n"),
        (b'"', b"'"),
        (b" ", b"\xa0"),
    )
    return content.replace(*pairs[c % len(pairs)])


def _repacked(content: bytes, step: Step) -> bytes:
    """Return an archive with one damaged member; anything else compressed."""
    _, a, b, c = step
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return gzip.compress(content, 1, mtime=0)[: None if c % 3 else -(1 + b % 30)]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except archives.DAMAGE:
        return content
    for name in list(members)[a % max(len(members), 1) :][:1]:
        members[name] = _on_bytes(members[name], (b % 9, b, c, c))
    return _zipped(members)


OTHERS = (_encoded, _exchanged, _repacked)
