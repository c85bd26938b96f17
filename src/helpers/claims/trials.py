"""What trials on people say: buyers whom an advert or an e-mail made, and buyers it never met."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from scipy import stats

from helpers import lift
from helpers.claims.estimates import Measure, share
from helpers.claims.sources import Read, read
from helpers.public import NoAddressError
from helpers.wording import percent

BOOKSTORE = ("bookstore_ads_rct", "data_choices_for_R.csv")
ADVERTS = {"purchased_203": (1, 2, 3), "purchased_303": (4, 5, 6)}
MAILS = (
    "hillstrom",
    "Kevin_Hillstrom_MineThatData_E-MailAnalytics_DataMiningChallenge_2008.03.20.csv",
)
HEADLINES = ("upworthy", "upworthy_clean.parquet")
UNMAILED = "No E-Mail"
TOO_UNEQUAL = 0.001  # probability of arms that unequal, below which they were not drawn so
BROKEN_WEEKS = (201325, 201401)  # in which Upworthy's arms were of unequal size (its erratum)


@dataclass(frozen=True, eq=False)
class Arms:
    """Whether arms were drawn as said: a row a period (weeks, tests, unequal), a sentence."""

    table: pd.DataFrame
    sentence: str


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


def unequal_arms(source: Read = read) -> Arms:
    """Count the headline tests whose arms are too unequal to have been drawn as equal.

    Raises
    ------
    PublicError
        If the archive's file is not the one that the registry names.
    """
    try:
        arms = source(*HEADLINES)
    except NoAddressError as error:
        return Arms(pd.DataFrame(), f"Cannot tell whether the arms were drawn as said: {error}")
    tests = arms.groupby("clickability_test_id").agg(
        week=("test_week", "first"), arms=("impressions", "size"), total=("impressions", "sum")
    )
    squares = (arms["impressions"] ** 2).groupby(arms["clickability_test_id"]).sum()
    distance = squares * tests["arms"] / tests["total"] - tests["total"]
    unlikely = pd.Series(stats.chi2.sf(distance, tests["arms"] - 1), tests.index) < TOO_UNEQUAL
    inside = tests["week"].between(*BROKEN_WEEKS)[tests["arms"] > 1]
    first, last = BROKEN_WEEKS
    names = inside.map({True: f"from week {first} to {last}", False: "before and after"})
    table = unlikely[inside.index].groupby(names).agg(["size", "mean"]).reset_index()
    table = table.set_axis(["weeks", "tests", "unequal"], axis="columns")
    return Arms(table, _unequal(arms, table))


def _unequal(arms: pd.DataFrame, table: pd.DataFrame) -> str:
    seen, clicks = int(arms["impressions"].sum()), int(arms["clicks"].sum())
    said = " and ".join(
        f"{percent(row.unequal, 1)} of {row.tests:,} {row.weeks}" for row in table.itertuples()
    )
    return (
        f"In {arms['clickability_test_id'].nunique():,} headline tests ({len(arms):,} arms, "
        f"{seen:,} impressions, {clicks:,} clicks, {percent(clicks / seen, 2)}) arms are too "
        f"unequal to have been drawn as equal in {said} (p < {TOO_UNEQUAL:g})."
    )


MEASURES: dict[str, Callable[[Read], Measure]] = {
    "bookstore_203": lambda source: _advert(source, "purchased_203"),
    "bookstore_303": lambda source: _advert(source, "purchased_303"),
    "newsletter": _mailed,
    "unreached_203": lambda source: _unreached(source, "purchased_203"),
    "unreached_303": lambda source: _unreached(source, "purchased_303"),
    "unmailed": _unmailed,
}
