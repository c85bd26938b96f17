"""Families: how people differ in how often they react, as a chance for each count.

Parameters are logarithms (or logits), so that every number is allowed; a family's *box*
holds its two boundaries: where all people are alike (the Poisson limit) and where almost
everybody has next to no rate (the log-series limit). Counts are of acts, of posts reacted
to out of so many, or of posts that differ in how many people they draw.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, log_expit

from helpers.lurkers import rates
from helpers.lurkers.rates import Array, Cells

SKEWED, ALIKE = -8.0, 9.0  # logarithms of a shape at the two boundaries
NARROW, WIDE = float(np.log(0.1)), float(np.log(4.0))  # and of a log-normal's deviation
LogChance = Callable[[Array, Cells], Array]


class Family(NamedTuple):
    """A name, its parameters' box and starts, and the log chance of each count."""

    name: str
    log_chance: LogChance
    box: tuple[tuple[float, float], ...]
    starts: tuple[tuple[float, ...], ...]
    alike: float = np.inf  # the last parameter where all people are alike


def _poisson(theta: Array, cells: Cells) -> Array:
    mean, k = theta[..., :1], cells.counts
    return k * mean - np.exp(mean) - gammaln(k + 1)


def _negative_binomial(theta: Array, cells: Cells) -> Array:
    mean, shape, k = np.exp(theta[..., :1]), np.exp(theta[..., 1:2]), cells.counts
    rising = gammaln(shape + k) - gammaln(shape) - gammaln(k + 1)
    return rising - shape * np.log1p(mean / shape) + k * (theta[..., :1] - np.log(shape + mean))


def _geometric(theta: Array, cells: Cells) -> Array:
    return _negative_binomial(np.concatenate([theta, np.zeros_like(theta)], axis=-1), cells)


def _ways(cells: Cells) -> Array:
    k = cells.counts
    return gammaln(cells.occasions + 1) - gammaln(k + 1) - gammaln(cells.occasions - k + 1)


def _binomial(theta: Array, cells: Cells) -> Array:
    missed = cells.occasions - cells.counts
    return _ways(cells) + cells.counts * log_expit(theta) + missed * log_expit(-theta)


def _beta_binomial(theta: Array, cells: Cells) -> Array:
    both = np.exp(theta[..., 1:2])
    first = both * np.exp(log_expit(theta[..., :1]))
    other = both * np.exp(log_expit(-theta[..., :1]))
    k, missed = cells.counts, cells.occasions - cells.counts
    rising = gammaln(first + k) - gammaln(first) + gammaln(other + missed) - gammaln(other)
    return _ways(cells) + rising - gammaln(both + cells.occasions) + gammaln(both)


def _two(one: LogChance) -> LogChance:
    """Return the log chances of two classes, within each of which all are alike."""

    def log_chance(theta: Array, cells: Cells) -> Array:
        more = theta[..., :1] + np.exp(theta[..., 1:2])
        few = log_expit(theta[..., 2:]) + one(more, cells)
        return np.logaddexp(few, log_expit(-theta[..., 2:]) + one(theta[..., :1], cells))

    return log_chance


_MEAN, _LOGIT = (-9.0, 7.0), (-16.0, 6.0)
_RATE = ((-1.0,), (1.0,))
_PAIR = ((-1.0, 0.0), (0.5, -1.5), (0.5, 1.5), (-3.0, -2.0))
_TWICE = ((-1.0, 0.5, -1.0), (0.0, 0.0, 0.0), (-2.0, 1.0, -1.0), (0.5, 0.3, -2.0))
_APART = ((-3.0, 2.0), (-6.0, 6.0))
_FLAT = ((-1.0, 0.0), (0.5, -0.7), (-3.0, 0.7), (1.0, 0.3))
_LOGITS = ((-4.0, 1.0), (-1.0, 1.0), (-3.0, 3.0), (-5.0, 0.0))
_CLASSES = ((-4.0, 0.5, -1.0), (-1.0, 0.0, 0.0), (-5.0, 1.0, -1.0), (-2.0, 0.3, -2.0))

_LOGNORMAL = Family("log-normal", rates.lognormal, ((-12.0, 6.0), (NARROW, WIDE)), _FLAT, NARROW)
ACTS = (
    Family("Poisson", _poisson, (_MEAN,), _RATE),
    Family("geometric", _geometric, (_MEAN,), _RATE),
    Family("negative binomial", _negative_binomial, (_MEAN, (SKEWED, ALIKE)), _PAIR, ALIKE),
    _LOGNORMAL,
    Family("two classes", _two(_poisson), (_MEAN, *_APART), _TWICE),
)
POSTS = (
    Family("binomial", _binomial, (_LOGIT,), ((-4.0,), (0.0,))),
    Family("beta-binomial", _beta_binomial, (_LOGIT, (SKEWED, ALIKE)), _LOGITS, ALIKE),
    _LOGNORMAL,
    Family("two classes", _two(_binomial), (_LOGIT, *_APART), _CLASSES),
)
UNEQUAL = (
    Family("Poisson-binomial", rates.same, (_MEAN,), _RATE),
    Family("gamma", rates.gamma, (_MEAN, (SKEWED, 4.0)), _PAIR, 4.0),
    _LOGNORMAL,
    Family("two classes", _two(rates.same), (_MEAN, *_APART), _TWICE),
)


def families(cells: Cells) -> tuple[Family, ...]:
    """Return the families for acts, for posts that are alike, or for posts that are not."""
    if not cells.occasions:
        return ACTS
    return POSTS if len(set(cells.shares)) == 1 else UNEQUAL


def chances(family: Family, theta: Array, cells: Cells) -> Array:
    """Return the log chances of counts 0 … last (the last axis), given that it is none above."""
    logs = family.log_chance(theta, cells)
    logs = logs - logs.max(axis=-1, keepdims=True)
    found: Array = logs - np.log(np.exp(logs).sum(axis=-1, keepdims=True))
    return found
