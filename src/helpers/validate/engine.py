"""The engine of validation: one world drawn many times, and how often a method was right.

A *cell* is one world, one calendar, one true effect. A *trial run* draws it once and says
what the method answered. *Coverage* is how often the 95 % interval held the truth; a *false
alarm* is the verdict "lift" where there is none; *power* is that verdict where there is one.
A cell whose coverage chance may have put near an end of the band it must be within, .93 to
.98, or out of it, is drawn on.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from tqdm import tqdm

from helpers import paths
from helpers.lift.result import Lift

FOLDER = "data/validation"
REPLICATES = 500
MOST = 2000  # draws of a cell that chance may have put near an end of the band
BAND = (0.93, 0.98)  # what the coverage of a 95 % interval must be within
CLEAR = 0.01  # by how much it must be, to need no more draws
SURELY = 3  # Monte-Carlo errors; a coverage so far out of the band needs no more draws either
SEED = 20250101
PART = 25  # draws that one process makes at a time


class Run(NamedTuple):
    """What a method said of one draw whose truth is known; `low` is NaN without an estimate."""

    truth: float
    low: float
    high: float
    verdict: str


Replicate = Callable[[Any, np.random.Generator], Run]


def run(found: Lift, truth: float) -> Run:
    """Return what a lift says of the ratio beside the ratio that is true."""
    return Run(truth, found.low, found.high, found.verdict)


def _draw(replicate: Replicate, cell: Any, seed: int, first: int, draws: int) -> list[Run]:
    digest = hashlib.sha256(repr(cell).encode()).digest()
    numbers = range(first, first + draws)
    rngs = [np.random.default_rng([seed, number, *digest]) for number in numbers]
    return [replicate(cell, rng) for rng in rngs]


def _error(share: float, draws: int) -> float:
    """Return the Monte-Carlo standard error of a share."""
    return float(np.sqrt(share * (1 - share) / draws)) if draws else float("nan")


def summary(runs: Iterable[Run], *, is_null: bool) -> dict[str, float]:
    """Return how often the runs of one cell were right, answered and called a lift.

    Returns
    -------
    dict
        truth (mean), replicates; coverage of the intervals that there are, its Monte-Carlo
        error, coverage_answered (verdict not "cannot tell"); false_alarm or power (share of all
        runs called "lift") and its error; cannot_tell, median_width.
    """
    table = pd.DataFrame(runs, columns=list(Run._fields))
    estimated = table[table["low"].notna()]
    covered = estimated["truth"].between(estimated["low"], estimated["high"])
    answered = estimated["verdict"] != "cannot tell"
    called, unsaid = (float((table["verdict"] == said).mean()) for said in ("lift", "cannot tell"))
    return {
        "truth": float(table["truth"].mean()),
        "replicates": len(table),
        "coverage": float(covered.mean()),
        "coverage_error": _error(float(covered.mean()), len(estimated)),
        "coverage_answered": float(covered[answered].mean()),
        "false_alarm": called if is_null else float("nan"),
        "power": float("nan") if is_null else called,
        "called_error": _error(called, len(table)),
        "cannot_tell": unsaid,
        "median_width": float((estimated["high"] - estimated["low"]).median()),
    }


def is_settled(found: dict[str, float]) -> bool:
    """Tell whether more draws of a cell would hardly say anything else of its coverage."""
    coverage, reach = found["coverage"], SURELY * found["coverage_error"]
    if np.isnan(coverage):
        return True
    low, high = BAND
    out = coverage + reach < low or coverage - reach > high
    return bool(out or low + CLEAR <= coverage <= high - CLEAR)


def measure(
    cells: Sequence[Any],
    replicate: Replicate,
    *,
    replicates: int = REPLICATES,
    most: int = MOST,
    holds: Callable[[Any], bool] | None = None,
    seed: int = SEED,
    workers: int | None = None,
) -> pd.DataFrame:
    """Draw each cell many times and return a row a cell: its fields, then its `summary`.

    Parameters
    ----------
    cells : sequence of NamedTuple
        Each has a field `lift`, 0 where there is none. Its draws depend on no other cell.
    replicate : callable
        Draws a cell once with a generator of its own and returns a `Run`.
    holds : callable, optional
        Tells of a cell whether the method's assumption holds there; a column of that name.
    replicates, most, seed, workers : int, optional
        Draws a cell, and how many at most: while its coverage is not settled, as many again
        are added to them. What they start from; processes (all cores).
    """
    rows = []
    with ProcessPoolExecutor(workers or os.cpu_count()) as pool:
        for cell in tqdm(cells, unit="cell"):
            draw, runs = partial(_draw, replicate, cell, seed), list[Run]()
            found: dict[str, float] = {}
            while not runs or (len(runs) + replicates <= most and not is_settled(found)):
                asked = range(len(runs), len(runs) + replicates, PART)
                draws = [min(PART, asked.stop - first) for first in asked]
                for part in pool.map(draw, asked, draws):
                    runs += part
                found = summary(runs, is_null=cell.lift == 0)
            told = {} if holds is None else {"holds": holds(cell)}
            rows.append({**cell._asdict(), **told, **found})
    return pd.DataFrame(rows).round(4)


def code(modules: Sequence[ModuleType]) -> str:
    """Return the hash of the code that figures depend on."""
    sources = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in modules]
    return hashlib.sha256("\0".join(sources).encode()).hexdigest()[:16]


def path(name: str) -> Path:
    """Return where the figures of a method are stored."""
    return paths.root() / FOLDER / f"{name}.csv"


def store(name: str, table: pd.DataFrame, modules: Sequence[ModuleType]) -> Path:
    """Store the figures of a method with the hash of the code that made them."""
    target = path(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    table.assign(code=code(modules)).to_csv(target, index=False, lineterminator="\n")
    return target
