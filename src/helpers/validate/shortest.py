"""The shortest honest intervals: how short any method could be that holds what it claims.

A method that holds the truth in 95 % of the draws of *every* audience of some families is, in
one of them, on average at least as long as this: for each number of people, the chance that
the best test at 5 % does not tell it from the true one, added up over all numbers (Pratt 1961,
J. Amer. Statist. Assoc. 56:549). Its best opponent is the audience of that number of people that
is hardest to tell from the true one: each family is fitted to the table that is expected, and
twice the fall of its fit is how many squared standard errors the two are apart, as far as the
normal approximation goes. People are counted up to the most that `unseen` allows.

*Least* is that length where all families that `unseen` asks must be held, ÷ the width of the
usual 95 % interval of the true one alone, as `unseen` measures its own. *Fewest* and *most* are
the people of those audiences that are less than one standard error apart from the true one:
what counts can hardly tell.
"""

import sys
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from helpers.lurkers import averages, climbs, counts, families, profiles, rates
from helpers.lurkers.averages import MOST, USUAL
from helpers.lurkers.counts import LAST
from helpers.lurkers.profiles import FEW, Profile, Table
from helpers.lurkers.rates import Array, Cells
from helpers.validate import audiences, engine, unseen
from helpers.validate.audiences import Audience

NAME = "shortest"
LEVEL, HARDLY = 0.05, 1.0
NEAR, FAR, POINTS = 3.0, 4_000, 20_000
TINY = 1e-300
CODE = (
    *(rates, families, climbs, profiles, averages, counts),
    audiences,
    engine,
    unseen,
    sys.modules[__name__],
)


class Expected(NamedTuple):
    """The table that an audience is expected to yield, and how many people it has."""

    table: Table
    truth: float


def expected(audience: Audience) -> Expected:
    """Return what an audience yields on average, bots apart: no family knows of them."""
    chance = audiences.chances(audience)
    chance = chance / chance.sum()
    last = min(LAST, audience.posts) if audience.told else LAST
    shares = tuple(audiences.draws(audience).tolist()) if audience.told else ()
    people = audience.people * chance[1 : last + 1]
    passers = round(audience.passers * audience.people)
    people[0] += passers
    return Expected(Table(people, Cells(last, shares)), float(audience.people + passers))


def apart(fit: Profile, unseen: Array) -> Array:
    """Return by how many errors the table is from the family's likest with so many unseen."""
    area = np.clip(fit.below(np.log(unseen)), TINY, 1 - np.finfo(float).eps)
    return np.asarray(np.sqrt(np.maximum(-2 * fit.fit, 0) + ndtri(area) ** 2))


def length(errors: Array, unseen: Array) -> float:
    """Return the least expected length (Pratt 1961), in people."""
    missed = ndtr(ndtri(1 - LEVEL) - errors)
    return float(np.trapezoid(missed, unseen))


def usual(fit: Profile, limit: float) -> float:
    """Return the width of one family's 95 % profile interval, in people."""
    low, high = averages.ends([fit], np.ones(1), limit, [USUAL, 1 - USUAL])
    return float(high - low)


def bound(audience: Audience) -> dict[str, float]:
    """Return the bound of one audience: seen, truth, least, fewest and most people."""
    table, truth = expected(audience)
    hidden, limit = truth - table.seen, (MOST - 1) * table.seen
    near = np.linspace(FEW, min(NEAR * hidden, limit), POINTS)
    grid = np.unique(np.concatenate([near, np.geomspace(FEW, limit, FAR)]))
    asked = [(each, on) for on in (False, True) for each in families.families(table.cells)]
    asked = [(each, on) for each, on in asked if not (on and len(each.box) > 2)]
    names = [(unseen.ONE if on else "") + each.name for each, on in asked]
    found = {name: profiles.fit(*each, table) for name, each in zip(names, asked, strict=True)}
    nearest = np.min([apart(fit, grid) for fit in found.values()], axis=0)
    hardly = grid[nearest <= HARDLY]
    alone = usual(found[audience.true_model], limit) if audience.true_model else np.nan
    fewest, most = (hardly.min(), hardly.max()) if len(hardly) else (np.nan, np.nan)
    return {
        "truth": truth,
        "seen": table.seen,
        "least": length(nearest, grid) / alone,
        "fewest": table.seen + fewest,
        "most": table.seen + most if most < limit else np.inf,
    }


def measured() -> pd.DataFrame:
    """Return the bound of every audience on which `unseen` is tried, a row each."""
    rows = [{**each._asdict(), **bound(each)} for each in unseen.cells()]
    return pd.DataFrame(rows).round({"truth": 0, "seen": 0, "least": 4, "fewest": 0, "most": 0})


def main() -> None:
    """Work out every audience's bound and store the figures."""
    engine.store(NAME, measured(), CODE)


if __name__ == "__main__":
    main()
