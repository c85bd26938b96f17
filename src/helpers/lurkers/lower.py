"""Lower ends: how many would react at the least, from the rarest counts, and no model fitted.

f1, f2, f3 … are the people seen once, twice, three times …; n are all people seen. Four
tools print four numbers under the name Chao1: here each row names its formula. A Chao
bound is a lower bound only where people seen once are not too many (passers-by, which
is *one-inflation*); the bound from f2 and f3 never looks at f1.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import norm

RARE = 10  # seen so often at most, in the abundance-based coverage estimator
Z = float(norm.ppf(0.975))


class Bound(NamedTuple):
    """A number of people who would react, its formula, standard error and 95 % interval."""

    name: str
    formula: str
    total: float
    error: float
    low: float
    high: float


def _bound(name: str, formula: str, seen: int, unseen: float, variance: float = np.nan) -> Bound:
    """Return a bound with the log-normal interval of Chao (1987, Biometrics 43:783)."""
    if not unseen > 0:
        return Bound(name, formula, seen + unseen, np.sqrt(variance), seen, seen + unseen)
    spread = np.exp(Z * np.sqrt(np.log1p(variance / unseen**2)))
    error = float(np.sqrt(variance))
    return Bound(
        name, formula, seen + unseen, error, seen + unseen / spread, seen + unseen * spread
    )


def _chao(name: str, formula: str, seen: int, once: int, twice: int, share: float) -> Bound:
    if not twice:
        bent = formula.replace("f1²/2f2", "f1(f1−1)/2, for want of f2")
        unseen = share * once * (once - 1) / 2
        variance = unseen + share**2 * once * (2 * once - 1) ** 2 / 4
        if unseen:
            variance -= share**2 * once**4 / 4 / (seen + unseen)
        return _bound(name, bent, seen, unseen, variance)
    ratio = once / twice
    variance = twice * (share * ratio**2 / 2 + share**2 * ratio**3 + share**2 * ratio**4 / 4)
    return _bound(name, formula, seen, share * once * ratio / 2, variance)


def _ichao(bound: Bound, once: int, twice: int, thrice: int, fourth: int) -> Bound:
    fourth = fourth or 1
    more = thrice / 4 / fourth * max(once - twice * thrice / 2 / fourth, 0)
    formula = f"{bound.formula} + f3/4f4 · max(f1 − f2f3/2f4, 0)"
    return Bound("iChao1", formula, bound.total + more, np.nan, np.nan, np.nan)


def two_three(frequencies: dict[int, int]) -> Bound:
    """Return the lower bound that people seen once have no part in.

    n + (2/9) f2³/f3² (Böhning, Kaskasamkul & van der Heijden 2019, Metrika 82:361).
    """
    formula, seen = "n + (2/9) f2³/f3²", sum(frequencies.values())
    twice, thrice = frequencies.get(2, 0), frequencies.get(3, 0)
    if not twice or not thrice:
        return Bound("(2,3)-count bound", formula, seen, np.nan, seen, np.nan)
    unseen = 2 / 9 * twice**3 / thrice**2
    variance = unseen**2 * (9 / twice + 4 / thrice)
    return _bound("(2,3)-count bound", formula, seen, unseen, variance)


def ace(frequencies: dict[int, int]) -> Bound:
    """Return the abundance-based coverage estimate (Chao & Lee 1992, JASA 87:210)."""
    formula = f"people seen {RARE} times at most are rare; Σ i(i−1) f_i for their unevenness"
    seen = sum(frequencies.values())
    rare = {times: n for times, n in frequencies.items() if times <= RARE}
    few, acts, once = sum(rare.values()), sum(k * n for k, n in rare.items()), rare.get(1, 0)
    if once == acts:
        return Bound("ACE", formula, np.inf, np.nan, np.nan, np.nan)
    covered = 1 - once / acts
    pairs = sum(k * (k - 1) * n for k, n in rare.items()) / acts / (acts - 1)
    uneven = max(few / covered * pairs - 1, 0)
    total = seen - few + few / covered + once / covered * uneven
    return Bound("ACE", formula, total, np.nan, np.nan, np.nan)


def zelterman(frequencies: dict[int, int]) -> Bound:
    """Return n / (1 − exp(−2 f2/f1)) (Zelterman 1988, J. Stat. Plan. Inference 18:225)."""
    once, twice = frequencies.get(1, 0), frequencies.get(2, 0)
    total = sum(frequencies.values()) / -np.expm1(-2 * twice / once) if once and twice else np.nan
    return Bound("Zelterman", "n / (1 − exp(−2f2/f1))", total, np.nan, np.nan, np.nan)


def by_post(seen: int, reactors: Sequence[int]) -> tuple[float, float]:
    """Return how many would react, and its standard error, when only posts differ (model Mt).

    The root N of 1 − n/N = Π (1 − n_j/N), with n_j people on post j (Darroch 1958, Biometrika
    45:343).
    """
    posts = np.asarray(reactors, dtype=float)

    def gap(log_unseen: float) -> float:
        total = seen + np.exp(log_unseen)
        return float(log_unseen - np.log(total) - np.log1p(-posts / total).sum())

    total = seen + np.exp(brentq(gap, np.log(1e-9 * seen), np.log(1e9 * seen), xtol=1e-12))
    missed = 1 / (1 - posts / total)
    return float(total), float(np.sqrt(total / (missed.prod() + len(posts) - 1 - missed.sum())))


def lower(frequencies: dict[int, int], occasions: int | None = None) -> pd.DataFrame:
    """List what the rarest counts say without a model.

    Parameters
    ----------
    frequencies : dict
        People seen exactly so many times: {times: people}.
    occasions : int, optional
        Posts that each person could react to, once each.

    Returns
    -------
    DataFrame
        A row an estimator: name, formula, total (people), error, low, high (95 %).
    """
    once, twice, thrice, fourth = (frequencies.get(times, 0) for times in range(1, 5))
    seen, acts = sum(frequencies.values()), sum(k * n for k, n in frequencies.items())
    trials, letter = (occasions, "T") if occasions else (acts, "S")
    small = f"n + ({letter}−1)/{letter} · f1²/2f2"
    classic = _chao("Chao1", "n + f1²/2f2", seen, once, twice, 1.0)
    corrected = once * (once - 1) / 2 / (twice + 1)
    rows = [
        classic,
        _chao("Chao1, small samples", small, seen, once, twice, (trials - 1) / trials),
        _bound("Chao1, bias-corrected", "n + f1(f1−1)/2(f2+1)", seen, corrected),
        _ichao(classic, once, twice, thrice, fourth),
        two_three(frequencies),
        ace(frequencies),
        zelterman(frequencies),
    ]
    return pd.DataFrame(rows, columns=list(Bound._fields))
