"""Figures of what exports hold, and of the people behind them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from helpers.lurkers import Bounds
from helpers.plots.canvas import HIDDEN, NEUTRAL, PALE, VISIBLE, axes_for, nothing
from helpers.segment import Concentration
from helpers.tables import Engagement
from helpers.wording import FEWEST

SQUARES = (20, 50)
SPREAD, GOLDEN = 0.25, (5**0.5 - 1) / 2  # dots side by side, the same in every run
CONVERSIONS = {"signup": "sign-ups", "sale": "sales", "paid": "first payments", "follow": "follows"}


def holdings(engagement: Engagement) -> Axes:
    """Draw what the exports hold, week by week: posts, sign-ups, sales and the like."""
    gained = engagement.conversions[engagement.conversions["quantity"] > 0]
    rows = {"posts": pd.Series(1, engagement.posts["published_at"])}
    for kind, group in gained.groupby("kind"):
        units = pd.Series(group["quantity"].to_numpy("int64"), group["occurred_at"])
        rows[CONVERSIONS.get(str(kind), str(kind))] = units
    weeks = {name: _weekly(units[units.index.notna()]) for name, units in rows.items()}
    axes = axes_for("What the exports hold, week by week (area: how many)")
    for place, (_, counts) in enumerate(weeks.items()):
        sizes = 140 * counts / max(counts.max(), 1) if len(counts) else counts
        axes.scatter(counts.index, np.full(len(counts), place), s=sizes, c=HIDDEN, alpha=0.6, lw=0)
    labels = [f"{name} ({int(counts.sum()):,})" for name, counts in weeks.items()]
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.tick_params(axis="x", rotation=30)
    axes.set_label("Dots for each week of " + ", ".join(labels) + ".")
    return axes


def _weekly(units: pd.Series) -> pd.Series:
    days = units.index.tz_localize(None) if len(units) else pd.DatetimeIndex([])
    weekly = pd.Series(units.to_numpy(), days, dtype="int64").resample("W").sum()
    return weekly[weekly > 0]


def rungs(described: pd.DataFrame) -> Axes:
    """Draw acts per 1,000 people reached on each rung, one dot a post, median marked."""
    known = described[described["reached"] > 0]
    columns = {"interaction_rate": "interaction (like, boost)", "engagement_rate": "engagement"}
    tall = known[list(columns)].rename(columns=columns).mul(1000).melt().dropna()
    axes = axes_for("Acts per 1,000 people reached, one dot a post")
    if tall.empty:
        return nothing(axes, "No post here has both a count of people reached and of acts.")
    rates = {str(name): each for name, each in tall.groupby("variable", sort=False)["value"]}
    for place, (each, colour) in enumerate(zip(rates.values(), (VISIBLE, HIDDEN), strict=False)):
        spread = SPREAD * (2 * (np.arange(len(each)) * GOLDEN % 1) - 1)
        axes.scatter(each, place + spread, s=9, lw=0, alpha=0.5, color=colour)
    axes.set_yticks(range(len(rates)), list(rates))
    axes.set_ylim(len(rates) - 0.5, -0.5)
    medians = tall.groupby("variable", sort=False)["value"].median()
    for place, (_, value) in enumerate(medians.items()):
        axes.plot([value, value], [place - 0.35, place + 0.35], color="black", lw=1.5)
        axes.text(value, place - 0.38, f" median {value:.3g}", va="bottom", fontsize=9)
    axes.set(xlabel="acts per 1,000 people reached (square-root scale)", ylabel="")
    axes.set_xscale("function", functions=(np.sqrt, np.square))
    said = "; ".join(f"{name}: median {value:.3g}" for name, value in medians.items())
    axes.set_label(f"Acts per 1,000 people reached over {len(known):,} posts. {said}.")
    return axes


def audience(shares: Bounds) -> Axes:
    """Draw 1,000 squares, one a person in a typical post's audience, coloured by what they did."""
    axes = axes_for("1,000 people whom a typical post reached", height=3.2)
    if shares.table.empty or shares.table["lurker_low"].isna().iloc[0]:
        return nothing(axes, shares.sentence)
    row = shares.table.iloc[0]
    visible = round(1000 * (1 - row.lurker_low))
    acted = max(round(1000 * (1 - row.silent_low)), visible)
    people = np.repeat([2, 1, 0], [visible, acted - visible, 1000 - acted])
    grid = people.reshape(SQUARES[1], SQUARES[0]).T
    axes.imshow(grid, cmap=ListedColormap([PALE, HIDDEN, VISIBLE]), vmin=0, vmax=2)
    axes.set_xticks(np.arange(-0.5, SQUARES[1]), minor=True)
    axes.set_yticks(np.arange(-0.5, SQUARES[0]), minor=True)
    axes.grid(which="minor", color="white", linewidth=1)
    axes.tick_params(which="both", bottom=False, left=False, labelbottom=False, labelleft=False)
    sns.despine(ax=axes, left=True, bottom=True)
    parts = [
        (VISIBLE, f"at most {visible:,} did something visible"),
        (HIDDEN, f"at most {acted - visible:,} more acted where only the author sees it"),
        (NEUTRAL, f"at least {1000 - acted:,} did nothing that is counted"),
    ]
    for place, (colour, text) in enumerate(parts):
        axes.text(0, -0.08 - 0.09 * place, text, color=colour, transform=axes.transAxes, va="top")
    axes.set_label(
        f"Of 1,000 people whom a typical post reached: {'; '.join(p[1] for p in parts)}."
    )
    return axes


def lorenz(result: Concentration) -> Axes:
    """Draw how visible acts are spread over the people who did any (Lorenz curve)."""
    axes = axes_for("Few people do most of what is visible?", width=4.2, height=3.6)
    if result.people < FEWEST:
        return nothing(axes, result.sentence)
    axes.plot(result.lorenz["people"], result.lorenz["acts"], color=VISIBLE, lw=2)
    axes.plot([0, 1], [0, 1], color=NEUTRAL, lw=1, ls=":")
    axes.text(0.5, 0.53, "everyone alike", rotation=38, color=NEUTRAL, ha="center", fontsize=9)
    axes.set(xlabel="share of people, least active first", ylabel="share of visible acts")
    axes.set_label(result.sentence)
    return axes


def bounds(results: Sequence[Bounds]) -> Axes:
    """Draw each answer as the stretch from its low to its high end, in per cent."""
    axes = axes_for("How wide each answer is", height=1.4 + 0.6 * len(results))
    for place, one in enumerate(results):
        known = one.status != "cannot be known"
        ends = (100 * one.low, 100 * one.high) if known else (0, 100)
        colour = HIDDEN if known else PALE
        axes.plot(ends, [place, place], color=colour, lw=8, solid_capstyle="butt")
        axes.plot(ends, [place, place], "|", color=colour, ms=14, mew=2)
        axes.text(0, place - 0.25, f"{one.question} ({one.status})", fontsize=9, va="bottom")
    axes.set(xlim=(0, 100), ylim=(len(results) - 0.6, -0.8), xlabel="per cent", yticks=[])
    sns.despine(ax=axes, left=True)
    axes.set_label(" ".join(f"{one.question} {one.sentence}" for one in results))
    return axes
