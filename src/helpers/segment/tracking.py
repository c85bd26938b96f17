"""Do likes and replies track anything, or do they count who was reached?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.segment.posts import posts
from helpers.tables import Engagement

FEWEST_POSTS = 10
NEARLY = 1 - 1e-12  # keeps a perfect correlation off the infinity of its transformation
PLURALS = {
    "reply": "replies",
    "reached": "people reached",
    "conversions_after": "conversions in the days after",
}


@dataclass(frozen=True)
class Tracking:
    """Rank correlations of one signal with one target, over posts.

    Parameters
    ----------
    signal, target : str
        What was ranked against what.
    platform : str
        Where the posts are: counts of two platforms are not ranked together.
    table : DataFrame
        Rows plain, with reach held fixed; columns posts, correlation, low, high, p_value.
    """

    signal: str
    target: str
    platform: str
    table: pd.DataFrame

    @property
    def sentence(self) -> str:
        """Say whether the signal ranks posts as the target does, reach apart."""
        known = self.table.dropna(subset=["correlation"]).set_index("measure")
        if known.empty:
            return (
                f"Cannot tell whether {self.signal} track {self.target}: fewer than "
                f"{FEWEST_POSTS} posts on one platform have both."
            )
        parts = [
            f"{row.correlation:.2f} {measure} (95 % interval {row.low:.2f} to {row.high:.2f})"
            for measure, row in known.iterrows()
        ]
        n = int(known["posts"].iloc[0])
        pair = f"the rank correlation of {self.signal} with {self.target}"
        return f"Over {n:,} posts on {self.platform}, {pair} is {', and '.join(parts)}."


def tracking(engagement: Engagement, signal: str, target: str) -> Tracking:
    """Rank posts by a signal and by a target, plainly and with reach held fixed.

    The posts are those of one platform, the one with most posts that have all three, or
    else both: a like does not weigh the same in two places.

    Parameters
    ----------
    signal, target : str
        A column of `segment.posts`, or a kind of tally such as "like" or "click".

    Returns
    -------
    Tracking
        Spearman's rank correlation and the partial rank correlation given reach, with
        intervals by Fisher's transformation (variance 1.06 / (n - 3 - k), k ranks held
        fixed; Fieller, Hartley & Pearson 1957).
    """
    described = posts(engagement).set_index("post_id")
    values = pd.DataFrame(
        {
            "signal": values_of(engagement, described, signal),
            "target": values_of(engagement, described, target),
            "reached": described["reached"],
        }
    )
    platform = fullest(values, described["platform"])
    values = values[described["platform"] == platform]
    plain = rank_correlation("plainly", values[["signal", "target"]])
    held = rank_correlation("with reach held fixed", values)
    return Tracking(plural(signal), plural(target), platform, pd.DataFrame([plain, held]))


def fullest(values: pd.DataFrame, platform: pd.Series) -> str:
    """Return the platform with most posts that have everything, or else signal and target."""
    has = pd.DataFrame(
        {
            "platform": platform,
            "all": values.notna().all(axis=1),
            "both": values[["signal", "target"]].notna().all(axis=1),
        }
    )
    counts = has.groupby("platform").sum().sort_values(["all", "both"], kind="stable")
    return str(counts.index[-1]) if len(counts) else ""


def plural(name: str) -> str:
    """Return what a sentence calls many of a signal."""
    return PLURALS.get(name, f"{name}s")


def values_of(engagement: Engagement, described: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of `segment.posts`, or a kind of tally, by post."""
    if name in described:
        return described[name]
    tallies = engagement.tallies[engagement.tallies["kind"] == name]
    units = sorted(tallies["unit"].unique(), key=["people", "acts", "views"].index)
    chosen = tallies[tallies["unit"].isin(units[:1])]
    return chosen.set_index("post_id")["count"].astype("float64").reindex(described.index)


def rank_correlation(measure: str, values: pd.DataFrame) -> dict[str, object]:
    """Return the rank correlation of the first two columns, any third held fixed."""
    known = values.dropna()
    row = {"measure": measure, "posts": len(known)}
    missing = dict.fromkeys(("correlation", "low", "high", "p_value"), np.nan)
    if len(known) < FEWEST_POSTS or (known.nunique() < 2).any():
        return row | missing
    r = _partial(known.rank().corr().to_numpy())
    if np.isnan(r):
        return row | missing
    error = np.sqrt(1.06 / (len(known) - 3 - (values.shape[1] - 2)))
    low, high = np.tanh(np.arctanh(NEARLY * r) + np.array([-1.96, 1.96]) * error)
    p = 2 * stats.norm.sf(abs(np.arctanh(NEARLY * r)) / error)
    return row | {"correlation": r, "low": low, "high": high, "p_value": p}


def _partial(ranks: np.ndarray) -> float:
    """Return the correlation of the first two, given the third where there is one."""
    if len(ranks) == 2:
        return float(ranks[0, 1])
    left = (1 - ranks[0, 2] ** 2) * (1 - ranks[1, 2] ** 2)
    if left < 1e-12:
        return np.nan
    return float((ranks[0, 1] - ranks[0, 2] * ranks[1, 2]) / np.sqrt(left))
