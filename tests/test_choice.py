"""The choice of a design: the strongest that the data allow, and why not a stronger one."""

import numpy as np
import pandas as pd
import pytest

from helpers import lift, plan
from helpers.simulate import days
from helpers.tables import Engagement

WORLD = days.WORLDS[1]
START = "2024-01-01"


def author(lift_of_posts: float, calendar: pd.DataFrame, seed: int = 4) -> Engagement:
    """Return the tables of an author who kept a calendar, with dated posts and sales."""
    rng, total = np.random.default_rng(seed), len(calendar)
    demand, _ = days.demand(WORLD, total, rng)
    posted = calendar["post"].to_numpy("float64")
    ratio = days.lifted(WORLD, posted, np.ones(total), lift_of_posts)
    counts = days.counts(WORLD, demand * ratio, rng).astype("int64")
    counts[[0, -1]] += 1  # the record runs from the first sale to the last
    dates = pd.date_range(START, periods=total, tz="UTC") + pd.Timedelta(hours=12)
    days_posted = dates[posted > 0]
    posts = pd.DataFrame({"post_id": [f"p{n}" for n in range(len(days_posted))]}).assign(
        platform="bluesky", published_at=days_posted, grain="second", kind="post", words=pd.NA
    )
    sold = pd.DataFrame({"conversion_id": [f"c{n}" for n in range(total)]}).assign(
        occurred_at=dates, grain="day", kind="sale", quantity=counts, channel="shop"
    )
    sold = sold[sold["quantity"] > 0]
    blank = ["value", "currency", "referrer", "code", "person_id"]
    blank += [f"utm_{name}" for name in ("source", "medium", "campaign", "term", "content")]
    sold = sold.assign(**dict.fromkeys(blank, pd.NA))
    columns = list(Engagement().conversions)
    return Engagement(posts=posts, conversions=sold[columns])


@pytest.fixture(scope="module")
def calendar() -> pd.DataFrame:
    """Return a year drawn by lot that begins with posts, as the record does."""
    drawn = (plan.schedule(52, 5, seed, start=START) for seed in range(20))
    return next(calendar for calendar in drawn if calendar["arm"].iloc[0] == "post")


def test_a_calendar_that_was_lived_is_read_by_its_coins(calendar: pd.DataFrame) -> None:
    """The design is the schedule's, and only a trial is named as stronger."""
    found = lift.choose(author(0.5, calendar), "sales", schedule=calendar)
    assert "schedule" == lift.design(found)
    assert found.low > 1
    stronger = found.checks.loc[found.checks["check"].str.startswith("stronger"), "check"]
    assert ["stronger design: a trial of people"] == stronger.to_list()


def test_pairs_not_yet_lived_are_left_out(calendar: pd.DataFrame) -> None:
    """Half a year of exports answers with the pairs that they hold whole."""
    half = calendar.iloc[:200]
    found = lift.choose(author(0.5, half), "sales", schedule=calendar)
    assert 14 == found.table["pair"].nunique()
    assert (found.table["days"] == 7).all()


def test_a_calendar_of_next_year_is_said_to_be_too_early(calendar: pd.DataFrame) -> None:
    """The days that were chosen are read instead, and the reason stands in the checks."""
    later = calendar.assign(date=calendar["date"] + pd.Timedelta(days=3650))
    found = lift.choose(author(0.5, calendar), "sales", schedule=later)
    assert "posts" == lift.design(found)
    checks = found.checks.set_index("check")["meaning"]
    assert (
        "not possible yet: no pair of the calendar's blocks lies within the days on record. "
        "Run this again when the first pair has passed and the exports are newer"
    ) == checks["stronger design: a posting calendar drawn by lot"]


def test_a_campaign_is_set_against_the_days_before(calendar: pd.DataFrame) -> None:
    """A first and a last day ask for the campaign's design, with both stronger ones named."""
    tables = author(0.0, calendar)
    found = lift.choose(tables, "sales", campaign=lift.Campaign("2024-10-01", "2024-11-09"))
    assert "campaign" == lift.design(found)
    assert 40 == found.table["campaign"].sum()
    stronger = found.checks["check"].str.startswith("stronger")
    assert 2 == stronger.sum()


def test_people_drawn_by_lot_come_first(calendar: pd.DataFrame) -> None:
    """A table of people with arms is a trial, whatever else is there."""
    people = pd.DataFrame({"arm": ["a", "b"] * 500, "sales": [0, 1, 0, 0] * 250})
    found = lift.choose(Engagement(), "sales", people=people, schedule=calendar)
    assert "trial" == lift.design(found)
    assert lift.from_trial(people, "arm", "sales").sentence == found.sentence
