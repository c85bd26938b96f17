"""Likes against lift: what tweets about open-source projects moved, by how much they were liked.

A *burst* is a run of tweets about one project, with the three days before and after it, and
up to five projects nobody tweeted about then, matched to it (Fang et al. 2022, ICSE). A burst's
*difference* is the change of log(1 + count) of the tweeted project less that of its matched
ones: about the share by which tweets moved the count. Matched, not randomised.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import optimize, stats

from helpers.lift.intervals import Z

COLUMNS = ("burst_id", "repo", "tweeted", "post", "likes", "google_hits", "release")
LIKES = {"0": (0, 0), "1–2": (1, 2), "3–9": (3, 9), "10+": (10, np.inf)}
DIGITS = 12  # to which differences that are equal are equal


class BurstError(ValueError):
    """The table is not one of bursts."""


class Estimate(NamedTuple):
    """One number with its standard error and 95 % interval."""

    value: float
    error: float
    low: float
    high: float


def _checked(bursts: pd.DataFrame, outcome: str) -> pd.DataFrame:
    missing = [name for name in (*COLUMNS, outcome) if name not in bursts.columns]
    if missing:
        raise BurstError(
            f"The bursts have no column {', '.join(map(repr, missing))}. Read "
            f"bursts_3day.csv.gz: a row a project, before and after a burst."
        )
    return bursts


def differences(bursts: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return each burst's likes and its difference of an outcome ("stars", "new_committers").

    Parameters
    ----------
    bursts : DataFrame
        A row a project and period of a burst: burst_id, repo, tweeted, post (after), likes,
        google_hits, release, and the outcome's count.
    outcome : str
        Column that was counted.

    Raises
    ------
    BurstError
        If a column is missing.
    """
    table = _checked(bursts, outcome).assign(count=np.log1p(bursts[outcome]))
    means = table.pivot_table(index="burst_id", columns=["tweeted", "post"], values="count")
    tweeted, matched = (means[some, True] - means[some, False] for some in (True, False))
    likes = table.groupby("burst_id")["likes"].first()
    return pd.DataFrame({"likes": likes, "difference": (tweeted - matched).round(DIGITS)})


def by_likes(bursts: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the mean difference of bursts by their likes, with 95 % intervals.

    Returns
    -------
    DataFrame
        A row a group of likes: likes (a range), bursts, difference, error, low, high.
    """
    each = differences(bursts, outcome)
    rows = []
    for name, (least, most) in LIKES.items():
        some = each.loc[each["likes"].between(least, most), "difference"]
        mean, error = some.mean(), some.sem()
        rows.append((name, len(some), mean, error, mean - Z * error, mean + Z * error))
    return pd.DataFrame(rows, columns=["likes", "bursts", "difference", "error", "low", "high"])


def ranked(bursts: pd.DataFrame, outcome: str) -> Estimate:
    """Return the rank correlation of a burst's likes with its difference (Bonett & Wright 2000)."""
    each = differences(bursts, outcome)
    value = float(stats.spearmanr(each["likes"], each["difference"]).statistic)
    error = np.sqrt((1 + value**2 / 2) / (len(each) - 3))
    low, high = np.tanh(np.arctanh(value) + np.array([-Z, Z]) * error)
    return Estimate(value, float(error), float(low), float(high))


def mixed(bursts: pd.DataFrame, outcome: str) -> Estimate:
    """Return what tweeting added, by a mixed model with an intercept a burst and period.

    Of the published model (Fang et al. 2022, table 2) it keeps after, tweeted, their product
    (the estimate), log web hits and releases after the burst, and the random intercept of a
    burst's period; maximum likelihood, the ratio of the two variances profiled.
    """
    table = _checked(bursts, outcome)
    after, tweeted = (table[name].to_numpy("float64") for name in ("post", "tweeted"))
    hits = np.log1p(table["google_hits"].to_numpy("float64")) * after
    columns = [np.ones(len(table)), after, tweeted, after * tweeted, hits, table["release"]]
    both = np.column_stack([*columns, np.log1p(table[outcome])]).astype("float64")
    period, _ = pd.factorize(table["burst_id"] * 2 + table["post"])
    sizes = np.bincount(period)
    sums = np.stack([np.bincount(period, column) for column in both.T], axis=1)
    total = both.T @ both

    def fitted(power: float) -> tuple[float, float, float]:
        ratio = np.exp(power)
        products = total - (sums * (ratio / (1 + sizes * ratio))[:, None]).T @ sums
        inverse = np.linalg.inv(products[:-1, :-1])
        found = inverse @ products[:-1, -1]
        scatter = (products[-1, -1] - products[:-1, -1] @ found) / len(both)
        likelihood = len(both) * np.log(scatter) + np.log1p(sizes * ratio).sum()
        return float(likelihood), float(found[3]), float(np.sqrt(inverse[3, 3] * scatter))

    best = optimize.minimize_scalar(
        lambda power: fitted(power)[0],
        bounds=(-12.0, 6.0),
        method="bounded",
        options={"xatol": 1e-8},
    )
    _, value, error = fitted(float(best.x))
    return Estimate(value, error, value - Z * error, value + Z * error)
