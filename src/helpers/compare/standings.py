"""Standings: every author's figure by what anyone can see, and by what only exports show.

*Visible* are followers and likes. *Lift* is conversions with posting ÷ without. What posting
*adds* is that ratio applied to the author's own conversions of a year. *List growth* is
sign-ups a week. The visible are counts and no input to the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from helpers import lift, plan
from helpers.compare import growth, visible
from helpers.compare.authors import Author
from helpers.compare.measures import Array, Measure, listed
from helpers.lift import Lift
from helpers.lift.result import unit_name

YEAR = 365.25
Z = float(norm.ppf(0.975))
ADDED = "what posting adds"
CHOSEN = "posts"  # the design in which the author chose the days


@dataclass(frozen=True, eq=False)
class Standings:
    """Every author by every measure.

    Parameters
    ----------
    followers, likes, lift, added, growth : Measure
        The measures, over the same authors in the same order.
    lifts : tuple of Lift
        What each author's lift was read from.
    """

    followers: Measure
    likes: Measure
    lift: Measure
    added: Measure
    growth: Measure
    lifts: tuple[Lift, ...]

    @property
    def visible(self) -> tuple[Measure, ...]:
        """What anyone can see."""
        return self.followers, self.likes

    @property
    def hidden(self) -> tuple[Measure, ...]:
        """What only exports show."""
        return self.lift, self.added, self.growth

    @property
    def sentence(self) -> str:
        """Say whose lift can be told, and of whose the days were chosen by the author."""
        names = np.array(self.lift.authors)
        can = self.lift.ranked
        design = np.array([lift.design(one) for one in self.lifts])
        chosen = list(names[can & (design == CHOSEN)])
        said = f"The lift of {int(can.sum())} of {len(names)} authors can be told."
        if chosen:
            said += (
                f" That of {listed(chosen)} is read from days that the author chose: it is an "
                f"association, and the effect of posting only if {self.lift.assumption}."
            )
        return said

    @property
    def table(self) -> pd.DataFrame:
        """A row an author: the figures, with the 95 % interval of each that has an error."""
        table = pd.DataFrame({"author": self.lift.authors})
        for one in (*self.visible, *self.hidden):
            table[one.name] = one.figure(one.estimate)
            if one.has_error:
                for side, end in zip(("low", "high"), one.ends(Z), strict=True):
                    table[f"{one.name}_{side}"] = one.figure(end)
        design = [lift.design(one) if one.checks["passed"].any() else "" for one in self.lifts]
        return table.assign(verdict=[one.verdict for one in self.lifts], design=design)


def _lift(author: Author, outcome: str) -> Lift:
    drawn = plan.read(author.calendar) if author.calendar else None
    return lift.choose(author.engagement, outcome, timezone=author.timezone, schedule=drawn)


def errors(found: Lift) -> tuple[float, float]:
    """Return the standard errors of the logarithm of a ratio, below and above, by its interval."""
    middle, low, high = np.log([found.ratio, found.low, found.high])
    return float((middle - low) / Z), float((high - middle) / Z)


def size(found: Lift) -> float:
    """Return the conversions a year of which posting is said to bring the share 1 - 1 ÷ ratio."""
    days = found.table["days"].sum() if "days" in found.table else len(found.table)
    ends = (
        (found.ratio, found.extra),
        (found.low, found.extra_low),
        (found.high, found.extra_high),
    )
    ratio, extra = max(ends, key=lambda end: abs(np.log(end[0])))
    return float(extra / (1 - 1 / ratio) * YEAR / days)


def can_tell(found: Lift) -> bool:
    """Tell whether a lift may be ranked: it passed its checks and its interval has two ends."""
    ends = (found.ratio, found.low, found.high)
    return found.verdict != "cannot tell" and bool(np.isfinite(ends).all() and min(ends) > 0)


def _lifted(authors: Sequence[Author], outcome: str, lifts: Sequence[Lift]) -> tuple[Measure, ...]:
    names, units = tuple(one.name for one in authors), unit_name(outcome)
    told = [can_tell(one) for one in lifts]
    each = list(zip(lifts, told, strict=True))
    estimate = np.array([np.log(one.ratio) if can else np.nan for one, can in each])
    sides = np.array([errors(one) if can else (np.nan, np.nan) for one, can in each])
    sizes = np.array([size(one) if can else np.nan for one, can in each])
    whys = tuple("" if can else f"whether posting moves {units} cannot be told" for can in told)
    assumed = "; ".join(dict.fromkeys(one.assumption for one, can in each if can))
    ratio = Measure(
        "lift",
        "times",
        names,
        estimate,
        *(sides[:, 0], sides[:, 1]),
        f"{units} with posting ÷ without",
        why=whys,
        assumption=assumed,
    )
    added = replace(
        ratio, name=ADDED, form="added", unit=f"{units} a year", size=sizes, per_year=1.0
    )
    return ratio, added


def _counts(authors: Sequence[Author], name: str, unit: str, counts: Array, why: str) -> Measure:
    whys = tuple(why if np.isnan(count) else "" for count in counts)
    names, none = tuple(one.name for one in authors), np.zeros(len(authors))
    return Measure(name, "count", names, counts, none, none, unit, why=whys)


def standings(authors: Sequence[Author], outcome: str) -> Standings:
    """Measure every author by followers and likes, by lift and by list growth.

    Parameters
    ----------
    authors : sequence of Author
        Two or more.
    outcome : str
        One of `lift.daily`'s outcomes.

    Raises
    ------
    CompareError
        If there are fewer than two authors or a name stands twice.
    LiftError
        If the outcome or a time zone is unknown.
    """
    names = tuple(one.name for one in authors)
    followers = np.array([visible.followers(one.engagement) for one in authors])
    liked = np.array([visible.likes(one.engagement) for one in authors])
    grown = [growth.growth(one.engagement) for one in authors]
    spread = np.array([one.error for one in grown])
    lifts = tuple(_lift(one, outcome) for one in authors)
    ratio, added = _lifted(authors, outcome, lifts)
    return Standings(
        _counts(
            authors,
            "followers",
            "follows, summed over platforms",
            followers,
            "no export here counts followers",
        ),
        _counts(authors, "likes", "likes a post", liked, "no export here counts likes"),
        ratio,
        added,
        Measure(
            "list growth",
            "rate",
            names,
            np.array([one.estimate for one in grown]),
            *(spread, spread),
            "sign-ups a week",
            per_year=YEAR / 7,
            why=tuple(one.why for one in grown),
            assumption=growth.ASSUMPTION,
        ),
        lifts,
    )
