"""Sifting: the rows of many files as one frame, and the rows of it that stay.

A row *stays*, or goes for a reason. Rows of the latest export come first.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from helpers.formats.conditions import coded
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


def ranks(exports: pd.DataFrame) -> np.ndarray:
    """Return each file's rank: 0 is the latest export."""
    latest = exports.sort_values(["dated", "sha256"], ascending=False, kind="stable").index
    # of 16 bits, if that will do, for numpy sorts such numbers in one pass
    kind = "uint16" if len(latest) <= np.iinfo("uint16").max else "int64"
    return np.argsort(latest.to_numpy(), kind="stable").astype(kind)


def gather(mapped: list[Mapped], name: str, sources: np.ndarray, ranks: np.ndarray) -> pd.DataFrame:
    """Take a table's rows out of what was mapped, and return them, the latest export's first.

    Acts, which are many and seldom there twice, are left as they stand (see `latest_first`).
    `sources` are the records' files.
    """
    frames = [
        frame.assign(_batch=np.int32(number))
        for number, batch in enumerate(mapped)
        for frame in batch.frames.pop(name)
        if len(frame)
    ]
    frame = stacked(frames) if frames else empty(name).assign(_origin=0, _role="", _batch=0)
    files = sources.take(frame["_origin"])
    gathered = frame.assign(_file=files, _rank=ranks.take(files)).reset_index(drop=True)
    return gathered if name == "responses" else latest_first(gathered)


def latest_first(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows that were gathered, those of the latest export first."""
    order = np.argsort(frame["_rank"].to_numpy(), kind="stable")
    return frame.take(order).reset_index(drop=True)


def stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return frames below one another, text that one of them has coded coded in all alike."""
    if len(frames) == 1:
        return frames[0]
    names = {name for frame in frames for name in frame.select_dtypes("category")}
    if not names:
        return pd.concat(frames)
    alike = {name: union_categoricals([coded(one[name]) for one in frames]) for name in names}
    rest = pd.concat([frame.drop(columns=list(names)) for frame in frames])
    return rest.assign(**alike)


def sift(frame: pd.DataFrame, stays: pd.Series, reason: pd.Series | str) -> Sifted:
    """Return the rows that stay and those that go, with the reason, or each with its own."""
    if stays.all():
        return Sifted(frame, frame[:0][["_origin"]].assign(reason=""))
    going = frame[~stays]
    reasons = reason if isinstance(reason, str) else reason.loc[going.index]
    return Sifted(frame[stays], going[["_origin"]].assign(reason=reasons))


def hashed(frame: pd.DataFrame, key: list[str]) -> pd.Series:
    """Return 64-bit numbers made of the key's values, the same in every load."""
    return pd.util.hash_pandas_object(frame[key], index=False)
