"""A panel of authors made ready to compare: checked, and laid out author by date.

A *panel* has one row an author and date. An author is *treated* from its *start* on; an
author with no start is *never treated*. Dates *before* are those on which nobody had
started. An author's *size* is its mean before; divided by it, authors large and small
are compared *in proportion*.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.lift import columns
from helpers.lift.regression import Array
from helpers.lift.result import LiftError

LEAST_OUTCOME = 10.0


@dataclass(frozen=True, eq=False)
class Panel:
    """Authors in rows, dates in columns.

    Parameters
    ----------
    dates : DatetimeIndex (T,)
        In order.
    outcome : array (N, T)
        What was counted.
    starts : array (N,) of int
        The place of each author's first treated date; T for the never treated.
    sizes : array (N,)
        What each author is divided by; all 1 when compared in amounts.
    left_out : int
        Authors left out because they had too little before (in amounts: nothing).
    cut : int
        Last dates left out because every author was treated by then.
    """

    dates: pd.DatetimeIndex
    outcome: Array
    starts: NDArray[np.int64]
    sizes: Array
    left_out: int
    cut: int

    @property
    def before(self) -> int:
        """The number of dates on which nobody had started."""
        return int(self.starts.min())

    @property
    def levels(self) -> Array:
        """Each author's mean before (N,)."""
        return self.outcome[:, : self.before].mean(axis=1)

    @property
    def relative(self) -> Array:
        """Outcome ÷ level (N, T); 0 for an author whose level is 0."""
        level = self.levels[:, None]
        return np.divide(self.outcome, level, out=np.zeros_like(self.outcome), where=level > 0)

    @property
    def treated(self) -> NDArray[np.bool_]:
        """Which authors start at all."""
        return self.starts < self.outcome.shape[1]


def _check_values(panel: pd.DataFrame, outcome: str) -> None:
    rows = len(panel)
    for name in ("author", "date"):
        if panel[name].isna().any():
            raise LiftError(
                f"Column {name!r} is missing in {int(panel[name].isna().sum())} of {rows} row(s). "
                f"Say whose and which date each row is."
            )
    for name in ("treated", outcome):
        columns.check_numbers(panel[name])
        unknown = ~np.isfinite(panel[name].to_numpy("float64", na_value=np.nan))
        if unknown.any():
            raise LiftError(
                f"Column {name!r} is missing or infinite in {int(unknown.sum())} of {rows} row(s). "
                f"An unknown date is not a zero: leave that author or those dates out."
            )
    odd = ~panel["treated"].isin((0, 1))
    if odd.any():
        raise LiftError(
            f"Column 'treated' is neither 0 nor 1 in {int(odd.sum())} of {rows} row(s), such as "
            f"{panel.loc[odd, 'treated'].iloc[0]}. Write 1 from an author's start on, else 0."
        )
    if (panel[outcome] < 0).any():
        raise LiftError(
            f"Column {outcome!r} is negative in {int((panel[outcome] < 0).sum())} of {rows} "
            f"row(s). Count what was gained; leave refunds and departures out."
        )


def _check_whole(panel: pd.DataFrame) -> None:
    repeated = panel.duplicated(["author", "date"])
    if repeated.any():
        raise LiftError(
            f"An author has more than one row on {panel.loc[repeated, 'date'].iloc[0]:%Y-%m-%d} "
            f"({int(repeated.sum())} row(s) too many). Sum them to one row an author and date."
        )
    authors, dates = panel["author"].nunique(), panel["date"].nunique()
    if authors == 1:
        raise LiftError(
            "The panel has a single author. Give authors to compare with, or use from_campaign."
        )
    if len(panel) < authors * dates:
        there = panel.groupby("date").size()
        lacking = there[there < authors].index[0]
        raise LiftError(
            f"{authors * dates - len(panel)} of {authors * dates} rows are missing: {authors} "
            f"authors, {dates} dates, and not every author on {lacking:%Y-%m-%d}. "
            f"Give every author a row on every date, zeros included."
        )


def _check_treated(values: Array, dates: pd.DatetimeIndex) -> None:
    authors, ever = len(values), values.any(axis=0)
    back = np.diff(values, axis=1) < 0
    if back.any():
        raise LiftError(
            f"{int(back.any(axis=1).sum())} of {authors} author(s) stop being treated, the "
            f"first on {dates[1:][back.any(axis=0)][0]:%Y-%m-%d}. An author stays treated "
            f"from its start on: cut the panel before anyone stops."
        )
    if not values.any():
        raise LiftError(
            f"No author of {authors} is ever treated. Write 1 in column 'treated' from an "
            f"author's start on."
        )
    if values[:, 0].any():
        raise LiftError(
            f"{int(values[:, 0].sum())} of {authors} author(s) are treated from the first date, "
            f"{dates[0]:%Y-%m-%d}. Leave them out, or add dates before they started."
        )
    if values[:, ever].all():
        raise LiftError(
            f"All {authors} authors start on one date, {dates[ever][0]:%Y-%m-%d}, so nobody is "
            f"left to compare with. Add authors who did not start, or use from_campaign."
        )


def read(panel: pd.DataFrame, outcome: str, *, relative: bool) -> Panel:
    """Check a panel and lay it out author by date.

    Where every author is treated in the end, the dates from the last start on are cut.

    Raises
    ------
    LiftError
        If a column is missing, repeated or not what it must be, a row is missing or
        repeated, an author stops being treated or never was not, or nobody is left to
        compare with.
    """
    hint = "Give one row an author and date."
    columns.check(panel, ["author", "date", "treated", outcome], has="The panel has", hint=hint)
    if panel.empty:
        raise LiftError(f"The panel has no rows. {hint}")
    columns.check_dates(panel["date"])
    _check_values(panel, outcome)
    _check_whole(panel)
    table = panel.sort_values(["author", "date"])
    dates = pd.DatetimeIndex(table["date"].unique())
    treated, values = (
        table[name].to_numpy("float64").reshape(-1, len(dates)) for name in ("treated", outcome)
    )
    _check_treated(treated, dates)
    starts = (treated == 0).sum(axis=1)
    end = int(min(starts.max(), values.shape[1]))
    before = values[:, : starts.min()]
    kept = before.sum(axis=1) >= LEAST_OUTCOME if relative else before.sum(axis=1) > 0
    sizes = before.mean(axis=1) if relative else np.ones(len(values))
    return Panel(
        dates=dates[:end],
        outcome=values[kept, :end],
        starts=starts[kept],
        sizes=sizes[kept],
        left_out=int((~kept).sum()),
        cut=values.shape[1] - end,
    )
