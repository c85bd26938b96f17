"""How often comparisons of authors are right, in worlds whose truth is known.

A draw is a set of authors: their true log ratios, estimates with errors, and the conversions
a year that they have anyway. Asked of it are the rank intervals (by the ratio, and by what
posting adds), which must hold the true ranks of *all* authors; the shrunken intervals, which
must hold 95 in 100 of the authors; whose lift is there; and the cost of signing a fifth of
them by a visible count that says nothing of lift. Where estimates are not normal, or true
values do not scatter normally, the assumption *fails*, and the figures say how much it costs.

In one world authors are estimated as the notebook does it, from sign-ups a day with a memory.
How often the lift of one author is right is the business of the other modules here.
"""

import sys
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from tqdm import tqdm

from helpers.compare import choices, growth, measures, multiplicity, ranking, shrinkage, spread
from helpers.compare.measures import Array, Measure
from helpers.validate import engine, rosters
from helpers.validate.rosters import ALIKE, LOPSIDED, SIGNUPS, WORLDS, Drawn

NAME = "compare"
SEED = 20250101
DRAWS, WHOLE = 2000, 300  # draws; of them asked for everything
BELIEVED = 500  # sets of true values drawn for each set of authors
SIZE, SPREAD = 600.0, 0.8  # conversions a year: median, standard deviation of the logarithm
COSTED = 40  # no more authors than these are asked for the cost
CODE = (
    *(measures, ranking, spread, shrinkage, multiplicity, choices, growth),
    *(rosters, sys.modules[__name__]),
)
Z = 1.959964


class Cell(NamedTuple):
    """One world: its name, how many authors, and whether what is assumed of it holds."""

    world: str
    authors: int
    holds: bool = True


class Seen(NamedTuple):
    """What one draw came to; missing where it was not asked."""

    ranks: float
    added_ranks: float
    told: float
    alarm: float
    shrunken: float
    best: float
    best_raw: float
    cost: float
    cost_told: float


def cells() -> list[Cell]:
    """Return the cells of the stored table."""
    worlds = list(WORLDS)
    grid = [Cell(world, authors) for world in worlds[:6] for authors in (5, 40)]
    grid += [Cell(world, 200) for world in (ALIKE, "normal scatter", "well separated")]
    grid += [Cell("normal scatter", 3), Cell(SIGNUPS, 8)]
    grid += [Cell(LOPSIDED, authors) for authors in (5, 40)]
    grid += [Cell("the highest known least", 40, holds=False)]
    grid += [Cell("one author far above", 40, holds=False)]
    grid += [Cell("heavy tails", authors, holds=False) for authors in (5, 40, 200)]
    return grid + [Cell("heavy tails of errors", authors, holds=False) for authors in (5, 40)]


def _measure(world: str, drawn: Drawn, sizes: Array) -> tuple[Measure, Measure]:
    """Return the measure that is ranked, and the one in conversions a year."""
    names = tuple(f"author {place:03d}" for place in range(len(sizes)))
    figures = (names, *drawn[1:])
    if world == SIGNUPS:
        one = Measure("list growth", "rate", *figures, "sign-ups a week", per_year=52.18)
        return one, one
    ratio = Measure("lift", "times", *figures, "sales with posting ÷ without")
    return ratio, Measure("added", "added", *figures, "sales a year", sizes, 1.0)


def _rank_hit(measure: Measure, truth: Array) -> tuple[bool, float]:
    """Tell whether all true ranks are held, ties included; and the share of pairs told apart."""
    found = ranking.ranks(measure)
    true = measure.figure(truth) if measure.form == "added" else truth
    first = 1 + (true[:, None] < true[None, :]).sum(axis=1)
    last = len(true) - (true[:, None] > true[None, :]).sum(axis=1)
    told, pairs = found.pairs
    return bool(((found.low <= first) & (last <= found.high)).all()), told / pairs


def _cost(
    shrunken: shrinkage.Shrunken, truth: Array, rng: np.random.Generator
) -> tuple[float, float]:
    """Return whether the cost is within its interval, and whether it is told to be any."""
    measure = shrunken.measure
    seen = rng.permutation(len(truth)).astype("float64")
    none = np.zeros(len(truth))
    visible = Measure("likes", "count", measure.authors, seen, none, none, "likes")
    found = choices.choice(visible, shrunken, max(1, len(truth) // 5))
    if found.verdict == "same choice" or not found.by_visible:
        return np.nan, np.nan
    brings = dict(zip(measure.authors, measure.figure(truth) * measure.per_year, strict=True))
    hidden, chosen = (
        sum(brings[name] for name in by) for by in (found.by_hidden, found.by_visible)
    )
    held = found.cost_low <= hidden - chosen <= found.cost_high
    return float(held), float(found.verdict != "cannot tell")


def _believed(cell: Cell, drawn: Drawn, yearly: Measure, rng: np.random.Generator) -> list[float]:
    """Return what shrinkage and the choice came to."""
    shrunken = shrinkage.shrink(yearly, draws=BELIEVED)
    known = yearly.ranked
    if not known.any():
        return [np.nan] * 5
    within = ((shrunken.low <= drawn.truth) & (drawn.truth <= shrunken.high))[known]
    low, high = yearly.ends(Z)
    raw = ((low <= drawn.truth) & (drawn.truth <= high))[known]
    best, seen = np.argmax(shrunken.mean[known]), np.argmax(drawn.estimate[known])
    cost = _cost(shrunken, drawn.truth, rng) if cell.authors <= COSTED else (np.nan, np.nan)
    return [within.mean(), within[best], raw[seen], *cost]


def replicate(cell: Cell, rng: np.random.Generator, *, whole: bool = True) -> Seen:
    """Draw a cell once and ask it for ranks and lifts, and for everything if `whole`."""
    drawn = WORLDS[cell.world](cell.authors, rng)
    sizes = SIZE * np.exp(SPREAD * rng.standard_normal(cell.authors))
    ratio, yearly = _measure(cell.world, drawn, sizes)
    held, told = _rank_hit(ratio, drawn.truth)
    none = drawn.truth <= 0
    asks = cell.world != SIGNUPS and none.any()
    called = multiplicity.lifted(ratio).is_lifted
    believed = _believed(cell, drawn, yearly, rng) if whole else [np.nan] * 5
    alarm = float(called[none].any()) if asks else np.nan
    return Seen(held, _rank_hit(yearly, drawn.truth)[0], told, alarm, *believed)


def summary(seen: Sequence[Seen]) -> dict[str, float]:
    """Return how often the draws of one cell were right, and how often they told anything.

    `replicates` were asked for ranks and lifts, `replicates_believed` of them for the rest.
    """
    table = pd.DataFrame(seen).astype("float64")
    means = table.mean()
    error = np.sqrt(means["ranks"] * (1 - means["ranks"]) / len(table))
    return {
        "replicates": len(table),
        "replicates_believed": int(table["shrunken"].notna().sum()),
        "rank_coverage": means["ranks"],
        "rank_coverage_error": error,
        "added_rank_coverage": means["added_ranks"],
        "pairs_told_apart": means["told"],
        "shrunken_coverage": means["shrunken"],
        "shrunken_coverage_of_best": means["best"],
        "unshrunken_coverage_of_best": means["best_raw"],
        "false_lifts": means["alarm"],
        "cost_coverage": means["cost"],
        "cost_told": means["cost_told"],
    }


def measure() -> pd.DataFrame:
    """Measure every cell: a row each, its fields, then its `summary`."""
    rows = []
    for number, cell in enumerate(tqdm(cells(), unit="cell")):
        rngs = (np.random.default_rng([SEED, number, draw]) for draw in range(DRAWS))
        seen = [replicate(cell, rng, whole=at < WHOLE) for at, rng in enumerate(rngs)]
        rows.append({**cell._asdict(), **summary(seen)})
    return pd.DataFrame(rows).round(4)


def main() -> None:
    """Measure every cell and store the figures."""
    engine.store(NAME, measure(), CODE)


if __name__ == "__main__":
    main()
