"""How often `unseen` is right, in audiences whose number is known.

A run is *accepted* when its verdict is "estimate". Beside it, on the same draws, stand the
family that is true, fitted alone, and the *rule* to beat: the union of the intervals of the
usual families that fit, are finite and lie within 4 of the best criterion. *Excluded* is how
often an interval misses the truth, lower bounds that are too high among them.

What cannot be helped: where the first reaction doubles the chance of more, nothing in the
counts tells people who react so from people who react more often. And people all alike with
passers-by look like a log-normal with any number unseen: that is refused.
"""

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count
from typing import NamedTuple

import numpy as np
import pandas as pd
from tqdm import tqdm

from helpers.lurkers import averages, climbs, counts, families, profiles, rates
from helpers.lurkers.averages import FIT
from helpers.lurkers.lower import two_three
from helpers.lurkers.unseen import unseen
from helpers.validate import audiences, engine
from helpers.validate.audiences import (
    BETA,
    CLASSES,
    EVERY,
    FIRST,
    GAMMA,
    LOGNORMAL,
    SAME,
    Audience,
    draw,
)

NAME = "unseen"
REPLICATES, SEED, PART = 300, 20250101, 25
RULE_CLOSE = 4.0
CODE = (
    *(rates, families, climbs, profiles, counts, averages),
    *(sys.modules[each.__module__] for each in (two_three, unseen)),
    *(audiences, engine, sys.modules[__name__]),
)
NB, ONE = "negative binomial", "one-inflated "


class Draw(NamedTuple):
    """One draw: the truth, the answer, the true family alone, and the rule to beat."""

    truth: int
    accepted: bool
    low: float
    high: float
    model_low: float
    model_high: float
    rule_low: float
    rule_high: float


def cells() -> list[Audience]:
    """Return the audiences of the stored table."""
    return [
        Audience("few people", GAMMA, 100, 60, 3.0, 1.0, true_model=NB),
        Audience("gamma", GAMMA, 1_000, 60, 2.0, 1.0, true_model=NB),
        Audience("gamma", GAMMA, 10_000, 60, 1.5, 0.7, true_model=NB),
        Audience("gamma, sparse", GAMMA, 100_000, 60, 0.5, 0.7, true_model=NB),
        Audience("gamma, many people", GAMMA, 10_000_000, 60, 1.0, 0.7, true_model=NB),
        Audience("gamma, many posts", GAMMA, 10_000, 500, 6.0, 0.6, true_model=NB),
        Audience("log-normal", LOGNORMAL, 1_000, 60, 2.0, 1.0, true_model=LOGNORMAL),
        Audience("log-normal", LOGNORMAL, 10_000, 60, 1.5, 1.0, true_model=LOGNORMAL),
        Audience("log-normal", LOGNORMAL, 1_000_000, 60, 1.5, 1.3, true_model=LOGNORMAL),
        Audience("log-normal", LOGNORMAL, 10_000, 30, 2.0, 1.0, "posts", true_model=LOGNORMAL),
        Audience("all alike", SAME, 1_000, 60, 1.5, true_model="Poisson"),
        Audience("all alike", SAME, 10_000, 60, 1.0, true_model="Poisson"),
        Audience("all alike, few posts", SAME, 10_000, 5, 1.0, told="posts", true_model="binomial"),
        Audience("two classes", CLASSES, 1_000, 60, 1.5, true_model=CLASSES),
        Audience("two classes", CLASSES, 10_000, 60, 1.5, true_model=CLASSES),
        Audience("two classes", CLASSES, 1_000_000, 60, 1.5, true_model=CLASSES),
        Audience("beta, few posts", BETA, 10_000, 5, 1.0, 3.0, "posts", true_model="beta-binomial"),
        Audience("beta", BETA, 1_000, 20, 2.0, 12.0, "posts", true_model="beta-binomial"),
        Audience("passers-by", GAMMA, 1_000, 60, 2.0, 1.0, passers=0.05, true_model=ONE + NB),
        Audience("passers-by", GAMMA, 10_000, 60, 1.5, 0.7, passers=0.2, true_model=ONE + NB),
        Audience("passers-by", SAME, 10_000, 60, 1.5, passers=0.2, true_model=ONE + "Poisson"),
        Audience("passers-by", LOGNORMAL, 10_000, 60, 2.0, 0.8, passers=0.2,
                 true_model=ONE + LOGNORMAL),
        Audience("passers-by", CLASSES, 10_000, 60, 2.0, passers=0.2),
        Audience("bots", GAMMA, 10_000, 60, 1.5, 0.7, bots=0.001),
        Audience("bots", GAMMA, 10_000, 60, 1.5, 0.7, bots=0.01),
        Audience("bots, passers-by", LOGNORMAL, 10_000, 60, 2.0, 0.8, passers=0.1, bots=0.01),
        Audience("unequal posts", GAMMA, 10_000, 60, 2.0, 0.8, "reactors", virality=1.0,
                 true_model=GAMMA),
        Audience("unequal posts", SAME, 10_000, 60, 1.5, 0.0, "reactors", virality=1.0,
                 true_model="Poisson-binomial"),
        Audience("habit", SAME, 10_000, 60, 1.0, told="posts", habit=EVERY),
        Audience("habit", CLASSES, 10_000, 60, 1.0, told="posts", habit=EVERY),
        Audience("habit, at once", SAME, 10_000, 60, 1.0, told="posts", habit=FIRST),
    ]  # fmt: skip


def replicate(audience: Audience, rng: np.random.Generator) -> Draw:
    """Draw an audience once and say what was found."""
    frequencies, told, truth = draw(audience, rng)
    found = unseen(frequencies, told)
    table = found.table
    true = table[table["model"] == audience.true_model]
    usual = ~table["model"].str.startswith(ONE) & (table["model"] != CLASSES)
    fits = table[usual & (table["p_value"] >= FIT) & np.isfinite(table["high"])]
    fits = fits[fits["aic"] <= fits["aic"].min() + RULE_CLOSE]
    return Draw(
        truth,
        found.verdict == "estimate",
        found.low,
        found.high,
        true["low"].min(),
        true["high"].max(),
        fits["low"].min(),
        fits["high"].max(),
    )


def _part(task: tuple[Audience, int, int]) -> list[Draw]:
    audience, number, part = task
    rng = np.random.default_rng([SEED, number, part])
    return [replicate(audience, rng) for _ in range(PART)]


def _share(table: pd.DataFrame, low: str, high: str) -> float:
    return float(table["truth"].between(table[low], table[high]).mean())


def _ratio(table: pd.DataFrame, low: str, high: str) -> float:
    """Return the median width ÷ that of the true family alone, on the same draws."""
    wide = float((table[high] - table[low]).median())
    alone = float((table["model_high"] - table["model_low"]).median())
    return wide / alone


def summary(runs: Sequence[Draw]) -> dict[str, float]:
    """Return how often the runs of one audience were right, refused and finite."""
    table = pd.DataFrame(runs)
    accepted, ruled = table[table["accepted"]], table[table["rule_low"].notna()]
    known = table["model_low"].notna().any()
    return {
        "truth": float(table["truth"].mean()),
        "replicates": len(table),
        "coverage": _share(accepted, "low", "high"),
        "refused": 1 - float(table["accepted"].mean()),
        "finite": float(np.isfinite(accepted["high"]).mean()),
        "excluded": 1 - _share(table, "low", "high"),
        "median_width": float((accepted["high"] - accepted["low"]).median()),
        "model_coverage": _share(table, "model_low", "model_high") if known else np.nan,
        "width_of_model": _ratio(accepted, "low", "high"),
        "rule_coverage": _share(ruled, "rule_low", "rule_high"),
        "rule_refused": 1 - len(ruled) / len(table),
        "rule_width_of_model": _ratio(ruled, "rule_low", "rule_high"),
    }


def measured(replicates: int = REPLICATES, workers: int | None = None) -> pd.DataFrame:
    """Measure every audience: a row each, its fields, then its `summary`."""
    rows = []
    with ProcessPoolExecutor(workers or cpu_count()) as pool:
        for number, audience in enumerate(tqdm(cells(), unit="audience")):
            tasks = [(audience, number, part) for part in range(replicates // PART)]
            runs = [one for part in pool.map(_part, tasks) for one in part]
            rows.append({**audience._asdict(), **summary(runs)})
    return pd.DataFrame(rows).round(4)


def main() -> None:
    """Measure every audience and store the figures."""
    engine.store(NAME, measured(), CODE)


if __name__ == "__main__":
    main()
