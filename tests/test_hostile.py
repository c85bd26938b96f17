"""Hostile input: what somebody who means harm might put among the exports."""

import bz2
import contextlib
import gzip
import io
import json
import lzma
import os
import re
import signal
import socket
import tarfile
import time
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

import exports
from exports import instagram, instagram_row
from helpers import load, privacy, spreadsheets, tables
from helpers.readers import archives, sheets, sources

SECONDS = 10
OUTSIDE = "unsafe name: it points outside its archive"
NOT_REGULAR = "not a regular file; not followed"
DAMAGED = "archive is damaged or cut off; download it again"
COPY = "1 duplicate (row 2)"
ROW = instagram_row("1", Likes="7")
TABLE = f"{exports.INSTAGRAM}\n{ROW}\n".encode()


@pytest.fixture(autouse=True)
def nothing_hangs() -> Iterator[None]:
    """Stop a test that takes long."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(
        signal.ITIMER_PROF, SECONDS
    )  # of CPU: other work on the machine does not count
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


def loaded(folder: Path) -> tables.Engagement:
    """Return the folder's tables, loaded with whatever may be asked for."""
    return load.load(folder, key=exports.KEY, timezone="UTC", currency="EUR", dates="day first")


def whys(folder: Path) -> dict[str, str]:
    """Return each file's reason beside a sound one, which must be loaded all the same."""
    instagram(folder, ROW, name="sound.csv")
    receipt = loaded(folder).receipt
    assert (receipt["read"] == receipt["kept"] + receipt["set_aside"]).all()
    lines = dict(zip(receipt["file"], receipt["why"], strict=True))
    assert 1 == receipt.set_index("file")["read"]["sound.csv"]
    del lines["sound.csv"]
    return lines


def why(folder: Path, content: bytes, name: str = "hostile.csv") -> str:
    """Return the reason why one file gave nothing; blank if it did."""
    (folder / name).write_bytes(content)
    (reason,) = whys(folder).values()
    return reason


def tarred(*members: tarfile.TarInfo | str) -> bytes:
    """Return a tar of some members; those that are names hold a table."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for member in members:
            info = tarfile.TarInfo(member) if isinstance(member, str) else member
            if isinstance(member, str):
                info.size = len(TABLE)
            archive.addfile(info, io.BytesIO(TABLE if info.isreg() else b""))
    return file.getvalue()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP of some members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def special(kind: bytes, target: str = "") -> tarfile.TarInfo:
    """Return a tar's member that is no regular file."""
    info = tarfile.TarInfo("special.csv")
    info.type, info.linkname = kind, target
    return info


# Archives


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_tars_are_read_however_they_are_compressed(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    """A tar's members are loaded, in folders too."""
    (tmp_path / "export.tar.x").write_bytes(pack(tarred("a.csv", "b/c.csv")))
    assert {"export.tar.x/a.csv", "export.tar.x/b/c.csv"} == set(whys(tmp_path))
    assert {"instagram:1"} == set(loaded(tmp_path).posts["post_id"])


def test_compressed_file_is_read(tmp_path: Path) -> None:
    """One compressed file is read under its own name, as Apple's reports are."""
    (tmp_path / "report.txt.gz").write_bytes(gzip.compress(TABLE))
    (receipt,) = loaded(tmp_path / "report.txt.gz").receipt.to_dict("records")
    assert ("report.txt.gz", 1) == (receipt["file"], receipt["kept"])


@pytest.mark.parametrize("name", ["../a.csv", "/a.csv", "a/../../b.csv", "C:\\a.csv", "..\\a.csv"])
@pytest.mark.parametrize("pack", ["tar", "zip"])
def test_paths_that_lead_out_are_not_read(tmp_path: Path, name: str, pack: str) -> None:
    """A member that would be written elsewhere is a line and no more."""
    content = tarred(name) if pack == "tar" else zipped({name: TABLE})
    assert OUTSIDE == why(tmp_path, content, "export.bin")


@pytest.mark.parametrize(
    "member",
    [
        special(tarfile.SYMTYPE, "sound.csv"),
        special(tarfile.LNKTYPE, "sound.csv"),
        special(tarfile.CHRTYPE),
        special(tarfile.BLKTYPE),
        special(tarfile.FIFOTYPE),
    ],
    ids=["symlink", "hardlink", "character device", "block device", "pipe"],
)
def test_special_members_of_a_tar_are_not_followed(tmp_path: Path, member: tarfile.TarInfo) -> None:
    """Links, devices and pipes are a line each."""
    assert NOT_REGULAR == why(tmp_path, tarred(member), "export.tar")


@pytest.mark.parametrize(
    "inner",
    [zipped({"a.csv": TABLE}), tarred("a.csv"), gzip.compress(TABLE), bz2.compress(TABLE)],
    ids=["zip", "tar", "gz", "bz2"],
)
def test_nested_archives_are_not_opened(tmp_path: Path, inner: bytes) -> None:
    """An archive in an archive, or compressed twice, is refused with what to do."""
    expected = "archive inside an archive; unpack it first"
    (tmp_path / "a.zip").write_bytes(zipped({"inner": inner}))
    if inner[257:262] != b"ustar":
        (tmp_path / "b.gz").write_bytes(gzip.compress(inner))
    assert {expected} == set(whys(tmp_path).values())


@pytest.mark.parametrize("content", [b"7z\xbc\xaf\x27\x1c\x00\x04", b"Rar!\x1a\x07\x01\x00"])
def test_other_kinds_of_archive_are_named_so(tmp_path: Path, content: bytes) -> None:
    """7-Zip and RAR are refused with what to do."""
    expected = "archive of a kind that is not opened; unpack it first"
    assert expected == why(tmp_path, content, "export.7z")


@pytest.mark.parametrize("content", [zipped({}), tarred(), zipped({"folder/": b""})])
def test_empty_archives_are_a_line(tmp_path: Path, content: bytes) -> None:
    """An archive without a file does not vanish from the receipt."""
    reason = why(tmp_path, content, "export.zip")
    assert reason in {"archive is empty", "no known format: not text"}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_compressed_bombs_are_found_while_unpacking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
) -> None:
    """A compressed file that swells is refused before it fills the memory."""
    monkeypatch.setattr(archives, "HARMLESS", 1024**2)
    bomb = pack(bytes(100 * 1024**2))
    tracemalloc.start()
    expected = "archive unpacks to over 200 times its size; not opened"
    assert expected == why(tmp_path, bomb, "bomb.gz")
    assert tracemalloc.get_traced_memory()[1] < 30 * 1024**2
    tracemalloc.stop()


def test_sparse_member_of_a_tar_is_not_read(tmp_path: Path) -> None:
    """A member that is a terabyte of nothing is a line."""
    sparse = special(tarfile.GNUTYPE_SPARSE)
    header = bytearray(sparse.tobuf(tarfile.GNU_FORMAT))
    header[386:410] = b"00000000000\x0000000000000\x00"
    header[483:495] = b"77777777777\x00"
    header[148:156] = b"        "
    header[148:155] = f"{sum(header):06o}\x00".encode()
    assert NOT_REGULAR == why(tmp_path, bytes(header) + bytes(1024), "export.tar")


def test_endless_header_of_a_tar_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that would fill the memory damns the archive."""
    monkeypatch.setattr(archives, "MOST_HEADER", 100_000)
    assert DAMAGED == why(tmp_path, tarred("x" * 200_000), "export.tar")


def test_tar_that_breaks_off_is_a_line_beside_its_members(tmp_path: Path) -> None:
    """What follows a damaged header is not lost in silence."""
    whole = tarred("a.csv", "b.csv")
    place = whole.index(b"b.csv")
    (tmp_path / "export.tar").write_bytes(whole[:place] + b"x.csv\xff" + whole[place + 6 :])
    assert {"export.tar": DAMAGED, "export.tar/a.csv": COPY} == whys(tmp_path)


def test_table_of_contents_beyond_measure_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ZIP whose list of files would fill the memory is refused before it is read."""
    monkeypatch.setattr(archives, "MOST_DIRECTORY", 1000)
    content = zipped({f"{number}.csv": b"" for number in range(100)})
    assert "archive of over 10,000 files; not opened" == why(tmp_path, content, "export.zip")


def test_overlapping_members_are_not_read_twice(tmp_path: Path) -> None:
    """A ZIP whose members share their bytes is damaged."""
    content = zipped({"a.csv": TABLE, "b.csv": TABLE})
    start = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", start + 1)
    content = content[: second + 42] + bytes(4) + content[second + 46 :]
    (tmp_path / "export.zip").write_bytes(content)
    assert "damaged or cut off inside its archive" == whys(tmp_path)["export.zip/b.csv"]


def test_members_of_one_name_are_lines_of_their_own(tmp_path: Path) -> None:
    """Both are read, and both are in the receipt."""
    with warnings.catch_warnings(action="ignore", category=UserWarning):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a.csv", TABLE)
            archive.writestr("a.csv", TABLE)
    (tmp_path / "export.zip").write_bytes(file.getvalue())
    receipt = loaded(tmp_path).receipt
    assert ["export.zip/a.csv"] * 2 == receipt["file"].tolist()
    assert (2, 1) == (receipt["read"].sum(), receipt["kept"].sum())


def test_member_that_lies_about_its_size_is_damaged(tmp_path: Path) -> None:
    """No more is unpacked than a member said it would be."""
    content = zipped({"a.csv": TABLE + b"\n" * 10_000_000})
    size = (len(TABLE) + 10_000_000).to_bytes(4, "little")
    content = content.replace(size, (100).to_bytes(4, "little"))
    assert "damaged or cut off inside its archive" == why(tmp_path, content, "export.zip")


def test_pictures_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive full of films is opened for its tables, and no film is read."""
    monkeypatch.setattr(archives, "MOST_BYTES", 5000)
    content = zipped({"a.csv": TABLE, "film.mp4": os.urandom(10_000)})
    (tmp_path / "export.zip").write_bytes(content)
    expected = {"export.zip/a.csv": COPY, "export.zip/film.mp4": "no known format: not text"}
    assert expected == whys(tmp_path)


# Workbooks


def workbook(*cells: tuple[int, int, object]) -> bytes:
    """Return a workbook of one sheet with some cells."""
    book = Workbook()
    for row, column, value in cells:
        book.active.cell(row, column, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_sheet(change: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook whose sheet's XML was changed."""
    with zipfile.ZipFile(io.BytesIO(workbook((1, 1, "a"), (2, 2, 5)))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    return zipped({**parts, sheet: change(parts[sheet])})


def test_two_cells_that_span_a_whole_sheet_are_refused(tmp_path: Path) -> None:
    """A1 and XFD1048576 would be 17 billion cells."""
    content = workbook((1, 1, "a"), (1_048_576, 16_384, "b"))
    expected = r"workbook of 17,179,\d{3},\d{3} cells; at most 20,000,000 are read"
    assert re.fullmatch(expected, why(tmp_path, content, "book.xlsx"))


@pytest.mark.parametrize("place", [b"r='XFD1048576'", b'r = "xfd1048576"', b'\nr="XFD1048576"'])
def test_other_spellings_of_a_place_are_understood(tmp_path: Path, place: bytes) -> None:
    """Quotes, blanks and case do not hide where a cell is."""
    content = with_sheet(lambda xml: xml.replace(b' r="B2"', b" " + place))
    assert "workbook of 17,179," in why(tmp_path, content, "book.xlsx")


def test_workbook_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet whose XML unpacks to more than a limit is not unpacked."""
    monkeypatch.setattr(sheets, "MOST_BYTES", 10**6)
    content = with_sheet(lambda xml: xml.replace(b"<sheetData>", b" " * 10**7 + b"<sheetData>"))
    assert re.fullmatch(
        r"workbook of 10,\d{3},\d{3} bytes; at most 1,000,000 are read",
        why(tmp_path, content, "book.xlsx"),
    )


def test_text_that_many_cells_share_is_counted_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long text is stored once and would be read as often as cells name it."""
    monkeypatch.setattr(sheets, "MOST_TEXT", 10**6)
    texts = b"<sst><si><t>" + b"x" * 20_000 + b"</t></si></sst>"
    rows = b'<row><c t="s"><v>0</v></c></row>' * 100
    parts = {"xl/workbook.xml": b"", "xl/sharedStrings.xml": texts, "xl/worksheets/a.xml": rows}
    content = zipped(parts)
    assert "bytes of text; at most 1,000,000 are read" in why(tmp_path, content, "book.xlsx")


def test_workbook_that_lies_about_its_size_is_damaged(tmp_path: Path) -> None:
    """The parser is given no more than what was checked."""
    content = with_sheet(lambda xml: xml + b" " * 10**6)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    content = content.replace(size.to_bytes(4, "little"), (50).to_bytes(4, "little"))
    expected = "workbook is damaged or cut off; download it again"
    assert expected == why(tmp_path, content, "book.xlsx")


def test_panic_of_the_parser_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a parser in another language gives up with is no crash; a user's stop is one."""
    panic = type("PanicException", (BaseException,), {})
    expected = "workbook is damaged or cut off; download it again"
    for error in (panic, KeyboardInterrupt):

        def fail(_: object, error: type[BaseException] = error) -> None:
            raise error

        monkeypatch.setattr(sheets, "_sheets", fail)
        if error is panic:
            assert expected == why(tmp_path, workbook((1, 1, "a")), "book.xlsx")
        else:
            with pytest.raises(KeyboardInterrupt):
                loaded(tmp_path)


@pytest.mark.parametrize("mark", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"])
def test_head_of_a_workbook_alone_is_damaged(tmp_path: Path, mark: bytes) -> None:
    """A file that only begins as a workbook says so."""
    assert "is damaged or cut off; download it again" in why(tmp_path, mark + bytes(600), "b.xls")


# Text


def sparse(path: Path, size: int, start: bytes) -> None:
    """Write a file that takes no room: a start and then zero bytes."""
    with path.open("wb") as file:
        file.write(start)
        file.truncate(size)


def test_gigabyte_line_is_refused_in_time_and_memory(tmp_path: Path) -> None:
    """A line of a gigabyte is refused in seconds, and never held whole."""
    sparse(tmp_path / "line.csv", 1024**3, TABLE.replace(b"\n", b"|") + b"x" * 9000)
    tracemalloc.start()
    expected = "a line of over 16,777,216 bytes: no table"
    assert {"line.csv": expected} == whys(tmp_path)
    assert tracemalloc.get_traced_memory()[1] < 100 * 1024**2
    tracemalloc.stop()


def test_file_beyond_measure_is_refused_unread(tmp_path: Path) -> None:
    """A file of a terabyte is refused at once."""
    sparse(tmp_path / "file.csv", 1024**4, TABLE + b"x\n" * 9000)
    expected = "file of 1,099,511,627,776 bytes; at most 1,073,741,824 are read"
    assert {"file.csv": expected} == whys(tmp_path)


def test_json_beyond_measure_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON on one line is no line too long, but there is an end to it."""
    monkeypatch.setattr(sources, "LONGEST_LINE", 1000)
    monkeypatch.setattr(sources, "MOST_IN_ONE", 20_000)
    assert "no known format" == why(tmp_path, b'{"a": "' + b"x" * 9000 + b'"}')
    expected = "30,009 bytes of JSON or HTML; too many to read"
    assert expected == why(tmp_path, b'{"a": "' + b"x" * 30_000 + b'"}')


def test_ten_thousand_columns_take_no_time(tmp_path: Path) -> None:
    """A table of 10,000 columns is answered within seconds, in text and in a workbook."""
    names = [f"c{number}" for number in range(10_000)]
    began = time.process_time()
    for start in ([], exports.INSTAGRAM.split(",")):
        (tmp_path / "wide.csv").write_text(exports.csv_text([start + names, ["1"] * 10_000]))
        assert 1 == len(whys(tmp_path))
    book = workbook(*((1, 1 + number, name) for number, name in enumerate(names)))
    (tmp_path / "wide.xlsx").write_bytes(book)
    assert {"wide.csv", "wide.xlsx, Sheet"} == set(whys(tmp_path))
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "content",
    [
        b"\n" * 10**6,
        TABLE + b"\n" * 10**6,
        b"#\n" * 10**6,
        b"# a\nb,c\n" * 10**5,
        b"#" * 10**6,
        b",\n" * 10**6,
        TABLE.rstrip() + b'"' * 99_999,
        TABLE + b'"' + b"x\n" * 10**5,
        TABLE + b'"' * 10**5,
        b"\x1a" * 1000,
        b"<script" * 10**5,
        b"<!--" * 10**5,
        b"<" * 10**6,
        b"[" * 10**5,
        b'{"a":' * 10**5,
        b'{"posts": [' + b"9" * 5000 + b"]}",
        b"window.YTD.tweets.part0 = " + b"[" * 10**5,
        b"window.YTD." + b"t" * 10**5,
        b"\xff\xfe" + TABLE.decode().encode("utf-16-le")[:-1],
        b"\xef\xbb\xbf" * 3 + TABLE,
        TABLE + b"\xff\xfe\xed\xa0\x80\xef\xbb\xbf",
        b"PK\x05\x06" + bytes(18),
        b"\xd0\xcf\x11\xe0" + b"\xff" * 5000,
        b"\x3a\xa2eroots" + b"\xff" * 500,
    ],
    ids=lambda content: f"{content[:12]!r} {len(content)}",
)
@pytest.mark.parametrize("name", ["hostile.csv", "posts/1.hostile.html", "hostile.json"])
def test_odd_text_is_answered_in_time(tmp_path: Path, content: bytes, name: str) -> None:
    """Blank lines, marks, quotes and brackets beyond number are a line in the receipt."""
    (tmp_path / "posts").mkdir()
    (tmp_path / name).write_bytes(content)
    began = time.process_time()
    assert whys(tmp_path)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("9" * 400, "not a whole number"),
        ("1e400", "not a whole number"),
        ("\x00", ""),
        *((digits, "not a whole number") for digits in ("𝟙", "١٢٣", "１２", "²")),
    ],
)
def test_odd_numbers_are_no_counts(tmp_path: Path, cell: str, expected: str) -> None:
    """A count that no machine holds sets its row aside."""
    instagram(tmp_path, instagram_row("2", Likes=cell, Views="1"), name="odd.csv")
    assert expected in whys(tmp_path)["odd.csv"]


def test_epochs_in_other_digits_are_no_dates(tmp_path: Path) -> None:
    """Digits of another script are no crash in a column of seconds or of dates."""
    odd = [
        instagram_row("2", date) for date in ("١/٢/2026 06:08", "𝟙/1/2026", "１７００００００００")
    ]
    instagram(tmp_path, *odd, name="odd.csv")
    assert whys(tmp_path)["odd.csv"].startswith("3 rows whose 'Publish time' is not a date")


@pytest.mark.parametrize("year", ["0001", "1677", "2262", "9999"])
def test_dates_out_of_range_are_no_dates(tmp_path: Path, year: str) -> None:
    """A year in which no export can be sets its row aside, whatever the time zone."""
    instagram(tmp_path, instagram_row("2", f"03/27/{year} 06:08"), name="odd.csv")
    expected = "1 row whose 'Publish time' is not a date of this format (row 2"
    assert whys(tmp_path)["odd.csv"].startswith(expected)


def test_halves_of_characters_are_replaced(tmp_path: Path) -> None:
    """A lone surrogate, which no table can hold, does not stop a post from being read."""
    feed = {"feed": [{"post": exports.post("1")}]}
    text = json.dumps(feed).replace("two words", "one \\ud83d two \\ud83d\\ude42 three")
    (tmp_path / "feed.json").write_text(text.replace("feed.post/1", "feed.post/\\uDE42"))
    assert [5] == loaded(tmp_path).posts["words"].tolist()


def test_text_without_an_address_is_searched_in_time() -> None:
    """Looking for addresses takes time that grows with the text, not with its square."""
    began = time.process_time()
    for text in ("a" * 10**6, "a@" * 10**6, "%40" * 10**6, "a." * 10**6, "a@b." * 10**5):
        privacy.redact(text)
        privacy.redact_all(pd.Series([text]))
    assert time.process_time() - began < 5


# Files


def test_special_files_are_lines_and_do_not_hang(tmp_path: Path) -> None:
    """A pipe, a socket, a device and links that lead nowhere, round or out are not read."""
    os.mkfifo(tmp_path / "pipe.csv")
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(str(tmp_path / "socket.csv"))
        (tmp_path / "zero.csv").symlink_to("/dev/zero")
        (tmp_path / "gone.csv").symlink_to("nowhere.csv")
        (tmp_path / "round.csv").symlink_to("round.csv")
        (tmp_path / "inside.csv").symlink_to("sound.csv")
        outside = tmp_path.parent / f"{tmp_path.name}-outside"
        outside.mkdir()
        instagram(outside, instagram_row("2"))
        (tmp_path / "out.csv").symlink_to(outside / "ig.csv")
        (tmp_path / "folder").symlink_to(outside)
        lines = whys(tmp_path)
    link = "symbolic link; not followed"
    assert {
        "pipe.csv": "not a regular file",
        "socket.csv": "not a regular file",
        "zero.csv": link,
        "gone.csv": link,
        "round.csv": link,
        "out.csv": link,
        "folder": "symbolic link to a folder; not followed",
    } == {name: line for name, line in lines.items() if name != "inside.csv"}
    assert {"instagram:1"} == set(loaded(tmp_path).posts["post_id"])


def test_pipe_given_as_the_folder_is_refused(tmp_path: Path) -> None:
    """It is no folder of exports, and nobody waits for it."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(load.LoadError, match=re.escape("'not a regular file' (1 file(s))")):
        loaded(tmp_path / "pipe")


def test_folder_that_may_not_be_opened_is_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be listed is not passed over in silence."""
    (tmp_path / "closed").mkdir()
    real = os.scandir

    def scandir(place: str) -> object:
        if str(place).endswith("closed"):
            raise PermissionError(13, "denied", str(place))
        return real(place)

    monkeypatch.setattr(os, "scandir", scandir)
    assert {"closed": "folder that may not be opened"} == whys(tmp_path)


def test_file_that_vanishes_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is gone between being listed and being read costs its own line only."""
    (tmp_path / "gone.csv").write_bytes(TABLE)
    real = Path.open

    def vanishing(path: Path, *rest: str, **named: str) -> object:
        if path.name == "gone.csv":
            path.unlink()
        return real(path, *rest, **named)

    monkeypatch.setattr(Path, "open", vanishing)
    assert {"gone.csv": "vanished, or could not be read to its end"} == whys(tmp_path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a\nb\x1b[31m.csv", "a\ufffdb\ufffd[31m.csv"),
        ("a\u202evsc.exe", "a\ufffdvsc.exe"),
        (os.fsdecode(b"caf\xe9.csv"), "caf\ufffd.csv"),
        ("a\u200b\u2028b.csv", "a\ufffd\ufffdb.csv"),
    ],
)
def test_names_are_harmless(tmp_path: Path, name: str, expected: str) -> None:
    """A receipt shows no name that breaks a line, turns the writing or is no text."""
    (tmp_path / name).write_bytes(TABLE)
    assert {expected} == set(whys(tmp_path))
    loaded(tmp_path).write(tmp_path / "tables")
    assert {"sound.csv", expected} == set(tables.read(tmp_path / "tables").receipt["file"])


def test_long_names_are_cut(tmp_path: Path) -> None:
    """A member's name of 60,000 letters does not fill the page."""
    (tmp_path / "a.zip").write_bytes(zipped({"x" * 60_000 + ".csv": TABLE}))
    (name,) = whys(tmp_path)
    assert (300, "a.zip/xxxx", "xxxx.csv") == (len(name), name[:10], name[-8:])


# What is written


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        *((sign + "1+1", "'" + sign + "1+1") for sign in ("=", "+", "-", "@", "\t")),
        ("\r1+1", "'\n1+1"),
        ("-1.5", "-1.5"),
        ("+3e-7", "+3e-7"),
        ("-", "'-"),
        ("a=1", "a=1"),
        ("", ""),
        ("-1\n=1", "'-1\n=1"),
    ],
)
def test_no_cell_that_is_written_is_a_formula(cell: str, expected: str) -> None:
    """Text that a spreadsheet would run gets an apostrophe; numbers stay."""
    written = spreadsheets.csv_text(pd.DataFrame({cell or "x": [cell], "n": [-1.5]}))
    table = pd.read_csv(io.StringIO(written, newline=""), dtype="str", na_filter=False)
    assert {expected or "x": [expected], "n": ["-1.5"]} == table.to_dict("list")


def test_every_writer_of_csv_writes_harmless_cells(root: Path) -> None:
    """No helper writes CSV but by the one function that escapes.

    Digests are not written; the table of validation has numbers and names of our own.
    """
    writers = {
        path.name
        for path in (root / "src").rglob("*.py")
        if re.search(r"\.to_csv\(|csv\.(?:Dict)?[wW]riter\(|to_excel\(", path.read_text("utf-8"))
    }
    assert {"spreadsheets.py", "provenance.py", "engine.py"} == writers
