"""Exploring in JupyterLab: what the answer would be if something unknown were so or so.

In JupyterLab each function returns sliders; under papermill, and wherever nobody can move a
slider, the figure of a few fixed values.
"""

import os
from collections.abc import Callable

import ipywidgets
import pandas as pd

from helpers import display, plots
from helpers.ladder import Ladder
from helpers.lurkers import lists, seen, silent_share, two_lists
from helpers.lurkers.growing import growing, implied
from helpers.tables import Engagement
from helpers.wording import FEWEST

RATES = (0.001, 0.01, 0.1)
LEAST_LINKAGE = 0.05


def is_live() -> bool:
    """Tell whether somebody sits before this notebook: Jupyter's server names its sessions."""
    return bool(os.environ.get("JPY_SESSION_NAME"))


def _text(say: Callable[..., str], **sliders: ipywidgets.Widget) -> ipywidgets.VBox:
    """Return sliders above a sentence that follows them."""
    said = ipywidgets.Label()

    def follow(_change: object = None) -> None:
        said.value = say(**{name: slider.value for name, slider in sliders.items()})

    for slider in sliders.values():
        slider.observe(follow, names="value")
    follow()
    return ipywidgets.VBox([*sliders.values(), said])


def two_list_sweep(
    engagement: Engagement, ladder: Ladder | None = None
) -> ipywidgets.VBox | display.Figure:
    """Explore how many people two lists imply, by odds ratio and linkage."""
    visible, buyers, both = lists(engagement, ladder)
    if not visible or not buyers:
        return display.figure(plots.two_lists(pd.DataFrame()))
    if not is_live():
        return display.figure(plots.two_lists(two_lists(visible, buyers, both)))
    least = max(both / min(visible, buyers), LEAST_LINKAGE)

    def say(odds: float, linkage: float) -> str:
        row = two_lists(visible, buyers, both, [odds], linkage).iloc[0]
        return f"{row['people']:,.0f} people in all (95 % {row['low']:,.0f} to {row['high']:,.0f})"

    odds = ipywidgets.FloatLogSlider(value=1, min=-1, max=1, description="odds ratio")
    linkage = ipywidgets.FloatSlider(value=1, min=least, max=1, step=0.01, description="linkage")
    return _text(say, odds=odds, linkage=linkage)


def windows(
    engagement: Engagement, ladder: Ladder | None = None, grown: pd.DataFrame | None = None
) -> ipywidgets.VBox | display.Figure:
    """Explore the share of silent people by the length of the window; `grown`, if known."""
    days = sorted(engagement.posts["published_at"].dropna().dt.strftime("%Y-%m-%d").unique())
    if not is_live() or len(days) < 2:
        grown = growing(engagement, ladder) if grown is None else grown
        return display.figure(plots.growing(grown))

    def say(days_with_posts: int) -> str:
        window = (days[0], days[days_with_posts - 1])
        return silent_share(engagement, ladder, window=window).sentence

    slider = ipywidgets.IntSlider(value=1, min=1, max=len(days), description="window")
    return _text(say, days_with_posts=slider)


def reaction_rates(engagement: Engagement, ladder: Ladder | None = None) -> ipywidgets.VBox | str:
    """Explore how many people would explain those seen, if each reacted alike."""
    people, posts = seen(engagement, ladder).people, len(engagement.posts)
    if people < FEWEST:
        return f"Fewer than {FEWEST} people were seen reacting by name: too few to explore."

    def say(rate: float) -> str:
        return (
            f"If each reacted to one post in {1 / rate:,.0f}, {implied(people, posts, rate):,.0f} "
            f"people would explain the {people:,} seen over {posts:,} posts."
        )

    if not is_live():
        return " ".join(say(rate) for rate in RATES)
    rate = ipywidgets.FloatLogSlider(value=0.01, min=-4, max=0, description="rate")
    return _text(say, rate=rate)
