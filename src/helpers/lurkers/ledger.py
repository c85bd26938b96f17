"""Every question about an unseen audience, with what these exports can say to it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers import lift
from helpers.ladder import Ladder
from helpers.lift.result import unit_name
from helpers.lurkers.bought import who_bought
from helpers.lurkers.bounds import Bounds
from helpers.lurkers.reached import silent_share
from helpers.lurkers.seen import seen
from helpers.segment import posts as describe
from helpers.tables import Engagement
from helpers.wording import FEWEST

COLUMNS = ("question", "answer", "low", "high", "status", "what_would_settle_it")
OUTCOMES = ("signups", "sales")


def ledger(
    engagement: Engagement,
    ladder: Ladder | None = None,
    *,
    lifts: Sequence[lift.Lift] | None = None,
    timezone: str = "UTC",
) -> pd.DataFrame:
    """List every question the project asks, the answer, and how it is known.

    Parameters
    ----------
    engagement : Engagement
        The author's tables.
    ladder : Ladder, optional
        The rung of each kind of act; the shipped ladder when not given.
    lifts : sequence of Lift, optional
        Lifts already estimated; when not given, the strongest design the data allow is
        used for each of `OUTCOMES`.
    timezone : str
        Zone of the author's days, where lifts are still to be estimated.

    Returns
    -------
    DataFrame
        A row a question: answer in words; low and high, its ends in the unit the answer
        names; status, one of `STATUSES`; what would settle it.
    """
    if lifts is None:
        lifts = [lift.choose(engagement, outcome, timezone=timezone) for outcome in OUTCOMES]
    rows = [
        _audience(engagement),
        _reached(engagement, ladder),
        _of_bounds(silent_share(engagement, ladder)),
        _seen(engagement, ladder),
        _coverage(engagement, ladder),
        *[_lift(result) for result in lifts],
        _of_bounds(who_bought(engagement, ladder)),
        _never_react(),
        _follows(),
        _heard(engagement),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    question: str, answer: str, low: float, high: float, status: str, settle: str
) -> dict[str, object]:
    values = (question, answer, low, high, status, settle)
    return dict(zip(COLUMNS, values, strict=True))


def _unknown(question: str, answer: str, settle: str) -> dict[str, object]:
    return _row(question, answer, np.nan, np.nan, "cannot be known", settle)


def _of_bounds(bounds: Bounds) -> dict[str, object]:
    return _row(
        bounds.question, bounds.sentence, bounds.low, bounds.high, bounds.status, bounds.settle
    )


def _audience(engagement: Engagement) -> dict[str, object]:
    question = "How many people are on the author's own list?"
    settle = "The list's export, or its count copied by hand."
    joined = engagement.conversions.query("kind == 'signup' and quantity > 0")
    if joined.empty:
        return _unknown(question, "No export here holds a newsletter list.", settle)
    people = int(joined["person_id"].nunique() or joined["quantity"].sum())
    answer = f"{people:,} addresses joined and are on the list that was exported."
    return _row(question, answer, people, people, "measured", settle)


def _reached(engagement: Engagement, ladder: Ladder | None) -> dict[str, object]:
    question = "How many different people were reached over the whole period?"
    settle = "Reach counted once over the period, which some platforms show on screen."
    reached = describe(engagement, ladder).dropna(subset=["reached"])
    if reached.empty:
        return _unknown(question, "No export here counts people reached.", settle)
    groups = reached.groupby("platform")["reached"]
    low, high = int(groups.max().max()), int(groups.sum().sum())
    answer = (
        f"Between {low:,}, the most that one post reached, and {high:,}, the sum over "
        f"{len(reached):,} posts, which counts the same person again and again."
    )
    return _row(question, answer, low, high, "measured" if low == high else "bounded", settle)


def _seen(engagement: Engagement, ladder: Ladder | None) -> dict[str, object]:
    question = "How many different people were seen reacting by name?"
    settle = "Exports that name who reacted: Bluesky, Mastodon."
    found = seen(engagement, ladder)
    if not found.people:
        return _unknown(question, found.sentence, settle)
    if found.people < FEWEST:
        return _row(question, found.sentence, 1, FEWEST - 1, "measured", settle)
    answer = f"{found.people:,} people, {found.acts:,} visible acts that have a name."
    return _row(question, answer, found.people, found.people, "measured", settle)


def _coverage(engagement: Engagement, ladder: Ladder | None) -> dict[str, object]:
    question = "What share of reactions with a name comes from people already seen?"
    settle = "More posts: the figure is about reactions, not about people who never react."
    found = seen(engagement, ladder)
    if np.isnan(found.coverage) or found.people < FEWEST:
        return _unknown(question, found.sentence, settle)
    return _row(question, found.sentence, found.low, found.high, "estimated", settle)


def _lift(result: lift.Lift) -> dict[str, object]:
    question = f"Does posting bring {unit_name(result.outcome)}?"
    settle = "A posting calendar drawn at random (weekly blocks, in pairs), kept for months."
    if result.verdict == "cannot tell":
        return _unknown(question, result.sentence, settle)
    return _row(question, result.sentence, result.low, result.high, "estimated", settle)


def _never_react() -> dict[str, object]:
    return _unknown(
        "How many people read and would never react?",
        "Reactions carry no trace of people who never react.",
        "A random sample of followers checked by hand: 385 people for plus or minus 5 points.",
    )


def _follows() -> dict[str, object]:
    return _unknown(
        "Does a buyer follow the author?",
        "No shop names the account behind an address, and nobody here tries to find it.",
        "A survey of buyers.",
    )


def _heard(engagement: Engagement) -> dict[str, object]:
    question = "Did a buyer hear of it from a friend, or overhear it?"
    answer = "No export names the path by which a reader came: only a tagged link or a code does."
    if len(engagement.survey):
        answer += (
            f" The {len(engagement.survey):,} survey answers here are what people say of "
            f"themselves, and are not corrected for false recall."
        )
    return _unknown(
        question, answer, "A survey of buyers that offers one option which cannot be true."
    )
