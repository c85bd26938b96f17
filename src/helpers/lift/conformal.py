"""Did the last days of a series stand out? Moving blocks of residuals, refitted under each answer.

The *window* is the last `length` days. A *null* is an answer asked about: the ratio by which
the window's conversions were multiplied. Under each null the regression is fitted anew to all
days, and its residuals, summed over the window, are set against the same sum over every block
of as many neighbouring days: luck that lasts for days lasts in blocks too. The 95 % interval
is every ratio that is not refuted at .05.

Where demand *drifts* no block is like another, and *steps* are compared instead: each block
less the days just before it.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from helpers.lift.regression import CONVERGED, FAR, STEPS, TOLERANCE, Array
from helpers.lift.result import LEVEL

WIDEST = 20.0  # an end further than this many times from the estimate is not looked for
COARSE, FINE = 41, 11  # ratios asked about: over the whole reach, then between two of them
EXACT, FINEST = 0.02, 1e-6  # log ends are found to this share of their reach, or to this
TIES = 1e-9
CAUTION = 1.19  # blocks over the seam join days that never met and reach too seldom: p is raised
STEADY = 0.463  # .05 quantile of the drift statistic; Kwiatkowski et al. 1992, table 1


class Days(NamedTuple):
    """Columns of the regression (n, k), counts (n,), and how many last days are the window."""

    matrix: Array
    counts: Array
    length: int

    @property
    def before(self) -> int:
        """The number of days before the window."""
        return len(self.counts) - self.length


def means(days: Days, ratios: Array) -> Array:
    """Fit log-linear Poisson means (R, n) under each null; NaN where a fit does not settle.

    Source: McCullagh & Nelder 1989, section 2.5, with log ratio as an offset in the window.
    """
    matrix, counts = days.matrix, days.counts
    offset = np.zeros((len(ratios), len(counts)))
    offset[:, days.before :] = np.log(ratios)[:, None]
    products = (matrix[:, :, None] * matrix[:, None, :]).reshape(len(counts), -1)
    mean = np.tile((counts + counts.mean()) / 2, (len(ratios), 1))
    linear, beta = np.log(mean), np.zeros((len(ratios), matrix.shape[1]))
    change = np.full(len(ratios), np.inf)
    for _ in range(STEPS):
        information = (mean @ products).reshape(-1, matrix.shape[1], matrix.shape[1])
        target = (mean * (linear - offset) + counts - mean) @ matrix
        found = np.linalg.solve(information, target[..., None])[..., 0]
        change, beta = np.abs(found - beta).max(axis=-1), found
        linear = np.clip(beta @ matrix.T + offset, -FAR, FAR)
        mean = np.exp(linear)
        if change.max() < TOLERANCE:
            break
    return np.where(change[:, None] < CONVERGED, mean, np.nan)


def residuals(days: Days, ratios: Array) -> Array:
    """Return Pearson residuals (R, n) under each null."""
    mean = means(days, ratios)
    return (days.counts - mean) / np.sqrt(mean)


def block_sums(values: Array, length: int) -> Array:
    """Sum the `length` values that end at each place of a circle, (R, n) to (R, n)."""
    places = values.shape[-1]
    around = np.concatenate([values[..., places - length + 1 :], values], axis=-1)
    total = np.cumsum(around, axis=-1)
    total = np.concatenate([np.zeros_like(total[..., :1]), total], axis=-1)
    return total[..., length:] - total[..., :places]


def steps(values: Array, length: int) -> Array:
    """Subtract from the mean of each block that of the days just before it, half as many."""
    half = max(length // 2, 1)
    blocks, past = (block_sums(values, days) / days for days in (length, half))
    return blocks[..., half + length - 1 :] - past[..., half - 1 : values.shape[-1] - length]


def share_reaching(statistics: Array) -> Array:
    """Return the share of each row, the last included, as far from 0 as the last (never 0)."""
    size = np.abs(statistics)
    return (~(size < size[..., -1:] * (1 - TIES))).mean(axis=-1)


def p_values(days: Days, ratios: Array, *, drifts: bool = False) -> Array:
    """Return the p value of each null (R,); where demand drifts, blocks and steps must agree.

    Source: Chernozhukov, Wüthrich & Zhu 2021, moving block permutations, with the size of the
    window's summed residuals as the statistic, and `CAUTION`.
    """
    left = residuals(days, ratios)
    blocks = share_reaching(block_sums(left, days.length))
    p = np.minimum(CAUTION * blocks, 1.0)
    return np.maximum(p, share_reaching(steps(left, days.length))) if drifts else p


def _end(ratios: Array, accepted: np.ndarray) -> tuple[float, float]:
    """Return the last accepted ratio before the first refuted one, and that; NaN when none is."""
    refuted = np.flatnonzero(~accepted)
    if not len(refuted):
        return float(ratios[-1]), float("nan")
    first = max(int(refuted[0]), 1)
    return float(ratios[first - 1]), float(ratios[first])


def _outermost(test: Callable[[Array], Array], ratios: Array, p: Array, never: float) -> float:
    """Return how far from the first of the ratios nulls stay accepted; `never` when all are."""
    inside, outside = _end(ratios, p > LEVEL)
    while abs(np.log(outside / inside)) > max(FINEST, EXACT * abs(np.log(outside / ratios[0]))):
        closer = np.geomspace(inside, outside, FINE)
        inside, outside = _end(closer, np.append(test(closer[:-1]) > LEVEL, False))
    return never if np.isnan(outside) else float(np.sqrt(inside * outside))


def interval(test: Callable[[Array], Array], centre: float) -> tuple[float, float, float]:
    """Return the p value of no difference, and the ratios around the centre that a test accepts.

    An end that is not found within `WIDEST` times the centre is 0 or infinite. The interval
    holds 1 exactly when the p value is above `LEVEL`.
    """
    reach = np.geomspace(1 / WIDEST, WIDEST, COARSE)
    ratios = np.unique(np.append(centre * reach, 1.0))
    p = test(ratios)
    none = float(p[np.searchsorted(ratios, 1.0)])
    middle = int(np.abs(np.log(ratios / centre)).argmin())
    low = _outermost(test, ratios[middle::-1], p[middle::-1], 0.0)
    high = _outermost(test, ratios[middle:], p[middle:], float("inf"))
    if none > LEVEL:
        return none, min(low, 1.0), max(high, 1.0)
    return none, low, high


def drift(values: Array) -> float:
    """Return how far values wander from their mean, against their own memory of a fortnight.

    Source: Kwiatkowski, Phillips, Schmidt & Shin 1992, eq. 10-13 (level).
    """
    left = values - values.mean()
    count, lags = len(left), 14
    shared = [2 * (1 - lag / (lags + 1)) * (left[lag:] @ left[:-lag]) for lag in range(1, lags + 1)]
    memory = (left @ left + sum(shared)) / count
    wandered = np.cumsum(left)
    return float(wandered @ wandered / count**2 / memory) if memory > 0 else 0.0
