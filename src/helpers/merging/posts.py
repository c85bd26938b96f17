"""Posts: one row a post, and one total a post, kind and unit, whatever many files say."""

import numpy as np
import pandas as pd

from helpers.formats.conditions import coded
from helpers.mapping import Mapped
from helpers.merging.sifting import DUPLICATE, OF_NO_POST, SUPERSEDED, Sifted, sift
from helpers.schemas import COLUMNS, GRAINS

UNLISTED = "text of a post that no list of posts names|texts of posts that no list of posts names"
TALLY = ["post_id", "kind", "unit"]
MOMENT = ["platform", "_minute"]


def numbered(posts: pd.DataFrame) -> pd.Series:
    """Return the number, by their own name, of posts that their file dates but does not number.

    It is that of the one numbered post of the platform that came out in the same minute.
    """
    posts = posts.assign(_minute=posts["published_at"].dt.floor("min")).dropna(subset="_minute")
    posts = posts.drop_duplicates(["post_id", "_role"])[["post_id", "_role", *MOMENT]]
    is_timed = posts["_role"] == "timed"
    numbered, timed = posts[posts["_role"] == "whole"], posts[is_timed]
    alone = [part[~part.duplicated(MOMENT, keep=False)] for part in (timed, numbered)]
    found = alone[0].merge(alone[1], on=MOMENT, suffixes=("", "_numbered"))
    return found.set_index("post_id")["post_id_numbered"]


def one_a_post(frame: pd.DataFrame, excluded: frozenset[str]) -> Sifted:
    """Return one row a post: what the latest export says of those that date it most finely.

    Gaps are filled from the others.
    """
    whole = set(frame.loc[frame["_role"] == "whole", "post_id"])
    stays = frame["post_id"].isin(whole) | ~frame["post_id"].isin(excluded)
    known = sift(frame, stays, OF_NO_POST)
    fineness = known.kept["grain"].map({grain: rank for rank, grain in enumerate(GRAINS)})
    finest = known.kept.assign(_fineness=fineness).sort_values("_fineness", kind="stable")
    ordered = finest.sort_values("_role", key=lambda roles: roles != "whole", kind="stable")
    single = sift(ordered, ~ordered.duplicated("post_id"), DUPLICATE)
    columns = [column for column in COLUMNS["posts"] if column != "post_id"]
    filled = ordered.groupby("post_id", sort=False)[columns].first()
    kept = single.kept.drop(columns=columns).join(filled, on="post_id")
    return Sifted(kept, pd.concat([known.dropped, single.dropped]))


def sift_fills(posts: pd.DataFrame, fills: pd.DataFrame, excluded: frozenset[str]) -> Sifted:
    """Return the fills that found their post."""
    reasons = pd.Series(UNLISTED, index=fills.index).mask(
        fills["post_id"].isin(excluded), OF_NO_POST
    )
    found = sift(fills, fills["post_id"].isin(posts["post_id"]), reasons)
    single = sift(found.kept, ~found.kept.duplicated("post_id"), DUPLICATE)
    return Sifted(single.kept, pd.concat([found.dropped, single.dropped]))


def with_fills(posts: pd.DataFrame, fills: pd.DataFrame) -> pd.DataFrame:
    """Return posts, their gaps filled from files that only add to them."""
    found = fills.set_index("post_id").reindex(posts["post_id"]).set_index(posts.index)
    known = ["published_at", "grain", "words"]
    return posts.assign(**{name: posts[name].fillna(found[name]) for name in known})


def latest_totals(frame: pd.DataFrame, posts: pd.Series, dates: pd.Series) -> Sifted:
    """Return one total a post, kind and unit: the one that was stated last.

    `dates` are those of the exports.
    """
    known = sift(frame, frame["post_id"].isin(posts), OF_NO_POST)
    stated = known.kept["as_of"].fillna(known.kept["_file"].map(dates))
    frame = known.kept.loc[stated.sort_values(ascending=False, kind="stable").index]
    standing = frame.groupby(TALLY)[["count", "_file"]].transform("first")
    same = (frame["count"] == standing["count"]) | (frame["_file"] == standing["_file"])
    reasons = pd.Series(SUPERSEDED, index=frame.index).mask(same, DUPLICATE)
    single = sift(frame, ~frame.duplicated(TALLY), reasons)
    return Sifted(single.kept, pd.concat([known.dropped, single.dropped]))


def with_totals(
    responses: pd.DataFrame, mapped: list[Mapped], stated: pd.DataFrame
) -> pd.DataFrame:
    """Return the totals that no platform states but that its list of acts yields."""
    frames = [stated]
    for kind, unit in sorted({total for batch in mapped for total in batch.layout.totals}):
        yields = np.array([(kind, unit) in batch.layout.totals for batch in mapped])
        is_counted = (responses["kind"] == kind) & yields.take(responses["_batch"])
        acts = responses.loc[is_counted, ["post_id", "person_id"]]
        frames.append(_counted(acts, unit).assign(kind=kind, unit=unit))
    return pd.concat(frames).drop_duplicates(TALLY)


def _counted(acts: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Return how many acts each post got, or of how many people; nobody known is one of them."""
    posts, people = (coded(acts[name]).cat for name in ("post_id", "person_id"))
    whose = posts.codes.to_numpy(dtype="int64")
    if unit == "people":
        several = len(people.categories) + 1
        pairs = np.sort(whose * several + people.codes.to_numpy(dtype="int64") + 1)
        whose = pairs[np.diff(pairs, prepend=-1) > 0] // several
    counts = np.bincount(whose, minlength=len(posts.categories))
    found = np.flatnonzero(counts)
    return pd.DataFrame({"post_id": posts.categories.take(found), "count": counts.take(found)})
