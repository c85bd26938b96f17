"""How many of the people reached did nothing, or nothing that others can see.

*Reached* counts people once. Where a platform counts showings instead, *impressions*, the
people are between impressions ÷ the times a post is shown to one of them and impressions.
"""

import numpy as np
import pandas as pd

from helpers import ladder as ladders
from helpers.ladder import Ladder
from helpers.lurkers.bounds import Bounds, unknowable
from helpers.segment import posts as describe
from helpers.segment.posts import ONCE_A_PERSON
from helpers.tables import Engagement
from helpers.wording import FEWEST, span

QUESTION = "What share of the people a post reaches stays silent?"
SETTLE = (
    "An export that counts people reached per post: Meta Business Suite, Facebook Page "
    "Insights, LinkedIn's single-post report, or a newsletter's deliveries."
)
ONCE = "nobody likes or boosts one post twice"
ENDS = ["silent_low", "silent_high", "lurker_low", "lurker_high"]
PEOPLE, DELIVERIES, SHOWINGS = "people", "deliveries", "showings"
SHOWN = 2.0  # a brand page's posts: 1.76 at the median, at most 2.05 for nine in ten (Moro 2016)


def shares(engagement: Engagement, ladder: Ladder, shown: float) -> pd.DataFrame:
    """Return `segment.posts` of posts whose reach is known or bounded, with ends that hold.

    Returns
    -------
    DataFrame
        Added: counted (people, deliveries or showings), least (the fewest people who acted,
        whatever the reach says), reached_low, reached_high. An open that a newsletter counts may
        be a mail program's: it makes nobody certain to have acted.
    """
    counted = _posts_with_people(engagement)
    whole = _impressions_as_reach(engagement, counted)
    found = describe(whole, ladder).set_index("post_id")
    by_people, newsletter = found.index.isin(counted), found["kind"] == "newsletter"
    found["counted"] = np.select([~by_people, newsletter], [SHOWINGS, DELIVERIES], PEOPLE)
    found["least"] = least(engagement, ladder).reindex(found.index, fill_value=0)
    unopened = (1 - found["least"] / found["reached"]).clip(lower=0)
    found["silent_high"] = found["silent_high"].mask(newsletter, unopened)
    for end in ("silent_low", "lurker_low"):
        wider = (1 - shown * (1 - found[end])).clip(lower=0)
        found[end] = found[end].where(by_people, wider)
    found["reached_low"] = found["reached"].where(by_people, found["reached"] / shown)
    found["reached_high"] = found["reached"]
    return found.dropna(subset=["silent_low"]).reset_index()


def _posts_with_people(engagement: Engagement) -> set[str]:
    """Return the posts whose people reached are counted, or named."""
    tallies, responses = engagement.tallies, engagement.responses
    stated = tallies["kind"].isin(["reach", "delivery"]) & (tallies["unit"] == PEOPLE)
    named = responses["kind"] == "delivery"
    return {*tallies.loc[stated, "post_id"], *responses.loc[named, "post_id"]}


def _impressions_as_reach(engagement: Engagement, counted: set[str]) -> Engagement:
    """Return the tables with impressions in the place of the reach that nobody counts."""
    tallies = engagement.tallies
    shown = (tallies["kind"] == "impression") & (tallies["unit"] == "views")
    shown &= ~tallies["post_id"].isin(counted)
    if not shown.any():
        return engagement
    tallies = tallies.assign(
        kind=tallies["kind"].mask(shown, "reach"), unit=tallies["unit"].mask(shown, PEOPLE)
    )
    return Engagement(posts=engagement.posts, tallies=tallies, responses=engagement.responses)


def least(engagement: Engagement, ladder: Ladder) -> pd.Series:
    """Return, by post, the fewest people who can have acted as the exports say they did."""
    kinds = ["actor", *ladder.kinds("silent attention", *ladders.VISIBLE)]
    tallies, named = (
        frame[frame["kind"].isin(kinds) & (frame["kind"] != "open")]
        for frame in (engagement.tallies, engagement.responses)
    )
    once = tallies["kind"].isin(ONCE_A_PERSON) & (tallies["unit"] == "acts")
    stated = tallies[once | (tallies["unit"] == PEOPLE)].groupby("post_id")["count"].max()
    people = named.groupby("post_id")["person_id"].nunique()
    return pd.concat([stated, people], axis=1).max(axis=1).fillna(0).astype("int64")


def headline(known: pd.DataFrame) -> pd.DataFrame:
    """Return the posts that speak first: on social platforms, with people counted if any has."""
    social = known[known["kind"] != "newsletter"]
    counted = social[social["counted"] == PEOPLE]
    return next((some for some in (counted, social) if len(some)), known)


def typical(engagement: Engagement, ladder: Ladder, shown: float) -> Bounds:
    """Bound the share of the people one post reaches who stay silent, at the median post."""
    known = shares(engagement, ladder, shown)
    whole = known[known["least"] <= known["reached_high"]]
    if whole.empty:
        sentence = contradicted(known) if len(known) else _uncounted(engagement)
        return unknowable(QUESTION, sentence, SETTLE, _table(whole, whole))
    first = headline(whole)
    low, high, lurker_low, lurker_high = first[ENDS].median()
    exact = bool((first["silent_low"] == first["silent_high"]).all())
    assumed = [] if exact else [ONCE]
    if (first["counted"] == SHOWINGS).all():
        assumed = [ONCE, times(shown)]
    return Bounds(
        question=QUESTION,
        low=float(low),
        high=float(high),
        status="measured" if exact else "bounded",
        assumption="; ".join(assumed),
        sentence=_sentence(first, low, high, lurker_low, lurker_high, shown)
        + set_aside(len(known) - len(whole)),
        settle=SETTLE,
        table=_table(first, whole),
    )


def _table(first: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    together = first.assign(platform=f"all {_kind(first)}s together")
    groups = pd.concat([together, known]).groupby(["platform", "counted"], sort=False)
    table = groups[ENDS].median().assign(posts=groups.size()).reset_index()
    return table[["platform", *ENDS, "posts", "counted"]]


def _kind(first: pd.DataFrame) -> str:
    return "newsletter" if (first["kind"] == "newsletter").all() else "post"


def _uncounted(engagement: Engagement) -> str:
    counted = f"none of the {len(engagement.posts):,} posts here has a count of people reached"
    return f"Cannot tell what share of readers stays silent: {counted}."


def contradicted(known: pd.DataFrame) -> str:
    """Say that fewer people were reached than acted, of the worst post."""
    worst = known.loc[(known["least"] - known["reached_high"]).idxmax()]
    return (
        f"Cannot tell what share of readers stays silent: a post on {worst['platform']} is said to "
        f"have reached {few(worst['reached_high'])}, and {few(worst['least'])} acted on it. Reach "
        f"and reactions are not of the same time or place: export both anew, on one day."
    )


def few(count: float) -> str:
    """Write how many people; not exactly where they are fewer than ten."""
    return f"{int(count):,} people" if count >= FEWEST else f"fewer than {FEWEST} people"


def times(shown: float) -> str:
    """Say what is assumed where showings are counted."""
    return f"a post is shown {shown:g} times to one person at most, on average"


def set_aside(posts: int) -> str:
    """Say how many posts contradict themselves and are left out."""
    if not posts:
        return ""
    return (
        f" Set aside: {posts:,} post{'' if posts == 1 else 's'} on which more people acted than it "
        f"is said to have reached."
    )


def _sentence(
    first: pd.DataFrame,
    low: float,
    high: float,
    lurker_low: float,
    lurker_high: float,
    shown: float,
) -> str:
    kind, posts = _kind(first), len(first)
    plural = "" if posts == 1 else "s"
    counted = "the newsletter counts, opens by mail programs aside"
    sentence = (
        f"Of the people whom a typical {kind} reached (median of {posts:,} {kind}{plural}), "
        f"{span(low, high)} did nothing that "
        f"{counted if kind == 'newsletter' else 'the platform counts'}"
    )
    said = "; these exports do not count what others could see."
    if not pd.isna(lurker_low):
        said = f", and {span(lurker_low, lurker_high)} did nothing that others can see."
    if (first["counted"] == SHOWINGS).all():
        said += f" Showings are counted here, not people: this holds if {times(shown)}."
    return sentence + said
