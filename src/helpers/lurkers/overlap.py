"""Different people over several posts: between those of one post and the sum over all.

Exports count people post by post. Over several posts the same person is counted again and
again; only where people are named, as in a newsletter, are they counted once.
"""

import pandas as pd

from helpers import ladder as ladders
from helpers.ladder import Ladder
from helpers.lurkers.reached import ENDS, SHOWINGS
from helpers.tables import Engagement

DID = ("reached", "acted", "seen")


def _named(engagement: Engagement, known: pd.DataFrame, kinds: list[str]) -> pd.DataFrame:
    """Return who was named doing any of these on the posts: post_id, person_id, once each."""
    rows = engagement.responses[engagement.responses["kind"].isin(kinds)]
    rows = rows[rows["post_id"].isin(known["post_id"])]
    return rows[["post_id", "person_id"]].drop_duplicates()


def _did(known: pd.DataFrame, share: str, sure: pd.DataFrame, maybe: pd.DataFrame) -> list[float]:
    """Bound the different people who did something on any of the posts."""
    most = ((1 - known[f"{share}_low"]) * known["reached_low"]).set_axis(known["post_id"])
    least = (1 - known[f"{share}_high"]) * known["reached_high"]
    if most.isna().any():
        return [float("nan"), float("nan")]
    counts = maybe.groupby("post_id").size().reindex(most.index, fill_value=0)
    unnamed = (most - counts).clip(lower=0).sum()
    high = min(most.sum(), maybe["person_id"].nunique() + unnamed)
    return [max(least.max(), sure["person_id"].nunique()), high]


def on_platform(known: pd.DataFrame, engagement: Engagement, ladder: Ladder) -> dict[str, object]:
    """Bound the different people whom the posts of one platform reached, and who acted."""
    visible = ladder.kinds(*ladders.VISIBLE)
    acts = visible + ladder.kinds("silent attention")
    surely = [kind for kind in acts if kind != "open"]
    low, high = known["reached_low"].max(), known["reached_high"].sum()
    if (known["counted"] == SHOWINGS).all():
        low = known["reached_low"].mean()
    delivered = _named(engagement, known, ["delivery"])
    if len(delivered) >= high:
        low = high = delivered["person_id"].nunique()
    sure, maybe, seen = (_named(engagement, known, kinds) for kinds in (surely, acts, visible))
    did = _did(known, "silent", sure, maybe)
    names = [f"{did}_{end}" for did in DID for end in ("low", "high")]
    ends = [float(low), float(high), *did, *_did(known, "lurker", seen, seen)]
    counted = known["counted"].iloc[0]
    return dict(zip(names, ends, strict=True)) | {"posts": len(known), "counted": counted}


def shares_of(people: pd.DataFrame) -> pd.DataFrame:
    """Return the ends of the shares, from the ends of the people."""
    ends = pd.DataFrame(index=people.index)
    for share, did in (("silent", "acted"), ("lurker", "seen")):
        ends[f"{share}_low"] = (1 - people[f"{did}_high"] / people["reached_low"]).clip(lower=0)
        ends[f"{share}_high"] = (1 - people[f"{did}_low"] / people["reached_high"]).clip(lower=0)
    return ends[ENDS].join(people)


def together(people: pd.DataFrame) -> pd.DataFrame:
    """Take platforms together: nobody, or everybody, is on several of them."""
    if len(people) == 1:
        return people
    low, high = ([f"{did}_{end}" for did in DID] for end in ("low", "high"))
    row = people[low].max(skipna=False).to_dict() | people[high].sum(skipna=False).to_dict()
    counted = "; ".join(people["counted"].unique())
    return pd.DataFrame([row | {"posts": people["posts"].sum(), "counted": counted}])
