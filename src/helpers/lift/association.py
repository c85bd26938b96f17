"""What went with posting: the days as they were, whatever the shape of a post's effect.

An *association* is the ratio of conversions fitted with posting to those fitted with posts
set to none. Each shape is believed as far as the days speak for it, so that the interval
holds the doubt about the shape. *Evidence* is by how many standard errors the shapes
together differ from none; how strong it gets by chance alone is read from shifts.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from helpers.lift import regression, shapes, shifts
from helpers.lift.regression import Array
from helpers.lift.result import LEVEL
from helpers.lift.series import Series
from helpers.lift.shapes import Fits
from helpers.lift.shifts import Null

LEAST_MEAN = 1e-6
LEAST_SCATTER = 1e-9
LEAST_DOUBT = 1e-300
HALVINGS = 50


class Association(NamedTuple):
    """The fit to the days as they were.

    value, low and high are of the log ratio; means and without are conversions fitted for
    each kept day, with posting and with none; critical is by how many errors an association
    must differ from none; judged is the evidence of the days as they were, then of each shift.
    """

    value: float
    low: float
    high: float
    means: Array
    without: Array
    p_value: float
    critical: float
    judged: Array


def lags(series: Series) -> int:
    """Return over how many days errors may share their luck: a fortnight, or a week."""
    return 14 if len(series.counts) >= 180 else 7


def evidence(statistics: Array, belief: Array) -> Array:
    """Return by how many errors shapes (..., R), each believed so far, differ from none."""
    wrong = np.minimum(*((belief * ndtr(side * statistics)).sum(axis=-1) for side in (1, -1)))
    return np.asarray(-ndtri(np.maximum(wrong, LEAST_DOUBT)), dtype=np.float64)


def by_chance(series: Series, null: Null) -> Array:
    """Return the evidence that shifts of the posts would give, (S,)."""
    turned, alone = shifts.turned(list(shapes.stocks(series)))[1:], np.ones((1, 1))
    asked = turned[shifts.evenly(len(turned))]
    steps = [
        shifts.step(null, asked[:, place, None], alone, lags(series))
        for place in range(asked.shape[1])
    ]
    statistics = np.concatenate([step.statistics for step in steps], axis=1)
    belief = shapes.beliefs(np.stack([step.gain for step in steps], axis=1))
    return evidence(statistics, belief)


def quantile(fits: Fits, share: float) -> float:
    """Return the log ratio below which a share of the belief lies, by halving."""
    reach = -float(ndtri(LEAST_DOUBT)) * fits.error.max()
    low, high = float(fits.value.min() - reach), float(fits.value.max() + reach)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = fits.belief @ ndtr((middle - fits.value) / fits.error)
        low, high = (middle, high) if below < share else (low, middle)
    return (low + high) / 2


def _has_answer(fits: Fits, counts: Array) -> bool:
    """Tell whether every fit settled on one answer that foretells no day entirely."""
    possible = fits.means.min() > LEAST_MEAN * counts.mean()
    chance = np.abs(fits.means - counts).max(axis=1).min() > LEAST_MEAN
    told = (fits.error < regression.FAR).all()
    return bool(fits.settled and possible and chance and told)


def associate(series: Series, null: Null) -> Association | None:
    """Fit the days as they were; None when the regression has no finite answer."""
    if null.scatter < LEAST_SCATTER:
        return None
    fits = shapes.fit(series, null, lags(series))
    if not _has_answer(fits, series.counts[series.kept]):
        return None
    found = evidence(fits.value / fits.error, fits.belief)
    judged = np.concatenate([[found], by_chance(series, null)])
    critical = regression.critical(judged, LEVEL)
    value, low, high = (quantile(fits, float(ndtr(end))) for end in (0.0, -critical, critical))
    return Association(
        value=value,
        low=low,
        high=high,
        means=fits.belief @ fits.means,
        without=fits.belief @ fits.without,
        p_value=regression.p_value(judged),
        critical=critical,
        judged=judged,
    )


def jointly(judged: Sequence[Array]) -> list[float]:
    """Return p of each of several associations, asked of the same days and shifts.

    It is the share of shifts whose strongest evidence of all reaches its own, so that all
    together are called by chance no more often than one alone (Westfall & Young 1993, the
    single-step maxT), however few the shifts.
    """
    strongest = np.max([one[1:] for one in judged], axis=0) if judged else np.empty(0)
    return [regression.p_value(np.concatenate([one[:1], strongest])) for one in judged]
