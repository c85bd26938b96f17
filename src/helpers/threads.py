"""Threads: work on many rows at once, on few one after the other.

What takes a millisecond alone takes longer beside others, for they wait for each other.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from helpers.sameness import MANY

THREADS = 2
Item = TypeVar("Item")
Made = TypeVar("Made")


def each(work: Callable[[Item], Made], items: Iterable[Item], *, rows: int) -> list[Made]:
    """Return what is made of each item, of many rows two at a time."""
    if rows <= MANY:
        return [work(item) for item in items]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, items))
