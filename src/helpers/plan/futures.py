"""Days to come, drawn from an author's own days, with a lift put into them.

Four weeks in a row are drawn at a time, each beginning on a Monday, so that days to come have
the history's weekly season, its memory from day to day and its scatter. A day of the history
counts as *posted* when there was a post on it or in the six days before. Of a posted day, what
it would have been with less posting is its count thinned; of another day, what posting would
have added is drawn from what its count says of its rate. Both keep counts of people who decide
each for themselves what they are (mixed Poisson), and add no scatter of their own.
"""

from typing import NamedTuple

import numpy as np

from helpers.lift.regression import Array
from helpers.lift.series import Series
from helpers.plan.schedule import WEEK, coins

CHUNK = 4 * WEEK


class History(NamedTuple):
    """Counts of days and whether each was posted; the days on which a drawing may begin."""

    counts: Array
    posted: np.ndarray
    starts: np.ndarray


class Futures(NamedTuple):
    """Drawn days (draws, days): counts and whether posted; coins (draws, pairs), 1 or -1."""

    counts: Array
    posted: np.ndarray
    coins: Array


def history(series: Series) -> History:
    """Return a checked daily series as days to draw from."""
    recent = np.convolve(series.posts, np.ones(WEEK))[: len(series.posts)]
    monday = series.table["date"].dt.day_of_week.to_numpy() == 0
    monday[max(len(monday) - CHUNK + 1, 0) :] = False
    return History(series.counts, recent > 0.5, np.flatnonzero(monday))


def futures(past: History, pairs: int, block_days: int, draws: int, seed: int) -> Futures:
    """Draw days to come, and a coin for each pair of blocks."""
    rng = np.random.default_rng([seed, 1])
    days = 2 * pairs * block_days
    begins = rng.choice(past.starts, (draws, -(-days // CHUNK)))
    places = (begins[..., None] + np.arange(CHUNK)).reshape(draws, -1)[:, :days]
    fell = np.where(coins(draws * pairs, seed).reshape(draws, pairs), 1.0, -1.0)
    return Futures(past.counts[places], past.posted[places], fell)


def _rates(past: History, counts: Array, rng: np.random.Generator) -> Array:
    """Draw the rates behind counts of days that were not posted (gamma-Poisson posterior)."""
    bare = past.counts[~past.posted]
    mean = bare.mean()
    scatter = (bare.var() - mean) / mean**2 if mean > 0 else 0.0
    if scatter <= 0 or mean == 0:
        return np.full(len(counts), mean)
    return rng.gamma(1 / scatter + counts, 1 / (1 / (scatter * mean) + 1))


def lifted(past: History, drawn: Futures, lift: float, exposed: Array, seed: int) -> Array:
    """Return the drawn days' counts with so much of a lift on each day (draws, days)."""
    rng = np.random.default_rng([seed, 2])
    counts, posted = drawn.counts.copy(), drawn.posted
    share = (1 + lift * exposed[posted]) / (1 + lift)
    counts[posted] = rng.binomial(counts[posted].astype("int64"), share)
    if not posted.all():
        rates = _rates(past, counts[~posted], rng)
        counts[~posted] += rng.poisson(lift * exposed[~posted] * rates)
    return counts
