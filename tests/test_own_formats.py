"""Formats that users write themselves, and the tables that they type by hand."""

import contextlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from exports import KEY
from helpers import formats, load
from helpers.converters import CONVERTERS
from helpers.formats.entries import TESTS
from helpers.tables import Engagement

TOML = """name = "my-shop"

[[file]]
signature = { named = "my-shop*" }

[[file.set_aside]]
reason = "test order"
when = [{ column = "Status", is = ["test"] }]

[[file.table]]
name = "conversions"

[file.table.columns]
conversion_id = { from = "Order", convert = "id", prefix = "my-shop" }
occurred_at = { from = "Date", convert = "instant", formats = ["iso"], zone = "UTC" }
grain = "day"
kind = "sale"
quantity = { from = "Copies", convert = "whole" }
channel = "my-shop"
person_id = { from = "E-mail", convert = "person", space = "email" }
"""
ROWS = [
    ["Order", "Date", "Copies", "E-mail", "Status"],
    ["A-1", "2026-05-01", "2", "ada@example.org", "paid"],
    ["A-2", "2026-05-02", "1", "", "test"],
]
CSV = "\n".join(",".join(row) for row in ROWS) + "\n"
TEMPLATES = {
    "bookscan-weekly.csv": "week_ending,isbn,units,source\n",
    "known-causes.csv": "starts_on,ends_on,label\n",
    "follower-counts.csv": "platform,as_of,kind,count\n",
}


def loaded(folder: Path, toml: str | None = TOML, csv: str = CSV) -> Engagement:
    """Return what a folder yields that holds a file and its description."""
    (folder / "my-shop-2026.csv").write_text(csv)
    if toml is not None:
        (folder / "my-shop.toml").write_text(toml)
    return load.load(folder, key=KEY)


def refusal(folder: Path, toml: str, csv: str = CSV) -> str:
    """Return the message with which a description is refused."""
    with pytest.raises(load.LoadError) as refused:
        loaded(folder, toml, csv)
    return str(refused.value)


def why(engagement: Engagement, file: str) -> str:
    """Return why a file's rows were set aside, having checked that they add up."""
    (line,) = engagement.receipt[engagement.receipt["file"] == file].to_dict("records")
    assert line["read"] == line["kept"] + line["set_aside"]
    return str(line["why"])


# The description that data/README.md shows


@pytest.fixture(scope="module")
def shown(root: Path) -> dict[str, str]:
    """Return the blocks of the section on formats of one's own, by their language."""
    text = (root / "src/helpers/codebook/own-format.md").read_text(encoding="utf-8")
    return dict(re.findall(r"```(toml|csv|text)\n(.*?)```", text, re.DOTALL))


def test_shown_example_does_what_is_said(shown: dict[str, str], tmp_path: Path) -> None:
    """The example of data/README.md loads, and yields the receipt that stands there."""
    found = loaded(tmp_path, shown["toml"], shown["csv"])
    assert shown["text"].strip() == why(found, "my-shop-2026.csv")
    sales = found.conversions
    assert [1, 2] == sales["quantity"].tolist()
    assert [12.5, 25.0] == sales["value"].tolist()
    assert ["EUR", "EUR"] == sales["currency"].tolist()
    assert ["my-shop:A-1", "my-shop:A-2"] == sales["conversion_id"].tolist()
    assert "LETTER" == sales["code"][1]
    assert sales["person_id"].str.fullmatch("email:[0-9a-f]{20}").all()


def test_shown_words_exist(root: Path) -> None:
    """Every converter, condition and kind that the section lists is one that there is."""
    text = (root / "src/helpers/codebook/own-format.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert 14 == len(named)
    assert set() == set(named) - set(CONVERTERS)
    tests = set(re.findall(r"`\{ column = \"X\", (\w+) =", text)) | {"is_not", "filled"}
    assert set() == tests - set(TESTS)


# What is enough


def test_description_may_be_short(tmp_path: Path) -> None:
    """A name, a file name's pattern and a table are enough."""
    found = loaded(tmp_path)
    assert [("2026-05-01", 2)] == [
        (str(when.date()), count)
        for when, count in zip(
            found.conversions["occurred_at"], found.conversions["quantity"], strict=True
        )
    ]
    assert "1 test order (row 3)" == why(found, "my-shop-2026.csv")
    assert "describes formats of your own" == why(found, "my-shop.toml")


def test_sheet_is_recognised_by_its_workbooks_name(tmp_path: Path) -> None:
    """A pattern of a file's name is met by the sheets of a workbook of that name."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in ROWS:
        sheet.append(row)
    book.save(tmp_path / "my-shop-2026.xlsx")
    (tmp_path / "my-shop.toml").write_text(TOML)
    assert [2] == load.load(tmp_path, key=KEY).conversions["quantity"].tolist()


JSON = TOML.replace('[[file.set_aside]]\nreason = "test order"\n', "").replace(
    'when = [{ column = "Status", is = ["test"] }]\n', ""
)
JSON = JSON.replace('named = "my-shop*" }', 'named = "my-shop*" }\nrows = "orders[]"').replace(
    '"E-mail"', '"buyer.email"'
)
TREE = {
    "orders": [
        {"Order": "A-1", "Date": "2026-05-01", "Copies": 2, "buyer": {"email": "ada@example.org"}},
        {"Order": "A-2", "Date": "2026-05-02", "Copies": 1, "buyer": {}},
    ]
}


def json_loaded(folder: Path, toml: str, tree: Any) -> Engagement:
    """Return what a folder yields that holds a JSON file and its description."""
    (folder / "my-shop.json").write_text(json.dumps(tree))
    (folder / "my-shop.toml").write_text(toml)
    return load.load(folder, key=KEY)


def test_json_is_described_by_its_rows(tmp_path: Path) -> None:
    """A list of records is named by `rows`, columns by their paths within a record."""
    found = json_loaded(tmp_path, JSON, TREE).conversions
    assert [2, 1] == found["quantity"].tolist()
    assert [True, False] == found["person_id"].notna().tolist()


def test_path_that_no_record_has_is_refused(tmp_path: Path) -> None:
    """A path that JSON does not have is named, with those that it has."""
    with pytest.raises(load.LoadError) as refused:
        json_loaded(tmp_path, JSON.replace("buyer.email", "buyer.mail"), TREE)
    expected = (
        "my-shop.file: column 'buyer.mail' is not in 'my-shop.json'. Did you mean 'buyer.email'? "
        "Its columns: Order, Date, Copies, buyer, buyer.email."
    )
    assert expected == str(refused.value)


# What is refused, and how


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (
            'name = "my-shop"',
            "name = my-shop",
            "my-shop.toml: not TOML: Invalid value (at line 1, column 8).",
        ),
        (
            'name = "conversions"',
            'name = "conversion"',
            (
                "my-shop.file: unknown table 'conversion'. Did you mean 'conversions'? Known: "
                "audience, causes, conversions, posts, responses, survey, tallies."
            ),
        ),
        (
            'kind = "sale"',
            'kind = "sales"',
            (
                "my-shop.file.kind: unknown conversions.kind 'sales'. Did you mean 'sale'? "
                "Known: follow, pages, paid, sale, signup."
            ),
        ),
        ('grain = "day"\n', "", "my-shop.file, table 'conversions': entry 'grain' is missing."),
        (
            "signature = { named",
            "signature = { name",
            "my-shop.file: entry 'shows' is missing.",
        ),
        (
            'is = ["test"]',
            'matches = ["te(st"]',
            (
                "my-shop.file: 'te(st' is no regular expression "
                "(missing ), unterminated subpattern at position 2)."
            ),
        ),
        (
            'prefix = "my-shop" }',
            'prefix = "my-shop", needs = "[0-9" }',
            (
                "my-shop.file.conversion_id: '[0-9' is no regular expression "
                "(unterminated character set at position 0)."
            ),
        ),
        (
            ', formats = ["iso"]',
            "",
            "my-shop.file.occurred_at: entry 'formats' is missing.",
        ),
        (
            'quantity = { from = "Copies", convert = "whole" }',
            'quantity = { from = "Copies" }',
            (
                "my-shop.file, conversions.quantity: converter 'text' does not fit. "
                "Fitting: whole, words."
            ),
        ),
        (
            ', convert = "person", space = "email" }',
            " }",
            (
                "my-shop.file, conversions.person_id: converter 'text' does not fit. "
                "Fitting: person."
            ),
        ),
        (
            'quantity = { from = "Copies", convert = "whole" }',
            'quantity = "two"',
            "my-shop.file, conversions.quantity: 'two' is not a value of type Int64.",
        ),
        (
            'from = "Copies"',
            "from = 5",
            (
                "my-shop: entry 'file.table.columns.quantity.from' takes text in quotation "
                "marks; found 5."
            ),
        ),
        (
            "[file.table.columns]\n",
            "[[file.tables]]\n",
            "my-shop.file: unknown entry 'tables'. Did you mean 'table'? Known: ",
        ),
    ],
)
def test_slip_is_explained(right: str, wrong: str, message: str, tmp_path: Path) -> None:
    """Each slip is named with the file, the place and what was probably meant."""
    assert right in TOML
    found = refusal(tmp_path, TOML.replace(right, wrong, 1))
    assert found.startswith(f"'my-shop.toml' cannot be used as a format: {message}")


def test_unknown_converter_is_explained(tmp_path: Path) -> None:
    """A converter that there is not is named with the one that was meant."""
    found = refusal(tmp_path, TOML.replace('convert = "whole"', 'convert = "wole"'))
    expected = "my-shop.file.quantity: unknown converter 'wole'. Did you mean 'whole'? Known: "
    assert found.startswith(f"'my-shop.toml' cannot be used as a format: {expected}")


TALLY = """name = "my-site"

[[file]]
signature = { shows = ["Id", "Likes"] }
post_id = { from = "Id", convert = "id", prefix = "my-site" }
tallies = [{ from = "Likes", kind = "like", unit = "acts" }]

[[file.table]]
name = "posts"
columns = { platform = "my-site", kind = "post" }
"""


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (', unit = "acts"', "", "my-site.file: entry 'unit' is missing."),
        (
            'unit = "acts"',
            'unit = "act"',
            (
                "my-site.file.unit: unknown tallies.unit 'act'. Did you mean 'acts'? "
                "Known: acts, people, views."
            ),
        ),
        (
            '"like"',
            '"likes"',
            (
                "my-site.file, tallies.kind: unknown kind 'likes'. Did you mean 'like'? Known: "
                "actor, boost, click, delivery, expand, follow, impression, like, open, quote, "
                "reach, reply, save, view."
            ),
        ),
        (
            'convert = "id", prefix = "my-site"',
            'convert = "text"',
            (
                "my-site.file, posts.post_id: converter 'text' does not fit. "
                "Fitting: digest, file, id, key, row."
            ),
        ),
    ],
)
def test_slip_in_totals_is_explained(right: str, wrong: str, message: str, tmp_path: Path) -> None:
    """A missing or unknown unit or kind of a total, and a title as an identifier, are refused."""
    (tmp_path / "likes.csv").write_text("Id,Likes\n7,3\n")
    assert [3] == loaded(tmp_path, TALLY).tallies["count"].tolist()
    found = refusal(tmp_path, TALLY.replace(right, wrong))
    assert f"'my-shop.toml' cannot be used as a format: {message}" == found


def test_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A column that the file lacks is named with the file, its columns and the one meant."""
    expected = (
        "my-shop.file: column 'Copy' is not in 'my-shop-2026.csv'. "
        "Did you mean 'Copies'? Its columns: Order, Date, Copies, E-mail, Status."
    )
    assert expected == refusal(tmp_path, TOML.replace('"Copies"', '"Copy"'))


def test_column_of_a_condition_must_be_there(tmp_path: Path) -> None:
    """A condition on a column that the file lacks is refused, not passed over."""
    found = refusal(tmp_path, TOML.replace('"Status"', '"State"'))
    expected = "my-shop.file: column 'State' is not in 'my-shop-2026.csv'. Did you mean 'Status'?"
    assert found.startswith(expected)


def test_one_of_several_columns_is_enough(tmp_path: Path) -> None:
    """Of columns that are named in turn one must be there."""
    found = loaded(tmp_path, TOML.replace('from = "Copies"', 'from = ["Units", "Copies"]'))
    assert [2] == found.conversions["quantity"].tolist()


def test_refusal_shows_no_address(tmp_path: Path) -> None:
    """A file without headings does not show an address in the list of its columns."""
    found = refusal(tmp_path, TOML, CSV.partition("\n")[2])
    assert "ada" not in found
    assert "[e-mail]" in found


def test_two_formats_of_one_name_are_refused(tmp_path: Path) -> None:
    """Two descriptions of one name, or of a built-in one's, are refused with both files."""
    (tmp_path / "other.toml").write_text(TOML)
    expected = "'other.toml': the name 'my-shop' is taken by 'my-shop.toml'. Give it another name."
    assert expected == refusal(tmp_path, TOML)
    (tmp_path / "other.toml").unlink()
    expected = (
        "'my-shop.toml': the name 'gumroad' is taken by the formats that are built in. "
        "Give it another name."
    )
    assert expected == refusal(tmp_path, TOML.replace('name = "my-shop"', 'name = "gumroad"'))


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    """Two kinds of file in one description need names that tell them apart."""
    twice = TOML + TOML.partition("\n\n")[2]
    expected = (
        "'my-shop.toml' cannot be used as a format: "
        "my-shop.file: 2 [[file]] have this name. Give each its own name."
    )
    assert expected == refusal(tmp_path, twice)


def entries(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every entry of a tree."""
    inner = node.items() if isinstance(node, dict) else enumerate(node)
    found: list[tuple[Any, ...]] = []
    for key, value in inner:
        found.append((*path, key))
        if isinstance(value, dict | list):
            found += entries(value, (*path, key))
    return found


@pytest.mark.parametrize("wrong", ["5", "true", "[]", "[[]]", "{}", "'x'", "[5]", "1.5"])
def test_wrong_sort_of_value_never_breaks(wrong: str) -> None:
    """Whatever stands in place of an entry, a description is read or refused in words."""
    value = tomllib.loads(f"x = {wrong}")["x"]
    for text in (TOML, TALLY):
        for path in entries(tomllib.loads(text)):
            tree = tomllib.loads(text)
            node = tree
            for key in path[:-1]:
                node = node[key]
            node[path[-1]] = value
            with contextlib.suppress(formats.FormatError):
                assert "x.toml" == formats.parse(toml_text(tree), own="x.toml").source


def toml_text(tree: dict[str, Any]) -> str:
    """Return a tree as TOML, every table in one line."""
    return "".join(f"{key} = {inline(value)}\n" for key, value in tree.items())


def inline(value: Any) -> str:
    """Return a value as TOML in one line."""
    if isinstance(value, dict):
        inner = ", ".join(f"{json.dumps(key)} = {inline(one)}" for key, one in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(inline, value))}]"
    return json.dumps(value)


# TOML that is no format


def test_settings_of_a_tool_are_left_alone(tmp_path: Path) -> None:
    """A TOML file without [[file]] is listed as no format, and the exports load."""
    (tmp_path / "tool.toml").write_text('[tool]\nfile = "x"\n')
    (tmp_path / "almost.TOML").write_text(TOML.replace("[[file]]", "[[files]]", 1))
    found = loaded(tmp_path)
    assert [2] == found.conversions["quantity"].tolist()
    assert "not a format of your own: it has no [[file]]" == why(found, "tool.toml")
    expected = "not a format of your own: it has no [[file]] (did you mean it by 'files'?)"
    assert expected == why(found, "almost.TOML")


def test_description_beside_one_file_counts(tmp_path: Path) -> None:
    """Loading a single file uses the descriptions that lie beside it."""
    loaded(tmp_path)
    found = load.load(tmp_path / "my-shop-2026.csv", key=KEY)
    assert [2] == found.conversions["quantity"].tolist()


def test_pattern_with_groups_is_no_warning(tmp_path: Path) -> None:
    """A regular expression with brackets works as a condition; capitals do not matter."""
    found = loaded(tmp_path, TOML.replace('is = ["test"]', 'matches = ["^(TE|pe)st$"]'))
    assert "1 test order (row 3)" == why(found, "my-shop-2026.csv")


# Tables typed by hand


def typed(folder: Path, name: str, *rows: str) -> Engagement:
    """Return what a table typed by hand yields."""
    (folder / name).write_text(TEMPLATES[name] + "".join(f"{row}\n" for row in rows))
    return load.load(folder, key=KEY)


def test_templates_are_empty(root: Path, tmp_path: Path) -> None:
    """The shipped tables hold headings and nothing that could pass for the author's own data."""
    folder = root / "data/templates"
    assert TEMPLATES == {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    found = load.load(folder, key=KEY)
    assert ["no rows"] * 3 == found.receipt["why"].tolist()
    assert (0, 0, 0) == (len(found.conversions), len(found.audience), len(found.causes))


def test_weekly_sales_begin_on_the_weeks_first_day(tmp_path: Path) -> None:
    """A week that ends on 2 May 2026 is dated by 26 April; returns are negative."""
    rows = ("2026-05-02,0306406152,41,BookScan", '2026-05-09,0306406152,"1,204",BookScan')
    found = typed(tmp_path, "bookscan-weekly.csv", *rows, "2026-05-09,9780306406157,-2,BookScan")
    sales = found.conversions.sort_values("quantity")
    dates = ["2026-05-03", "2026-04-26", "2026-05-03"]
    assert dates == sales["occurred_at"].dt.strftime("%Y-%m-%d").tolist()
    assert [-2, 41, 1204] == sales["quantity"].tolist()
    assert {"week"} == set(sales["grain"])
    assert {"BookScan"} == set(sales["channel"])
    assert sales["value"].isna().all()


def test_weekly_sales_of_two_copies_count_once(tmp_path: Path) -> None:
    """A week in two copies of the table counts once, as the later copy has it."""
    head = TEMPLATES["bookscan-weekly.csv"]
    (tmp_path / "a-20260510.csv").write_text(f"{head}2026-05-02,0306406152,41,BookScan\n")
    (tmp_path / "b-20260601.csv").write_text(f"{head}2026-05-02,0306406152,43,BookScan\n")
    found = load.load(tmp_path, key=KEY)
    assert [43] == found.conversions["quantity"].tolist()


BOOKS, CAUSES, FOLLOWERS = TEMPLATES
UNDATED = "is not written YYYY-MM-DD"
LOST = "whose isbn has not 10 or 13 digits (lost to a programme for tables?)"
KINDLESS = (
    "whose kind is none of followers, subscribers, paid subscribers, viewers, visitors, views, "
    "visits"
)


@pytest.mark.parametrize(
    ("name", "row", "reason"),
    [
        (BOOKS, "5/2/2026,0306406152,4,BookScan", f"whose week_ending {UNDATED}"),
        (
            BOOKS,
            "2026-02-30,0306406152,4,BookScan",
            "whose 'week_ending' is not a date of this format",
        ),
        (BOOKS, "2026-05-02,306406152,4,BookScan", LOST),
        (BOOKS, "2026-05-02,9.78031E+12,4,BookScan", LOST),
        (BOOKS, "2026-05-02,,4,BookScan", "without an ISBN"),
        (BOOKS, "2026-05-02,0306406152,,BookScan", "without 'units'"),
        (BOOKS, "2026-05-02,0306406152,4,", "without 'source'"),
        (CAUSES, "2026-05-09,2026-05-01,Discount", "that ends before it starts"),
        (CAUSES, "2026-05,2026-05-01,Discount", f"whose starts_on {UNDATED}"),
        (CAUSES, "2026-05-01,May,Discount", f"whose ends_on {UNDATED}"),
        (CAUSES, "2026-05-01,2026-05-01,", "without 'label'"),
        (FOLLOWERS, "mastodon,31.05.2026,followers,4", f"whose as_of {UNDATED}"),
        (FOLLOWERS, "mastodon,2026-05-31,likes,4", KINDLESS),
        (FOLLOWERS, "mastodon,2026-05-31,followers,about 4", "whose 'count' is not a whole number"),
        (FOLLOWERS, ",2026-05-31,followers,4", "without 'platform'"),
    ],
)
def test_wrong_row_gets_a_reason(name: str, row: str, reason: str, tmp_path: Path) -> None:
    """Each mistake in a typed row sets that row aside for a reason in plain words."""
    found = typed(tmp_path, name, row)
    assert re.fullmatch(rf"1 row {re.escape(reason)} \(row 2(?: ‘.*’)?\)", why(found, name))


def test_causes_without_a_last_day_are_of_one_day(tmp_path: Path) -> None:
    """A cause whose last day is blank starts and ends on one day."""
    causes = typed(tmp_path, "known-causes.csv", "2026-05-20,,Advert").causes
    day = pd.Timestamp("2026-05-20", tz="UTC")
    assert [(day, day, "Advert")] == list(causes.itertuples(index=False, name=None))


def test_follower_counts_keep_their_unit(tmp_path: Path) -> None:
    """Followers are people, views are views, visits are acts; capitals do not matter."""
    rows = (
        "mastodon,2026-05-31,Followers,1204",
        "site,2026-05-31,views,9",
        "site,2026-05-31,visits,7",
    )
    found = typed(tmp_path, "follower-counts.csv", *rows).audience
    expected = {("followers", "people", 1204), ("views", "views", 9), ("visits", "acts", 7)}
    assert expected == set(zip(found["kind"], found["unit"], found["count"], strict=True))
