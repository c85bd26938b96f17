"""How deep visible activity goes, and how many people stand behind each visible act."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.ladder import Ladder
from helpers.segment.posts import posts
from helpers.tables import Engagement
from helpers.wording import few_or_many, percent


@dataclass(frozen=True)
class Depth:
    """Visible acts by rung, and people reached per visible act.

    Parameters
    ----------
    interactions, engagements : int
        Acts on each visible rung, over all posts.
    per_act_median, per_act_pooled : float
        People reached per visible act: at the median post with any act, and in all.
        Missing where no post has a count of people reached.
    table : DataFrame
        A row a platform: posts, reached (summed over posts), interactions, engagements.
    """

    interactions: int
    engagements: int
    per_act_median: float
    per_act_pooled: float
    table: pd.DataFrame

    @property
    def sentence(self) -> str:
        """Say how much of what is visible was composed, and how many it stands for."""
        acts = self.interactions + self.engagements
        if not acts:
            return "Cannot tell interaction from engagement: no visible act is counted here."
        said = (
            f"Of {acts:,} visible acts, {percent(self.interactions / acts, 1)} were interaction "
            f"(likes and boosts) and {percent(self.engagements / acts, 1)} engagement "
            f"(something composed)."
        )
        if np.isnan(self.per_act_median):
            return f"{said} No post has a count of people reached to set against them."
        return (
            f"{said} For one visible act a post reached {few_or_many(self.per_act_median)} "
            f"people at the median post, {few_or_many(self.per_act_pooled)} in all."
        )


def depth(engagement: Engagement, ladder: Ladder | None = None) -> Depth:
    """Separate interaction from engagement, and set both against the people reached."""
    described = posts(engagement, ladder)
    counted = ["reached", "interactions", "engagements"]
    groups = described.groupby("platform", sort=True)
    table = groups[counted].sum(min_count=1).assign(posts=groups.size()).reset_index()
    both = described.dropna(subset=["reached", "visible_acts"])
    some = both[both["visible_acts"] > 0]
    total = both["visible_acts"].sum()
    return Depth(
        int(described["interactions"].sum()),
        int(described["engagements"].sum()),
        float((some["reached"] / some["visible_acts"]).median()),
        float(both["reached"].sum() / total) if total else np.nan,
        table[["platform", "posts", *counted]],
    )
