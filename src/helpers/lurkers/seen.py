"""Who has been seen reacting, and how complete that picture of reactions is."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.ladder import Ladder
from helpers.segment import people
from helpers.tables import Engagement
from helpers.wording import FEWEST, percent, span


@dataclass(frozen=True)
class Seen:
    """People seen reacting by name, and the share of such reactions that comes from them.

    Exports of some platforms count reactions and name nobody: these are not in it.

    Parameters
    ----------
    people, acts : int
        People seen, and their visible acts.
    coverage, low, high : float
        Share of all reactions where reactions have names, those still to come included,
        that people already seen would make; with its 95 % interval. Missing when nobody was seen.
    table : DataFrame
        Columns times, people: how many were seen exactly so many times.
    """

    people: int
    acts: int
    coverage: float
    low: float
    high: float
    table: pd.DataFrame

    @property
    def sentence(self) -> str:
        """Say how many were seen, and that people who never react are not among them."""
        if not self.people:
            return "Nobody was seen reacting by name: no export here says who reacted."
        if self.people < FEWEST:
            return f"Fewer than {FEWEST} different people were seen reacting: too few to describe."
        seen = f"{self.people:,} different people were seen reacting by name, {self.acts:,} times"
        if np.isnan(self.coverage):
            return f"{seen}; too few acts to say what share of such reactions they make."
        return (
            f"{seen}; where reactions have names, they make about {percent(self.coverage)} of them "
            f"(95 % interval {span(self.low, self.high, 0)}). "
            f"People who never react, or react where nobody is named, are not in these figures."
        )


def frequencies(engagement: Engagement, ladder: Ladder | None = None) -> dict[int, int]:
    """Return how many people were seen exactly so many times: {times: people}."""
    who = people(engagement, ladder)
    acts = who["interactions"] + who["engagements"]
    counts = acts[acts > 0].value_counts().sort_index()
    return {int(times): int(n) for times, n in counts.items()}


def coverage(frequencies: dict[int, int]) -> tuple[float, float, float]:
    """Estimate the share of all reactions that people already seen make.

    Returns
    -------
    tuple of float
        The estimate of Chao & Jost (2012, Ecology 93:2533, equation 4a) and a 95 %
        interval from the limit theorem of Esty (1983, Annals of Statistics 11:905),
        clipped to [0, 1]. All missing when there are fewer than two acts.
    """
    acts = sum(times * n for times, n in frequencies.items())
    once, twice = frequencies.get(1, 0), frequencies.get(2, 0)
    if acts < 2:
        return np.nan, np.nan, np.nan
    pairs = 2 * twice if twice else 2
    ones = (acts - 1) * (once if twice else max(once - 1, 0))
    estimate = 1 - once / acts * ones / (ones + pairs)
    error = np.sqrt(once / acts * (1 - once / acts) + 2 * twice / acts) / np.sqrt(acts)
    low, high = np.clip([estimate - 1.96 * error, estimate + 1.96 * error], 0, 1)
    return float(estimate), float(low), float(high)


def seen(engagement: Engagement, ladder: Ladder | None = None) -> Seen:
    """Count the people seen reacting and estimate what share of reactions they make."""
    table = frequencies(engagement, ladder)
    acts = sum(times * n for times, n in table.items())
    frame = pd.DataFrame({"times": table.keys(), "people": table.values()}, dtype="int64")
    return Seen(sum(table.values()), acts, *coverage(table), frame)
