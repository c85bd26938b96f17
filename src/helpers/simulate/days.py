"""Invented days: conversions of which it is known what posting added.

A *world* says how demand comes and goes: its weekly season, its memory from day to day, its
scatter, and what goes wrong. *Demand* is what conversions would be without posts. A post
multiplies its day by 1 + lift; of that, the share `decay` is left a day later.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Array = NDArray[np.float64]
SEASON = np.array((0.0, 0.1, 0.2, 0.1, 0.0, -0.2, -0.2))  # log scale, Monday first
WALK = 0.04  # standard deviation of a random walk's daily step, log scale
MENTION, SHAPE, AFTERGLOW = 4.0, 1.5, 0.5  # a mention multiplies by 1 + 4 × Pareto(1.5), and halves
LONGEST_GAP = 4
FADED = 90.0  # days in which a fading lift halves


@dataclass(frozen=True)
class World:
    """How a series of days behaves.

    Parameters
    ----------
    name : str
        What tables call it.
    per_day : float
        Conversions a day without posts, on average.
    memory : float
        Day-to-day autocorrelation of log demand; 1 is a random walk.
    demand : float
        Standard deviation of log demand; a random walk's step has its own.
    scatter : float
        Variance of a day's count is mean + scatter × mean².
    turns : bool
        Whether the weekly season turns into its opposite over the days.
    mentions : float
        Chance a day that somebody famous mentions the author.
    gaps : float
        Chance a day that reporting stops for one to four days; what they had is reported
        on the next.
    fades : bool
        Whether a lift halves every `FADED` days.
    working : float
        Share of posts that lift at all.
    """

    name: str
    per_day: float = 3.0
    memory: float = 0.6
    demand: float = 0.4
    scatter: float = 0.7
    turns: bool = False
    mentions: float = 0.0
    gaps: float = 0.0
    fades: bool = False
    working: float = 1.0


WORLDS = (
    World("independent days", memory=0.0),
    World("demand with memory .6"),
    World("demand with memory .9", memory=0.9),
    World("demand as a random walk", memory=1.0),
    World("half a conversion a day", per_day=0.5),
    World("ten conversions a day", per_day=10.0),
    World("strong scatter", scatter=2.0),
    World("a weekly season that turns", turns=True),
    World("mentions by celebrities", mentions=0.01),
    World("gaps in reporting", gaps=0.03),
    World("a lift that fades over months", fades=True),
    World("a lift of one post in three", working=1 / 3),
)


def _latent(world: World, days: int, rng: np.random.Generator) -> Array:
    """Draw log demand."""
    shocks = rng.standard_normal(days)
    if world.memory == 1:
        walk = np.cumsum(WALK * shocks)
        return walk - walk.mean()
    shocks[1:] *= np.sqrt(1 - world.memory**2)
    latent = np.asarray(lfilter([1.0], [1.0, -world.memory], shocks), dtype=np.float64)
    return world.demand * latent - world.demand**2 / 2


def demand(world: World, days: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw the expected conversions of each day without posts, and the log demand behind them.

    The first day is a Monday.
    """
    latent, place = _latent(world, days, rng), np.arange(days)
    season = SEASON[place % 7]
    if world.turns:
        season = 2 * season * np.cos(np.pi * place / days)
    mentioned = (rng.random(days) < world.mentions) * MENTION * rng.pareto(SHAPE, days)
    mentioned = np.asarray(lfilter([1.0], [1.0, -AFTERGLOW], mentioned), dtype=np.float64)
    return world.per_day * np.exp(season + latent) * (1 + mentioned), latent


def working(world: World, days: int, rng: np.random.Generator) -> Array:
    """Draw which days' posts lift at all (0 or 1)."""
    return (rng.random(days) < world.working).astype("float64")


def lifted(world: World, posts: Array, works: Array, lift: float, decay: float = 0.5) -> Array:
    """Return by what posts multiply each day's expected conversions."""
    stock = np.asarray(lfilter([1.0], [1.0, -decay], posts * works), dtype=np.float64)
    strength = 0.5 ** (np.arange(len(posts)) / FADED) if world.fades else 1.0
    return 1 + lift * strength * stock


def counts(world: World, means: Array, rng: np.random.Generator) -> Array:
    """Draw the conversions that are reported for each day."""
    scattered = means * rng.gamma(1 / world.scatter, world.scatter, len(means))
    found = rng.poisson(scattered).astype("float64")
    for start in np.flatnonzero(rng.random(len(found)) < world.gaps):
        end = start + int(rng.integers(1, LONGEST_GAP + 1))
        if end < len(found):
            found[end] += found[start:end].sum()
            found[start:end] = 0
    return found
