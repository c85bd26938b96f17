"""Measures: one number of public data with its 95 % interval and the rows behind it."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from helpers.lift.intervals import Z
from helpers.segment.tracking import rank_correlation


class Measure(NamedTuple):
    """A value, the ends of its interval, and how many rows it was computed from."""

    value: float
    low: float
    high: float
    rows: int


def share(some: int, whole: int) -> Measure:
    """Return a share of independent rows (Wilson 1927)."""
    ends = stats.binomtest(int(some), int(whole)).proportion_ci(method="wilson")
    return Measure(some / whole, float(ends.low), float(ends.high), int(whole))


def ratio(above: pd.Series, below: pd.Series) -> Measure:
    """Return a ratio of two sums over rows, by linearisation (Cochran 1977, ch. 6)."""
    value = above.sum() / below.sum()
    rest = above - value * below
    error = rest.std() * np.sqrt(len(rest)) / below.sum()
    return Measure(float(value), float(value - Z * error), float(value + Z * error), len(rest))


def median(values: pd.Series) -> Measure:
    """Return a median, its interval by order statistics (Conover 1999, 3.2)."""
    ordered = np.sort(values.dropna().to_numpy("float64"))
    first = int(stats.binom.ppf(0.025, len(ordered), 0.5))
    low, high = ordered[max(first - 1, 0)], ordered[min(len(ordered) - first, len(ordered) - 1)]
    return Measure(float(np.median(ordered)), float(low), float(high), len(ordered))


def rank(values: pd.DataFrame) -> Measure:
    """Return the rank correlation of the first two columns, any third held fixed."""
    found = rank_correlation("", values)
    numbers: list[Any] = [found[name] for name in ("correlation", "low", "high", "posts")]
    value, low, high, rows = map(float, numbers)
    return Measure(value, low, high, int(rows))


def few(values: pd.DataFrame) -> Measure:
    """Return the rank correlation of a handful of rows, with its wide interval.

    Bonett & Wright 2000, as in `bursts.ranked`.
    """
    value = float(values.corr(method="spearman").iloc[0, 1])
    error = np.sqrt((1 + value**2 / 2) / (len(values) - 3))
    low, high = np.tanh(np.arctanh(value) + np.array([-Z, Z]) * error)
    return Measure(value, float(low), float(high), len(values))
