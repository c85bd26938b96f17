"""Whether the bounds hold the truth: no exception is allowed where their assumptions hold.

`WORLDS` crowds in which everything holds, asked for every bound; then `BROKEN` crowds with each
break, asked for the bound that assumes the contrary: there it must be refused, or the figures
say how often it is not and misses. `python -m helpers.validate.bounds` draws the stored table
anew.
"""

import sys
from types import ModuleType

import numpy as np
import pandas as pd
from tqdm import tqdm

from helpers.lurkers import (
    bought,
    evidence,
    letters,
    overlap,
    purchases,
    reached,
    silent,
    tightening,
    window,
)
from helpers.lurkers import bounds as answers
from helpers.validate import crowd, engine
from helpers.validate.crowd import HOLDS, HUSH, REACTED, THANKS, Crowd
from helpers.validate.engine import Run

NAME = "bounds"
WORLDS, BROKEN, PART, SEED = 2000, 200, 50, 20250101
CLOSE = 1e-9
CODE: tuple[ModuleType, ...] = (
    crowd, engine, answers, purchases, evidence, tightening, bought, reached, overlap, window,
    silent, letters, sys.modules[__name__],
)  # fmt: skip
POST, WINDOW, SHOWINGS, LETTERS = (
    "silent share of a post",
    "silent share of a window",
    "silent share of a post, by showings",
    "silent readers",
)
ADDRESSES, EXPORTS, THANKED, TAGGED, HUSHED, SURVEYED = (
    "who bought: matched addresses",
    "who bought: all exports",
    "who bought: code for people who reacted",
    "who bought: link for people who reacted",
    "who bought: code for silent people",
    "who bought: survey",
)
STEPS = (
    "who bought: nothing assumed",
    ADDRESSES,
    EXPORTS,
    THANKED,
    TAGGED,
    HUSHED,
    "who bought: link for silent people",
    SURVEYED,
)
CONCERNED = {
    crowd.STAND_IN: ADDRESSES,
    crowd.HIDDEN: EXPORTS,
    crowd.PASSED_ON: THANKED,
    crowd.TOLD_ON: HUSHED,
    crowd.LIES: SURVEYED,
    crowd.ANYTHING: SURVEYED,
    crowd.SHOWN: SHOWINGS,
}


def _did_nothing(who: Crowd) -> tuple[float, float]:
    """Return the true silent shares: of the median post, and over the window."""
    did = who.liked | (who.replies > 0) | who.saved
    each = 1 - did.sum(axis=0) / who.met.sum(axis=0)
    return float(np.median(each)), float(1 - did.any(axis=1).sum() / who.met.any(axis=1).sum())


def _run(truth: float, low: float, high: float, *, told: bool = True) -> Run:
    if not told:
        return Run(truth, np.nan, np.nan, "cannot tell")
    return Run(truth, low - CLOSE, high + CLOSE, "bounded")


def bought_runs(who: Crowd, rng: np.random.Generator, broken: str) -> dict[str, Run]:
    """Ask who bought, step by step; a step that is refused gives no bound."""
    truth = float(who.units[who.visible].sum() / who.units.sum())
    evidence = crowd.evidence(who, broken, rng)
    rows, _ = bought.narrow(evidence, tightening.steps(THANKS, HUSH, [REACTED]))
    return {
        name: _run(truth, row.low, row.high, told=row.verdict == bought.USED)
        for name, row in zip(STEPS, rows, strict=True)
    }


def reader_runs(who: Crowd, rng: np.random.Generator) -> dict[str, Run]:
    """Ask who reads the newsletter and never answers."""
    truth = float((who.read & ~who.answered).sum() / who.lettered.sum())
    found = letters.silent_readers(crowd.newsletter(who, rng))
    return {LETTERS: _run(truth, found.low, found.high, told=not np.isnan(found.low))}


def share_runs(crowds: list[Crowd], rng: np.random.Generator) -> list[dict[str, Run]]:
    """Ask for the silent shares of several crowds at once, each on a platform of its own."""
    named = {f"crowd {place}": who for place, who in enumerate(crowds)}
    found: list[dict[str, Run]] = [{} for _ in crowds]
    for showings, suffix in ((False, ""), (True, ", by showings")):
        engagement = crowd.network(named, rng, showings=showings)
        for place, (name, window_) in enumerate(((POST, None), (WINDOW, ("", "")))):
            table = silent.silent_share(engagement, window=window_).table.set_index("platform")
            for who, runs, platform in zip(crowds, found, named, strict=True):
                ends = table.loc[platform, ["silent_low", "silent_high"]]
                runs[name + suffix] = _run(_did_nothing(who)[place], *ends)
    return found


def draw(broken: str, part: int) -> list[dict[str, Run]]:
    """Draw `PART` crowds and ask for every bound that the break concerns."""
    rngs = [np.random.default_rng([SEED, part, number]) for number in range(PART)]
    crowds = [crowd.draw(rng, broken) for rng in rngs]
    if broken == crowd.SHOWN:
        return share_runs(crowds, rngs[0])
    found = [bought_runs(who, rng, broken) for who, rng in zip(crowds, rngs, strict=True)]
    if broken == HOLDS:
        shares = share_runs(crowds, rngs[0])
        readers = [reader_runs(who, rng) for who, rng in zip(crowds, rngs, strict=True)]
        return [one | two | three for one, two, three in zip(found, shares, readers, strict=True)]
    return found


def _rows(broken: str, drawn: list[dict[str, Run]]) -> list[dict[str, object]]:
    names = [CONCERNED[broken]] if broken in CONCERNED else list(drawn[0])
    rows = []
    for name in names:
        figures = engine.summary([one[name] for one in drawn], is_null=False) | {"power": np.nan}
        rows.append({"world": broken, "bound": name, "holds": broken == HOLDS} | figures)
    return rows


def measure(worlds: int = WORLDS, broken: int = BROKEN) -> pd.DataFrame:
    """Return a row a bound where everything holds, then a row a break."""
    rows: list[dict[str, object]] = []
    for place, kind in enumerate((HOLDS, *crowd.BREAKS)):
        parts = (broken if place else worlds) // PART
        numbers = range(place * worlds, place * worlds + parts)
        rows += _rows(kind, [run for part in tqdm(numbers, desc=kind) for run in draw(kind, part)])
    return pd.DataFrame(rows).round(4)


def main() -> None:
    """Measure every bound and store the table."""
    engine.store(NAME, measure(), CODE)


if __name__ == "__main__":
    main()
