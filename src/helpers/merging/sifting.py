"""Sifting: the rows of many files as one frame, and the rows of it that stay.

A row *stays*, or goes for a reason. Rows of the latest export come first.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from helpers.formats.conditions import plain
from helpers.mapping import Mapped
from helpers.schemas import empty

SUPERSEDED = "row superseded by a later export|rows superseded by a later export"
DUPLICATE = "duplicate|duplicates"
OF_NO_POST = "row of a post that is set aside|rows of posts that are set aside"


@dataclass(frozen=True)
class Sifted:
    """Rows that stay and rows that go, with the reason why."""

    kept: pd.DataFrame
    dropped: pd.DataFrame


def with_ranks(origins: pd.DataFrame) -> pd.DataFrame:
    """Return the records with the rank of their file: 0 is the latest export."""
    dates = origins[["file", "dated", "sha256"]].drop_duplicates("file")
    dates = dates.sort_values(["dated", "sha256"], ascending=False, kind="stable")
    ranks = pd.Series(range(len(dates)), index=dates["file"])
    return origins[["file", "dated"]].assign(rank=origins["file"].map(ranks)).add_prefix("_")


def gather(mapped: list[Mapped], name: str, origins: pd.DataFrame) -> pd.DataFrame:
    """Return a table's rows, the latest export's first."""
    frames = [
        frame.assign(_batch=number)
        for number, batch in enumerate(mapped)
        for frame in batch.frames[name]
        if len(frame)
    ]
    frame = _stacked(frames) if frames else empty(name).assign(_origin=0, _role="", _batch=0)
    whose = origins.take(frame["_origin"])
    frame = frame.assign(**{column: whose[column].array for column in whose})
    ranks = frame["_rank"].to_numpy()
    if len(ranks) and ranks.max() <= np.iinfo(np.uint16).max:
        ranks = ranks.astype(np.uint16)  # which numpy sorts in one pass
    return frame.take(np.argsort(ranks, kind="stable")).reset_index(drop=True)


def _stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return frames below one another, coded text coded alike."""
    coded = [set(frame.select_dtypes("category")) for frame in frames]
    always = sorted(set.intersection(*coded))
    alike = {name: union_categoricals([frame[name] for frame in frames]) for name in always}
    rest = [
        frame.assign(**{name: plain(frame[name]) for name in names.difference(always)})
        for frame, names in zip(frames, coded, strict=True)
    ]
    return pd.concat([frame.drop(columns=always) for frame in rest]).assign(**alike)


def sift(frame: pd.DataFrame, stays: pd.Series, reason: pd.Series | str) -> Sifted:
    """Return the rows that stay and those that go, with the reason."""
    if stays.all():
        return Sifted(frame, frame[:0][["_origin"]].assign(reason=""))
    going = frame[~stays]
    reasons = reason if isinstance(reason, str) else reason[~stays]
    return Sifted(frame[stays], going[["_origin"]].assign(reason=reasons))


def hashed(frame: pd.DataFrame, key: list[str]) -> pd.Series:
    """Return 64-bit numbers made of the key's values, the same in every load."""
    return pd.util.hash_pandas_object(frame[key], index=False)
