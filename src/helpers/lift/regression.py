"""Regression of many daily series at once, Poisson or linear, with errors that allow for memory.

A *design* is S regressions on n days that share the k columns of their calendar and
differ in m columns beside it (p = k + m). Standard errors are Newey-West: days are
weighted by a Bartlett kernel, so neighbouring days may share their luck. A *shift*
turns a series round a circle: its rhythm stays, its alignment is lost.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Array = NDArray[np.float64]
STEPS = 30
TOLERANCE = 1e-5
CONVERGED = 1e-4
FAR = 30.0
RIDGE = 1e-12


class Design(NamedTuple):
    """The calendar (n, k), its first column constant, and the columns beside it (m, S, n)."""

    calendar: Array
    beside: Array

    @property
    def columns(self) -> int:
        """The number of coefficients of each regression."""
        return self.calendar.shape[1] + len(self.beside)


class Fit(NamedTuple):
    """Fits: coefficients (S, p), means (S, n), information (S, p, p), converged (S,)."""

    beta: Array
    mean: Array
    information: Array
    converged: NDArray[np.bool_]


class Estimate(NamedTuple):
    """Estimates: value (S,), standard error (S,), influence of each day (S, n)."""

    value: Array
    error: Array
    influence: Array


def decaying(posts: Array, retention: float, *, days: str = "same and past") -> Array:
    """Sum posts with weights 1, retention, retention² … over days away, along the last axis.

    `days` says which days count: "same and past", "past" or "future" (the last two leave
    the day itself out).
    """
    if days == "future":
        return lfilter([0.0, 1.0], [1.0, -retention], posts[..., ::-1], axis=-1)[..., ::-1]
    start = [1.0] if days == "same and past" else [0.0, 1.0]
    return lfilter(start, [1.0, -retention], posts, axis=-1)


def _combine(design: Design, weights: Array) -> Array:
    """Sum columns with the given weights (S, p), day by day: (S, n)."""
    calendar = design.calendar.shape[1]
    beside = weights[:, calendar:].T[..., None] * design.beside
    return weights[:, :calendar] @ design.calendar.T + beside.sum(axis=0)


def _project(design: Design, values: Array) -> Array:
    """Sum each column with the given values (S, n) over days: (S, p)."""
    beside = (design.beside * values).sum(axis=-1).T
    return np.concatenate([values @ design.calendar, beside], axis=1)


def _information(design: Design, weights: Array) -> Array:
    """Return the weighted sums of products of columns over days, (S, p, p)."""
    calendar = design.calendar.shape[1]
    rows, columns = np.triu_indices(calendar)
    information = np.empty((len(weights), design.columns, design.columns))
    shared = weights @ (design.calendar[:, rows] * design.calendar[:, columns])
    information[:, rows, columns] = information[:, columns, rows] = shared
    weighted = design.beside * weights
    across = np.moveaxis(weighted @ design.calendar, 0, 1)
    information[:, calendar:, :calendar] = across
    information[:, :calendar, calendar:] = np.swapaxes(across, 1, 2)
    beside = np.einsum("isn,jsn->sij", weighted, design.beside)
    information[:, calendar:, calendar:] = beside
    diagonal = np.arange(design.columns)
    information[:, diagonal, diagonal] *= 1 + RIDGE
    return information


def fit(design: Design, counts: Array) -> Fit:
    """Fit log-linear Poisson means to counts (n,) by iteratively reweighted least squares.

    Source: McCullagh & Nelder 1989, section 2.5.
    """
    runs = design.beside.shape[1]
    mean = np.tile((counts + counts.mean()) / 2, (runs, 1))
    linear, beta = np.log(mean), np.zeros((runs, design.columns))
    change = np.full(runs, np.inf)
    for _ in range(STEPS):
        target = _project(design, mean * linear + counts - mean)
        found = np.linalg.solve(_information(design, mean), target[..., None])[..., 0]
        change = np.abs(found - beta).max(axis=-1)
        beta = np.asarray(found, dtype=np.float64)
        linear = np.clip(_combine(design, beta), -FAR, FAR)
        mean = np.exp(linear)
        if change.max() < TOLERANCE:
            break
    return Fit(beta, mean, _information(design, mean), change < CONVERGED)


def fit_line(design: Design, responses: Array) -> Fit:
    """Fit means that are linear in the columns to responses (S, n) by least squares."""
    information = _information(design, np.ones_like(responses))
    target = _project(design, responses)[..., None]
    beta = np.asarray(np.linalg.solve(information, target), dtype=np.float64)[..., 0]
    return Fit(beta, _combine(design, beta), information, np.ones(len(beta), dtype=bool))


def newey_west(influence: Array, lags: int) -> Array:
    """Return the long-run variance of the sum of influences (..., n) of days.

    Source: Newey & West 1987, eq. 5, whose Bartlett weights are those of the mean square
    of sums over every window of lags + 1 days.
    """
    room = [(0, 0)] * (influence.ndim - 1) + [(lags + 1, lags)]
    sums = np.cumsum(np.pad(influence, room), axis=-1)
    windows = sums[..., lags + 1 :] - sums[..., : -lags - 1]
    return np.asarray((windows**2).sum(axis=-1) / (lags + 1), dtype=np.float64)


def contrast(design: Design, counts: Array, fitted: Fit, gradient: Array, lags: int) -> Estimate:
    """Estimate a linear contrast of the coefficients, or its delta-method linearisation.

    `gradient` is (S, p) or (p,). The variance is scaled by n / (n - p).
    """
    gradient = np.broadcast_to(gradient, fitted.beta.shape)
    weights = np.asarray(np.linalg.solve(fitted.information, gradient[..., None]), dtype=np.float64)
    influence = _combine(design, weights[..., 0]) * (counts - fitted.mean)
    days = len(design.calendar)
    variance = newey_west(influence, lags) * days / (days - design.columns)
    error = np.sqrt(np.maximum(variance, np.finfo(float).tiny))
    return Estimate((fitted.beta * gradient).sum(axis=-1), error, influence)


def p_value(statistics: Array) -> float:
    """Return the share of statistics, the first included, that reach the first (never 0)."""
    reached = ~(statistics < statistics[0] - 1e-9)
    return float(reached.mean())


def critical(statistics: Array, level: float) -> float:
    """Return what the first statistic must exceed for its `p_value` to be `level` or less."""
    allowed = int(np.floor(level * len(statistics)))
    others = np.sort(np.nan_to_num(statistics[1:], nan=np.inf))[::-1]
    return float(others[allowed - 1]) if allowed else float(np.inf)
