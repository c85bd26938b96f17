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


@dataclass(frozen=True, eq=False)
class Costs:
    """Seconds, seconds of CPU and peak memory (MB), by what was done, its way and its size.

    The `machine` is the one they were measured on, with the versions of what was measured.

    The size of `notebooks` is the number of authors, five notebooks each; of other counts it
    is the number of events.
    """

    table: pd.DataFrame
    machine: str

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
        return f"Measured on {self.machine}. {self._of_notebooks()} {self._of_events()}"

    def _of_notebooks(self) -> str:
        batch, papermill = (self.line(way).iloc[-1] for way in (BATCH, PAPERMILL))
        each, theirs = (rows["cost"] / rows["size"] / EACH for rows in (batch, papermill))
        return (
            f"A batch of {batch['size']:,} authors took {each:.1f} CPU-seconds a notebook, pages "
            f"and PDFs included; papermill's command line, which makes none, {theirs:.1f} with "
            f"{papermill['size']:,} authors. Ten times the authors cost a batch "
            f"{self.growth(BATCH):.1f} times as much."
        )

    def _of_events(self) -> str:
        ours, pandas = (self.line(way).iloc[-1] for way in (OURS, PANDAS))
        grown = [f"{self.growth(way):.0f}" for way in (OURS, SQL, PANDAS)]
        return (
            f"Counting {ours['size']:,} events by person, by frequency and by post took "
            f"{ours['cost']:,.0f} seconds and at most {ours['peak_mb'] / 1024:.1f} GB; pandas "
            f"took {pandas['cost']:,.0f} and {pandas['peak_mb'] / 1024:.1f} GB. Ten times the "
            f"events cost {grown[0]} times as much, by SQL written by hand {grown[1]}, by pandas "
            f"{grown[2]}."
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
        raise CostError(f"There is no {STORED}. Run `make growth`, which takes 20 minutes.")
    machine = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
    return Costs(pd.read_csv(path, comment="#"), machine)
