import hashlib
import json
import re
import tarfile
import zipfile
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import libipld
import pandas as pd
import pytest

import exports
from exports import KEY
from helpers import formats, load, privacy
from helpers.readers import repository, sources, trees
from helpers.readers.cells import UnreadableError
from helpers.tables import Engagement

LOOK = " \N{LEFT SINGLE QUOTATION MARK}[^\N{RIGHT SINGLE QUOTATION MARK}]*."
FOLDERS = ("mastodon", "bluesky", "x_archive", "reddit", "instagram_download")
SERVER = "https://social.example.org"
ADA, BEN = f"{SERVER}/users/ada", f"{SERVER}/users/ben"
CAI, DEE = "https://other.example.net/users/cai", "https://third.example.com/users/dee"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
DID = "did:plc:ada000000000000000000000"
NAMES = ("Ben Example", "Cai Example", "ben.example", "users/ben", "plc:ben", "192.0.2.7", "Psst")


@pytest.fixture(scope="module")
def specimens(root: Path) -> Path:
    """Return the folder of specimens."""
    return root / "data" / "specimens"


@cache
def specimen(folder: Path) -> Engagement:
    """Return what a folder of specimens yields, loaded once."""
    return loaded(folder)


def loaded(path: Path, **arguments: str) -> Engagement:
    """Load as the specimens' README says."""
    return load.load(path, key=KEY, **arguments)


def write(folder: Path, name: str, tree: Any) -> Path:
    """Write a JSON file into a folder and return the folder."""
    (folder / name).write_text(json.dumps(tree))
    return folder


def lines(engagement: Engagement) -> dict[str, tuple[str, int, int, str]]:
    """Return format, rows read, rows kept and reasons, by the last part of the file's name.

    How a cell looks is left out of the reasons.
    """
    rows = engagement.receipt.to_dict("records")
    assert all(row["read"] == row["kept"] + row["set_aside"] for row in rows)
    names = [str(row["file"]).rpartition("/")[2] for row in rows]
    told = [(row["format"], row["read"], row["kept"], re.sub(LOOK, "", row["why"])) for row in rows]
    return dict(zip(names, told, strict=True))


def receipt(engagement: Engagement) -> list[tuple[str, str]]:
    """Return every file's name and its reasons."""
    return list(zip(engagement.receipt["file"], engagement.receipt["why"], strict=True))


def why(engagement: Engagement) -> str:
    """Return why the only file's rows were set aside."""
    ((_, _, _, reason),) = lines(engagement).values()
    return reason


def moments(times: pd.Series) -> list[str | None]:
    """Return moments as ISO text without their zone, which is UTC."""
    return [None if pd.isna(time) else time.isoformat()[:19] for time in times]


def plain(values: pd.Series) -> list[Any]:
    """Return values with None for what is missing."""
    return [None if pd.isna(value) else value for value in values]


def posts(engagement: Engagement) -> dict[str, tuple[str | None, str, int | None]]:
    """Return each post's moment, kind and words."""
    frame = engagement.posts
    rows = zip(moments(frame["published_at"]), frame["kind"], plain(frame["words"]), strict=True)
    return dict(zip(frame["post_id"], rows, strict=True))


def tallies(engagement: Engagement, post_id: str) -> dict[tuple[str, str], int]:
    """Return a post's totals by kind and unit."""
    rows = engagement.tallies[engagement.tallies["post_id"] == post_id]
    return dict(zip(zip(rows["kind"], rows["unit"], strict=True), rows["count"], strict=True))


def acts(engagement: Engagement) -> set[tuple[Any, ...]]:
    """Return kind, post, person, moment and words of each act; no act is there twice."""
    frame = engagement.responses
    who = frame["kind"], frame["post_id"], frame["person_id"]
    rows = list(zip(*who, moments(frame["occurred_at"]), plain(frame["words"]), strict=True))
    assert len(rows) == len(set(rows))
    return set(rows)


def follows(engagement: Engagement) -> list[tuple[Any, ...]]:
    """Return channel, moment, grain, quantity and person of each follower gained."""
    frame = engagement.conversions[engagement.conversions["kind"] == "follow"]
    times, people = moments(frame["occurred_at"]), plain(frame["person_id"])
    return list(
        zip(frame["channel"], times, frame["grain"], frame["quantity"], people, strict=True)
    )


def post(number: int) -> str:
    """Return the identifier of a Mastodon post of Ada's."""
    return f"mastodon:{privacy.digest(f'{ADA}/statuses/{number}')}"


def fediverse(uri: str) -> str:
    """Return the hash of a Mastodon account."""
    return privacy.person_id(uri, "mastodon", KEY)


def account(uri: str, number: int = 2) -> dict[str, Any]:
    """Return a Mastodon account as the API shows it."""
    name = uri.rpartition("/")[2]
    counts = {"followers_count": 5, "following_count": 1, "statuses_count": 9}
    return {
        "id": str(number),
        "acct": name,
        "url": uri.replace("users/", "@"),
        "uri": uri,
        **counts,
    }


def status(
    uri: str, who: str, number: int, reply: tuple[str, str] | None = None, **more: Any
) -> Any:
    """Return a Mastodon status; `reply` is what it answers and whom, by the server's numbers."""
    to = dict(zip(("in_reply_to_id", "in_reply_to_account_id"), reply or (None, None), strict=True))
    counts = {"reblogs_count": 0, "favourites_count": 0, "replies_count": 0}
    basic = {"id": uri.rpartition("/")[2], "uri": uri, "content": "<p>Two words</p>", **counts}
    made = {"created_at": "2026-03-01T08:00:00.000Z", "visibility": "public", "reblog": None}
    return {**basic, **made, **to, "account": account(who, number), **more}


def notice(kind: str, who: str, about: Any = None, at: str = "2026-03-02T08:00:00.000Z") -> Any:
    """Return a Mastodon notification."""
    basic = {"id": "1", "type": kind, "created_at": at, "account": account(who)}
    return basic | ({"status": about} if about else {})


def note(to: list[str], cc: list[str]) -> dict[str, Any]:
    """Return an item of an outbox that goes to some and, as a copy, to others."""
    what = {"id": f"{ADA}/statuses/1", "type": "Note", "content": "<p>Hm</p>", "inReplyTo": None}
    made = {"published": "2026-03-01T08:00:00Z", "to": to, "cc": cc}
    return {"id": "1", "type": "Create", **made, "object": what | made}


def outbox(*items: Any) -> dict[str, Any]:
    """Return an archive's outbox."""
    return {"type": "OrderedCollection", "totalItems": len(items), "orderedItems": list(items)}


# Specimens: known answers


def test_mastodon_specimen_yields_what_was_counted_by_hand(specimens: Path) -> None:
    """Archive, API and collector tell of four posts, two lists of no known post, ten acts."""
    engagement = specimen(specimens / "mastodon")
    listed = [name for name in posts(engagement) if ":file-" in name]
    expected: dict[str, Any] = {
        post(101): ("2026-03-01T08:00:00", "post", 5),
        post(102): ("2026-03-01T08:30:00", "reply", 5),
        post(103): ("2026-03-01T10:00:00", "reply", 2),
        post(105): ("2026-03-05T08:00:00", "post", 2),
    }
    assert expected | dict.fromkeys(listed, (None, "post", None)) == posts(engagement)
    assert 2 == len(listed)
    by_hand = {
        ("like", "acts"): 4,
        ("boost", "acts"): 1,
        ("reply", "acts"): 2,
        ("quote", "acts"): 1,
    }
    assert by_hand == tallies(engagement, post(101))
    assert {
        ("like", post(101), fediverse(BEN), "2026-03-01T08:10:00", None),
        ("like", post(101), fediverse(CAI), None, None),
        ("boost", post(101), fediverse(DEE), "2026-03-01T08:20:00", None),
        ("reply", post(101), fediverse(BEN), "2026-03-01T09:00:00", 2),
        ("reply", post(103), fediverse(CAI), "2026-03-01T11:00:00", 3),
        ("reply", post(105), fediverse(BEN), "2026-03-05T08:10:00", 3),
        ("quote", post(101), fediverse(CAI), "2026-03-05T09:00:00", 2),
    } == {act for act in acts(engagement) if ":file-" not in act[1]}
    assert {("like", BEN), ("like", DEE), ("boost", CAI)} == {
        (kind, {fediverse(uri): uri for uri in (BEN, CAI, DEE)}[person])
        for kind, post_id, person, _, _ in acts(engagement)
        if post_id in listed
    }
    expected_follow = ("mastodon", "2026-03-06T08:00:00", "second", 1, fediverse(DEE))
    assert [expected_follow] == follows(engagement)
    counted = engagement.audience[["as_of", "kind", "unit", "count"]]
    assert [
        (pd.Timestamp("2026-06-30", tz="UTC"), "followers", "people", 11),
        (pd.Timestamp("2026-07-02", tz="UTC"), "followers", "people", 12),
    ] == list(counted.itertuples(index=False, name=None))


def test_mastodon_specimen_accounts_for_every_file(specimens: Path) -> None:
    """Each file is known for what it is; what is of no use says why."""
    found = lines(specimen(specimens / "mastodon"))
    own = "you liked or bookmarked yourself; who liked yours is not in an archive"
    assert ("mastodon.own_likes", 2, 0, f"2 posts of others that {own} (rows 1, 2)") == found[
        "likes.json"
    ]
    assert ("mastodon.own_likes", 1, 0, f"1 post of someone else that {own} (row 1)") == found[
        "bookmarks.json"
    ]
    assert ("mastodon.actor", 1, 0, "1 description of your account; it holds no count (row 1)") == (
        found["actor.json"]
    )
    assert (
        "1 duplicate (row 1); 1 act of the author on their own post (row 3)"
        == found["likes-101-0001.json"][3]
    )
    assert (
        "1 mention that answers no post of yours (row 4); 1 reaction that not everybody may see, "
        "or to such a post (row 5); 1 notification of something else than a reaction (row 8)"
    ) == found["notifications-2026-06-30.json"][3]
    assert (
        "1 group of notifications, which does not say who reacted when; "
        "save them from /api/v1/notifications (row 1)"
    ) == found["notifications_v2.json"][3]
    assert (
        "2 accounts that you follow or mute; not people who follow you (rows 2, 3)"
        == found["following_accounts.csv"][3]
    )
    assert (
        "3 accounts in a list that does not say what they did; of likes or boosts keep "
        "'favourited_by' or 'reblogged_by' in the file's name, followers have no date "
        "(rows 1, 2, 3)"
    ) == found["followers.json"][3]


def test_bluesky_specimen_yields_what_was_counted_by_hand(specimens: Path) -> None:
    """Answers, notifications and the repository tell of three posts and four acts."""
    engagement = specimen(specimens / "bluesky")

    def name(key: str) -> str:
        return f"bluesky:{privacy.digest(f'at://{DID}/app.bsky.feed.post/{key}')}"

    def who(short: str) -> str:
        return privacy.person_id(f"did:plc:{short}000000000000000000000", "bluesky", KEY)

    assert {
        name("3aaa"): ("2026-03-01T08:00:02", "post", 3),
        name("3bbb"): ("2025-12-01T08:00:00", "post", 4),
        name("3ccc"): ("2025-12-02T08:00:00", "reply", 2),
    } == posts(engagement)
    counts = {"like": 2, "boost": 1, "reply": 1, "quote": 1, "save": 1}
    assert {(kind, "acts"): count for kind, count in counts.items()} == tallies(
        engagement, name("3aaa")
    )
    assert {
        ("like", name("3aaa"), who("ben"), "2026-03-01T08:10:00", None),
        ("boost", name("3aaa"), who("dee"), "2026-03-01T08:20:00", None),
        ("quote", name("3aaa"), who("cai"), "2026-03-01T09:00:01", 2),
        ("reply", name("3aaa"), who("ben"), "2026-03-01T09:30:01", 2),
    } == acts(engagement)
    assert [("bluesky", "2026-03-06T08:00:00", "second", 1, who("dee"))] == follows(engagement)
    counted = engagement.audience[["as_of", "kind", "unit", "count"]]
    assert [
        (pd.Timestamp("2026-06-30", tz="UTC"), "followers", "people", 30),
        (pd.Timestamp("2026-07-02", tz="UTC"), "followers", "people", 31),
    ] == list(counted.itertuples(index=False, name=None))


def test_bluesky_specimen_accounts_for_every_file(specimens: Path) -> None:
    """What the author did and what bears no date is set aside, each with its reason."""
    found = lines(specimen(specimens / "bluesky"))
    reasons = (
        "1 record that is no post (row 1); 1 like by the author, of a post of whoever (row 2); "
        "1 duplicate (row 3); 1 row whose 'value.createdAt' is not a date of this format "
        "(row 6); 1 boost by the author, of a post of whoever (row 7); "
        "1 account that the author follows (row 8)"
    )
    assert ("bluesky.records", 8, 2, reasons) == found["repo-2026-07-01.car"]
    assert (
        "2 duplicates (rows 2, 4); 1 mention that answers no post of yours (row 5); 1 like or "
        "boost of a boost of someone else's post (row 6); 1 notification of something else than "
        "a reaction (row 7)"
    ) == found["listNotifications-2026-06-30.json"][3]
    assert (
        "2 followers without a date, in a list that may be one page of many (rows 1, 2)"
        == found["getFollowers.json"][3]
    )
    assert "1 account that the author follows (row 1)" == found["getFollows.json"][3]
    assert (
        "2 accounts in a list that does not say which is yours; save your own alone (rows 1, 2)"
        == found["getProfiles.json"][3]
    )


def test_x_specimen_yields_what_was_counted_by_hand(specimens: Path) -> None:
    """Two archives tell of three posts; ids keep their 19 digits, totals are the later ones."""
    engagement = specimen(specimens / "x_archive")
    assert {
        "x:1900000000000000001": ("2026-03-01T08:00:00", "post", 4),
        "x:1900000000000000002": ("2026-03-01T09:00:00", "reply", 3),
        "x:1900000000000000005": ("2018-10-10T20:19:24", "post", 2),
    } == posts(engagement)
    assert {("like", "acts"): 7, ("boost", "acts"): 2} == tallies(
        engagement, "x:1900000000000000001"
    )
    assert {("like", "acts"): 3, ("boost", "acts"): 1} == tallies(
        engagement, "x:1900000000000000005"
    )
    assert {pd.Timestamp("2026-07-01", tz="UTC")} == set(engagement.tallies["as_of"])
    assert engagement.responses.empty
    assert engagement.conversions.empty
    found = lines(engagement)
    assert "1 row superseded by a later export (row 1)" == found["tweet.js"][3]
    assert (
        "1 repost of someone else's post (row 3); 1 row whose 'tweet.created_at' or 'created_at' "
        "is not a date of this format (row 4)"
    ) == found["tweets.js"][3]
    unused = {
        "account.js": "1 description of your account; it holds no count (row 1)",
        "deleted-tweets.js": "1 post that you deleted (row 1)",
        "direct-messages.js": "1 entry that says nothing about who read or reacted (row 1)",
        "follower.js": "2 followers without a date (rows 1, 2)",
        "following.js": "1 account that you follow yourself (row 1)",
        "like.js": ("1 post that you liked yourself; who liked yours is not in an archive (row 1)"),
        "manifest.js": "no rows",
        "note-tweet.js": "1 full text of a long post; the post itself is in tweets.js (row 1)",
        "personalization.js": "no rows",
    }
    assert unused == {name: found[name][3] for name in unused}


def test_reddit_specimen_yields_what_was_counted_by_hand(specimens: Path) -> None:
    """Two posts and a comment are the author's; times are the file's own, in UTC."""
    engagement = specimen(specimens / "reddit")
    assert {
        "reddit-post:1abc2d": ("2026-03-01T08:00:00", "post", 6),
        "reddit-post:1abc2e": ("2026-03-02T08:00:00", "post", None),
        "reddit-comment:k1abc2d": ("2026-03-01T09:00:00", "reply", 2),
    } == posts(engagement)
    told = {name: (label, reason) for name, (label, _, _, reason) in lines(engagement).items()}
    headers = "1 line that posts.csv or comments.csv has too, with the text (row 2)"
    assert {
        "comment_headers.csv": ("reddit.headers", headers),
        "comments.csv": ("reddit.comments", ""),
        "messages.csv": ("reddit.messages", "1 private message (row 2)"),
        "post_headers.csv": ("reddit.headers", headers),
        "post_votes.csv": (
            "reddit.votes",
            "1 vote of your own; who voted for you is not in the export (row 2)",
        ),
        "posts.csv": ("reddit.posts", ""),
        "saved_posts.csv": (
            "reddit.saved",
            "1 choice of your own, of what to read or hide (row 2)",
        ),
        "statistics.csv": (
            "reddit.statistics",
            "2 facts about your account; they say nothing about who read or reacted (rows 2, 3)",
        ),
    } == told


def test_instagram_specimen_yields_what_was_counted_by_hand(specimens: Path) -> None:
    """Followers are dated by the second; a post of two pictures is one, its text mended."""
    engagement = specimen(specimens / "instagram_download")

    def who(name: str) -> str:
        return privacy.person_id(name, "instagram", KEY)

    assert [
        ("facebook", "2026-03-01T08:00:00", "second", 1, None),
        ("facebook", "2026-03-01T08:00:00", "second", 1, None),
        ("instagram", "2026-03-01T08:00:00", "second", 1, who("ben.example")),
        ("instagram", "2026-03-01T09:00:00", "second", 1, who("cai.example")),
        ("instagram", "2026-03-01T10:00:00", "second", 1, who("dee.example")),
        ("threads", "2026-03-04T08:00:00", "second", 1, who("ben.example")),
    ] == follows(engagement)
    frame = engagement.posts
    assert [
        ("instagram", ("2026-03-01T08:00:00", "post", 3)),
        ("instagram", ("2026-03-02T08:00:00", "post", 2)),
        ("instagram", ("2026-03-03T08:00:00", "video", 2)),
        ("threads", ("2026-03-04T08:00:00", "post", 3)),
    ] == list(zip(frame["platform"], posts(engagement).values(), strict=True))
    found = lines(engagement)
    own = "1 list of what you did yourself; who did so to you is not in it (row 1)"
    for name in ("liked_posts.json", "saved_posts.json", "who_you've_followed.json"):
        assert ("instagram_download.own_acts", 1, 0, own) == found[name]
    assert (
        "1 duplicate (row 1); 1 row whose 'timestamp' is not a date of this format (row 4)"
        == found["followers_1.json"][3]
    )
    assert "1 follower without a date (row 3)" == found["people_who_followed_you.json"][3]
    assert "1 story, gone after a day (row 1)" == found["stories.json"][3]


@pytest.mark.parametrize("folder", FOLDERS)
def test_specimens_leave_no_name_behind(specimens: Path, folder: str) -> None:
    """Neither a table nor the receipt's reasons hold a name, an address or a text."""
    engagement = specimen(specimens / folder)
    assert "unknown" not in set(engagement.receipt["format"])
    names = ("posts", "tallies", "responses", "conversions", "audience", "receipt")
    frames = [getattr(engagement, name).drop(columns="file", errors="ignore") for name in names]
    text = "\n".join(frame.to_csv() for frame in frames)
    assert [] == [name for name in NAMES if name in text]


def test_real_samples_load_or_say_why(shared_data: Path) -> None:
    """Real answers and archives are read; the account without a day is refused."""
    rest = lines(loaded(shared_data / "exports" / "mastodon_rest"))
    assert {
        "test_account_followers__2_accounts_followers.json": ("unknown", 0, 0, "empty"),
        "test_status_context__1_statuses_context.json": ("mastodon.posts", 0, 0, "no rows"),
        "test_status_favourited_by__1_statuses_favourited_by.json": (
            "mastodon.favourited_by",
            1,
            1,
            "",
        ),
        "test_status_reply__1_accounts_verify_credentials.json": (
            "mastodon.profile",
            1,
            0,
            "1 row of a file whose name does not say of which day it is (row 1)",
        ),
    } == rest
    archive = lines(loaded(shared_data / "exports" / "x_twitter_archive"))
    assert {"account.js": 1, "follower.js": 2, "following.js": 2} == {
        name: read for name, (_, read, _, _) in archive.items()
    }
    threads = loaded(shared_data / "exports" / "_transcribed" / "threads")
    assert [("2009-02-13T23:31:30", "post", 2)] == list(posts(threads).values())


# Mastodon


def test_post_is_the_same_in_archive_api_and_collection(tmp_path: Path) -> None:
    """One address makes one post, whichever file tells of it, with the gaps filled."""
    uri = f"{ADA}/statuses/1"
    write(tmp_path, "outbox.json", outbox(note([PUBLIC], [])))
    write(tmp_path, "statuses.json", [status(uri, ADA, 1)])
    wrapping = {"request": {"url": f"{SERVER}/api/v1/statuses/1/favourited_by"}, "post": uri}
    write(tmp_path, "likes-1-0001.json", wrapping | {"author": ADA, "body": [account(BEN)]})
    engagement = loaded(tmp_path)
    assert [post(1)] == list(posts(engagement))
    assert {("like", post(1), fediverse(BEN), None, None)} == acts(engagement)


@pytest.mark.parametrize(
    ("to", "cc", "expected"),
    [
        ([PUBLIC], [f"{ADA}/followers"], ""),
        ([f"{ADA}/followers"], [PUBLIC], ""),
        (["as:Public"], [], ""),
        ([BEN], [], "1 post that not everybody may see (row 1)"),
        ([f"{ADA}/followers"], [BEN], "1 post that not everybody may see (row 1)"),
        ([], [BEN], "1 post that does not say who may see it (row 1)"),
    ],
)
def test_only_posts_that_all_may_see_are_kept(
    tmp_path: Path, to: list[str], cc: list[str], expected: str
) -> None:
    """Public and unlisted posts stay; those for followers or for a few are set aside."""
    engagement = loaded(write(tmp_path, "outbox.json", outbox(note(to, cc))))
    assert expected == why(engagement)
    assert (0 if expected else 1) == len(engagement.posts)


def test_archive_is_dated_by_its_own_name(tmp_path: Path, specimens: Path) -> None:
    """The day in `archive-20260601120000-….tar.gz` is that of its totals."""
    (archive,) = (specimens / "mastodon").glob("*.tar.gz")
    assert tarfile.is_tarfile(archive)
    engagement = loaded(archive)
    assert {pd.Timestamp("2026-06-01", tz="UTC")} == set(engagement.tallies["as_of"])
    copy = tmp_path / "20260601129900.tar.gz"
    copy.write_bytes(archive.read_bytes())
    assert engagement.tallies["as_of"].isna().sum() < loaded(copy).tallies["as_of"].isna().sum()


def test_totals_of_two_archives_are_never_added_up(tmp_path: Path, specimens: Path) -> None:
    """Of 2 likes in June and 3 in July the 3 stand."""
    for archive in (specimens / "mastodon").glob("archive-*"):
        (tmp_path / archive.name).write_bytes(archive.read_bytes())
    engagement = loaded(tmp_path)
    assert {("like", "acts"): 3, ("boost", "acts"): 1} == tallies(engagement, post(101))
    reasons = [reason for name, reason in receipt(engagement) if "tar.gz" in name]
    assert ["1 row superseded by a later export (row 1)"] == reasons


def test_like_in_a_list_and_in_a_notification_is_one_like(tmp_path: Path) -> None:
    """A person likes a post once; the moment is known if any file states it."""
    uri = f"{ADA}/statuses/1"
    wrapping = {"request": {"url": f"{SERVER}/api/v1/statuses/1/favourited_by"}, "post": uri}
    write(tmp_path, "a.json", wrapping | {"author": ADA, "body": [account(BEN)]})
    about = status(uri, ADA, 1)
    again = "2026-03-03T08:00:00.000Z"
    write(tmp_path, "n.json", [notice("favourite", BEN, about, again), notice("follow", CAI)])
    engagement = loaded(tmp_path)
    assert {("like", post(1), fediverse(BEN), "2026-03-03T08:00:00", None)} == acts(engagement)
    assert {"1 duplicate (row 1)", ""} == {line[3] for line in lines(engagement).values()}


def test_two_replies_of_one_person_stay_two(tmp_path: Path) -> None:
    """What can be done often is told apart by its moment."""
    below = [
        status(f"{BEN}/statuses/{n}", BEN, 2, ("1", "1"), created_at=f"2026-03-01T0{n}:00:00Z")
        for n in (2, 3)
    ]
    wrapping = {"author": ADA, "post": f"{ADA}/statuses/1"}
    body = {"ancestors": [], "descendants": below}
    engagement = loaded(write(tmp_path, "r.json", wrapping | {"request": {}, "body": body}))
    assert ["2026-03-01T02:00:00", "2026-03-01T03:00:00"] == moments(
        engagement.responses["occurred_at"]
    )


def test_thread_saved_by_hand_tells_its_author(tmp_path: Path) -> None:
    """Whom the replies answer is the author; another post of theirs tells the address."""
    own = status(f"{ADA}/statuses/3", ADA, 1, ("2", "2"))
    below = [status(f"{BEN}/statuses/2", BEN, 2, ("1", "1")), own]
    above = [status(f"{CAI}/statuses/9", CAI, 3)]
    body = {"ancestors": above, "descendants": below}
    engagement = loaded(write(tmp_path, "context.json", body))
    assert {post(1), post(3)} == set(posts(engagement))
    assert {("reply", post(1), fediverse(BEN), "2026-03-01T08:00:00", 2)} == acts(engagement)
    assert "1 post of someone else (row 1)" == why(engagement)


def test_reply_above_counts_for_the_authors_post_above_it(tmp_path: Path) -> None:
    """What answers an earlier post of the author's is a reply to that, not to the one asked for."""
    above = [status(f"{ADA}/statuses/1", ADA, 1), status(f"{BEN}/statuses/2", BEN, 2, ("1", "1"))]
    below = [status(f"{CAI}/statuses/4", CAI, 3, ("3", "1"))]
    wrapping = {
        "author": ADA,
        "post": f"{ADA}/statuses/3",
        "request": {"url": "/statuses/3/context"},
    }
    body = {"ancestors": above, "descendants": below}
    engagement = loaded(write(tmp_path, "r.json", wrapping | {"body": body}))
    assert {("reply", post(1), fediverse(BEN)), ("reply", post(3), fediverse(CAI))} == {
        act[:3] for act in acts(engagement)
    }


def test_replys_own_likes_are_not_those_of_the_post(tmp_path: Path) -> None:
    """Totals of what others wrote do not become totals of the author's post."""
    below = [status(f"{BEN}/statuses/2", BEN, 2, ("1", "1"), favourites_count=99)]
    body = {"ancestors": [], "descendants": below}
    engagement = loaded(write(tmp_path, "r.json", {"author": ADA, "post": "x", "body": body}))
    assert engagement.tallies.empty
    assert 1 == len(engagement.responses)


def test_author_of_saved_posts_is_who_wrote_most_unless_named(tmp_path: Path) -> None:
    """The collector's word beats the count; boosts are counted for whoever boosts."""
    boost = {**status(f"{ADA}/statuses/3", ADA, 1), "reblog": status(f"{BEN}/statuses/9", BEN, 2)}
    listed = [status(f"{BEN}/statuses/2", BEN, 2), status(f"{ADA}/statuses/1", ADA, 1), boost]
    engagement = loaded(write(tmp_path, "statuses.json", listed))
    assert [post(1)] == list(posts(engagement))
    assert "1 post of someone else (row 1); 1 boost of someone else's post (row 3)" == why(
        engagement
    )
    named = loaded(
        write(tmp_path, "statuses.json", {"author": BEN, "body": listed[:2] + [boost] * 3})
    )
    assert [f"mastodon:{privacy.digest(f'{BEN}/statuses/2')}"] == list(posts(named))


def test_mention_is_placed_by_the_address_that_a_like_shows(tmp_path: Path) -> None:
    """A reply's post is known if the file shows what the author's addresses begin with."""
    reply = notice("mention", BEN, status(f"{BEN}/statuses/5", BEN, 2, ("7", "1")))
    foreign = notice("mention", BEN, status(f"{BEN}/statuses/6", BEN, 2, ("8", "3")))
    like = notice("favourite", CAI, status(f"{ADA}/statuses/1", ADA, 1))
    engagement = loaded(write(tmp_path, "notifications.json", [reply, foreign, like]))
    assert {("reply", post(7)), ("like", post(1))} == {act[:2] for act in acts(engagement)}
    assert "1 mention that answers no post of yours (row 2)" == why(engagement)
    alone = loaded(write(tmp_path, "notifications.json", [reply, notice("follow", CAI)]))
    assert "1 reaction to a post whose address the file does not tell (row 1)" == why(alone)
    assert alone.responses.empty


def test_liked_post_of_a_notification_is_dated(tmp_path: Path) -> None:
    """The post that somebody liked comes with its own date, where no better file tells it."""
    like = notice("favourite", CAI, status(f"{ADA}/statuses/1", ADA, 1))
    engagement = loaded(write(tmp_path, "notifications.json", [like]))
    assert {post(1): ("2026-03-01T08:00:00", "post", None)} == posts(engagement)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("test_favourited_by_1.json", "like"), ("reblogged_by.json", "boost"), ("people.json", None)],
)
def test_list_saved_by_hand_tells_its_act_by_its_name(
    tmp_path: Path, name: str, kind: str | None
) -> None:
    """Without the collector's word the file's name says what people did, or nothing does."""
    people = [account(BEN), account(CAI, 3)]
    write(tmp_path, "outbox.json", outbox())
    engagement = loaded(write(tmp_path, name, people))
    expected = {(kind, fediverse(BEN)), (kind, fediverse(CAI))} if kind else set()
    assert expected == {(act[0], act[2]) for act in acts(engagement)}
    assert {None} >= set(moments(engagement.posts["published_at"]))
    assert (1 if kind else 0) == len(engagement.posts)


def test_account_of_old_servers_is_known_by_its_url(tmp_path: Path) -> None:
    """Where a server tells no address of an account its page stands for it."""
    old = {name: value for name, value in account(BEN).items() if name != "uri"}
    engagement = loaded(write(tmp_path, "favourited_by.json", [old]))
    assert [fediverse(f"{SERVER}/@ben")] == list(engagement.responses["person_id"])


def test_empty_list_is_called_empty_and_no_answer_none(tmp_path: Path) -> None:
    """A list without anybody is no unknown format, nor is a page that was not to be had."""
    write(tmp_path, "outbox.json", outbox())
    wrapping = {"request": {}, "post": "x", "author": ADA, "body": []}
    write(tmp_path, "likes-1-0001.json", wrapping)
    write(tmp_path, "likes-2-0001.json", {**wrapping, "absent": "answered 404", "body": None})
    absent = "no answer: it was not to be had when it was collected"
    assert {
        "likes-1-0001.json": ("unknown", 0, 0, "empty"),
        "likes-2-0001.json": ("unknown", 0, 0, absent),
        "outbox.json": ("mastodon.outbox", 0, 0, "no rows"),
    } == lines(loaded(tmp_path))


def test_profile_of_someone_else_is_no_audience(tmp_path: Path) -> None:
    """Where the collection names the author, others' followers do not count."""
    whole = {"collected_at": "2026-07-02T00:00:00+00:00", "author": ADA, "body": account(BEN)}
    engagement = loaded(write(tmp_path, "profile.json", whole))
    assert "1 account of someone else (row 1)" == why(engagement)
    assert engagement.audience.empty


# Bluesky


def test_feeds_author_is_the_one_that_the_collection_names(tmp_path: Path) -> None:
    """The collector's word beats the count of posts."""
    feed = [{"post": exports.post("1")}, *({"post": exports.post(n, "did:plc:b")} for n in "23")]
    engagement = loaded(
        write(tmp_path, "feed.json", {"author": exports.AUTHOR, "body": {"feed": feed}})
    )
    assert 1 == len(engagement.posts)
    assert "2 posts of someone else (rows 2, 3)" == why(engagement)


def block(value: Any) -> tuple[bytes, bytes]:
    """Return a block's name, which is its hash, and its bytes."""
    content = libipld.encode_dag_cbor(value)
    return b"\x01\x71\x12\x20" + hashlib.sha256(content).digest(), content


def section(content: bytes) -> bytes:
    """Return bytes with their length before them."""
    length, size = b"", len(content)
    while size > 127:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return length + bytes([size]) + content


def shared(key: bytes, last: bytes) -> int:
    """Return how many bytes two paths begin with."""
    return next(size for size in range(len(key), -1, -1) if last.startswith(key[:size]))


def car(records: dict[str, Any], **changed: Any) -> bytes:
    """Return a repository: a node with the records, an empty one below it, and the commit."""
    paths = sorted(path.encode() for path in records)
    before = [shared(path, last) for path, last in pairwise([b"", *paths][::-1])][::-1]
    entries = [
        {"p": size, "k": path[size:], "v": block(records[path.decode()])[0], "t": None}
        for size, path in zip(before, paths, strict=True)
    ]
    below = block({"l": None, "e": []})
    top = block({"l": below[0], "e": entries})
    commit = block({"did": DID, "version": 3, "data": top[0], **changed})
    blocks = [*map(block, records.values()), below, top, commit]
    header = libipld.encode_dag_cbor({"roots": [commit[0]], "version": 1})
    return section(header) + b"".join(section(name + content) for name, content in blocks)


POST = {"$type": "app.bsky.feed.post", "text": "Two words", "createdAt": "2026-03-01T08:00:00Z"}
REPOSITORY = car({"app.bsky.feed.post/3aaa": POST, "app.bsky.feed.post/3aab": {**POST, "n": 1}})


def test_repository_is_read_by_its_paths(tmp_path: Path) -> None:
    """Paths that share their beginning are whole; inside an archive it is read as well."""
    with zipfile.ZipFile(tmp_path / "bluesky.zip", "w") as archive:
        archive.writestr("repo.car", REPOSITORY)
    engagement = loaded(tmp_path)
    assert {
        f"bluesky:{privacy.digest(f'at://{DID}/app.bsky.feed.post/{key}')}"
        for key in ("3aaa", "3aab")
    } == set(posts(engagement))


def test_damaged_repository_is_refused_whatever_the_damage(tmp_path: Path) -> None:
    """Cut anywhere or with any byte changed it is refused in one sentence, and not read."""
    cuts = [REPOSITORY[:size] for size in range(12, len(REPOSITORY))]
    flips = [
        REPOSITORY[:at] + bytes([REPOSITORY[at] ^ 0x55]) + REPOSITORY[at + 1 :]
        for at in range(12, len(REPOSITORY))
    ]
    for content in (*cuts, *flips):
        with pytest.raises(UnreadableError) as caught:
            repository.parsed(content)
        assert repository.DAMAGED == str(caught.value)
    write(tmp_path, "outbox.json", outbox())
    (tmp_path / "repo.car").write_bytes(cuts[-1])
    assert (
        "unknown",
        0,
        0,
        "repository is damaged, cut off or only a part; download it again",
    ) == lines(loaded(tmp_path))["repo.car"]


def hostile() -> Iterator[bytes]:
    """Yield repositories whose hashes are right and whose content is not a repository's."""
    yield car({"x" * 3000: POST})
    yield car({"a/b": POST}, data=block(POST)[0])
    yield car({"a/b": POST}, data="nothing")
    yield car({"a/b": POST}, did=None, data=None)
    yield section(libipld.encode_dag_cbor({"roots": [], "version": 1}))
    name, content = block([])
    deep = b"\x81" * 100_000 + content
    named = b"\x01\x71\x12\x20" + hashlib.sha256(deep).digest()
    header = libipld.encode_dag_cbor({"roots": [named], "version": 1})
    yield section(header) + section(named + deep)
    yield section(header) + section(name + content)


@pytest.mark.parametrize("content", list(hostile()))
def test_hostile_repository_is_refused(content: bytes) -> None:
    """Right hashes around nonsense are refused like any damage."""
    assert repository.is_repository(content)
    with pytest.raises(UnreadableError, match=f"^{repository.DAMAGED}$"):
        repository.parsed(content)


def test_panic_of_the_decoder_is_damage_and_an_interruption_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What Rust calls a panic is caught although it is no Exception; nothing else is."""

    class PanicException(BaseException):
        """What libipld raises when its Rust code panics."""

    def fail(error: BaseException) -> None:
        def raising(_content: bytes) -> None:
            raise error

        monkeypatch.setattr(libipld, "decode_dag_cbor", raising)

    fail(PanicException("index out of bounds"))
    with pytest.raises(UnreadableError, match=f"^{repository.DAMAGED}$"):
        repository.parsed(REPOSITORY)
    fail(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        repository.parsed(REPOSITORY)


def test_appviews_date_beats_the_repositorys(tmp_path: Path) -> None:
    """indexedAt stands where the AppView tells of a post, though the repository is newer."""
    uri = f"at://{DID}/app.bsky.feed.post/3aaa"
    shown = {**exports.post("1", DID), "uri": uri, "indexedAt": "2026-03-01T08:00:09.000Z"}
    write(tmp_path, "feed-2020-01-01.json", {"feed": [{"post": shown}]})
    (tmp_path / "repo-2026-01-01.car").write_bytes(REPOSITORY)
    found = posts(loaded(tmp_path))
    assert "2026-03-01T08:00:09" == found[f"bluesky:{privacy.digest(uri)}"][0]
    assert 2 == len(found)


# X


def script(name: str, part: int, records: Any) -> str:
    """Return a member of an X archive."""
    return f"window.YTD.{name}.part{part} = {json.dumps(records)}"


def tweet(number: str, created: str, **more: str) -> dict[str, Any]:
    """Return a post as an X archive holds it."""
    counts = {"favorite_count": "1", "retweet_count": "0"}
    return {"id_str": number, "created_at": created, "full_text": "Two words", **counts, **more}


@pytest.mark.parametrize(
    ("name", "is_flat"), [("tweets", False), ("tweet", False), ("tweets", True), ("tweet", True)]
)
def test_tweets_are_read_under_every_name_they_had(
    tmp_path: Path, name: str, is_flat: bool
) -> None:
    """tweet.js and tweets.js, parts of it, records under `tweet` or flat: all are posts."""
    record = tweet("1900000000000000001", "Wed Oct 10 22:19:24 +0200 2018")
    content = script(name, 3, [record if is_flat else {"tweet": record}])
    (tmp_path / f"{name}-part3.js").write_text(content, encoding="utf-8-sig")
    engagement = loaded(tmp_path)
    assert {"x:1900000000000000001": ("2018-10-10T20:19:24", "post", 2)} == posts(engagement)


def test_year_before_x_existed_is_impossible(tmp_path: Path) -> None:
    """Such posts are set aside; the first day of X is possible."""
    records = [
        {"tweet": tweet("1", "Tue Mar 21 00:00:00 +0000 2006")},
        {"tweet": tweet("2", "Mon Mar 20 23:59:59 +0000 2006")},
    ]
    (tmp_path / "tweets.js").write_text(script("tweets", 0, records))
    engagement = loaded(tmp_path)
    assert ["x:1"] == list(posts(engagement))


def test_empty_member_and_manifest_are_known(tmp_path: Path) -> None:
    """A member without entries and the manifest are no unknown formats."""
    (tmp_path / "ad-engagements.js").write_text(script("ad_engagements", 0, []))
    (tmp_path / "manifest.js").write_text('window.__THAR_CONFIG = {"userInfo": {}};')
    (tmp_path / "tweets.js").write_text(script("tweets", 0, []))
    expected = ("x_archive.others", 0, 0, "no rows")
    assert dict.fromkeys(["ad-engagements.js", "manifest.js", "tweets.js"], expected) == lines(
        loaded(tmp_path)
    )


# Reddit


def test_reddits_addresses_are_never_read() -> None:
    """No layout asks for the column of IP addresses."""
    (reddit,) = (form for form in formats.KNOWN if form.name == "reddit")
    assert [] == [layout.label for layout in reddit.layouts if "ip" in layout.names]


def test_reddit_date_without_a_zone_is_not_guessed(tmp_path: Path) -> None:
    """The export states UTC; a date that states nothing is set aside."""
    head = "id,permalink,date,ip,subreddit,gildings,title,url,body\n"
    rows = "a1,/a1,2026-03-01 08:00:00,,s,0,t,u,b\na2,/a2,2026-03-01 08:00:00 UTC,,s,0,t,u,b\n"
    (tmp_path / "posts.csv").write_text(head + rows)
    engagement = loaded(tmp_path)
    assert {"reddit-post:a2": ("2026-03-01T08:00:00", "post", 1)} == posts(engagement)
    assert "1 row whose 'date' is not a date of this format (row 2)" == why(engagement)


# Instagram


def test_downloaded_post_is_the_one_that_the_statistics_number(tmp_path: Path) -> None:
    """A post of the same minute in a statistics export is the same post, not a second one."""
    exports.instagram(tmp_path, exports.instagram_row("1801", "03/01/2026 09:00", Likes="5"))
    media = [{"uri": "1.jpg", "creation_timestamp": 1772352030, "title": "Two words"}]
    engagement = loaded(
        write(tmp_path, "posts_1.json", [{"media": media}]), timezone="Europe/Berlin"
    )
    assert 1 == len(engagement.posts)
    assert {("like", "acts"): 5} == tallies(engagement, next(iter(posts(engagement))))


def test_posts_of_one_second_stay_two_and_downloads_overlap(tmp_path: Path) -> None:
    """Equal moments of one file are two posts; the same post in two downloads is one."""
    media = [{"uri": "1.jpg", "creation_timestamp": 1772352030, "title": ""}]
    twice = [{"media": media}, {"media": media}]
    write(tmp_path, "posts_1.json", twice)
    write(tmp_path, "posts_1 (1).json", twice)
    assert 2 == len(loaded(tmp_path).posts)


# What a layout may say


def test_path_reaches_into_a_list() -> None:
    """A number in a path is a place in a list; what is not there is nothing."""
    tree = {"media": [{"title": "a"}]}
    assert ["a", None, None] == [
        trees.at(tree, path) for path in ("media.0.title", "media.1.title", "media.x.title")
    ]


PAIRED = """
name = "pair"
title = "Pairs"
source = "nowhere"
traps = []

[[file]]
name = "rows"
title = "Rows"
container = "table"
signature = [{ shows = ["Id", "One", "Other"] }]
post_id = { from = "Id", convert = "id", prefix = "pair" }

[[file.set_aside]]
reason = ["pair", "pairs"]
when = [{ column = "One", TEST = ["other"] }]

[[file.table]]
name = "posts"
columns = { platform = "pair", kind = "post" }
"""


@pytest.mark.parametrize(("test", "left"), [("same", ["2", "3"]), ("differs", ["1", "3"])])
def test_two_columns_can_be_compared(tmp_path: Path, test: str, left: list[str]) -> None:
    """Rows whose two cells are the same, or differ, are set aside; a blank says nothing."""
    (tmp_path / "formats").mkdir()
    form = PAIRED.replace("TEST", test)
    (tmp_path / "pair.toml").write_text(form)
    assert "pair.rows" == formats.parse(form).layouts[0].label
    (tmp_path / "rows.csv").write_text("Id,One,Other\n1,a,a\n2,a,b\n3,,b\n")
    assert [f"pair:{name}" for name in left] == sorted(loaded(tmp_path).posts["post_id"])


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("archive-20260601120000-ab.zip", "2026-06-01"),
        ("twitter-2026-06-01-ab.zip", "2026-06-01"),
        ("20260601250000.json", None),
        ("202606011200001.json", None),
    ],
)
def test_day_is_read_from_a_name_with_a_time(name: str, day: str | None) -> None:
    """A time of day may follow the day; any other number is no date."""
    source = sources.Source(name, b"", "", pd.NaT)
    assert (None if day is None else pd.Timestamp(day, tz="UTC")) == (
        None if pd.isna(source.exported) else source.exported
    )


def test_a_wrapped_answer_nested_too_deep_is_refused() -> None:
    """It is whole as JSON, and no export is so deep."""
    deep = '{"request": ' + "[" * 800 + "1" + "]" * 800 + ', "body": {"b": 1}}'
    with pytest.raises(UnreadableError, match=r"^nested too deep: no export$"):
        trees.parsed(deep)
