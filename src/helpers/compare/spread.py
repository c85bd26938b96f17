"""Spread: how far true values differ between authors, and who is too far from the rest.

*Q* is the weighted sum of squares about the weighted mean: with the right spread it is about
the number of authors less one (Cochran 1954).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import chi2, t

from helpers.compare.measures import Array

ENDS, ALPHA = (0.025, 0.975), 0.05
FEWEST = 3  # authors, for anything to be said of their spread
GRID = 200


def _q(variance: float, estimate: Array, error: Array) -> float:
    weight = 1 / (error**2 + variance)
    mean = (weight @ estimate) / weight.sum()
    return float(weight @ (estimate - mean) ** 2)


def _where(target: float, estimate: Array, error: Array) -> float:
    """Return the variance between authors at which Q is the target; 0 if it is never that much."""
    if _q(0.0, estimate, error) <= target:
        return 0.0
    above = float(np.ptp(estimate) ** 2)
    while _q(above, estimate, error) > target:
        above *= 4
    return float(brentq(lambda variance: _q(variance, estimate, error) - target, 0.0, above))


def between(estimate: Array, error: Array) -> tuple[float, float, float]:
    """Return the variance of true values between authors, with a 95 % interval.

    Parameters
    ----------
    estimate, error : array (n,)
        Estimates and their standard errors, above 0; n of 2 or more.

    Returns
    -------
    tuple of float
        Paule & Mandel's estimate (1982, Journal of Research of the National Bureau of
        Standards 87:377) and the ends of the Q-profile interval (Viechtbauer 2007, Statistics
        in Medicine 26:37).
    """
    free = len(estimate) - 1
    low, high = (_where(float(chi2.ppf(end, free)), estimate, error) for end in reversed(ENDS))
    return _where(float(free), estimate, error), low, high


def _farthest(estimate: Array, error: Array) -> tuple[int, float]:
    """Return who lies farthest from the rest, and how many errors, the rest judged alone."""
    weight = 1 / (error**2 + _where(float(len(estimate) - 1), estimate, error))
    place = int(np.argmax(weight * (estimate - (weight @ estimate) / weight.sum()) ** 2))
    rest, errors = np.delete(estimate, place), np.delete(error, place)
    variance = _where(float(len(rest) - 1), rest, errors)
    weight = 1 / (errors**2 + variance)
    mean, total = (weight @ rest) / weight.sum(), weight.sum()
    return place, float(
        abs(estimate[place] - mean) / np.sqrt(error[place] ** 2 + variance + 1 / total)
    )


def set_apart(estimate: Array, error: Array) -> NDArray[np.bool_]:
    """Tell who lies too far from all others to be one of them (n,).

    One by one, the farthest first, while a t test at 5 % for all authors together says so
    (Viechtbauer & Cheung 2010, Research Synthesis Methods 1:112) and three are left.
    """
    apart = np.zeros(len(estimate), dtype="bool")
    while (~apart).sum() > FEWEST:
        left = np.flatnonzero(~apart)
        place, away = _farthest(estimate[left], error[left])
        if away <= t.ppf(1 - ALPHA / (2 * len(left)), len(left) - 2):
            break
        apart[left[place]] = True
    return apart


def believed(estimate: Array, error: Array) -> tuple[Array, Array, Array, Array]:
    """Return spreads, what is believed of each, and the mean and its error given each.

    Gelman, Carlin, Stern, Dunson, Vehtari & Rubin (2013, section 5.4), equations 5.20 and 5.21
    with a flat prior on the spread.
    """
    place = (np.arange(GRID) + 0.5) / GRID
    scale = np.sqrt(np.mean(error**2) + np.var(estimate))
    spread = scale * place / (1 - place)
    weight = 1 / (error**2 + spread[:, None] ** 2)
    total = weight.sum(axis=1)
    mean = (weight @ estimate) / total
    away = (weight * (estimate - mean[:, None]) ** 2).sum(axis=1)
    log = 0.5 * (np.log(weight).sum(axis=1) - np.log(total) - away) - 2 * np.log1p(-place)
    belief = np.exp(log - log.max())
    return spread, belief / belief.sum(), mean, 1 / np.sqrt(total)
