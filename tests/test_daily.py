"""Days: what is counted on which calendar day, what is unknown, and what is refused."""

import pandas as pd
import pytest

import worlds
from helpers import lift
from helpers.lift import LiftError, NoDataError
from helpers.tables import Engagement


def instants(*texts):
    """Return UTC instants."""
    return pd.to_datetime(list(texts), utc=True)


@pytest.fixture
def author():
    """Return three posts and a reply over four days, with sales from the second day on."""
    posts = worlds.posts(["p1", "p2", "p3", "r1"]).assign(
        published_at=instants(
            "2026-01-05 12:00", "2026-01-06 23:30", "2026-01-08 09:00", "2026-01-07 09:00"
        ),
        kind=["post", "newsletter", "video", "reply"],
        platform=["x", "substack", "x", "x"],
    )
    sales = worlds.conversions(
        [(None, "sale", 2), (None, "sale", 1), (None, "sale", -1), (None, "signup", 7)]
    ).assign(
        occurred_at=instants(
            "2026-01-06 10:00", "2026-01-08 20:00", "2026-01-08 21:00", "2026-01-07 10:00"
        )
    )
    causes = pd.DataFrame(
        {
            "starts_on": instants("2026-01-06", "2026-01-08", "2026-01-01"),
            "ends_on": instants("2026-01-06", "2026-01-20", "2026-01-02"),
            "label": ["Book launch!", "book  launch", "Holiday"],
        }
    )
    return Engagement(posts=posts, conversions=sales, causes=causes)


def replace(engagement, **tables):
    """Return the engagement with some tables replaced."""
    names = ("posts", "tallies", "responses", "conversions", "audience", "causes", "survey")
    return Engagement(**{name: getattr(engagement, name) for name in names} | tables)


def test_days_hold_posts_conversions_and_causes(author):
    """Every day that both cover has a row; quiet days are zeros; like labels share a column."""
    daily = lift.daily(author, "sales")
    assert [
        "date",
        "posts",
        "sales",
        "likes",
        "replies",
        "cause_book_launch",
        "cause_holiday",
    ] == list(daily.columns)
    assert ["2026-01-06", "2026-01-07", "2026-01-08"] == daily["date"].astype(str).to_list()
    assert [1, 0, 1] == daily["posts"].to_list()
    assert [2, 0, 1] == daily["sales"].to_list()
    assert [1, 0, 1] == daily["cause_book_launch"].to_list()
    assert [0, 0, 0] == daily["cause_holiday"].to_list()


def test_what_is_left_out_is_counted(author):
    """Posts with no date, posts and units outside the window and refunds are counted."""
    posts = author.posts.assign(
        published_at=author.posts["published_at"].where(author.posts["post_id"] != "p2")
    )
    daily = lift.daily(replace(author, posts=posts), "sales")
    assert {
        "posts_undated": 1,
        "posts_outside": 1,
        "units_outside": 0,
        "units_negative": 1,
        "units_undated": 0,
    } == daily.attrs


def test_weeks_and_months_are_not_days(author):
    """What is known by week or month is no day's sale: counted as left out; alone, refused."""
    month = worlds.conversions([(None, "sale", 40)]).assign(
        occurred_at=instants("2026-01-07"), conversion_id="month", grain="month"
    )
    both = replace(author, conversions=pd.concat([author.conversions, month], ignore_index=True))
    daily = lift.daily(both, "sales")
    assert [2, 0, 1] == daily["sales"].to_list()
    assert 40 == daily.attrs["units_undated"]
    with pytest.raises(NoDataError, match="none of that kind with a quantity above zero and a day"):
        lift.daily(replace(author, conversions=month), "sales")


def test_days_are_those_of_the_time_zone(author):
    """A post at 23:30 UTC falls on the next day in Athens and the same day in New York."""
    assert [0, 1, 1] == lift.daily(author, "sales", "Europe/Athens")["posts"].iloc[-3:].to_list()
    assert [1, 0, 1] == lift.daily(author, "sales", "America/New_York")["posts"].to_list()


def test_a_date_without_a_time_keeps_its_day(author):
    """Sales known by day alone do not move to the day before in a western time zone."""
    sales = author.conversions.assign(
        grain="day", occurred_at=author.conversions["occurred_at"].dt.normalize()
    )
    daily = lift.daily(replace(author, conversions=sales), "sales", "America/Los_Angeles")
    assert ["2026-01-06", "2026-01-08"] == daily.query("sales > 0")["date"].astype(str).to_list()


def test_no_zero_is_filled_where_nothing_is_known(author):
    """The window ends with the posts known, which a later stated total extends."""
    late = worlds.conversions([(None, "sale", 1)]).assign(
        occurred_at=instants("2026-01-20 10:00"), conversion_id="late"
    )
    sales = pd.concat([author.conversions, late], ignore_index=True)
    author = replace(author, conversions=sales)
    assert "2026-01-08" == str(lift.daily(author, "sales")["date"].max().date())
    tallies = worlds.tallies([("p1", "like", "people", 3)])
    stated = replace(author, tallies=tallies.assign(as_of=instants("2026-01-12 06:00")))
    assert "2026-01-12" == str(lift.daily(stated, "sales")["date"].max().date())
    assert 1 == lift.daily(stated, "sales").attrs["units_outside"]


def test_likes_are_the_latest_total_else_the_responses_else_unknown(author):
    """Two exports' totals are not summed; a platform that states nothing leaves a gap."""
    tallies = worlds.tallies([("p3", "like", "people", 5), ("p3", "like", "people", 9)])
    tallies["as_of"] = instants("2026-01-09", "2026-01-10")
    responses = worlds.responses([("p2", "email:a", "like"), ("p2", "email:b", "like")])
    daily = lift.daily(replace(author, tallies=tallies, responses=responses), "sales")
    assert [2, 0, 9] == daily["likes"].to_list()
    assert [True, False, True] == daily["replies"].isna().to_list()


def test_kinds_of_post_can_be_chosen(author):
    """What counts as posting is a parameter."""
    daily = lift.daily(author, "sales", kinds=("reply", "video"))
    assert ["2026-01-07", "2026-01-08"] == daily["date"].astype(str).to_list()
    assert [1, 1] == daily["posts"].to_list()


def test_an_unknown_outcome_is_refused_with_those_known(author):
    """The message names the outcomes there are."""
    with pytest.raises(LiftError) as refusal:
        lift.daily(author, "likes")
    assert (
        "Unknown outcome 'likes'. The outcomes known are: signups, paid, sales, pages, follows."
    ) == str(refusal.value)


def test_malformed_requests_are_refused(author):
    """A zone that is none, and kinds given as text, are named in the message."""
    with pytest.raises(LiftError) as refusal:
        lift.daily(author, "sales", "Mars/Olympus")
    assert ("Unknown time zone 'Mars/Olympus'. Give an IANA name such as 'Europe/Lisbon'.") == str(
        refusal.value
    )
    with pytest.raises(LiftError) as refusal:
        lift.daily(author, "sales", kinds="post")
    assert "kinds is the text 'post'. Give a tuple of kinds, such as ('post',)." == str(
        refusal.value
    )


def test_missing_tables_are_refused_with_what_is_missing(author):
    """No conversions, no dated posts, no shared day: each says what to add."""
    with pytest.raises(NoDataError) as refusal:
        lift.daily(author, "paid")
    assert (
        "There are no conversions of kind 'paid': table 'conversions' has 4 row(s), none of that "
        "kind with a quantity above zero and a day. Add an export that dates them (a shop's "
        "orders, a newsletter's subscribers)."
    ) == str(refusal.value)
    with pytest.raises(NoDataError) as refusal:
        lift.daily(replace(author, posts=author.posts.assign(published_at=pd.NaT)), "sales")
    assert (
        "There are no dated posts: table 'posts' has 4 row(s), 3 of kind post, video, newsletter, "
        "none with a date. Add an export that dates your posts (a platform's archive or analytics "
        "file)."
    ) == str(refusal.value)
    early = author.posts.assign(published_at=instants(*["2025-01-01"] * 4))
    with pytest.raises(NoDataError) as refusal:
        lift.daily(replace(author, posts=early), "sales")
    assert (
        "Posts and conversions share no day: posts are known from 2025-01-01 to 2025-01-01, "
        "conversions from 2026-01-06 to 2026-01-08. Add exports that cover the same days."
    ) == str(refusal.value)
