"""Our designs beside the packages that others use: the same series, in one run.

Each package is installed into an environment of its own, for they do not go together, and
answers the same draws as ours with its defaults. A *lift* is an interval above 1.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from tqdm import tqdm

from helpers import paths
from helpers.lift import from_campaign, from_panel
from helpers.lift.result import Lift
from helpers.simulate import days
from helpers.validate import campaign, engine, panel, rival
from helpers.validate.engine import Run

NAME, SERIES = "peers", 20
CODE = (*campaign.CODE, *panel.CODE, campaign, panel, rival, sys.modules[__name__])
ENVIRONMENTS = ".venv-peers"
WORLDS = (
    "independent days",
    "demand with memory .6",
    "demand with memory .9",
    "half a conversion a day",
)  # worlds that lift packages meet, and that a slow package can answer in minutes
Table = tuple[pd.DataFrame, float]


class Peer(NamedTuple):
    """A package: what it answers, what must be installed for it, how many series a cell."""

    design: str
    requirements: tuple[str, ...]
    series: int


PEERS = {
    "bsts-causalimpact": Peer("campaign", ("bsts-causalimpact==1.7.0", "pandas<3"), SERIES),
    "causalimpact": Peer(
        "campaign",
        (
            *("causalimpact==0.2.6", "pandas<2.1", "numpy<2"),
            *("matplotlib<3.9", "statsmodels<0.14.3", "scipy<1.14"),
        ),
        SERIES // 5,
    ),
    "CausalPy": Peer("campaign", ("causalpy==0.9.0",), SERIES // 5),
    "pyfixest TWFE": Peer("panel", ("pyfixest==0.60.0", "pandas<3"), SERIES),
}


def _campaign(table: pd.DataFrame) -> Lift:
    return from_campaign(table, "sales", campaign.START, controls=campaign.PROXIES)


def _panel(table: pd.DataFrame) -> Lift:
    return from_panel(table, "sales")


def _panel_draw(cell: panel.Cell, rng: np.random.Generator) -> Table:
    drawn = panel.draw(cell, rng)
    return panel.table(drawn), drawn.ratio


OURS: dict[str, Callable[[pd.DataFrame], Lift]] = {"campaign": _campaign, "panel": _panel}
DRAWS: dict[str, Callable[[Any, np.random.Generator], Table]] = {
    "campaign": campaign.draw,
    "panel": _panel_draw,
}


def cells(design: str) -> list[Any]:
    """Return four worlds in which a design's assumption holds, with and without a lift."""
    names = [world.name for world in days.WORLDS if world.name in WORLDS]
    if design == "campaign":
        return [campaign.Cell(name, lift, True) for name in names for lift in (0.0, 0.5)]
    return [panel.Cell(name, panel.PARALLEL, 4, lift) for name in names for lift in (0.0, 0.5)]


def environment(name: str, requirements: tuple[str, ...]) -> Path:
    """Return the interpreter of an environment that holds packages, made on first use."""
    folder = paths.root() / ENVIRONMENTS / name.replace(" ", "-")
    python = folder / "bin" / "python"
    if not (folder / "ready").is_file():
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "--quiet", "--clear", str(folder)], check=True)
        install = [*uv, "pip", "install", "--quiet", "--python", str(python)]
        subprocess.run([*install, *requirements], check=True)
        (folder / "ready").touch()
    return python


def _numbers(table: pd.DataFrame, design: str) -> pd.DataFrame:
    """Return the columns that a package reads, as numbers."""
    if design == "campaign":
        return table[["sales", *campaign.PROXIES]]
    return table.assign(date=table.groupby("date").ngroup())


def _theirs(name: str, tables: list[pd.DataFrame]) -> np.ndarray:
    """Return low, high and seconds of a package for each series."""
    python = environment(name, PEERS[name].requirements)
    with tempfile.TemporaryDirectory() as folder:
        series, answers = Path(folder, "series.npz"), Path(folder, "answers.npy")
        stacked = np.stack([table.to_numpy("float64") for table in tables])
        np.savez(series, columns=np.array(list(tables[0]), dtype="U"), tables=stacked)
        command = [str(python), str(rival.__file__), name, str(series), str(answers)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return np.asarray(np.load(answers))


def _row(name: str, cell: Any, runs: list[Run], seconds: float) -> dict[str, Any]:
    figures = engine.summary(runs, is_null=cell.lift == 0)
    kept = ("replicates", "coverage", "false_alarm", "power", "cannot_tell", "median_width")
    row = {"method": name, "world": cell.world, "lift": cell.lift}
    return row | {key: figures[key] for key in kept} | {"seconds": seconds}


def _cell(design: str, cell: Any, series: int) -> list[dict[str, Any]]:
    """Return our row and each package's, on the same series of one cell."""
    rng = np.random.default_rng([engine.SEED, *repr(cell).encode()])
    draws = [DRAWS[design](cell, rng) for _ in range(series)]
    began = time.perf_counter()
    runs = [engine.run(OURS[design](table), truth) for table, truth in draws]
    rows = [_row(f"from_{design}", cell, runs, (time.perf_counter() - began) / series)]
    for name, peer in PEERS.items():
        if peer.design == design:
            some = draws[: min(series, peer.series)]
            found = _theirs(name, [_numbers(table, design) for table, _ in some])
            answers = [
                Run(truth, low, high, "lift" if low > 1 else "no clear lift")
                for (_, truth), (low, high, _) in zip(some, found, strict=True)
            ]
            rows.append(_row(name, cell, answers, float(found[:, 2].mean())))
    return rows


def measured(series: int = SERIES) -> pd.DataFrame:
    """Return a row a method and world: coverage, false alarms or power, width, seconds."""
    asked = [(design, cell) for design in OURS for cell in cells(design)]
    rows = [row for design, cell in tqdm(asked) for row in _cell(design, cell, series)]
    return pd.DataFrame(rows).round(4)


if __name__ == "__main__":
    engine.store(NAME, measured(), CODE)
