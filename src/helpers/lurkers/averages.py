"""Averages: what families that fit about equally well say together.

A family is *kept* when its fit is not rejected (p of `FIT` or more), its 95 % profile
interval has an upper end, and that is at most `MOST` times the people seen. Those within
`CLOSE` of the best criterion are averaged: Akaike weights of the tail areas of their
profiles (Fletcher & Turek 2012, J. Agric. Biol. Environ. Stat. 17:38), at a `TAIL` that
allows for the choice among them. One-inflated families bear on the lower end always, and
on the rest only where they alone are kept, and no usual family that fits about as well
(within `ABOUT`) leaves it open: passers-by make the unseen look more than they are, never fewer.
There the tail is `UNSURE`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from helpers.lurkers.profiles import Profile
from helpers.lurkers.rates import Array

FIT, CLOSE, ABOUT, MOST = 0.01, 6.0, 2.0, 20.0
USUAL, TAIL, UNSURE = 0.025, 0.015, 0.005
POINTS = 300
LEAST = np.log(1e-6)  # people unseen


class Average(NamedTuple):
    """People unseen, the ends of the interval, and the weight of each family asked."""

    unseen: float
    low: float
    high: float
    weights: Array


def ends(fits: Sequence[Profile], weights: Array, most: float, tails: Sequence[float]) -> Array:
    """Return people unseen at these tail areas of the average; infinite beyond `most`."""
    fits = [fit for fit, weight in zip(fits, weights, strict=True) if weight]
    spans = [np.linspace(fit.grid[0], fit.grid[-1], POINTS) for fit in fits]
    points = np.unique(np.concatenate([np.linspace(LEAST, np.log(most), POINTS), *spans]))
    points = points[points <= np.log(most)]
    area = np.average([fit.below(points) for fit in fits], axis=0, weights=weights[weights > 0])
    return np.exp(np.interp(tails, np.maximum.accumulate(area), points, left=-np.inf, right=np.inf))


def _fits(fit: Profile) -> bool:
    return fit.p_value >= FIT


def kept(fit: Profile, seen: int) -> bool:
    """Say whether a family fits, and says at most how many there are."""
    highest = ends([fit], np.ones(1), (MOST - 1) * seen, [1 - USUAL])[0]
    return _fits(fit) and bool(np.isfinite(highest))


def average(fits: Sequence[Profile], seen: int) -> Average | None:
    """Average the families that are kept; nothing where none is, or none can set an upper end."""
    found = np.array([fit.aic if kept(fit, seen) else np.inf for fit in fits])
    if not np.isfinite(found).any():
        return None
    worse = found - found.min()
    weights = np.where(worse <= CLOSE, np.exp(-worse / 2), 0.0)
    usual, tail = np.where([fit.inflated for fit in fits], 0.0, weights), TAIL
    if not usual.any():
        best = found.min() + ABOUT
        if any(_fits(fit) and fit.aic <= best for fit in fits if not fit.inflated):
            return None
        usual, tail = weights, UNSURE
    most = (MOST - 1) * seen
    low = ends(fits, weights, most, [tail])[0]
    middle, high = ends(fits, usual, most, [0.5, 1 - tail])
    return Average(float(middle), float(low), float(high), weights / weights.sum())
