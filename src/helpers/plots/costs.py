"""Figure of what batches and counts of events cost, as authors and events grow."""

import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator

from helpers.costs import BATCH, NAMES, OURS, PANDAS, PAPERMILL, SQL, Costs
from helpers.plots.canvas import HIDDEN, NEUTRAL, STYLE, VISIBLE

PANELS = (
    ("Authors, five notebooks each", "CPU-seconds", (PAPERMILL, BATCH), 1, ""),
    ("Events, three counts of them", "seconds", (PANDAS, OURS, SQL), 1_000_000, " m"),
)
COLOURS = {BATCH: HIDDEN, OURS: HIDDEN, SQL: NEUTRAL, PAPERMILL: VISIBLE, PANDAS: VISIBLE}
SHIFTED = {OURS: 6, SQL: -6}
ROOM = 8


def growth(costs: Costs) -> Axes:
    """Draw costs against sizes on logarithmic scales, each way labelled at its end."""
    with sns.axes_style("ticks", rc=STYLE), plt.rc_context(STYLE):
        _, panels = plt.subplots(1, 2, figsize=(8.0, 3.0), layout="constrained")
    for axes, (title, unit, ways, divisor, after) in zip(panels, PANELS, strict=True):
        axes.set(title=title, ylabel=unit, xscale="log", yscale="log")
        for way in ways:
            _line(axes, costs, way)
        sizes = costs.line(ways[1])["size"]
        axes.minorticks_off()
        axes.set_xticks(sizes, [f"{size / divisor:,.0f}{after}" for size in sizes])
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 3)))
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set_xlim(right=sizes.iloc[-1] * ROOM)
    first: Axes = panels[0]
    first.set_label(costs.sentence)
    return first


def _line(axes: Axes, costs: Costs, way: str) -> None:
    rows = costs.line(way)
    axes.plot(rows["size"], rows["cost"], "o-", ms=4, color=COLOURS[way])
    axes.annotate(
        NAMES[way],
        (rows["size"].iloc[-1], rows["cost"].iloc[-1]),
        xytext=(6, SHIFTED.get(way, 0)),
        textcoords="offset points",
        va="center",
        color=COLOURS[way],
    )
