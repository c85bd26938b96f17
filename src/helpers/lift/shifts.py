"""How far chance alone goes: the same question asked of a series turned round a circle.

A *shift* turns a series round a circle: its rhythm stays, its alignment with the other days
is lost. A *null* is what is fitted without the series that is asked about: it is the same
for every shift, for it knows none of them. A *step* is one step of the regression from the
null towards the columns asked about, with Newey-West errors.
"""

from typing import NamedTuple

import numpy as np

from helpers.lift import regression
from helpers.lift.regression import Array, Design
from helpers.lift.series import Series

SHIFTS = 99
WEEKS = 39  # as many shifts by whole weeks keep posts on their weekdays; fewer tell too little
PARTS = 20  # of which one is 5 %
APART = 10  # days; after a smaller shift the days are still much like they were


class Null(NamedTuple):
    """Columns held fixed (n, k), weight and residual of each day (n,), days kept (N,)."""

    columns: Array
    weights: Array
    residuals: Array
    kept: np.ndarray

    @property
    def scatter(self) -> float:
        """Variance of the residuals, in weights."""
        days, columns = self.columns.shape
        return float((self.residuals**2 / self.weights).sum() / (days - columns))


class Step(NamedTuple):
    """For each shift: contrasts ÷ error, error (S, q) and the gain in log-likelihood (S,)."""

    statistics: Array
    error: Array
    gain: Array


def of_counts(series: Series, counts: Array) -> Null:
    """Fit counts (N,) by the calendar alone, log-linear and Poisson."""
    calendar, counted = series.calendar[series.kept], counts[series.kept]
    alone = Design(calendar, np.empty((0, 1, len(counted))))
    mean = regression.fit(alone, counted).mean[0]
    return Null(calendar, mean, counted - mean, series.kept)


def of_line(series: Series, response: Array, beside: list[Array]) -> Null:
    """Fit a response (N,) by the calendar and further columns, each (N,), linearly."""
    columns, kept = np.column_stack([series.calendar, *beside])[series.kept], series.kept
    alone = Design(columns, np.empty((0, 1, len(columns))))
    mean = regression.fit_line(alone, response[kept][None]).mean[0]
    return Null(columns, np.ones(len(columns)), response[kept] - mean, kept)


def lengths(days: int) -> np.ndarray:
    """Return by how many days to shift: by whole weeks, or evenly where weeks are too few."""
    apart = min(APART, days // 4)
    shifts = np.arange(7, days, 7)
    weeks = shifts[(shifts >= apart) & (shifts <= days - apart)]
    if len(weeks) >= WEEKS:
        return weeks
    return np.unique(np.linspace(apart, days - apart, min(SHIFTS, days - 1)).round().astype(int))


def evenly(shifts: int) -> np.ndarray:
    """Return the places of as many shifts, evenly spread, as make 5 % of them a whole number.

    With the days as they were they are a multiple of twenty: of fewer, a test at 5 % is at less.
    """
    several = max((shifts + 1) // PARTS * PARTS - 1, min(shifts, PARTS - 1))
    return np.linspace(0, shifts - 1, several).round().astype(int)


def turned(columns: list[Array]) -> Array:
    """Return columns, each (N,), as they were, then shifted alike: (S + 1, m, N)."""
    days = len(columns[0])
    places = np.arange(days) - np.concatenate([[0], lengths(days)])[:, None]
    return np.stack([one[places % days] for one in columns], axis=1)


def step(null: Null, asked: Array, contrasts: Array, lags: int) -> Step:
    """Step towards columns (S, m, N) and return what their contrasts (q, m) come to."""
    weighted = null.columns * null.weights[:, None]
    given = np.linalg.solve(weighted.T @ null.columns, weighted.T)
    asked = asked[..., null.kept]
    free = asked - (asked @ given.T) @ null.columns.T
    score = free @ null.residuals
    inverse = np.linalg.inv((free * null.weights) @ np.swapaxes(free, 1, 2))
    found = np.einsum("sij,sj->si", inverse, score)
    left = null.residuals - null.weights * np.einsum("si,sin->sn", found, free)
    influence = (contrasts @ inverse @ free) * left[:, None]
    days, columns = null.columns.shape
    variance = regression.newey_west(influence, lags) * days / (days - columns - asked.shape[1])
    error = np.sqrt(np.maximum(variance, np.finfo(float).tiny))
    gain = (score * found).sum(axis=-1) / (2 * null.scatter)
    return Step(found @ contrasts.T / error, error, gain)
