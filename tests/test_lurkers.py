"""The unseen audience: bounds that hold, published figures, and questions left open."""

import numpy as np
import pandas as pd
import pytest

import worlds
from helpers import lurkers, simulate
from helpers.tables import Engagement

BOUGHT = [("email:a", "sale", 2), ("email:b", "sale", 3), ("email:c", "sale", 1)]


def reached(*rows):
    """Return an engagement of one Instagram post with these tallies."""
    tall = worlds.tallies([("p", *row) for row in rows])
    return Engagement(posts=worlds.posts(["p"]), tallies=tall)


def shop(visible, likes=0, bought=BOUGHT):
    """Return purchases, visible acts named by `visible`, and likes that name nobody."""
    return Engagement(
        posts=worlds.posts(["p", "q"]),
        tallies=worlds.tallies([("q", "like", "acts", likes)]),
        responses=worlds.responses([("p", person, "reply") for person in visible]),
        conversions=worlds.conversions(bought),
    )


def test_silent_share_states_both_shares_with_their_ends():
    """900 to 960 of 1,000 did nothing: 60 acted at least, 100 at most."""
    engagement = reached(
        ("reach", "people", 1000), ("like", "acts", 60), ("reply", "acts", 30), ("save", "acts", 10)
    )
    shares = lurkers.silent_share(engagement)
    assert (0.9, 0.94, "bounded") == (shares.low, shares.high, shares.status)
    assert (
        "Of the people whom a typical post reached (median of 1 post), 90.0 % to 94.0 % did "
        "nothing that the platform counts, and 91.0 % to 94.0 % did nothing that others can see."
        == shares.sentence
    )


def test_silent_share_is_measured_where_people_who_acted_are_counted():
    """With the platform's count of people who acted, the ends meet."""
    shares = lurkers.silent_share(reached(("reach", "people", 1000), ("actor", "people", 122)))
    assert (0.878, 0.878, "measured", "") == (
        shares.low,
        shares.high,
        shares.status,
        shares.assumption,
    )
    assert "87.8 % did nothing that the platform counts" in shares.sentence


def test_newsletters_do_not_dilute_the_headline():
    """Opens are inflated by prefetching, so social posts speak first where there are any."""
    posts = pd.concat([worlds.posts(["p"]), worlds.posts(["n"], "substack", "newsletter")])
    rows = [("p", "reach", "people", 100), ("p", "actor", "people", 10)]
    rows += [("n", "reach", "people", 100), ("n", "actor", "people", 60)]
    shares = lurkers.silent_share(Engagement(posts=posts, tallies=worlds.tallies(rows)))
    assert (0.9, 0.9) == (shares.low, shares.high)
    assert ["all posts together", "instagram", "substack"] == shares.table["platform"].to_list()


def test_silent_share_without_reach_cannot_be_told():
    """The refusal has its count and what would settle it."""
    shares = lurkers.silent_share(reached(("like", "acts", 60)))
    assert (
        "Cannot tell what share of readers stays silent: none of the 1 posts here has a count "
        "of people reached." == shares.sentence
    )
    assert "cannot be known" == shares.status
    assert "Meta Business Suite" in shares.settle
    assert np.isnan([shares.low, shares.high]).all()


def test_more_people_who_never_react_raise_the_silent_share_as_they_should():
    """A thousand more people reached, and nothing else: 60 of 2,000 acted."""
    before = lurkers.silent_share(reached(("reach", "people", 1000), ("actor", "people", 60)))
    after = lurkers.silent_share(reached(("reach", "people", 2000), ("actor", "people", 60)))
    assert (0.94, 0.97) == (before.low, after.low)


@pytest.mark.parametrize(
    ("frequencies", "published"),
    [
        ({1: 12, 2: 4, 148: 1}, 0.9289),
        ({1: 14, 2: 4, 230: 1}, 0.9446),
    ],
)
def test_coverage_gives_the_published_figures(frequencies, published):
    """Sample coverage of the spider data, Girdled and Logged (iNEXT; Chao & Jost 2012)."""
    assert published == pytest.approx(lurkers.coverage(frequencies)[0], abs=5e-5)


def test_coverage_interval_covers():
    """In 500 draws of 300 acts by people of unequal activity, the interval holds > 90 %."""
    rng = np.random.default_rng(3)
    chance = rng.gamma(0.5, size=400)
    chance /= chance.sum()
    held = 0
    for _ in range(500):
        times = rng.multinomial(300, chance)
        counts = pd.Series(times[times > 0]).value_counts().to_dict()
        _, low, high = lurkers.coverage(counts)
        held += low <= chance[times > 0].sum() <= high
    assert 0.90 < held / 500 <= 0.99


def test_seen_says_that_people_who_never_react_are_not_in_it():
    """The count of people seen is never passed off as the audience."""
    found = lurkers.seen(shop([f"bluesky:{n % 17}" for n in range(22)]))
    assert (17, 22, {1: 12, 2: 5}) == (
        found.people,
        found.acts,
        dict(found.table.itertuples(index=False)),
    )
    assert found.sentence.startswith("17 different people were seen reacting by name, 22 times;")
    assert "where reactions have names, they make about" in found.sentence
    assert found.sentence.endswith(
        "People who never react, or react where nobody is named, are not in these figures."
    )


def test_a_handful_of_people_is_not_counted_out():
    """Fewer than ten people are not described: a count so small may tell who."""
    engagement = shop([f"bluesky:{n % 7}" for n in range(12)])
    few = "Fewer than 10 different people were seen reacting: too few to describe."
    assert few == lurkers.seen(engagement).sentence
    ledger = lurkers.ledger(engagement).set_index("question")
    assert few == ledger.loc["How many different people were seen reacting by name?", "answer"]
    coverage = ledger.loc["What share of reactions with a name comes from people already seen?"]
    assert (few, "cannot be known") == (coverage["answer"], coverage["status"])


def test_seen_without_names_says_so():
    """Totals name nobody."""
    assert (
        "Nobody was seen reacting by name: no export here says who reacted."
        == lurkers.seen(shop([], likes=5)).sentence
    )


def test_buyers_are_bounded_by_the_visible_acts_that_nobody_is_named_for():
    """a matched (2 of 6); one like elsewhere can be b (3) or c (1), so at most 5 of 6."""
    bought = lurkers.who_bought(shop(["email:a"], likes=1))
    assert (2 / 6, 5 / 6) == (bought.low, bought.high)
    nothing, everything = bought.table.itertuples()
    assert (2, 4, 1.0) == (nothing.matched, nothing.open, nothing.high)
    assert (2, 3) == (everything.matched, everything.open)
    assert "33.3 % to 83.3 % of the 6 purchases were by people who ever reacted" in bought.sentence
    assert "provided that these exports hold every place where the author posts" in bought.sentence


def test_buyers_are_measured_where_every_visible_act_has_a_name_the_shop_knows():
    """Nothing visible elsewhere: a buyer without a match was never visible."""
    bought = lurkers.who_bought(shop(["email:a"]))
    assert (2 / 6, 2 / 6, "measured") == (bought.low, bought.high, bought.status)


def test_purchases_that_name_nobody_stay_open():
    """One visible person may be behind every anonymous purchase."""
    bought = lurkers.who_bought(shop(["email:a"], bought=[*BOUGHT, (None, "sale", 4)]))
    assert (2 / 10, 6 / 10) == (bought.low, bought.high)


def test_purchases_that_are_all_open_are_not_called_bounded():
    """From nobody to everybody is no answer, and is not dressed up as one."""
    bought = lurkers.who_bought(shop([], likes=50))
    assert (
        "Cannot tell who bought: none of the 6 purchases could be matched to a reaction, and any "
        "of them may be by somebody who reacted under another name." == bought.sentence
    )
    assert "cannot be known" == bought.status


def test_more_data_of_the_same_sort_does_not_narrow_the_bounds():
    """Ten times the purchases, matches and likes: the same two ends."""
    ten = [(f"{person}{n}", kind, q) for n in range(10) for person, kind, q in BOUGHT]
    one = lurkers.who_bought(shop(["email:a"], likes=1))
    many = lurkers.who_bought(shop([f"email:a{n}" for n in range(10)], likes=10, bought=ten))
    assert (one.low, one.high) == (many.low, many.high)


def test_bounds_hold_in_every_simulated_shop():
    """In 100 shops with likes under other names, the true share is never outside."""
    rng = np.random.default_rng(5)
    for _ in range(100):
        people = rng.integers(5, 40)
        visible, matchable = rng.random((2, people)) < rng.random((2, 1))
        units = rng.integers(1, 4, people)
        rows = [(f"email:{n}", "sale", int(units[n])) for n in range(people)]
        named = [f"email:{n}" for n in range(people) if visible[n] and matchable[n]]
        hidden = int((visible & ~matchable).sum()) + int(rng.integers(0, 5))
        bought = lurkers.who_bought(shop(named, likes=hidden, bought=rows))
        truth = units[visible].sum() / units.sum()
        assert bought.low <= truth <= bought.high


def test_a_refund_is_not_a_purchase():
    """What was sent back was bought all the same, and is counted once."""
    sold = [*BOUGHT, ("email:c", "sale", -1)]
    assert 6 == lurkers.who_bought(shop(["email:a"], bought=sold)).table["purchases"].max()


@pytest.mark.parametrize("seed", range(12))
def test_bounds_hold_in_worlds_of_known_truth(seed):
    """In friendly and hostile worlds alike the true shares lie between the ends."""
    world, true = simulate.world(
        seed,
        people=1500,
        posts=40,
        network=("instagram", "facebook")[seed % 2],
        bluesky=(0.0, 0.3, 0.9)[seed % 3],
        visibility_buying=(-0.8, 0.0, 0.8)[seed % 3],
        never_react=(0.1, 0.9)[seed // 6],
        word_of_mouth=0.3,
        posting_follows_demand=seed / 12,
    )
    bought, shares = lurkers.who_bought(world), lurkers.silent_share(world)
    lurker = shares.table.iloc[0]
    assert bought.low <= true.sales_by_visible <= bought.high
    assert shares.low - 1e-9 <= true.silent_share <= shares.high + 1e-9
    assert lurker.lurker_low - 1e-9 <= true.post_lurker_share <= lurker.lurker_high + 1e-9


def test_who_bought_without_sales_cannot_be_told():
    """No sale, no share: the refusal names the export that would help."""
    bought = lurkers.who_bought(shop(["email:a"], bought=[("email:a", "signup", 1)]))
    assert "Cannot tell who bought: these exports hold no sale." == bought.sentence
    assert "A shop's sales export." == bought.settle


def test_who_bought_without_anything_visible_cannot_be_told():
    """Silence in the exports is not evidence that nobody reacts."""
    bought = lurkers.who_bought(Engagement(conversions=worlds.conversions(BOUGHT)))
    assert (
        "Cannot tell who bought: of 6 purchases, nothing here says who reacts where others can "
        "see." == bought.sentence
    )


def test_the_ledger_answers_every_question_or_says_what_would():
    """Even with nothing loaded each question has an answer, a status and a way to settle it."""
    ledger = lurkers.ledger(Engagement())
    assert {"cannot be known"} == set(ledger["status"])
    assert ledger[["question", "answer", "what_would_settle_it"]].map(bool).all(axis=None)
    assert ledger[["low", "high"]].isna().all(axis=None)
    assert ledger["question"].is_unique


def test_the_ledger_never_claims_to_know_what_nobody_can():
    """Following, friends and never-reactors stay unknowable whatever is loaded."""
    ledger = lurkers.ledger(shop(["email:a"], likes=1)).set_index("question")["status"]
    for question in (
        "How many people read and would never react?",
        "Does a buyer follow the author?",
        "Did a buyer hear of it from a friend, or overhear it?",
    ):
        assert "cannot be known" == ledger[question]


def test_reach_over_the_period_lies_between_the_largest_post_and_the_sum():
    """Reach of posts counts the same person again and again."""
    rows = [("p", "reach", "people", 70), ("q", "reach", "people", 50)]
    engagement = Engagement(posts=worlds.posts(["p", "q"]), tallies=worlds.tallies(rows))
    ledger = lurkers.ledger(engagement).set_index("question")
    row = ledger.loc["How many different people were reached over the whole period?"]
    assert (70, 120, "bounded") == (row["low"], row["high"], row["status"])
