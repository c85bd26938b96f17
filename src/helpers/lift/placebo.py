"""Placebo tests: what would have been found, had other authors started on the same dates?

Starts are dealt out anew among all authors, the whole estimate is made again for each
*arrangement*, and the true one is ranked among them. Under a supposed ratio, treated
outcomes are first divided by it; the interval is every ratio that is not rejected. Where
authors did not differ systematically, the rank is right whatever the memory, scatter or
wandering of their demand (Athey & Imbens 2022; Shaikh & Toulis 2021).
"""

from collections.abc import Iterator
from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np

from helpers.lift.regression import Array
from helpers.lift.result import LEVEL, POWER_Z
from helpers.lift.synthetic import Starts, Totals

ARRANGEMENTS = 199
SEED = 20250101
STRETCH, ZOOMS = 4.0, 4  # the search for an interval's ends: log ratio, and rounds of refinement
TIE = 1e-9


class Ranked(NamedTuple):
    """What the true arrangement and the others say.

    `observed` and `expected` are (G, P), `error` (P,) the standard error of their ratio.
    """

    observed: Array
    expected: Array
    error: Array


class Found(NamedTuple):
    """The ratio with its interval and p value."""

    ratio: float
    low: float
    high: float
    p_value: float


def count(starts: Starts, days: int) -> int:
    """Return in how many ways the starts can be dealt out."""
    left, ways = len(starts), 1
    for cohort in np.unique(starts[starts < days], return_counts=True)[1]:
        ways *= comb(left, int(cohort))
        left -= int(cohort)
    return ways


def donors_needed(starts: Starts, days: int) -> int:
    """Return how many never-treated authors allow a p value of `LEVEL`."""
    mine = starts[starts < days]
    needed = 1
    while count(np.append(mine, np.full(needed, days)), days) * LEVEL < 1 - TIE:
        needed += 1
    return needed


def _deal(cohorts: list[tuple[int, int]], free: tuple[int, ...], dealt: Starts) -> Iterator[Starts]:
    if not cohorts:
        yield dealt
        return
    (start, size), *others = cohorts
    for mine in combinations(free, size):
        named = dealt.copy()
        named[list(mine)] = start
        yield from _deal(others, tuple(set(free) - set(mine)), named)


def arrangements(starts: Starts, days: int) -> Starts:
    """Return the true starts, then every other way to deal them out, or many drawn at random."""
    if count(starts, days) > ARRANGEMENTS + 1:
        rng = np.random.default_rng(SEED)
        drawn = rng.permuted(np.tile(starts, (ARRANGEMENTS, 1)), axis=1)
        return np.vstack([starts, drawn])
    sizes = np.unique(starts[starts < days], return_counts=True)
    cohorts = [(int(start), int(size)) for start, size in zip(*sizes, strict=True)]
    nobody = np.full(len(starts), days)
    dealt = _deal(cohorts, tuple(range(len(starts))), nobody)
    return np.stack([starts, *(one for one in dealt if (one != starts).any())])


def rank(totals: Totals, starts: Starts, levels: Array, scatter: Array, days: int) -> Ranked:
    """Set totals beside their standard errors.

    Parameters
    ----------
    totals : Totals
        Of each arrangement.
    starts, levels : array (P, N), (N,)
        Arrangements; each author's mean before.
    scatter : array (N,)
        Long-run variance a date of an author's outcome ÷ level.
    """
    share = shares(starts, levels, days)
    error = np.sqrt((share**2 / np.maximum(days - starts, 1)) @ scatter)
    return Ranked(totals.observed.sum(axis=-1), totals.expected.sum(axis=-1), error)


def shares(starts: Starts, levels: Array, days: int) -> Array:
    """Return each author's share (P, N) of what treated dates lead one to expect."""
    treated = (days - starts) * levels
    return treated / treated.sum(axis=-1, keepdims=True)


def statistics(found: Ranked, ratios: Array) -> Array:
    """Return studentised differences of square roots (P, ratios), for supposed ratios.

    The square root steadies the scatter of counts. What cannot be worked out counts as
    extreme.
    """
    observed = found.observed[0][:, None] + found.observed[1][:, None] / ratios
    expected = found.expected[0][:, None] + found.expected[1][:, None] / ratios
    possible = (expected > 0) & (found.error[:, None] > 0)
    root = np.sqrt(
        np.divide(observed, expected, out=np.full_like(observed, np.inf), where=possible)
    )
    error = np.where(found.error > 0, found.error, 1.0)[:, None]
    return (root - 1) / error


def p_values(statistics: Array) -> Array:
    """Return the share of arrangements that reach the true one (P first): never 0."""
    return (statistics >= statistics[0] - TIE).mean(axis=0)


def _end(found: Ranked, ratio: float, sign: int) -> float:
    """Search from the estimate outwards for the last ratio that is not rejected."""
    start, width = np.log(ratio), STRETCH
    for _ in range(ZOOMS):
        tried = start + sign * np.linspace(0, width, 41)[1:]
        kept = p_values(np.abs(statistics(found, np.exp(tried)))) > LEVEL
        if kept.all():
            return float(np.inf if sign > 0 else 0.0)
        first = int(np.argmin(kept))
        start, width = start + sign * width / 40 * first, width / 40
    return float(np.exp(start + sign * width))


def reach(statistics: Array) -> float:
    """Return how far from none an effect must be, in errors, to be found four times in five.

    Statistics (P,) are those of no effect, the true arrangement's first and not read.
    """
    allowed, others = int(np.floor(LEVEL * len(statistics))), np.sort(statistics[1:])
    return float(others[-allowed] + POWER_Z * others.std()) if allowed else float(np.inf)


def infer(found: Ranked) -> Found:
    """Return the ratio, and the ratios that are not rejected."""
    ratio = float(found.observed[1, 0] / found.expected[0, 0])
    p_value = p_values(np.abs(statistics(found, np.ones(1))))[0]
    return Found(ratio, _end(found, ratio, -1), _end(found, ratio, 1), float(p_value))
