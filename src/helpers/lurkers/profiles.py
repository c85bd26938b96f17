"""Profiles: for each number of people unseen, how well a family can fit the table.

The *table completed* is the frequency table with a first cell for people never seen. Its
fit is −½ G² (0 is perfect), maximised over the family's parameters. A family is
*one-inflated* when people seen once may be more than it expects (passers-by): the number
that it leaves out of them is then free, so the excess says nothing about the unseen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtr

from helpers.lurkers.climbs import NUDGE, climb
from helpers.lurkers.families import Family, chances
from helpers.lurkers.rates import TINY, Array, Cells

FEW, MANY = 1e-3, 200.0  # people unseen: at least; at most, for each person seen
POINTS, REACH, ZOOMS = 17, 5.0, 4
ROUGH, FINE, EXACT = 1e-3, 1e-6, 1e-11  # of −½ G²
EXPECTED = 5.0  # of people, in each cell of the test of fit


@dataclass(frozen=True, eq=False)
class Table:
    """People seen 1, 2, … times, and the cells they are in."""

    people: Array
    cells: Cells

    @cached_property
    def seen(self) -> float:
        """Return the people in the cells."""
        return float(self.people.sum())

    @cached_property
    def again(self) -> tuple[NDArray[np.intp], Array, float, float]:
        """Return the times, from two, that people were seen, how many, their sum and entropy."""
        found = np.flatnonzero(self.people[1:])
        people = self.people[1:][found]
        return 2 + found, people, float(people.sum()), float((people * np.log(people)).sum())


class Profile(NamedTuple):
    """One family's fit: people unseen, how good it is, and how it falls away from there.

    `roots` are signed roots of twice the fall of the fit along `grid`, which holds the
    logarithms of people unseen. An inflated family counts as two parameters more: passers-by
    must show before they are believed in.
    """

    name: str
    inflated: bool
    unseen: float
    error: float
    fit: float
    parameters: int
    p_value: float
    boundary: str
    grid: Array
    roots: Array

    @property
    def aic(self) -> float:
        """Return Akaike's criterion, up to a constant of the table."""
        return 2 * self.parameters + 2 * self.inflated - 2 * self.fit

    def below(self, log_unseen: Array) -> Array:
        """Return the tail area up to so many people unseen: .025 at the lower end of 95 %."""
        rises, steps = np.diff(self.roots), np.diff(self.grid)
        first, last = rises[0] / steps[0], rises[-1] / steps[-1]
        roots = np.interp(log_unseen, self.grid, self.roots)
        roots += first * np.minimum(log_unseen - self.grid[0], 0)
        roots += last * np.maximum(log_unseen - self.grid[-1], 0)
        area: Array = ndtr(roots)
        return area


def completed(family: Family, table: Table, unseen: Array, theta: Array, inflated: bool) -> Array:
    """Return −½ G² of the table completed with people unseen, at these parameters."""
    logs = chances(family, theta, table.cells)
    ones = np.asarray(table.people[0])
    if inflated:
        once = np.exp(logs[..., 1])
        expected = (table.seen - ones + unseen) * once / np.maximum(1 - once, TINY)
        ones = np.minimum(ones, np.maximum(expected, TINY))
    whole = np.log(table.seen - table.people[0] + ones + unseen)
    times, people, total, entropy = table.again
    others = logs[..., times] @ people + whole * total - entropy
    return (
        unseen * (logs[..., 0] + whole - np.log(unseen))
        + ones * (logs[..., 1] + whole - np.log(np.maximum(ones, TINY)))
        + others
    )


def _error(function: Callable[[Array], Array], point: Array) -> float:
    """Return the standard error of the first coordinate; missing where it has none."""
    size = point.shape[-1]
    eye = np.eye(size) * NUDGE
    moves = np.array([[i, j] for i in eye for j in eye])
    corners = sum(
        first * second * function(point + first * moves[:, 0] + second * moves[:, 1])
        for first in (1, -1)
        for second in (1, -1)
    )
    bend = -np.reshape(corners, (size, size)) / 4 / NUDGE**2
    if np.linalg.eigvalsh(bend).min() <= 0:
        return np.nan
    return float(np.sqrt(np.linalg.inv(bend)[0, 0]))


def _trace(along: Callable[[Array], Array], ends: Array, fit: float, best: float) -> list[Array]:
    """Return a grid where the fit falls visibly but not out of sight, and its roots there."""
    for _ in range(ZOOMS):
        grid = np.linspace(ends[0], ends[1], POINTS)
        fall = np.maximum(fit - along(grid), 0)
        roots = np.sign(grid - best) * np.sqrt(2 * fall)
        near = np.flatnonzero(np.abs(roots) < REACH)
        if len(near) > POINTS // 3:
            break
        middle = np.searchsorted(grid, best)
        span = [*near, middle - 1, middle]
        ends = grid[[max(min(span) - 1, 0), min(max(span) + 1, POINTS - 1)]]
    return [grid, np.maximum.accumulate(roots)]


def fit(family: Family, inflated: bool, table: Table) -> Profile:
    """Fit a family to a table, and trace how its fit falls as people unseen change."""

    def function(point: Array) -> Array:
        return completed(family, table, np.exp(point[..., 0]), point[..., 1:], inflated)

    starts = np.array(family.starts)
    unseen = chances(family, starts, table.cells)[..., 0]
    limits = np.log([FEW, MANY * table.seen])
    first = np.clip(unseen - np.log(-np.expm1(unseen)) + np.log(table.seen), *limits)
    box = np.array([limits, *family.box])
    points, values = climb(function, np.column_stack([first, starts]), box, ROUGH)
    points, values = climb(function, points[[values.argmax()]], box, EXACT)
    best = points[0]
    error = _error(function, best)

    def along(grid: Array) -> Array:
        def given(theta: Array) -> Array:
            return completed(family, table, np.exp(grid), theta, inflated)

        return climb(given, np.tile(best[1:], (len(grid), 1)), box[1:], FINE)[1]

    ends = np.clip(best[0] + np.array([-1, 1]) * np.nan_to_num(REACH * error, nan=9), *limits)
    grid, roots = _trace(along, ends, values.max(), best[0])
    return Profile(
        name=("one-inflated " if inflated else "") + family.name,
        inflated=inflated,
        unseen=float(np.exp(best[0])),
        error=float(np.exp(best[0]) * error),
        fit=float(values.max()),
        parameters=len(best) - 1 + inflated,
        p_value=_p_value(family, table, best, inflated),
        boundary=_boundary(family, best, limits),
        grid=grid,
        roots=roots,
    )


def _boundary(family: Family, best: Array, limits: Array) -> str:
    """Return the boundary at which a fit ended, or nothing."""
    if best[0] >= limits[1] - 0.5:
        return "unbounded"
    return "all alike" if abs(best[-1] - family.alike) < 0.5 else ""


def _p_value(family: Family, table: Table, best: Array, inflated: bool) -> float:
    """Return the p-value of Pearson's test of fit; missing where no freedom is left."""
    people = table.people[inflated:]
    chance = np.exp(chances(family, best[1:], table.cells))[1 + inflated :]
    expected = people.sum() * chance / chance.sum()
    starts, gathered = [0], 0.0
    for cell, each in enumerate(expected[:-1], 1):
        gathered += each
        if gathered >= EXPECTED <= expected[cell:].sum():
            starts.append(cell)
            gathered = 0.0
    freedom = len(starts) - len(best)
    if freedom < 1:
        return np.nan
    found, fitted = (np.add.reduceat(each, starts) for each in (people, expected))
    return float(chdtrc(freedom, ((found - fitted) ** 2 / fitted).sum()))
