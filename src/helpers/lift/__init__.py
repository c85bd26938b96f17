"""Conversion lift: what posting adds to sign-ups and sales, by design, strongest first.

`from_trial` reads people drawn at random; `from_posts` reads days that the author chose,
and says "cannot tell" where these cannot answer; `choose` takes the strongest design that
an author's tables allow.

No check on chosen days can tell a post from news that lifts demand on the day of the post
and fades after it: such news belongs among the known causes, and a lift is stated with the
assumption that there was none. `data/validation/lift.csv` holds how often each is right.
"""

from helpers.lift.choice import choose
from helpers.lift.daily import daily
from helpers.lift.posts import from_posts
from helpers.lift.result import Lift, LiftError, NoDataError
from helpers.lift.trial import from_trial

__all__ = ["Lift", "LiftError", "NoDataError", "choose", "daily", "from_posts", "from_trial"]
