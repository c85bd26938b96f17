"""Figures: what they say in words, and that too little data is said and not drawn."""

import dataclasses
from itertools import pairwise

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import worlds
from helpers import claims, lift, lurkers, plan, plots, segment
from helpers.plots.claims import lift_by_likes
from helpers.tables import Engagement

TRUST = pd.DataFrame(
    {
        "world": ["calm", "calm", "hostile"],
        "assumption": ["holds", "holds", "fails"],
        "coverage": [0.95, 0.96, 0.5],
        "false alarms": [0.04, float("nan"), 0.3],
    }
)


@pytest.fixture(autouse=True)
def closed():
    """Close what a test drew."""
    yield
    plt.close("all")


@pytest.fixture
def engagement():
    """Return 12 posts with reach, likes, replies, named reactions and sales."""
    ids = [f"p{n}" for n in range(12)]
    kinds = {"reach": 1000, "like": 60, "reply": 5, "save": 20}
    rows = [
        (i, kind, "people" if kind == "reach" else "acts", count + n)
        for n, i in enumerate(ids)
        for kind, count in kinds.items()
    ]
    named = [(i, f"bluesky:{n % 4}", "reply") for n, i in enumerate(ids)]
    return Engagement(
        posts=worlds.posts(ids),
        tallies=worlds.tallies(rows),
        responses=worlds.responses(named),
        conversions=worlds.conversions([(f"email:{n}", "sale", 1) for n in range(40)]),
    )


def drawn(engagement):
    """Return every figure's axis by name."""
    shares = lurkers.silent_share(engagement)
    result = lift.choose(engagement, "sales")
    return {
        "holdings": plots.holdings(engagement),
        "rungs": plots.rungs(segment.posts(engagement)),
        "audience": plots.audience(shares),
        "lorenz": plots.lorenz(segment.concentration(engagement)),
        "bounds": plots.bounds([shares, lurkers.who_bought(engagement)]),
        "tracking": plots.tracking([segment.tracking(engagement, "like", "reply")]),
        "history": plots.history(result),
        "lifts": plots.lifts([result]),
        "power": plots.power(plan.prospects(engagement, "sales"), "sales"),
        "record": plots.record(result),
        "placebos": plots.placebos(pd.DataFrame(), "sales"),
        "growing": plots.growing(lurkers.growing(engagement)),
        "two_lists": plots.two_lists(lurkers.two_lists(100, 50, 5)),
        "populations": plots.populations(
            lurkers.seen(engagement), lurkers.unseen({1: 30, 2: 5}, 9), (1000.0, 9000.0)
        ),
        "coverage": plots.coverage(TRUST, "posts"),
        "alarms": plots.alarms(TRUST, "posts"),
        "lift_by_likes": lift_by_likes(
            claims.LiftByLikes(pd.DataFrame(), "Cannot tell what tweets moved: no data.")
        ),
    }


@pytest.mark.parametrize("empty", [False, True])
def test_every_figure_has_a_title_and_says_what_it_shows(engagement, empty):
    """Alternative text is a sentence, also where there is nothing to draw."""
    figures = drawn(Engagement() if empty else engagement)
    assert {*plots.__all__, lift_by_likes.__name__} == set(figures)
    for name, axes in figures.items():
        assert axes.get_title(loc="left"), name
        assert axes.get_label().endswith("."), name


def test_the_audience_is_drawn_to_scale(engagement):
    """One square is one of 1,000 people, and the parts add up."""
    axes = plots.audience(lurkers.silent_share(engagement))
    squares = pd.Series(axes.images[0].get_array().ravel()).value_counts()
    assert 1000 == squares.sum()
    said = [text.get_text() for text in axes.texts]
    assert f"at most {squares[2]:,} did something visible" == said[0]
    assert f"at least {squares[0]:,} did nothing that is counted" == said[2]


def test_no_figure_is_drawn_of_a_lift_that_cannot_be_told(engagement):
    """Where checks failed, a picture of an interval would be believed."""
    good = dataclasses.replace(
        lift.choose(engagement, "sales"), ratio=1.5, low=1.2, high=1.9, verdict="lift"
    )
    failed = dataclasses.replace(good, verdict="cannot tell")
    axes = plots.lifts([good, failed])
    assert 3 == len(axes.lines)
    assert "no figure that holds" == axes.texts[0].get_text().strip()


def test_an_incomplete_week_is_not_drawn_as_a_slump(engagement):
    """Only weeks of seven days are in the line."""
    result = dataclasses.replace(
        lift.choose(engagement, "sales"),
        table=pd.DataFrame(
            {"date": pd.date_range("2026-01-07", periods=24), "posts": 0, "sales": 2}
        ),
    )
    line = plots.history(result).lines[0]
    assert [14, 14] == list(line.get_ydata())


def test_holdings_count_units_and_not_refunds():
    """Three sold and one sent back are three sales made."""
    sold = worlds.conversions([("email:a", "sale", 3), ("email:a", "sale", -1)])
    axes = plots.holdings(Engagement(conversions=sold))
    assert "sales (3)" in axes.get_label()


def test_power_is_drawn_for_each_lift_with_labels_apart():
    """A line a lift and its name beside its end, none over another or above the axis."""
    table = pd.DataFrame(
        [(weeks, lift, 0.99) for weeks in (12, 52) for lift in (0.2, 0.5, 1.0)],
        columns=["weeks", "lift", "power"],
    )
    counts = {"detectable": 0.2, "draws": 500, "days": 365, "conversions": 900, "why": ""}
    axes = plots.power(table.assign(low=0.98, high=1.0, **counts), "sales")
    assert {"+20 %", "+50 %", "+100 %"} == {text.get_text() for text in axes.texts}
    heights = sorted(text.xy[1] for text in axes.texts)
    assert min(b - a for a, b in pairwise(heights)) > 0.07
    assert max(heights) <= 1
    assert 4 == len(axes.lines)
    assert "+20 % in 12 weeks (99 %)" in axes.get_label()


def test_blocks_and_campaigns_are_drawn_as_their_design_reads_them():
    """The alternative text names the rates of each arm, or what was counted and foretold."""
    days = pd.date_range("2024-01-01", periods=28)
    blocks = pd.DataFrame(
        {"pair": [1, 1, 2, 2], "block": range(4), "arm": ["post", "quiet"] * 2, "days": 7}
    ).assign(starts_on=days[::7], posts=0, sales=[21, 7, 28, 14])
    foretold = pd.DataFrame({"date": days, "sales": 2, "campaign": [0] * 20 + [1] * 8})
    foretold["fitted"] = foretold["without_campaign"] = 1.5
    found = lift.choose(Engagement(), "sales")
    said = [
        plots.record(dataclasses.replace(found, table=table)).get_label()
        for table in (blocks, foretold)
    ]
    assert [
        (
            "Sales a day in 4 blocks: 3.50 in those drawn to be posted in, 1.50 in those drawn to "
            "be quiet."
        ),
        "From 2024-01-21 to 2024-01-28 there were 16 sales; the days before foretell 12.",
    ] == said


def test_placebos_stand_beside_the_campaign():
    """The last window is the campaign; the others are counted and spanned."""
    windows = pd.DataFrame({"start": pd.date_range("2024-01-01", periods=4, freq="10D")})
    windows["ratio"] = [0.9, 1.2, float("nan"), 1.6]
    assert (
        "Sales counted ÷ foretold: 1.60 in the campaign, between 0.90 and 1.20 in 2 windows before "
        "it in which nothing began."
    ) == plots.placebos(windows, "sales").get_label()


def test_what_holds_is_told_from_what_fails():
    """Only cells where the assumption holds are in the alternative text of trust."""
    label = plots.coverage(TRUST, "posts").get_label()
    assert (
        "In 2 cells of 2 simulated worlds where the assumption holds, the interval held the truth "
        "in 95.0 % to 96.0 % of the draws."
    ) == label


def test_populations_without_an_end_are_arrows():
    """An infinite end is said as "or more", what is missing as what cannot be told."""
    seen = lurkers.Seen(40, 45, 0.2, 0.1, 0.3, pd.DataFrame())
    few = lurkers.unseen({1: 35, 2: 5}, 100)
    label = plots.populations(seen, few, (float("nan"), float("nan"))).get_label()
    assert (
        "seen by name: 40; would react: 40 or more; reached: cannot be told. People who never "
        "react are in the last row only."
    ) == label
