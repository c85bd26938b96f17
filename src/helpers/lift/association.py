"""What went with posting: the days as they were, and circular shifts of the posts.

An *association* is the ratio of conversions fitted with posting to those fitted with
posts set to none. A shift keeps the rhythm of the posts and loses their alignment, so
the same computation on many shifts says how far chance alone goes.
"""

import math
from typing import NamedTuple

import numpy as np
import statsmodels.api as sm

from helpers.lift import checks, regression
from helpers.lift.regression import Array, Design, decaying
from helpers.lift.result import LEVEL, Check
from helpers.lift.series import Series, design

RETENTIONS = (0.0, 0.4, 0.8)  # share of a post's effect left a day later: none, fast, slow

LEAST_MEAN = 1e-6


class Association(NamedTuple):
    """The fit to the days as they were.

    value and error are of the log ratio; means and without are conversions fitted for each
    kept day, with posting and with none; critical is the quantile of |value ÷ error| over
    shifts.
    """

    value: float
    error: float
    means: Array
    without: Array
    p_value: float
    critical: float


def lags(series: Series) -> int:
    """Return over how many days errors may share their luck: a fortnight, or a week."""
    return 14 if len(series.counts) >= 180 else 7


def decays(series: Series, posting: Array, kept: np.ndarray | None = None) -> Design:
    """Set the decaying posting of each series (S, n) beside the calendar."""
    return design(series, [decaying(posting, retention) for retention in RETENTIONS], kept)


def _log_ratio(series: Series, posting: Array, kept: np.ndarray) -> regression.Estimate:
    decayed, counts = decays(series, posting, kept), series.counts[kept]
    fitted = regression.fit(decayed, counts)
    estimate = regression.log_ratio(decayed, counts, fitted, lags(series))
    return estimate._replace(value=np.where(fitted.converged, estimate.value, np.nan))


def _statistics(series: Series) -> Array:
    """Return |log ratio ÷ error| of the days as they were, then of each shift."""
    shifts = regression.shifted(series.posting, checks.SHIFTS)
    estimate = _log_ratio(series, shifts, series.kept)
    return np.abs(estimate.value / estimate.error)


def _has_answer(fitted: regression.Fit, counts: Array) -> bool:
    """Tell whether a fit settled on one answer that foretells no day entirely."""
    settled = fitted.converged[0] and np.isclose(fitted.mean.sum(), counts.sum(), rtol=1e-8)
    possible = fitted.mean.min() > LEAST_MEAN * counts.mean()
    chance = np.abs(fitted.mean[0] - counts).max() > LEAST_MEAN
    return bool(settled and possible and chance and regression.is_well_posed(fitted.information[0]))


def associate(series: Series) -> Association | None:
    """Fit the days as they were; None when the regression has no finite answer."""
    statistics = _statistics(series)
    critical = regression.critical(statistics, LEVEL)
    decayed, counts = decays(series, series.posting[None]), series.counts[series.kept]
    start, matrix = regression.fit(decayed, counts), regression.dense(decayed)
    if not (np.isfinite(statistics[0]) and _has_answer(start, counts)):
        return None
    result = sm.GLM(counts, matrix, family=sm.families.Poisson()).fit(
        start_params=start.beta[0],
        tol=1e-10,
        tol_criterion="params",
        cov_type="HAC",
        cov_kwds={"maxlags": lags(series), "use_correction": True},
    )
    quiet = matrix.copy()
    quiet[:, -len(RETENTIONS) :] = 0
    means, without = result.predict(matrix), result.predict(quiet)
    gradient = matrix.T @ means / means.sum() - quiet.T @ without / without.sum()
    error = float(np.sqrt(gradient @ result.cov_params() @ gradient))
    if not critical * error < regression.FAR:
        return None
    value = float(np.log(means.sum() / without.sum()))
    return Association(value, error, means, without, regression.p_value(statistics), critical)


def one_day(series: Series, found: Association, *, rose: bool) -> Check:
    """Ask whether a lift stands without the day that speaks most for it."""
    influence = _log_ratio(series, series.posting[None], series.kept).influence[0]
    kept = series.kept.copy()
    kept[np.flatnonzero(kept)[influence.argmax()]] = False
    estimate = _log_ratio(series, series.posting[None], kept)
    low = float(estimate.value[0] - found.critical * estimate.error[0])
    return Check(
        "no single day decides",
        math.exp(float(estimate.value[0])),
        low > 0 if rose else None,
        "the ratio without the one day that speaks most for posting",
    )
