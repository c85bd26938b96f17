"""The house style that every figure shares: colours, an empty axis, intervals."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

VISIBLE, HIDDEN, NEUTRAL, PALE = "#D55E00", "#0072B2", "#4D4D4D", "#C9CDD1"
STYLE: Any = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
}


def axes_for(title: str, width: float = 7.0, height: float = 3.0) -> Axes:
    """Return an empty axis in the house style, of this size in inches."""
    with sns.axes_style("ticks", rc=STYLE), plt.rc_context(STYLE):
        axes = plt.subplots(figsize=(width, height))[1]
        axes.set_title(title)
    return axes


def intervals(
    axes: Axes, value: pd.Series, low: pd.Series, high: pd.Series, labels: Sequence[str]
) -> None:
    """Draw values with their intervals, one labelled row each."""
    places = np.arange(len(labels))
    axes.hlines(places, low, high, color=HIDDEN, lw=2)
    axes.plot(value, places, "o", color=HIDDEN, ms=6)
    axes.set_yticks(places, labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)


def nothing(axes: Axes, reason: str) -> Axes:
    """Leave the axis empty but for the reason, which is its alternative text too."""
    axes.set_axis_off()
    axes.text(0, 0.7, reason, wrap=True, va="top", transform=axes.transAxes)
    axes.set_label(reason)
    return axes
