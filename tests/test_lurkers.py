"""The unseen audience: bounds that hold, published figures, and questions left open."""

import numpy as np
import pandas as pd
import pytest

import worlds
from helpers import lurkers, simulate
from helpers.tables import Engagement

TEN, LETTERS = range(10), (("a", 2), ("b", 3), ("c", 1))
BOUGHT = [(f"email:{one}{n}", "sale", units) for one, units in LETTERS for n in TEN]
AS = [f"email:a{n}" for n in TEN]


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


def test_showings_bound_the_people_reached():
    """1,000 showings, at most two to a person: 500 to 1,000 people, of whom 60 to 90 acted."""
    engagement = reached(("impression", "views", 1000), ("like", "acts", 60), ("reply", "acts", 30))
    shares = lurkers.silent_share(engagement)
    assert (1 - 90 / 500, 1 - 60 / 1000) == pytest.approx((shares.low, shares.high))
    assert "bounded" == shares.status
    assert shares.sentence.endswith(
        "Showings are counted here, not people: this holds if a post is shown 2 times to one "
        "person at most, on average."
    )
    once = lurkers.silent_share(engagement, shown=1)
    assert (1 - 90 / 1000, 1 - 60 / 1000) == pytest.approx((once.low, once.high))


def test_opens_of_a_newsletter_make_nobody_certain_to_have_read():
    """100 got it, 60 opened or their mail program did, 8 clicked: 40 % to 92 % did nothing."""
    letter = Engagement(
        posts=worlds.posts(["n"], "substack", "newsletter"),
        tallies=worlds.tallies(
            [
                ("n", "delivery", "people", 100),
                ("n", "open", "people", 60),
                ("n", "click", "people", 8),
            ]
        ),
    )
    shares = lurkers.silent_share(letter)
    assert (0.32, 0.92) == pytest.approx((shares.low, shares.high))
    assert "did nothing that the newsletter counts, opens by mail programs aside" in shares.sentence


def test_fewer_reached_than_acted_is_refused_or_set_aside():
    """40 reached and 60 likes cannot both be: alone it is refused, among others left out."""
    wrong = [("p", "reach", "people", 40), ("p", "like", "acts", 60)]
    alone = Engagement(posts=worlds.posts(["p"]), tallies=worlds.tallies(wrong))
    message = (
        "Cannot tell what share of readers stays silent: a post on instagram is said to have "
        "reached 40 people, and 60 people acted on it. Reach and reactions are not of the same "
        "time or place: export both anew, on one day."
    )
    assert message == lurkers.silent_share(alone).sentence
    assert message == lurkers.silent_share(alone, window=("", "")).sentence
    right = [("q", "reach", "people", 100), ("q", "actor", "people", 20)]
    both = Engagement(posts=worlds.posts(["p", "q"]), tallies=worlds.tallies(wrong + right))
    for window in (None, ("", "")):
        shares = lurkers.silent_share(both, window=window)
        assert (0.8, 0.8) == (shares.low, shares.high)
        assert shares.sentence.endswith(
            " Set aside: 1 post on which more people acted than it is said to have reached."
        )


def over_days(*reached_and_actors):
    """Return Instagram posts, a day each, with people reached and people who acted."""
    ids = [f"p{n}" for n in range(len(reached_and_actors))]
    rows = []
    for post, (reach, actors) in zip(ids, reached_and_actors, strict=True):
        rows += [(post, "reach", "people", reach), (post, "actor", "people", actors)]
        rows += [(post, "like", "acts", actors // 2)]
    return Engagement(posts=worlds.posts(ids), tallies=worlds.tallies(rows))


def test_over_a_window_people_overlap_or_do_not():
    """1,000 to 1,800 reached, 100 to 180 acted; the window and its posts are in the sentence."""
    shares = lurkers.silent_share(over_days((1000, 100), (800, 80)), window=("", ""))
    assert (1 - 180 / 1000, 1 - 100 / 1800) == pytest.approx((shares.low, shares.high))
    assert (
        "Over the window from 2026-01-05 to 2026-01-06, 2 posts on instagram reached 1,000 to "
        "1,800 different people, and 82.0 % to 94.4 % of them did nothing that is counted; "
        "91.0 % to 97.2 % did nothing that others can see. A longer window leaves fewer people "
        "who did nothing." == shares.sentence
    )
    assert ["all together", "instagram"] == shares.table["platform"].to_list()
    assert {"2026-01-05 to 2026-01-06"} == set(shares.table["window"])


def test_a_window_that_says_nothing_says_so():
    """1,100 posts, each read by 1,000 with one act: by one person in all, or by 1,100."""
    shares = lurkers.silent_share(over_days(*[(1000, 1)] * 1100), window=("", ""))
    assert (
        "1,100 posts on instagram reached 1,000 to 1,100,000 different people, and from none to "
        "all of them did nothing that is counted: what the posts were met with may have come from "
        "all of these people or from very few."
    ) in shares.sentence


def test_a_window_takes_the_posts_of_its_days():
    """The first two of three days, both ends included; the third post is not in it."""
    engagement = over_days((1000, 100), (800, 80), (5000, 10))
    shares = lurkers.silent_share(engagement, window=("2026-01-05", "2026-01-06"))
    assert (2, 1800) == tuple(shares.table.iloc[0][["posts", "reached_high"]])


def test_reach_counted_once_over_the_window_narrows():
    """1,500 different people: at least 1 - 180 / 1,500 of them did nothing."""
    shares = lurkers.silent_share(
        over_days((1000, 100), (800, 80)), window=("", ""), reached={"instagram": 1500}
    )
    assert (1 - 180 / 1500, 1 - 100 / 1500) == pytest.approx((shares.low, shares.high))
    assert "reached 1,500 different people" in shares.sentence


@pytest.mark.parametrize("extra", [0, 1000, 50_000])
def test_never_reactors_move_the_silent_share_exactly_as_they_should(extra):
    """180 of 1,500 + extra people acted at most, 100 at least, whoever else was reached."""
    posts = over_days((1000 + extra, 100), (800 + extra, 80))
    one = lurkers.silent_share(posts)
    window = lurkers.silent_share(posts, window=("", ""), reached={"instagram": 1500 + extra})
    assert one.low == pytest.approx(1 - np.mean([100 / (1000 + extra), 80 / (800 + extra)]))
    assert (1 - 180 / (1500 + extra), 1 - 100 / (1500 + extra)) == pytest.approx(
        (window.low, window.high)
    )


@pytest.mark.parametrize("count", [999, 1801, 3])
def test_reach_that_contradicts_the_posts_is_refused(count):
    """Fewer different people than one post reached, or more than all did together."""
    shares = lurkers.silent_share(
        over_days((1000, 100), (800, 80)), window=("", ""), reached={"instagram": count}
    )
    said = "fewer than 10 people" if count < 10 else f"{count:,} people"
    assert (
        f"Cannot tell what share of readers stays silent: {said} are said to have been reached "
        f"on instagram over the window, and its posts say between 1,000 people and 1,800 "
        f"people. Give the count of the same posts and days." == shares.sentence
    )
    assert "cannot be known" == shares.status


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"window": ("2026-02-01", "2026-01-01")},
            (
                "The window ends on 2026-01-01, before it begins on 2026-02-01. Give the earlier "
                "date first."
            ),
        ),
        ({"window": ("spring", "")}, "'spring' is not a day such as '2025-07-02'."),
        (
            {"shown": 0.5},
            "shown is 0.5. A post is shown at least once to whom it reaches.",
        ),
        (
            {"reached": {"instagram": 5}},
            "reached is over a window: give the window too, such as ('', '').",
        ),
        (
            {"window": ("", ""), "reached": {"x": 5}},
            (
                "No post on 'x' in this window has a count of people reached. Those that have are "
                "on: instagram."
            ),
        ),
    ],
)
def test_a_window_that_cannot_be_is_refused(given, message):
    """Each with its own whole message."""
    with pytest.raises(lurkers.LurkersError) as refusal:
        lurkers.silent_share(over_days((1000, 100)), **given)
    assert message == str(refusal.value)


def test_a_window_without_posts_or_without_reach_cannot_be_told():
    """What is missing is said: posts in those days, or a count of people."""
    empty = lurkers.silent_share(over_days((1000, 100)), window=("2020-01-01", "2020-02-01"))
    assert (
        "Cannot tell what share of readers stays silent: none of the 1 posts here came out from "
        "2020-01-01 to 2020-02-01." == empty.sentence
    )
    uncounted = lurkers.silent_share(reached(("like", "acts", 60)), window=("", ""))
    assert (
        "Cannot tell what share of readers stays silent: none of the 1 posts from 2026-01-05 to "
        "2026-01-05 has a count of people reached or of showings." == uncounted.sentence
    )


def mailing(delivered, clicked=0, replied=0, paid=(), unnamed=0):
    """Return a newsletter to so many people; the first click, the very first of them reply."""
    ids = [f"email:{n}" for n in range(delivered)]
    rows = [("n", one, "delivery") for one in ids]
    rows += [("n", one, "click") for one in ids[:clicked]]
    rows += [("n", one, "reply") for one in ids[:replied]]
    return Engagement(
        posts=worlds.posts(["n"], "buttondown", "newsletter"),
        tallies=worlds.tallies([("n", "reply", "acts", replied + unnamed)]),
        responses=worlds.responses(rows),
        conversions=worlds.conversions([(ids[n], "sale", 1) for n in paid]),
    )


def test_silent_readers_are_counted_person_by_person():
    """100 got it, 60 clicked, 20 of these replied; of the other 80, 30 paid, 20 had clicked."""
    found = lurkers.silent_readers(mailing(100, 60, 20, paid=[*range(10), *range(40, 70)]))
    assert (0.4, 0.8, "bounded") == (found.low, found.high, found.status)
    assert ["100", "60", "80", "40", "30", "20"] == found.table["people"].to_list()
    assert (
        "Of the 100 people a newsletter was delivered to, 60 followed a link and 40 of these "
        "never answered; so 40.0 % to 80.0 % read it and never answer, if people followed these "
        "links, and not security software. Of those with no known answer, 30 paid later, 20 of "
        "them after following a link." == found.sentence
    )


def test_answers_without_a_name_count_against_silence():
    """Twelve answers name nobody: twelve of the forty may have answered after all."""
    found = lurkers.silent_readers(mailing(100, 60, 20, unnamed=12))
    assert (0.28, 0.8) == (found.low, found.high)


def test_fewer_than_ten_silent_readers_are_not_counted_out():
    """Neither a count nor a difference of two tells of fewer than ten people."""
    found = lurkers.silent_readers(mailing(100, 60, 3, paid=range(50, 55)))
    told = ["100", "60", "all but fewer than 10", "all but fewer than 10"]
    assert [*told, "fewer than 10", "fewer than 10"] == found.table["people"].to_list()
    assert (0.5, 1.0) == (found.low, found.high)


@pytest.mark.parametrize(
    ("engagement", "sentence"),
    [
        (
            Engagement(),
            "Cannot tell who reads silently: no newsletter here names whom it was sent to.",
        ),
        (
            mailing(9, 5),
            "Cannot tell who reads silently: fewer than 10 people were sent it.",
        ),
        (
            mailing(50),
            (
                "Cannot tell who reads silently: of the 50 people it was sent to, no file names "
                "who followed a link, and opens may be a mail program's. Of those with no known "
                "answer, 0 paid later."
            ),
        ),
    ],
)
def test_silent_readers_without_names_or_clicks_cannot_be_told(engagement, sentence):
    """Each lack has its own sentence."""
    found = lurkers.silent_readers(engagement)
    assert (sentence, "cannot be known") == (found.sentence, found.status)


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
    """The a's matched (20 of 60); ten likes elsewhere can be the b's (30), so at most 50 of 60."""
    bought = lurkers.who_bought(shop(AS, likes=10))
    assert (2 / 6, 5 / 6) == (bought.low, bought.high)
    nothing, addresses, everything = bought.table.itertuples()
    assert (0, 60, 1.0) == (nothing.matched, nothing.open, nothing.high)
    assert (20, 40, 1.0) == (addresses.matched, addresses.open, addresses.high)
    assert (20, 30) == (everything.matched, everything.open)
    assert "33.3 % to 83.3 % of the 60 purchases were by people who ever reacted" in bought.sentence
    assert "these exports hold every place where the author posts" in bought.sentence


def test_buyers_are_measured_where_every_visible_act_has_a_name_the_shop_knows():
    """Nothing visible elsewhere: a buyer without a match was never visible."""
    bought = lurkers.who_bought(shop(AS))
    assert (2 / 6, 2 / 6, "measured") == (bought.low, bought.high, bought.status)


def test_purchases_that_name_nobody_stay_open():
    """One visible person may be behind every anonymous purchase."""
    bought = lurkers.who_bought(shop(AS, bought=[*BOUGHT, (None, "sale", 40)]))
    assert (2 / 10, 6 / 10) == (bought.low, bought.high)


def test_purchases_that_are_all_open_are_not_called_bounded():
    """From nobody to everybody is no answer, and is not dressed up as one."""
    bought = lurkers.who_bought(shop([], likes=50))
    assert (
        "Cannot tell who bought: none of the 60 purchases could be matched to a reaction, and any "
        "of them may be by somebody who reacted under another name." == bought.sentence
    )
    assert "cannot be known" == bought.status


def test_more_data_of_the_same_sort_does_not_narrow_the_bounds():
    """Five times the purchases, matches and likes: the same two ends."""
    many = [(f"{person}{n}", kind, units) for n in range(5) for person, kind, units in BOUGHT]
    one = lurkers.who_bought(shop(AS, likes=10))
    five = lurkers.who_bought(shop([f"{a}{n}" for a in AS for n in range(5)], 50, many))
    assert (one.low, one.high) == (five.low, five.high)


def test_bounds_hold_in_every_simulated_shop():
    """In 100 shops with likes under other names, the true share is never outside."""
    rng = np.random.default_rng(5)
    for _ in range(100):
        people = rng.integers(30, 80)
        visible, matchable = rng.random((2, people)) < rng.random((2, 1))
        units = rng.integers(1, 4, people)
        rows = [(f"email:{n}", "sale", int(units[n])) for n in range(people)]
        named = [f"email:{n}" for n in range(people) if visible[n] and matchable[n]]
        hidden = int((visible & ~matchable).sum()) + int(rng.integers(0, 5))
        bought = lurkers.who_bought(shop(named, likes=hidden, bought=rows))
        truth = units[visible].sum() / units.sum()
        unknown = bought.status == "cannot be known"
        assert unknown or bought.low <= truth <= bought.high


def test_a_refund_is_not_a_purchase():
    """What was sent back was bought all the same, and is counted once."""
    sold = [*BOUGHT, ("email:c0", "sale", -1)]
    assert 60 == lurkers.who_bought(shop(AS, bought=sold)).table["purchases"].max()


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
        "Cannot tell who bought: of 60 purchases, nothing here says who reacts where others can "
        "see." == bought.sentence
    )


def test_the_ledger_answers_every_question_or_says_what_would():
    """Even with nothing loaded each question has an answer, a status and a way to settle it."""
    ledger = lurkers.ledger(Engagement())
    assert {"cannot be known"} == set(ledger["status"])
    assert ledger[["question", "answer", "what_would_settle_it"]].map(bool).all(axis=None)
    assert ledger[["low", "high"]].isna().all(axis=None)
    assert ledger["question"].is_unique


def test_the_ledger_says_what_settling_would_cost():
    """Every question has a price in hours, weeks or money, and they are many."""
    ledger = lurkers.ledger(Engagement())
    assert ledger["cost"].map(bool).all()
    assert "cost" == ledger.columns[-1]
    assert 24 == len(ledger)


def test_what_was_settled_outside_the_exports_replaces_the_answer():
    """A sample checked by hand answers its question, in the place of "nobody has checked"."""
    sheet = lurkers.worksheet(50, 1, followers=500)
    found = lurkers.hand_checked(sheet.assign(ever_reacted=["no"] * 30 + ["yes"] * 20))
    before, after = (
        lurkers.ledger(Engagement(), settled=given).set_index("question").loc[found.question]
        for given in ([], [found])
    )
    assert "Nobody has checked a sample of followers by hand." == before["answer"]
    assert (found.sentence, found.low, "estimated") == tuple(after[["answer", "low", "status"]])
    assert before["cost"] == after["cost"]


def test_followers_on_several_platforms_are_bounded():
    """The last count of each: 300 on one and 200 on another are 300 to 500 people."""
    audience = pd.DataFrame(
        {
            "platform": ["x", "x", "bluesky"],
            "as_of": worlds.DAY + pd.to_timedelta([0, 9, 3], unit="D"),
            "kind": "followers",
            "unit": "people",
            "count": [900, 300, 200],
        }
    )
    row = lurkers.ledger(Engagement(audience=audience)).set_index("question")
    row = row.loc["How many follow the author?"]
    assert (300, 500, "bounded") == (row["low"], row["high"], row["status"])


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
