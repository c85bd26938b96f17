"""Figures of a plan: what a posting test of so many weeks would find."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.plan import sentence
from helpers.plots.canvas import HIDDEN, NEUTRAL, VISIBLE, axes_for, nothing

APART = 0.075
ENOUGH = 0.8
SHARES = (0, 0.2, 0.4, 0.6, ENOUGH, 1)


def _labels(ends: pd.Series) -> pd.Series:
    """Move the heights of labels apart until none covers the next, and below the top."""
    heights = ends.sort_values().copy()
    for place in range(1, len(heights)):
        heights.iloc[place] = max(heights.iloc[place], heights.iloc[place - 1] + APART)
    highest = 1 - APART * np.arange(len(heights))[::-1]
    return heights.clip(upper=pd.Series(highest, heights.index))


def power(table: pd.DataFrame, outcome: str) -> Axes:
    """Draw how often a test of so many weeks finds each lift, with Monte-Carlo intervals."""
    axes = axes_for("How often a posting test of so many weeks finds a lift", height=3.4)
    if table["power"].isna().any():
        return nothing(axes, sentence(table, outcome))
    last = table[table["weeks"] == table["weeks"].max()].set_index("lift")["power"]
    for lift, height in _labels(last).items():
        rows = table[table["lift"] == lift].sort_values("weeks")
        colour = HIDDEN if rows["power"].iloc[-1] >= ENOUGH else VISIBLE
        axes.plot(rows["weeks"], rows["power"], "o-", color=colour, lw=1.8, ms=5)
        axes.vlines(rows["weeks"], rows["low"], rows["high"], color=colour, lw=3, alpha=0.5)
        label = (rows["weeks"].iloc[-1], height)
        axes.annotate(f"+{lift:.0%}".replace("%", " %"), label, (8, 0), va="center",
                      textcoords="offset points", color=colour)  # fmt: skip
    axes.axhline(ENOUGH, color=NEUTRAL, lw=1, ls=":")
    axes.set_yticks(SHARES, ["four in five" if one == ENOUGH else f"{one:g}" for one in SHARES])
    axes.set(
        xlabel="weeks of the test, half of them with posts", ylabel="share of tests", ylim=(0, 1.04)
    )
    axes.set_xticks(sorted(table["weeks"].unique()))
    axes.set_label(sentence(table, outcome))
    return axes
