"""People: each act, answer and count once, and each person under one name."""

import numpy as np
import pandas as pd

from helpers.formats.conditions import plain
from helpers.mapping import Mapped
from helpers.merging.sifting import DUPLICATE, OF_NO_POST, SUPERSEDED, Sifted, hashed, sift
from helpers.sameness import all_differ
from helpers.schemas import COLUMNS

COUNTED = ["platform", "as_of", "kind", "unit"]
ANSWERED = ["answered_at", "person_id"]
RESPONSE = ["post_id", "person_id", "kind", "occurred_at"]
ONCE = ("like", "boost")


def single_acts(frame: pd.DataFrame, posts: pd.Series) -> Sifted:
    """Return each act once: one person, one post, one kind, one moment.

    A post can be liked or boosted only once: whatever moments files state, if any, are
    moments of one act.
    """
    known = sift(frame, frame["post_id"].isin(posts), OF_NO_POST)
    acts = known.kept.assign(_number=hashed(known.kept, RESPONSE))
    is_once = acts["kind"].isin(ONCE)
    same = acts["_number"]
    if is_once.any():
        same = hashed(acts.assign(occurred_at=acts["occurred_at"].mask(is_once)), RESPONSE)
    single = sift(acts, _first_of(same, acts), DUPLICATE)
    kept = single.kept.assign(response_id=single.kept["_number"])
    if "words" not in kept:
        kept = kept.assign(words=pd.array([pd.NA], "Int64").repeat(len(kept)))
    return Sifted(kept, pd.concat([known.dropped, single.dropped]))


def _first_of(same: pd.Series, acts: pd.DataFrame) -> pd.Series:
    """Tell which acts stand for the same ones: those of known moments, of the latest export."""
    if all_differ(same.to_numpy()):
        return pd.Series(True, same.index)
    order = np.lexsort((acts["_rank"], acts["occurred_at"].isna()))
    return ~same.iloc[order].duplicated().reindex(same.index)


def under_one_name(frame: pd.DataFrame, mapped: list[Mapped]) -> pd.DataFrame:
    """Return the rows with each person under the one name that any file says is theirs."""
    aliases = pd.concat([batch.aliases for batch in mapped]) if mapped else pd.Series(dtype="str")
    aliases = aliases[~aliases.index.duplicated()].sort_index()
    if aliases.empty:
        return frame
    people = plain(frame["person_id"])
    return frame.assign(person_id=people.map(aliases).fillna(people))


def latest_counts(frame: pd.DataFrame) -> Sifted:
    """Return what the latest export says of each day; a file's equal rows once."""
    latest = frame.groupby(COUNTED)["_file"].transform("first")
    same = frame.duplicated(list(COLUMNS["audience"]))
    reasons = pd.Series(SUPERSEDED, index=frame.index).mask(same, DUPLICATE)
    return sift(frame, (frame["_file"] == latest) & ~same, reasons)


def latest_answers(frame: pd.DataFrame) -> Sifted:
    """Return each answer as the latest export has it; equal answers of one file are two people's.

    Answers of nobody known and of no known time are never the same.
    """
    latest = frame.groupby(ANSWERED, dropna=False)["_file"].transform("first")
    stays = (frame["_file"] == latest) | frame[ANSWERED].isna().all(axis=1)
    return sift(frame, stays, DUPLICATE)
