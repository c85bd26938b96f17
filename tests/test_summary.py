"""The headline never claims more than its parts, and the provenance names its data."""

import math

import pandas as pd
import pytest

import worlds
from helpers import capability, provenance, summary
from helpers.formats import KNOWN
from helpers.formats.catalogue import supplying
from helpers.lift import Lift
from helpers.lurkers import Bounds
from helpers.tables import Engagement


def lift(verdict, ratio=1.5, low=1.2, high=1.9):
    """Return a lift in sales with this verdict."""
    empty = pd.DataFrame()
    return Lift(
        "sales", 1, 1, 1, ratio, low, high, 0.01, "m", "a", empty, verdict, "s", empty
    )  # fmt: skip


def bounds(low, high, lurker=math.nan):
    """Return bounds with these ends."""
    table = pd.DataFrame({"lurker_low": [lurker]})
    status = "cannot be known" if math.isnan(low) else "bounded"
    return Bounds("q", low, high, status, "", "s", "x", table)


NOTHING = bounds(math.nan, math.nan)


def test_the_headline_in_full():
    """Silent readers, lift with its interval, and the most that visible people bought."""
    said = summary.headline(bounds(0.9, 0.95, 0.983), [lift("lift")], bounds(0.0, 0.13))
    assert (
        "At least 98.3 % of the people a typical post reaches do nothing others can see; "
        "sales rise with posting (× 1.50, 95 % interval 1.20 to 1.90), if nothing else drove both; "
        "at most 13 % of purchases were by people who ever reacted." == said
    )


def test_the_headline_of_nothing_says_so():
    """Three questions, three times that it cannot be told."""
    assert (
        "How many readers stay silent cannot be told from these exports; "
        "whether posting brings sales cannot be told; whether buyers ever reacted cannot be told."
        == summary.headline(NOTHING, [lift("cannot tell")], NOTHING)
    )


@pytest.mark.parametrize(("high", "is_told"), [(0.994, True), (0.996, False), (1.0, False)])
def test_at_most_all_buyers_is_no_finding(high, is_told):
    """What would read "at most 100 %" is said to be unknown."""
    said = summary.headline(NOTHING, [], bounds(0.0, high))
    assert is_told == ("at most 99 % of purchases" in said)
    assert is_told != said.endswith("whether buyers ever reacted cannot be told.")


@pytest.mark.parametrize("verdict", ["no clear lift", "cannot tell"])
def test_no_rise_is_claimed_without_the_verdict(verdict):
    """However high the ratio, "rise" needs the verdict "lift"."""
    said = summary.headline(NOTHING, [lift(verdict, ratio=9, low=8, high=10)], NOTHING)
    assert "rise" not in said
    assert ("×" in said) == (verdict != "cannot tell")


def test_capability_counts_what_is_held():
    """What is missing reads "no", and each need names an export that supplies it."""
    engagement = Engagement(
        posts=worlds.posts(["p", "q"]),
        tallies=worlds.tallies([("p", "reach", "people", 10)]),
        conversions=worlds.conversions(
            [("email:a", "sale", 1), ("email:a", "sale", -1)], code="SPRING"
        ),
    )
    needs = capability.needs(engagement)
    bought = "1 by the second"
    expected = ["2", "1", "no", "no", "no", bought, bought, "no", "1", "no"]
    assert expected == needs["held"].to_list()
    assert ["on"] * 2 == needs["state"].to_list()[:2]
    assert "off: no file says who reacted, only how many" == needs["state"][2]
    nothing = capability.needs(Engagement())
    assert nothing["supplied_by"].map(bool).all()
    assert nothing["state"].str.startswith("off: ").all()


def test_a_handful_of_matched_people_is_not_counted_out():
    """Under ten people who are readers and buyers are said to be fewer than ten."""
    people = [f"email:{number}" for number in range(12)]
    responses = worlds.responses([("p", person, "open") for person in people])
    for buyers, expected in ((3, "fewer than ten"), (12, "12")):
        bought = worlds.conversions([(person, "sale", 1) for person in people[:buyers]])
        engagement = Engagement(posts=worlds.posts(["p"]), responses=responses, conversions=bought)
        needs = capability.needs(engagement).set_index("needed")["held"]
        assert expected == needs["buyers matched with a delivery, an open or a reaction"]


def test_subscribers_who_got_a_letter_are_no_matched_buyers():
    """Everybody on a list was sent something: only who bought is matched."""
    engagement = Engagement(
        posts=worlds.posts(["p"]),
        responses=worlds.responses([("p", "email:a", "delivery")]),
        conversions=worlds.conversions([("email:a", "signup", 1)]),
    )
    held = capability.needs(engagement).set_index("needed")["held"]
    assert "no" == held["buyers matched with a delivery, an open or a reaction"]


def test_months_allow_bounds_and_no_lift():
    """Sales of a month tell who may have bought, and nothing of what followed a post."""
    sales = worlds.conversions([("email:a", "sale", 40)]).assign(grain="month")
    needs = capability.needs(Engagement(conversions=sales)).set_index("needed")
    assert "40 by the month" == needs.loc["purchases", "held"]
    assert "off: no file dates a purchase by the day" == needs.loc["purchases with a day", "state"]
    anyhow, daily = (supplying("purchases", KNOWN, daily=daily) for daily in (False, True))
    monthly = {"Hand-typed tables", "IngramSpark compensation reports"}
    assert monthly == set(anyhow) - set(daily)


def test_the_data_hash_changes_with_the_files_and_not_with_the_key():
    """Whoever holds the same exports finds the same hash."""
    receipt = pd.DataFrame(
        [["a.csv", "f", 1, 1, 0, "", "ab" * 32]],
        columns=["file", "format", "read", "kept", "set_aside", "why", "sha256"],
    )
    one = provenance.data_hash(Engagement(receipt=receipt))
    renamed = Engagement(
        receipt=receipt, conversions=worlds.conversions([("email:other", "sale", 1)])
    )
    changed = Engagement(receipt=receipt.assign(sha256="cd" * 32))
    assert one == provenance.data_hash(renamed)
    assert one != provenance.data_hash(changed)
    assert 12 == len(one)


def test_tables_without_files_are_hashed_themselves():
    """A simulated engagement has a hash too, and it changes with a row."""
    posts = Engagement(posts=worlds.posts(["p"]))
    assert provenance.data_hash(Engagement()) != provenance.data_hash(posts)


def test_the_period_is_that_of_anything_dated():
    """From the first dated row to the last, whichever table it is in."""
    engagement = Engagement(posts=worlds.posts(["p", "q", "r"]))
    assert "2026-01-05 to 2026-01-07" == provenance.period(engagement)
    assert "no dates in these exports" == provenance.period(Engagement())


def test_the_line_names_data_code_versions_and_day():
    """A page can be traced to what made it."""
    line = provenance.line(Engagement())
    for part in (provenance.data_hash(Engagement()), "Quiet Audience 0.1.0", "pandas 3.", "(UTC)"):
        assert part in line
    assert "/" not in line
