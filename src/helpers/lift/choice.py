"""Which design the data allow: the strongest there is, and what a stronger one would need.

Designs from strongest to weakest: a trial (people drawn at random), a schedule (posting
days drawn at random), a campaign (one stretch of days against those before it), posts
(days the author chose).
"""

import dataclasses
import math
from datetime import date
from typing import NamedTuple

import pandas as pd

from helpers.lift import campaign as campaigns
from helpers.lift import market, schedule_wording, trial, wording
from helpers.lift.campaign import from_campaign
from helpers.lift.daily import daily
from helpers.lift.posts import METHOD, from_posts
from helpers.lift.result import Check, Lift, NoDataError, check_table, no_estimate, unit_name
from helpers.lift.schedule import from_schedule
from helpers.lift.trial import from_trial
from helpers.tables import Engagement

TRIAL = (
    "not possible here: no table says into which arm people were drawn. It would need some "
    "readers drawn by lot to be left out of a newsletter or an advert"
)
SCHEDULE = (
    "not possible here: no calendar was drawn before the author posted. It would need weeks "
    "with and without posts, drawn in pairs by a coin (notebook 06 draws one)"
)
UNLIVED = (
    "not possible yet: no pair of the calendar's blocks lies within the days on record. "
    "Run this again when the first pair has passed and the exports are newer"
)
CALENDAR = "a posting calendar drawn by lot"
STRONGER = {"a trial of people": TRIAL, CALENDAR: SCHEDULE}
ARM = "arm"
DESIGNS = {
    trial.METHOD: "trial",
    schedule_wording.METHOD: "schedule",
    campaigns.METHOD: "campaign",
    METHOD: "posts",
}


class Campaign(NamedTuple):
    """A stretch of days that is one campaign, or one hiatus without posts."""

    start: str | date
    end: str | date | None = None
    hiatus: bool = False


def lived(schedule: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of a calendar whose every day is on record.

    Parameters
    ----------
    schedule : DataFrame
        A row a day: date, block, pair, arm.
    days : DataFrame
        A row a day, with the column date.
    """
    is_missing = ~schedule["date"].isin(days["date"])
    return schedule[~schedule["pair"].isin(schedule.loc[is_missing, "pair"])]


def design(result: Lift) -> str:
    """Return which design a lift was read by: trial, schedule, campaign or posts."""
    return DESIGNS[result.method]


def _nothing(outcome: str, lack: NoDataError) -> Lift:
    return no_estimate(
        outcome,
        method=METHOD,
        assumption=wording.ASSUMPTION,
        checks=[Check("posts and conversions are there", 0.0, False, str(lack))],
        sentence=(
            f"Cannot tell whether posting moves {unit_name(outcome)}. {lack} {wording.SETTLE}"
        ),
        table=pd.DataFrame(columns=["date", "posts", outcome]),
    )


def choose(
    engagement: Engagement,
    outcome: str,
    timezone: str = "UTC",
    *,
    people: pd.DataFrame | None = None,
    schedule: pd.DataFrame | None = None,
    campaign: Campaign | None = None,
    controls: pd.DataFrame | None = None,
) -> Lift:
    """Estimate a lift by the strongest design that one author's tables allow.

    Parameters
    ----------
    engagement : Engagement
        The author's tables.
    outcome : str
        One of `daily`'s outcomes.
    timezone : str
        IANA name of the zone of the author's days.
    people : DataFrame, optional
        A row a person who was drawn, with the columns arm and the outcome (see `from_trial`).
    schedule : DataFrame, optional
        The calendar that was drawn (see `from_schedule`). Pairs of which a day is not yet on
        record are left out.
    campaign : Campaign, optional
        A stretch of days to set against those before it (see `from_campaign`).
    controls : DataFrame, optional
        A row a day: date, then columns of numbers that follow demand and that posting cannot
        move (see `market.read`). A trial needs none.

    Returns
    -------
    Lift
        `checks` ends with a row for each stronger design: why it is not possible and what
        it would need. Where tables are missing, the verdict is "cannot tell" and the
        sentence says which.

    Raises
    ------
    LiftError
        If the outcome or the time zone is unknown, or what was passed is malformed.
    """
    if people is not None:
        return from_trial(people, ARM, outcome)
    lacking = dict(STRONGER)
    try:
        days = daily(engagement, outcome, timezone)
    except NoDataError as lack:
        return _with_stronger(_nothing(outcome, lack), lacking)
    names: tuple[str, ...] = ()
    if controls is not None:
        days = market.beside(days, controls)
        names = tuple(controls.columns.drop("date"))
    begun = lived(schedule, days) if schedule is not None else pd.DataFrame()
    if schedule is not None:
        lacking[CALENDAR] = UNLIVED
    if len(begun):
        del lacking[CALENDAR]
        found = from_schedule(days, begun, outcome, controls=names)
    elif campaign is not None:
        start, end, hiatus = campaign
        found = from_campaign(days, outcome, start, end, names, hiatus=hiatus)
    else:
        found = from_posts(days, outcome, controls=names)
    return _with_stronger(found, lacking)


def _with_stronger(found: Lift, lacking: dict[str, str]) -> Lift:
    rows = [Check(f"stronger design: {name}", math.nan, None, why) for name, why in lacking.items()]
    checks = pd.concat([found.checks, check_table(rows)], ignore_index=True)
    return dataclasses.replace(found, checks=checks)
