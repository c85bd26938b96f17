"""What an author's exports can answer, and which export would supply what they lack."""

from collections.abc import Callable

import pandas as pd

from helpers import ladder as ladders
from helpers.segment import posts
from helpers.tables import Engagement

COLUMNS = ("needed", "held", "allows", "supplied_by")


def needs(engagement: Engagement) -> pd.DataFrame:
    """List what each method needs, whether these exports hold it, and what would supply it.

    Returns
    -------
    DataFrame
        Columns needed; held, how many rows there are, or "no"; allows; supplied_by.
    """
    rows = [
        (needed, _held(count(engagement)), allows, supply)
        for needed, count, allows, supply in _NEEDS
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _held(count: int) -> str:
    return f"{count:,}" if count else "no"


def _reach(engagement: Engagement) -> int:
    return int((posts(engagement)["reached"] > 0).sum())


def _named(engagement: Engagement) -> int:
    visible = ladders.read().kinds(*ladders.VISIBLE)
    return int(engagement.responses["kind"].isin(visible).sum())


def _gained(engagement: Engagement) -> pd.DataFrame:
    return engagement.conversions[engagement.conversions["quantity"] > 0]


def _bought(engagement: Engagement) -> int:
    return int(_gained(engagement)["kind"].isin(("sale", "paid")).sum())


def _tagged(engagement: Engagement) -> int:
    tags = _gained(engagement)[["utm_source", "code"]]
    return int(tags.notna().any(axis=1).sum())


_NEEDS: list[tuple[str, Callable[[Engagement], int], str, str]] = [
    (
        "posts with a date",
        lambda engagement: int(engagement.posts["published_at"].notna().sum()),
        "what followed a post; lift",
        "any platform's list of posts",
    ),
    (
        "posts with people reached",
        _reach,
        "silent share",
        "Meta Business Suite, Facebook Page Insights, Substack deliveries",
    ),
    (
        "reactions with a name",
        _named,
        "who was seen; concentration",
        "Bluesky (getLikes, getPostThread)",
    ),
    (
        "sign-ups",
        lambda engagement: int((_gained(engagement)["kind"] == "signup").sum()),
        "lift in sign-ups",
        "Substack e-mail list",
    ),
    ("purchases", _bought, "lift in sales; who bought", "Gumroad sales"),
    (
        "conversions with a tagged link or code",
        _tagged,
        "the least that posting brought",
        "links tagged with utm_source, discount codes",
    ),
    (
        "survey answers",
        lambda engagement: len(engagement.survey),
        "friends and overheard talk",
        "a survey of buyers",
    ),
]
