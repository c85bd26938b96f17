"""Attribution: what says itself that it came by posts, at least; never lift."""

import dataclasses

import pandas as pd
import pytest

import worlds
from helpers import lift, simulate
from helpers.lift import LiftError
from helpers.lift.attribution import Attribution, attribution
from helpers.tables import Engagement

WHY = (
    "Whoever came later, by searching or through a friend, left no such trace. This is not lift: "
    "some would have come anyway, and lift also counts those who left no trace."
)


def author(number=40, platforms=("instagram",), **traces):
    """Return an author on these platforms, and sales to as many people with these traces."""
    sold = worlds.conversions([(f"email:{n}", "sale", 1) for n in range(number)], **traces)
    posts = pd.concat([worlds.posts([f"{one}-p"], one) for one in platforms], ignore_index=True)
    return Engagement(posts=posts, conversions=sold)


def together(*parts):
    """Return the sales of several authors as one author's, with the posts of the first."""
    sold = [
        part.conversions.assign(
            conversion_id=[f"{place}-{n}" for n in part.conversions["conversion_id"]],
            person_id=[f"{n}-{place}" for n in part.conversions["person_id"]],
        )
        for place, part in enumerate(parts)
    ]
    return Engagement(posts=parts[0].posts, conversions=pd.concat(sold, ignore_index=True))


def test_the_sentence_gives_a_lower_bound_and_says_why_it_is_not_lift():
    """Twelve of fifty came by a tagged link: at least 24 %."""
    found = attribution(together(author(12, utm_source="instagram"), author(38)), "sales")
    assert (12, 50, "sales") == (found.units, found.total, found.outcome)
    assert (
        "At least 12 (24.0 %) of 50 sales came by posts: their link, code or referrer says so, "
        "and holds if others' links do not lead there from the same platforms (platforms: "
        f"Instagram). {WHY}"
    ) == found.sentence


@pytest.mark.parametrize(
    ("platform", "trace", "by"),
    [
        ("instagram", {"utm_source": "instagram"}, "tagged link"),
        ("instagram", {"utm_source": " IG "}, "tagged link"),
        ("x", {"utm_source": "twitter"}, "tagged link"),
        ("x", {"utm_source": "t.co"}, "tagged link"),
        ("mastodon", {"utm_source": "mastodon", "utm_medium": "social"}, "tagged link"),
        ("instagram", {"referrer": "l.instagram.com"}, "referrer"),
        ("facebook", {"referrer": "facebook.com"}, "referrer"),
        ("linkedin page", {"referrer": "lnkd.in"}, "referrer"),
        ("bluesky", {"referrer": "bsky.app", "utm_source": "newsletter"}, "referrer"),
        ("instagram", {"code": "Post10"}, "tag or code of your own"),
        ("instagram", {"utm_campaign": "post10"}, "tag or code of your own"),
        ("instagram", {"code": "post10", "referrer": "instagram.com"}, "tag or code of your own"),
        ("instagram", {"code": "post10", "utm_source": "instagram"}, "tagged link"),
    ],
)
def test_what_says_that_it_came_by_a_post(platform, trace, by):
    """A tag or referrer of the author's platform, or what the author gave out in posts only."""
    found = attribution(author(platforms=[platform], **trace), "sales", own=("POST10",))
    assert (40, [by]) == (found.units, found.table["by"].to_list())


@pytest.mark.parametrize(
    "trace",
    [
        {},
        {"utm_source": "facebook"},
        {"utm_source": "newsletter", "utm_medium": "email"},
        {"utm_source": "instagram", "utm_medium": "cpc"},
        {"utm_source": "instagram", "utm_medium": "Paid_Social", "referrer": "instagram.com"},
        {"referrer": "notinstagram.com"},
        {"referrer": "instagram.com.evil.example"},
        {"referrer": "google.com"},
        {"code": "READER10"},
        {"utm_source": "substack"},
    ],
)
def test_what_does_not_say_so_is_not_counted(trace):
    """Another platform, an advert, a search, an unnamed code: a lower bound leaves them out."""
    found = attribution(author(**trace), "sales")
    assert (0, 40, 0) == (found.units, found.total, len(found.table))
    assert (
        "None of 40 sales has a link, code or referrer that says it came by posts, which does not "
        f"say that none did (platforms: Instagram). {WHY}"
    ) == found.sentence


def test_what_each_platform_loses_stands_beside_it():
    """Instagram's private messages lose 30 % of referrers; Bluesky was not measured."""
    both = together(
        author(20, ["instagram", "bluesky"], utm_source="instagram"),
        author(30, referrer="bsky.app"),
    )
    table = attribution(both, "sales").table.set_index("platform")
    assert (0.0, 0.3) == tuple(table.loc["instagram", ["lost_low", "lost_high"]])
    assert table.loc["bluesky", ["lost_low", "lost_high"]].isna().all()
    assert [30, 20] == table["units"].to_list()


def test_platforms_whose_visits_bring_no_referrer_are_named():
    """From Mastodon and TikTok only a tagged link is ever seen."""
    found = attribution(author(platforms=["mastodon", "tiktok"]), "sales")
    assert " Visits from Mastodon and Tiktok bring no referrer. This is not lift" in found.sentence
    assert "referrer. This" not in attribution(author(), "sales").sentence


def test_no_row_tells_of_fewer_than_ten_people():
    """Nine from one platform stand with the next smallest; nine in all are no row and no figure."""
    rows = [
        author(9, ["instagram", "x", "bluesky"], utm_source="x"),
        author(15, utm_source="bluesky"),
        author(50, utm_source="instagram"),
    ]
    table = attribution(together(*rows), "sales").table
    assert {"instagram": 50, "several": 24} == dict(zip(table.platform, table.units, strict=True))
    few = attribution(together(rows[0], author(100)), "sales")
    assert few.table.empty
    assert few.sentence.startswith("At least some, by fewer than 10 people, of 109 sales came")
    assert list(table.columns) == list(few.table.columns)


def test_one_person_is_one_however_much_they_buy():
    """Twelve copies to one reader are twelve units, and one person to keep secret."""
    engagement = author(12, utm_source="instagram")
    one = dataclasses.replace(
        engagement, conversions=engagement.conversions.assign(person_id="email:1")
    )
    found = attribution(one, "sales")
    assert (12, True) == (found.units, found.table.empty)
    nobody = dataclasses.replace(
        engagement, conversions=engagement.conversions.assign(person_id=None)
    )
    assert [12] == attribution(nobody, "sales").table["people"].to_list()


def test_refunds_and_other_outcomes_are_not_counted():
    """Units sold, of the outcome asked for; a refund is not taken off."""
    engagement = author(20, utm_source="instagram")
    rows = engagement.conversions.assign(quantity=[3] * 15 + [-1] * 5)
    assert 45 == attribution(Engagement(posts=engagement.posts, conversions=rows), "sales").units
    assert ("Cannot tell how many sign-ups came by posts: these exports hold none.") == attribution(
        engagement, "signups"
    ).sentence


def test_nothing_at_all_and_an_unknown_outcome():
    """Empty tables are said; a word that is no outcome is refused with those that are."""
    found = attribution(Engagement(), "sales")
    assert "Cannot tell how many sales came by posts: these exports hold none." == found.sentence
    assert (0, 0, 0) == (found.units, found.total, len(found.table))
    with pytest.raises(LiftError) as refusal:
        attribution(Engagement(), "likes")
    assert (
        "Unknown outcome 'likes'. The outcomes known are: signups, paid, sales, pages, follows."
    ) == str(refusal.value)


def test_without_posts_no_platform_is_the_authors():
    """A referrer is the author's only where the author posts."""
    found = attribution(
        Engagement(conversions=author(referrer="instagram.com").conversions), "sales"
    )
    assert 0 == found.units
    assert "(platforms: none that is known)" in found.sentence


def test_likes_are_not_an_input():
    """Tallies and responses change nothing."""
    plain = author(30, utm_source="instagram")
    rich = dataclasses.replace(
        plain, tallies=worlds.tallies([("instagram-p", "like", "acts", 9000)])
    )
    assert attribution(plain, "sales").sentence == attribution(rich, "sales").sentence


def test_attribution_is_never_a_lift_and_moves_none():
    """Another class with no ratio; tags and referrers are no input of a lift."""
    engagement, _ = simulate.world(2, people=4000, lift=4.0, sales=1.0, posts=60)
    found = attribution(engagement, "sales")
    assert isinstance(found, Attribution)
    assert not {"ratio", "verdict", "extra"} & {one.name for one in dataclasses.fields(found)}
    bare = engagement.conversions.assign(referrer=None, utm_source=None, code=None)
    stripped = dataclasses.replace(engagement, conversions=bare)
    assert 0 == attribution(stripped, "sales").units
    assert lift.choose(engagement, "sales").sentence == lift.choose(stripped, "sales").sentence
    assert 0 < found.units < found.total
