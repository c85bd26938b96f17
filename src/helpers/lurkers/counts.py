"""Counts: how many people were seen how often, checked and put into cells."""

from collections.abc import Mapping, Sequence
from operator import index

import numpy as np

from helpers.lurkers.bounds import LurkersError
from helpers.lurkers.lower import lower
from helpers.lurkers.profiles import Table
from helpers.lurkers.rates import Cells

LAST = 40  # people seen more often say nothing about the unseen
CHAO, MOST = 0, 0.999  # the first row of `lower`; the largest share of people on one post


def checked(
    frequencies: Mapping[int, int], occasions: int | Sequence[int] | None
) -> tuple[dict[int, int], tuple[int, ...]]:
    """Return counts of people seen and the reactors of each post, or raise."""
    for times, people in frequencies.items():
        if not (_whole(times) and _whole(people)):
            raise LurkersError(
                f"Times and people must be whole numbers, 0 or more: found {people} people "
                f"seen {times} times. Give {{times: people}}."
            )
    counts = {int(k): int(n) for k, n in sorted(frequencies.items()) if k and n}
    if occasions is None:
        return counts, ()
    listed = [int(each) if _whole(each) else -1 for each in np.atleast_1d(occasions).tolist()]
    if min(listed) < 0 or not sum(listed):
        raise LurkersError(
            f"Occasions must be a number of posts, 1 or more, or how many people reacted to "
            f"each: found {occasions}."
        )
    reactors = tuple(listed) if np.ndim(occasions) else (1,) * listed[0]
    acts, often = sum(k * n for k, n in counts.items()), max(counts, default=0)
    if often > len(reactors):
        raise LurkersError(
            f"Somebody was seen {often} times on {len(reactors)} occasions. Count each post "
            f"once for a person, or leave occasions out where counts are of acts."
        )
    if np.ndim(occasions) and sum(reactors) != acts:
        raise LurkersError(
            f"People reacted {acts:,} times and posts drew {sum(reactors):,} reactions. Count "
            f"both on the same posts."
        )
    return counts, reactors


def _whole(number: object) -> bool:
    """Say whether a number is whole, and not negative."""
    try:
        return index(number) >= 0  # type: ignore[arg-type]
    except TypeError:
        return False


def _shares(counts: Mapping[int, int], reactors: tuple[int, ...]) -> tuple[float, ...]:
    """Return what each post draws: a post to which nearly all react would draw more if it could."""
    if len(set(reactors)) < 2:
        return (1 / len(reactors),) * len(reactors) if reactors else ()
    people = lower(dict(counts)).loc[CHAO, "total"]
    drawn = -np.log1p(-np.minimum(np.array(reactors) / people, MOST))
    return tuple((drawn / drawn.sum()).tolist())


def tabulate(counts: Mapping[int, int], reactors: tuple[int, ...] = ()) -> Table:
    """Return people seen 1, 2, … times, `LAST` at most."""
    last = min(LAST, len(reactors) or LAST)
    people = np.array([counts.get(times, 0) for times in range(1, last + 1)], dtype=float)
    return Table(people, Cells(last, _shares(counts, reactors)))
