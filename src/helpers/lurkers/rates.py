"""Rates: the chance of each count, where a person's rate is spread over a fine even grid.

A person of rate r reacts to post j with chance 1 − exp(−r s_j), where the shares s_j say how
much a post draws and sum to 1, so that unequal posts give a Poisson-binomial count; without posts
the count is Poisson. That is worked out once for a table; a family is then a set of
weights on the logarithms of rates.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline
from scipy.special import gammainc, gammaln, ndtr

Array = npt.NDArray[np.float64]

LEAST, ABOVE, STEP = -12.0, 3.0, 0.1
TINY = 1e-300


class Cells(NamedTuple):
    """Counts 0, 1, … `last`; each post's share, or none where counts have no end.

    People seen more often than `last` are counted, and say nothing about the unseen: the most
    devoted are the least like them, and programs that react to all are among them.
    """

    last: int
    shares: tuple[float, ...] = ()

    @property
    def counts(self) -> Array:
        """Return the counts."""
        return np.arange(self.last + 1, dtype=float)

    @property
    def occasions(self) -> int:
        """Return the number of posts; 0 where counts have no end."""
        return len(self.shares)


@lru_cache(maxsize=8)
def grid(cells: Cells) -> tuple[Array, Array]:
    """Return log rates, and the chances there (rows) of counts 0 … last (columns)."""
    if not cells.occasions:
        rates = np.arange(LEAST, np.log(cells.last) + ABOVE, STEP)
        logs = cells.counts * rates[:, None] - np.exp(rates)[:, None] - gammaln(cells.counts + 1)
        return rates, np.exp(logs)
    rates = np.arange(LEAST, ABOVE + np.log(cells.occasions), STEP)
    chance = np.zeros((len(rates), cells.last + 1))
    chance[:, 0] = 1
    for share in cells.shares:
        missed = np.exp(-np.exp(rates) * share)[:, None]
        more = chance[:, :-1] * (1 - missed)
        chance *= missed
        chance[:, 1:] += more
    return rates, chance


def _mixed(weight: Array, below: Array, chance: Array, cells: Cells) -> Array:
    """Return log chances, given weights on the grid and the share of people below it."""
    found = weight @ chance
    found[..., 0] += below
    if cells.last == cells.occasions:
        found[..., -1] += np.maximum(1 - found.sum(axis=-1), 0)
    return np.log(np.maximum(found, TINY))


def gamma(theta: Array, cells: Cells) -> Array:
    """Return log chances where rates follow a gamma of log mean and log shape `theta`."""
    rates, chance = grid(cells)
    shape = np.exp(theta[..., 1:2])
    scaled = rates - theta[..., :1] + theta[..., 1:2]
    weight = np.exp(shape * scaled - np.exp(scaled) - gammaln(shape)) * STEP
    below = gammainc(shape, np.exp(scaled[..., :1] - STEP / 2))[..., 0]
    return _mixed(weight, below, chance, cells)


def lognormal(theta: Array, cells: Cells) -> Array:
    """Return log chances where log rates are normal, of mean and log deviation `theta`."""
    rates, chance = grid(cells)
    spread = np.exp(theta[..., 1:2])
    distance = (rates - theta[..., :1]) / spread
    weight = np.exp(-(distance**2) / 2) * STEP / spread / np.sqrt(2 * np.pi)
    below = ndtr(distance[..., 0] - STEP / 2 / spread[..., 0])
    return _mixed(weight, below, chance, cells)


@lru_cache(maxsize=8)
def _curve(cells: Cells) -> CubicSpline:
    rates, chance = grid(cells)
    return CubicSpline(rates, np.log(np.maximum(chance, TINY)))


def same(theta: Array, cells: Cells) -> Array:
    """Return log chances where all have the same log rate `theta`."""
    found: Array = _curve(cells)(theta[..., 0])
    return found
