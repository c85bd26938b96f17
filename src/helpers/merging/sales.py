"""Sales: each conversion once, though several files state it.

What one file states by the day another may state by the month, or by the moment.
"""

import pandas as pd

from helpers.formats.conditions import plain
from helpers.mapping import Mapped
from helpers.mapping.rows import RETURNED
from helpers.merging.sifting import DUPLICATE, Sifted, hashed, sift
from helpers.sameness import numbers_of, repeated
from helpers.schemas import GRAINS

OVERRULED = "row of days that a better file states|rows of days that a better file states"
WHO = ["kind", "channel", "person_id", "_is_loss"]
STATED = ["label", "kind", "channel", "grain", "_file"]
UNNAMED = [*WHO, "occurred_at"]
PATH = ["referrer", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "code"]


def is_overruled(frame: pd.DataFrame, mapped: list[Mapped], sources: pd.Series) -> pd.Series:
    """Tell which rows a better file, or a sheet of the same workbook, states on their days too.

    What is stated more finely stands before its total, which would count it twice.
    """
    layouts = {batch.layout.label: batch.layout for batch in mapped}
    if not any(layout.yields_to for layout in layouts.values()):
        return pd.Series(False, index=frame.index)
    labels = frame["_batch"].map({n: batch.layout.label for n, batch in enumerate(mapped)})
    chained = {name for name, layout in layouts.items() if layout.yields_to}
    chained |= {name for layout in layouts.values() for name in layout.yields_to}
    rows = frame[labels.isin(chained)]
    whose = {"label": labels[rows.index], "source": sources.take(rows["_file"]).array}
    rows = _spans(rows).assign(**whose)
    overruled = pd.Series(False, index=rows.index)
    for (label, kind, channel, grain, _), stated in rows.groupby(STATED, observed=True):
        worse = {name for name, layout in layouts.items() if label in layout.yields_to}
        near = {label, *worse, *layouts[str(label)].yields_to}
        meets = (rows["start"] <= stated["end"].max()) & (rows["end"] >= stated["start"].min())
        finer = rows["label"].isin(near) & (rows["grain"] > grain) & meets
        meets |= rows["source"] == stated["source"].iloc[0]
        better = rows["label"].isin(worse) & (rows["grain"] >= grain) & meets
        same = (rows["kind"] == kind) & (rows["channel"] == channel)
        overruled |= (finer | better) & same
    return overruled.reindex(frame.index, fill_value=False)


def _spans(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the first and last day that each row is about, and how coarse it is."""
    starts, is_month = frame["occurred_at"].dt.floor("D"), frame["grain"] == "month"
    starts = starts - pd.to_timedelta((starts.dt.day - 1).where(is_month, 0), unit="D")
    days = (starts.dt.days_in_month - 1).where(is_month, 0).mask(frame["grain"] == "week", 6)
    grains = frame["grain"].map({grain: number for number, grain in enumerate(GRAINS)})
    spans = frame[["kind", "channel", "_file"]].assign(start=starts, grain=grains.astype("int64"))
    return spans.assign(end=starts + pd.to_timedelta(days, unit="D"))


def single_conversions(frame: pd.DataFrame, overruled: pd.Series) -> Sifted:
    """Return each conversion once: by the shop's own number, else by who, what and when.

    Whether a sale was returned is what the latest export says; of the path that led to it
    each export may know a part.
    """
    frame = frame.assign(_is_loss=frame["quantity"] < 0)
    own, is_unnamed = pd.Series(True, index=frame.index), frame["conversion_id"].isna()
    if is_unnamed.any():
        unnamed = frame[is_unnamed]
        numbers = hashed(unnamed, UNNAMED).astype("str").astype("str")
        numbers = plain(unnamed["channel"]) + ":" + numbers
        moments = _by_moment(unnamed, numbers).reindex(frame.index)
        named = frame["conversion_id"].fillna(moments).fillna(numbers)
        frame, own = frame.assign(conversion_id=named), moments.isna()
    sales = frame["conversion_id"].str.removesuffix(RETURNED)
    sales = sales[repeated(sales)]
    numbers = pd.Series(numbers_of(sales), sales.index)
    return _sifted(frame, numbers, overruled, own)


def _sifted(frame: pd.DataFrame, sales: pd.Series, overruled: pd.Series, own: pd.Series) -> Sifted:
    """Return the rows that stay, `sales` being the numbers of those of more than one row."""
    same = 2 * sales + frame["conversion_id"][sales.index].str.endswith(RETURNED)
    valid = own & ~overruled
    frame = _with_paths(frame, same[~overruled[same.index]])
    shared = same[valid[same.index]]
    files = frame["_file"][shared.index]
    latest = files.groupby(sales[shared.index]).transform("first")
    stays = valid.copy()
    stays[shared.index] = ~shared.duplicated() & (files == latest)
    reasons = overruled[~stays].map({True: OVERRULED, False: DUPLICATE})
    return sift(frame, stays, reasons)


def _with_paths(frame: pd.DataFrame, same: pd.Series) -> pd.DataFrame:
    """Return the rows, those of one conversion with the path that any of them knows."""
    same = same[same.duplicated(keep=False)]
    if same.empty:
        return frame
    paths = frame[PATH].apply(plain)
    found = paths.loc[same.index].groupby(same).transform("first")
    return frame.assign(**{name: paths[name].fillna(found[name]) for name in PATH})


def _by_moment(frame: pd.DataFrame, numbers: pd.Series) -> pd.Series:
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
