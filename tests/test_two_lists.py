"""Two lists: the formulas, the published figures as expectations, exact intervals, refusals."""

import numpy as np
import pytest

import worlds
from helpers import lurkers
from helpers.lurkers import LurkersError
from helpers.tables import Engagement

PEOPLE = 20_000
VISIBLE, BUYING = 0.3, 0.04  # shares; the research names neither, its figures ask for about these


def drawn(rng, odds=1.0, linkage=1.0, friends=0.0, visible=VISIBLE, buying=BUYING):
    """Draw two lists of one audience: visible, buyers, and both as far as they can be matched."""
    chance = odds * buying / (1 - buying + odds * buying)
    seen = rng.binomial(PEOPLE, visible)
    both, others = rng.binomial(seen, chance), rng.binomial(PEOPLE - seen, buying)
    told = round((both + others) * friends / (1 - friends))
    return int(seen), int(both + others + told), int(rng.binomial(both, linkage))


def test_chapman_at_an_odds_ratio_of_one():
    """6,000 visible, 800 buyers, 240 both: 6,001 x 801 / 241 - 1."""
    row = lurkers.two_lists(6000, 800, 240, [1.0]).iloc[0]
    assert 6001 * 801 / 241 - 1 == pytest.approx(row["people"])
    assert 6000 * 800 / 240 == pytest.approx(row["uncorrected"])


def test_people_grow_with_the_odds_ratio_as_the_formula_says():
    """n1 + n2 - m + OR (n1 - m)(n2 - m) / m, row by row."""
    table = lurkers.two_lists(6000, 800, 240, [0.5, 1, 3])
    expected = [6560 + odds * 5760 * 560 / 240 for odds in (0.5, 1, 3)]
    assert expected == pytest.approx(table["uncorrected"].to_list())
    assert [6560 + odds * 5760 * 560 / 241 for odds in (0.5, 1, 3)] == pytest.approx(
        table["people"].to_list()
    )


def test_linkage_divides_the_matches():
    """96 matches where 40 % can be made stand for 240."""
    linked = lurkers.two_lists(6000, 800, 96, [1, 2], linkage=0.4)
    plain = lurkers.two_lists(6000, 800, 240, [1, 2])
    assert [240, 240] == linked["both"].to_list()
    assert plain["people"].to_list() == linked["people"].to_list()
    assert (linked["high"] - linked["low"] > plain["high"] - plain["low"]).all()


@pytest.mark.parametrize(
    ("world", "published"),
    [
        ({}, 19_964),
        ({"odds": 3.0}, 11_045),
        ({"odds": 0.5}, 33_254),
        ({"linkage": 0.4}, 49_015),
        ({"friends": 0.3}, 28_485),
    ],
)
def test_the_published_figures_are_what_chapman_gives_on_average(world, published):
    """Truth 20,000: what one number would have said, to 2.5 % (the published are simulations)."""
    rng = np.random.default_rng(7)
    lists = np.array([drawn(rng, **world) for _ in range(4000)])
    chapman = (lists[:, 0] + 1) * (lists[:, 1] + 1) / (lists[:, 2] + 1) - 1
    assert published == pytest.approx(chapman.mean(), rel=0.025)


@pytest.mark.parametrize(("odds", "linkage"), [(1.0, 1.0), (3.0, 1.0), (0.5, 1.0), (1.0, 0.4)])
def test_the_right_odds_ratio_and_linkage_give_the_truth(odds, linkage):
    """What is wrong above is right again once the odds ratio and the linkage are."""
    rng = np.random.default_rng(8)
    lists = [drawn(rng, odds, linkage) for _ in range(60)]
    found = [lurkers.two_lists(*one, [odds], linkage)["people"].item() for one in lists]
    assert PEOPLE == pytest.approx(np.mean(found), rel=0.04)


@pytest.mark.parametrize(
    "world",
    [
        {},
        {"odds": 3.0},
        {"linkage": 0.4},
        {"odds": 0.5, "linkage": 0.7, "visible": 0.02, "buying": 0.05},
    ],
)
def test_intervals_cover(world):
    """Over 120 draws the 95 % interval at the true odds ratio holds the truth in > 90 %."""
    rng = np.random.default_rng(9)
    odds, linkage = world.get("odds", 1.0), world.get("linkage", 1.0)
    held = 0
    for _ in range(120):
        row = lurkers.two_lists(*drawn(rng, **world), [odds], linkage).iloc[0]
        held += row["low"] <= PEOPLE <= row["high"]
    assert 0.9 < held / 120


def test_without_a_match_there_is_no_upper_end():
    """Nobody on both lists: any number of people above the lower end fits."""
    table = lurkers.two_lists(50, 40, 0)
    assert np.isinf(table["high"]).all()
    assert table["uncorrected"].isna().all()
    assert (table["low"] >= 90).all()


def test_everybody_on_both_lists_leaves_nobody_out():
    """Ten people, all on both lists: ten, with an interval that is not empty."""
    row = lurkers.two_lists(10, 10, 10, [1.0]).iloc[0]
    assert (10, 10) == (row["people"], row["low"])
    assert 10 < row["high"] < 20


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"both": 30},
            (
                "30 people cannot be on both lists: the shorter one has 20. Count people, not acts "
                "or purchases."
            ),
        ),
        ({"both": -1}, "both is -1. It must be a count of people: 0, 1, 2 …"),
        ({"visible": 2.5}, "visible is 2.5. It must be a count of people: 0, 1, 2 …"),
        (
            {"visible": 0, "both": 0},
            "There are 0 visible people and 20 buyers. Two lists need at least one person each.",
        ),
        ({"linkage": 0}, "linkage is 0. It must be above 0 and at most 1."),
        ({"linkage": 1.2}, "linkage is 1.2. It must be above 0 and at most 1."),
        (
            {"linkage": 0.25},
            (
                "With a linkage of 0.25, 10 matches stand for 40 people on both lists, and the "
                "shorter one has 20. Give a linkage of at least 0.5."
            ),
        ),
        ({"odds_ratios": [0]}, "The odds ratio 0 cannot be. Give numbers above 0."),
    ],
)
def test_what_cannot_be_is_refused(given, message):
    """Each impossible input has its own whole message."""
    with pytest.raises(LurkersError) as refusal:
        lurkers.two_lists(**{"visible": 100, "buyers": 20, "both": 10} | given)
    assert message == str(refusal.value)


def test_lists_count_only_people_whom_shop_and_reactions_name_alike():
    """Bluesky accounts are no e-mail addresses: they are on no list that a shop can match."""
    rows = [("p", "email:a", "reply"), ("p", "email:b", "reply"), ("p", "bluesky:c", "like")]
    engagement = Engagement(
        posts=worlds.posts(["p"]),
        responses=worlds.responses(rows),
        conversions=worlds.conversions(
            [("email:a", "sale", 2), ("email:d", "sale", 1), ("email:d", "sale", -1)]
        ),
    )
    assert (2, 2, 1) == lurkers.lists(engagement)
