"""How far a batch is, and for how long it will go on: as far as it has been measured.

A notebook that is still to be run is expected to take what the same notebook took on
average, or any where that one has not been run yet. Nothing is expected of what is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Progress:
    """How many notebooks are done, the last of them, and seconds left if they are known."""

    done: int
    total: int
    failed: int
    left: float | None
    last: str

    @property
    def sentence(self) -> str:
        """Say how long it will go on."""
        if self.done == self.total:
            return "done"
        if self.left is None:
            return "time left not known yet"
        if self.left < 90:
            return f"about {max(1, round(self.left))} s left"
        return f"about {round(self.left / 60)} min left"


Shown = Callable[[Progress], None]


def progressed(
    rows: list[dict[str, Any]], waiting: list[str], total: int, workers: int
) -> Progress:
    """Return how far a batch is.

    Parameters
    ----------
    rows : list of dict
        What became of each notebook so far; the last one last.
    waiting : list of str
        The name of each notebook still to be run, once an author.
    total : int
        All notebooks of the batch, those that are kept included.
    workers : int
        How many run at a time.
    """
    table = pd.DataFrame(rows, columns=["notebook", "status", "seconds"])
    run = table[table["seconds"] > 0]
    means = run.groupby("notebook")["seconds"].mean()
    left = None
    if len(run) and waiting:
        each = [means.get(name, run["seconds"].mean()) for name in waiting]
        left = float(sum(each)) / workers
    failed = int((table["status"] == "failed").sum())
    last = f"{rows[-1]['author']}: {rows[-1]['notebook']}" if rows else ""
    return Progress(len(rows), total, failed, left, last)
