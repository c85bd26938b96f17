"""How far apart two arms are: the difference and the ratio of their rates, with intervals.

A *rate* is an arm's mean outcome. A *hypothesis* says that the treated rate is the control's
times a ratio plus a shift; its *z* is how many standard errors the outcomes are from it.
Both intervals hold the hypotheses with |z| up to 1.96, and the p value is that of "the same":
each interval leaves no difference out exactly when p is at most .05.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import optimize, stats

from helpers.lift.regression import Array
from helpers.lift.result import LEVEL

Z = float(stats.norm.ppf(1 - LEVEL / 2))
MOST_SKEW = 0.15  # skewness of a difference up to which it is read as normal
LEAST_OF_A_SORT = 8  # and people of each sort in each arm, where outcomes are 0 or 1
FARTHEST = 30.0  # standard errors that are searched for an end
ENDLESS = 1e9  # a ratio beyond which there is no end
TINY = 1e-15
SMALLEST = float(np.finfo(float).tiny)


class Arm(NamedTuple):
    """One arm: its people and rate, and the variance and third cumulant of that rate."""

    people: int
    rate: float
    variance: float
    third: float


class Effect(NamedTuple):
    """Treated minus control, and treated ÷ control, with 95 % intervals."""

    difference: float
    low: float
    high: float
    ratio: float
    ratio_low: float
    ratio_high: float
    p_value: float
    error: float
    control: float


Test = Callable[[Arm, Arm, float, float], float]


def _crossed(left: Array, right: Array) -> Array:
    return np.einsum("ij,ik->jk", left, right)  # no threads: they cost more than they give


def arm(outcome: Array, centred: Array) -> Arm:
    """Return an arm's rate where covariates are 0, by least squares with HC2 errors."""
    design = np.column_stack([np.ones(len(outcome)), centred])
    inverse = np.linalg.pinv(_crossed(design, design), rcond=1e-10, hermitian=True)
    fitted = inverse @ _crossed(design, outcome[:, None])[:, 0]
    weights = np.einsum("ij,jk->ik", design, inverse)
    leverage = np.minimum(np.einsum("ij,ij->i", weights, design), 1 - TINY)
    weighted = weights[:, 0] * (outcome - np.einsum("ij,j->i", design, fitted))
    return Arm(
        len(outcome),
        float(fitted[0]),
        float((weighted**2 / (1 - leverage)).sum()),
        float((weighted**3).sum()),
    )


def _skewness(treated: Arm, control: Arm) -> float:
    """Return the skewness of the difference, were both arms' outcomes as skewed as all are."""
    sizes = np.array([treated.people, control.people])
    squares = float(sizes**2.0 @ [treated.variance, control.variance]) * (1 / sizes).sum()
    cubes = float(sizes**3.0 @ [treated.third, control.third]) * np.diff(sizes**-2.0)[0]
    return cubes * math.sqrt(sizes.sum()) / squares**1.5 if squares > 0 else 0.0


def _standardised(apart: float, variance: float) -> float:
    if variance > 0:
        return apart / math.sqrt(variance)
    return 0.0 if abs(apart) < TINY else math.copysign(math.inf, apart)


def _end(z: Callable[[float], float], target: float, low: float, high: float) -> float:
    """Return where a falling z crosses the target, or the end of the search."""
    if z(low) <= target:
        return low
    if z(high) >= target:
        return high
    return float(optimize.brentq(lambda at: z(at) - target, low, high, xtol=TINY, rtol=1e-14))


def _normal(treated: Arm, control: Arm, ratio: float, shift: float) -> float:
    """Return z with each arm's own variance (Neyman 1923; of a ratio, Fieller 1954)."""
    variance = treated.variance + ratio**2 * control.variance
    return _standardised(treated.rate - ratio * control.rate - shift, variance)


def _pooled(treated: Arm, control: Arm, ratio: float, shift: float) -> float:
    """Return z with both arms' scatter pooled and growing with the rate, as spending's does.

    Of the powers 1 (more people spend) and 1.5 (they spend more as well; Tweedie 1984) of
    the rate, the one that gives an arm more scatter counts.
    """
    sizes = np.array([treated.people, control.people], dtype="float64")
    total = float(sizes @ [treated.rate, control.rate])
    rate = (total - sizes[0] * shift) / (sizes[0] * ratio + sizes[1])
    rates = np.maximum([ratio * rate + shift, rate], 0.0)
    squares = float(sizes**2 @ [treated.variance, control.variance])
    powers = [rates**power / (sizes @ rates**power) for power in (1.0, 1.5)]
    first, second = squares * np.max(powers, axis=0) / sizes
    apart = treated.rate - ratio * control.rate - shift
    return _standardised(apart, float(first + ratio**2 * second))


def _score(treated: Arm, control: Arm, ratio: float, shift: float) -> float:
    """Return z of a hypothesis on two shares, by their score (Miettinen & Nurminen 1985)."""
    sizes = treated.people, control.people
    yes = treated.people * treated.rate, control.people * control.rate

    def under(share: float) -> tuple[float, float]:
        return min(max(ratio * share + shift, TINY), 1 - TINY), min(max(share, TINY), 1 - TINY)

    def slope(share: float) -> float:
        first, second = (
            (count - size * one) / (one * (1 - one))
            for count, size, one in zip(yes, sizes, under(share), strict=True)
        )
        return ratio * first + second

    share = _end(slope, 0.0, max(0.0, -shift / ratio), min(1.0, (1 - shift) / ratio))
    spread = [one * (1 - one) / size for one, size in zip(under(share), sizes, strict=True)]
    variance = (spread[0] + ratio**2 * spread[1]) * sum(sizes) / (sum(sizes) - 1)
    return _standardised(treated.rate - ratio * control.rate - shift, variance)


def _suited(treated: Arm, control: Arm, *, shares: bool) -> Test:
    """Return the z that suits the arms: normal unless outcomes are rare or skewed."""
    rates = treated.rate, control.rate
    sorts = (min(one.rate, 1 - one.rate) * one.people for one in (treated, control))
    if abs(_skewness(treated, control)) > MOST_SKEW or (shares and min(sorts) < LEAST_OF_A_SORT):
        return _score if shares else _pooled if min(rates) >= 0 < max(rates) else _normal
    return _normal


def _difference(z: Test, treated: Arm, control: Arm) -> tuple[float, float]:
    apart = treated.rate - control.rate
    reach = FARTHEST * math.sqrt(treated.variance + control.variance)
    low, high = (-1.0, 1.0) if z is _score else (apart - reach, apart + reach)

    def of(shift: float) -> float:
        return z(treated, control, 1.0, shift)

    return _end(of, Z, low, high), _end(of, -Z, low, high)


def _ratio(z: Test, treated: Arm, control: Arm) -> tuple[float, float, float]:
    if min(treated.rate, control.rate) < 0 or max(treated.rate, control.rate) <= 0:
        return math.nan, math.nan, math.nan

    def of(power: float) -> float:
        return z(treated, control, math.exp(power), 0.0)

    reach = math.log(ENDLESS)
    low, high = (_end(of, target, -reach, reach) for target in (Z, -Z))
    return (
        treated.rate / control.rate if control.rate > 0 else math.inf,
        math.exp(low) if low > -reach else 0.0,
        math.exp(high) if high < reach else math.inf,
    )


def effect(outcome: Array, treated: Array, covariates: Array) -> Effect:
    """Estimate the average effect on the people drawn, with intervals.

    Parameters
    ----------
    outcome, treated : array, shape (people,)
        What each did, and 1 or 0 for having been drawn to be treated.
    covariates : array, shape (people, any number)
        Known before the draw; the arms are compared at their mean.

    Notes
    -----
    Least squares in each arm with HC2 errors (Lin 2013, eq. 3; without covariates the
    difference of means, Neyman 1923), read as normal unless outcomes are rare or skewed. Then
    two shares have score intervals (Miettinen & Nurminen 1985), and amounts pool the scatter
    of both arms: a small arm that by chance has no big spender shows too little of its own.
    """
    scale = covariates.std(axis=0)
    centred = (covariates - covariates.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    on = treated > 0
    first, second = arm(outcome[on], centred[on]), arm(outcome[~on], centred[~on])
    shares = covariates.shape[1] == 0 and bool(((outcome == 0) | (outcome == 1)).all())
    z = _suited(first, second, shares=shares)
    return Effect(
        first.rate - second.rate,
        *_difference(z, first, second),
        *_ratio(z, first, second),
        max(2 * float(stats.norm.sf(abs(z(first, second, 1.0, 0.0)))), SMALLEST),
        math.sqrt(first.variance + second.variance),
        second.rate,
    )
