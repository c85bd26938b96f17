"""How lurkers per visible person fall as the window grows.

Everybody has more occasions to react in a longer window, so the figure means nothing without
the window beside it.
"""

import pandas as pd

from helpers.ladder import Ladder
from helpers.lurkers.bounds import LurkersError
from helpers.lurkers.silent import silent_share
from helpers.tables import Engagement
from helpers.wording import few_or_many

COLUMNS = ("posts", "first", "last", "low", "high")
GUESSED = 0.27


def growing(engagement: Engagement, ladder: Ladder | None = None) -> pd.DataFrame:
    """Bound the lurkers per visible person over ever longer windows from the first post on.

    Returns
    -------
    DataFrame
        A row a window of 1, 4, 16, 64 … days with posts, and of all: posts (with a count of
        people reached), first and last day, low and high (lurkers ÷ people who did something
        visible; `high` is infinite where perhaps nobody did). Empty without such counts.
    """
    days = sorted(engagement.posts["published_at"].dropna().dt.strftime("%Y-%m-%d").unique())
    sizes = [4**power for power in range(len(days).bit_length()) if 4**power < len(days)]
    lengths = [*sizes, len(days)] if days else []
    rows = [_window(engagement, ladder, days[0], days[size - 1]) for size in lengths]
    return pd.DataFrame([row for row in rows if row], columns=list(COLUMNS))


def _window(
    engagement: Engagement, ladder: Ladder | None, first: str, last: str
) -> tuple[int, str, str, float, float] | None:
    found = silent_share(engagement, ladder, window=(first, last)).table
    if found.empty or pd.isna(found["lurker_low"].iloc[0]):
        return None
    low, high = (_per_visible(found[name].iloc[0]) for name in ("lurker_low", "lurker_high"))
    return int(found["posts"].iloc[0]), first, last, low, high


def _per_visible(share: float) -> float:
    return share / (1 - share) if share < 1 else float("inf")


def growth_sentence(table: pd.DataFrame) -> str:
    """Say lurkers per visible person in the shortest and in the longest window."""
    if table.empty:
        return "Cannot tell how many lurk for each visible person: no export here counts reach."
    first, last = table.iloc[0], table.iloc[-1]
    return (
        f"For each person who did something visible, {_span(first)} lurked in the shortest window "
        f"({first['first']} to {first['last']}), and {_span(last)} in the longest "
        f"({last['first']} to {last['last']}, {last['posts']:,} posts). Never quote such a figure "
        f"without its window."
    )


def _span(row: pd.Series) -> str:
    low, high = (few_or_many(end) for end in (row["low"], row["high"]))
    return low if low == high else f"between {low} and {high}"


def guess_sentence(reached: float) -> str:
    """Say how many people an author would have guessed who guesses as others do.

    Bernstein, Bakshy, Burke & Karrer 2013: the median guess of one's own audience was 27 %
    of the truth.
    """
    if pd.isna(reached):
        return (
            "Cannot tell how far a guess would have missed: no export here counts people reached."
        )
    return (
        f"People asked how many saw a post of theirs name about {GUESSED:.0%} of the true number "
        f"(Bernstein et al. 2013): here that guess would have been {reached * GUESSED:,.0f} "
        f"people, where {reached:,.0f} were reached."
    ).replace("27%", "27 %")


def implied(seen: int, posts: int, rate: float) -> float:
    """Return the people that there would be if each reacted to each post with one chance.

    Parameters
    ----------
    seen, posts : int
        People seen reacting at least once, over so many posts.
    rate : float
        Chance that one of them reacts to one post, above 0.

    Raises
    ------
    LurkersError
        If the rate is no chance above 0.
    """
    if not 0 < rate <= 1:
        raise LurkersError(f"rate is {rate!r}. It must be above 0 and at most 1.")
    return seen / (1 - (1 - rate) ** posts) if posts else float("nan")
