import io
import json
import os
import shutil
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from exports import KEY
from helpers import formats, load, privacy
from helpers.tables import Engagement

NEWSLETTERS = (
    *("beehiiv", "buttondown", "curated", "ghost", "kit", "mailchimp", "mailerlite", "substack"),
)
PEOPLE = {
    "ada": "ada@example.org",
    "ben": "ben@example.net",
    "cora": "cora@example.com",
    "dan": "dan@example.org",
    "emma": "emma@example.org",
    "finn": "finn@example.org",
    "gus": "gus@example.org",
    "oben": "öben@example.net",
}
NAMES = {privacy.person_id(address, "email", KEY): name for name, address in PEOPLE.items()}
LIST = "email,active_subscription,expiry,email_disabled,created_at,first_payment_at\n"
STATISTICS = (
    "title,post_date,section_name,tags,views,likes,comments,restacks,shares,opens,clicks\n"
    'A title,{date},,,"{views}",6,1,2,9,43,4\n'
)
POSTS = "post_id,post_date,is_published,email_sent_at,type,audience,title\n"
MEMBERS = "Email Address,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED\n"

UNDATED = "subscribers without the day of joining or paying (the list states only when access ends)"
EXAMPLES = (
    "1 collection of Buttondown's invented examples, not an export of anybody's account (row 1)"
)


def loaded(source: Path, **arguments: str | None) -> Engagement:
    """Load with the arguments that the specimens need, unless others are given."""
    needed = {"timezone": "Europe/Berlin", "dates": "day first"} | arguments
    return load.load(source, key=KEY, **needed)


@cache
def specimen(root: Path, name: str) -> Engagement:
    """Load the specimens of one format."""
    return loaded(root / "data" / "specimens" / name)


def lines(engagement: Engagement, column: str = "why") -> dict[str, object]:
    """Return a column of the receipt by file; what was read must add up."""
    receipt = engagement.receipt
    assert (receipt["read"] == receipt["kept"] + receipt["set_aside"]).all()
    return dict(zip(receipt["file"], receipt[column], strict=True))


def gained(engagement: Engagement) -> list[tuple[str, str, int, str]]:
    """Return who gained or ended what and when: `2026-01-01 08:30:00`, or the day alone."""
    rows = []
    for row in engagement.conversions.to_dict("records"):
        form = "%Y-%m-%d" if row["grain"] == "day" else "%Y-%m-%d %H:%M:%S"
        who = NAMES.get(row["person_id"], "?")
        rows.append((who, row["kind"], row["quantity"], row["occurred_at"].strftime(form)))
    return rows


def tallies(engagement: Engagement, post_id: str) -> dict[tuple[str, str], int]:
    """Return a post's tallies by kind and unit."""
    rows = engagement.tallies[engagement.tallies["post_id"] == post_id]
    return dict(zip(zip(rows["kind"], rows["unit"], strict=True), rows["count"], strict=True))


def acts(engagement: Engagement) -> list[tuple[str, str, str]]:
    """Return who did what to which post, in time."""
    rows = engagement.responses.to_dict("records")
    return [(NAMES.get(row["person_id"], "?"), row["kind"], row["post_id"]) for row in rows]


def published(engagement: Engagement) -> dict[str, tuple[str, str]]:
    """Return when each post came out, and of what kind it is."""
    return {
        row["post_id"]: (row["published_at"].strftime("%Y-%m-%d %H:%M"), row["kind"])
        for row in engagement.posts.to_dict("records")
    }


def refusal(source: Path, **arguments: str | None) -> str:
    """Return the whole message with which a load is refused."""
    with pytest.raises(load.LoadError) as caught:
        loaded(source, **arguments)
    return str(caught.value)


# All of them


def test_every_file_is_taken_for_what_it_is(root: Path) -> None:
    """Among all known formats, each specimen is recognised as its own kind of file."""
    expected = {
        "beehiiv": {"posts.csv": "posts", "subscribers.csv": "subscribers"},
        "buttondown": {
            "emails.csv": "emails",
            "emails.json": "emails_json",
            "events.csv": "events",
            "events.json": "events_json",
            "fixtures.json": "fixtures",
            "subscribers.csv": "subscribers",
            "subscribers.json": "subscribers_json",
        },
        "curated": {"subscribers.csv": "subscribers"},
        "ghost": {
            "members.2026-08-01.csv": "members",
            "my-site.ghost.2026-08-01.json": "content",
            "post-analytics.2026-08-01.csv": "analytics",
        },
        "kit": {"subscribers.csv": "subscribers", "subscribers.json": "answers"},
        "mailchimp": {
            "cleaned_email_audience_export_0a1b2c3d4e.csv": "audience",
            "subscribed_email_audience_export_0a1b2c3d4e.csv": "audience",
            "unsubscribed_email_audience_export_0a1b2c3d4e.csv": "audience",
            "campaign_report.csv": "report",
            "campaigns.csv": "campaigns",
            "campaigns_edited.csv": "campaigns_by_day",
            "comparison_report.csv": "comparison",
            "subscribed_members_export_9f8e7d.csv": "audience",
        },
        "mailerlite": {
            "campaign_report.csv": "report",
            "campaign_report_unsent.csv": "undated",
        },
        "substack": {
            "email_list.letters.csv": "email_list",
            "posts.csv": "posts",
            "901.first-letter.delivers.csv": "delivers",
            "901.first-letter.opens.csv": "opens",
            "901.….html": "texts",
            "903.….html": "texts",
            "letters_email_stats_2026-07-31.csv": "statistics",
            "subscriber_details-2026-08-01.csv": "subscriber_table",
            "subscriber_emails.csv": "paid_list",
        },
    }
    for name in NEWSLETTERS:
        found = lines(specimen(root, name), "format")
        actual = {file.rpartition("/")[2]: label for file, label in found.items()}
        assert {file: f"{name}.{layout}" for file, layout in expected[name].items()} == actual


@pytest.mark.parametrize("name", NEWSLETTERS)
def test_nothing_personal_is_kept(root: Path, name: str) -> None:
    """No table and no line of the receipt holds an address, a name, a title, a note or a tag."""
    engagement = specimen(root, name)
    text = io.StringIO()
    for table in ("posts", "tallies", "responses", "conversions", "receipt"):
        getattr(engagement, table).drop(columns="sha256", errors="ignore").to_csv(text)
    secrets = (
        *("@example", "Ada", "Ben B", "cus_invented", "likes tea", "met in May", "203.0.113"),
        *("First letter", "Letter one", "Summer letter", "A plain letter", "A sample", "Hello"),
        *("Three words", "Four words", "Five words", "green", "Nowhere", "Version 1", "VIP"),
    )
    assert [] == [secret for secret in secrets if secret in text.getvalue()]


def test_opens_come_with_a_warning() -> None:
    """Every newsletter format that reads opens says that mail programmes inflate them."""
    reads = {
        form.name: any(
            "open" in (column.constant, *column.options.get("choices", {}).values())
            for layout in form.layouts
            for column in layout.columns
        )
        for form in formats.KNOWN
        if form.name in NEWSLETTERS
    }
    with_opens = {"buttondown", "ghost", "mailchimp", "mailerlite", "substack"}
    assert with_opens == {name for name, opens in reads.items() if opens}
    warned = {
        form.name
        for form in formats.KNOWN
        if any(trap.startswith("Opens are inflated: mail programmes") for trap in form.traps)
    }
    assert with_opens <= warned


def test_real_samples_of_newsletters(shared_data: Path) -> None:
    """Every real sample is kept whole, or what is set aside has its reason."""
    folder = shared_data / "exports"
    expected = {
        "beehiiv": [
            ("members.csv", 9, 8, "1 sign-up never confirmed (row 6)"),
            ("posts.csv", 2, 2, ""),
        ],
        "buttondown/emails.csv": [("emails.csv", 2, 2, "")],
        "buttondown/emails.json": [("emails.json", 2, 2, "")],
        "buttondown/fixtures.json": [("fixtures.json", 1, 0, EXAMPLES)],
        "curated_newsletter": [
            ("subscribers.csv", 20, 18, "2 sign-ups with no whole e-mail address (rows 5, 10)")
        ],
        "mailchimp_audience": [
            ("cleaned.csv", 5, 5, ""),
            ("subscribed.csv", 5, 5, ""),
            ("unsubscribed.csv", 5, 5, ""),
        ],
        "substack": [
            ("fixtures_signup_emails.csv", 21, 21, ""),
            ("fixtures_subscriber_emails.csv", 17, 0, f"17 {UNDATED} (rows 2, 3, 4, …)"),
            ("posts.csv", 5, 3, "1 draft (row 5); 1 page, not a post (row 6)"),
        ],
        "_transcribed/mailchimp_campaigns": [("campaigns_aggregated.csv", 3, 3, "")],
    }
    for name, rows in expected.items():
        receipt = loaded(folder / name).receipt[["file", "read", "kept", "why"]]
        assert rows == [tuple(row) for row in receipt.itertuples(index=False)], name


# Substack


def test_substack_specimen(root: Path) -> None:
    """List, table and archive together: each sign-up once, each post once, units apart."""
    engagement = specimen(root, "substack")
    assert [
        ("ada", "signup", 1, "2026-01-01 08:30:00"),
        ("ben", "signup", 1, "2026-01-02 23:30:00"),
        ("cora", "signup", 1, "2026-01-03 09:00:00"),
        ("ben", "paid", 1, "2026-01-20 12:00:00"),
        ("dan", "signup", 1, "2026-02-01 07:00:00"),
        ("dan", "paid", 1, "2026-03-01 07:00:00"),
        ("ben", "paid", -1, "2026-05-20 12:00:00"),
    ] == gained(engagement)
    assert ["2025-12-06 10:00", "2026-01-15 10:00", "2026-02-15 10:00"] == [
        when for when, _ in published(engagement).values()
    ]
    assert {
        ("boost", "acts"): 2,
        ("click", "acts"): 4,
        ("delivery", "people"): 2,
        ("like", "acts"): 6,
        ("open", "acts"): 43,
        ("open", "people"): 1,
        ("reply", "acts"): 1,
        ("view", "views"): 1055,
    } == tallies(engagement, "substack:901")
    whys = {file.rpartition("/")[2]: why for file, why in lines(engagement).items()}
    assert (
        "2 duplicates (rows 2, 4); 1 subscriber without the day of joining or paying (row 6); "
        "1 person who asked to be forgotten (row 7)"
    ) == whys["subscriber_details-2026-08-01.csv"]
    assert f"2 {UNDATED} (rows 2, 3)" == whys["subscriber_emails.csv"]


def table(folder: Path, head: str, *rows: str, dated: int = 1_780_000_000) -> None:
    """Write a subscriber table, dated by its file."""
    path = folder / "subscriber_details.csv"
    path.write_text("\n".join([head, *rows, ""]))
    os.utime(path, (dated, dated))


def listed(folder: Path, *rows: str) -> None:
    """Write a list of subscribers that is newer than some tables and older than others."""
    path = folder / "email_list.letters.csv"
    path.write_text(LIST + "".join(f"{row}\n" for row in rows))
    os.utime(path, (1_780_000_000, 1_780_000_000))


@pytest.mark.parametrize("dated", [1_779_000_000, 1_781_000_000])
@pytest.mark.parametrize("day", ["2026-01-01", "2026-01-02", "2026-01-03"])
def test_day_and_moment_of_a_sign_up_are_one(tmp_path: Path, day: str, dated: int) -> None:
    """Whichever file is newer, the moment stands, once, and what led to it is not lost."""
    listed(tmp_path, "ada@example.org,false,,false,2026-01-02T23:30:00.456Z,")
    head = "Email,Start date,Subscription source (free),Days active (30d)"
    table(tmp_path, head, f"ada@example.org,{day},www.example.com,3", dated=dated)
    engagement = loaded(tmp_path)
    assert [("ada", "signup", 1, "2026-01-02 23:30:00")] == gained(engagement)
    assert ["example.com"] == engagement.conversions["referrer"].tolist()
    assert {"1 duplicate (row 2)", ""} == set(lines(engagement).values())


def test_days_apart_are_two_sign_ups(tmp_path: Path) -> None:
    """A day that is not next to the moment, or another person's, is a sign-up of its own."""
    listed(tmp_path, "ada@example.org,false,,false,2026-01-02T23:30:00.456Z,")
    head = "Email,Start date,Days active (30d)"
    table(tmp_path, head, "ada@example.org,2026-01-04,3", "ben@example.net,2026-01-02,1")
    assert [
        ("ben", "signup", 1, "2026-01-02"),
        ("ada", "signup", 1, "2026-01-02 23:30:00"),
        ("ada", "signup", 1, "2026-01-04"),
    ] == gained(loaded(tmp_path))


def test_complimentary_and_gift_subscriptions_are_not_paid(tmp_path: Path) -> None:
    """Only a first payment, or an upgrade of a type that pays, is paid; only it can end."""
    head = "Email,Type,Start date,Paid upgrade date,First paid date,Cancel date"
    date = "2026-02-0{}T00:00:00Z"
    table(
        tmp_path,
        head,
        f"ada@example.org,Comp,{date.format(1)},{date.format(2)},,",
        f"ben@example.net,Gift,{date.format(1)},{date.format(2)},,{date.format(5)}",
        f"cora@example.com,Founding,{date.format(1)},{date.format(3)},,",
        f"dan@example.org,Comp,{date.format(1)},{date.format(4)},{date.format(3)},{date.format(6)}",
    )
    paid = [row for row in gained(loaded(tmp_path)) if row[1] == "paid"]
    assert [
        ("cora", "paid", 1, "2026-02-03 00:00:00"),
        ("dan", "paid", -1, "2026-02-06 00:00:00"),
        ("dan", "paid", 1, "2026-02-03 00:00:00"),
    ] == sorted(paid)


@pytest.mark.parametrize(
    "columns",
    [
        "Subscription source (free),Start date,Email",
        "Email,Start date,Emails opened (7d)",
        "Start date,Email,Emails received (6mo)",
        "Email,Start date,Unique posts seen (7d)",
        "Email,Stripe plan,Start date",
        "Email,Paid upgrade date,Start date",
        "Type,Email,Activity,Start date",
        "Name,Email,Start date,Days active (30d)",
    ],
)
def test_table_of_any_columns_in_any_order(tmp_path: Path, columns: str) -> None:
    """Whichever columns were ticked, and wherever they stand, the sign-up is found."""
    cells = {"Email": "ada@example.org", "Start date": "2026-06-17T10:21:38.759Z"}
    table(tmp_path, columns, ",".join(cells.get(name, "") for name in columns.split(",")))
    assert [("ada", "signup", 1, "2026-06-17 10:21:38")] == gained(loaded(tmp_path))


def test_source_in_words_is_no_referrer(tmp_path: Path) -> None:
    """Substack's own words are neither a web site nor a link that the author tagged."""
    head = "Email,Start date,Subscription source (free)"
    table(tmp_path, head, "ada@example.org,2026-06-17T10:21:38Z,substack-notes")
    row = loaded(tmp_path).conversions.iloc[0]
    assert row[["referrer", "utm_source"]].isna().all()


def test_statistics_find_their_post_by_the_minute(tmp_path: Path) -> None:
    """Figures of a post that another file numbers are that post's; alone they are a post."""
    (tmp_path / "stats.csv").write_text(
        STATISTICS.format(date="2026-01-15T10:00:59.999Z", views="1,055")
    )
    (alone,) = published(loaded(tmp_path))
    assert alone.startswith("substack:")
    posts = POSTS + "11.a,2026-01-15T10:00:00.000Z,true,2026-01-15T10:00:00Z,newsletter,all,T\n"
    (tmp_path / "posts.csv").write_text(posts)
    together = loaded(tmp_path)
    assert {"substack:11": ("2026-01-15 10:00", "newsletter")} == published(together)
    assert 1055 == tallies(together, "substack:11")["view", "views"]
    (tmp_path / "posts.csv").write_text(posts + posts.replace("11.a", "12.b").split("\n", 1)[1])
    assert {"substack:11", "substack:12", alone} == set(published(loaded(tmp_path)))


def test_later_statistics_stand_and_are_never_added(tmp_path: Path) -> None:
    """Of two downloads of lifetime figures, the one of the later day is read."""
    for day, views in (("2026-07-01", "900"), ("2026-07-31", "1055")):
        text = STATISTICS.format(date="2026-01-15T10:00:00Z", views=views)
        (tmp_path / f"stats_{day}.csv").write_text(text)
    engagement = loaded(tmp_path)
    (post,) = published(engagement)
    assert 1055 == tallies(engagement, post)["view", "views"]
    superseded = "1 row superseded by a later export (row 2)"
    assert superseded == lines(engagement)["stats_2026-07-01.csv"]


# Buttondown


def test_buttondown_specimen(root: Path) -> None:
    """Sign-ups with what led to them, payments and departures; CSV and JSON count once."""
    engagement = specimen(root, "buttondown")
    assert [
        ("ada", "signup", 1, "2026-01-05 10:00:00"),
        ("ben", "signup", 1, "2026-01-06 11:30:00"),
        ("cora", "signup", 1, "2026-01-07 00:00:00"),
        ("finn", "signup", 1, "2026-01-10 00:00:00"),
        ("ben", "paid", 1, "2026-02-01 00:00:00"),
        ("cora", "signup", -1, "2026-03-01 09:00:00"),
        ("gus", "signup", 1, "2026-04-05 10:00:00"),
        ("ben", "paid", -1, "2026-06-01 00:00:00"),
    ] == gained(engagement)
    first = engagement.conversions.iloc[0]
    tags = ["referrer", "utm_source", "utm_medium", "utm_campaign"]
    assert ["example.com", "letter", "social", "spring"] == first[tags].tolist()
    assert {
        "buttondown:em_1": ("2026-02-01 10:00", "newsletter"),
        "buttondown:em_2": ("2026-03-01 12:00", "newsletter"),
    } == published(engagement)
    assert [4, 2] == engagement.posts["words"].tolist()


def test_buttondown_events_are_those_of_known_people(root: Path) -> None:
    """Numbers of subscribers become the people of the list, imported ones included."""
    engagement = specimen(root, "buttondown")
    assert [
        ("ada", "delivery", "buttondown:em_1"),
        ("ben", "delivery", "buttondown:em_1"),
        ("ada", "open", "buttondown:em_1"),
        ("ben", "click", "buttondown:em_1"),
        ("ben", "reply", "buttondown:em_1"),
        ("ada", "open", "buttondown:em_1"),
        ("emma", "open", "buttondown:em_2"),
    ] == acts(engagement)
    assert {
        ("click", "acts"): 3,
        ("click", "people"): 1,
        ("delivery", "people"): 2,
        ("open", "acts"): 7,
        ("open", "people"): 1,
        ("reply", "acts"): 2,
        ("view", "views"): 11,
    } == tallies(engagement, "buttondown:em_1")
    whys = lines(engagement)
    events = whys["events.csv"].replace("1 duplicate (row 6); ", "")
    assert (
        "1 event that is no delivery, open, click or reply (row 8); "
        "1 event of an automatic message, not of a letter (row 9)"
    ) == events
    people = whys["subscribers.csv"].replace("1 duplicate (row 2); ", "")
    assert (
        "1 sign-up never confirmed (row 5); "
        "1 person who came by an import, on no known day (row 6); "
        "1 sign-up that Buttondown took for spam (row 8)"
    ) == people


def test_buttondown_events_alone_match_nobody(root: Path, tmp_path: Path) -> None:
    """Without the list of subscribers people are Buttondown's, and opens are counted."""
    shutil.copy(root / "data" / "specimens" / "buttondown" / "events.csv", tmp_path)
    engagement = loaded(tmp_path)
    assert {"buttondown"} == set(engagement.responses["person_id"].str.partition(":")[0])
    assert {
        ("click", "acts"): 1,
        ("click", "people"): 1,
        ("delivery", "people"): 2,
        ("open", "acts"): 2,
        ("open", "people"): 1,
    } == tallies(engagement, "buttondown:em_1")


def test_examples_of_the_api_are_no_export(root: Path) -> None:
    """Buttondown's collection of invented objects is named for what it is."""
    path = root / "data" / "specimens" / "buttondown" / "fixtures.json"
    assert {"fixtures.json": EXAMPLES} == lines(loaded(path))


def test_joining_and_leaving_at_one_moment_are_two(tmp_path: Path) -> None:
    """A departure at the very moment of the sign-up undoes it and is not its duplicate."""
    moment = "2026-01-05T10:00:00+00:00"
    (tmp_path / "subscribers.csv").write_text(
        "id,email_address,creation_date,unsubscription_date\n"
        f"sub_1,ada@example.org,{moment},{moment}\n"
    )
    assert [-1, 1] == sorted(loaded(tmp_path).conversions["quantity"])


# Ghost


def test_ghost_specimen(root: Path) -> None:
    """Members sign up and leave; sends, opens and clicks are people; drafts are set aside."""
    engagement = specimen(root, "ghost")
    assert [
        ("ada", "signup", 1, "2026-01-01 08:30:00"),
        ("ben", "signup", 1, "2026-01-02 09:00:00"),
        ("cora", "signup", 1, "2026-01-03 09:00:00"),
        ("cora", "signup", -1, "2026-04-01 10:00:00"),
    ] == gained(engagement)
    assert {
        "ghost:65b0000000000000000000b4": ("2024-05-01 10:00", "post"),
        "ghost:65b0000000000000000000b1": ("2026-01-10 10:00", "newsletter"),
        "ghost:65b0000000000000000000b2": ("2026-01-12 10:00", "post"),
    } == published(engagement)
    expected = {("click", "people"): 9, ("delivery", "people"): 120, ("open", "people"): 61}
    assert expected == tallies(engagement, "ghost:65b0000000000000000000b1")
    assert {} == tallies(engagement, "ghost:65b0000000000000000000b2")
    whys = lines(engagement)
    assert "1 row without 'created_at' (row 5)" == whys["members.2026-08-01.csv"]
    assert "1 post not published (row 4)" == whys["post-analytics.2026-08-01.csv"]
    assert whys["my-site.ghost.2026-08-01.json"].endswith(
        "1 page, not a post (row 2); 1 post not published (row 4)"
    )


def test_ghost_columns_vanish_with_their_feature(tmp_path: Path) -> None:
    """A figure whose column is gone is no figure; it is not zero."""
    (tmp_path / "posts.csv").write_text(
        "id,title,url,author,status,created_at,updated_at,published_at,featured,tags,"
        "post_access,email_recipients,sends\n"
        "b1,T,u,A,published and emailed,,,2026-01-10T10:00:00.000Z,false,,Public,All,120\n"
    )
    assert {("delivery", "people"): 120} == tallies(loaded(tmp_path), "ghost:b1")


# beehiiv


def test_beehiiv_specimen(root: Path) -> None:
    """Sign-ups in UTC, a departure where it is dated, no payment, and posts by the day."""
    engagement = specimen(root, "beehiiv")
    assert [
        ("ada", "signup", 1, "2026-01-01 10:23:10"),
        ("ben", "signup", 1, "2026-01-02 10:36:47"),
        ("cora", "signup", 1, "2026-01-03 10:36:48"),
        ("dan", "signup", 1, "2026-01-04 10:36:48"),
        ("cora", "signup", -1, "2026-03-13 11:33:53"),
    ] == gained(engagement)
    assert {
        "beehiiv:abcd1234-0000-4fbf-9576-f3d1bd3034cc": ("2026-01-18 00:00", "newsletter")
    } == published(engagement)
    assert [("day", 3)] == list(engagement.posts[["grain", "words"]].itertuples(index=False))
    assert {
        "posts.csv": "1 post not published (row 3)",
        "subscribers.csv": "1 sign-up never confirmed (row 6)",
    } == lines(engagement)


# Mailchimp


def test_mailchimp_specimen(root: Path) -> None:
    """Asking to join comes before confirming; whoever left is counted in and out, once."""
    engagement = specimen(root, "mailchimp")
    assert [
        ("ada", "signup", 1, "2026-01-05 18:28:23"),
        ("cora", "signup", 1, "2026-01-07 07:00:00"),
        ("dan", "signup", 1, "2026-01-08 07:00:00"),
        ("ben", "signup", 1, "2026-02-12 09:54:27"),
        ("cora", "signup", -1, "2026-04-01 10:00:00"),
        ("dan", "signup", -1, "2026-05-01 10:00:00"),
    ] == gained(engagement)
    assert {
        "mailchimp:aa11bb22cc": ("2022-05-03 00:00", "newsletter"),
        "mailchimp:17671f6028": ("2026-06-09 19:30", "newsletter"),
        "mailchimp:6e3fb30c88": ("2026-06-18 07:15", "newsletter"),
    } == published(engagement)
    assert ["day", "minute", "minute"] == engagement.posts["grain"].tolist()
    assert {
        ("click", "acts"): 77,
        ("click", "people"): 70,
        ("delivery", "people"): 1108,
        ("open", "acts"): 1057,
        ("open", "people"): 300,
    } == tallies(engagement, "mailchimp:17671f6028")
    assert {
        ("click", "acts"): 61,
        ("click", "people"): 50,
        ("delivery", "people"): 1134,
    } == tallies(engagement, "mailchimp:6e3fb30c88")
    assert (
        "1 comparison of versions of a letter, each sent to a part of its readers; "
        "export the list of campaigns instead (row 1)"
    ) == lines(engagement)["comparison_report.csv"]


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("subscribed_members_export_9f8e7d.csv", "OPTIN_TIME"),
        ("campaigns.csv", "Send Date"),
        ("campaign_report.csv", "Delivery Date/Time"),
    ],
)
def test_mailchimp_asks_for_the_zone(root: Path, file: str, column: str) -> None:
    """No time of Mailchimp's names its zone: it is asked for by the argument's name."""
    expected = (
        f"{file!r}: the times in column {column!r} name no time zone. "
        "Pass the zone that the account reports in, e.g. timezone='Europe/Paris'."
    )
    assert expected == refusal(root / "data" / "specimens" / "mailchimp" / file, timezone=None)


def test_mailchimp_days_that_read_both_ways_are_refused(root: Path) -> None:
    """A date as 03/05/2022 is not guessed: its order is asked for; no zone is."""
    path = root / "data" / "specimens" / "mailchimp" / "campaigns_edited.csv"
    expected = (
        "'campaigns_edited.csv': the dates in column 'Send Date' may be day before month or "
        "month before day. Pass the order, dates='day first' or dates='month first'."
    )
    assert expected == refusal(path, dates=None)
    engagement = loaded(path, dates="month first", timezone=None)
    assert {"mailchimp:aa11bb22cc": ("2022-03-05 00:00", "newsletter")} == published(engagement)


@pytest.mark.parametrize(
    "name",
    ["Email Address", "Deine E-Mail Adresse", "Email address", "E-mailadres", "Correo electrónico"],
)
def test_mailchimp_addresses_in_any_language(tmp_path: Path, name: str) -> None:
    """The column of addresses is found whatever its language; a kind of mail is no address."""
    (tmp_path / "subscribed.csv").write_text(
        f"EMAIL_TYPE,{name},MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED\n"
        "html,ada@example.org,2,,2026-01-05 19:30:00,2026-01-05 19:30:00\n"
        "html,,2,,2026-01-06 19:30:00,2026-01-05 19:30:00\n"
    )
    engagement = loaded(tmp_path)
    assert [
        ("ada", "signup", 1, "2026-01-05 18:30:00"),
        ("?", "signup", 1, "2026-01-06 18:30:00"),
    ] == gained(engagement)
    assert [False, True] == engagement.conversions["person_id"].isna().tolist()


def test_mailchimp_times_with_a_zone_keep_it(tmp_path: Path) -> None:
    """Should a time name its zone after all, it is read by it, next to times that do not."""
    times = ["2026-01-05T19:30:00Z", "2026-01-05 19:30:00", "2026-01-05 19:30:00+02:00"]
    rows = [f"{n}@example.org,2,{time},,x\n" for n, time in enumerate(times)]
    (tmp_path / "subscribed.csv").write_text(MEMBERS + "".join(rows))
    assert ["17:30", "18:30", "19:30"] == [
        time.strftime("%H:%M") for time in loaded(tmp_path).conversions["occurred_at"]
    ]


def test_mailchimp_overlapping_exports_count_once(tmp_path: Path) -> None:
    """Who is in the first list as a subscriber and in the second as gone joined once."""
    joined = "cora@example.com,3,2026-01-07 08:00:00,2026-01-07 08:01:00,"
    (tmp_path / "subscribed.csv").write_text(f"{MEMBERS}{joined}2026-01-07 08:01:00\n")
    gone = MEMBERS.replace("LAST_CHANGED", "UNSUB_TIME")
    (tmp_path / "unsubscribed.csv").write_text(f"{gone}{joined}2026-04-01 12:00:00\n")
    assert [
        ("cora", "signup", 1, "2026-01-07 07:00:00"),
        ("cora", "signup", -1, "2026-04-01 10:00:00"),
    ] == gained(loaded(tmp_path))


def test_mailchimp_report_alone_is_a_post(root: Path, tmp_path: Path) -> None:
    """Blocks of names and values are one campaign, in people and acts; a percentage is not."""
    shutil.copy(root / "data" / "specimens" / "mailchimp" / "campaign_report.csv", tmp_path)
    engagement = loaded(tmp_path)
    ((post, found),) = published(engagement).items()
    assert ("2026-06-09 19:30", "newsletter") == found
    assert {
        ("click", "acts"): 77,
        ("click", "people"): 70,
        ("delivery", "people"): 1108,
        ("open", "acts"): 1057,
        ("open", "people"): 300,
    } == tallies(engagement, post)


def test_reports_of_one_minute_stay_apart(root: Path, tmp_path: Path) -> None:
    """Two campaigns sent in the same minute are two posts, with and without their list."""
    folder = root / "data" / "specimens" / "mailchimp"
    text = (folder / "campaign_report.csv").read_text()
    (tmp_path / "one.csv").write_text(text)
    (tmp_path / "two.csv").write_text(text.replace("Letter one", "Letter too"))
    assert 2 == len(loaded(tmp_path).posts)
    shutil.copy(folder / "campaigns.csv", tmp_path)
    assert 4 == len(loaded(tmp_path).posts)


# MailerLite, Curated, Kit


def test_mailerlite_specimen(root: Path) -> None:
    """A report's blocks are one campaign; its figures are people, percentages left out."""
    engagement = specimen(root, "mailerlite")
    ((post, found),) = published(engagement).items()
    assert ("2026-08-07 14:00", "newsletter") == found
    expected = {("click", "people"): 33, ("delivery", "people"): 3902, ("open", "people"): 1489}
    assert expected == tallies(engagement, post)
    assert {
        "campaign_report.csv": "",
        "campaign_report_unsent.csv": "1 report of a campaign not sent yet (row 1)",
    } == lines(engagement)


def test_mailerlite_asks_for_the_zone(root: Path) -> None:
    """The time of sending names no zone."""
    expected = (
        "'campaign_report.csv': the times in column 'Sent' name no time zone. "
        "Pass the zone that the account reports in, e.g. timezone='Europe/Paris'."
    )
    assert expected == refusal(root / "data" / "specimens" / "mailerlite", timezone=None)


def test_mailerlite_time_with_a_zone_is_set_aside(root: Path, tmp_path: Path) -> None:
    """A time that names a zone is not of this format: it is not read as a local one."""
    path = root / "data" / "specimens" / "mailerlite" / "campaign_report.csv"
    text = path.read_text().replace("16:00:00", "16:00:00+02:00")
    (tmp_path / "report.csv").write_text(text)
    expected = "1 row whose 'Sent' is not a date of this format (row 1 ‘9999-99-99 99:99:99+99:9’)"
    assert {"report.csv": expected} == lines(loaded(tmp_path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "one line in Latin-1"])
def test_curated_specimen_in_any_encoding(root: Path, tmp_path: Path, encoding: str) -> None:
    """Tags and the referring host are kept; broken addresses are no sign-ups."""
    text = (root / "data" / "specimens" / "curated" / "subscribers.csv").read_text("utf-8")
    mixed = "\n".join([*text.split("\n"), "cora@example.com,2026-02-05 07:55:20 +0000,Zoë,,,,,,"])
    content = mixed.encode() if encoding.startswith("one") else text.encode(encoding)
    (tmp_path / "subscribers.csv").write_bytes(content.replace("ë".encode(), b"\xeb"))
    engagement = loaded(tmp_path)
    assert [
        ("oben", "signup", 1, "2026-02-03 22:49:24"),
        ("ada", "signup", 1, "2026-02-04 07:55:20"),
    ] == gained(engagement)[:2]
    tags = ["referrer", "utm_source", "utm_medium", "utm_campaign"]
    expected = ["social.example.net", "mastodon", "social", "spring"]
    assert expected == engagement.conversions.loc[1, tags].tolist()
    if encoding.startswith("one"):
        assert "Zoë" == engagement.conversions.loc[2, "utm_source"]
    whys = "2 sign-ups with no whole e-mail address (rows 4, 5)"
    assert {"subscribers.csv": whys} == lines(engagement)


def test_kit_specimen(root: Path) -> None:
    """File and saved answer count once; a time that names a zone keeps it."""
    engagement = specimen(root, "kit")
    assert [
        ("ada", "signup", 1, "2026-01-27 11:43:55"),
        ("ben", "signup", 1, "2026-01-28 11:43:55"),
        ("dan", "signup", 1, "2026-01-30 10:43:55"),
        ("emma", "signup", 1, "2026-02-03 11:43:55"),
    ] == gained(engagement)
    tags = engagement.conversions[["referrer", "utm_source"]]
    assert ["example.com", "letter"] == tags.iloc[0].tolist()
    assert ["social.example.net", "kit"] == tags.iloc[3].tolist()
    why = lines(engagement)["subscribers.csv"].replace("1 duplicate (row 2); ", "")
    assert "1 sign-up never confirmed (row 4)" == why


def test_kit_asks_for_the_zone_of_times_without_one(root: Path, tmp_path: Path) -> None:
    """A time that names no zone needs one; times that name theirs need none."""
    path = root / "data" / "specimens" / "kit" / "subscribers.csv"
    expected = (
        "'subscribers.csv': the times in column 'created_at' name no time zone. "
        "Pass the zone that the account reports in, e.g. timezone='Europe/Paris'."
    )
    assert expected == refusal(path, timezone=None)
    stated = [line for line in path.read_text().splitlines() if not line.startswith("dan")]
    (tmp_path / "subscribers.csv").write_text("\n".join(stated) + "\n")
    assert 2 == len(loaded(tmp_path, timezone=None).conversions)


@pytest.mark.parametrize("columns", ["email,created_at", "email,first_name,created_at"])
def test_kit_does_not_swallow_other_lists(tmp_path: Path, columns: str) -> None:
    """A list that shows no state, status or tags may be anybody's: it stays unknown."""
    cells = {"email": "ada@example.org", "created_at": "2026-01-27T11:43:55Z"}
    row = ",".join(cells.get(name, "") for name in columns.split(","))
    (tmp_path / "list.csv").write_text(f"{columns}\n{row}\n")
    assert refusal(tmp_path).startswith(f"Nothing to load in {tmp_path.name!r}: none of its 1 ")


def test_answers_without_attribution_are_read(tmp_path: Path) -> None:
    """A saved answer of Kit's older API, which says nothing of what led to it, is read."""
    person = {
        "id": 1,
        "state": "active",
        "email_address": "ada@example.org",
        "created_at": "2026-01-27T11:43:55.000Z",
    }
    (tmp_path / "kit.json").write_text(json.dumps({"subscribers": [person]}))
    engagement = loaded(tmp_path)
    assert [("ada", "signup", 1, "2026-01-27 11:43:55")] == gained(engagement)
    assert pd.isna(engagement.conversions["referrer"][0])
