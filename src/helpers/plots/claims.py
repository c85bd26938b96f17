"""The figure of notebook 08 and of the README: attention and conversion, by likes."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.claims.likes import OUTCOMES, SOURCE, LiftByLikes
from helpers.plots.canvas import HIDDEN, NEUTRAL, VISIBLE, axes_for, nothing

TITLE = "What tweeting moved, by the likes it drew"
COLOURS = dict(zip(OUTCOMES, (VISIBLE, HIDDEN), strict=True))
APART = 0.06  # of the two outcomes, so that their intervals do not lie on each other


def lift_by_likes(result: LiftByLikes) -> Axes:
    """Draw the lift of attention beside that of conversion, by likes, with 95 % intervals."""
    axes = axes_for(TITLE, height=3.6)
    if result.table.empty:
        return nothing(axes, result.sentence)
    for side, (outcome, name) in zip((-APART, APART), OUTCOMES.items(), strict=True):
        _series(axes, result.table[result.table["outcome"] == outcome], name, side)
    rows = result.table[result.table["outcome"] == next(iter(OUTCOMES))]
    names = [f"{row.likes}\n{row.bursts:,} bursts" for row in rows.itertuples()]
    axes.set_xticks(range(len(names)), names)
    axes.set_xlim(-0.4, len(names) - 0.2)
    axes.axhline(0, color=NEUTRAL, lw=1, ls=":")
    axes.set(xlabel="likes that a burst of tweets drew", ylabel="moved by tweeting, log points")
    axes.annotate(
        f"95 % intervals. {SOURCE}.",
        (0, -0.34),
        xycoords="axes fraction",
        color=NEUTRAL,
        fontsize=8,
    )
    axes.set_label(result.sentence)
    return axes


def _series(axes: Axes, rows: pd.DataFrame, name: str, side: float) -> None:
    """Draw one outcome as points joined by a line, and its name at the end."""
    colour, places = COLOURS[str(rows["outcome"].iloc[0])], np.arange(len(rows)) + side
    axes.vlines(places, rows["low"], rows["high"], color=colour, lw=2)
    axes.plot(places, rows["difference"], "o-", color=colour, ms=6, lw=1)
    label = name.replace(" (", "\n(")
    end = (places[-1] + 0.12, rows["difference"].iloc[-1])
    axes.annotate(label, end, color=colour, va="center", fontsize=9)
