"""Figures of what follows posting: rank correlations, the record, lifts."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.lift import Lift
from helpers.lift.result import unit_name
from helpers.plots.canvas import HIDDEN, NEUTRAL, VISIBLE, axes_for, intervals, nothing
from helpers.segment import Tracking

RATIOS = (0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 5, 10)


def tracking(results: Sequence[Tracking]) -> Axes:
    """Draw rank correlations of signals with targets, plainly and with reach held fixed."""
    tall = pd.concat(
        [one.table.assign(pair=f"{one.signal} and {one.target}") for one in results]
    ).dropna(subset=["correlation"])
    axes = axes_for("Do visible counts rank posts as the target does?")
    if tall.empty:
        return nothing(axes, results[0].sentence)
    labels = [f"{row.pair},\n{row.measure}" for row in tall.itertuples()]
    intervals(axes, tall["correlation"], tall["low"], tall["high"], labels)
    axes.axvline(0, color=NEUTRAL, lw=1, ls=":")
    axes.set(xlabel="Spearman's rank correlation, 95 % interval", xlim=(-1, 1))
    axes.set_label(" ".join(one.sentence for one in results))
    return axes


def history(result: Lift) -> Axes:
    """Draw the outcome a week, and a tick for every day with a post."""
    axes = axes_for(
        f"{unit_name(result.outcome)} a week; a tick for each day with a post".capitalize()
    )
    if result.table.empty:
        return nothing(axes, result.sentence)
    daily = result.table.set_index(pd.to_datetime(result.table["date"]))
    weekly = daily[result.outcome].resample("W").agg(["sum", "size"])
    weekly = weekly.loc[weekly["size"] == 7, "sum"]
    posted = daily.index[daily["posts"] > 0]
    axes.plot(weekly.index, weekly, color=HIDDEN, lw=1.8)
    axes.plot(posted, np.zeros(len(posted)), "|", color=VISIBLE, ms=9)
    axes.set(ylabel=f"{unit_name(result.outcome)} a week", xlabel="")
    axes.set_ylim(bottom=0)
    axes.tick_params(axis="x", rotation=30)
    total = f"{int(daily[result.outcome].sum()):,} {unit_name(result.outcome)}"
    axes.set_label(
        f"{total} over {len(daily):,} days, between "
        f"{weekly.min():,.0f} and {weekly.max():,.0f} a week, with {len(posted):,} posting days."
    )
    return axes


def lifts(results: Sequence[Lift], labels: Sequence[str] | None = None) -> Axes:
    """Draw each lift as a ratio with its interval; none where the verdict is "cannot tell"."""
    axes = axes_for("With posting ÷ without, 95 % interval", height=1.3 + 0.6 * len(results))
    names = labels or [f"{unit_name(one.outcome)}: {one.verdict}" for one in results]
    ends = np.array([(one.low, one.ratio, one.high) for one in results])
    held = np.isfinite(ends).all(axis=1) & [one.verdict != "cannot tell" for one in results]
    if not held.any():
        return nothing(axes, "No interval is drawn: no estimate passed its checks.")
    for place, (holds, (low, ratio, high)) in enumerate(zip(held, ends, strict=True)):
        if holds:
            axes.plot([low, high], [place, place], color=HIDDEN, lw=2)
            axes.plot([ratio], [place], "o", color=HIDDEN, ms=6)
        else:
            axes.text(1, place, "  no figure that holds", color=NEUTRAL, va="center", fontsize=9)
    axes.axvline(1, color=NEUTRAL, lw=1, ls=":")
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xscale("log")
    reach = (min(ends[held].min() / 1.1, 0.95), max(ends[held].max() * 1.1, 1.1))
    axes.set_xlim(reach)
    ticks = [tick for tick in RATIOS if reach[0] <= tick <= reach[1]]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel("ratio (1: posting makes no difference)")
    axes.set_label(" ".join(one.sentence for one in results))
    return axes
