"""How few people do most of what is visible."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.ladder import Ladder
from helpers.segment.people import people
from helpers.tables import Engagement
from helpers.wording import FEWEST, percent, span

TOP_SHARES = (0.01, 0.1)
BOOTSTRAPS = 999


@dataclass(frozen=True)
class Concentration:
    """How unequally visible acts are spread over the people who did any.

    Parameters
    ----------
    people, acts : int
        People seen, and what they did in all.
    table : DataFrame
        Rows gini, top 1 %, top 10 %; columns value, low, high (95 % bootstrap interval).
    lorenz : DataFrame
        Columns people, acts: cumulative shares from the least to the most active.
    """

    people: int
    acts: int
    table: pd.DataFrame
    lorenz: pd.DataFrame

    @property
    def sentence(self) -> str:
        """Say how much of what is visible comes from how few people."""
        if not self.people:
            return (
                "Cannot tell how few people do most of what is visible: no export here names who "
                "reacted. Exports that do: Bluesky, Mastodon, Buttondown."
            )
        if self.people < FEWEST:
            return f"Fewer than {FEWEST} people were seen reacting: too few to compare."
        top = self.table.set_index("measure").loc["top 10 %"]
        return (
            f"The most active tenth of the {self.people:,} people who reacted by name made "
            f"{percent(top.value)} of their {self.acts:,} visible acts "
            f"(95 % interval {span(top.low, top.high, 0)})."
        )


def concentration(
    engagement: Engagement, ladder: Ladder | None = None, *, seed: int = 1
) -> Concentration:
    """Measure how few people do most of what is visible.

    The bootstrap resamples people. It sees only their numbers of acts, sorted, so the
    result does not depend on who they are.
    """
    who = people(engagement, ladder)
    return spread((who["interactions"] + who["engagements"]).to_numpy(), seed=seed)


def spread(acts: np.ndarray, *, seed: int = 1) -> Concentration:
    """Measure how unequal the positive numbers in `acts`, one a person, are."""
    acts = np.sort(acts[acts > 0])
    measures = ["gini", *(f"top {100 * share:.0f} %" for share in TOP_SHARES)]
    table = pd.DataFrame({"measure": measures, "value": np.nan, "low": np.nan, "high": np.nan})
    if len(acts):
        rng = np.random.default_rng(seed)
        times, n = np.unique(acts, return_counts=True)
        draws = rng.multinomial(len(acts), n / len(acts), size=BOOTSTRAPS)
        table["value"] = _measures(times, n[None, :])[0]
        table[["low", "high"]] = np.quantile(_measures(times, draws), [0.025, 0.975], axis=0).T
    shares = np.concatenate([[0.0], np.cumsum(acts) / max(acts.sum(), 1)])
    lorenz = pd.DataFrame({"people": np.linspace(0, 1, len(shares)), "acts": shares})
    return Concentration(len(acts), int(acts.sum()), table, lorenz)


def _measures(times: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return Gini and top shares, a row a frequency table (people by `times` they acted)."""
    acts = draws * times
    n, total = draws.sum(axis=1, keepdims=True), acts.sum(axis=1, keepdims=True)
    below = np.cumsum(draws, axis=1) - draws
    gini = ((2 * below + draws) * acts).sum(axis=1, keepdims=True) / (n * total) - 1
    tops = [_top(times, draws, share) / total for share in TOP_SHARES]
    return np.hstack([gini, *tops])


def _top(times: np.ndarray, draws: np.ndarray, share: float) -> np.ndarray:
    """Return the acts of the most active `share` of people, in fractions of a person."""
    wanted = share * draws.sum(axis=1, keepdims=True)
    above = np.cumsum(draws[:, ::-1], axis=1)[:, ::-1] - draws
    taken = np.clip(wanted - above, 0, draws)
    return (taken * times).sum(axis=1, keepdims=True)
