"""Two lists: visible people and buyers, and how many there would be on neither.

*Both* are people found on the two lists. The *odds ratio* is the odds of visible people to
buy ÷ the odds of everybody else to buy: 1 means that reacting says nothing about buying.
*Linkage* is the share of the people truly on both lists who can be found to be so, because
they use one address. Neither can be read off two lists: the answer is a sweep, never a number.
Buyers who could never have reacted, such as those sent by a friend, are not in the audience
and raise the answer as a low odds ratio would.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy import special, stats

from helpers.ladder import Ladder
from helpers.lurkers.bounds import LurkersError
from helpers.lurkers.purchases import PURCHASES, seen_people
from helpers.tables import Engagement

ODDS_RATIOS = (1 / 3, 0.5, 1.0, 2.0, 3.0)
TAIL = 0.025
SPREAD = 12.0  # standard deviations beyond which the chance of a match is nothing
LARGEST = 60.0  # e^60 people: nobody
HALVINGS = 60


def lists(
    engagement: Engagement,
    ladder: Ladder | None = None,
    *,
    kinds: tuple[str, ...] = PURCHASES,
) -> tuple[int, int, int]:
    """Count visible people, buyers and both, where shop and reactions share a kind of identity.

    Returns
    -------
    tuple of int
        Visible people whom an export names in a way that the shop names buyers too (an e-mail
        address), buyers, and people who are both.
    """
    gained = engagement.conversions.query("quantity > 0 and person_id.notna()")
    buyers = set(gained.loc[gained["kind"].isin(kinds), "person_id"])
    spaces = {one.split(":")[0] for one in buyers}
    visible = {one for one in seen_people(engagement, ladder) if one.split(":")[0] in spaces}
    return len(visible), len(buyers), len(visible & buyers)


def _refuse(visible: int, buyers: int, both: int, odds: Sequence[float], linkage: float) -> None:
    counts = {"visible": visible, "buyers": buyers, "both": both}
    for name, count in counts.items():
        if count < 0 or count != int(count):
            raise LurkersError(f"{name} is {count!r}. It must be a count of people: 0, 1, 2 …")
    if not visible or not buyers:
        raise LurkersError(
            f"There are {visible:,} visible people and {buyers:,} buyers. "
            f"Two lists need at least one person each."
        )
    if both > min(visible, buyers):
        raise LurkersError(
            f"{both:,} people cannot be on both lists: the shorter one has "
            f"{min(visible, buyers):,}. Count people, not acts or purchases."
        )
    if not 0 < linkage <= 1:
        raise LurkersError(f"linkage is {linkage!r}. It must be above 0 and at most 1.")
    if both / linkage > min(visible, buyers):
        raise LurkersError(
            f"With a linkage of {linkage:g}, {both:,} matches stand for {both / linkage:,.0f} "
            f"people on both lists, and the shorter one has {min(visible, buyers):,}. "
            f"Give a linkage of at least {both / min(visible, buyers):.3g}."
        )
    for one in odds:
        if not (one > 0 and np.isfinite(one)):
            raise LurkersError(f"The odds ratio {one!r} cannot be. Give numbers above 0.")


def _expected(people: float, visible: int, buyers: int, odds: float) -> float:
    """Return the likeliest number on both lists, from the odds ratio of the four cells."""
    a, b = 1 - odds, people - visible - buyers + odds * (visible + buyers)
    c = -odds * visible * buyers
    return -2 * c / (b + float(np.sqrt(b * b - 4 * a * c)))


def _matches(people: float, visible: int, buyers: int, odds: float) -> tuple[np.ndarray, ...]:
    """Return the possible numbers on both lists and their chances, the margins given.

    Fisher's noncentral hypergeometric distribution, as far as it is more than nothing.
    """
    least, most = max(0, int(np.ceil(visible + buyers - people))), min(visible, buyers)
    middle = _expected(people, visible, buyers, odds)
    reach = SPREAD * np.sqrt(middle + 1) + SPREAD
    both = np.arange(max(least, int(middle - reach)), min(most, int(middle + reach)) + 1)
    cells = (both, visible - both, buyers - both, people - visible - buyers + both)
    weight = both * np.log(odds) - sum(special.gammaln(cell + 1) for cell in cells)
    chance = np.exp(weight - weight.max())
    return both, chance / chance.sum()


def _tails(
    people: float, lists: tuple[int, int], both: int, odds: float, linkage: float
) -> tuple[float, float]:
    """Return the chances of so few matches or fewer, and of so many or more."""
    number, chance = _matches(people, *lists, odds)
    found = stats.binom.cdf(np.array([[both], [both - 1]]), number, linkage)
    fewer, below = found @ chance
    return float(fewer), float(1 - below)


def _solve(least: float, holds: Callable[[float], bool]) -> float:
    """Return where `holds` begins to hold as people grow from `least` on."""
    low, high = -LARGEST, LARGEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(least + float(np.exp(middle))) else (middle, high)
    return least + float(np.exp(high))


def _interval(
    lists: tuple[int, int], both: int, odds: float, linkage: float
) -> tuple[float, float]:
    """Return the people for whom so many matches would not surprise, by exact tails."""
    least = float(max(lists) if linkage < 1 else sum(lists) - both)
    low = _solve(least, lambda n: _tails(n, lists, both, odds, linkage)[0] >= TAIL)
    if not both:
        return low, float("inf")
    return low, _solve(least, lambda n: _tails(n, lists, both, odds, linkage)[1] < TAIL)


def two_lists(
    visible: int,
    buyers: int,
    both: int,
    odds_ratios: Sequence[float] = ODDS_RATIOS,
    linkage: float = 1.0,
) -> pd.DataFrame:
    """Say how many people there would be in all, for each odds ratio that might be true.

    Parameters
    ----------
    visible, buyers, both : int
        People on each list and on both.
    odds_ratios : sequence of float
        Odds of visible people to buy ÷ odds of the others to buy.
    linkage : float
        Share of the people on both lists who can be found to be so; it divides `both`.

    Returns
    -------
    DataFrame
        A row an odds ratio: odds_ratio, linkage, both (m, divided by the linkage), people, low,
        high, uncorrected. With n1 visible people and n2 buyers, `people` is n1 + n2 − m + OR
        (n1 − m)(n2 − m)/(m + 1), which is Chapman's (1951) at an odds ratio of 1; `uncorrected`
        divides by m and has no value where that is 0. The 95 % intervals invert the
        exact tails of the matches found, given both lists (Fisher's noncentral hypergeometric
        distribution, thinned by the linkage); without a match there is no upper end.

    Raises
    ------
    LurkersError
        If the counts, an odds ratio or the linkage cannot be.
    """
    _refuse(visible, buyers, both, odds_ratios, linkage)
    m = both / linkage
    union, product = visible + buyers - m, (visible - m) * (buyers - m)
    rows = []
    for odds in odds_ratios:
        low, high = _interval((visible, buyers), both, odds, linkage)
        plain = union + odds * product / m if m else np.nan
        people = union + odds * product / (m + 1)
        rows.append((odds, linkage, m, people, low, high, plain))
    names = ["odds_ratio", "linkage", "both", "people", "low", "high", "uncorrected"]
    return pd.DataFrame(rows, columns=names, dtype="float64")
