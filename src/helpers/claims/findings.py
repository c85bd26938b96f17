"""Findings: what the tests of one claim say, its verdict, and all claims in one table."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.claims import crowds, likes, trials
from helpers.claims.estimates import Measure
from helpers.claims.fixed import Claim, Record, Test
from helpers.claims.sources import Read, read
from helpers.public import NoAddressError

VERDICTS = ("supported", "mixed", "contradicted", "not testable here")
MEASURES: dict[str, Callable[[Read], Measure]] = likes.MEASURES | trials.MEASURES | crowds.MEASURES
COLUMNS = ("test", "data", "rows", "found", "low", "high", "expected", "holds")
ASIDE, NO_DATA = "aside", "no data"


@dataclass(frozen=True, eq=False)
class Finding:
    """What public data say about one claim.

    Parameters
    ----------
    claim : Claim
        What was fixed before.
    verdict : str
        One of `VERDICTS`.
    results : DataFrame
        A row a test: test, data, rows, found, low, high, expected, holds (yes, no, unclear,
        aside, no data); missing numbers where there are no data.
    """

    claim: Claim
    verdict: str
    results: pd.DataFrame

    @property
    def table(self) -> pd.DataFrame:
        """Return the tests with numbers written out, then the records: found, expected, holds."""
        rows = [
            (row.test, _effect(test, row), test.expected, row.holds, row.data)
            for test, row in zip(self.claim.tests, self.results.itertuples(), strict=True)
        ]
        rows += [
            (one.what, one.found, "", f"on record: {one.holds}", one.source)
            for one in self.claim.records
        ]
        return pd.DataFrame(rows, columns=["asked", "found", "expected", "holds", "source"])

    @property
    def sentence(self) -> str:
        """Say the verdict, what each test that counts found, and what is on record against it."""
        said = f"**{self.verdict.capitalize()}.** The claim: {self.claim.statement}"
        counted = self.results[self.results["holds"] != ASIDE]
        if counted.empty:
            return f"{said} No data here could refute it, so none can support it."
        against = [one for one in self.claim.records if one.holds == "no"]
        beside = (
            f" On record elsewhere and against it: {'; '.join(_noted(against))}." if against else ""
        )
        held = (counted["holds"] == "yes").sum()
        return f"{said} {held} of {len(counted)} tests hold: {self.effect}.{beside}"

    @property
    def effect(self) -> str:
        """Return what each test that counts found, with its interval."""
        parts = [
            f"{row.test}: {_effect(test, row)}{_unless_held(row.holds)}"
            for test, row in zip(self.claim.tests, self.results.itertuples(), strict=True)
            if row.holds != ASIDE
        ]
        return "; ".join(parts)


def _unless_held(holds: str) -> str:
    return {"no": ", a no", "unclear": ", unclear"}.get(holds, "")


def _noted(records: list[Record]) -> list[str]:
    return [f"{one.what}, {one.found}" for one in records]


def _effect(test: Test, row: Any) -> str:
    if row.holds == NO_DATA:
        return NO_DATA
    if math.isnan(row.found):
        return "no estimate"
    value, low, high = map(test.written, (row.found, row.low, row.high))
    return f"{value} (95 % interval {low} to {high}; {row.rows:,} rows)"


def examine(claim: Claim, source: Read = read) -> Finding:
    """Run the tests of a claim on public data.

    Parameters
    ----------
    claim : Claim
        One of `fixed()`.
    source : callable, optional
        Takes a dataset and a file's name, and returns its table.

    Raises
    ------
    PublicError
        If a file cannot be fetched or is not the one that the registry names. A file that
        can only be made, and is not here, leaves its test without data.
    """
    rows = pd.DataFrame([_result(test, source) for test in claim.tests], columns=list(COLUMNS))
    return Finding(claim, _verdict(claim, set(rows["holds"])), rows)


def _result(test: Test, source: Read) -> tuple[object, ...]:
    try:
        found = MEASURES[test.measure](source)
    except NoAddressError:
        blank = (math.nan, math.nan, math.nan)
        return (test.asks, test.dataset, 0, *blank, test.expected, NO_DATA)
    holds = ASIDE if test.aside else test.holds(found.low, found.high)
    numbers = (found.rows, found.value, found.low, found.high)
    return (test.asks, test.dataset, *numbers, test.expected, holds)


def _verdict(claim: Claim, holds: set[str]) -> str:
    told = holds & {"yes", "no"}
    if not told:
        return "not testable here"
    if told == {"no"}:
        return "contradicted"
    whole = holds <= {"yes", ASIDE} and all(one.holds != "no" for one in claim.records)
    return "supported" if whole else "mixed"


def summary(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return a row a claim: its question, verdict, tests held, first effect, data."""
    rows = []
    for one in findings:
        counted = one.results[one.results["holds"] != ASIDE]
        held = f"{(counted['holds'] == 'yes').sum()} of {len(counted)}"
        first = one.table["found"].iloc[0] if len(counted) else "no data could refute it"
        data = ", ".join(dict.fromkeys(counted["data"])) or "none"
        rows.append((one.claim.question, one.verdict, held, first, data))
    columns = ["claim", "verdict", "tests held", "found by the first test", "data"]
    return pd.DataFrame(rows, columns=columns)
