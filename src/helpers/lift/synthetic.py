"""What treated authors would have had: counterfactuals from authors who had not started.

An *arrangement* says on which date each author starts; P arrangements are worked out at
once, the true one first. *Donors* are the never treated. A *cohort* is the authors with
one start. Outcomes come in G layers (dates before a start, dates after) that are added
after dividing the second by a ratio: all results are sums over outcomes, so layers add up.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from helpers.lift.regression import Array

STEPS = 2000
SETTLED = 1e-7
HEAVY = 1e3
ESTIMATORS = ("did", "synthetic control", "synthetic did")
Starts = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Totals(NamedTuple):
    """What arrangements say of each cohort.

    Outcomes of treated dates, and what they would have been: each (G, P, cohorts). `contrast`
    (P, cohorts, N) weighs the cohort's authors to 1 and those it is compared with to -1.
    """

    observed: Array
    expected: Array
    contrast: Array


def _to_simplex(points: Array) -> Array:
    """Move points (P, n) to the nearest weights ≥ 0 that sum to 1 (Duchi et al. 2008, fig. 1)."""
    ordered = -np.sort(-points, axis=-1)
    excess = np.cumsum(ordered, axis=-1) - 1
    last = np.count_nonzero(ordered * np.arange(1, points.shape[-1] + 1) > excess, axis=-1)[:, None]
    share: Array = np.take_along_axis(excess, last - 1, axis=-1) / last
    return np.maximum(points - share, 0.0)


def _centred(values: Array) -> Array:
    return values - values.mean(axis=-1, keepdims=True)


def author_weights(before: Array, targets: Array, donors: Mask, ridge: float = 0.0) -> Array:
    """Weigh donors so that they moved as the target did before: (P, N).

    Least squares with weights ≥ 0 (Lawson & Hanson 1974); a heavy row makes them sum to 1.

    Parameters
    ----------
    before : array (N, days)
        Outcomes, centred unless levels are to be matched too.
    targets : array (P, N)
        The target as a weighted sum of authors.
    donors : array (P, N) of bool
        Who may be weighed.
    ridge : float
        Penalty on the squared weights.
    """
    values, axes = np.linalg.eigh(before @ before.T)
    moved = np.sqrt(np.maximum(values, 0.0))[:, None] * axes.T
    heavy = np.full((1, len(before)), HEAVY * (np.sqrt(values.max() + ridge) or 1.0))
    rows = np.vstack([moved, np.sqrt(ridge) * np.eye(len(before)), heavy])
    aims = np.zeros((len(targets), len(rows)))
    aims[:, : len(before)], aims[:, -1] = targets @ moved.T, heavy[0, 0]
    weights = np.zeros(targets.shape)
    for mine, weighed, aim in zip(donors, weights, aims, strict=True):
        weighed[mine] = nnls(rows[:, mine], aim, maxiter=30 * len(mine))[0]
    return weights


def day_weights(before: Array, after: Array, donors: Mask) -> Array:
    """Weigh dates before so that donors stood as they do after: (P, days).

    `before` (N, days) and `after` (N,) are outcomes; their level is free. Of the many weights
    that fit alike, those near equal ones: projected gradients from there, with momentum that
    starts anew when it overshoots (O'Donoghue & Candès 2015).
    """
    among = donors / donors.sum(axis=-1, keepdims=True)
    apart = before - before.mean(axis=0)
    steepest = np.linalg.eigvalsh(apart @ apart.T)[-1] or 1.0
    weights = np.full((len(donors), before.shape[1]), 1 / before.shape[1])
    ahead, pace = weights, np.ones((len(donors), 1))
    for _ in range(STEPS):
        missed = ahead @ before.T - after
        missed = donors * (missed - (among * missed).sum(axis=-1, keepdims=True))
        found = _to_simplex(ahead - missed @ before / steepest)
        moved = found - weights
        overshot = ((ahead - found) * moved).sum(axis=-1, keepdims=True) > 0
        faster = np.where(overshot, 1.0, (1 + np.sqrt(1 + 4 * pace**2)) / 2)
        ahead = found + np.where(overshot, 0.0, (pace - 1) / faster) * moved
        weights, pace = found, faster
        if np.abs(moved).max() < SETTLED:
            break
    return weights


def did(layers: Array, starts: Starts, sizes: Array) -> Totals:
    """Foretell treated dates by an author's own level and the dates' common movement.

    Both are fitted to untreated dates only, so no treated author is compared with another
    treated one, whatever the starts. Source: Borusyak, Jaravel & Spiess 2024, eq. 6.

    Parameters
    ----------
    layers : array (G, N, T)
        Outcomes divided by sizes.
    starts : array (P, N)
        Arrangements of the same starts.
    sizes : array (N,)
        Sizes, by which totals are multiplied again.
    """
    days = layers.shape[-1]
    edges = np.unique(np.append(starts[0], [0, days]))
    lengths = np.diff(edges).astype(np.float64)
    sums = np.add.reduceat(layers, edges[:-1], axis=-1)
    free = (starts[:, :, None] > edges[:-1]).astype(np.float64)
    count = free.sum(axis=1)
    common = np.einsum("piq,giq->gpq", free, sums) / count
    shared = (free * (lengths / count)[:, None]) @ np.swapaxes(free, 1, 2)
    system = days / len(sizes) - shared
    system[:, np.arange(len(sizes)), np.arange(len(sizes))] += free @ lengths
    apart = np.einsum("piq,gpiq->pig", free, sums[:, None] - common[:, :, None])
    level = np.moveaxis(np.linalg.solve(system, apart), -1, 0)
    common -= lengths * np.einsum("piq,gpi->gpq", free, level) / count
    treated = 1 - free
    expected = (treated @ lengths) * level + np.einsum("piq,gpq->gpi", treated, common)
    observed = np.einsum("piq,giq->gpi", treated, sums)
    cohort = np.where(starts[:, None, :] == edges[1:-1, None], sizes, 0.0)
    contrast = cohort / cohort.sum(axis=-1, keepdims=True)
    contrast -= ((starts == days) / (starts == days).sum(axis=-1, keepdims=True))[:, None]
    return Totals(
        np.einsum("gpi,pci->gpc", observed, cohort),
        np.einsum("gpi,pci->gpc", expected, cohort),
        contrast,
    )


def weighted(
    layers: Array,
    starts: Starts,
    sizes: Array,
    *,
    ratio: float = 1.0,
    by_day: bool = False,
    demeaned: bool = True,
) -> Totals:
    """Foretell each cohort by weighted donors, as far above them as it was before.

    Parameters
    ----------
    layers, starts, sizes
        As for `did`.
    ratio : float
        By what the second layer is divided where day weights are fitted.
    by_day : bool
        Synthetic difference in differences (Arkhangelsky et al. 2021, algorithm 1): weights
        for days too, and a penalty on those of authors. Else a synthetic control.
    demeaned : bool
        Whether a synthetic control may keep its distance (Ferman & Pinto 2021), rather than
        match levels (Abadie, Diamond & Hainmueller 2010).
    """
    days, before = layers.shape[-1], layers[0, :, : starts.min()]
    donors = starts == days
    scatter = np.diff(before[donors[0]], axis=-1).std(ddof=1) ** 2 if by_day else 0.0
    observed, expected, contrast = [], [], []
    for start in np.unique(starts[starts < days]):
        weights = np.where(starts == start, sizes, 0.0)
        size = weights.sum(axis=-1, keepdims=True)
        after = layers[..., start:].sum(axis=-1)
        number = days - start
        ridge = scatter * np.sqrt((starts[0] == start).sum() * number) * before.shape[1]
        moved = _centred(before) if demeaned else before
        found = author_weights(moved, weights / size, donors, ridge)
        if by_day:
            mean = (after[0] + after[1] / ratio) / number
            level = day_weights(before, mean, donors) @ before.T
        else:
            level = before.mean(axis=-1) * float(demeaned)
        contrast.append(weights / size - found)
        distance = number * (contrast[-1] * level).sum(axis=-1)
        observed.append(after @ weights.T)
        expected.append(after @ (found * size).T)
        expected[-1][0] += distance * size[:, 0]
    return Totals(
        np.stack(observed, axis=-1), np.stack(expected, axis=-1), np.stack(contrast, axis=1)
    )


def totals(
    estimator: str,
    layers: Array,
    starts: Starts,
    sizes: Array,
    *,
    demeaned: bool = True,
) -> Totals:
    """Work out observed and expected totals by one of `ESTIMATORS`."""
    if estimator == "did":
        return did(layers, starts, sizes)
    if estimator == "synthetic control":
        return weighted(layers, starts, sizes, demeaned=demeaned)
    first = weighted(layers, starts[:1], sizes, by_day=True)
    observed, expected = (each.sum(axis=(1, 2)) for each in first[:2])
    ratio = observed[1] / expected[0] if expected[0] > 0 and observed[1] > 0 else 1.0
    return weighted(layers, starts, sizes, ratio=ratio, by_day=True)
