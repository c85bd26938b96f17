"""How many of the people reached did nothing, or nothing that others can see."""

import pandas as pd

from helpers.ladder import Ladder
from helpers.lurkers.bounds import Bounds, unknowable
from helpers.segment import posts as describe
from helpers.tables import Engagement
from helpers.wording import span

QUESTION = "What share of the people a post reaches stays silent?"
SETTLE = (
    "An export that counts people reached per post: Meta Business Suite, Facebook Page "
    "Insights, LinkedIn's single-post report, or a newsletter's deliveries."
)
ENDS = ["silent_low", "silent_high", "lurker_low", "lurker_high"]


def silent_share(engagement: Engagement, ladder: Ladder | None = None) -> Bounds:
    """Bound the share of the people one post reaches who stay silent, at the median post.

    Posts on social platforms give the headline; newsletters do so only where there is
    nothing else, because mail programs that fetch pictures ahead inflate their opens.
    The median of the posts' lower ends is a lower end for the median post, and likewise
    above. The share over a longer window is smaller: it needs reach counted once over
    that window.

    Returns
    -------
    Bounds
        `low` and `high` are for people who did nothing that the platform counts; `table`
        has those ends, and the ends for people who did nothing visible (lurkers): first
        for the posts of the headline, then for each platform.
    """
    known = describe(engagement, ladder).dropna(subset=["silent_low"])
    if known.empty:
        counted = f"none of the {len(engagement.posts):,} posts here has a count of people reached"
        sentence = f"Cannot tell what share of readers stays silent: {counted}."
        return unknowable(QUESTION, sentence, SETTLE, _table(known, known))
    social = known[known["kind"] != "newsletter"]
    headline = known if social.empty else social
    low, high, lurker_low, lurker_high = headline[ENDS].median()
    exact = bool((headline["silent_low"] == headline["silent_high"]).all())
    return Bounds(
        question=QUESTION,
        low=float(low),
        high=float(high),
        status="measured" if exact else "bounded",
        assumption="" if exact else "nobody likes or boosts one post twice",
        sentence=_sentence(headline, low, high, lurker_low, lurker_high),
        settle=SETTLE,
        table=_table(headline, known),
    )


def _table(headline: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    together = headline.assign(platform=f"all {_kind(headline)}s together")
    rows = pd.concat([together, known])
    groups = rows.groupby("platform", sort=False)
    return groups[ENDS].median().assign(posts=groups.size()).reset_index()


def _kind(headline: pd.DataFrame) -> str:
    return "newsletter" if (headline["kind"] == "newsletter").all() else "post"


def _sentence(
    headline: pd.DataFrame, low: float, high: float, lurker_low: float, lurker_high: float
) -> str:
    kind, posts = _kind(headline), len(headline)
    plural = "" if posts == 1 else "s"
    sentence = (
        f"Of the people whom a typical {kind} reached (median of {posts:,} {kind}{plural}), "
        f"{span(low, high)} did nothing that the platform counts"
    )
    if pd.isna(lurker_low):
        return sentence + "; these exports do not count what others could see."
    return sentence + f", and {span(lurker_low, lurker_high)} did nothing that others can see."
