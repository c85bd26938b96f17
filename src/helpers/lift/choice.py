"""Which design the data allow: the strongest there is, and what a stronger one would need.

Designs from strongest to weakest: a trial (people drawn at random), a schedule (posting
days drawn at random), posts (days the author chose).
"""

import dataclasses
import math

import pandas as pd

from helpers.lift import wording
from helpers.lift.daily import daily
from helpers.lift.posts import METHOD, from_posts
from helpers.lift.result import Check, Lift, NoDataError, check_table, no_estimate, unit_name
from helpers.tables import Engagement

TRIAL = (
    "not possible here: the tables name no arm that people were drawn into. It would need some "
    "readers drawn by lot to be left out of a newsletter or an advert"
)
SCHEDULE = (
    "not possible here: the author chose the days. It would need weeks with and without "
    "posts, drawn in pairs by a coin"
)
STRONGER = (("a trial of people", TRIAL), ("a posting calendar drawn by lot", SCHEDULE))


def _stronger() -> pd.DataFrame:
    return check_table(
        [Check(f"stronger design: {name}", math.nan, None, why) for name, why in STRONGER]
    )


def choose(engagement: Engagement, outcome: str, timezone: str = "UTC") -> Lift:
    """Estimate a lift by the strongest design that one author's tables allow.

    Returns
    -------
    Lift
        `checks` ends with a row for each stronger design: why it is not possible and what
        it would need. Where tables are missing, the verdict is "cannot tell" and the
        sentence says which.

    Raises
    ------
    LiftError
        If the outcome or the time zone is unknown.
    """
    try:
        table = daily(engagement, outcome, timezone)
    except NoDataError as lack:
        found = no_estimate(
            outcome,
            method=METHOD,
            assumption=wording.ASSUMPTION,
            checks=[Check("posts and conversions are there", 0.0, False, str(lack))],
            sentence=(
                f"Cannot tell whether posting moves {unit_name(outcome)}. {lack} {wording.SETTLE}"
            ),
            table=pd.DataFrame(columns=["date", "posts", outcome]),
        )
    else:
        found = from_posts(table, outcome)
    checks = pd.concat([found.checks, _stronger()], ignore_index=True)
    return dataclasses.replace(found, checks=checks)
