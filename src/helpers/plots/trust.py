"""Figures of how often methods are right, in worlds whose truth is known."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.measured import HOLDS
from helpers.plots.canvas import HIDDEN, NEUTRAL, PALE, VISIBLE, axes_for

LEAST, MOST, ALARMS = 0.93, 0.98, 0.06


def coverage(table: pd.DataFrame, design: str) -> Axes:
    """Draw how often the 95 % interval held the truth: a row a world, a mark a cell."""
    return _by_world(
        table.assign(share=table["coverage"]),
        f"How often the interval of the {design} design held the truth",
        (LEAST, MOST),
        "the interval held the truth",
    )


def alarms(table: pd.DataFrame, design: str) -> Axes:
    """Draw how often a lift was declared where there was none: a row a world, a mark a cell."""
    return _by_world(
        table.assign(share=table["false alarms"]).dropna(subset="share"),
        f"How often the {design} design saw a lift where there was none",
        (0, ALARMS),
        "a lift was declared where there was none",
    )


def _by_world(table: pd.DataFrame, title: str, wanted: tuple[float, float], what: str) -> Axes:
    worlds = list(dict.fromkeys(table["world"]))[::-1]
    axes = axes_for(title, height=1.2 + 0.26 * len(worlds))
    axes.axvspan(*wanted, color=PALE, alpha=0.6, lw=0)
    for holds, colour, mark in ((True, HIDDEN, "o"), (False, VISIBLE, "D")):
        rows = table[(table["assumption"] == HOLDS) == holds]
        places = rows["world"].map(worlds.index)
        axes.plot(rows["share"], places, mark, color=colour, mfc="none", ms=5)
    axes.set_yticks(np.arange(len(worlds)), worlds)
    low, high = min(table["share"].min(), wanted[0]), max(table["share"].max(), wanted[1])
    axes.set_xlim(max(low - 0.03, -0.01), min(high + 0.03, 1.01))
    axes.set_xlabel("share of draws; band: what is wanted; diamonds: the assumption fails")
    axes.xaxis.label.set_color(NEUTRAL)
    held = table.loc[table["assumption"] == HOLDS, "share"]
    share = f"{held.min():.1%} to {held.max():.1%}".replace("%", " %")
    axes.set_label(
        f"In {len(held)} cells of {len(worlds)} simulated worlds where the assumption holds, "
        f"{what} in {share} of the draws."
    )
    return axes
