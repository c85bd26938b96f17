"""Figures that set authors side by side: ranks by what is visible and by what is not."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from helpers.compare import Ranks
from helpers.plots.canvas import HIDDEN, NEUTRAL, PALE, VISIBLE, axes_for, nothing

MOST = 40  # rows that can be read
MARKS = ("s", "D")
ASIDE = 0.18


def _order(visible: Sequence[Ranks], hidden: Ranks) -> list[int]:
    """Return the places of authors, the first by the last visible measure that ranks any."""
    ranked = [one for one in visible if one.measure.ranked.any()]
    by = (ranked[-1] if ranked else hidden).rank
    names = hidden.measure.authors
    places = sorted(range(len(by)), key=lambda at: (np.isnan(by[at]), by[at], names[at]))
    return places[:MOST]


def rankings(visible: Sequence[Ranks], hidden: Ranks) -> Axes:
    """Draw, a row an author, the rank interval by a hidden measure beside the visible ranks.

    Parameters
    ----------
    visible : sequence of Ranks
        At most two: followers and likes.
    hidden : Ranks
        Of the same authors. Pale lines are authors who cannot be ranked by it.
    """
    measure, shown = hidden.measure, [one for one in visible if one.measure.ranked.any()]
    places = _order(visible, hidden)
    axes = axes_for(
        f"Rank by {measure.name}, with the ranks that the data allow",
        height=1.5 + (0.42 if len(places) <= 12 else 0.24) * len(places),
    )
    said = " ".join(one.sentence for one in (*shown, hidden))
    if not measure.ranked.any():
        return nothing(axes, said)
    for row, place in enumerate(places):
        ends = (hidden.low[place], hidden.high[place])
        known = measure.ranked[place]
        axes.plot(ends, [row, row], color=HIDDEN if known else PALE, lw=3 if known else 2,
                  solid_capstyle="butt" if ends[0] < ends[1] else "projecting")  # fmt: skip
        if not known:
            axes.text(ends[1] + 0.05, row, "cannot tell", color=NEUTRAL, va="center", fontsize=8)
    axes.plot(hidden.rank[places], np.arange(len(places)), "o", color=HIDDEN, ms=6,
              label=measure.name)  # fmt: skip
    for mark, one in zip(MARKS[-len(shown) :] if shown else (), shown, strict=True):
        rows = np.arange(len(places)) - ASIDE
        axes.plot(one.rank[places], rows, mark, color=VISIBLE, mfc="none", ms=5,
                  label=one.measure.name)  # fmt: skip
    _finish(axes, hidden, places)
    left = len(measure.authors) - len(places)
    axes.set_label(said + (f" {left} more authors are not drawn." if left else ""))
    return axes


def _finish(axes: Axes, hidden: Ranks, places: list[int]) -> None:
    """Name the rows, number the ranks and tell the marks apart."""
    authors, is_open = len(hidden.measure.authors), not hidden.measure.ranked[places].all()
    axes.set_yticks(range(len(places)), [hidden.measure.authors[place] for place in places])
    axes.set_ylim(len(places) - 0.4, -0.6)
    axes.set_xlim(0.7, authors + 0.1 + (0.12 * authors if is_open else 0.2))
    step = max(1, authors // 10)
    axes.set_xticks([1, *(one for one in range(step, authors + 1, step) if one > 1)])
    axes.set_xlabel("rank (1 is the highest); line: 95 %, all authors at once")
    axes.xaxis.label.set_color(NEUTRAL)
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, borderaxespad=0)
