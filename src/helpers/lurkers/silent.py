"""The silent share: of the people reached, by one post or over a window, who did nothing."""

from collections.abc import Mapping

from helpers import ladder as ladders
from helpers.ladder import Ladder
from helpers.lurkers.bounds import Bounds, LurkersError
from helpers.lurkers.reached import SHOWN, typical
from helpers.lurkers.window import over_window
from helpers.tables import Engagement


def silent_share(
    engagement: Engagement,
    ladder: Ladder | None = None,
    *,
    window: tuple[str, str] | None = None,
    reached: Mapping[str, int] | None = None,
    shown: float = SHOWN,
) -> Bounds:
    """Bound the share of the people reached who stay silent, for one post or over a window.

    For one post it is the median post: the median of the posts' lower ends is a lower end for
    the median post, and likewise above. Posts on social platforms give the headline; newsletters
    do so only where there is nothing else, because mail programs that fetch pictures ahead
    inflate their opens. Over a window the share is smaller the longer the window is, because
    everybody has more occasions to react: the window stands in the sentence.

    Parameters
    ----------
    engagement : Engagement
        The author's tables.
    ladder : Ladder, optional
        The rung of each kind of act; the shipped ladder when not given.
    window : tuple of str, optional
        First and last day of the posts to take together, ISO dates in UTC; "" is the first or
        the last post here. Without it, one post is asked about.
    reached : mapping of str to int, optional
        People reached over the window, each counted once, by platform: some platforms show it
        on screen. Without it, they lie between the most that one post reached and the sum.
    shown : float
        Where showings are counted and not people: how often a post is shown to one person at
        most, on average. People are then between showings ÷ posts ÷ `shown` and showings.

    Returns
    -------
    Bounds
        `low` and `high` are for people who did nothing that the platform counts; `table`
        has those ends, and the ends for people who did nothing visible (lurkers): first
        for the posts of the headline, then for each platform.

    Raises
    ------
    LurkersError
        If the window is no window, or `shown` or `reached` cannot be.
    """
    if not shown >= 1:
        raise LurkersError(f"shown is {shown!r}. A post is shown at least once to whom it reaches.")
    if window is None and reached:
        raise LurkersError("reached is over a window: give the window too, such as ('', '').")
    depths = ladder or ladders.read()
    if window is None:
        return typical(engagement, depths, shown)
    return over_window(engagement, depths, window, dict(reached or {}), shown)
