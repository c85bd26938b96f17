"""The posting calendar: days in blocks, blocks in pairs, and a coin for each pair.

A *block* is some days in a row that are treated alike, a week unless asked otherwise. Of the
two blocks of a *pair* a coin gives one the *arm* "post" and the other "quiet". *Spare* days at
the end have no partner and are left out.
"""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd

ARMS = ("post", "quiet")
COLUMNS = ("date", "block", "pair", "arm", "post")
WEEK = 7


class PlanError(ValueError):
    """A plan cannot be made as asked, or a calendar is not the one that was drawn."""


def next_monday() -> date:
    """Return the first Monday after today (UTC)."""
    today = datetime.now(UTC).date()
    return today + timedelta(days=WEEK - today.weekday())


def _whole(name: str, value: int, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise PlanError(f"{name}={value!r} is not a whole number of at least {least}.")


def _first(start: str | date | None) -> date:
    if isinstance(start, date):
        return start.date() if isinstance(start, datetime) else start
    try:
        return date.fromisoformat(start) if start else next_monday()
    except ValueError:
        raise PlanError(f"start={start!r} is not a day. Write it such as '2026-07-06'.") from None


def coins(pairs: int, seed: int) -> np.ndarray:
    """Flip a fair coin a pair: True where the first block has the posts.

    A longer calendar of the same seed begins as the shorter one.
    """
    return np.random.default_rng(seed).random(pairs) < 0.5


def _posts(posts_per_week: int, block_days: int) -> np.ndarray:
    """Spread a block's posts over its days, the last days bare as far as can be."""
    posts = max(1, round(posts_per_week * block_days / WEEK))
    days = np.arange(posts) * block_days // posts
    return np.bincount(days, minlength=block_days)


def schedule(
    weeks: int,
    posts_per_week: int,
    seed: int,
    *,
    block_days: int = WEEK,
    start: str | date | None = None,
) -> pd.DataFrame:
    """Draw a posting calendar that a later analysis can trust.

    Parameters
    ----------
    weeks : int
        How long the test may last. Days that fill no pair are spare and left out.
    posts_per_week : int
        Posts in a week with posts; the other weeks have none.
    seed : int
        What the coins are drawn from; the same seed draws the same arms.
    block_days : int
        Length of a block, days.
    start : date or str, optional
        First day; the Monday after today when not given.

    Returns
    -------
    DataFrame
        One row a day: date, block and pair (from 1), arm ("post" or "quiet"), and post, a
        suggestion of how many posts that day. `attrs` holds seed and spare_days.

    Raises
    ------
    PlanError
        If a number is not a whole one of use, the start is no day, or no pair fits.

    Notes
    -----
    Paired blocks after Bojinov, Simchi-Levi & Zhao 2023 (switchback experiments).
    """
    least = {"weeks": 1, "posts_per_week": 1, "seed": 0, "block_days": 1}
    given = {"weeks": weeks, "posts_per_week": posts_per_week, "seed": seed}
    for name, value in {**given, "block_days": block_days}.items():
        _whole(name, value, least[name])
    pairs, spare = divmod(weeks * WEEK, 2 * block_days)
    if not pairs:
        raise PlanError(
            f"{weeks} week(s) hold no pair of blocks of {block_days} days. Ask for at least "
            f"{-(-2 * block_days // WEEK)} weeks, or shorter blocks."
        )
    first = coins(pairs, seed)
    posting = np.column_stack([first, ~first]).ravel().repeat(block_days)
    block = np.arange(2 * pairs).repeat(block_days)
    suggested = np.tile(_posts(posts_per_week, block_days), 2 * pairs)
    table = pd.DataFrame(
        {
            "date": pd.date_range(_first(start), periods=len(block), freq="D", unit="us"),
            "block": block + 1,
            "pair": block // 2 + 1,
            "arm": np.where(posting, *ARMS),
            "post": suggested * posting,
        }
    ).astype({"arm": "str"})
    table.attrs = {"seed": int(seed), "spare_days": spare}
    return table


def blocks(calendar: pd.DataFrame) -> pd.DataFrame:
    """Return one row a block: block, pair, begins, ends, arm, posts, post_on (days of the week)."""
    days = calendar.assign(day=calendar["date"].dt.strftime("%a"))
    days["day"] = days["day"].where(days["post"] > 0)
    grouped = days.groupby("block", sort=False)
    return pd.DataFrame(
        {
            "pair": grouped["pair"].first(),
            "begins": grouped["date"].min().dt.strftime("%Y-%m-%d"),
            "ends": grouped["date"].max().dt.strftime("%Y-%m-%d"),
            "arm": grouped["arm"].first(),
            "posts": grouped["post"].sum(),
            "post_on": grouped["day"].agg(lambda names: ", ".join(names.dropna())),
        }
    ).reset_index()


def summary(calendar: pd.DataFrame) -> str:
    """Say what a calendar asks of its author."""
    begins, ends = calendar["date"].min(), calendar["date"].max()
    pairs, length = calendar["pair"].nunique(), int((calendar["block"] == 1).sum())
    quiet = int((calendar["arm"] == "quiet").sum())
    spare = calendar.attrs.get("spare_days", 0)
    left = f" {spare} more day(s) have no partner: post as you like then." if spare else ""
    return (
        f"From {begins:%Y-%m-%d} to {ends:%Y-%m-%d}, {pairs} pairs of blocks of {length} days. "
        f"Of each pair, a coin gave one block the posts and left the other without: "
        f"{int(calendar['post'].sum())} posts in all, and {quiet} quiet days.{left}"
    )
