"""The answers of the ledger: a function a question, each from the tables alone."""

from typing import NamedTuple

import numpy as np

from helpers import lift
from helpers.ladder import Ladder
from helpers.lift.attribution import attribution
from helpers.lurkers.bounds import STATUSES, Bounds
from helpers.lurkers.seen import frequencies, seen
from helpers.lurkers.two_lists import lists, two_lists
from helpers.lurkers.unseen import unseen
from helpers.segment import posts as describe
from helpers.segment import tracking
from helpers.tables import Engagement
from helpers.wording import FEWEST, few_or_many, percent

MEASURED, ESTIMATED, BOUNDED, UNKNOWN = STATUSES


class Answer(NamedTuple):
    """An answer in words, its ends in the unit it names, and how it is known."""

    answer: str
    low: float
    high: float
    status: str


def unknown(answer: str) -> Answer:
    """Return that a question cannot be answered from these exports, and why."""
    return Answer(answer, np.nan, np.nan, UNKNOWN)


def of_bounds(bounds: Bounds) -> Answer:
    """Return what bounds say."""
    return Answer(bounds.sentence, bounds.low, bounds.high, bounds.status)


def audience(engagement: Engagement) -> Answer:
    """Count the addresses on the author's own list."""
    joined = engagement.conversions.query("kind == 'signup' and quantity > 0")
    if joined.empty:
        return unknown("No export here holds a newsletter list.")
    people = int(joined["person_id"].nunique() or joined["quantity"].sum())
    return Answer(
        f"{people:,} addresses joined and are on the list that was exported.",
        people,
        people,
        MEASURED,
    )


def followers(engagement: Engagement) -> Answer:
    """Bound the different people who follow, from each platform's last count."""
    counts = engagement.audience.query("kind == 'followers' and unit == 'people'")
    if counts.empty:
        return unknown("No export here counts followers.")
    last = counts.sort_values("as_of", kind="stable").groupby("platform")["count"].last()
    low, high = int(last.max()), int(last.sum())
    if len(last) == 1:
        said = f"{low:,} on {last.index[0]}; how many of them read is not in it."
        return Answer(said, low, high, MEASURED)
    said = (
        f"Between {low:,}, the most on one platform ({last.idxmax()}), and {high:,}, the sum over "
        f"{len(last)} platforms, for some follow on several; how many read is not in it."
    )
    return Answer(said, low, high, BOUNDED)


def reached(engagement: Engagement, ladder: Ladder | None) -> Answer:
    """Bound the different people whom the posts reached."""
    known = describe(engagement, ladder).dropna(subset=["reached"])
    if known.empty:
        return unknown("No export here counts people reached.")
    groups = known.groupby("platform")["reached"]
    low, high = int(groups.max().max()), int(groups.sum().sum())
    at = known["published_at"].dropna()
    window = f" published from {at.min():%Y-%m-%d} to {at.max():%Y-%m-%d}" if len(at) else ""
    said = (
        f"Between {low:,}, the most that one post reached, and {high:,}, the sum over "
        f"{len(known):,} posts{window}, which counts the same person again and again."
    )
    return Answer(said, low, high, MEASURED if low == high else BOUNDED)


def per_act(engagement: Engagement, ladder: Ladder | None) -> Answer:
    """Divide people reached by visible acts, over posts that have both."""
    known = describe(engagement, ladder).dropna(subset=["reached", "visible_acts"])
    known = known[known["kind"] != "newsletter"]
    acts = known["visible_acts"].sum()
    if not acts:
        return unknown("No export here counts both the people reached and visible acts.")
    pooled = float(known["reached"].sum() / acts)
    said = (
        f"{few_or_many(pooled)} people reached for each like, share or reply, over {len(known):,} "
        f"posts together; a person counts once for every post that reached them."
    )
    return Answer(said, pooled, pooled, MEASURED)


def composed(engagement: Engagement, ladder: Ladder | None) -> Answer:
    """Divide the visible acts that had to be written by all visible acts."""
    known = describe(engagement, ladder)[["interactions", "engagements"]].dropna()
    acts = known.to_numpy().sum()
    if not acts:
        return unknown("No export here counts both kinds of visible act.")
    share = float(known["engagements"].sum() / acts)
    said = f"{percent(share, 1)} of {int(acts):,} visible acts; the others took one tap."
    return Answer(said, share, share, MEASURED)


def named(engagement: Engagement, ladder: Ladder | None) -> Answer:
    """Count the people seen reacting by name."""
    found = seen(engagement, ladder)
    if not found.people:
        return unknown(found.sentence)
    if found.people < FEWEST:
        return Answer(found.sentence, 1, FEWEST - 1, MEASURED)
    said = f"{found.people:,} people, {found.acts:,} visible acts that have a name."
    return Answer(said, found.people, found.people, MEASURED)


def completeness(engagement: Engagement, ladder: Ladder | None) -> Answer:
    """Estimate the share of named reactions that comes from people already seen."""
    found = seen(engagement, ladder)
    if np.isnan(found.coverage) or found.people < FEWEST:
        return unknown(found.sentence)
    return Answer(found.sentence, found.low, found.high, ESTIMATED)


def would_react(engagement: Engagement, ladder: Ladder | None) -> Answer:
    """Estimate the people who would react by name sooner or later."""
    counts = frequencies(engagement, ladder)
    if sum(counts.values()) < FEWEST:
        return unknown(f"Fewer than {FEWEST} people were seen reacting by name: too few to go by.")
    found = unseen(counts)
    if found.verdict == "cannot tell":
        return unknown(found.sentence)
    status = ESTIMATED if found.verdict == "estimate" else BOUNDED
    return Answer(found.sentence, found.low, found.high, status)


def likes(engagement: Engagement) -> Answer:
    """Rank posts by likes and by the conversions after them, reach held fixed where known."""
    found = tracking(engagement, "like", "conversions_after")
    known = found.table.dropna(subset=["correlation"])
    if known.empty:
        return unknown(found.sentence)
    row = known.iloc[-1]
    said = f"{found.sentence} It says what goes together, not what brings what."
    return Answer(said, row["low"], row["high"], ESTIMATED)


def lifted(result: lift.Lift) -> Answer:
    """Return what a lift says."""
    if result.verdict == "cannot tell":
        return unknown(result.sentence)
    return Answer(result.sentence, result.low, result.high, ESTIMATED)


def traced(engagement: Engagement, outcome: str) -> Answer:
    """Count what says itself that it came by posts: a lower end."""
    found = attribution(engagement, outcome)
    if not found.total:
        return unknown(found.sentence)
    low = found.units if len(found.table) else 0
    return Answer(found.sentence, low, found.total, BOUNDED)


def on_two_lists(engagement: Engagement, ladder: Ladder | None) -> Answer:
    """Estimate everybody from the overlap of people seen and buyers, over odds ratios."""
    visible, buyers, both = lists(engagement, ladder)
    if min(visible, buyers, both) < FEWEST:
        return unknown(
            f"Fewer than {FEWEST} people are on both lists by one address: nothing to go by."
        )
    table = two_lists(visible, buyers, both)
    low, high = float(table["low"].min()), float(table["high"].max())
    odds = table["odds_ratio"]
    said = (
        f"Between {low:,.0f} and {high:,.0f}: {visible:,} seen, {buyers:,} buyers, {both:,} both, "
        f"and the odds of visible people to buy between {odds.min():.2g} and {odds.max():.2g} "
        f"times the others'. Readers who never react nor buy are in it; a match that was missed "
        f"raises it."
    )
    return Answer(said, low, high, ESTIMATED)


def friend(engagement: Engagement) -> Answer:
    """Say that no export names the path by which a reader came."""
    said = "No export names the path by which a reader came: only a tagged link or a code does."
    if len(engagement.survey):
        said += (
            f" The {len(engagement.survey):,} survey answers here are what people say of "
            f"themselves, and are not corrected for false recall."
        )
    return unknown(said)


def heard(engagement: Engagement) -> Answer:
    """Say that answers are not corrected until somebody says what they mean."""
    if engagement.survey.empty:
        return unknown("Nobody was asked: no export here holds a survey.")
    return unknown(
        f"{len(engagement.survey):,} survey answers here are not corrected for false recall: "
        f"lurkers.heard_from does it, once told which answers mean it and how often people err."
    )
