"""Costs: what batches and counts of events cost as authors and events grow.

The stored figures are of one machine on one day: `make growth` measures them anew. A *growth*
is how many times as much ten times the authors, or ten times the events, cost: the slope of
the logarithms, by least squares.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import paths

STORED = "data/costs.csv"
COLUMNS = ("what", "way", "size", "seconds", "cpu_seconds", "peak_mb")
NOTEBOOKS, EACH = "notebooks", 5
BATCH, PAPERMILL = "batch", "papermill"
OURS, SQL, PANDAS = "ibis", "sql in 2 GB", "pandas"
NAMES = {
    BATCH: "a batch",
    PAPERMILL: "papermill's command line",
    OURS: "ours",
    SQL: "SQL by hand, in 2 GB",
    PANDAS: "pandas",
}


class CostError(ValueError):
    """The stored figures are not there, or not all of them."""


@dataclass(frozen=True)
class Costs:
    """Seconds, seconds of CPU and peak memory (MB), by what was done, its way and its size.

    The size of `notebooks` is the number of authors, five notebooks each; of other counts it
    is the number of events.
    """

    table: pd.DataFrame

    @cached_property
    def lines(self) -> pd.DataFrame:
        """A row a way and size; its cost: CPU-seconds of notebooks, or seconds of all counts."""
        costs = self.table["cpu_seconds"].where(
            self.table["what"] == NOTEBOOKS, self.table["seconds"]
        )
        table = self.table.assign(cost=costs)
        found = table.groupby(["way", "size"], as_index=False)
        return found.agg(cost=("cost", "sum"), peak_mb=("peak_mb", "max"))

    def line(self, way: str) -> pd.DataFrame:
        """Return a way's costs by size.

        Raises
        ------
        CostError
            If fewer than two sizes were measured of it.
        """
        rows = self.lines[self.lines["way"] == way]
        if len(rows) < 2:
            raise CostError(f"{STORED} has {len(rows)} size(s) of {way!r}. Run `make growth`.")
        return rows.sort_values("size")

    def growth(self, way: str) -> float:
        """Return how many times as much ten times the size costs."""
        rows = self.line(way)
        return float(10 ** np.polyfit(np.log10(rows["size"]), np.log10(rows["cost"]), 1)[0])

    @property
    def sentence(self) -> str:
        """Say what the most authors and the most events cost, and how costs grow."""
        return f"{self._of_notebooks()} {self._of_events()}"

    def _of_notebooks(self) -> str:
        batch, papermill = (self.line(way).iloc[-1] for way in (BATCH, PAPERMILL))
        each, theirs = (rows["cost"] / rows["size"] / EACH for rows in (batch, papermill))
        return (
            f"A notebook of a batch of {batch['size']:,} authors took {each:.1f} CPU-seconds, "
            f"pages and PDFs included, by papermill's command line, which makes none, "
            f"{theirs:.1f}; ten times the authors cost {self.growth(BATCH):.1f} and "
            f"{self.growth(PAPERMILL):.1f} times as much."
        )

    def _of_events(self) -> str:
        ours, pandas = (self.line(way).iloc[-1] for way in (OURS, PANDAS))
        grown = [f"{self.growth(way):.1f}" for way in (OURS, SQL, PANDAS)]
        return (
            f"Segments, frequencies and posts of {ours['size']:,} events took {ours['cost']:,.0f} "
            f"seconds and at most {ours['peak_mb'] / 1024:.1f} GB, by pandas {pandas['cost']:,.0f} "
            f"and {pandas['peak_mb'] / 1024:.1f} GB; ten times the events cost {grown[0]} times as "
            f"much, by SQL written by hand {grown[1]}, by pandas {grown[2]}."
        )


def read(root: str | Path | None = None) -> Costs:
    """Return the stored costs.

    Raises
    ------
    CostError
        If there are none.
    """
    path = (Path(root) if root else paths.root()) / STORED
    if not path.is_file():
        raise CostError(f"There is no {STORED}. Run `make growth`, which takes half an hour.")
    return Costs(pd.read_csv(path, comment="#"))
