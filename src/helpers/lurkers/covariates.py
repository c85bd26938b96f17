"""Covariates: would-react people where what is known of each person bears on how often.

Three regressions: zero-truncated Poisson (all counts), generalised Chao (people seen once
or twice; Böhning et al. 2013, Biometrics 69:1033), and Zelterman (fitted on the same two,
summed over all; Böhning & van der Heijden 2009, Ann. Appl. Stat. 3:595). Standard errors
add the chance of being seen at all to the uncertainty of the coefficients.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
import statsmodels.api as sm
from pandas.api.types import is_numeric_dtype
from scipy.stats import norm
from statsmodels.discrete.truncated_model import TruncatedLFPoisson

from helpers.lurkers.bounds import LurkersError
from helpers.lurkers.rates import Array

POISSON, CHAO, ZELTERMAN = "zero-truncated Poisson", "generalised Chao", "Zelterman"
MODELS = (POISSON, CHAO, ZELTERMAN)
Z = float(norm.ppf(0.975))


@dataclass(frozen=True)
class WithCovariates:
    """People who would react, by a regression on what is known of those seen.

    Parameters
    ----------
    seen : int
        People seen.
    total, error, low, high : float
        People who would react, its standard error, and a normal 95 % interval.
    model : str
        One of `MODELS`; "generalised Chao" is a lower bound.
    coefficients : DataFrame
        A row a term: coefficient, error; on the logarithm of the rate (or of half of it).
    """

    seen: int
    total: float
    error: float
    low: float
    high: float
    model: str
    coefficients: pd.DataFrame = field(repr=False)

    @property
    def sentence(self) -> str:
        """Say how many would react, by which model, and who is not in it."""
        at_least = "at least " if self.model == CHAO else ""
        return (
            f"{self.seen:,} people were seen; {at_least}{self.total:,.0f} would react sooner or "
            f"later (95 % interval {self.low:,.0f} to {self.high:,.0f}; {self.model} with what is "
            f"known of each). People who never react are not in it."
        )


class _Part(NamedTuple):
    """What one person seen stands for, its slope in the linear predictor, its variance."""

    weight: Array
    slope: Array
    variance: Array


def _truncated(rate: Array, _: Array) -> _Part:
    seen = -np.expm1(-rate)
    slope = -rate * np.exp(-rate) / seen**2
    return _Part(1 / seen, slope, np.exp(-rate) / seen**2)


def _once_or_twice(rate: Array, counts: Array) -> _Part:
    used, pair = counts <= 2, rate + rate**2 / 2
    chance = pair * np.exp(-rate)
    weight = np.where(used, 1 + 1 / pair, 1)
    variance = (1 - chance) * (1 + 1 / pair) ** 2
    return _Part(weight, -(rate + rate**2) / pair**2 * used, used * variance)


_PARTS: dict[str, Callable[[Array, Array], _Part]] = {
    POISSON: _truncated,
    CHAO: _once_or_twice,
    ZELTERMAN: _truncated,
}


def _design(people: pd.DataFrame, covariates: Sequence[str]) -> pd.DataFrame:
    """Return numbers as they are and words as one column a level but the first."""
    chosen = people[list(covariates)].assign(constant=1.0)[["constant", *covariates]]
    words = [name for name in covariates if not is_numeric_dtype(chosen[name])]
    design = pd.get_dummies(chosen, columns=words, drop_first=True, dtype=float)
    return design.astype(float).reset_index(drop=True)


def _fit(model: str, counts: Array, design: pd.DataFrame) -> tuple[Array, Array, Array]:
    """Return coefficients, their covariance, and each person's rate."""
    if model == POISSON:
        fitted = TruncatedLFPoisson(counts, design).fit(method="newton", maxiter=100, disp=0)
        factor = 1.0
    else:
        used = counts <= 2
        twice = sm.GLM(counts[used] == 2, design[used], family=sm.families.Binomial())
        fitted, factor = twice.fit(tol=1e-12), 2.0
    values = np.asarray(fitted.params)
    return values, np.asarray(fitted.cov_params()), factor * np.exp(design.to_numpy() @ values)


def with_covariates(
    people: pd.DataFrame, count: str, covariates: Sequence[str] = (), model: str = POISSON
) -> WithCovariates:
    """Estimate how many would react from a table of the people seen.

    Parameters
    ----------
    people : DataFrame
        A row a person seen.
    count : str
        The column of whole numbers of 1 or more: how often each was seen.
    covariates : sequence of str
        Columns known of each: numbers, or words of a few levels.
    model : str
        One of `MODELS`.

    Raises
    ------
    LurkersError
        If there is no such model or column, or counts are not whole numbers of 1 or more.
    """
    _check(people, count, covariates, model)
    counts = people[count].to_numpy(dtype=float)
    design = _design(people, covariates)
    values, covariance, rate = _fit(model, counts, design)
    part = _PARTS[model](rate, counts)
    slope = design.to_numpy().T @ part.slope
    total = float(part.weight.sum())
    error = float(np.sqrt(slope @ covariance @ slope + part.variance.sum()))
    errors = np.sqrt(np.diag(covariance))
    terms = pd.DataFrame({"term": design.columns, "coefficient": values, "error": errors})
    seen = len(people)
    low, high = max(total - Z * error, seen), total + Z * error
    return WithCovariates(seen, total, error, low, high, model, terms)


def _check(people: pd.DataFrame, count: str, covariates: Sequence[str], model: str) -> None:
    if model not in MODELS:
        raise LurkersError(f"There is no model {model!r}. Name one of: {', '.join(MODELS)}.")
    missing = [name for name in (count, *covariates) if name not in people]
    if missing:
        raise LurkersError(
            f"There is no column {missing[0]!r}. The columns are: {', '.join(people)}."
        )
    counts = people[count]
    whole = is_numeric_dtype(counts) and ((counts >= 1) & (counts % 1 == 0)).all()
    if not whole or counts.empty:
        raise LurkersError(
            f"The column {count!r} must hold whole numbers of 1 or more, a row a person seen. "
            f"Leave out people who were never seen, and fill in what is missing."
        )
    if model != POISSON and not {1, 2} <= set(counts):
        raise LurkersError(f"{model} needs people seen once and people seen twice: one is missing.")
