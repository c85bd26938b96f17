"""The coins of a posting calendar re-drawn: how far chance alone would have gone.

A *coin* says which block of a pair had the posts. A *re-draw* tosses every coin anew. A
day's *exposure* is the share of posting's steady effect that is there on that day; it
follows the arms with a *retention*, the share of it left a day later. A *hypothesis* is a
ratio with a retention. It says what each day would have had without posts, so these days,
and the calendar refitted to them, are the same whatever the coins: each pair adds its
*part* to the statistic with the sign of its coin, and a re-draw changes signs only.
"""

from typing import NamedTuple

import numpy as np
from scipy import linalg, optimize
from scipy.signal import lfilter

from helpers.lift import regression
from helpers.lift.regression import Array, Design
from helpers.lift.result import LEVEL

RETENTIONS = (0.0, 0.3, 0.5, 0.7, 0.8)
AIMED = 0.5  # the retention that the statistic is strongest for, fixed before any data
REDRAWS = 2000
MOST_EXACT = 11  # pairs whose coins fall in so few ways that all of them are drawn
SEED = 20250101
FARTHEST = 4.6  # log ratio
GRID = np.linspace(-FARTHEST, FARTHEST, 93)
HALVINGS = 10
LEAST_MEAN = 0.01
LEAST_SCATTER = 1e-6
STEP = 0.01
TIE = 1e-9


class Drawn(NamedTuple):
    """Days under a calendar drawn by coins.

    counts (n,) and calendar (n, k); first (J, n) is 1 on a pair's first block and -1 on its
    second; coins (J,) are 1 where the first block had the posts, else -1; kept (n,) of bool
    are the days that are compared.
    """

    counts: Array
    calendar: Array
    first: Array
    coins: Array
    kept: np.ndarray


class Redrawn(NamedTuple):
    """The ratio of steady posting to none, its interval, and what chance would have done.

    error is of the log ratio. exposures (L, kept days) and their weights (L,), one for each
    of `RETENTIONS`.
    """

    ratio: float
    low: float
    high: float
    p_value: float
    error: float
    exposures: Array
    weights: Array


class _Fixed(NamedTuple):
    """What no coin changes: kept days' counts, fit, scatter and weights; pull (n, J) of coins."""

    counts: Array
    mean: Array
    scatter: float
    root: Array
    basis: Array
    pull: Array
    exposures: Array
    signs: Array


def exposure(arms: Array, retention: float) -> Array:
    """Return the exposure of days whose arms are 1, -1 or 0 (in no block), along the last axis.

    From -1, when everything was quiet for long, to 1, when everything was posted.
    """
    return np.asarray(lfilter([1 - retention], [1, -retention], arms, axis=-1), dtype=np.float64)


def signs(coins: Array) -> Array:
    """Return coins as they fell, then re-drawn: (R, J), every way they can fall if few.

    What is compared is the same when all coins turn, so half of the ways are drawn.
    """
    pairs = len(coins)
    if pairs <= MOST_EXACT:
        ways = np.arange(2 ** (pairs - 1))[:, None] >> np.arange(pairs) & 1
        return coins * (1.0 - 2.0 * ways)
    drawn = np.random.default_rng(SEED).choice([-1.0, 1.0], (REDRAWS, pairs))
    drawn[0] = coins
    return drawn


def _fixed(drawn: Drawn) -> _Fixed:
    """Fit the calendar to all kept days alike, and weigh days by what scatters least."""
    kept, counts = drawn.kept, drawn.counts[drawn.kept]
    columns = linalg.orth(drawn.calendar[kept])
    fitted = regression.fit(Design(columns, np.empty((0, 1, len(counts)))), counts).mean[0]
    mean = np.maximum(fitted, LEAST_MEAN * counts.mean())
    beyond = ((counts - mean) ** 2 - mean).sum() / (mean**2).sum()
    scatter = max(float(beyond), LEAST_SCATTER)
    root = 1 / np.sqrt(mean * (1 + scatter * mean))
    basis = np.linalg.qr((mean * root)[:, None] * columns)[0]
    pull = (exposure(drawn.first, AIMED)[:, kept] * mean * root).T
    arms = drawn.coins @ drawn.first
    exposures = np.stack([(1 + exposure(arms, one)[kept]) / 2 for one in RETENTIONS])
    return _Fixed(counts, mean, scatter, root, basis, pull, exposures, signs(drawn.coins))


def _parts(fixed: _Fixed, exposed: Array, logs: Array) -> tuple[Array, Array]:
    """Return each pair's part (G, J) and the days refitted without posts (G, n), by log ratio."""
    quiet = fixed.counts / (1 + np.expm1(logs)[:, None] * exposed)
    scaled = quiet * fixed.root
    fitted = (scaled @ fixed.basis) @ fixed.basis.T
    return (scaled - fitted) @ fixed.pull, fitted / fixed.root


def _standing(fixed: _Fixed, exposed: Array, logs: Array) -> Array:
    """Return the statistic ÷ its standard deviation over re-draws, (G,)."""
    parts = _parts(fixed, exposed, logs)[0]
    spread = np.sqrt((parts**2).sum(axis=1))
    return parts @ fixed.signs[0] / np.maximum(spread, np.finfo(float).tiny)


def _p_values(fixed: _Fixed, weights: Array, logs: Array) -> Array:
    """Return p of each log ratio, averaged over retentions by how well they fit."""
    shares = np.empty((len(RETENTIONS), len(logs)))
    for place, exposed in enumerate(fixed.exposures):
        parts = _parts(fixed, exposed, logs)[0]
        drawn = np.abs(fixed.signs @ parts.T)
        allowed = TIE * np.abs(parts).sum(axis=1)
        shares[place] = (drawn >= drawn[0] - allowed).mean(axis=0)
    return weights @ shares


def _root(fixed: _Fixed, weights: Array, low: float, high: float) -> float:
    """Return the log ratio between two that leaves the weighted statistic at none.

    Where none does, the end that it points to.
    """
    used = [pair for pair in zip(weights, fixed.exposures, strict=True) if pair[0]]

    def standing(log: float) -> float:
        return sum(one * float(_standing(fixed, at, np.array([log]))[0]) for one, at in used)

    ends = standing(low), standing(high)
    if ends[0] * ends[1] > 0:
        return high if ends[0] > 0 else low
    return float(optimize.brentq(standing, low, high, xtol=1e-10))


def _likelihood(fixed: _Fixed, exposed: Array, log: float) -> float:
    """Return the negative binomial log likelihood of one hypothesis, but for a constant."""
    quiet = np.maximum(_parts(fixed, exposed, np.array([log]))[1][0], LEAST_MEAN * fixed.mean)
    mean, scatter = quiet * (1 + np.expm1(log) * exposed), fixed.scatter
    spread = np.log1p(scatter * mean)
    return float((fixed.counts * (np.log(mean) - spread) - spread / scatter).sum())


def _weights(fixed: _Fixed) -> tuple[Array, Array]:
    """Return the best log ratio under each retention, and how well each retention fits."""
    alone = np.eye(len(RETENTIONS))
    logs = np.array([_root(fixed, one, -FARTHEST, FARTHEST) for one in alone])
    pairs = zip(fixed.exposures, logs, strict=True)
    likelihoods = np.array([_likelihood(fixed, exposed, log) for exposed, log in pairs])
    weights = np.exp(likelihoods - likelihoods.max())
    return logs, weights / weights.sum()


def _ends(fixed: _Fixed, weights: Array, best: float) -> tuple[float, float]:
    """Return the farthest log ratios that are not rejected; infinite where there is no end."""
    logs = np.sort(np.append(GRID, best))
    p_values = _p_values(fixed, weights, logs)
    kept = np.flatnonzero((p_values > LEVEL) | (logs == best))
    edges = np.array([kept[0], kept[-1]])
    inside, outside = logs[edges], logs[np.clip(edges + np.array([-1, 1]), 0, len(logs) - 1)]
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        accepted = _p_values(fixed, weights, middle) > LEVEL
        inside, outside = np.where(accepted, middle, inside), np.where(accepted, outside, middle)
    low = -np.inf if edges[0] == 0 else float(inside[0])
    high = np.inf if edges[1] == len(logs) - 1 else float(inside[1])
    return low, high


def redraw(drawn: Drawn) -> Redrawn:
    """Estimate the ratio of steady posting to none by re-drawing the coins.

    Returns
    -------
    Redrawn
        The interval holds the ratios whose p, refitted under each, is above `LEVEL`; low is
        0 or high infinite where none up to a hundredfold is rejected.

    Notes
    -----
    Fisher 1935, sections 20-21, for the re-draws; Rosenbaum 2002, section 2.6, for the
    interval of what is not rejected; the statistic is a negative binomial score. For no
    effect the hypothesis holds with any retention, and p is exact whatever the days are
    like. For other ratios it averages over retentions, weighted by their likelihood.
    """
    fixed = _fixed(drawn)
    logs, weights = _weights(fixed)
    best = _root(fixed, weights, float(logs.min()), float(logs.max()))
    low, high = _ends(fixed, weights, best)
    around = np.array([best - STEP, best + STEP])
    standing = weights @ np.stack([_standing(fixed, one, around) for one in fixed.exposures])
    slope = float(standing[0] - standing[1]) / (2 * STEP)
    error = 1 / slope if slope > 0 else np.inf
    p_value = float(_p_values(fixed, np.eye(len(weights))[0], np.zeros(1))[0])
    ratio, low, high = (float(np.exp(log)) for log in (best, low, high))
    return Redrawn(ratio, low, high, p_value, error, fixed.exposures, weights)
