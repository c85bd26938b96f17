"""Figures of the audience that cannot be seen: three populations, two lists, windows."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.lurkers import Seen, Unseen
from helpers.plots.canvas import HIDDEN, NEUTRAL, PALE, VISIBLE, axes_for, nothing
from helpers.wording import FEWEST


def populations(seen: Seen, answer: Unseen, reached: tuple[float, float]) -> Axes:
    """Draw to one scale the people seen, those who would react, and those reached.

    An end that is not known is an arrow; what cannot be told is said in words.
    """
    axes = axes_for("Seen, would react sooner or later, reached: to one scale", height=2.4)
    counted = float(seen.people) if seen.people >= FEWEST else math.nan
    rows: list[tuple[str, float, float]] = [
        ("seen by name", counted, counted),
        ("would react", answer.low, answer.high),
        ("reached", *reached),
    ]
    ends = [end for _, *both in rows for end in both if math.isfinite(end)]
    if not ends:
        return nothing(axes, "None of the three populations can be told from these exports.")
    most = max(ends)
    colours = (VISIBLE, HIDDEN, NEUTRAL)
    said = [_bar(axes, place, row, most, colours[place]) for place, row in enumerate(rows)]
    axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
    axes.set(ylim=(len(rows) - 0.4, -0.6), xlim=(0, 1.25 * most), xlabel="people")
    axes.set_label("; ".join(said) + ". People who never react are in the last row only.")
    return axes


def _bar(axes: Axes, place: int, row: tuple[str, float, float], most: float, colour: str) -> str:
    """Draw one population as what is certain and what may be; return it in words."""
    name, low, high = row
    if math.isnan(low):
        axes.text(0, place, " cannot be told", va="center", color=NEUTRAL)
        return f"{name}: cannot be told"
    end = high if math.isfinite(high) else 1.12 * most
    axes.barh(place, low, color=colour, height=0.5)
    axes.barh(place, end - low, left=low, color=PALE, height=0.5)
    words = f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"
    words = words if math.isfinite(high) else f"{low:,.0f} or more"
    axes.text(end, place, f" {words}" if math.isfinite(high) else f" → {words}", va="center")
    return f"{name}: {words}"


def two_lists(table: pd.DataFrame) -> Axes:
    """Draw how many people there would be in all, for each odds ratio that might be true."""
    axes = axes_for("People in all, by what reacting says about buying")
    if table.empty:
        return nothing(axes, "No sweep is drawn: shop and reactions share no kind of identity.")
    tops = table["high"].where(np.isfinite(table["high"]), table["people"] * 10)
    axes.vlines(table["odds_ratio"], table["low"], tops, color=HIDDEN, lw=2)
    axes.plot(table["odds_ratio"], table["people"], "o", color=HIDDEN, ms=6)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(table["odds_ratio"], [f"{odds:.2g}" for odds in table["odds_ratio"]])
    axes.minorticks_off()
    axes.set(xlabel="odds of visible people to buy ÷ odds of the others", ylabel="people")
    ends = table.iloc[[0, -1]]
    said = [f"{row['people']:,.0f} at {row['odds_ratio']:.2g}" for _, row in ends.iterrows()]
    axes.set_label(
        f"Two lists allow {' and '.join(said)} as odds ratio: never one number without it."
    )
    return axes


def growing(table: pd.DataFrame) -> Axes:
    """Draw the bounds of lurkers per visible person over ever longer windows."""
    axes = axes_for("Lurkers per visible person, by the length of the window")
    if table.empty:
        return nothing(axes, "No window is drawn: no export here counts people reached.")
    places, posts = np.arange(len(table)), table["posts"]
    top = table["high"].where(np.isfinite(table["high"]), table["low"] * 10)
    axes.vlines(places, table["low"].clip(lower=0.1), top, color=HIDDEN, lw=5)
    axes.set_yscale("log")
    axes.set_xticks(places, [f"{count:,}" for count in posts])
    axes.set(xlabel="posts in the window", ylabel="lurkers per visible person")
    first, last = table.iloc[0], table.iloc[-1]
    axes.set_label(
        f"Lurkers per visible person: {first['low']:,.1f} to {first['high']:,.1f} over "
        f"{first['posts']:,} post(s), {last['low']:,.1f} to {last['high']:,.1f} over "
        f"{last['posts']:,}."
    )
    return axes
