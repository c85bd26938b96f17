"""The stored figures on the methods: shown in words, and refused when they are stale."""

import importlib

import pandas as pd
import pytest

from helpers import measured, validate
from helpers.validate import __main__ as command
from helpers.validate import engine, posts


def figures(**fields):
    """Return two cells of a design as the engine would measure and store them."""
    summary = {"truth": [1.0, 1.4], "replicates": 500, "coverage": [0.95, 0.96]}
    called = {"false_alarm": [0.02, None], "power": [None, 0.4], "cannot_tell": [0.1, 0.3]}
    return pd.DataFrame({**fields, **summary, **called})


@pytest.fixture
def stored(monkeypatch, tmp_path):
    """Store figures of this code in a folder of their own."""
    monkeypatch.setattr(engine.paths, "root", lambda: tmp_path)

    def store(**fields):
        engine.store("posts", figures(**fields), posts.CODE)

    return store


def test_what_was_measured_is_shown_a_row_a_world(stored):
    """A world's days are told by its name; a design's own fields, and what must hold, follow."""
    worlds = ["independent days", "ten conversions a day"]
    stored(world=worlds, posting="at random", lift=[0, 0.5], days=364, holds=[True, False])
    expected = pd.DataFrame(
        {
            "world": worlds,
            "conversions a day": [3.0, 10.0],
            "memory of demand": [0.0, 0.6],
            "posting": "at random",
            "lift": [0.0, 0.5],
            "days": 364,
            "assumption": ["holds", "fails"],
            "true ratio": [1.0, 1.4],
            "coverage": [0.95, 0.96],
            "false alarms": [0.02, None],
            "lifts found": [None, 0.4],
            "cannot tell": [0.1, 0.3],
        }
    )
    pd.testing.assert_frame_equal(expected, measured.table("posts"))


def test_a_design_without_days_has_no_columns_of_days(stored):
    """People drawn into arms have no demand with a memory; its assumption always holds."""
    stored(world=["small arms", "large arms"], lift=[0, 0.5])
    table = measured.table("posts")
    assert ["world", "lift", "assumption", "true ratio"] == list(table.columns[:4])
    assert ["holds", "holds"] == table["assumption"].to_list()


@pytest.mark.parametrize("design", validate.DESIGNS)
def test_every_design_that_was_measured_is_shown(design):
    """The figures kept are of this code, a row a cell, each with coverage and a rate."""
    if not engine.path(design).is_file():
        pytest.skip(f"{design} has not been measured")
    table = measured.table(design)
    cells = importlib.import_module(f"helpers.validate.{design}").cells()
    assert len(cells) == len(table)
    assert table["coverage"].dropna().between(0, 1).all()
    assert (table["false alarms"].isna() ^ table["lifts found"].isna()).all()


def test_the_sentence_keeps_worlds_apart_where_the_assumption_fails():
    """Ranges, not averages: the worst world of either kind is in the sentence."""
    table = pd.DataFrame(
        {
            "assumption": ["holds", "holds", "fails", "fails"],
            "coverage": [0.91, 0.97, 0.53, 0.82],
            "false alarms": [0.004, None, None, 0.065],
        }
    )
    free = (
        "Where the assumption holds (2 cells of simulated worlds), the 95 % interval held the "
        "truth in 91 % to 97 % of the draws, and a lift was declared where there was none in 0.4 %."
    )
    assert (
        f"{free} Where it fails "
        "(2 cells of simulated worlds), the 95 % interval held the truth in 53 % to 82 % of the "
        "draws, and a lift was declared where there was none in 6.5 %." == measured.sentence(table)
    )
    assert free == measured.sentence(table.head(2))


@pytest.mark.parametrize("stale", [True, False])
def test_stale_or_missing_figures_are_refused(monkeypatch, stored, stale):
    """Figures of other code are not shown as this code's."""
    if stale:
        stored(world="independent days", lift=[0, 0.5])
        monkeypatch.setattr(engine, "code", lambda modules: "other")
    with pytest.raises(measured.StaleError) as refusal:
        measured.table("posts")
    assert (
        "data/validation/posts.csv is missing, or was made by other code than the code that is "
        "here. Run `make validate DESIGN=posts`, which takes a while, and look at the figures "
        "again." == str(refusal.value)
    )


def test_an_unknown_design_is_refused():
    """The designs that there are, are named."""
    with pytest.raises(ValueError, match="There is no design") as refusal:
        measured.table("lift")
    assert (
        "There is no design 'lift'. Name one of: schedule, campaign, panel, posts, trial."
        == str(refusal.value)
    )


def test_the_command_measures_those_named_or_all(monkeypatch):
    """`python -m helpers.validate posts` measures posts alone; a wrong name measures none."""
    measuring = []
    monkeypatch.setattr(posts, "main", lambda: measuring.append("posts"))
    command.main(["posts"])
    assert ["posts"] == measuring
    assert "posts" in command.chosen([])
    there = ", ".join(command.chosen([]))
    with pytest.raises(SystemExit) as refusal:
        command.main(["posts", "lift"])
    assert (
        f"There is no design 'lift' to measure. Name one or more of: {there}; or none, for all."
        == str(refusal.value)
    )
    assert ["posts"] == measuring


def test_the_sentence_on_widths_says_where_they_must_be_wide():
    """Wide ones, those that must be, and those shorter than an honest one could be."""
    table = pd.DataFrame(
        {
            "least": [1.1, 2.2, 1.2, 10.0],
            "ours": [1.2, 2.1, 1.6, 1.4],
            "coverage": [0.5, 0.95, 0.6, 0.98],
        }
    )
    first = (
        "In 2 of 4 kinds of audience the interval is more than 1.5 times as wide as one made by "
        "who knows which family is true. In 1 of them it must be so wide, as far as the normal "
        "approximation goes: any interval that holds the truth in every audience of these "
        "families is, on average."
    )
    assert measured.widths_sentence(table) == (
        f"{first} In 2 of all, ours is at the median shorter than such an interval is on average: "
        "there it held the truth in 95 % to 98 % of the draws, but cannot be relied on in every "
        "audience that these families allow."
    )
    assert measured.widths_sentence(table.assign(least=[1.1, 1.6, 1.2, 1.3])) == first


def test_widths_are_shown_of_audiences_that_are_answered():
    """Those mostly refused, and those of no known family, have no width to set beside."""
    table = measured.widths()
    assert ["world", "people", "posts", "mean", "least", "ours", "coverage"] == list(table)
    assert table.notna().all(axis=None)
    assert table["least"].between(0.84, 10).all()
