"""Segments: known answers by hand, published answers, and what the thesis demands."""

import numpy as np
import pandas as pd
import pytest

import worlds
from helpers import ladder, segment
from helpers.ladder import LadderError
from helpers.segment.tracking import rank_correlation
from helpers.tables import Engagement
from helpers.wording import few_or_many


@pytest.fixture
def newsletter():
    """Return one newsletter to four people: two opened, one of them replied, one bought."""
    people = [f"email:{letter}" for letter in "abcd"]
    rows = [("n1", person, "delivery") for person in people]
    rows += [("n1", "email:a", "open"), ("n1", "email:a", "open"), ("n1", "email:a", "reply")]
    rows += [("n1", "email:b", "open")]
    return Engagement(
        posts=worlds.posts(["n1"], "substack", "newsletter"),
        responses=worlds.responses(rows),
        conversions=worlds.conversions([("email:c", "sale", 2), ("email:z", "sale", 1)]),
    )


def test_people_stand_on_the_deepest_rung_they_reached(newsletter):
    """Acts are counted by rung; buyers whom no post reached are kept apart."""
    people = segment.people(newsletter).set_index("person_id")
    assert {
        "email:a": "engagement",
        "email:b": "silent attention",
        "email:c": "reached",
        "email:d": "reached",
        "email:z": "only converted",
    } == people["segment"].astype(str).to_dict()
    assert [2, 0, 1, 0] == people.loc["email:a"].drop("segment").to_list()
    assert [0, 0, 0, 2] == people.loc["email:c"].drop("segment").to_list()


def test_deliveries_with_names_give_exact_shares(newsletter):
    """Two of four did nothing; one of four was visible, however often each acted."""
    post = segment.posts(newsletter).iloc[0]
    assert (4.0, 0.5, 0.5) == (post["reached"], post["silent_low"], post["silent_high"])
    assert (0.75, 0.75) == (post["lurker_low"], post["lurker_high"])


def test_acts_bound_the_silent_share():
    """30 likes and 20 replies to 100 people: 30 to 50 of them acted."""
    rows = [("p", "reach", "people", 100), ("p", "like", "acts", 30), ("p", "reply", "acts", 20)]
    engagement = Engagement(posts=worlds.posts(["p"]), tallies=worlds.tallies(rows))
    post = segment.posts(engagement).iloc[0]
    assert [0.5, 0.5, 0.7] == [post[name] for name in ("silent_share", "silent_low", "silent_high")]
    assert [0.5, 0.7] == [post[name] for name in ("lurker_low", "lurker_high")]


def test_named_people_raise_the_least_number_who_acted():
    """Two people replied, whatever the acts: at most 98 of 100 were lurkers."""
    engagement = Engagement(
        posts=worlds.posts(["p"]),
        tallies=worlds.tallies([("p", "reach", "people", 100)]),
        responses=worlds.responses([("p", f"bluesky:{who}", "reply") for who in "aab"]),
    )
    post = segment.posts(engagement).iloc[0]
    assert [0.97, 0.98] == [post["lurker_low"], post["lurker_high"]]


def test_nothing_visible_counted_is_not_nobody_visible():
    """A newsletter without a count of replies says nothing about lurkers."""
    rows = [("n", f"email:{who}", "delivery") for who in "abcd"] + [("n", "email:a", "open")]
    engagement = Engagement(
        posts=worlds.posts(["n"], "substack", "newsletter"), responses=worlds.responses(rows)
    )
    post = segment.posts(engagement).iloc[0]
    assert 0.75 == post["silent_share"]
    assert post[["visible_acts", "lurker_low", "lurker_high"]].isna().all()


def test_people_who_did_nothing_are_not_among_those_who_reacted():
    """Concentration is over the people who did something visible."""
    assert 2 == segment.spread(np.array([0, 0, 1, 2])).people


def test_views_are_never_people():
    """A post with views but no reach has no share of people."""
    rows = [
        ("p", "view", "views", 500),
        ("p", "impression", "views", 900),
        ("p", "like", "acts", 3),
    ]
    engagement = Engagement(posts=worlds.posts(["p"]), tallies=worlds.tallies(rows))
    post = segment.posts(engagement).iloc[0]
    assert 3 == post["visible_acts"]
    assert post[["reached", "silent_share", "lurker_high", "interaction_rate"]].isna().all()


def test_missing_is_not_zero():
    """Where no reply is counted, engagement is missing; where nobody replied, it is zero."""
    rows = [("p", "like", "acts", 3), ("q", "like", "acts", 3), ("q", "reply", "acts", 0)]
    engagement = Engagement(posts=worlds.posts(["p", "q"]), tallies=worlds.tallies(rows))
    engagements = segment.posts(engagement)["engagements"]
    assert [True, False] == engagements.isna().to_list()
    assert 0 == engagements[1]


def test_stated_totals_come_before_named_acts():
    """A list of names may be cut short: the platform's total stands."""
    rows = [("p", "bluesky:a", "like"), ("p", "bluesky:b", "like")]
    engagement = Engagement(
        posts=worlds.posts(["p"], "bluesky"),
        tallies=worlds.tallies([("p", "like", "acts", 40)]),
        responses=worlds.responses(rows),
    )
    assert 40 == segment.posts(engagement)["interactions"].item()


def test_rates_have_exact_poisson_intervals():
    """Ten acts: 4.795 to 18.390 (Garwood 1936); none: 0 to 3.689."""
    rows = [("p", "reach", "people", 1000), ("p", "like", "acts", 10), ("p", "reply", "acts", 0)]
    engagement = Engagement(posts=worlds.posts(["p"]), tallies=worlds.tallies(rows))
    post = segment.posts(engagement).iloc[0].filter(like="rate") * 1000
    assert [4.795, 18.390] == pytest.approx(
        [post["interaction_rate_low"], post["interaction_rate_high"]], abs=5e-4
    )
    assert [0, 3.689] == pytest.approx(
        [post["engagement_rate_low"], post["engagement_rate_high"]], abs=5e-4
    )


def test_conversions_after_count_units_in_the_window_and_not_refunds():
    """Units bought within the days after the post are counted; a refund is not a purchase."""
    sold = [(None, "sale", 1), (None, "sale", 2), (None, "sale", -1)]
    engagement = Engagement(
        posts=worlds.posts(["p", "q"], every="30min"), conversions=worlds.conversions(sold)
    )
    after = segment.posts(engagement, days=1)["conversions_after"]
    assert 2.0 == after[0] == after[1]


def test_likes_do_not_change_what_is_silent_about_people():
    """The share that did nothing comes from people; likes alone cannot raise it."""
    base = [("p", "reach", "people", 100), ("p", "actor", "people", 40)]
    shares = [
        segment.posts(
            Engagement(
                posts=worlds.posts(["p"]),
                tallies=worlds.tallies([*base, ("p", "like", "acts", likes)]),
            )
        )["silent_share"].item()
        for likes in (0, 5, 40)
    ]
    assert [0.6, 0.6, 0.6] == shares


def test_depth_says_how_much_was_composed():
    """Eight likes and two replies: 80 % and 20 %; 1,000 reached: 100 for one act."""
    rows = [("p", "reach", "people", 1000), ("p", "like", "acts", 8), ("p", "reply", "acts", 2)]
    engagement = Engagement(posts=worlds.posts(["p"]), tallies=worlds.tallies(rows))
    assert (
        "Of 10 visible acts, 80.0 % were interaction (likes and boosts) and 20.0 % engagement "
        "(something composed). For one visible act a post reached 100 people at the median "
        "post, 100 in all." == segment.depth(engagement).sentence
    )


def test_depth_of_nothing_cannot_be_told():
    """Without a visible act there is no share to state."""
    assert (
        "Cannot tell interaction from engagement: no visible act is counted here."
        == segment.depth(Engagement()).sentence
    )


@pytest.fixture
def reacting():
    """Return 100 people who like one post each, but for ten who like ten."""
    rows = [(f"p{post}", f"bluesky:{person}", "like") for person in range(10) for post in range(10)]
    rows += [("p0", f"bluesky:{person}", "like") for person in range(10, 100)]
    return Engagement(
        posts=worlds.posts([f"p{post}" for post in range(10)], "bluesky"),
        responses=worlds.responses(rows),
    )


def test_concentration_has_a_known_answer(reacting):
    """The top tenth made 100 of 190 acts; Gini by hand 0.4263."""
    found = segment.concentration(reacting)
    values = found.table.set_index("measure")["value"]
    acts = np.sort(np.r_[np.full(10, 10), np.ones(90)])
    by_hand = np.abs(np.subtract.outer(acts, acts)).sum() / (2 * 100**2 * acts.mean())
    assert [100 / 190, 10 / 190] == pytest.approx(values[["top 10 %", "top 1 %"]].to_list())
    assert by_hand == pytest.approx(values["gini"])
    assert (100, 190) == (found.people, found.acts)
    assert (found.table["low"] <= found.table["value"]).all()
    assert (found.table["value"] <= found.table["high"]).all()


def test_who_people_are_changes_nothing(reacting):
    """Another key gives other hashes, and the same figures and intervals."""
    renamed = reacting.responses.assign(
        person_id="bluesky:" + reacting.responses["person_id"].str[::-1].str.replace(":", "")
    )
    other = Engagement(posts=reacting.posts, responses=renamed)
    assert segment.concentration(reacting).table.equals(segment.concentration(other).table)


@pytest.mark.parametrize("measure", ["gini", "top 10 %"])
def test_concentration_interval_covers(measure):
    """In 400 audiences of 500 people from a known one, the interval holds the truth > 91 %."""
    rng, truth, held = np.random.default_rng(1), _measure(_acts(2, 400_000), measure).value, 0
    for _ in range(400):
        found = _measure(rng.geometric(0.4, 500), measure)
        held += found.low <= truth <= found.high
    assert 0.91 < held / 400 < 0.99


def _acts(seed, people):
    return np.random.default_rng(seed).geometric(0.4, people)


def _measure(acts, measure):
    return segment.spread(acts).table.set_index("measure").loc[measure]


def test_concentration_without_names_cannot_be_told():
    """Totals say nothing of how few people made them."""
    assert (
        "Cannot tell how few people do most of what is visible: no export here names who "
        "reacted. Exports that do: Bluesky, Mastodon, Buttondown."
        == segment.concentration(Engagement()).sentence
    )


def test_likes_that_only_count_reach_track_nothing_once_reach_is_fixed():
    """Likes and clicks that are both reach with noise correlate plainly, and not given reach."""
    rng = np.random.default_rng(7)
    reach = rng.lognormal(8, 1, 400).astype(int) + 100
    ids = [f"p{post}" for post in range(400)]
    rows = [("reach", "people", reach)]
    rows += [(kind, "acts", rng.poisson(reach * 0.02)) for kind in ("like", "click")]
    tall = [
        (i, kind, unit, int(n)) for kind, unit, ns in rows for i, n in zip(ids, ns, strict=True)
    ]
    engagement = Engagement(posts=worlds.posts(ids), tallies=worlds.tallies(tall))
    plain, held = segment.tracking(engagement, "like", "click").table.itertuples()
    assert plain.low > 0.8
    assert held.low < 0 < held.high


def test_two_platforms_are_not_ranked_together():
    """Likes and replies rise together across platforms, and not within the fuller one."""
    ids = [f"p{n}" for n in range(32)]
    where = pd.Series(["bluesky"] * 12 + ["instagram"] * 20)
    rows = [
        (post, kind, "acts", 1000 * (n >= 12) + (n if kind == "like" else -n) % 40)
        for n, post in enumerate(ids)
        for kind in ("like", "reply")
    ]
    table = worlds.posts(ids).assign(platform=where)
    found = segment.tracking(Engagement(posts=table, tallies=worlds.tallies(rows)), "like", "reply")
    plain = found.table.iloc[0]
    assert ("instagram", 20, -1.0) == (found.platform, plain.posts, round(plain.correlation, 6))


@pytest.mark.parametrize("held", [False, True])
def test_rank_correlation_interval_covers(held):
    """In 400 draws of 60 posts, skewed and correlated, the interval holds the truth > 92 %."""
    rng, within = np.random.default_rng(9), 0
    truth = _correlation(_drawn(rng, 200_000, held)).correlation
    for _ in range(400):
        found = _correlation(_drawn(rng, 60, held))
        within += found.low <= truth <= found.high
    assert 0.92 < within / 400 < 0.99


def _drawn(rng, posts, held):
    """Return a signal, a target and perhaps reach, of which both are noisy multiples."""
    reach = rng.lognormal(0, 1, posts)
    common = rng.lognormal(0, 0.5, posts)
    signal, target = (reach * common * rng.lognormal(0, 0.7, posts) for _ in range(2))
    values = pd.DataFrame({"signal": signal, "target": target, "reached": reach})
    return values if held else values.drop(columns="reached")


def _correlation(values):
    return pd.Series(rank_correlation("test", values))


def test_too_few_posts_cannot_be_ranked():
    """Below ten posts with both, the sentence says so instead of a correlation."""
    rows = [(f"p{n}", kind, "acts", n) for n in range(9) for kind in ("like", "click")]
    ids = [f"p{n}" for n in range(9)]
    engagement = Engagement(posts=worlds.posts(ids), tallies=worlds.tallies(rows))
    assert (
        "Cannot tell whether likes track clicks: fewer than 10 posts on one platform have both."
        == segment.tracking(engagement, "like", "click").sentence
    )


def test_an_analyst_can_move_a_kind_to_another_rung(tmp_path, newsletter):
    """With replies put on the interaction rung, the replier interacts and does not engage."""
    text = (ladder.files("helpers") / "ladder.toml").read_text()
    moved = text.replace('"like", "boost"', '"like", "boost", "reply"')
    moved = moved.replace('["reply", "quote", "comment"]', '["quote", "comment"]')
    path = tmp_path / "ladder.toml"
    path.write_text(moved)
    people = segment.people(newsletter, ladder.read(path)).set_index("person_id")
    assert "interaction" == people.loc["email:a", "segment"]


def test_a_kind_on_two_rungs_is_refused(tmp_path):
    """A ladder that counts one act twice is refused by name."""
    text = (ladder.files("helpers") / "ladder.toml").read_text()
    path = tmp_path / "mine.toml"
    path.write_text(text.replace('"like", "boost"', '"like", "boost", "reply"'))
    with pytest.raises(LadderError) as refusal:
        ladder.read(path)
    assert (
        "The ladder mine.toml puts reply on more than one rung. Leave each kind on one rung."
        == str(refusal.value)
    )


def test_a_ladder_without_its_rungs_is_refused(tmp_path):
    """The four rungs are fixed: only what stands on them is the analyst's."""
    path = tmp_path / "mine.toml"
    path.write_text('[[rung]]\nname = "reached"\nkinds = ["reach"]\n')
    with pytest.raises(LadderError) as refusal:
        ladder.read(path)
    assert (
        "The ladder mine.toml has the rungs reached. It must have exactly these, in this order: "
        "reached, silent attention, interaction, engagement." == str(refusal.value)
    )


def test_people_per_act_are_written_to_a_tenth_only_below_a_hundred():
    """99.94 keeps its tenth, 99.96 is 100; 1,250.4 people for one act are 1,250."""
    assert ["46.5", "99.9", "100", "1,250"] == [
        few_or_many(figure) for figure in (46.52, 99.94, 99.96, 1250.4)
    ]
