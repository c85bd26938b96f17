"""One author's engagement as one row a calendar day.

A *day* is a calendar day in the author's time zone; what an export dates only by day
keeps that date whatever the zone; what it dates only by week or month has no day and is
left out. The *window* is the days that both the conversions
and the posts cover: a day outside it is unknown, not zero.
"""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from helpers.lift.result import LiftError, NoDataError
from helpers.schemas import COARSE
from helpers.tables import Engagement

OUTCOMES = {
    "signups": "signup",
    "paid": "paid",
    "sales": "sale",
    "pages": "pages",
    "follows": "follow",
}
KINDS = ("post", "video", "newsletter")


def _dates(instants: pd.Series, grain: pd.Series, timezone: str) -> pd.Series:
    """Return naive calendar days; an instant known only by day keeps its date."""
    local = instants.dt.tz_convert(timezone).dt.tz_localize(None)
    stated = instants.dt.tz_localize(None)
    return local.mask(grain == "day", stated).dt.normalize()


def _conversions(engagement: Engagement, outcome: str, timezone: str) -> pd.DataFrame:
    kind = OUTCOMES[outcome]
    rows = engagement.conversions[engagement.conversions["kind"] == kind]
    dated = rows[~rows["grain"].isin(COARSE)]
    if not (dated["quantity"] > 0).any():
        raise NoDataError(
            f"There are no conversions of kind {kind!r}: table 'conversions' has "
            f"{len(engagement.conversions)} row(s), none of that kind with a quantity above zero "
            f"and a day. "
            f"Add an export that dates them (a shop's orders, a newsletter's subscribers)."
        )
    return rows.assign(date=_dates(rows["occurred_at"], rows["grain"], timezone))


def _posts(engagement: Engagement, kinds: tuple[str, ...], timezone: str) -> pd.DataFrame:
    rows = engagement.posts[engagement.posts["kind"].isin(kinds)]
    dated = rows.dropna(subset=["published_at", "grain"])
    if dated.empty:
        raise NoDataError(
            f"There are no dated posts: table 'posts' has {len(engagement.posts)} row(s), "
            f"{len(rows)} of kind {', '.join(kinds)}, none with a date. "
            f"Add an export that dates your posts (a platform's archive or analytics file)."
        )
    dates = _dates(dated["published_at"], dated["grain"], timezone)
    return dated.assign(date=dates)


def _received(engagement: Engagement, posts: pd.DataFrame, kind: str) -> pd.Series:
    """Count what each post received: its latest tally, else its responses, else unknown."""
    tallies = engagement.tallies[engagement.tallies["kind"] == kind]
    latest = tallies.sort_values(["as_of", "count"], na_position="first").groupby("post_id")
    tally = posts["post_id"].map(latest["count"].last()).astype("Int64")
    named = engagement.responses.loc[engagement.responses["kind"] == kind, "post_id"]
    listing = posts["platform"].isin(posts.loc[posts["post_id"].isin(named), "platform"])
    listed = posts["post_id"].map(named.value_counts()).astype("Int64").fillna(0).where(listing)
    return tally.fillna(listed)


def _received_by_day(
    engagement: Engagement, posts: pd.DataFrame, kind: str, days: pd.DatetimeIndex
) -> pd.Series:
    received = _received(engagement, posts, kind).groupby(posts["date"]).sum(min_count=1)
    quiet = ~days.isin(posts["date"])
    return received.reindex(days).mask(quiet, 0)


def _slug(label: str) -> str:
    return "cause_" + re.sub(r"\W+", "_", label.lower()).strip("_")


def _causes(causes: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    columns: dict[str, pd.Series] = {}
    for cause in causes.itertuples():
        start, end = cause.starts_on.tz_localize(None), cause.ends_on.tz_localize(None)
        active = pd.Series((days >= start) & (days <= end), index=days).astype("int64")
        name = _slug(cause.label)
        columns[name] = active | columns[name] if name in columns else active
    return pd.DataFrame(columns, index=days)


def _window(
    engagement: Engagement, posts: pd.DataFrame, conversions: pd.DataFrame, timezone: str
) -> pd.DatetimeIndex:
    """Return every day that posts and conversions both cover.

    Posts are known up to the last one, or to the last day on which a platform stated a
    total of one of them.
    """
    stated = engagement.tallies.loc[
        engagement.tallies["post_id"].isin(posts["post_id"]), "as_of"
    ].dropna()
    known_to = max([posts["date"].max(), *stated.dt.tz_convert(timezone).dt.tz_localize(None)])
    start = max(posts["date"].min(), conversions["date"].min())
    end = min(known_to.normalize(), conversions["date"].max())
    if end < start:
        raise NoDataError(
            f"Posts and conversions share no day: posts are known from "
            f"{posts['date'].min():%Y-%m-%d} to {known_to:%Y-%m-%d}, conversions from "
            f"{conversions['date'].min():%Y-%m-%d} to {conversions['date'].max():%Y-%m-%d}. "
            f"Add exports that cover the same days."
        )
    return pd.date_range(start, end, freq="D", unit="us", name="date")


def _check_request(outcome: str, timezone: str, kinds: tuple[str, ...]) -> None:
    if outcome not in OUTCOMES:
        raise LiftError(
            f"Unknown outcome {outcome!r}. The outcomes known are: {', '.join(OUTCOMES)}."
        )
    if isinstance(kinds, str):
        raise LiftError(
            f"kinds is the text {kinds!r}. Give a tuple of kinds, such as ({kinds!r},)."
        )
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise LiftError(
            f"Unknown time zone {timezone!r}. Give an IANA name such as 'Europe/Lisbon'."
        ) from None


def daily(
    engagement: Engagement,
    outcome: str,
    timezone: str = "UTC",
    *,
    kinds: tuple[str, ...] = KINDS,
) -> pd.DataFrame:
    """Count posts and conversions day by day.

    Parameters
    ----------
    outcome : str
        One of `OUTCOMES`. Only positive quantities are counted, on the day they were
        decided: a refund carries no date of its own purchase and is not subtracted.
    timezone : str
        IANA name of the zone whose midnights divide the days.
    kinds : tuple of str
        Kinds of post that count as posting.

    Returns
    -------
    DataFrame
        One row a day of the window: date (naive), posts, the outcome (units), likes and
        replies received by that day's posts to this day (missing when no export states
        them), and a 0/1 column `cause_…` for each known cause. `attrs` counts what was
        left out: posts_undated, posts_outside, units_outside, units_negative and, of a week
        or a month, units_undated.

    Raises
    ------
    LiftError
        If the outcome or the time zone is unknown.
    NoDataError
        If there are no such conversions, no dated posts, or no day that both cover.
    """
    _check_request(outcome, timezone, kinds)
    stated = _conversions(engagement, outcome, timezone)
    is_coarse = stated["grain"].isin(COARSE)
    conversions = stated[~is_coarse]
    gained = conversions[conversions["quantity"] > 0]
    posts = _posts(engagement, kinds, timezone)
    days = _window(engagement, posts, gained, timezone)
    posts_by_day, units_by_day = posts.groupby("date").size(), gained.groupby("date")["quantity"]
    frame = pd.DataFrame(
        {
            "posts": posts_by_day.reindex(days, fill_value=0).astype("int64"),
            outcome: units_by_day.sum().reindex(days, fill_value=0).astype("int64"),
            "likes": _received_by_day(engagement, posts, "like", days),
            "replies": _received_by_day(engagement, posts, "reply", days),
        }
    )
    table = frame.join(_causes(engagement.causes, days)).reset_index()
    table.attrs = {
        "posts_undated": int(engagement.posts["kind"].isin(kinds).sum()) - len(posts),
        "posts_outside": len(posts) - int(table["posts"].sum()),
        "units_outside": int(gained["quantity"].sum()) - int(table[outcome].sum()),
        "units_negative": -int(conversions["quantity"].clip(upper=0).sum()),
        "units_undated": int(stated.loc[is_coarse, "quantity"].sum()),
    }
    return table
