"""Conversion lift: what posting adds to sign-ups and sales, by design, strongest first.

`from_trial` reads people drawn at random; `from_schedule` reads days drawn at random;
`from_campaign` sets one stretch of days against those before it; `from_panel` sets authors
who began against those who had not; `from_posts` reads days that the author chose, and says
"cannot tell" where these cannot answer; `choose` takes the strongest design that an author's
tables allow. `attribution` counts what says itself that it came by a post: at least so much,
and never lift.

No check on chosen days can tell a post from news that lifts demand on the day of the post
and fades after it: such news belongs among the known causes, and a lift is stated with the
assumption that there was none. `data/validation` holds how often each is right.
"""

from helpers.lift.attribution import Attribution, attribution
from helpers.lift.campaign import from_campaign, placebos
from helpers.lift.choice import Campaign, choose, design
from helpers.lift.daily import daily
from helpers.lift.market import read as read_controls
from helpers.lift.panel import from_panel
from helpers.lift.posts import from_posts
from helpers.lift.result import Lift, LiftError, NoDataError
from helpers.lift.schedule import from_schedule
from helpers.lift.trial import from_trial

__all__ = [
    "Attribution",
    "Campaign",
    "Lift",
    "LiftError",
    "NoDataError",
    "attribution",
    "choose",
    "daily",
    "design",
    "from_campaign",
    "from_panel",
    "from_posts",
    "from_schedule",
    "from_trial",
    "placebos",
    "read_controls",
]
