"""Rank intervals: every author's possible ranks, all of them right at once.

Rank 1 is the highest figure; who ties shares all the ranks of the tie. Two authors are *told
apart* when the interval of their difference leaves out zero, where all such intervals hold
together. An author's rank interval runs from one more than the authors told to be higher to
all but those told to be lower; an unranked author may be anywhere.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import studentized_range

from helpers.compare.measures import Array, Measure, listed

Ints = NDArray[np.int64]
LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Ranks:
    """The ranks by one measure.

    Parameters
    ----------
    measure : Measure
        What was ranked by.
    rank : array (n,)
        Rank of the estimate among those that are ranked; missing for the others.
    low, high : array (n,) of int
        Ends of the rank intervals, which hold together.
    told : array (n, n) of bool
        Whether the author of a row is told to be higher than the author of a column.
    """

    measure: Measure
    rank: Array
    low: Ints
    high: Ints
    told: NDArray[np.bool_]

    @property
    def pairs(self) -> tuple[int, int]:
        """How many pairs of authors are told apart, and how many there are."""
        authors = len(self.low)
        return int(self.told.sum()), authors * (authors - 1) // 2

    @property
    def sentence(self) -> str:
        """Say who may be first, how many pairs are told apart, and who is unranked."""
        measure, (told, pairs) = self.measure, self.pairs
        names = np.array(measure.authors)
        if not measure.ranked.any():
            return f"By {measure.name} nobody can be ranked. {_reasons(measure)}"
        said = f"By {measure.name}, {self._first(list(names[self.low == 1]))}."
        if measure.has_error:
            said += f" {told:,} of {pairs:,} pairs of authors are told apart"
            said += "; the others may stand either way round." if told < pairs else "."
        return f"{said} {_reasons(measure)}".strip()

    def _first(self, names: list[str]) -> str:
        if len(names) == 1:
            return f"{names[0]} is first"
        if len(names) == len(self.low):
            return f"any of the {len(names)} may be first"
        return f"first may be any of {listed(names)}"

    @property
    def table(self) -> pd.DataFrame:
        """A row an author: author, figure, rank (of the estimate), rank_low, rank_high."""
        return pd.DataFrame(
            {
                "author": self.measure.authors,
                "figure": self.measure.figure(self.measure.estimate),
                "rank": self.rank,
                "rank_low": self.low,
                "rank_high": self.high,
            }
        )

    @property
    def words(self) -> list[str]:
        """Each author's rank interval in words: "2", "1 to 3"."""
        ends = zip(self.low, self.high, strict=True)
        return [f"{low}" if low == high else f"{low} to {high}" for low, high in ends]


def _reasons(measure: Measure) -> str:
    """Say who is unranked and why; of many, only how many."""
    without = np.flatnonzero(~measure.ranked)
    if not len(without):
        return ""
    names = [measure.authors[place] for place in without]
    whys = sorted({measure.why[place] for place in without} - {""}) if measure.why else []
    because = f": {'; '.join(whys)}" if 0 < len(whys) <= 2 else ""
    return f"{listed(names)} cannot be ranked and may be anywhere{because}."


@cache
def critical(authors: int) -> float:
    """Return how many standard errors of a difference hold for all pairs at once.

    Tukey's studentized range ÷ √2: exact where errors are equal, and no less than 95 % where
    they are not (Hayter 1984, Annals of Statistics 12:61).
    """
    return float(studentized_range.ppf(LEVEL, authors, np.inf) / np.sqrt(2))


def _ends(measure: Measure, times: float) -> tuple[Array, Array, Array]:
    """Return figures and their ends so many errors away, on the scale that is ranked."""
    low, high = measure.ends(times)
    if measure.form != "added":
        return measure.estimate, low, high
    return measure.figure(measure.estimate), measure.figure(low), measure.figure(high)


def told_apart(value: Array, low: Array, high: Array) -> NDArray[np.bool_]:
    """Tell which differences, row less column, have an interval above zero.

    The interval of a difference from those of its parts (Zou & Donner 2008, Statistics in
    Medicine 27:1693); with normal errors it is the usual one. Missing values are never told.
    """
    below = np.hypot((value - low)[:, None], (high - value)[None, :])
    return np.asarray(value[:, None] - value[None, :] > below)


def ranks(measure: Measure) -> Ranks:
    """Rank authors by a measure, with rank intervals that hold all at once.

    Returns
    -------
    Ranks
        If errors are independent and about normal, all intervals hold the true ranks together
        in at least 95 of 100 such comparisons, ties included.

    Notes
    -----
    Mogstad, Romano, Shaikh & Wilhelm (2024, Review of Economic Studies 91:476): ranks from
    simultaneous intervals of all differences between pairs. The critical value is Tukey's
    and Kramer's in place of their bootstrap: nothing is drawn, and it is at least as wide. It
    is that of all authors, so that who is unranked may depend on the data.
    """
    authors = len(measure.authors)
    told = told_apart(*_ends(measure, critical(authors)))
    figures = pd.Series(measure.figure(measure.estimate))
    return Ranks(
        measure,
        figures.rank(ascending=False, method="min").to_numpy("float64"),
        1 + told.sum(axis=0),
        authors - told.sum(axis=1),
        told,
    )
