"""Do likes and replies track anything, or do they count who was reached?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.segment.posts import posts
from helpers.tables import Engagement

FEWEST_POSTS = 10
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
    table : DataFrame
        Rows plain, with reach held fixed; columns posts, correlation, low, high, p_value.
    """

    signal: str
    target: str
    table: pd.DataFrame

    @property
    def sentence(self) -> str:
        """Say whether the signal ranks posts as the target does, reach apart."""
        known = self.table.dropna(subset=["correlation"]).set_index("measure")
        if known.empty:
            return (
                f"Cannot tell whether {self.signal} track {self.target}: fewer than "
                f"{FEWEST_POSTS} posts here have both."
            )
        parts = [
            f"{row.correlation:.2f} {measure} (95 % interval {row.low:.2f} to {row.high:.2f})"
            for measure, row in known.iterrows()
        ]
        n = int(known["posts"].iloc[0])
        return (
            f"Over {n:,} posts, the rank correlation of {self.signal} with {self.target} is "
            + ", and ".join(parts)
            + "."
        )


def tracking(engagement: Engagement, signal: str, target: str) -> Tracking:
    """Rank posts by a signal and by a target, plainly and with reach held fixed.

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
            "signal": _values(engagement, described, signal),
            "target": _values(engagement, described, target),
            "reached": described["reached"],
        }
    )
    plain = _row("plainly", values[["signal", "target"]])
    held = _row("with reach held fixed", values)
    return Tracking(_plural(signal), _plural(target), pd.DataFrame([plain, held]))


def _plural(name: str) -> str:
    return PLURALS.get(name, f"{name}s")


def _values(engagement: Engagement, described: pd.DataFrame, name: str) -> pd.Series:
    if name in described:
        return described[name]
    tallies = engagement.tallies[engagement.tallies["kind"] == name]
    units = sorted(tallies["unit"].unique(), key=["people", "acts", "views"].index)
    chosen = tallies[tallies["unit"].isin(units[:1])]
    return chosen.set_index("post_id")["count"].astype("float64").reindex(described.index)


def _row(measure: str, values: pd.DataFrame) -> dict[str, object]:
    known = values.dropna()
    row = {"measure": measure, "posts": len(known)}
    missing = dict.fromkeys(("correlation", "low", "high", "p_value"), np.nan)
    if len(known) < FEWEST_POSTS or (known.nunique() < 2).any():
        return row | missing
    ranks = known.rank().corr().to_numpy()
    if np.linalg.matrix_rank(ranks) < len(ranks):
        return row | missing
    precision = np.linalg.inv(ranks)
    r = float(-precision[0, 1] / np.sqrt(precision[0, 0] * precision[1, 1]))
    error = np.sqrt(1.06 / (len(known) - 3 - (values.shape[1] - 2)))
    low, high = np.tanh(np.arctanh(r) + np.array([-1.96, 1.96]) * error)
    p = 2 * stats.norm.sf(abs(np.arctanh(r)) / error)
    return row | {"correlation": r, "low": low, "high": high, "p_value": p}
