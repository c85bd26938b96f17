"""What trials on people say: buyers whom an advert or an e-mail made, and buyers it never met."""

import math

import pandas as pd
from scipy import stats

from helpers import lift
from helpers.claims.estimates import Measure, share
from helpers.claims.sources import Read

BOOKSTORE = ("bookstore_ads_rct", "data_choices_for_R.csv")
ADVERTS = {"purchased_203": (1, 2, 3), "purchased_303": (4, 5, 6)}
MAILS = (
    "hillstrom",
    "Kevin_Hillstrom_MineThatData_E-MailAnalytics_DataMiningChallenge_2008.03.20.csv",
)
UNMAILED = "No E-Mail"
TOO_UNEQUAL = 0.001  # probability of arms that unequal, below which they were not drawn so
BROKEN_WEEKS = (201325, 201401)  # in which Upworthy's arms were of unequal size (its erratum)


def _added(found: lift.Lift) -> Measure:
    """Return conversions added per person treated; nothing where the trial cannot tell."""
    people, treated = (int(rows["people"].sum()) for rows in (found.table, found.table[1:]))
    if found.verdict == "cannot tell":
        return Measure(math.nan, math.nan, math.nan, people)
    ends = (found.extra, found.extra_low, found.extra_high)
    value, low, high = (end / treated for end in ends)
    return Measure(value, low, high, people)


def _advert(source: Read, book: str) -> Measure:
    table = source(*BOOKSTORE)
    some = table[table["ad_condition"].isin([0, *ADVERTS[book]])]
    return _added(lift.from_trial(some, "ad_condition", book, allocation=None))


def _mailed(source: Read) -> Measure:
    return _added(lift.from_trial(source(*MAILS), "segment", "conversion", control=UNMAILED))


def _unreached(source: Read, book: str) -> Measure:
    table = source(*BOOKSTORE)
    buyers = table[table[book] == 1]
    return share((~buyers["ad_condition"].isin(ADVERTS[book])).sum(), len(buyers))


def _unmailed(source: Read) -> Measure:
    table = source(*MAILS)
    buyers = table[table["conversion"] == 1]
    return share((buyers["segment"] == UNMAILED).sum(), len(buyers))


def unequal_arms(arms: pd.DataFrame) -> pd.DataFrame:
    """Return how many headline tests have arms too unequal to have been drawn as equal.

    Parameters
    ----------
    arms : DataFrame
        A row an arm of Upworthy's archive: clickability_test_id, test_week, impressions.

    Returns
    -------
    DataFrame
        A row a period: weeks, tests, unequal (share with p < .001; chi-square for equal arms).
    """
    tests = arms.groupby("clickability_test_id").agg(
        week=("test_week", "first"),
        arms=("impressions", "size"),
        total=("impressions", "sum"),
        squares=("impressions", lambda counts: (counts**2).sum()),
    )
    tests = tests[tests["arms"] > 1]
    distance = tests["squares"] * tests["arms"] / tests["total"] - tests["total"]
    unequal = pd.Series(stats.chi2.sf(distance, tests["arms"] - 1), tests.index) < TOO_UNEQUAL
    inside = tests["week"].between(*BROKEN_WEEKS)
    first, last = BROKEN_WEEKS
    names = inside.map({True: f"{first} to {last}", False: "all others"})
    table = unequal.groupby(names).agg(["size", "mean"]).rename_axis("weeks").reset_index()
    return table.rename(columns={"size": "tests", "mean": "unequal"})


MEASURES = {
    "bookstore_203": lambda source: _advert(source, "purchased_203"),
    "bookstore_303": lambda source: _advert(source, "purchased_303"),
    "newsletter": _mailed,
    "unreached_203": lambda source: _unreached(source, "purchased_203"),
    "unreached_303": lambda source: _unreached(source, "purchased_303"),
    "unmailed": _unmailed,
}
