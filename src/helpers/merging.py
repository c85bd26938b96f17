"""Merging: one set of tables from the rows of many files, whatever their order.

The same post, act or sale may be in several exports. Totals are lifetime totals,
so they are never added up: the latest export's stands, and the others are
*superseded*. Acts and conversions that are the same are kept once; the others
are *duplicates*. A record counts as kept if a row that it yielded is still there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from helpers.mapping import RETURNED, Mapped
from helpers.schemas import COLUMNS, empty

SUPERSEDED = "row superseded by a later export|rows superseded by a later export"
DUPLICATE = "duplicate|duplicates"
OVERRULED = "row of days that a better file states|rows of days that a better file states"
OF_NO_POST = "row of a post that is set aside|rows of posts that are set aside"
UNLISTED = "text of a post that no list of posts names|texts of posts that no list of posts names"
NOTHING = "row with nothing to keep|rows with nothing to keep"
TALLY = ["post_id", "kind", "unit"]
RESPONSE = ["post_id", "person_id", "kind", "occurred_at"]
UNNAMED = ["kind", "channel", "person_id", "occurred_at"]
ORDER = {
    "posts": ["published_at", "post_id"],
    "tallies": TALLY,
    "responses": ["occurred_at", "_number"],
    "conversions": ["occurred_at", "conversion_id"],
}


@dataclass(frozen=True)
class Merged:
    """The tables, and each record's reason with what merging set aside."""

    tables: dict[str, pd.DataFrame]
    reasons: pd.Series


@dataclass(frozen=True)
class _Sifted:
    """Rows that stay and rows that go, with the reason why."""

    kept: pd.DataFrame
    dropped: pd.DataFrame


def _ranked(origins: pd.DataFrame) -> pd.DataFrame:
    """Return the records with the rank of their file: 0 is the latest export."""
    dates = origins[["file", "dated", "sha256"]].drop_duplicates("file")
    dates = dates.sort_values(["dated", "sha256"], ascending=False, kind="stable")
    ranks = pd.Series(range(len(dates)), index=dates["file"])
    return origins.assign(rank=origins["file"].map(ranks)).drop(columns="sha256").add_prefix("_")


def _gathered(mapped: list[Mapped], name: str, origins: pd.DataFrame) -> pd.DataFrame:
    """Return a table's rows, the latest export's first."""
    frames = [
        frame.assign(_batch=number)
        for number, batch in enumerate(mapped)
        for frame in batch.frames[name]
        if len(frame)
    ]
    frame = pd.concat(frames) if frames else empty(name).assign(_origin=0, _role="", _batch=0)
    whose = origins.take(frame["_origin"])
    frame = frame.assign(**{column: whose[column].array for column in whose})
    return frame.sort_values("_rank", kind="stable", ignore_index=True)


def _sifted(frame: pd.DataFrame, stays: pd.Series, reason: pd.Series | str) -> _Sifted:
    going = frame[~stays]
    reasons = reason if isinstance(reason, str) else reason[~stays]
    return _Sifted(frame[stays], going[["_origin"]].assign(reason=reasons))


def _posts(frame: pd.DataFrame, excluded: frozenset[str]) -> _Sifted:
    """Return one row a post: what the latest export says, gaps filled from the others."""
    whole = set(frame.loc[frame["_role"] == "whole", "post_id"])
    stays = frame["post_id"].isin(whole) | ~frame["post_id"].isin(excluded)
    known = _sifted(frame, stays, OF_NO_POST)
    ordered = known.kept.sort_values("_role", key=lambda roles: roles != "whole", kind="stable")
    single = _sifted(ordered, ~ordered.duplicated("post_id"), DUPLICATE)
    columns = [column for column in COLUMNS["posts"] if column != "post_id"]
    filled = ordered.groupby("post_id", sort=False)[columns].first()
    kept = single.kept.drop(columns=columns).join(filled, on="post_id")
    return _Sifted(kept, pd.concat([known.dropped, single.dropped]))


def _filled(posts: pd.DataFrame, fills: pd.DataFrame, excluded: frozenset[str]) -> _Sifted:
    """Return the fills that found their post."""
    reasons = pd.Series(UNLISTED, index=fills.index).mask(
        fills["post_id"].isin(excluded), OF_NO_POST
    )
    found = _sifted(fills, fills["post_id"].isin(posts["post_id"]), reasons)
    single = _sifted(found.kept, ~found.kept.duplicated("post_id"), DUPLICATE)
    return _Sifted(single.kept, pd.concat([found.dropped, single.dropped]))


def _with_fills(posts: pd.DataFrame, fills: pd.DataFrame) -> pd.DataFrame:
    found = fills.set_index("post_id").reindex(posts["post_id"]).set_index(posts.index)
    known = ["published_at", "grain", "words"]
    return posts.assign(**{name: posts[name].fillna(found[name]) for name in known})


def _tallies(frame: pd.DataFrame, posts: pd.Series) -> _Sifted:
    """Return one total a post, kind and unit: the one that was stated last."""
    known = _sifted(frame, frame["post_id"].isin(posts), OF_NO_POST)
    stated = known.kept["as_of"].fillna(known.kept["_dated"])
    frame = known.kept.loc[stated.sort_values(ascending=False, kind="stable").index]
    standing = frame.groupby(TALLY)[["count", "_file"]].transform("first")
    same = (frame["count"] == standing["count"]) | (frame["_file"] == standing["_file"])
    reasons = pd.Series(SUPERSEDED, index=frame.index).mask(same, DUPLICATE)
    single = _sifted(frame, ~frame.duplicated(TALLY), reasons)
    return _Sifted(single.kept, pd.concat([known.dropped, single.dropped]))


def _responses(frame: pd.DataFrame, posts: pd.Series) -> _Sifted:
    """Return each act once: one person, one post, one kind, one moment."""
    known = _sifted(frame, frame["post_id"].isin(posts), OF_NO_POST)
    single = _sifted(known.kept, ~known.kept.duplicated(RESPONSE), DUPLICATE)
    numbers = _numbers(single.kept, RESPONSE)
    kept = single.kept.assign(response_id=numbers.astype("str").astype("str"), _number=numbers)
    return _Sifted(kept, pd.concat([known.dropped, single.dropped]))


def _renamed(frame: pd.DataFrame, mapped: list[Mapped]) -> pd.DataFrame:
    """Return the rows with each person under the one name that any file says is theirs."""
    aliases = pd.concat([batch.aliases for batch in mapped]) if mapped else pd.Series(dtype="str")
    aliases = aliases[~aliases.index.duplicated()].sort_index()
    if aliases.empty:
        return frame
    return frame.assign(person_id=frame["person_id"].map(aliases).fillna(frame["person_id"]))


def _overruled(frame: pd.DataFrame, mapped: list[Mapped]) -> pd.Series:
    """Tell which rows fall on days, or in months, that a better file states too."""
    labels = frame["_batch"].map({n: batch.layout.label for n, batch in enumerate(mapped)})
    starts = frame["occurred_at"]
    spans = pd.Series({"week": pd.Timedelta(6, "D"), "month": pd.Timedelta(30, "D")})
    ends = starts + frame["grain"].map(spans).fillna(pd.Timedelta(0))
    overruled = pd.Series(False, index=frame.index)
    for layout in {batch.layout.label: batch.layout for batch in mapped}.values():
        better = labels.isin(layout.yields_to)
        for kind, days in frame[better].groupby("kind")["occurred_at"]:
            meets = (starts <= days.max()) & (ends >= days.min())
            overruled |= (labels == layout.label) & (frame["kind"] == kind) & meets
    return overruled


def _conversions(frame: pd.DataFrame, overruled: pd.Series) -> _Sifted:
    """Return each conversion once: by the shop's own number, else by who, what and when.

    Whether a sale was returned is what the latest export says.
    """
    numbers = frame["channel"] + ":" + _numbers(frame, UNNAMED).astype("str").astype("str")
    frame = frame.assign(conversion_id=frame["conversion_id"].fillna(numbers))
    reasons = pd.Series(DUPLICATE, index=frame.index).mask(overruled, OVERRULED)
    valid = frame[~overruled]
    latest = valid.groupby(valid["conversion_id"].str.removesuffix(RETURNED))["_file"]
    stays = ~valid.duplicated("conversion_id") & (valid["_file"] == latest.transform("first"))
    return _sifted(frame, stays.reindex(frame.index, fill_value=False), reasons)


def _numbers(frame: pd.DataFrame, key: list[str]) -> pd.Series:
    """Return 64-bit numbers made of the key's values, the same in every load."""
    return pd.util.hash_pandas_object(frame[key], index=False)


def _totalled(responses: pd.DataFrame, mapped: list[Mapped], stated: pd.DataFrame) -> pd.DataFrame:
    """Return the totals that no platform states but that its list of acts yields."""
    frames = [stated]
    for kind, unit in sorted({total for batch in mapped for total in batch.layout.totals}):
        numbers = [n for n, batch in enumerate(mapped) if (kind, unit) in batch.layout.totals]
        acts = responses[(responses["kind"] == kind) & responses["_batch"].isin(numbers)]
        acts = acts.drop_duplicates(["post_id", "person_id"]) if unit == "people" else acts
        counts = acts.groupby("post_id", as_index=False).size().rename(columns={"size": "count"})
        frames.append(counts.assign(kind=kind, unit=unit))
    return pd.concat(frames).drop_duplicates(TALLY)


def _settled(reasons: pd.Series, sifted: Iterable[_Sifted]) -> pd.Series:
    """Return the records' reasons: a record is kept if a row that it yielded is kept."""
    kept = pd.concat([one.kept["_origin"] for one in sifted])
    dropped = pd.concat([one.dropped for one in sifted])
    dropped = dropped.sort_values("reason", key=lambda why: why != SUPERSEDED, kind="stable")
    why = dropped.drop_duplicates("_origin").set_index("_origin")["reason"]
    lost = reasons.index[reasons.isna() & ~reasons.index.isin(kept)]
    reasons = reasons.copy()
    reasons.loc[lost] = why.reindex(lost).fillna(NOTHING)
    return reasons


def merge(mapped: list[Mapped], origins: pd.DataFrame) -> Merged:
    """Return the tables that all files yield together, and why each record was set aside.

    Parameters
    ----------
    mapped : list of Mapped
        Rows of the tables, file by file or many files of one kind together.
    origins : pandas.DataFrame
        A row a record, by its place in the index: number of its `file`, when that was
        exported (`dated`) and the `sha256` of its content, which decides between two
        files of one date. The result does not depend on the order of the files.
    """
    ranked = _ranked(origins)
    gathered = {name: _gathered(mapped, name, ranked) for name in COLUMNS}
    for name in ("responses", "conversions", "survey"):
        gathered[name] = _renamed(gathered[name], mapped)
    excluded = frozenset[str]().union(*(batch.excluded for batch in mapped))
    is_fill = gathered["posts"]["_role"] == "fill"
    sifted = {"posts": _posts(gathered["posts"][~is_fill], excluded)}
    posts = sifted["posts"].kept
    fills = _filled(posts, gathered["posts"][is_fill], excluded)
    sifted["tallies"] = _tallies(gathered["tallies"], posts["post_id"])
    sifted["responses"] = _responses(gathered["responses"], posts["post_id"])
    sold = gathered["conversions"]
    sifted["conversions"] = _conversions(sold, _overruled(sold, mapped))
    for name in ("audience", "causes", "survey"):
        frame = gathered[name]
        sifted[name] = _sifted(frame, ~frame.duplicated(list(COLUMNS[name])), DUPLICATE)
    found = pd.concat([batch.reasons for batch in mapped])
    tables = {name: one.kept for name, one in sifted.items()}
    tables["posts"] = _with_fills(posts, fills.kept)
    tables["tallies"] = _totalled(tables["responses"], mapped, tables["tallies"])
    ordered = {name: _ordered(name, frame) for name, frame in tables.items()}
    return Merged(ordered, _settled(found, [*sifted.values(), fills]))


def _ordered(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    columns = list(COLUMNS[name])
    return frame.sort_values(ORDER.get(name, columns), ignore_index=True)[columns]
