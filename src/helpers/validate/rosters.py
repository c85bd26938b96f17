"""Rosters: sets of invented authors whose true values are known, to compare them by.

True values and estimates stand on the scale of the estimates, where errors are about normal.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.signal import lfilter

from helpers.compare import growth
from helpers.compare.measures import Array

SCATTER, ERROR = 0.3, 0.15  # standard deviation of true values; of most estimates
WIDE, FAR = (0.05, 0.6), 1.5  # least and largest error where unequal; how far the one above is
MEMORY, DEMAND, WEEKS = 0.9, 0.3, 52  # of the demand for sign-ups, from day to day


class Drawn(NamedTuple):
    """True values and estimates with errors, on the scale of the estimates."""

    truth: Array
    estimate: Array
    below: Array
    above: Array


Draw = Callable[[int, np.random.Generator], Drawn]


def _normal(truth: Array, error: Array | float, rng: np.random.Generator) -> Drawn:
    errors = np.broadcast_to(np.asarray(error, dtype="float64"), truth.shape)
    return Drawn(truth, truth + errors * rng.standard_normal(len(truth)), errors, errors)


def _unequal(authors: int) -> Array:
    return np.geomspace(*WIDE, authors)


def _alike(authors: int, rng: np.random.Generator) -> Drawn:
    return _normal(np.zeros(authors), ERROR, rng)


def _scattered(authors: int, rng: np.random.Generator) -> Drawn:
    return _normal(0.2 + SCATTER * rng.standard_normal(authors), ERROR, rng)


def _separated(authors: int, rng: np.random.Generator) -> Drawn:
    return _normal(rng.permutation(np.linspace(-1.0, 1.0, authors)), 0.02, rng)


def _two_groups(authors: int, rng: np.random.Generator) -> Drawn:
    return _normal(np.where(np.arange(authors) < authors // 2, 0.0, 0.5), ERROR, rng)


def _errors_unequal(authors: int, rng: np.random.Generator) -> Drawn:
    return _normal(SCATTER * rng.standard_normal(authors), _unequal(authors), rng)


def _alike_unequal(authors: int, rng: np.random.Generator) -> Drawn:
    return _normal(np.zeros(authors), _unequal(authors), rng)


def _heavy(authors: int, rng: np.random.Generator) -> Drawn:
    return _normal(0.15 * rng.standard_t(2, authors), ERROR, rng)


def _star(authors: int, rng: np.random.Generator) -> Drawn:
    return _normal(np.where(np.arange(authors) == 0, FAR, 0.0), ERROR, rng)


def _larger_worse(authors: int, rng: np.random.Generator) -> Drawn:
    """Draw authors of whom those with the highest true values are known least."""
    truth = np.sort(SCATTER * rng.standard_normal(authors))
    return _normal(truth, _unequal(authors), rng)


def _heavy_errors(authors: int, rng: np.random.Generator) -> Drawn:
    """Draw errors with Student's t of 4 degrees, of the standard deviation that is stated."""
    truth = SCATTER * rng.standard_normal(authors)
    errors = np.full(authors, ERROR)
    return Drawn(truth, truth + errors * rng.standard_t(4, authors) / np.sqrt(2), errors, errors)


def _signups(authors: int, rng: np.random.Generator) -> Drawn:
    """Draw sign-ups a day, about three a week to thirty, in demand with a memory."""
    truth = np.log(rng.uniform(3.0, 30.0, authors))
    shock = DEMAND * np.sqrt(1 - MEMORY**2) * rng.standard_normal((authors, 7 * WEEKS + 60))
    level = lfilter([1.0], [1.0, -MEMORY], shock, axis=1)[:, 60:]
    counts = rng.poisson(np.exp(truth[:, None] + level - DEMAND**2 / 2) / 7)
    found = [growth.rate(one.astype("float64")) for one in counts]
    estimate, error = (np.array([one[place] for one in found]) for place in (0, 1))
    return Drawn(truth, estimate, error, error)


def _lopsided(authors: int, rng: np.random.Generator) -> Drawn:
    """Draw estimates whose truth lies farther up than down: .1 below, .3 above."""
    truth = 0.2 + SCATTER * rng.standard_normal(authors)
    noise = rng.standard_normal(authors)
    below, above = np.full(authors, 0.1), np.full(authors, 0.3)
    return Drawn(truth, truth - noise * np.where(noise < 0, below, above), below, above)


ALIKE, SIGNUPS = "no lift at all", "sign-ups in demand with a memory"
LOPSIDED = "errors farther up than down"
WORLDS: dict[str, Draw] = {
    ALIKE: _alike,
    "no lift at all, unequal errors": _alike_unequal,
    "normal scatter": _scattered,
    "normal scatter, unequal errors": _errors_unequal,
    "well separated": _separated,
    "two groups": _two_groups,
    SIGNUPS: _signups,
    LOPSIDED: _lopsided,
    "the highest known least": _larger_worse,
    "one author far above": _star,
    "heavy tails": _heavy,
    "heavy tails of errors": _heavy_errors,
}
