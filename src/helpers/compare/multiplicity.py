"""Multiplicity: whose lift is there, when many are asked at once.

Among twenty authors without any lift one would pass at the 5 % level by luck. *Adjusted*
p-values hold for all authors together: one that is at most .05 is a false alarm about any
author in at most 5 of 100 such comparisons.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from helpers.compare.measures import Array, CompareError, Measure, listed

ALPHA, FLOOR = 0.05, 0.001


@dataclass(frozen=True, eq=False)
class Lifted:
    """Whose ratio is above 1, all authors asked at once.

    Parameters
    ----------
    measure : Measure
        Logarithms of ratios.
    p_value, adjusted : array (n,)
        Two-sided, alone and for all authors together; missing for the unranked.
    is_lifted : array (n,) of bool
        Whether the ratio is above 1 by the adjusted p-value.
    """

    measure: Measure
    p_value: Array
    adjusted: Array
    is_lifted: NDArray[np.bool_]

    @property
    def sentence(self) -> str:
        """Say whose lift holds with all authors asked at once, and whose only alone."""
        names, asked = np.array(self.measure.authors), int(self.measure.ranked.sum())
        head = f"Of {len(names)} authors, {asked} have a {self.measure.name} that can be told"
        if not asked:
            return f"{head}."
        found = list(names[self.is_lifted])
        alone = list(names[(self.p_value <= ALPHA) & (self.measure.estimate > 0) & ~self.is_lifted])
        said = f"; asked all at once, it is above no difference for {listed(found)}."
        if alone:
            said += f" Asked alone it would be for {listed(alone)} too, as luck may have it."
        return head + said

    @property
    def table(self) -> pd.DataFrame:
        """A row an author: author, ratio, p_value, adjusted, above no difference."""
        words = np.where(self.is_lifted, "yes", "not shown")
        return pd.DataFrame(
            {
                "author": self.measure.authors,
                "ratio": np.exp(self.measure.estimate),
                "p_value": self.p_value,
                "adjusted": self.adjusted,
                "above no difference": np.where(self.measure.ranked, words, "cannot tell"),
            }
        )


def holm(p_values: Array) -> Array:
    """Adjust p-values so that they hold together (Holm 1979, Scandinavian J. Statistics 6:65).

    Raises
    ------
    CompareError
        If one is missing or not between 0 and 1.
    """
    if not ((p_values >= 0) & (p_values <= 1)).all():
        raise CompareError("A p-value is missing or not between 0 and 1. Give 1 where not asked.")
    order = np.argsort(p_values, kind="stable")
    steps = p_values[order] * np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def lifted(measure: Measure) -> Lifted:
    """Ask of every author whether the ratio is above 1, all at once.

    The unranked count as asked all the same: leaving out whose data fail a check would be
    choosing. Tails of errors are taken as normal, but no p-value is below `FLOOR`: nobody
    tested that far out.
    """
    known = measure.ranked
    away = np.abs(measure.estimate[known]) / measure.facing(0.0)[known]
    p_value = np.full(len(known), np.nan)
    p_value[known] = np.maximum(2 * norm.sf(away), FLOOR)
    adjusted = np.where(known, holm(np.where(known, p_value, 1.0)), np.nan)
    return Lifted(measure, p_value, adjusted, (adjusted <= ALPHA) & (measure.estimate > 0))
