import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

import exports
from exports import AUTHOR, KEY, answer, gumroad, instagram, instagram_row, post
from helpers import codebook, formats, load
from helpers.codebook import SPECIMENS
from helpers.formats.catalogue import catalogue
from helpers.formats.recognition import find
from helpers.readers import headers
from helpers.readers.pages import words
from helpers.schemas import SCHEMAS
from helpers.tables import Engagement

BERLIN = "Europe/Berlin"
MINIMAL = """
name = "shop"
title = "A shop"
source = "nowhere"
traps = []

[[file]]
name = "sales"
title = "Sales"
container = "table"
signature = [{ shows = ["Order"] }]
post_id = { from = "Order", convert = "id", prefix = "shop" }

[[file.table]]
name = "posts"
columns = { platform = "shop", kind = "post" }
"""


def tally(engagement: Engagement, post_id: str) -> dict[tuple[str, str], int]:
    """Return a post's tallies by kind and unit."""
    rows = engagement.tallies[engagement.tallies["post_id"] == post_id]
    return dict(zip(zip(rows["kind"], rows["unit"], strict=True), rows["count"], strict=True))


def why(engagement: Engagement) -> str:
    """Return why the only file's records were set aside, having checked that they add up."""
    (line,) = engagement.receipt.to_dict("records")
    assert line["read"] == line["kept"] + line["set_aside"]
    return str(line["why"])


# What a format's file may say


def test_minimal_format_is_accepted() -> None:
    """The format that the refusals below are made from is itself sound."""
    assert "shop.sales" == formats.parse(MINIMAL).layouts[0].label


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ('source = "nowhere"', "", "shop: entry 'source' is missing."),
        (
            '"table"',
            '"tabel"',
            (
                "shop.sales: unknown container 'tabel'. Did you mean 'table'? "
                "Known: json, page, table."
            ),
        ),
        (
            'convert = "id"',
            'convert = "identity"',
            (
                "shop.sales.post_id: unknown converter 'identity'. Known: answer, as_of, "
                "choice, currency, digest, file, host, id, instant, key, money, nth_day, person, "
                "phantom, row, text, whole, words."
            ),
        ),
        (', prefix = "shop"', "", "shop.sales.post_id: entry 'prefix' is missing."),
        (
            'name = "posts"',
            'name = "post"',
            (
                "shop.sales: unknown table 'post'. Did you mean 'posts'? "
                "Known: audience, causes, conversions, posts, responses, survey, tallies."
            ),
        ),
        (
            'kind = "post"',
            'kinds = "post"',
            "shop.sales, table 'posts': entry 'kind' is missing. Did you mean it by 'kinds'?",
        ),
        (
            'kind = "post"',
            'kind = "post", likes = 3',
            (
                "shop.sales, table 'posts': unknown entry 'likes'. "
                "Known: grain, kind, platform, post_id, published_at, words."
            ),
        ),
        (
            'kind = "post"',
            (
                'kind = { from = "Type", convert = "choice", choices = { a = "vidoe" }, '
                'otherwise = "post" }'
            ),
            (
                "shop.sales.kind: unknown posts.kind 'vidoe'. Did you mean 'video'? "
                "Known: boost, newsletter, post, reply, video."
            ),
        ),
        (
            'kind = "post"',
            (
                'kind = "post", published_at = { from = "On", convert = "instant", '
                'formats = ["iso"], zone = "local" }'
            ),
            "shop.sales.published_at: unknown zone 'local'. Known: UTC, either, parameter, stated.",
        ),
        (
            'title = "Sales"',
            'title = "Sales"\nreader = "y"',
            "shop.sales: unknown reader 'y'. Known: bluesky, mastodon.",
        ),
        (
            'title = "Sales"',
            'title = "Sales"\ntotals = [{ kind = "open", unit = "person" }]',
            "shop.sales: unknown unit 'person'. Known: acts, people, views.",
        ),
        (
            "columns = {",
            'when = [{ column = "Order", is = [] }]\ncolumns = {',
            "shop.sales: test 'is' takes a list of values, or true.",
        ),
        (
            "columns = {",
            'when = [{ column = "Order" }]\ncolumns = {',
            (
                "shop.sales: a condition has one test of is, is_not, matches, blank, filled, zero, "
                "same, differs."
            ),
        ),
    ],
)
def test_faulty_format_is_refused(right: str, wrong: str, message: str) -> None:
    """Each slip in a format's file is named with its place and what is known there."""
    assert right in MINIMAL
    with pytest.raises(formats.FormatError, match=f"^{re.escape(message)}$"):
        formats.parse(MINIMAL.replace(right, wrong))


def test_what_tables_share_stands_once() -> None:
    """Common columns enter each table that has them, unless it says otherwise."""
    shared = MINIMAL.replace(
        'columns = { platform = "shop", kind = "post" }',
        'columns = { kind = "video" }\n[file.common]\nplatform = "shop"\nkind = "post"',
    )
    (table,) = formats.parse(shared).layouts[0].tables
    constants = {name: column.constant for name, column in table.columns.items()}
    assert {"post_id": None, "platform": "shop", "kind": "video"} == constants


def test_every_format_names_source_and_traps() -> None:
    """A format says where its columns are known from and what to beware of."""
    files = sorted(path.stem for path in formats.FOLDER.glob("*.toml"))
    assert files == [form.name for form in formats.KNOWN]
    assert 30 <= len(files)
    assert all(form.source and form.traps for form in formats.KNOWN)


def test_labels_are_unique() -> None:
    """No two layouts go by the same name in the receipt."""
    labels = [layout.label for form in formats.KNOWN for layout in form.layouts]
    assert sorted(set(labels)) == sorted(labels)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("reach", "Reach"), ("Sale Price (*)", "Sale Price ($)"), ("Sale", None), ("Price (*", None)],
)
def test_names_match_without_case_and_with_stars(wanted: str, expected: str | None) -> None:
    """A column is found whatever its case; a star stands for any text; a part is no match."""
    assert expected == find(["Reach", "Sale Price ($)"], wanted)


# Cells and pages


def test_columns_of_one_name_are_told_apart_by_their_description() -> None:
    """The unit that ends a description joins the name; without one a number does."""
    names = ("Views", "views", "Views", "Reach")
    descriptions = ["Seen. (Total Count)", "", "Seen (twice). (Unique Users)", "By whom. (People)"]
    expected = ["Views (Total Count)", "views", "Views (Unique Users)", "Reach"]
    assert expected == headers.unique_names(names, descriptions)
    assert ["Views", "Views (2)"] == headers.unique_names(("Views", "Views"), ["", ""])


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("a", "a", "a", "A"), ["a", "a (2)", "a (3)", "A (4)"]),
        (("a", "a (2)", "a", "a"), ["a", "a (2)", "a (3)", "a (4)"]),
        (("a", "a", "a (2)", "a (2)"), ["a", "a (2)", "a (2) (2)", "a (2) (3)"]),
        (("ß", "ss", "SS"), ["ß", "ss (2)", "SS (3)"]),
    ],
)
def test_columns_of_one_name_are_told_apart_however_many(
    names: tuple[str, ...], expected: list[str]
) -> None:
    """Numbers go on, and pass over one that a column bears already."""
    assert expected == headers.unique_names(names, [""] * len(names))


def test_a_column_that_stands_thrice_is_read_where_it_stands_first(tmp_path: Path) -> None:
    """What the others hold is left out, by either way of reading."""
    for quoted in ("", '"'):
        folder = tmp_path / f"folder{len(quoted)}"
        folder.mkdir()
        path = gumroad(folder, {})
        sound = load.load(folder, key=KEY).conversions
        header, *rows = path.read_text().splitlines()
        twice = ",Sale Price ($)" * 2
        wide = [header + twice, *(f"{row},7,{quoted}9{quoted}" for row in rows)]
        path.write_text("\n".join(wide) + ("\n" if quoted else ""))
        pd.testing.assert_frame_equal(sound, load.load(folder, key=KEY).conversions)
        assert len(sound) == 1


def test_ten_thousand_columns_of_one_name_are_told_apart() -> None:
    """No two bear one name, and the last bears its number."""
    names = ("a",) * 10_000
    found = headers.unique_names(names, [""] * len(names))
    assert (10_000, "a (10000)") == (len(set(found)), found[-1])


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>Three <b>w</b>ords&nbsp;here.</p>", 3),
        ("<script>var a = 1</script><p>one<br/>two</p><!-- not this -->", 2),
        ("", 0),
    ],
)
def test_words_of_a_page(page: str, expected: int) -> None:
    """Only what a reader sees is counted; tags within a word do not split it."""
    assert expected == words(page)


# Meta Business Suite


def test_instagram_content(tmp_path: Path) -> None:
    """Local minutes become UTC, thousands are read, a blank figure is no figure."""
    row = instagram_row("1801", Views="1,250", Reach="45", Likes="5", Description="Two words")
    story = instagram_row("1802", "11/02/2026 18:30", Views="0", **{"Post type": "IG reel"})
    engagement = load.load(instagram(tmp_path, row, story, "", ""), key=KEY, timezone=BERLIN)
    assert "" == why(engagement)
    first, second = engagement.posts.to_dict("records")
    assert ("instagram:1801", "post", "minute", 2) == (
        first["post_id"],
        first["kind"],
        first["grain"],
        first["words"],
    )
    assert pd.Timestamp("2026-03-27 05:08", tz="UTC") == first["published_at"]
    assert ("video", pd.Timestamp("2026-11-02 17:30", tz="UTC")) == (
        second["kind"],
        second["published_at"],
    )
    expected = {("view", "views"): 1250, ("reach", "people"): 45, ("like", "acts"): 5}
    assert expected == tally(engagement, "instagram:1801")
    assert {("view", "views"): 0} == tally(engagement, "instagram:1802")


def test_column_order_does_not_matter(tmp_path: Path) -> None:
    """The same file with its columns reversed yields the same tables."""
    straight = instagram(tmp_path, instagram_row("1", Likes="5", Views="7"))
    turned = tmp_path / "turned.csv"
    lines = straight.read_text("utf-8-sig").splitlines()
    turned.write_text("\n".join(",".join(line.split(",")[::-1]) for line in lines))
    left, right = (load.load(path, key=KEY, timezone=BERLIN) for path in (straight, turned))
    pd.testing.assert_frame_equal(left.posts, right.posts)
    pd.testing.assert_frame_equal(left.tallies, right.tallies)


def test_facebook_content(tmp_path: Path) -> None:
    """Reactions are likes; the sum of three columns is not read; clicks are acts."""
    path = tmp_path / "fb.csv"
    path.write_text(
        f"{exports.FACEBOOK}\n"
        'p-1,pg,Page,A title,,45,09/27/2026 18:30,u,Reels,"1,250",900,30,20,7,3,44\n',
        encoding="utf-8-sig",
    )
    engagement = load.load(path, key=KEY, timezone="UTC")
    expected = {
        ("reach", "people"): 900,
        ("view", "views"): 1250,
        ("like", "acts"): 20,
        ("reply", "acts"): 7,
        ("boost", "acts"): 3,
        ("click", "acts"): 44,
    }
    assert expected == tally(engagement, "facebook:p-1")
    assert ["video"] == engagement.posts["kind"].tolist()


def test_clocks_that_go_back_or_forward(tmp_path: Path) -> None:
    """An hour that occurs twice means the first; one that is skipped means after the gap."""
    twice = instagram_row("1", "10/25/2026 02:30", Views="1")
    skipped = instagram_row("2", "03/29/2026 02:30", Views="1")
    engagement = load.load(instagram(tmp_path, twice, skipped), key=KEY, timezone=BERLIN)
    times = engagement.posts.set_index("post_id")["published_at"]
    assert pd.Timestamp("2026-10-25 00:30", tz="UTC") == times["instagram:1"]
    assert pd.Timestamp("2026-03-29 01:00", tz="UTC") == times["instagram:2"]


def test_file_that_proves_day_before_month_is_not_trusted(tmp_path: Path) -> None:
    """If a first number is over 12 and no second is, none of the file's dates is read."""
    rows = [instagram_row("1", "27/03/2026 06:08"), instagram_row("2", "04/03/2026 06:08")]
    engagement = load.load(instagram(tmp_path, *rows), key=KEY, timezone=BERLIN)
    expected = (
        "2 rows whose 'Publish time' is not a date of this format "
        "(rows 2 ‘27/03/2026 06:08’, 3 ‘04/03/2026 06:08’)"
    )
    assert expected == why(engagement)
    assert engagement.posts.empty


def test_one_faulty_date_costs_one_row(tmp_path: Path) -> None:
    """If another row proves month before day, only the row that cannot be read goes."""
    rows = [instagram_row("1", "27/03/2026 06:08"), instagram_row("2", "04/30/2026 06:08")]
    engagement = load.load(instagram(tmp_path, *rows), key=KEY, timezone=BERLIN)
    expected = "1 row whose 'Publish time' is not a date of this format (row 2 ‘27/03/2026 06:08’)"
    assert expected == why(engagement)


def test_rows_that_are_not_lifetime_totals_are_set_aside(tmp_path: Path) -> None:
    """A day's figures, figures that are none and ids that are none are set aside, counted."""
    rows = [
        instagram_row("1", Views="7"),
        instagram_row("1", Views="3", Date="2026-03-27"),
        instagram_row("2", Views="many"),
        instagram_row("3", Views="1.250"),
        instagram_row("1.8E+16", Views="7"),
        instagram_row("", Views="7"),
        instagram_row("5", Views="7") + ",beyond",
        "6,1784,cut",
    ]
    path = instagram(tmp_path, *rows)
    path.write_text(path.read_text("utf-8-sig").rstrip("\n"))
    engagement = load.load(path, key=KEY, timezone=BERLIN)
    expected = (
        "1 row of one day's figures (row 3); "
        "2 rows whose 'Views' is not a whole number (rows 4 ‘xxxx’, 5 ‘1.250’); "
        "1 row whose 'Post ID' is not an identifier (row 6 ‘9.9x+99’); "
        "1 row without 'Post ID' (row 7); "
        "1 row with more cells than the header (row 8); "
        "1 row cut off at the end of the file (row 9)"
    )
    assert expected == why(engagement)
    assert ["instagram:1"] == engagement.posts["post_id"].tolist()


@pytest.mark.parametrize("first", [True, False])
def test_row_with_several_cells_too_many_costs_itself_only(tmp_path: Path, first: bool) -> None:
    """Wherever it stands, a row with more cells than the header is set aside, the rest read."""
    rows = [instagram_row("1") + ",a,b,c", instagram_row("2")]
    path = instagram(tmp_path, *(rows if first else rows[::-1]))
    engagement = load.load(path, key=KEY, timezone=BERLIN)
    row = 2 if first else 3
    assert f"1 row with more cells than the header (row {row})" == why(engagement)
    assert ["instagram:2"] == engagement.posts["post_id"].tolist()


def test_blank_date_needs_no_time_zone(tmp_path: Path) -> None:
    """Where no time is stated none is asked for, and the grain is missing too."""
    engagement = load.load(instagram(tmp_path, instagram_row("1", "", Views="7")), key=KEY)
    assert engagement.posts[["published_at", "grain"]].isna().all(axis=None)


# Facebook Page Insights


def test_facebook_metrics_of_moro_and_others(shared_data: Path) -> None:
    """The public file: 500 posts, their known mean reach, and blanks that are not zeros."""
    file = shared_data / "public" / "facebook_metrics" / "dataset_Facebook.csv"
    engagement = load.load(file, key=KEY)
    assert 500 == len(engagement.posts)
    assert engagement.posts["published_at"].isna().all()
    assert {"post": 493, "video": 7} == engagement.posts["kind"].value_counts().to_dict()
    counts = engagement.tallies.groupby(["kind", "unit"])["count"]
    sizes = {("like", "acts"): 499, ("boost", "acts"): 496, ("reply", "acts"): 500}
    assert sizes == {kind: int(counts.size()[kind]) for kind in sizes}
    assert 13_903.36 == pytest.approx(counts.mean()["reach", "people"])
    assert 500 * 8 - 5 == len(engagement.tallies)
    assert "" == why(engagement)


def test_facebook_insights_with_two_header_rows(tmp_path: Path) -> None:
    """The row of descriptions is no post; acts are read, not the people of the same name."""
    head = "Post ID,Permalink,Post Message,Type,Posted,Lifetime Post Total Reach,"
    action = "Lifetime Post Stories by action type - like"
    path = tmp_path / "post level.csv"
    path.write_text(
        f"{head}Lifetime Engaged Users,Lifetime Post Consumers,Lifetime Post Consumptions,"
        f"{action},Lifetime views,Lifetime views\n"
        ",,,,,Lifetime: people. (Unique Users),Lifetime: who did. (Unique Users),Lifetime: a,"
        "Lifetime: b,Lifetime: c,Lifetime: d (Total Count),Lifetime: d (Unique Users)\n"
        "9_1,u,Some text here,SharedVideo,10/1/2015 9:05,800,60,50,70,12,,\n"
    )
    engagement = load.load(path, key=KEY, timezone="America/Los_Angeles")
    assert "" == why(engagement)
    assert [1] == engagement.receipt["read"].tolist()
    (row,) = engagement.posts.to_dict("records")
    assert pd.Timestamp("2015-10-01 16:05", tz="UTC") == row["published_at"]
    assert ("facebook:9_1", "video", 3) == (row["post_id"], row["kind"], row["words"])
    expected = {
        ("reach", "people"): 800,
        ("actor", "people"): 60,
        ("click", "people"): 50,
        ("click", "acts"): 70,
        ("like", "acts"): 12,
    }
    assert expected == tally(engagement, "facebook:9_1")


# Bluesky


def test_feed_keeps_the_authors_own_posts(tmp_path: Path) -> None:
    """Reposts of others are set aside, own posts kept once, replies are replies."""
    other = "did:plc:other"
    reply = post("2", record={"text": "a b c", "reply": {"parent": {}}}, likeCount=1)
    items = [
        {"post": post("1", likeCount=3, replyCount=0)},
        {"post": reply},
        {"post": post("9", other, likeCount=99), "reason": {"by": {"did": AUTHOR}}},
        {"post": post("1", likeCount=3, replyCount=0), "reason": {"$type": "pin"}},
        {"post": post("8", other)},
        *({"post": post(f"{n}", other), "reason": {"by": {"did": AUTHOR}}} for n in range(5)),
    ]
    engagement = load.load(answer(tmp_path, {"feed": items, "cursor": "x"}), key=KEY)
    expected = (
        "6 reposts of someone else's posts (rows 3, 6, 7, …); 1 duplicate (row 4); "
        "1 post of someone else (row 5)"
    )
    assert expected == why(engagement)
    assert {"post": 2, "reply": 3} == dict(
        zip(engagement.posts["kind"], engagement.posts["words"], strict=True)
    )
    assert {3, 1, 0} == set(engagement.tallies["count"])


def test_indexed_time_is_read_not_the_writers(tmp_path: Path) -> None:
    """A post is dated when the network saw it; createdAt is whatever the writer says."""
    engagement = load.load(answer(tmp_path, {"posts": [post("1")]}), key=KEY)
    expected = pd.Timestamp("2026-02-01 08:00:00.123", tz="UTC")
    assert [expected] == engagement.posts["published_at"].tolist()


def test_likes_have_times_and_boosts_have_none(tmp_path: Path) -> None:
    """Who liked and boosted is kept, the author's own acts are not."""
    uri = post("1")["uri"]
    likes = [
        {"actor": {"did": did}, "createdAt": "2026-02-01T09:00:00Z", "indexedAt": "2030-01-01T0Z"}
        for did in ("did:plc:ada", AUTHOR)
    ]
    answer(tmp_path, {"uri": uri, "likes": likes}, "likes.json")
    boosts = [{"did": "did:plc:ben", "handle": "ben.test"}]
    answer(tmp_path, {"uri": uri, "repostedBy": boosts}, "boosts.json")
    answer(tmp_path, {"uri": uri, "posts": [post("5", "did:plc:eve")]}, "quotes.json")
    engagement = load.load(tmp_path, key=KEY)
    times = engagement.responses.set_index("kind")["occurred_at"]
    assert {"boost", "like", "quote"} == set(times.index)
    assert pd.Timestamp("2026-02-01 09:00", tz="UTC") == times["like"]
    assert pd.isna(times["boost"])
    assert 3 == engagement.responses["person_id"].nunique()
    assert "1 act of the author on their own post (row 2)" in set(engagement.receipt["why"])
    assert [True] == engagement.posts["published_at"].isna().tolist()


def test_acts_join_the_post_that_the_feed_describes(tmp_path: Path) -> None:
    """A list of likes adds no second post where the feed has the first."""
    answer(tmp_path, {"feed": [{"post": post("1")}]}, "feed.json")
    like = {"actor": {"did": "did:plc:ada"}, "createdAt": "2026-02-01T09:00:00Z"}
    answer(tmp_path, {"uri": post("1")["uri"], "likes": [like]}, "likes.json")
    engagement = load.load(tmp_path, key=KEY)
    assert engagement.posts["post_id"].tolist() == engagement.responses["post_id"].tolist()
    assert engagement.posts["published_at"].notna().all()


def test_list_without_its_post_hangs_on_an_undated_one(tmp_path: Path) -> None:
    """A bare list of boosts keeps its people, under a post named by the list's content."""
    people = [{"did": f"did:plc:{n}", "handle": f"{n}.test"} for n in range(3)]
    first = load.load(answer(tmp_path, people), key=KEY)
    again = load.load(answer(tmp_path, {"_test": "x", "body": people}, "b.json"), key=KEY)
    assert (1, 3) == (len(first.posts), len(first.responses))
    assert first.posts["published_at"].isna().all()
    pd.testing.assert_frame_equal(first.responses, again.responses)


def test_thread_yields_replies_to_the_nearest_post_of_the_author(tmp_path: Path) -> None:
    """Others' replies at any depth count; the author's own are posts, never responses."""
    ada, ben = "did:plc:ada", "did:plc:ben"
    deep = {"post": post("4", ben, "one two three")}
    own = {"post": post("3"), "replies": [deep]}
    gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": "at://x", "notFound": True}
    thread = {
        "$type": "app.bsky.feed.defs#threadViewPost",
        "post": post("1"),
        "parent": {"post": post("0", ben)},
        "replies": [{"post": post("2", ada, "one"), "replies": [own]}, gone],
    }
    engagement = load.load(answer(tmp_path, {"thread": thread}), key=KEY)
    expected = "1 post of someone else (row 1); 1 post deleted or blocked (row 6)"
    assert expected == why(engagement)
    ids = {name: f"bluesky:{exports.digest(post(name)['uri'])}" for name in ("1", "3")}
    assert set(ids.values()) == set(engagement.posts["post_id"])
    replies = engagement.responses.set_index("words")["post_id"]
    assert {1: ids["1"], 3: ids["3"]} == replies.to_dict()
    assert ["reply"] == engagement.responses["kind"].unique().tolist()
    assert 2 == engagement.responses["person_id"].nunique()


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"feed": []}, ("bluesky.answers", "no rows")),
        ({"likes": [{"actor": {}}, 3]}, None),
        ([], None),
    ],
)
def test_odd_answers(tmp_path: Path, tree: object, expected: tuple[str, str] | None) -> None:
    """An empty feed is read; what is not built like an answer is refused, not guessed at."""
    path = answer(tmp_path, tree)
    if expected is None:
        with pytest.raises(load.LoadError, match=r"^Nothing to load in 'answer\.json'"):
            load.load(path, key=KEY)
    else:
        engagement = load.load(path, key=KEY)
        assert expected == (engagement.receipt["format"][0], why(engagement))


# Substack


def test_substack_archive(tmp_path: Path) -> None:
    """Posts, deliveries, opens, sign-ups and payments, person by person."""
    path = exports.substack(tmp_path / "export.zip", exports.SUBSTACK)
    engagement = load.load(path, key=KEY)
    posts = engagement.posts.set_index("post_id")
    assert {"substack:11": "newsletter", "substack:12": "post"} == posts["kind"].to_dict()
    assert 3 == posts["words"]["substack:11"]
    expected = {("delivery", "people"): 2, ("open", "acts"): 2, ("open", "people"): 1}
    assert expected == tally(engagement, "substack:11")
    assert {"delivery": 2, "open": 2} == engagement.responses["kind"].value_counts().to_dict()
    kinds = engagement.conversions["kind"].value_counts().to_dict()
    assert {"signup": 2, "paid": 1} == kinds
    readers = set(engagement.responses["person_id"])
    assert set(engagement.conversions["person_id"]) == readers
    whys = engagement.receipt.set_index("file")["why"].to_dict()
    gone = "1 person who asked to be forgotten (row 4)"
    assert {
        "export.zip/email_list.letters.csv": gone,
        "export.zip/posts.csv": "1 draft (row 4); 1 page, not a post (row 5)",
        "export.zip/posts/11.delivers.csv": gone,
        "export.zip/posts/11.….html": "",
        "export.zip/posts/11.opens.csv": "",
        "export.zip/posts/13.delivers.csv": "1 row of a post that is set aside (row 2)",
        "export.zip/posts/13.….html": "1 row of a post that is set aside (row 1)",
    } == whys


def test_unpacked_substack_export_is_the_same(tmp_path: Path) -> None:
    """A folder of the same members yields the same tables."""
    archive = exports.substack(tmp_path / "export.zip", exports.SUBSTACK)
    folder = tmp_path / "unpacked"
    for name, text in exports.SUBSTACK.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    packed, unpacked = load.load(archive, key=KEY), load.load(folder, key=KEY)
    for name in ("posts", "tallies", "responses", "conversions"):
        pd.testing.assert_frame_equal(getattr(packed, name), getattr(unpacked, name))


def test_opens_alone_hang_on_an_undated_newsletter(tmp_path: Path) -> None:
    """Opens without a list of posts, and without countries, are known by their file's name."""
    path = tmp_path / "11.opens.csv"
    path.write_text("post_id,email\n11.slug,ada@example.org\n")
    engagement = load.load(path, key=KEY)
    assert "substack.opens" == engagement.receipt["format"][0]
    (row,) = engagement.posts.to_dict("records")
    assert ("substack:11", "newsletter") == (row["post_id"], row["kind"])
    assert engagement.responses["occurred_at"].isna().all()


# Gumroad


def test_gumroad_sale(tmp_path: Path) -> None:
    """A sale keeps its second, price, currency, tags and host; addresses in tags are hidden."""
    path = gumroad(
        tmp_path,
        {
            "Quantity": "2",
            "Referrer": "https://ada:pw@www.News.example.org:443/ada?x=1",
            "UTM Source": "letter",
            "UTM Term": "to ada@example.org",
            "Discount Code": "SPRING",
        },
    )
    engagement = load.load(path, key=KEY)
    assert "1 row of totals (row 3)" == why(engagement)
    (row,) = engagement.conversions.dropna(axis=1).to_dict("records")
    assert {
        "conversion_id": "gumroad:p1==",
        "occurred_at": pd.Timestamp("2026-03-01 12:34:56", tz="UTC"),
        "grain": "second",
        "kind": "sale",
        "quantity": 2,
        "value": 12.5,
        "currency": "USD",
        "channel": "gumroad",
        "referrer": "news.example.org",
        "utm_source": "letter",
        "utm_term": "to [e-mail]",
        "code": "SPRING",
        "person_id": row["person_id"],
    } == row
    assert row["person_id"].startswith("email:")


def test_only_new_sales_count(tmp_path: Path) -> None:
    """What a flag makes something else is set aside, each with its reason and row."""
    names = [
        {"Recurring Charge?": "1"},
        {"Free trial purchase?": "true"},
        {"Pre-order authorization?": "1"},
        {"Giftee Email": "ben@example.org"},
        {"Sale Price ($)": "0.0"},
        {"Recurring Charge?": "?"},
        {},
    ]
    rows = [{"Purchase ID": f"p{n}", **row} for n, row in enumerate(names)]
    engagement = load.load(gumroad(tmp_path, *rows), key=KEY)
    expected = (
        "2 recurring charges (rows 2, 7); 1 free trial (row 3); "
        "1 pre-order not yet charged (row 4); 1 sale at no price (row 6); "
        "1 row of totals (row 9)"
    )
    assert expected == why(engagement)
    assert ["gumroad:p3", "gumroad:p6"] == engagement.conversions["conversion_id"].tolist()


@pytest.mark.parametrize(
    ("flags", "quantities"),
    [
        ({"Fully Refunded?": "1"}, [3, -3]),
        ({"Fully Refunded?": "true", "Disputed?": "1"}, [3, -3]),
        ({"Disputed?": "1", "Dispute Won?": "0"}, [3, -3]),
        ({"Disputed?": "1", "Dispute Won?": "1"}, [3]),
    ],
)
def test_returns_undo_sales(tmp_path: Path, flags: dict[str, str], quantities: list[int]) -> None:
    """A sale given back counts as it was sold and again, negative, at the same moment."""
    engagement = load.load(gumroad(tmp_path, {"Quantity": "3", **flags}), key=KEY)
    assert quantities == engagement.conversions["quantity"].tolist()
    assert (
        12.5 * len([q for q in quantities if q > 0]) - 12.5 * len([q for q in quantities if q < 0])
        == engagement.conversions["value"].sum()
    )
    assert 1 == engagement.conversions["occurred_at"].nunique()
    assert 1 == engagement.receipt["kept"].sum()


def test_pre_order_counts_when_the_buyer_decided(tmp_path: Path) -> None:
    """The charge of a pre-order is dated at the pre-order."""
    column = "Pre-order authorization time (UTC timezone)"
    engagement = load.load(gumroad(tmp_path, {column: "2026-02-01 00:00:00 UTC"}), key=KEY)
    expected = pd.Timestamp("2026-02-01", tz="UTC")
    assert [expected] == engagement.conversions["occurred_at"].tolist()


def test_prices_in_no_currency_need_one(tmp_path: Path) -> None:
    """A price column that names no currency takes the argument, and asks for it."""
    path = gumroad(tmp_path, {})
    path.write_text(path.read_text().replace("Sale Price ($)", "Sale Price (net)"))
    engagement = load.load(path, key=KEY, currency="EUR")
    assert ["EUR"] == engagement.conversions["currency"].tolist()
    message = (
        "'Sales.csv': column 'Sale Price (net)' names no currency. "
        "Pass the currency that the shop reports in, e.g. currency='EUR'."
    )
    with pytest.raises(load.LoadError, match=f"^{re.escape(message)}$"):
        load.load(path, key=KEY)


# All of them


def test_every_kind_of_file_has_a_specimen_that_is_read() -> None:
    """Each layout reads rows of its specimen, and keeps some if it fills any table."""
    kinds = catalogue(formats.KNOWN, codebook.specimens())
    assert [] == kinds[kinds["read"] == 0]["file"].tolist()
    idle = kinds[(kinds["kept"] == 0) & kinds["tables"].map(bool)]["file"].tolist()
    assert ["Mailchimp report of one campaign"] == idle  # which campaigns.csv lists too


def test_no_specimen_is_taken_for_another_formats() -> None:
    """All specimens are known, and each is of the format that its folder names."""
    receipt = codebook.specimens()
    others = {"unknown", "ignored"} & set(receipt["format"])
    assert set() == others
    assert (receipt["read"] == receipt["kept"] + receipt["set_aside"]).all()


def dropped(root: Path, folder: Path, names: list[str]) -> Engagement:
    """Load every specimen from one folder, its sub-folders named so, with copies and junk."""
    specimens = sorted((root / "data" / "specimens").iterdir())
    for name, specimen in zip(names, specimens, strict=True):
        shutil.copytree(specimen, folder / name)
    shutil.copytree(specimens[0], folder / "copies" / "of copies")
    (folder / "copies" / ".DS_Store").write_bytes(b"\x00\x01")
    (folder / "holiday.jpg").write_bytes(b"\xff\xd8\xff\x00")
    (folder / "letter to the editor.txt").write_text("Dear editor,\n\nno table here\n")
    return load.load(folder, **SPECIMENS)


def test_a_downloads_folder_loads_in_one_call(root: Path, tmp_path: Path) -> None:
    """Every platform at once, in sub-folders, with copies and junk: it loads and adds up."""
    count = len(list((root / "data" / "specimens").iterdir()))
    names = [f"{number:02}" for number in range(count)]
    first = dropped(root, tmp_path / "one", names)
    receipt = first.receipt
    assert (receipt["read"] == receipt["kept"] + receipt["set_aside"]).all()
    assert {"copies/.DS_Store"} == set(receipt[receipt["format"] == "ignored"]["file"])
    unknown = receipt[receipt["format"] == "unknown"].set_index("file")["why"].to_dict()
    expected = {"holiday.jpg": "no known format: not text"}
    assert expected | {"letter to the editor.txt": "no known format"} == unknown
    again = load.load(tmp_path / "one", **SPECIMENS)
    other = dropped(root, tmp_path / "other", names[::-1])
    for table in SCHEMAS:
        assert len(getattr(first, table)), table
        for same in (again, other):
            pd.testing.assert_frame_equal(getattr(first, table), getattr(same, table))
