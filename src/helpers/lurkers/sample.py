"""Followers checked by hand: a random sample of a list, looked up one by one.

The list is the platform's own list of followers, in the order in which it is shown. A
*position* is a place in that list: a worksheet names nobody. Whoever fills it in opens the
follower at that place, sees whether any reaction to the author's posts is theirs, and writes
yes, no or cannot tell.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from helpers.lurkers.bounds import Bounds, LurkersError, unknowable
from helpers.wording import FEWEST, percent, span

QUESTION = "What share of the followers has never reacted?"
SETTLE = "A larger sample checked by hand: 385 followers for plus or minus 5 points."
COLUMNS = ["position", "followers", "ever_reacted"]
YES, NO, UNSURE = "yes", "no", "cannot tell"
ALL = "Everybody on the list was checked: nothing is left to chance."
TAIL = 0.025


def sample_size(points: float, *, followers: int | None = None) -> int:
    """Return how many followers to check for an answer to within so many points.

    Parameters
    ----------
    points : float
        Half the width of the 95 % interval, percentage points: 5 needs 385, 10 needs 97.
    followers : int, optional
        Length of the list: a short one needs fewer (Cochran 1977, Sampling Techniques, 4.2).

    Raises
    ------
    LurkersError
        If the points are not between 0 and 50, or there are no followers.
    """
    if not 0 < points < 50:
        raise LurkersError(f"points is {points!r}. It must be above 0 and below 50.")
    n = stats.norm.isf(TAIL) ** 2 * 0.25 / (points / 100) ** 2
    if followers is not None:
        if followers < 1:
            raise LurkersError(f"followers is {followers!r}. There must be at least one.")
        n /= 1 + (n - 1) / followers
    return int(np.ceil(n))


def worksheet(n: int, seed: int, *, followers: int) -> pd.DataFrame:
    """Draw the positions of the followers to check.

    Parameters
    ----------
    n : int
        How many to check.
    seed : int
        Where the random numbers begin: the same seed gives the same positions.
    followers : int
        Length of the list.

    Returns
    -------
    DataFrame
        A row a follower, in the order drawn: position (1 is the first shown), followers,
        ever_reacted (empty: to be filled in with yes, no or cannot tell). Whoever fills it in
        from the top may stop anywhere: the rows so far are a random sample too.

    Raises
    ------
    LurkersError
        If there are not so many followers, or none are to be checked.
    """
    if not 1 <= n <= followers:
        raise LurkersError(
            f"{n:,} of {followers:,} followers cannot be drawn. Give n between 1 and {followers:,}."
        )
    drawn = np.random.default_rng(seed).choice(followers, n, replace=False)
    rows = {"position": drawn + 1, "followers": followers, "ever_reacted": ""}
    return pd.DataFrame(rows)[COLUMNS]


def read_worksheet(path: str | Path) -> pd.DataFrame:
    """Read a worksheet that was saved as CSV and filled in."""
    return pd.read_csv(path, dtype={"ever_reacted": "str"}, keep_default_na=False)


def _answers(filled: pd.DataFrame) -> pd.Series:
    """Return what was filled in, up to the last row that is; blanks before it cannot be told.

    Raises
    ------
    LurkersError
        If columns are missing, a position is there twice or not in the list, or a word is
        none of the three.
    """
    missing = [name for name in COLUMNS if name not in filled]
    if missing:
        raise LurkersError(
            f"The worksheet has no column {missing[0]!r}. Fill in the one that worksheet() gave, "
            f"and change nothing else in it."
        )
    position, followers = filled["position"], filled["followers"]
    wrong = position.duplicated() | ~position.between(1, followers.min())
    if wrong.any():
        raise LurkersError(
            f"Row {int(wrong.argmax()) + 1} of the worksheet has position "
            f"{position[wrong].iloc[0]}, which is there twice or is not in the list. "
            f"Fill in the worksheet as it was drawn."
        )
    words = filled["ever_reacted"].fillna("").astype("str").str.strip().str.lower()
    unknown = ~words.isin([YES, NO, UNSURE, ""])
    if unknown.any():
        raise LurkersError(
            f"Row {int(unknown.argmax()) + 1} of the worksheet is not filled in with one of: "
            f"{YES}, {NO}, {UNSURE}."
        )
    last = int(np.flatnonzero(words != "").max(initial=-1))
    return words[: last + 1].replace("", UNSURE)


def binomial_interval(events: int, trials: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a share (Clopper & Pearson 1934, Biometrika 26:404)."""
    low = stats.beta.ppf(TAIL, events, trials - events + 1) if events else 0.0
    high = stats.beta.isf(TAIL, events + 1, trials - events) if events < trials else 1.0
    return float(low), float(high)


def _told(count: int, of: int) -> str:
    """Write a count of people without telling of fewer than ten, either way."""
    if 0 < count < FEWEST:
        return f"fewer than {FEWEST}"
    return f"all but fewer than {FEWEST}" if 0 < of - count < FEWEST else f"{count:,}"


def _table(never: int, unsure: int, n: int) -> pd.DataFrame:
    counts = {"never reacted": never, "reacted": n - never - unsure, "cannot tell": unsure}
    rows = [(answer, _told(count, n)) for answer, count in counts.items()]
    return pd.DataFrame(rows, columns=["answer", "followers checked"])


def _sentence(never: int, unsure: int, n: int, ends: tuple[float, float], note: str) -> str:
    said = f", and {_told(unsure, n)} could not be told and count both ways" if unsure else ""
    sure = "" if note == ALL else " (95 % interval)"
    return (
        f"{span(*ends)} of the followers have never reacted{sure}: of {n:,} checked by hand, "
        f"{_told(never, n)} had never reacted{said}. {note}"
    )


def _note(n: int, followers: int) -> str:
    """Say what the length of the list does to the interval."""
    if n == followers:
        return ALL
    narrower = np.sqrt((followers - n) / (followers - 1))
    return (
        f"The list has {followers:,} followers; that it ends would narrow the interval to "
        f"{percent(narrower)} of its width."
    )


def hand_checked(filled: pd.DataFrame | str | Path) -> Bounds:
    """Bound the share of followers who have never reacted, from a sample checked by hand.

    Parameters
    ----------
    filled : DataFrame or path
        The worksheet, filled in from the top. A blank before the last row that is filled in
        counts as cannot tell: leaving out the hard ones would bend the answer.

    Returns
    -------
    Bounds
        Exact binomial interval; whoever could not be told counts as having reacted for `low`
        and as not for `high`. It is for followers, not for readers who do not follow.

    Raises
    ------
    LurkersError
        If the worksheet is not one that `worksheet` drew, filled in.
    """
    sheet = filled if isinstance(filled, pd.DataFrame) else read_worksheet(filled)
    words = _answers(sheet)
    n, drawn = len(words), len(sheet)
    if n < FEWEST:
        sentence = (
            f"Cannot tell how many followers have never reacted: {n:,} of the {drawn:,} drawn are "
            f"filled in, and {FEWEST} are needed."
        )
        return unknowable(QUESTION, sentence, SETTLE, pd.DataFrame())
    followers = int(sheet["followers"].iloc[0])
    never, unsure = int((words == NO).sum()), int((words == UNSURE).sum())
    whole = n == followers
    low = never / n if whole else binomial_interval(never, n)[0]
    high = (never + unsure) / n if whole else binomial_interval(never + unsure, n)[1]
    status = ("measured" if not unsure else "bounded") if whole else "estimated"
    return Bounds(
        question=QUESTION,
        low=low,
        high=high,
        status=status,
        assumption="a follower whose reactions cannot be seen was written down as cannot tell",
        sentence=_sentence(never, unsure, n, (low, high), _note(n, followers)),
        settle=SETTLE,
        table=_table(never, unsure, n),
    )
