"""The claims and their tests, as `data/claims.toml` fixes them before any result is shown."""

import tomllib
from dataclasses import dataclass

from helpers import paths

FIXED = "data/claims.toml"
FORMS = {
    "share": (100, ".1f", " %"),
    "points": (100, "+.3f", " points"),
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

    def written(self, value: float) -> str:
        """Write a value of this test's measure with its unit."""
        factor, rule, unit = FORMS[self.form]
        return f"{format(factor * value, rule)}{unit}"

    @property
    def expected(self) -> str:
        """Say what the claim expects: "below 50.0 %"."""
        return f"{self.says} {' and '.join(map(self.written, self.than))}"

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
    """Return the claims in their fixed order."""
    found = tomllib.loads((paths.root() / FIXED).read_text(encoding="utf-8"))["claim"]
    return [
        Claim(
            tests=tuple(_test(one) for one in about.pop("tests", [])),
            records=tuple(Record(**one) for one in about.pop("records", [])),
            **about,
        )
        for about in found
    ]


def _test(about: dict[str, object]) -> Test:
    than = about.pop("than")
    assert isinstance(than, list)
    return Test(than=tuple(map(float, than)), **about)  # type: ignore[arg-type]
