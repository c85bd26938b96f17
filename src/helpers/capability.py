"""Capability: what an author's exports can answer, and which export would supply what they lack.

A method whose *need* is not met is switched off, and says so with the reason given here.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from helpers import formats
from helpers import ladder as ladders
from helpers.formats.catalogue import supplying
from helpers.schemas import DAILY, GRAINS
from helpers.segment import posts
from helpers.tables import Engagement
from helpers.wording import FEWEST

COLUMNS = ("needed", "held", "allows", "state", "supplied_by")
NAMED = 5


@dataclass(frozen=True)
class Need:
    """What a method needs: how much of it is held, what it allows and why not without it."""

    name: str
    capability: str
    held: Callable[[Engagement], str]
    allows: str
    reason: str


def _count(number: int) -> str:
    return f"{number:,}" if number else "no"


def _dated(engagement: Engagement) -> str:
    return _count(int(engagement.posts["published_at"].notna().sum()))


def _reached(engagement: Engagement) -> str:
    return _count(int((posts(engagement)["reached"] > 0).sum()))


def _named(engagement: Engagement, *, timed: bool = False) -> str:
    responses = engagement.responses
    visible = responses["kind"].isin(ladders.read().kinds(*ladders.VISIBLE))
    return _count(int((visible & (responses["occurred_at"].notna() | (not timed))).sum()))


def _timed(engagement: Engagement) -> str:
    return _named(engagement, timed=True)


def _gained(engagement: Engagement, *kinds: str) -> pd.DataFrame:
    conversions = engagement.conversions
    return conversions[(conversions["quantity"] > 0) & conversions["kind"].isin(kinds)]


def _by_grain(rows: pd.DataFrame, grains: tuple[str, ...] = GRAINS) -> str:
    """Return how many units there are, by how finely they are dated."""
    units = rows.groupby("grain")["quantity"].sum()
    return ", ".join(f"{units[g]:,} by the {g}" for g in grains if g in units) or "no"


def _matched(engagement: Engagement) -> str:
    known = set(engagement.responses["person_id"])
    buyers = _gained(engagement, "sale", "paid")["person_id"].dropna()
    people = int(buyers[buyers.isin(known)].nunique())
    return "fewer than ten" if 0 < people < FEWEST else _count(people)


def _tagged(engagement: Engagement) -> str:
    tags = _gained(engagement, "signup", "sale", "paid")[["utm_source", "code"]]
    return _count(int(tags.notna().any(axis=1).sum()))


NEEDS = (
    Need(
        "posts with a date",
        "dated posts",
        _dated,
        "what followed a post; lift",
        "no file dates a post",
    ),
    Need(
        "posts with people reached",
        "people reached",
        _reached,
        "silent share",
        "no file states how many people a post reached; views are not people",
    ),
    Need(
        "reactions with a name",
        "people who reacted",
        _named,
        "who was seen; concentration",
        "no file says who reacted, only how many",
    ),
    Need(
        "reactions with a name and a time",
        "timed people",
        _timed,
        "nothing more yet: no method here follows people in time",
        "no file says when a named person reacted",
    ),
    Need(
        "sign-ups with a day",
        "sign-ups",
        lambda engagement: _by_grain(_gained(engagement, "signup"), DAILY),
        "lift in sign-ups",
        "no file dates a sign-up by the day",
    ),
    Need(
        "purchases with a day",
        "purchases",
        lambda engagement: _by_grain(_gained(engagement, "sale", "paid"), DAILY),
        "lift in sales",
        "no file dates a purchase by the day",
    ),
    Need(
        "purchases",
        "purchases",
        lambda engagement: _by_grain(_gained(engagement, "sale", "paid")),
        "bounds on who bought",
        "no file states a purchase",
    ),
    Need(
        "buyers matched with a delivery, an open or a reaction",
        "identity",
        _matched,
        "narrower bounds on who bought",
        "no buyer stands in another file under the same address",
    ),
    Need(
        "conversions with a tagged link or code",
        "tagged links",
        _tagged,
        "the least that posting brought",
        "no sale or sign-up carries a tag or a code",
    ),
    Need(
        "survey answers",
        "survey answers",
        lambda engagement: _count(len(engagement.survey)),
        "friends and overheard talk",
        "nobody was asked",
    ),
)


def needs(engagement: Engagement) -> pd.DataFrame:
    """List what each method needs, whether these exports hold it, and what would supply it.

    Returns
    -------
    DataFrame
        Columns needed; held, how many there are, conversions by their grain, or "no";
        allows; state, "on", or "off" with the reason; supplied_by,
        the formats that supply it.
    """
    rows = []
    for need in NEEDS:
        held = need.held(engagement)
        state = "on" if held != "no" else f"off: {need.reason}"
        rows.append((need.name, held, need.allows, state, _supply(need)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _supply(need: Need) -> str:
    titles = supplying(need.capability, formats.KNOWN, daily=need.name.endswith("with a day"))
    more = f" and {len(titles) - NAMED} more" if len(titles) > NAMED else ""
    return ", ".join(titles[:NAMED]) + more
