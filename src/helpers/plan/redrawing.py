"""Many posting tests analysed at once, by the p-value of `lift.from_schedule`.

The *part* of a pair is what it adds to the statistic if its first block has the posts; a coin
gives it its sign, so that calendars drawn again change signs only (see `lift.redraws`).
"""

import numpy as np
import pandas as pd
from scipy import linalg

from helpers.lift import series as days
from helpers.lift.redraws import AIMED, LEAST_MEAN, LEAST_SCATTER, TIE, exposure, signs
from helpers.lift.regression import FAR, Array
from helpers.lift.result import LEVEL

STEPS = 5
LEAST = 1e-6


def _calendar(number: int) -> Array:
    """Return orthonormal columns of weekday and drift for so many days from a Monday on."""
    dates = pd.date_range("2024-01-01", periods=number, unit="us")
    table = pd.DataFrame({"date": dates, "posts": 0, "counts": 1})
    return np.asarray(linalg.orth(days.read(table, "counts", ()).calendar))


def first_blocks(pairs: int, block_days: int) -> Array:
    """Return 1 on each pair's first block, -1 on its second, else 0: (pairs, days)."""
    return np.kron(np.eye(pairs), np.repeat([1.0, -1.0], block_days))


def exposed(coins: Array, block_days: int, retention: float) -> Array:
    """Return the share of posting's steady effect that is there each day (tests, days).

    Days before the first have none.
    """
    arms = coins @ first_blocks(coins.shape[1], block_days)
    return exposure((1 + arms) / 2, retention)


def _solved(columns: Array, weights: Array, target: Array) -> Array:
    """Solve weighted least squares for many series: weights and target (tests, days)."""
    above = np.triu_indices(columns.shape[1])
    information = np.empty((len(weights), columns.shape[1], columns.shape[1]))
    shared = weights @ (columns[:, above[0]] * columns[:, above[1]])
    information[:, *above] = information[:, *above[::-1]] = shared
    information += LEAST**2 * np.eye(columns.shape[1])
    found = np.linalg.solve(information, (target @ columns)[..., None])
    return np.asarray(found[..., 0] @ columns.T)


def _means(columns: Array, counts: Array) -> Array:
    """Fit the calendar to each series (tests, days): Poisson, log-linear."""
    level = counts.mean(axis=1, keepdims=True)
    mean = np.maximum((counts + level) / 2, LEAST)
    linear = np.log(mean)
    for _ in range(STEPS):
        linear = np.clip(_solved(columns, mean, mean * linear + counts - mean), -FAR, FAR)
        mean = np.exp(linear)
    return np.maximum(mean, LEAST_MEAN * np.maximum(level, LEAST))


def parts(counts: Array, block_days: int) -> Array:
    """Return each pair's part of the statistic for no effect, (tests, pairs)."""
    columns = _calendar(counts.shape[1])
    mean = _means(columns, counts)
    beyond = ((counts - mean) ** 2 - mean).sum(axis=1) / (mean**2).sum(axis=1)
    scatter = np.maximum(beyond, LEAST_SCATTER)[:, None]
    weights = mean / (1 + scatter * mean)
    scaled = counts / mean
    residual = weights * (scaled - _solved(columns, weights, weights * scaled))
    first = first_blocks(counts.shape[1] // (2 * block_days), block_days)
    return residual @ exposure(first, AIMED).T


def p_values(signed: Array) -> Array:
    """Return p of each test from its parts, signed by the coins as they fell (tests, pairs)."""
    drawn = np.abs(signed @ signs(np.ones(signed.shape[1])).T)
    allowed = TIE * np.abs(signed).sum(axis=1, keepdims=True)
    return (drawn >= drawn[:, :1] - allowed).mean(axis=1)


def finds(counts: Array, coins: Array, block_days: int) -> np.ndarray:
    """Tell which tests find a lift: more with posts, and p at most .05.

    counts (tests, days) and coins (tests, pairs), 1 where the first block has the posts, else -1.
    """
    signed = parts(counts, block_days) * coins
    return (p_values(signed) <= LEVEL) & (signed.sum(axis=1) > 0)
