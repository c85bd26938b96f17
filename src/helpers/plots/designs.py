"""Figures of what a lift was read from: days, blocks drawn by lot, or days foretold."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.lift.result import Lift, unit_name
from helpers.plots.canvas import HIDDEN, NEUTRAL, VISIBLE, axes_for, nothing
from helpers.plots.effects import history

WEEK = 7


def record(result: Lift) -> Axes:
    """Draw the days behind a lift, as its design reads them."""
    columns = set(result.table)
    if result.table.empty:
        return nothing(axes_for("What the lift was read from"), result.sentence)
    if {"block", "arm", "starts_on"} <= columns:
        return _blocks(result)
    if "without_campaign" in columns:
        return _foretold(result)
    if "date" in columns:
        return history(result)
    return nothing(axes_for("What the lift was read from"), result.sentence)


def _blocks(result: Lift) -> Axes:
    """Draw each block's conversions a day, those drawn to be posted in apart."""
    unit, table = unit_name(result.outcome), result.table
    axes = axes_for(f"{unit} a day in blocks drawn by lot".capitalize())
    rates = table[result.outcome] / table["days"]
    starts = pd.to_datetime(table["starts_on"])
    means = {}
    for arm, colour, fill in (("quiet", NEUTRAL, "none"), ("post", VISIBLE, VISIBLE)):
        rows = table["arm"] == arm
        means[arm] = table.loc[rows, result.outcome].sum() / table.loc[rows, "days"].sum()
        axes.plot(starts[rows], rates[rows], "o", color=colour, mfc=fill, ms=6)
        axes.axhline(means[arm], color=colour, lw=1.2, ls="-" if arm == "post" else ":")
    for (arm, mean), align in zip(means.items(), _apart(means), strict=True):
        axes.annotate(
            f" {arm}: {mean:.2f}", (1, mean), xycoords=("axes fraction", "data"), va=align
        )
    axes.set(ylabel=f"{unit} a day", xlabel="")
    axes.set_ylim(bottom=0)
    axes.tick_params(axis="x", rotation=30)
    axes.set_label(
        f"{unit.capitalize()} a day in {len(table):,} blocks: {means['post']:.2f} in those drawn "
        f"to be posted in, {means['quiet']:.2f} in those drawn to be quiet."
    )
    return axes


def _apart(means: dict[str, float]) -> list[str]:
    """Return how labels stand, in the order of the arms, so that they never meet."""
    highest = max(means, key=lambda arm: means[arm])
    return ["bottom" if arm == highest else "top" for arm in means]


def _foretold(result: Lift) -> Axes:
    """Draw what was counted and what the days before foretell, as means of seven days."""
    unit, table = unit_name(result.outcome), result.table
    axes = axes_for(f"{unit} a day, as counted and as foretold (means of {WEEK} days)".capitalize())
    days = pd.to_datetime(table["date"])
    counted, foretold = (
        table[name].rolling(WEEK, center=True, min_periods=1).mean()
        for name in (result.outcome, "without_campaign")
    )
    window = days[table["campaign"] == 1]
    axes.axvspan(window.iloc[0], window.iloc[-1], color=NEUTRAL, alpha=0.15, lw=0)
    axes.plot(days, foretold, color=NEUTRAL, lw=1.5, ls="--")
    axes.plot(days, counted, color=HIDDEN, lw=1.8)
    for label, line, align in (("counted", counted, "bottom"), ("foretold", foretold, "top")):
        axes.annotate(f" {label}", (days.iloc[-1], line.iloc[-1]), va=align)
    axes.set(ylabel=f"{unit} a day", xlabel="")
    axes.set_ylim(bottom=0)
    axes.tick_params(axis="x", rotation=30)
    inside = table["campaign"] == 1
    axes.set_label(
        f"From {window.iloc[0]:%Y-%m-%d} to {window.iloc[-1]:%Y-%m-%d} there were "
        f"{table.loc[inside, result.outcome].sum():,.0f} {unit}; the days before foretell "
        f"{table.loc[inside, 'without_campaign'].sum():,.0f}."
    )
    return axes


def placebos(windows: pd.DataFrame, outcome: str) -> Axes:
    """Draw the ratio of each window in which nothing began, and of the campaign, the last."""
    axes = axes_for("Counted ÷ foretold: the campaign beside windows where nothing began")
    if windows.empty:
        return nothing(axes, "No window is drawn: the days allow no comparison.")
    starts, ratios = pd.to_datetime(windows["start"]), windows["ratio"].to_numpy("float64")
    axes.plot(starts[:-1], ratios[:-1], "o", color=NEUTRAL, mfc="none", ms=6)
    axes.plot(starts[-1:], ratios[-1:], "o", color=VISIBLE, ms=7)
    axes.annotate("campaign ", (starts.iloc[-1], ratios[-1]), ha="right", va="bottom")
    axes.axhline(1, color=NEUTRAL, lw=1, ls=":")
    axes.set(ylabel="ratio", xlabel="first day of the window")
    axes.tick_params(axis="x", rotation=30)
    others = ratios[:-1][np.isfinite(ratios[:-1])]
    span = f"between {others.min():.2f} and {others.max():.2f}" if len(others) else "not known"
    axes.set_label(
        f"{unit_name(outcome).capitalize()} counted ÷ foretold: {ratios[-1]:.2f} in the campaign, "
        f"{span} in {len(others)} windows before it in which nothing began."
    )
    return axes
