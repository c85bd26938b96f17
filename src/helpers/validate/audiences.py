"""Invented audiences: for each, the chance that a person is seen so many times.

All *people* would react sooner or later: the truth counts them, *passers-by* (who react once,
and are all seen) and *bots* (which react to every post) among them. A frequency table is one
multinomial draw over counts, so a table of ten million people costs what one of a hundred does.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import stats

from helpers.lurkers.rates import Array

MOST = 1500  # counts that are drawn
GAMMA, LOGNORMAL, SAME, CLASSES, BETA = "gamma", "log-normal", "all alike", "two classes", "beta"
EVERY, FIRST = "each reaction adds half to the chance", "the first reaction doubles the chance"


class Audience(NamedTuple):
    """How people differ, how many they are, over how many posts, and who else comes.

    `mean` is reactions a person over the window; `spread` is a gamma's shape, a log-normal's
    deviation or a beta's sum. `told` is what the method is told of posts: nothing (counts are
    of acts), their number, or who reacted to each. `virality` is the deviation of the log of
    what a post draws. `true_model` is the family that is true of it, if one is.
    """

    world: str
    rates: str
    people: int
    posts: int
    mean: float
    spread: float = 0.0
    told: str = ""
    passers: float = 0.0
    bots: float = 0.0
    virality: float = 0.0
    habit: str = ""
    true_model: str = ""


def _rates(audience: Audience) -> tuple[Array, Array]:
    """Return rates over the window and the share of people at each."""
    mean, spread = audience.mean, audience.spread
    if audience.rates == GAMMA:
        gamma = stats.gamma(spread, scale=mean / spread)
        edges = np.concatenate([[0], np.geomspace(1e-9, gamma.isf(1e-12), 3000)])
        below = gamma.cdf(edges)
    elif audience.rates == LOGNORMAL:
        edges = np.exp(np.log(mean) - spread**2 / 2 + np.linspace(-8, 8, 3000) * spread)
        below = stats.norm.cdf(np.linspace(-8, 8, 3000))
    elif audience.rates == CLASSES:
        return mean * np.array([0.5, 3.0]), np.array([0.8, 0.2])
    else:
        return np.array([mean]), np.array([1.0])
    share = np.diff(below)
    return (edges[1:] + edges[:-1]) / 2, share / share.sum()


def draws(audience: Audience) -> Array:
    """Return the share of all reactions that each post draws, when nobody is used up."""
    reach = stats.norm.ppf((np.arange(audience.posts) + 0.5) / audience.posts)
    shares = np.exp(audience.virality * reach)
    return np.asarray(shares / shares.sum())


def _once_a_post(rate: Array, audience: Audience) -> Array:
    """Return chances of counts (columns) by rate (rows), one post after another."""
    chance = np.zeros((len(rate), audience.posts + 1))
    chance[:, 0] = 1
    before = np.arange(audience.posts + 1)
    more = {EVERY: 1 + 0.5 * before, FIRST: np.where(before, 2.0, 1.0)}.get(audience.habit, 1.0)
    for share in draws(audience):
        react = -np.expm1(-rate[:, None] * share * more * np.ones(len(before)))
        moved = chance * react
        chance -= moved
        chance[:, 1:] += moved[:, :-1]
    return chance


@lru_cache(maxsize=64)
def chances(audience: Audience) -> Array:
    """Return the chance of each count from 0 upwards."""
    if audience.rates == BETA:
        first = audience.spread * audience.mean / audience.posts
        beta = stats.betabinom(audience.posts, first, audience.spread - first)
        return np.asarray(beta.pmf(np.arange(audience.posts + 1)))
    rate, share = _rates(audience)
    if audience.told:
        return np.asarray(share @ _once_a_post(rate, audience))
    return np.asarray(share @ stats.poisson.pmf(np.arange(MOST), rate[:, None]))


@lru_cache(maxsize=64)
def _by_post(audience: Audience) -> Array:
    """Return the share of all reactions that each post draws, when people react once a post."""
    rate, share = _rates(audience)
    drawn = share @ -np.expm1(-rate[:, None] * draws(audience))
    return np.asarray(drawn / drawn.sum())


def draw(
    audience: Audience, rng: np.random.Generator
) -> tuple[dict[int, int], int | list[int] | None, int]:
    """Draw a frequency table, what the method is told of posts, and how many people there are."""
    chance = chances(audience)
    counts = rng.multinomial(audience.people, chance / chance.sum())
    passers, bots = (round(each * audience.people) for each in (audience.passers, audience.bots))
    counts[1] += passers
    counts[audience.posts] += bots
    table = {times: int(people) for times, people in enumerate(counts) if times and people}
    told: int | list[int] | None = audience.posts if audience.told else None
    if audience.told == "reactors":
        acts = sum(times * people for times, people in table.items())
        told = [int(each) for each in rng.multinomial(acts, _by_post(audience))]
    return table, told, audience.people + passers + bots
