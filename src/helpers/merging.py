"""Merging: one set of tables from the rows of many files, whatever their order.

The same post, act or sale may be in several exports. Totals are lifetime totals,
so they are never added up: the latest export's stands, and the others are
*superseded*. Acts and conversions that are the same are kept once; the others
are *duplicates*. A record counts as kept if a row that it yielded is still there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from helpers.formats.conditions import plain
from helpers.mapping import RETURNED, Mapped
from helpers.schemas import COLUMNS, GRAINS, empty

SUPERSEDED = "row superseded by a later export|rows superseded by a later export"
DUPLICATE = "duplicate|duplicates"
OVERRULED = "row of days that a better file states|rows of days that a better file states"
OF_NO_POST = "row of a post that is set aside|rows of posts that are set aside"
UNLISTED = "text of a post that no list of posts names|texts of posts that no list of posts names"
NOTHING = "row with nothing to keep|rows with nothing to keep"
TALLY = ["post_id", "kind", "unit"]
COUNTED = ["platform", "as_of", "kind", "unit"]
ANSWERED = ["answered_at", "person_id"]
RESPONSE = ["post_id", "person_id", "kind", "occurred_at"]
ONCE = ("like", "boost")
WHO = ["kind", "channel", "person_id", "_is_loss"]
STATED = ["label", "kind", "grain", "_file"]
UNNAMED = [*WHO, "occurred_at"]
MOMENT = ["platform", "_minute"]
PATH = ["referrer", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "code"]
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
    return origins[["file", "dated"]].assign(rank=origins["file"].map(ranks)).add_prefix("_")


def _gathered(mapped: list[Mapped], name: str, origins: pd.DataFrame) -> pd.DataFrame:
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
    return frame.sort_values("_rank", kind="stable", ignore_index=True)


def _stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return frames below one another, coded text coded alike."""
    coded = frames[0].select_dtypes("category").columns
    alike = {name: union_categoricals([frame[name] for frame in frames]) for name in coded}
    return pd.concat([frame.drop(columns=coded) for frame in frames]).assign(**alike)


def _sifted(frame: pd.DataFrame, stays: pd.Series, reason: pd.Series | str) -> _Sifted:
    if stays.all():
        return _Sifted(frame, frame[:0][["_origin"]].assign(reason=""))
    going = frame[~stays]
    reasons = reason if isinstance(reason, str) else reason[~stays]
    return _Sifted(frame[stays], going[["_origin"]].assign(reason=reasons))


def _numbered(posts: pd.DataFrame) -> pd.Series:
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


def _posts(frame: pd.DataFrame, excluded: frozenset[str]) -> _Sifted:
    """Return one row a post: what the latest export says of those that date it most finely.

    Gaps are filled from the others.
    """
    whole = set(frame.loc[frame["_role"] == "whole", "post_id"])
    stays = frame["post_id"].isin(whole) | ~frame["post_id"].isin(excluded)
    known = _sifted(frame, stays, OF_NO_POST)
    fineness = known.kept["grain"].map({grain: rank for rank, grain in enumerate(GRAINS)})
    finest = known.kept.assign(_fineness=fineness).sort_values("_fineness", kind="stable")
    ordered = finest.sort_values("_role", key=lambda roles: roles != "whole", kind="stable")
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
    """Return each act once: one person, one post, one kind, one moment.

    A post can be liked or boosted only once: whatever moments files state, if any, are
    moments of one act.
    """
    known = _sifted(frame, frame["post_id"].isin(posts), OF_NO_POST)
    acts = known.kept
    if acts["occurred_at"].isna().any():
        acts = acts.sort_values("occurred_at", key=lambda times: times.isna(), kind="stable")
    acts = acts.assign(_number=_numbers(acts, RESPONSE))
    is_once = acts["kind"].isin(ONCE)
    same = acts["_number"]
    if is_once.any():
        same = _numbers(acts.assign(occurred_at=acts["occurred_at"].mask(is_once)), RESPONSE)
    single = _sifted(acts, ~same.duplicated(), DUPLICATE)
    kept = single.kept.assign(response_id=single.kept["_number"].astype("str").astype("str"))
    return _Sifted(kept, pd.concat([known.dropped, single.dropped]))


def _renamed(frame: pd.DataFrame, mapped: list[Mapped]) -> pd.DataFrame:
    """Return the rows with each person under the one name that any file says is theirs."""
    aliases = pd.concat([batch.aliases for batch in mapped]) if mapped else pd.Series(dtype="str")
    aliases = aliases[~aliases.index.duplicated()].sort_index()
    if aliases.empty:
        return frame
    people = plain(frame["person_id"])
    return frame.assign(person_id=people.map(aliases).fillna(people))


def _overruled(frame: pd.DataFrame, mapped: list[Mapped], sources: pd.Series) -> pd.Series:
    """Tell which rows a better file, or a sheet of the same workbook, states on their days too.

    What is stated more finely stands before its total, which would count it twice.
    """
    layouts = {batch.layout.label: batch.layout for batch in mapped}
    labels = frame["_batch"].map({n: batch.layout.label for n, batch in enumerate(mapped)})
    chained = {name for name, layout in layouts.items() if layout.yields_to}
    chained |= {name for layout in layouts.values() for name in layout.yields_to}
    rows = frame[labels.isin(chained)]
    whose = {"label": labels[rows.index], "source": sources.take(rows["_origin"]).array}
    rows = _spans(rows).assign(**whose)
    overruled = pd.Series(False, index=rows.index)
    for (label, kind, grain, _), stated in rows.groupby(STATED, observed=True):
        worse = {name for name, layout in layouts.items() if label in layout.yields_to}
        near = {label, *worse, *layouts[str(label)].yields_to}
        meets = (rows["start"] <= stated["end"].max()) & (rows["end"] >= stated["start"].min())
        finer = rows["label"].isin(near) & (rows["grain"] > grain) & meets
        meets |= rows["source"] == stated["source"].iloc[0]
        better = rows["label"].isin(worse) & (rows["grain"] >= grain) & meets
        overruled |= (finer | better) & (rows["kind"] == kind)
    return overruled.reindex(frame.index, fill_value=False)


def _spans(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the first and last day that each row is about, and how coarse it is."""
    starts, is_month = frame["occurred_at"], frame["grain"] == "month"
    starts = starts - pd.to_timedelta((starts.dt.day - 1).where(is_month, 0), unit="D")
    days = (starts.dt.days_in_month - 1).where(is_month, 0).mask(frame["grain"] == "week", 6)
    grains = frame["grain"].map({grain: number for number, grain in enumerate(GRAINS)})
    spans = frame[["kind", "_file"]].assign(start=starts, grain=grains.astype("int64"))
    return spans.assign(end=starts + pd.to_timedelta(days, unit="D"))


def _audience(frame: pd.DataFrame) -> _Sifted:
    """Return what the latest export says of each day; a file's equal rows once."""
    latest = frame.groupby(COUNTED)["_file"].transform("first")
    same = frame.duplicated(list(COLUMNS["audience"]))
    reasons = pd.Series(SUPERSEDED, index=frame.index).mask(same, DUPLICATE)
    return _sifted(frame, (frame["_file"] == latest) & ~same, reasons)


def _survey(frame: pd.DataFrame) -> _Sifted:
    """Return each answer as the latest export has it; equal answers of one file are two people's.

    Answers of nobody known and of no known time are never the same.
    """
    latest = frame.groupby(ANSWERED, dropna=False)["_file"].transform("first")
    stays = (frame["_file"] == latest) | frame[ANSWERED].isna().all(axis=1)
    return _sifted(frame, stays, DUPLICATE)


def _conversions(frame: pd.DataFrame, overruled: pd.Series) -> _Sifted:
    """Return each conversion once: by the shop's own number, else by who, what and when.

    Whether a sale was returned is what the latest export says; of the path that led to it
    each export may know a part.
    """
    frame = frame.assign(_is_loss=frame["quantity"] < 0)
    unnamed = frame[frame["conversion_id"].isna()]
    numbers = unnamed["channel"] + ":" + _numbers(unnamed, UNNAMED).astype("str").astype("str")
    moments = _moments(unnamed, numbers).reindex(frame.index)
    frame = frame.assign(conversion_id=frame["conversion_id"].fillna(moments).fillna(numbers))
    reasons = pd.Series(DUPLICATE, index=frame.index).mask(overruled, OVERRULED)
    again = frame[~overruled & frame["conversion_id"].duplicated(keep=False)]
    found = again.groupby("conversion_id")[PATH].transform("first")
    frame = frame.assign(**{name: frame[name].fillna(found[name]) for name in PATH})
    valid = frame[~overruled & moments.isna()]
    sales, _ = pd.factorize(valid["conversion_id"].str.removesuffix(RETURNED))
    latest = valid.groupby(sales)["_file"].transform("first")
    stays = ~valid["conversion_id"].duplicated() & (valid["_file"] == latest)
    return _sifted(frame, stays.reindex(frame.index, fill_value=False), reasons)


def _moments(frame: pd.DataFrame, numbers: pd.Series) -> pd.Series:
    """Return, for rows dated by the day, the number of the row that dates the same by the moment.

    The day may be that of any zone, so the moment may fall on the day before or after.
    """
    key = [*WHO, "_day"]
    known = frame["conversion_id"].isna() & frame["person_id"].notna()
    frame = frame.assign(_day=frame["occurred_at"].dt.floor("D"), number=numbers)
    days = frame.loc[known & (frame["grain"] == "day"), key]
    exact = frame.loc[known & frame["grain"].isin(["second", "minute"]), [*key, "number"]]
    shifts = [pd.Timedelta(shift, "D") for shift in (0, -1, 1)]
    near = pd.concat([exact.assign(_day=exact["_day"] + shift) for shift in shifts])
    found = days.merge(near.drop_duplicates(key), on=key, how="left")["number"]
    return pd.Series(found.array, index=days.index, dtype="str").reindex(frame.index)


def _numbers(frame: pd.DataFrame, key: list[str]) -> pd.Series:
    """Return 64-bit numbers made of the key's values, the same in every load."""
    return pd.util.hash_pandas_object(frame[key], index=False)


def _totalled(responses: pd.DataFrame, mapped: list[Mapped], stated: pd.DataFrame) -> pd.DataFrame:
    """Return the totals that no platform states but that its list of acts yields."""
    frames = [stated]
    for kind, unit in sorted({total for batch in mapped for total in batch.layout.totals}):
        numbers = [n for n, batch in enumerate(mapped) if (kind, unit) in batch.layout.totals]
        is_counted = (responses["kind"] == kind) & responses["_batch"].isin(numbers)
        acts = responses.loc[is_counted, ["post_id", "person_id"]]
        acts = acts.drop_duplicates() if unit == "people" else acts
        counts = acts.groupby("post_id", as_index=False).size().rename(columns={"size": "count"})
        counts["post_id"] = plain(counts["post_id"])
        frames.append(counts.assign(kind=kind, unit=unit))
    return pd.concat(frames).drop_duplicates(TALLY)


def _settled(reasons: pd.Series, sifted: Iterable[_Sifted]) -> pd.Series:
    """Return the records' reasons: a record is kept if a row that it yielded is kept."""
    kept = np.zeros(len(reasons), dtype=bool)
    for one in sifted:
        kept[one.kept["_origin"]] = True
    dropped = pd.concat([one.dropped for one in sifted])
    dropped = dropped.sort_values("reason", key=lambda why: why != SUPERSEDED, kind="stable")
    why = dropped.drop_duplicates("_origin").set_index("_origin")["reason"]
    lost = reasons.index[reasons.isna() & ~kept[reasons.index]]
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
    numbers = _numbered(gathered["posts"])
    for name in ("posts", "tallies", "responses") if len(numbers) else ():
        own = gathered[name]["post_id"]
        gathered[name]["post_id"] = own.map(numbers).fillna(own)
    excluded = frozenset[str]().union(*(batch.excluded for batch in mapped))
    is_fill = gathered["posts"]["_role"] == "fill"
    sifted = {"posts": _posts(gathered["posts"][~is_fill], excluded)}
    posts = sifted["posts"].kept
    fills = _filled(posts, gathered["posts"][is_fill], excluded)
    sifted["tallies"] = _tallies(gathered["tallies"], posts["post_id"])
    sifted["responses"] = _responses(gathered["responses"], posts["post_id"])
    sold = gathered["conversions"]
    sifted["conversions"] = _conversions(sold, _overruled(sold, mapped, origins["sha256"]))
    sifted["audience"] = _audience(gathered["audience"])
    sifted["survey"] = _survey(gathered["survey"])
    causes = gathered["causes"]
    sifted["causes"] = _sifted(causes, ~causes.duplicated(list(COLUMNS["causes"])), DUPLICATE)
    found = pd.concat([batch.reasons for batch in mapped])
    tables = {name: one.kept for name, one in sifted.items()}
    tables["posts"] = _with_fills(posts, fills.kept)
    tables["tallies"] = _totalled(tables["responses"], mapped, tables["tallies"])
    ordered = {name: _ordered(name, frame) for name, frame in tables.items()}
    return Merged(ordered, _settled(found, [*sifted.values(), fills]))


def _ordered(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    columns = list(COLUMNS[name])
    order = np.arange(len(frame))
    for key in reversed(ORDER.get(name, columns)):
        kind = "quicksort" if key == "_number" else "stable"  # of numbers no two are alike
        order = order[frame[key].take(order).argsort(kind=kind)]
    ordered = frame[columns].take(order).reset_index(drop=True)
    return pd.DataFrame({column: plain(ordered[column]) for column in columns})
