"""Heard from: what buyers say of how they heard, corrected for false recall.

*Sensitivity* is the chance to tick an option that is true, *specificity* the chance not to
tick one that is not. A *phantom* is an option that cannot be true: whoever ticks it shows how
many tick anything, which is 1 − specificity. Both are shares, or (events, trials) where they
were measured, and then their own uncertainty is in the interval.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd

from helpers.lurkers.bounds import Bounds, LurkersError, unknowable
from helpers.lurkers.recall import Chance, Measured, added, chance, corrected, plain
from helpers.wording import FEWEST, percent, span

QUESTION = "What share of buyers had heard of it silently?"
SETTLE = "More answers, and an answer from more of those asked: a prize, or one reminder."
RECALL = "false recall is as likely for every option that is not true"
ALIKE = "whoever did not answer is like those who did"
TOO_FEW = f"Cannot tell who heard silently: fewer than {FEWEST} people answered."
TICKED, CORRECTED = "as ticked", "corrected for false recall"


def _ticked(survey: pd.DataFrame, options: Collection[str]) -> int:
    """Return how many ticked one of the options, which must be in the survey."""
    counts = survey["answer"].value_counts()
    if not options or not set(options) & set(counts.index):
        many = sorted(counts.index[counts >= FEWEST])
        raise LurkersError(
            f"Say which answers mean to have heard silently: options=[…]. Answers that {FEWEST} "
            f"people or more gave: {'; '.join(map(repr, many)) or 'none'}."
        )
    return int(counts.reindex(list(set(options)), fill_value=0).sum())


def _counts(survey: pd.DataFrame | tuple[int, int], options: Collection[str]) -> tuple[int, int]:
    """Return how many ticked, of how many who answered."""
    if isinstance(survey, tuple):
        events, trials = survey
        if not 0 <= events <= trials:
            raise LurkersError(
                f"The survey is ({events}, {trials}). It must be (ticked it, answered): counts of "
                f"people, the first no more than the second."
            )
        return events, trials
    return (_ticked(survey, options), len(survey)) if len(survey) >= FEWEST else (0, len(survey))


def _measured(survey: pd.DataFrame | tuple[int, int]) -> tuple[int, int]:
    """Return how many did not tick the phantom, of all who answered."""
    phantoms = 0 if isinstance(survey, tuple) else int(survey["phantom"].sum())
    if not phantoms:
        raise LurkersError(
            "Nobody ticked an option that cannot be true, or none was offered: pass specificity as "
            "a share, or as (n, n) if it was offered to n people and nobody ticked it."
        )
    return len(survey) - phantoms, len(survey)


def _table(ends: dict[str, tuple[float, float, float]]) -> pd.DataFrame:
    rows = [(measure, *row) for measure, row in ends.items()]
    return pd.DataFrame(rows, columns=["measure", "share", "low", "high"])


def _says_nothing(sensitivity: Chance, specificity: Chance) -> str:
    return (
        f"Cannot tell who heard silently: with a sensitivity of {percent(sensitivity.value)} and a "
        f"specificity of {percent(specificity.value)} a tick says nothing, for they must add up "
        f"to more than 100 %."
    )


def _answer(
    ends: dict[str, tuple[float, float, float]], trials: int, asked: int | None, false: float
) -> Bounds:
    ticked, share = (ends[name][0] for name in (TICKED, CORRECTED))
    _, low, high = list(ends.values())[-1]
    sentence = (
        f"{percent(ticked)} of the {trials:,} buyers who answered ticked that they had heard "
        f"silently; corrected for false recall ({percent(false)} tick what is not true) that is "
        f"{percent(share)}"
    )
    if ticked < false:
        sentence += ", for fewer ticked it than tick what is not true"
    if asked is None:
        sentence += f" (95 % interval {span(low, high, 0)}), if {ALIKE}."
        return Bounds(
            QUESTION, low, high, "estimated", f"{RECALL}; {ALIKE}", sentence, SETTLE, _table(ends)
        )
    sentence += (
        f". Of all {asked:,} who were asked it is {span(low, high, 0)}, whatever those would have "
        f"said who did not answer."
    )
    return Bounds(QUESTION, low, high, "bounded", RECALL, sentence, SETTLE, _table(ends))


def heard_from(
    survey: pd.DataFrame | tuple[int, int],
    sensitivity: Measured,
    specificity: Measured | None = None,
    *,
    options: Collection[str] = (),
    asked: int | None = None,
) -> Bounds:
    """Bound the share of buyers who had heard of it silently, from what they say.

    Parameters
    ----------
    survey : DataFrame or tuple of int
        The table `survey`, or (ticked it, answered).
    sensitivity, specificity : float or tuple of int
        Chances, or (events, trials). Without a specificity, the phantom option measures it.
    options : collection of str
        Answers in the survey that mean to have heard silently.
    asked : int, optional
        How many were asked. Whoever did not answer may all have heard silently, or none (Manski
        1989, Journal of Human Resources 24:343). Without it they are taken to be like the others.

    Returns
    -------
    Bounds
        `table` has a row as ticked, one corrected for false recall with its 95 % interval, and,
        where the number asked is given, one with everybody asked.

    Raises
    ------
    LurkersError
        If chances or counts cannot be, no option is named, or no phantom was ticked.
    """
    shared = specificity is None
    events, trials = _counts(survey, options)
    if asked is not None and asked < trials:
        raise LurkersError(f"{trials:,} answered, but only {asked:,} were asked. Count both again.")
    if trials < FEWEST:
        return unknowable(QUESTION, TOO_FEW, SETTLE, _table({}))
    se = chance("sensitivity", sensitivity)
    sp = chance("specificity", _measured(survey) if specificity is None else specificity)
    if min(se.value + sp.value, added(se)[0] + added(sp)[0]) <= 1:
        return unknowable(QUESTION, _says_nothing(se, sp), SETTLE, _table({}))
    ends = {
        TICKED: plain(events, trials),
        CORRECTED: corrected(events, trials, se, sp, shared=shared),
    }
    if asked is not None:
        _, low, high = ends[CORRECTED]
        answered = trials / asked
        ends["everybody asked"] = (np.nan, low * answered, high * answered + 1 - answered)
    return _answer(ends, trials, asked, 1 - sp.value)
