"""Evidence: the purchases, and everything in the tables that may say who reacted."""

from collections.abc import Collection
from dataclasses import dataclass, field

import pandas as pd

from helpers import ladder as ladders
from helpers.ladder import Ladder
from helpers.lurkers.purchases import purchases, seen_people, visible_acts
from helpers.tables import Engagement


@dataclass(frozen=True, eq=False)
class Evidence:
    """The purchases, and everything that may say who reacted.

    Parameters
    ----------
    rows : DataFrame
        `purchases`, with what is known so far.
    seen : set of str
        People named doing something visible.
    acts : Series
        `visible_acts`.
    survey, reacted : DataFrame, frozenset of str
        The table of that name, and the options in it that mean to have reacted.
    unseen_places : tuple of str
        Places where the author is, whose reactions no export here holds.
    capped : bool
        Whether the acts that no buyer is named for cap the open purchases.
    doubted : bool
        Whether what buyers used and what they say contradict each other: neither is used.
    """

    rows: pd.DataFrame
    seen: set[str]
    acts: pd.Series
    survey: pd.DataFrame
    reacted: frozenset[str]
    unseen_places: tuple[str, ...] = field(default=())
    capped: bool = False
    doubted: bool = False


def gather(
    engagement: Engagement,
    ladder: Ladder | None,
    kinds: tuple[str, ...],
    reacted: Collection[str],
) -> Evidence:
    """Gather what the tables hold about buyers and reactions."""
    return Evidence(
        rows=purchases(engagement, kinds),
        seen=seen_people(engagement, ladder),
        acts=visible_acts(engagement, ladder),
        survey=engagement.survey,
        reacted=frozenset(reacted),
        unseen_places=_unseen_places(engagement, ladder),
    )


def _unseen_places(engagement: Engagement, ladder: Ladder | None) -> tuple[str, ...]:
    """Return platforms with followers but no posts here, or posts that state no reactions."""
    kinds = (ladder or ladders.read()).kinds(*ladders.VISIBLE)
    followed = engagement.audience.query("kind == 'followers'")["platform"]
    stated = pd.concat(
        [frame.loc[frame["kind"].isin(kinds), "post_id"] for frame in _counted(engagement)]
    )
    posts = engagement.posts[engagement.posts["kind"] != "newsletter"]
    counted = set(posts.loc[posts["post_id"].isin(stated), "platform"].str.removesuffix(" page"))
    places = set(posts["platform"]) | set(followed)
    return tuple(sorted({one.removesuffix(" page") for one in places} - counted))


def _counted(engagement: Engagement) -> tuple[pd.DataFrame, pd.DataFrame]:
    return engagement.tallies, engagement.responses
