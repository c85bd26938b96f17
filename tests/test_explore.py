"""Windows, rates and lists explored: what is said, with sliders and without."""

import ipywidgets
import pandas as pd
import pytest

import worlds
from helpers import display, explore, lurkers, segment
from helpers.lurkers.growing import implied
from helpers.tables import Engagement


@pytest.fixture
def engagement() -> Engagement:
    """Return 20 days with a post each: reach 1,000 and likes that follow or ignore sales."""
    ids = [f"p{n}" for n in range(20)]
    counts = {"reach": lambda n: 1000, "like": lambda n: 10 + n}
    rows = [
        (i, kind, "people" if kind == "reach" else "acts", count(n))
        for n, i in enumerate(ids)
        for kind, count in counts.items()
    ]
    named = [(i, f"email:{n}", "reply") for n, i in enumerate(ids)]
    return Engagement(
        posts=worlds.posts(ids),
        tallies=worlds.tallies(rows),
        responses=worlds.responses(named),
        conversions=worlds.conversions([(f"email:{n}", "sale", 1) for n in range(10, 40)]),
    )


def test_lurkers_per_visible_person_fall_with_the_window(engagement: Engagement) -> None:
    """The low end falls from window to window, and the sentence names the windows."""
    table = lurkers.growing(engagement)
    assert [1, 4, 16, 20] == table["posts"].to_list()
    assert table["low"].is_monotonic_decreasing
    assert (table["low"] <= table["high"]).all()
    first, last = table.iloc[0], table.iloc[-1]
    sentence = lurkers.growth_sentence(table)
    assert f"({first['first']} to {first['last']})" in sentence
    assert f"({last['first']} to {last['last']}, 20 posts)" in sentence


def test_no_reach_means_no_window(engagement: Engagement) -> None:
    """Without counts of people reached nothing is drawn and the reason is said."""
    table = lurkers.growing(Engagement())
    assert table.empty
    assert (
        "Cannot tell how many lurk for each visible person: no export here counts reach."
    ) == lurkers.growth_sentence(table)


def test_the_guess_is_the_published_share() -> None:
    """27 % of 1,000 people."""
    assert "that guess would have been 270 people, where 1,000" in lurkers.guess_sentence(1000)


@pytest.mark.parametrize(
    ("seen", "posts", "rate", "expected"),
    [(100, 1, 0.01, 10_000), (75, 2, 0.5, 100), (40, 9, 1, 40)],
)
def test_a_rate_implies_people(seen: int, posts: int, rate: float, expected: float) -> None:
    """Seen ÷ the chance of being seen at least once."""
    assert pytest.approx(expected) == implied(seen, posts, rate)


@pytest.mark.parametrize("rate", [0, -0.1, 1.5])
def test_a_rate_that_cannot_be_is_refused(rate: float) -> None:
    """The message says what was given and what it must be."""
    with pytest.raises(lurkers.LurkersError) as refusal:
        implied(1, 1, rate)
    assert f"rate is {rate!r}. It must be above 0 and at most 1." == str(refusal.value)


def test_without_a_reader_figures_stand_in_for_sliders(
    engagement: Engagement, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under papermill the sweep and the windows are drawn and the rates are said."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert isinstance(explore.two_list_sweep(engagement), display.Figure)
    assert isinstance(explore.windows(engagement), display.Figure)
    said = explore.reaction_rates(engagement)
    assert isinstance(said, str)
    assert said.startswith("If each reacted to one post in 1,000, ")


def test_in_jupyterlab_sliders_move_the_sentence(
    engagement: Engagement, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slider that is moved changes what is said."""
    monkeypatch.setenv("JPY_SESSION_NAME", "04-lurker-audience.ipynb")
    for build in (explore.two_list_sweep, explore.windows, explore.reaction_rates):
        box = build(engagement)
        assert isinstance(box, ipywidgets.VBox)
        *sliders, label = box.children
        before = label.value
        slider = sliders[0]
        slider.value = slider.max if isinstance(slider, ipywidgets.IntSlider) else 0.1
        assert before != label.value


def test_likes_that_follow_sales_choose_the_right_posts() -> None:
    """Likes in the order of sales find all of the best fifth; in the other order none."""
    ids = [f"p{n}" for n in range(20)]
    posts = worlds.posts(ids, every="14D")
    days = posts["published_at"] + pd.Timedelta(hours=1)
    sold = worlds.conversions([(f"email:{n}", "sale", 1 + n) for n in range(20)])
    sold["occurred_at"] = days.to_numpy()
    found = {}
    for name, likes in (("with", range(20)), ("against", range(19, -1, -1))):
        rows = [(i, "like", "acts", 10 + n) for i, n in zip(ids, likes, strict=True)]
        tables = Engagement(posts=posts, tallies=worlds.tallies(rows), conversions=sold)
        found[name] = segment.decision(tables, "like", "conversions_after")
    assert (4, 4) == (found["with"].best, found["with"].shared)
    assert 0 == found["against"].shared
    assert found["with"].p_value == pytest.approx(1 / 3876)
    assert (
        "Whoever chose the best 4 of 19 posts on instagram by likes would have found 4 of the 4 "
        "with most conversions in the days after; choosing blindly finds 0.8 on average (p = 0.001 "
        "for so many or more by luck)."
    ) == found["with"].sentence
