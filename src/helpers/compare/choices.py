"""Choices: who would be signed by what is visible, who by what is not, and at what cost.

*Signed* are the highest so many by a measure, ties by name, among authors of whom both
measures are known; the others are named.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.compare.decision import Choice
from helpers.compare.measures import Array, CompareError, Measure
from helpers.compare.shrinkage import Shrunken, shrink
from helpers.compare.spread import ENDS

PAIRS = ["higher", "other", "probability"]


FIGURES = tuple(
    f"{name}{end}" for name in ("missed", "turned", "cost") for end in ("", "_low", "_high")
)


def _signed(figures: Array, authors: Sequence[str], count: int) -> list[int]:
    """Return the places of the highest, ties by name."""
    order = sorted(range(len(authors)), key=lambda place: (-figures[place], authors[place]))
    return sorted(order[:count])


def _missed(draws: Array, chosen: Sequence[int]) -> Array:
    """Return, a draw, how many of those chosen are not among as many highest."""
    count = len(chosen)
    highest = np.argsort(-draws, axis=1, kind="stable")[:, :count]
    return count - np.isin(highest, chosen).sum(axis=1).astype("float64")


def _pairs(visible: Measure, draws: Array) -> tuple[pd.DataFrame, Array]:
    """Return a row a pair with its probability, and, a draw, the share of pairs turned round."""
    places = list(combinations(range(len(visible.authors)), 2))
    first, other = np.array(places).T
    swapped = visible.estimate[first] < visible.estimate[other]
    first, other = np.where(swapped, other, first), np.where(swapped, first, other)
    differs = visible.estimate[first] > visible.estimate[other]
    first, other = first[differs], other[differs]
    turned = draws[:, other] > draws[:, first]
    names = np.array(visible.authors)
    rows = (names[first], names[other], turned.mean(axis=0))
    table = pd.DataFrame(dict(zip(PAIRS, rows, strict=True)))
    share = turned.mean(axis=1) if len(first) else np.full(len(draws), np.nan)
    return table.sort_values(PAIRS, ignore_index=True), share


def _believed(values: Array) -> tuple[float, float, float]:
    low, high = np.quantile(values, ENDS)
    return float(values.mean()), float(low), float(high)


def _verdict(by_visible: list[int], by_hidden: list[int], low: float, high: float) -> str:
    if by_visible == by_hidden:
        return "same choice"
    return "costs" if low > 0 else "gains" if high < 0 else "cannot tell"


def _none(visible: Measure, hidden: Measure, left_out: tuple[str, ...]) -> Choice:
    missing = dict.fromkeys(FIGURES, np.nan)
    return Choice(
        visible, hidden, left_out, (), (), **missing, verdict="cannot tell", table=pd.DataFrame()
    )


def choice(visible: Measure, hidden: Measure | Shrunken, signed: int) -> Choice:
    """Compare signing the highest by a visible measure with signing by a hidden one.

    Parameters
    ----------
    visible, hidden : Measure
        Over the same authors in the same order; the hidden one in conversions, and shrunken
        already if it was. Authors without either are left out and named.
    signed : int
        How many are signed, 1 or more.

    Raises
    ------
    CompareError
        If `signed` is below 1, the authors are not the same, or the hidden measure is not in
        conversions.

    Notes
    -----
    Draws from what is believed of all authors (`shrink`), so that being chosen for looking
    best is allowed for. The visible measure is a count and no input to what is believed.
    """
    found = hidden if isinstance(hidden, Shrunken) else shrink(hidden)
    hidden = found.measure
    _check(visible, hidden, signed)
    known = np.flatnonzero(visible.ranked & hidden.ranked)
    names = visible.authors
    left_out = tuple(name for place, name in enumerate(names) if place not in known)
    if len(known) <= signed:
        return _none(visible, hidden, left_out)
    draws = hidden.figure(found.draws)[:, known] * hidden.per_year
    seen, other = visible.take(known), hidden.take(known)
    by_visible = _signed(seen.estimate, seen.authors, signed)
    by_hidden = _signed(draws.mean(axis=0), seen.authors, signed)
    cost = draws[:, by_hidden].sum(axis=1) - draws[:, by_visible].sum(axis=1)
    table, turned = _pairs(seen, draws)
    ends = _believed(cost)
    return Choice(
        seen,
        other,
        left_out,
        tuple(seen.authors[place] for place in by_visible),
        tuple(seen.authors[place] for place in by_hidden),
        *_believed(_missed(draws, by_visible)),
        *_believed(turned),
        *ends,
        _verdict(by_visible, by_hidden, *ends[1:]),
        table,
    )


def _check(visible: Measure, hidden: Measure, signed: int) -> None:
    if signed < 1:
        raise CompareError(f"signed is {signed}. Sign 1 author or more.")
    if visible.authors != hidden.authors:
        raise CompareError("The two measures are of different authors. Use one list for both.")
    if np.isnan(hidden.per_year):
        raise CompareError(
            f"{hidden.name.capitalize()} is not in conversions, so choosing by it has no cost. "
            f"Use what posting adds, or list growth."
        )
