"""Merging: one set of tables from the rows of many files, whatever their order.

The same post, act or sale may be in several exports. Totals are lifetime totals,
so they are never added up: the latest export's stands, and the others are
*superseded*. Acts and conversions that are the same are kept once; the others
are *duplicates*. A record counts as kept if a row that it yielded is still there.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.formats.conditions import plain
from helpers.mapping import Mapped
from helpers.merging.people import latest_answers, latest_counts, single_acts, under_one_name
from helpers.merging.posts import (
    TALLY,
    latest_totals,
    numbered,
    one_a_post,
    sift_fills,
    with_fills,
    with_totals,
)
from helpers.merging.sales import is_overruled, single_conversions
from helpers.merging.sifting import DUPLICATE, SUPERSEDED, Sifted, gather, ranks, sift
from helpers.sameness import MANY
from helpers.schemas import COLUMNS, empty
from helpers.threads import THREADS, each

__all__ = ["Merged", "merge"]

LATEST = np.iinfo(np.int64).max
NOTHING = "row with nothing to keep|rows with nothing to keep"
ORDER = {
    "posts": ["published_at", "post_id"],
    "tallies": TALLY,
    "responses": ["occurred_at", "_number"],
    "conversions": ["occurred_at", "conversion_id"],
}


@dataclass(frozen=True)
class Merged:
    """The tables, and why records were set aside, by their place in the origins."""

    tables: dict[str, pd.DataFrame]
    reasons: pd.Series


def _settled(reasons: pd.Series, sifted: Iterable[Sifted]) -> pd.Series:
    """Return why records are set aside: a record is kept if a row that it yielded is kept."""
    settled, known = np.zeros(len(reasons), dtype=bool), reasons.dropna()
    settled[known.index] = True
    for one in sifted:
        settled[one.kept["_origin"].to_numpy()] = True
    dropped = pd.concat([one.dropped for one in sifted])
    dropped = dropped.sort_values("reason", key=lambda why: why != SUPERSEDED, kind="stable")
    why = dropped.drop_duplicates("_origin").set_index("_origin")["reason"]
    lost = why.reindex(np.flatnonzero(~settled)).fillna(NOTHING)
    return pd.concat([known, lost])


def merge(mapped: list[Mapped], origins: pd.DataFrame, exports: pd.DataFrame) -> Merged:
    """Return the tables that all files yield together, and why each record was set aside.

    Parameters
    ----------
    mapped : list of Mapped
        Rows of the tables, file by file or many files of one kind together; they are taken
        out of it, lest the memory hold them twice.
    origins : pandas.DataFrame
        A row a record, by its place in the index: number of its `file`.
    exports : pandas.DataFrame
        A row a file: when it was exported (`dated`) and the `sha256` of its content,
        which decides between two of one date. The result does not depend on the order of
        the files.
    """
    sources, latest = origins["file"].to_numpy(), ranks(exports)
    gathered = {name: gather(mapped, name, sources, latest) for name in COLUMNS}
    for name in ("responses", "conversions", "survey"):
        gathered[name] = under_one_name(gathered[name], mapped)
    numbers = numbered(gathered["posts"])
    for name in ("posts", "tallies", "responses") if len(numbers) else ():
        own = gathered[name]["post_id"]
        gathered[name]["post_id"] = own.map(numbers).fillna(own)
    excluded = frozenset[str]().union(*(batch.excluded for batch in mapped))
    is_fill = gathered["posts"]["_role"] == "fill"
    sifted = {"posts": one_a_post(gathered["posts"][~is_fill], excluded)}
    posts = sifted["posts"].kept
    fills = sift_fills(posts, gathered["posts"][is_fill], excluded)
    sifted["tallies"] = latest_totals(gathered["tallies"], posts["post_id"], exports["dated"])
    sifted["responses"] = single_acts(gathered.pop("responses"), posts["post_id"])
    sold = gathered.pop("conversions")
    hashes = exports["sha256"]
    sifted["conversions"] = single_conversions(sold, is_overruled(sold, mapped, hashes))
    sifted["audience"] = latest_counts(gathered["audience"])
    sifted["survey"] = latest_answers(gathered["survey"])
    causes = gathered["causes"]
    sifted["causes"] = sift(causes, ~causes.duplicated(list(COLUMNS["causes"])), DUPLICATE)
    found = pd.concat([batch.reasons for batch in mapped])
    tables = {name: one.kept for name, one in sifted.items()}
    tables["posts"] = with_fills(posts, fills.kept)
    acts, stated = tables["responses"], tables.pop("tallies")
    with ThreadPoolExecutor(THREADS) as pool:
        many = {name: frame for name, frame in tables.items() if len(frame) > MANY}
        begun = {name: pool.submit(_ordered, name, frame) for name, frame in many.items()}
        tables["tallies"] = with_totals(acts, mapped, stated)
        reasons = _settled(found, [*sifted.values(), fills])
        few = {name: _ordered(name, tables[name]) for name in tables if name not in many}
    return Merged(few | {name: one.result() for name, one in begun.items()}, reasons)


def _ordered(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    if frame.empty:
        return empty(name)
    columns = list(COLUMNS[name])
    order = _sorted(frame, ORDER.get(name, columns))
    ordered = each(lambda name: _taken(frame[name], order).array, columns, rows=len(frame))
    return pd.DataFrame(dict(zip(columns, ordered, strict=True)), copy=False)


def _taken(values: pd.Series, order: np.ndarray) -> pd.Series:
    """Return values in an order, text no longer coded; numbers of acts as text."""
    taken = plain(values.take(order))
    return taken.astype("str") if taken.dtype == "uint64" else taken


def _sorted(frame: pd.DataFrame, keys: list[str]) -> np.ndarray:
    """Return the places of rows by the first key, those that are alike by the others.

    Rows whose keys are all alike are alike in every column, or are the same row.
    """
    first, *others = keys
    values = frame[first]
    if others and isinstance(values.dtype, pd.DatetimeTZDtype):
        values = pd.Series(values.array.asi8, frame.index).mask(values.isna(), LATEST)
    is_whole = values.dtype == "int64"
    order = np.argsort(values.to_numpy()) if is_whole else values.argsort().to_numpy()
    sorted_ = values.to_numpy()[order] if is_whole else values.take(order).array
    same = ~pd.Series(sorted_[1:] != sorted_[:-1]).to_numpy(dtype=bool, na_value=True)
    tied = np.zeros(len(order), dtype=bool)
    tied[1:] = same
    tied[:-1] |= same
    if not others or not tied.any():
        return order
    runs = np.zeros(len(order), dtype="int64")
    np.cumsum(~same, out=runs[1:])
    if others == ["_number"]:
        return order[_ranked(runs, frame["_number"].to_numpy()[order])]
    places, run = order[tied], runs[tied]
    within = _sorted(frame[others].take(places), others)
    order = order.copy()
    order[tied] = places[within[np.argsort(run[within], kind="stable")]]
    return order


def _ranked(runs: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return the places by run and, within it, by number: as one number as far as it tells."""
    bits = len(runs).bit_length()
    keys = runs.astype(np.uint64) << np.uint64(64 - bits) | numbers >> np.uint64(bits)
    order = np.argsort(keys)
    keys = keys[order]
    is_told = (keys[1:] > keys[:-1]).all()
    return order if is_told else np.lexsort((numbers, runs))
