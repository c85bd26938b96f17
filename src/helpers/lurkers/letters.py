"""Silent readers, person by person: newsletters alone name whom they reach.

A *silent reader* clicked and never answered; *later paid* is a purchase after the first
delivery. Opens are not counted: some mail programs fetch every picture on arrival. Some
security software follows links too, so clicks are an upper end of people, here as everywhere.
"""

import pandas as pd

from helpers import ladder as ladders
from helpers.ladder import Ladder
from helpers.lurkers.bounds import Bounds, unknowable
from helpers.lurkers.purchases import PURCHASES
from helpers.tables import Engagement
from helpers.wording import FEWEST, span

QUESTION = "What share of the people a newsletter was delivered to reads it and never answers?"
SETTLE = (
    "A newsletter's export of who got, opened, clicked and answered each issue (Buttondown's "
    "events), with link tracking switched on."
)
ASSUMPTION = "people followed these links, and not security software"
STEPS = {  # step: what it means, and the step it is part of
    "delivered": ("it was sent to them", "delivered"),
    "clicked": ("they followed a link", "delivered"),
    "never replied": ("no answer of theirs is known", "delivered"),
    "clicked, never replied": ("silent readers for certain", "clicked"),
    "never replied, later paid": ("silent to the end, and bought", "never replied"),
    "clicked, never replied, later paid": (
        "silent readers who bought",
        "never replied, later paid",
    ),
}


def _people(engagement: Engagement, kinds: list[str]) -> set[str]:
    letters = engagement.posts.query("kind == 'newsletter'")["post_id"]
    rows = engagement.responses[engagement.responses["kind"].isin(kinds)]
    return set(rows.loc[rows["post_id"].isin(letters), "person_id"])


def _unnamed_answers(engagement: Engagement, visible: list[str]) -> int:
    """Return answers to newsletters that are counted but name nobody."""
    letters = engagement.posts.query("kind == 'newsletter'")["post_id"]
    stated, named = (
        frame[frame["post_id"].isin(letters) & frame["kind"].isin(visible)]
        for frame in (engagement.tallies, engagement.responses)
    )
    most = stated.groupby(["post_id", "kind"])["count"].max()
    found = named.groupby(["post_id", "kind"]).size().reindex(most.index, fill_value=0)
    return int((most - found).clip(lower=0).sum())


def _later_paid(engagement: Engagement) -> set[str]:
    """Return who bought after a newsletter was first delivered to them."""
    letters = engagement.posts.query("kind == 'newsletter'").set_index("post_id")["published_at"]
    sent = engagement.responses.query("kind == 'delivery'")
    sent = sent[sent["post_id"].isin(letters.index)]
    first = sent["occurred_at"].fillna(sent["post_id"].map(letters)).groupby(sent["person_id"])
    bought = engagement.conversions.query("quantity > 0 and person_id.notna()")
    bought = bought[bought["kind"].isin(PURCHASES)]
    later = bought["occurred_at"] > bought["person_id"].map(first.min())
    return set(bought.loc[later, "person_id"])


def _few(count: int) -> bool:
    return 0 < count < FEWEST


def _told(step: str, counts: dict[str, int]) -> str:
    """Write a count of people without telling of fewer than ten, either way."""
    count, of = counts[step], counts[STEPS[step][1]]
    if _few(count):
        return f"fewer than {FEWEST}"
    return f"all but fewer than {FEWEST}" if _few(of - count) else f"{count:,}"


def _ends(counts: dict[str, int], unnamed: int) -> tuple[float, float]:
    """Return the shares of certain and of possible silent readers; no end tells of a few."""
    surely = counts["clicked, never replied"]
    if _few(counts["clicked"] - surely):
        surely = counts["clicked"] - FEWEST
    surely = max(surely - unnamed, 0)
    possibly, total = counts["never replied"], counts["delivered"]
    low = 0 if _few(surely) else surely
    return low / total, (total if _few(total - possibly) else possibly) / total


def _answer(counts: dict[str, int], unnamed: int) -> Bounds:
    told = {step: _told(step, counts) for step in STEPS}
    rows = [(step, STEPS[step][0], told[step]) for step in STEPS]
    table = pd.DataFrame(rows, columns=["step", "meaning", "people"])
    if not counts["clicked"]:
        return unknowable(QUESTION, _no_clicks(told), SETTLE, table)
    low, high = _ends(counts, unnamed)
    sentence = _sentence(told, low, high, unnamed)
    return Bounds(QUESTION, low, high, "bounded", ASSUMPTION, sentence, SETTLE, table)


def _no_clicks(told: dict[str, str]) -> str:
    return (
        f"Cannot tell who reads silently: of the {told['delivered']} people it was sent to, no "
        f"file names who followed a link, and opens may be a mail program's. Of those with no "
        f"known answer, {told['never replied, later paid']} paid later."
    )


def _sentence(told: dict[str, str], low: float, high: float, unnamed: int) -> str:
    less = f" {unnamed:,} answers name nobody and are taken to be theirs." if unnamed else ""
    return (
        f"Of the {told['delivered']} people a newsletter was delivered to, {told['clicked']} "
        f"followed a link and {told['clicked, never replied']} of these never answered; so "
        f"{span(low, high)} read it and never answer, if {ASSUMPTION}.{less} Of those with no "
        f"known answer, {told['never replied, later paid']} paid later, "
        f"{told['clicked, never replied, later paid']} of them after following a link."
    )


def silent_readers(engagement: Engagement, ladder: Ladder | None = None) -> Bounds:
    """Count the people who were sent a newsletter, followed its links and never answered.

    Returns
    -------
    Bounds
        `low` is the share who clicked and never answered, `high` the share of whom no answer
        is known: whoever reads without clicking is between. `table` has a row a step: step,
        meaning, people in words; fewer than ten are not counted out.
    """
    visible = (ladder or ladders.read()).kinds(*ladders.VISIBLE)
    delivered = _people(engagement, ["delivery"])
    if not delivered:
        sentence = "Cannot tell who reads silently: no newsletter here names whom it was sent to."
        return unknowable(QUESTION, sentence, SETTLE, pd.DataFrame())
    if len(delivered) < FEWEST:
        sentence = f"Cannot tell who reads silently: fewer than {FEWEST} people were sent it."
        return unknowable(QUESTION, sentence, SETTLE, pd.DataFrame())
    clicked = _people(engagement, ["click"]) & delivered
    quiet = delivered - _people(engagement, visible)
    paid = _later_paid(engagement)
    groups = [delivered, clicked, quiet, clicked & quiet, quiet & paid, clicked & quiet & paid]
    counts = dict(zip(STEPS, map(len, groups), strict=True))
    return _answer(counts, _unnamed_answers(engagement, visible))
