"""What a decision on likes would get wrong: the best posts by one measure and by another."""

from dataclasses import dataclass

import pandas as pd
from scipy import stats

from helpers.segment.posts import posts
from helpers.segment.tracking import FEWEST_POSTS, fullest, plural, values_of
from helpers.tables import Engagement

BEST = 0.2


@dataclass(frozen=True)
class Decision:
    """The best fifth of posts by a signal, and how many of them are among the best by a target.

    Parameters
    ----------
    signal, target, platform : str
        What posts were chosen by, what they should have been chosen by, where they are.
    posts, best : int
        Posts with both, and how many are the best fifth.
    shared : int
        Posts among the best by both.
    by_chance : float
        How many would be, if the signal said nothing.
    p_value : float
        Chance of so many shared or more, if the signal said nothing (hypergeometric).
    """

    signal: str
    target: str
    platform: str
    posts: int
    best: int
    shared: int
    by_chance: float
    p_value: float

    @property
    def sentence(self) -> str:
        """Say how many of the best posts the signal would have found."""
        if not self.best:
            return (
                f"Cannot tell what choosing by {self.signal} would get wrong: fewer than "
                f"{FEWEST_POSTS} posts on one platform have {self.signal} and {self.target}."
            )
        return (
            f"Whoever chose the best {self.best} of {self.posts:,} posts on {self.platform} by "
            f"{self.signal} would have found {self.shared} of the {self.best} with most "
            f"{self.target}; choosing blindly finds {self.by_chance:.1f} on average "
            f"(p = {max(self.p_value, 0.001):.3f} for so many or more by luck)."
        )


def decision(engagement: Engagement, signal: str, target: str) -> Decision:
    """Compare the best fifth of posts by a signal with the best fifth by a target.

    The posts are those of one platform, the one with most posts that have both; posts that
    are alike are taken in the order in which they came out.

    Parameters
    ----------
    signal, target : str
        A column of `segment.posts`, or a kind of tally such as "like" or "click".
    """
    described = posts(engagement).set_index("post_id")
    values = pd.DataFrame(
        {
            "signal": values_of(engagement, described, signal),
            "target": values_of(engagement, described, target),
        }
    )
    platform = fullest(values.assign(reached=0.0), described["platform"])
    known = values[described["platform"] == platform].dropna()
    names = (plural(signal), plural(target), platform)
    if len(known) < FEWEST_POSTS or (known.nunique() < 2).any():
        return Decision(*names, len(known), 0, 0, float("nan"), float("nan"))
    best = round(BEST * len(known))
    chosen, right = (set(known[name].nlargest(best).index) for name in ("signal", "target"))
    shared = len(chosen & right)
    chance = stats.hypergeom(len(known), best, best)
    return Decision(
        *names, len(known), best, shared, float(chance.mean()), float(chance.sf(shared - 1))
    )
