"""The blocks of a posting calendar, checked, and set beside the days as they were.

A *block* is some days that were drawn to be posted on or to be quiet; a *pair* is two
blocks between which a fair coin decided. A block was *kept* when a post block had a post,
or a quiet block none.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.lift import columns
from helpers.lift import series as days
from helpers.lift.redraws import Drawn
from helpers.lift.regression import Array
from helpers.lift.result import LiftError
from helpers.lift.series import Series

COLUMNS = ("date", "block", "pair", "arm")
POST, QUIET = "post", "quiet"


@dataclass(frozen=True, eq=False)
class Calendar:
    """A calendar and its days.

    Parameters
    ----------
    series : Series
        Days from the calendar's first to its last.
    drawn : Drawn
        The same days under their coins.
    table : DataFrame
        A row a block in order of time: pair, block, arm, starts_on, days, posts, the outcome.
    """

    series: Series
    drawn: Drawn
    table: pd.DataFrame

    @property
    def kept(self) -> Array:
        """Tell of each block whether it was kept, as 1 or 0."""
        as_drawn = (self.table["posts"] > 0) == (self.table["arm"] == POST)
        return as_drawn.to_numpy("float64")

    @property
    def posted(self) -> tuple[float, float]:
        """Return the shares of post blocks and of quiet blocks that had a post."""
        had, drawn = self.table["posts"] > 0, self.table["arm"] == POST
        return float(had[drawn].mean()), float(had[~drawn].mean())


def _check_columns(schedule: pd.DataFrame) -> None:
    needs = "It needs a row a day: date, block, pair, arm."
    columns.check(schedule, COLUMNS, has="The schedule has", hint=needs)
    if schedule.empty:
        raise LiftError(f"The schedule has no rows. {needs}")
    columns.check_dates(schedule["date"], " of the schedule")
    for name in COLUMNS:
        empty = int(schedule[name].isna().sum())
        if empty:
            raise LiftError(
                f"Column {name!r} of the schedule is missing in {empty:,} of {len(schedule):,} "
                f"row(s). Each day of a calendar has a date, block, pair and arm as drawn."
            )


def _check_rows(schedule: pd.DataFrame) -> None:
    unknown = schedule.loc[~schedule["arm"].isin([POST, QUIET]), "arm"]
    if len(unknown):
        raise LiftError(
            f"Column 'arm' of the schedule holds {str(unknown.iloc[0])!r} ({len(unknown):,} row(s) "
            f"are neither {POST!r} nor {QUIET!r}). Write each day's arm as it was drawn."
        )
    repeated = schedule.loc[schedule["date"].duplicated(), "date"]
    if len(repeated):
        raise LiftError(
            f"The day {repeated.iloc[0]:%Y-%m-%d} stands in more than one row of the schedule "
            f"({len(repeated):,} row(s) too many). A day belongs to one block."
        )
    for name in ("pair", "arm"):
        held = schedule[["block", name]].drop_duplicates()["block"]
        several = held[held.duplicated()]
        if len(several):
            raise LiftError(
                f"Block {several.iloc[0]} of the schedule has "
                f"{int((held == several.iloc[0]).sum())} values of {name!r}. A block lies in one "
                f"pair and has one arm."
            )
    _check_pairs(schedule)


def _check_pairs(schedule: pd.DataFrame) -> None:
    each = schedule.drop_duplicates("block").groupby("pair", sort=False)["arm"].agg(list)
    wrong = each[each.map(sorted).map(lambda arms: arms != [POST, QUIET])]
    if len(wrong):
        raise LiftError(
            f"Pair {wrong.index[0]} of the schedule has {wrong.iloc[0].count(POST)} post "
            f"block(s) and {wrong.iloc[0].count(QUIET)} quiet block(s) ({len(wrong)} such "
            f"pair(s)). A coin needs one of each: leave out pairs that are not whole."
        )


def _match(daily: pd.DataFrame, schedule: pd.DataFrame) -> pd.DataFrame:
    """Return the daily rows from the first scheduled day to the last, and undated ones."""
    dates = daily.columns == "date"
    if dates.sum() != 1 or not pd.api.types.is_datetime64_any_dtype(daily["date"]):
        return daily  # which its own reader refuses
    unmatched = schedule.loc[~schedule["date"].isin(daily["date"]), "date"]
    if len(unmatched):
        raise LiftError(
            f"The daily table lacks {len(unmatched):,} of {len(schedule):,} days of the schedule, "
            f"the first {unmatched.min():%Y-%m-%d}. If they are yet to come or unknown, leave "
            f"their pairs out of the schedule; if nothing happened, give them rows of zeros."
        )
    within = daily["date"].between(schedule["date"].min(), schedule["date"].max())
    return daily[within | daily["date"].isna()]


def _firsts(series: Series, schedule: pd.DataFrame) -> tuple[Array, Array]:
    """Return which days are in the first (1) or second (-1) block of each pair, and coins."""
    dated = schedule.set_index("date").reindex(series.table["date"])
    scheduled = schedule.sort_values("date")
    opening = scheduled.drop_duplicates("pair").set_index("pair")
    pairs = dated["pair"].to_numpy()[None] == opening.index.to_numpy()[:, None]
    in_first = dated["block"].to_numpy()[None] == opening["block"].to_numpy()[:, None]
    first = np.where(pairs, np.where(in_first, 1.0, -1.0), 0.0)
    return first, np.where(opening["arm"] == POST, 1.0, -1.0)


def _table(series: Series, schedule: pd.DataFrame, outcome: str) -> pd.DataFrame:
    rows = schedule[list(COLUMNS)].merge(series.table[["date", "posts", outcome]], on="date")
    rows = rows.sort_values("date")
    codes, _ = pd.factorize(rows["block"])
    table = rows.drop_duplicates("block")[["pair", "block", "arm"]].reset_index(drop=True)
    table["starts_on"] = rows.drop_duplicates("block")["date"].to_numpy()
    table["days"] = np.bincount(codes)
    for name in ("posts", outcome):
        table[name] = np.bincount(codes, weights=rows[name])
    return table


def read(
    daily: pd.DataFrame, schedule: pd.DataFrame, outcome: str, controls: tuple[str, ...]
) -> Calendar:
    """Check a calendar and set it beside the daily table, by date.

    Raises
    ------
    LiftError
        If either table is malformed, or the daily table lacks days of the calendar.
    """
    _check_columns(schedule)
    _check_rows(schedule)
    series = days.read(_match(daily, schedule), outcome, controls)
    first, coins = _firsts(series, schedule)
    kept = (series.kept | ~series.kept.any()) & (first != 0).any(axis=0)
    drawn = Drawn(series.counts, series.calendar, first, coins, kept)
    return Calendar(series, drawn, _table(series, schedule, outcome))
