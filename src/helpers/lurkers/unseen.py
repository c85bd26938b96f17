"""The unseen: how many people would react sooner or later, where counts can say it.

Three populations are named apart: people *seen* reacting, people who *would react* sooner
or later (the seen among them), and people *reached*, of whom these counts say nothing: a
person who never reacts leaves no trace in them. No single model is safe, so an average of
those that fit answers (`averages`), or there is a lower bound only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from helpers.lurkers.averages import FIT, MOST, Average, average, ends
from helpers.lurkers.counts import LAST, checked, tabulate
from helpers.lurkers.families import families
from helpers.lurkers.lower import two_three
from helpers.lurkers.profiles import Profile, fit
from helpers.lurkers.seen import coverage
from helpers.wording import FEWEST

ENDS = (0.025, 0.975)
VERDICTS = ("estimate", "lower bound only", "cannot tell")
NEVER = "People who never react are not in it; how many were reached, these counts cannot say."


@dataclass(frozen=True)
class Unseen:
    """People seen and people who would react sooner or later, with a 95 % interval.

    Parameters
    ----------
    seen : int
        People seen reacting.
    total, low, high : float
        People who would react, the seen among them, and its 95 % interval. Without an
        estimate `total` is missing and `high` infinite; where nothing can be told all are
        missing.
    coverage : float
        Share of reactions still to come that people already seen would make.
    method : str
        The families that were averaged, or the bound.
    verdict : str
        One of `VERDICTS`.
    sentence : str
        The answer in plain words, with the window it is for.
    table : DataFrame
        A row a family: model, total, error, low, high (people), p_value of its fit, aic,
        weight in the answer, boundary it ended at ("all alike", "unbounded" or none).
    """

    seen: int
    total: float
    low: float
    high: float
    coverage: float
    method: str
    verdict: str
    sentence: str
    table: pd.DataFrame = field(repr=False)


def unseen(frequencies: Mapping[int, int], occasions: int | Sequence[int] | None = None) -> Unseen:
    """Estimate how many people would react sooner or later, or refuse.

    Parameters
    ----------
    frequencies : mapping
        People seen exactly so many times: {times: people}. People seen no time may be
        among them, and change nothing.
    occasions : int or sequence of int, optional
        The posts of the window where a person reacts once to each at most, or better how
        many people reacted to each. Not given, counts are of acts and have no end.

    Returns
    -------
    Unseen
        With verdict "lower bound only" where no family fits and sets an upper end, and
        "cannot tell" where fewer than ten people were seen.

    Raises
    ------
    LurkersError
        If a number is not whole or negative, somebody was seen on more occasions than there
        were, or reactions by person and by post differ.
    """
    counts, reactors = checked(frequencies, occasions)
    seen = sum(counts.values())
    window = f"Over {len(reactors):,} posts" if reactors else "In this window"
    if seen < FEWEST:
        return _untold(seen)
    if max(counts) == 1:
        return _bounded(counts, window, "nobody was seen twice", [])
    table = tabulate(counts, reactors)
    if table.seen < FEWEST:
        why = f"fewer than {FEWEST} people were seen {LAST} times or less often"
        return _bounded(counts, window, why, [])
    asked = [(each, inflated) for inflated in (False, True) for each in families(table.cells)]
    fits = [fit(*each, table) for each in asked if not (each[1] and len(each[0].box) > 2)]
    answer = average(fits, seen)
    if answer is None:
        return _bounded(counts, window, _why(fits), fits)
    return _estimated(counts, window, answer, fits)


def _rows(fits: Sequence[Profile], seen: int, answer: Average | None) -> pd.DataFrame:
    weights = answer.weights if answer else np.zeros(len(fits))
    spans = [ends([each], np.ones(1), (MOST - 1) * seen, ENDS) for each in fits]
    unbounded = [each.boundary == "unbounded" for each in fits]
    return pd.DataFrame(
        {
            "model": [each.name for each in fits],
            "total": np.where(unbounded, np.inf, [seen + each.unseen for each in fits]),
            "error": [each.error for each in fits],
            "low": [seen + span[0] for span in spans],
            "high": [seen + span[1] for span in spans],
            "p_value": [each.p_value for each in fits],
            "aic": [each.aic for each in fits],
            "weight": weights,
            "boundary": [each.boundary for each in fits],
        }
    )


def _why(fits: Sequence[Profile]) -> str:
    if any(each.p_value >= FIT for each in fits):
        return f"models that fit about as well as any allow {MOST:.0f} times the people seen"
    if all(np.isnan(each.p_value) for each in fits):
        return "the counts are too few to test a family of models on"
    return "no family of models fits these counts"


def _estimated(
    counts: dict[int, int], window: str, answer: Average, fits: Sequence[Profile]
) -> Unseen:
    seen = sum(counts.values())
    total, low, high = (seen + each for each in (answer.unseen, answer.low, answer.high))
    names = [each.name for each, weight in zip(fits, answer.weights, strict=True) if weight]
    upper = f"{low:,.0f} to {high:,.0f}" if np.isfinite(high) else f"from {low:,.0f}, unbounded"
    sentence = (
        f"{window}, {seen:,} different people were seen reacting; about {total:,.0f} would "
        f"react sooner or later (95 % interval {upper}). {NEVER}"
    )
    method = "average of " + ", ".join(names)
    table = _rows(fits, seen, answer)
    return Unseen(seen, total, low, high, coverage(counts)[0], method, VERDICTS[0], sentence, table)


def _bounded(counts: dict[int, int], window: str, why: str, fits: Sequence[Profile]) -> Unseen:
    seen, bound = sum(counts.values()), two_three(counts)
    how = "from people seen twice and three times" if bound.low > seen else "the people seen"
    sentence = (
        f"{window}, {seen:,} different people were seen reacting; at least {bound.low:,.0f} would "
        f"react sooner or later ({how}). There is no upper end: {why}. {NEVER}"
    )
    return Unseen(
        seen=seen,
        total=np.nan,
        low=bound.low,
        high=np.inf,
        coverage=coverage(counts)[0],
        method=f"{bound.name}: {bound.formula}",
        verdict=VERDICTS[1],
        sentence=sentence,
        table=_rows(fits, seen, None),
    )


def _untold(seen: int) -> Unseen:
    found = f"fewer than {FEWEST} different people were" if seen else "nobody was"
    sentence = f"Cannot tell how many people would react: {found} seen reacting. {NEVER}"
    table = _rows([], seen, None)
    return Unseen(seen, np.nan, np.nan, np.nan, np.nan, "none", VERDICTS[2], sentence, table)
