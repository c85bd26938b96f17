"""What is done for speed changes no result."""

import hmac
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import exports
from exports import KEY
from helpers import (
    bench,
    converters,
    formats,
    hashing,
    load,
    mapping,
    merging,
    sameness,
    schemas,
    threads,
)
from helpers.formats import conditions
from helpers.formats.layouts import Condition, Layout
from helpers.formats.recognition import likely
from helpers.merging import posts
from helpers.readers import Document, cells, regular, sources
from helpers.readers.headers import Header

PIECES = ["", "x", " y", "é", '""', '"', '"p,q"', '"1\n2"', ",", ",", ",", "\n", "\n", "\r\n", "\r"]
LAYOUTS = [layout for form in formats.KNOWN for layout in form.layouts]


def quick(content: str, header: Header) -> pd.DataFrame | None:
    """Return what the faster parser makes of a text, if it takes it."""
    return regular.regular(content.encode(), header, list)


def tolerant(content: str, header: Header) -> cells.Records:
    """Return the records of a text, read without the faster parser."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "regular", lambda *_: None)
        return cells.table(content.encode(), header, list)


@given(
    st.sampled_from(["a,b,c\n", "a,b,c\r\n", "From\n\na,b,c\n"]), st.lists(st.sampled_from(PIECES))
)
@example("a,b,c\n", ["x", ",", '"p,q"', ",", '"1\n2"', "\n", ",", ",", "é", "\n"])
def test_faster_parser_reads_what_the_tolerant_one_reads(above: str, pieces: list[str]) -> None:
    """Whatever text it takes, rows, their numbers and cells are the same, none set aside."""
    content, header = above + "".join(pieces), Header(("a", "b", "c"), above.count("\n"), ",")
    found = quick(content, header)
    if found is not None:
        expected = tolerant(content, header)
        pd.testing.assert_frame_equal(expected.rows, found, check_index_type=False)
        assert expected.reasons.isna().all()


@given(st.lists(st.sampled_from(PIECES), min_size=4), st.integers(8, 40), st.integers(4, 40))
@example(["x", ",", '"1\n2"', ",", "x", "\n", *("x", ",", "é", ",", "x", "\n") * 4], 12, 12)
def test_a_file_is_read_alike_in_parts_of_any_size(
    pieces: list[str], part: int, sample: int
) -> None:
    """Wherever a part ends, within a cell of several lines too, the cells are the same."""
    content, header = "a,b,c\n" + "".join(pieces), Header(("a", "b", "c"), 1, ",")
    with pytest.MonkeyPatch.context() as patch:
        for name, size in {"LARGE": 1, "PART": part, "SAMPLE": sample}.items():
            patch.setattr(regular, name, size)
        found = quick(content, header)
    if found is not None:
        expected = tolerant(content, header).rows
        pd.testing.assert_frame_equal(expected, found.astype("str"), check_index_type=False)


def test_a_large_file_of_cells_of_several_lines_is_read_in_parts() -> None:
    """It is not left to the tolerant parser, though a part of it ends within a cell."""
    rows = "".join(f'{number},"one\ntwo {"." * 40}",x\n' for number in range(200_000))
    assert len(rows) > regular.LARGE
    found = quick(f"a,b,c\n{rows}", Header(("a", "b", "c"), 1, ","))
    assert found is not None
    assert [200_000, "one\ntwo " + "." * 40] == [len(found), found["b"].iloc[-1]]


@given(st.lists(st.sampled_from([b"x" * 3, b"y" * 7, b"\n", b"\r"])).map(b"".join))
@example(b"x" * 20)
@example(b"x" * 15 + b"\n" + b"x" * 4)
def test_a_line_without_end_is_found_though_little_is_read(content: bytes) -> None:
    """It is one if any of the stretches, each as long as the longest line, has no end of line."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "LONGEST_LINE", 10)
        patch.setattr(sources, "SNIFFED", 4)
        found = sources._is_endless(io.BytesIO(content))
    stretches = [content[place : place + 10] for place in range(0, len(content), 10)]
    assert found == any(len(one) == 10 and not set(b"\n\r") & set(one) for one in stretches)


@pytest.mark.parametrize("rows", [0, sameness.MANY + 1])
def test_items_are_worked_on_in_their_order(rows: int) -> None:
    """However many rows there are, and so whether in threads or not."""
    assert [1, 4, 9] == threads.each(lambda item: item**2, (1, 2, 3), rows=rows)


@given(st.lists(st.booleans()))
def test_rows_that_follow_each_other_are_taken_at_once(kept: list[bool]) -> None:
    """Whichever rows are meant, they and no others are returned."""
    rows = pd.DataFrame({"a": range(len(kept))}, index=range(3, 3 + len(kept)))
    holds = pd.Series(kept, rows.index, dtype="bool")
    pd.testing.assert_frame_equal(rows[holds], mapping._where(rows, holds))


@pytest.mark.parametrize(
    ("below", "is_taken"),
    [
        ('1,"2, 3",4\r\n"5\n6",,7\r\n', True),
        ("1,2,3,4\n", False),
        ("1,2,3\n4,5", False),
        ("1,2,3\n\n4,5,6\n", False),
        ("1,2,3\n,,\n", False),
        ('1,2,"3\n', False),
        ('1,2,"3"', False),
        ("", False),
    ],
)
def test_whatever_is_irregular_is_left_to_the_tolerant_parser(below: str, is_taken: bool) -> None:
    """Rows too long or too short, blank ones and open quotations are not read by the faster one."""
    assert is_taken == (quick(f"a,b,c\n{below}", Header(("a", "b", "c"), 1, ",")) is not None)


def test_only_columns_in_demand_are_read() -> None:
    """The faster parser returns the columns that are asked for, in the file's order."""
    header = Header(("a", "b", "c"), 1, ",")
    records = cells.table(b"a,b,c\n1,2,3\n", header, lambda names: [n for n in names if n != "b"])
    assert [{"a": "1", "c": "3"}] == records.rows.to_dict("records")


def times() -> Iterator[st.SearchStrategy[str]]:
    """Yield the parts of which a moment in something like ISO 8601 is made."""
    yield st.sampled_from(
        ["2026-03-01", "1969-12-31", "2024-02-29", "20260301", "2026-3-1", "2026-03"]
    )
    yield st.sampled_from(["T", " ", ""])
    yield st.sampled_from(["10", "10:20", "23:59:59", "24:00:00", "1:02:03", ""])
    yield st.sampled_from(["", ".1", ".123", ".123456", ".1234567"])
    yield st.sampled_from(["Z", " UTC", "+00:00", "-0330", "+05", ""])


@given(st.lists(st.tuples(*times()).map("".join), min_size=1), st.sampled_from(["UTC", "stated"]))
@example(["2026-03-01T10:20:00Z", "2026-03-01T10:20:00+05"], "stated")
@example(["2026-03-01T10:20:00Z", "2026-03-01T10:20:00 UTC"], "stated")
@example(["2026-03-01T10:20:00Z", "2026-03Z"], "UTC")
def test_moments_are_the_same_however_they_are_read(texts: list[str], zone: str) -> None:
    """Where the faster reader of dates takes a column, the other one yields the same."""
    series, options = pd.Series(texts, dtype="str"), {"formats": ["iso"], "zone": zone}
    setting = converters.Setting(KEY, None, None, "a.csv", "0" * 64)
    convert = converters.CONVERTERS["instant"].convert
    found = convert(series, options, setting)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("helpers.converters.times._iso", lambda *_: None)
        pd.testing.assert_series_equal(convert(series, options, setting), found)


@given(st.lists(st.tuples(*times()).map("".join), min_size=1), st.sampled_from(["+2", " -5", "Z"]))
@example(["2026/05/02 8:00"], "+2")
@example(["2026-05-02T08"], "+02")
@example(["2026-05-02 1020"], "Z")
def test_a_local_time_that_states_an_offset_is_none(texts: list[str], offset: str) -> None:
    """Where the file's times are local, moments of another clock are not read, nor others lost."""
    series = pd.Series(
        [*texts, *(text + offset for text in texts), "2026-05-03 10:00"], dtype="str"
    )
    options = {"formats": ["iso"], "zone": "parameter"}
    setting = converters.Setting(KEY, "Europe/Paris", None, "a.csv", "0" * 64)
    found = converters.CONVERTERS["instant"].convert(series, options, setting)
    assert pd.Timestamp("2026-05-03 08:00", tz="UTC") == found.iloc[-1]
    stated = series.str.contains(r"[T ]\d[\d:.]*(?:Z| UTC|[+-]\d+|[+-]\d\d:\d\d| -5)$")
    assert found[stated].isna().all()


def test_cells_converted_one_by_one_or_once_each_yield_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables and receipt do not depend on how many cells of a column are alike."""
    exports.gumroad(tmp_path, {"Fully Refunded?": "1"}, {"Purchase ID": "p2", "UTM Term": "n/a"})
    exports.substack(tmp_path / "export.zip", exports.SUBSTACK)
    once = load.load(tmp_path, key=KEY)
    monkeypatch.setattr(conditions, "MANY", 0)
    monkeypatch.setattr(conditions, "SAMPLED", 1)
    monkeypatch.setattr(conditions, "ALIKE", -1)
    each = load.load(tmp_path, key=KEY)
    for name in (*schemas.SCHEMAS, "receipt"):
        pd.testing.assert_frame_equal(getattr(once, name), getattr(each, name))


@pytest.mark.parametrize("key", [KEY, b"k" * 100])
def test_many_names_are_hashed_as_few_are(key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs that a database would take for more than themselves change nothing."""
    names = pd.Series(["ada", "", "ada\0", r"\x41", "é'; --", "x" * 200, "名"], dtype="str")
    texts = pa.array(names, pa.large_string())
    few = hashing.keyed(texts, b"email:", key, 20)
    monkeypatch.setattr(hashing, "MANY", 0)
    expected = [
        hmac.new(key, f"email:{name}".encode(), "sha256").hexdigest()[:20] for name in names
    ]
    assert expected == few.to_pylist() == hashing.keyed(texts, b"email:", key, 20).to_pylist()


@given(st.lists(st.sampled_from(["a", "b", "c", "d", "é", ""])), st.integers(1, 5))
def test_texts_of_equal_marks_are_compared(texts: list[str], marks: int) -> None:
    """Two texts are alike only if they are, whatever their hashes; and if they are, always."""
    series = pd.Series(texts, dtype="str", index=range(5, 5 + len(texts)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sameness, "MANY", 0)
        patch.setattr(
            sameness, "_marks", lambda found: np.array(found.to_pandas().map(len)) % marks
        )
        found = sameness.repeated(series)
    assert series.duplicated(keep=False).to_list() == found.tolist()
    assert found.tolist() == sameness.repeated(series).tolist()


def test_marks_of_equal_texts_are_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there twice is found among many texts, in several pieces too."""
    monkeypatch.setattr(sameness, "MANY", 0)
    texts = pd.concat([pd.Series(["a", "b"], dtype="str"), pd.Series(["c", "a"], dtype="str")])
    assert [True, False, False, True] == sameness.repeated(texts).tolist()


@pytest.mark.parametrize(
    ("test", "met"),
    [
        ("is", [True, False, False, False, True, False]),
        ("is_not", [False, True, True, True, False, True]),
        ("matches", [True, True, False, False, True, False]),
        ("zero", [False, False, True, False, False, False]),
        ("blank", [False, False, False, True, False, False]),
        ("filled", [True, True, True, False, True, True]),
    ],
)
def test_coded_cells_meet_the_tests_that_plain_ones_meet(test: str, met: list[bool]) -> None:
    """A text is tested once for all; missing cells, and texts that no cell is, change nothing."""
    cells = pd.Series(["Ada", "ada b", "0.00", None, "ADA", "x"], dtype="str")
    spare = conditions.coded(pd.concat([pd.Series(["spare", "0"]), cells], ignore_index=True))
    condition = (Condition("name", test, ("ada",)),)
    for column in (cells, conditions.coded(cells), spare.iloc[2:]):
        assert met == conditions.holds(pd.DataFrame({"name": column}), condition).tolist()


def test_coded_cells_are_tidied_as_plain_ones_are() -> None:
    """Blanks go, what stands for nothing is missing, and what is missing stays so."""
    cells = pd.Series([" a", None, "b", "ПУСТО", "a ", ""], dtype="str")
    tidied = partial(mapping._tidied, missing=frozenset({"", "пусто"}))
    for column in (cells, conditions.coded(cells)):
        found = conditions.plain(mapping._column_tidied(column, tidied))
        assert ["a", "-", "b", "-", "a", "-"] == found.fillna("-").tolist()


@given(st.text("ab\n\r"))
@example("a\rb\nc")
@example("a\nb\rc")
@example("")
def test_the_last_line_begins_after_the_last_end_of_line(text: str) -> None:
    """Whichever of the two signs it is, and if there is none."""
    assert text.replace("\r", "\n").rpartition("\n")[2] == regular.tail(text.encode())


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["ada", "eve", None]))),
    st.sampled_from(["people", "acts"]),
    st.booleans(),
)
@example([("a", None), ("a", "eve"), ("b", None), ("b", None)], "people", True)
def test_acts_of_a_post_are_counted_as_groups_are(
    acts: list[tuple[str, str | None]], unit: str, coded: bool
) -> None:
    """Each act, or each person once and nobody known as one; whether text is coded or not."""
    frame = pd.DataFrame(acts, columns=["post_id", "person_id"], dtype="str")
    grouped = frame.drop_duplicates() if unit == "people" else frame
    expected = grouped["post_id"].value_counts().to_dict()
    found = posts._counted(frame.apply(conditions.coded) if coded else frame, unit)
    assert expected == dict(zip(found["post_id"], found["count"], strict=True))


@pytest.mark.parametrize(
    "limits",
    [
        {"readers.regular.LARGE": 100_000, "readers.regular.SAMPLE": 10_000},
        {"intake.MANY": 0, "intake.SAMPLED": 1, "intake.ALIKE": 1},
        {"mapping.MANY": 0},
        {"mapping.MANY": 10**9},
        {"threads.MANY": 0, "hashing.MANY": 0, "hashing.PART": 7, "sameness.MANY": 0},
        {"threads.MANY": 0, "merging.MANY": 0, "schemas.MANY": 0},
    ],
)
def test_files_large_and_small_yield_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    """Tables and receipt do not depend on which sizes of files are read in which way."""
    for rows in (50, 1_000):
        (tmp_path / str(rows)).mkdir()
        bench.gumroad(tmp_path / str(rows), rows)
        bench.substack(tmp_path / str(rows), rows)
    once = load.load(tmp_path, key=KEY)
    for name, limit in limits.items():
        monkeypatch.setattr(f"helpers.{name}", limit)
    again = load.load(tmp_path, key=KEY)
    for name in (*schemas.SCHEMAS, "receipt"):
        pd.testing.assert_frame_equal(getattr(once, name), getattr(again, name))


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.label for layout in LAYOUTS])
def test_a_layout_is_looked_at_if_all_it_asks_for_is_shown(layout: Layout) -> None:
    """Each layout is likely for a document that shows its columns; shouted or not."""
    for signature in layout.signatures:
        names = tuple(name.replace("*", "any").upper() for name in signature.shows)
        document = Document("a.csv", layout.container, (Header(names, 1, ","),))
        assert layout in likely(document, LAYOUTS)


@given(
    st.lists(st.tuples(st.sampled_from([None, 1, 2, 3]), st.sampled_from(["a", "b", "c", None])))
)
@example([(1, "b"), (None, "b"), (1, "a"), (None, "a"), (2, None)])
@example([])
def test_rows_are_sorted_by_the_first_key_and_those_alike_by_the_others(
    rows: list[tuple[int | None, str | None]],
) -> None:
    """As sorting by all keys at once would; what is missing comes last."""
    frame = pd.DataFrame(rows, columns=["when", "who"])
    frame["when"] = pd.to_datetime(frame["when"], unit="s", utc=True).astype(schemas.INSTANT)
    frame["who"] = frame["who"].astype("str")
    found = frame.take(merging._sorted(frame, ["when", "who"]))
    expected = frame.sort_values(["when", "who"])
    pd.testing.assert_frame_equal(
        expected.reset_index(drop=True), found.reset_index(drop=True), check_freq=False
    )


@pytest.mark.parametrize("many", [0, 100])
@pytest.mark.parametrize(
    ("ids", "message"),
    [(["1", "01"], ""), (["1", "x"], ""), (["7", "7"], "'response_id' fails the check")],
)
def test_identifiers_are_told_apart_as_text(
    ids: list[str], message: str, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers that are equal but written differently are two; the same text twice is refused."""
    monkeypatch.setattr(schemas, "MANY", many)
    frame = pd.DataFrame({"response_id": ids, "post_id": "p", "person_id": "x", "kind": "like"})
    frame = frame.assign(occurred_at=pd.NaT, words=None)
    if message:
        with pytest.raises(schemas.TableError, match=message):
            schemas.check("responses", frame)
    else:
        assert ids == schemas.check("responses", frame)["response_id"].tolist()


def test_bench_exports_load_whole(tmp_path: Path) -> None:
    """The invented exports are recognised, and nothing but the row of totals is set aside."""
    for export in (bench.gumroad, bench.substack):
        export(tmp_path, 1_000)
    receipt = load.load(tmp_path, key=KEY).receipt
    assert ["1 row of totals (row 1002)"] == [
        why for why in receipt["why"] if "duplicate" not in why and why
    ]
    assert {"gumroad.sales", "substack.delivers", "substack.opens"} < set(receipt["format"])
    assert 1_001 == receipt.set_index("file")["read"]["Sales.csv"]
