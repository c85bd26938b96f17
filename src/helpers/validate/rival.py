"""One package that others use, run on stored series by an interpreter of its own.

`python rival.py NAME SERIES ANSWERS` reads arrays written by `peers` and writes, for each
series, the low and high end of the ratio and the seconds that it took. It imports nothing of
ours, so that it runs where only the package is installed.
"""

import importlib
import sys
import time
import warnings
from typing import Any

import numpy as np
import pandas as pd

BEFORE = 200


def bsts(table: pd.DataFrame) -> tuple[float, float]:
    """Return the interval of bsts-causalimpact, with its defaults."""
    last = len(table) - 1
    package = importlib.import_module("causal_impact")
    found = package.CausalImpact(table, [0, BEFORE - 1], [BEFORE, last]).summary_stats
    mean = table.iloc[BEFORE:, 0].mean() - found["point_effect_mean"]
    return 1 + found["ci_lower"] / mean, 1 + found["ci_upper"] / mean


def causalimpact(table: pd.DataFrame) -> tuple[float, float]:
    """Return the interval of causalimpact (on statsmodels), with its defaults."""
    package = importlib.import_module("causalimpact")
    found = package.CausalImpact(table, [0, BEFORE - 1], [BEFORE, len(table) - 1])
    found.run()
    during = found.inferences.iloc[BEFORE:]
    ends = during[["cum_effect_lower", "cum_effect_upper"]].iloc[-1]
    low, high = sorted(1 + ends / during["point_pred"].sum())
    return low, high


def causalpy(table: pd.DataFrame) -> tuple[float, float]:
    """Return the interval of CausalPy's interrupted time series, a linear regression in PyMC."""
    package = importlib.import_module("causalpy")
    model = package.pymc_models.LinearRegression(sample_kwargs={"random_seed": 1})
    formula = f"sales ~ 1 + {' + '.join(table.columns.drop('sales'))}"
    found = package.InterruptedTimeSeries(table, BEFORE, formula=formula, model=model)
    counted = table["sales"].iloc[BEFORE:].sum()
    without = counted - found.post_impact.sum("obs_ind").to_numpy().ravel()
    low, high = counted / np.quantile(without, [0.975, 0.025])
    return float(low), float(high)


def twfe(table: pd.DataFrame) -> tuple[float, float]:
    """Return the interval of pyfixest's two-way fixed effects (Poisson), clustered by author."""
    package = importlib.import_module("pyfixest")
    fitted = package.fepois("sales ~ treated | author + date", table, vcov={"CRV1": "author"})
    low, high = fitted.confint().loc["treated"]
    return float(np.exp(low)), float(np.exp(high))


RIVALS = {
    "bsts-causalimpact": bsts,
    "causalimpact": causalimpact,
    "CausalPy": causalpy,
    "pyfixest TWFE": twfe,
}


def main(name: str, series: str, answers: str) -> None:
    """Answer every series of a file; NaN where the package fails."""
    with np.load(series, allow_pickle=False) as stored:
        columns, tables = [str(column) for column in stored["columns"]], stored["tables"]
    rows: list[Any] = []
    warnings.simplefilter("ignore")  # theirs, not ours
    for values in tables:
        began = time.perf_counter()
        try:
            ends = RIVALS[name](pd.DataFrame(values, columns=columns))
        except (ArithmeticError, LookupError, TypeError, ValueError):
            ends = (np.nan, np.nan)
        rows.append((*ends, time.perf_counter() - began))
    np.save(answers, np.array(rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
