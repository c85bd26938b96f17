"""What a window of days would have had without its campaign, and how far chance alone goes.

The *counterfactual* is a Poisson regression on weekday, known causes and controls, fitted
to the days outside the window. A *placebo* is an earlier window as long, in which nothing
began.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import statsmodels.api as sm

from helpers.lift import conformal, regression, series
from helpers.lift.conformal import STEADY, Days
from helpers.lift.regression import Array, Design
from helpers.lift.window import Case

PLACEBOS_A_WINDOW = 4  # placebos start this many times in the length of a window


class Effect(NamedTuple):
    """What a case shows: counterfactual and fitted means (n,), the ratio and its test."""

    without: Array
    means: Array
    ratio: float
    low: float
    high: float
    p_value: float
    drift: float


def regressed(days: Days) -> tuple[Array, float]:
    """Return the counterfactual (n,) and the ratio, by a column that is 1 in the window."""
    inside = np.arange(len(days.counts)) >= days.before
    matrix, rows = np.column_stack([days.matrix, inside]), np.ones(len(inside), dtype=bool)
    if days.counts[inside].sum() == 0:
        rows = ~inside
        matrix = days.matrix[:, series.independent(days.matrix[rows])]
    result = sm.GLM(days.counts[rows], matrix[rows], family=sm.families.Poisson()).fit()
    columns = min(matrix.shape[1], days.matrix.shape[1])
    without = np.exp(matrix[:, :columns] @ result.params[:columns])
    return without, float(days.counts[inside].sum() / without[inside].sum())


def scatter(days: Days) -> float:
    """Return how much more than pure chance conversions scatter before the window."""
    matrix, counts = days.matrix[: days.before], days.counts[: days.before]
    matrix = matrix[:, series.independent(matrix)]
    means = conformal.means(Days(matrix, counts, 1), np.ones(1))[0]
    return float(((counts - means) ** 2 / means).sum() / (len(counts) - matrix.shape[1]))


def estimate(case: Case) -> Effect:
    """Estimate the ratio; a test for drift before the window decides which interval it gets."""
    days = case.days
    without, ratio = regressed(days)
    left = (days.counts - without) / np.sqrt(without)
    drift = conformal.drift(left[: days.before])
    centre = ratio or 0.5 / float(without[case.inside].sum())

    def test(ratios: Array) -> Array:
        return conformal.p_values(days, ratios, drifts=drift > STEADY)

    p_value, low, high = conformal.interval(test, centre)
    low, high = min(low, ratio), max(high, ratio)
    means = np.where(case.inside, without * ratio, without)
    return Effect(without, means, ratio, low, high, p_value, drift)


def placebos(case: Case, found: Effect) -> pd.DataFrame:
    """Set windows before the campaign, each in turn, against the days outside both.

    Returns
    -------
    DataFrame
        A row a window, the campaign's own last: start, end, the outcome (counted), without
        (counterfactual), ratio.
    """
    days = case.days
    step = max(days.length // PLACEBOS_A_WINDOW, 1)
    first = np.arange(days.before % step, days.before - days.length + 1, step)
    place = np.arange(len(days.counts))
    own = (place >= first[:, None]) & (place < first[:, None] + days.length)
    calendar = np.column_stack([days.matrix, case.inside])
    fitted = regression.fit(Design(calendar, own[None].astype("float64")), days.counts)
    linear = fitted.beta[:, : days.matrix.shape[1]] @ days.matrix.T
    base = np.exp(np.clip(linear, -regression.FAR, regression.FAR))
    counted = np.append(own @ days.counts, days.counts[case.inside].sum())
    without = np.append((own * base).sum(axis=1), found.without[case.inside].sum())
    dates, first = case.table["date"].to_numpy(), np.append(first, days.before)
    return pd.DataFrame(
        {
            "start": dates[first],
            "end": dates[first + days.length - 1],
            case.outcome: counted,
            "without": without,
            "ratio": counted / without,
        }
    )
