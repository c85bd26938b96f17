"""The claims and their tests, as `data/claims.toml` fixes them before any result is shown."""

import tomllib
from dataclasses import dataclass
from typing import Any

from helpers import paths, public

FIXED = "data/claims.toml"
FORMS = {
    "share": (100, ".1f", " %"),
    "points": (100, "+.3f", ""),
    "rank": (1, ".3f", ""),
    "log": (1, "+.4f", ""),
    "times": (1, ".1f", ""),
}


@dataclass(frozen=True)
class Test:
    """One measure held against a bound; one that stands `aside` is shown and does not count."""

    __test__ = False  # its name is not for pytest

    measure: str
    asks: str
    says: str
    than: tuple[float, ...]
    form: str
    data: str
    aside: bool = False

    @property
    def dataset(self) -> str:
        """Return the name of the dataset in the registry."""
        return self.data.split("/")[0]

    def written(self, value: float) -> str:
        """Write a value of this test's measure with its unit."""
        factor, rule, unit = FORMS[self.form]
        return f"{format(factor * value, rule)}{unit}"

    @property
    def expected(self) -> str:
        """Say what the claim expects: "below 50 %"."""
        factor, _, unit = FORMS[self.form]
        return f"{self.says} {' and '.join(f'{factor * one:g}{unit}' for one in self.than)}"

    def holds(self, low: float, high: float) -> str:
        """Return whether an interval is where the claim says: yes, no or unclear."""
        least, most = {
            "below": (-float("inf"), self.than[0]),
            "above": (self.than[0], float("inf")),
            "between": (self.than[0], self.than[-1]),
        }[self.says]
        if least < low <= high < most:
            return "yes"
        return "no" if high <= least or low >= most else "unclear"


@dataclass(frozen=True)
class Record:
    """A result that was published or noted, and is not computed here."""

    what: str
    found: str
    holds: str
    source: str


@dataclass(frozen=True)
class Claim:
    """One claim of the essay as a statement that can fail."""

    key: str
    question: str
    statement: str
    refuted: str
    tests: tuple[Test, ...] = ()
    records: tuple[Record, ...] = ()

    @property
    def plan(self) -> str:
        """Say what is claimed, what would refute it and what it is held against."""
        asked = "; ".join(
            f"{one.asks}: {one.expected}{' (shown, not counted)' if one.aside else ''}"
            for one in self.tests
        )
        return (
            f"**Claim.** {self.statement} **It fails by** {self.refuted}. "
            f"**Tests fixed before:** {asked or 'none, for no data here could refute it'}."
        )


def fixed() -> list[Claim]:
    """Return the claims in their fixed order.

    Raises
    ------
    ValueError
        If a test names data that are simulated, which are no evidence, or not in the registry.
    """
    found = tomllib.loads((paths.root() / FIXED).read_text(encoding="utf-8"))["claim"]
    claims = [_claim(about) for about in found]
    known = public.registry()
    labels = {file.label for about in known.values() for file in about.files}
    for test in (test for claim in claims for test in claim.tests):
        if test.data not in labels or known[test.dataset].simulated:
            why = "is simulated" if test.data in labels else f"{public.REGISTRY} does not list"
            raise ValueError(
                f"{FIXED}: the test {test.measure!r} reads {test.data!r}, which {why}. Name a "
                f"file of data from the world."
            )
    return claims


def _claim(about: dict[str, Any]) -> Claim:
    tests = [one | {"than": tuple(one["than"])} for one in about.pop("tests", [])]
    records = about.pop("records", [])
    return Claim(
        tests=tuple(Test(**one) for one in tests),
        records=tuple(Record(**one) for one in records),
        **about,
    )
