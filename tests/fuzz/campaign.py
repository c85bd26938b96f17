"""The campaign: so many damaged files of one format, drawn by hypothesis from one seed."""

import faulthandler
import math
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, given, seed, settings

from fuzz.mutations import KINDS
from fuzz.oracle import Case, FindingError, outcome, outcomes
from fuzz.samples import Sample, of_format

BATCH, MOST_STEPS = 120, 3
HUNG = 1_800  # seconds of a whole batch, on a busy machine
NUMBERS = st.integers(0, 2**16)
STEP = st.tuples(st.integers(0, 59), NUMBERS, NUMBERS, NUMBERS)


@dataclass(frozen=True)
class Campaign:
    """The outcomes of so many files, what was found by its first words, and the seconds."""

    format: str
    counts: Counter[str] = field(default_factory=Counter)
    findings: dict[str, str] = field(default_factory=dict)
    seconds: float = 0


@st.composite
def batches(draw: st.DrawFn, samples: list[Sample], size: int) -> list[Case]:
    """Draw files to load together, all damaged in one way."""
    kind = draw(st.sampled_from(KINDS))
    steps = st.lists(STEP, min_size=1, max_size=MOST_STEPS)
    return [Case(draw(st.sampled_from(samples)), kind, tuple(draw(steps))) for _ in range(size)]


def smallest(case: Case) -> FindingError:
    """Return what is found with as few of a case's steps as bring it to light."""
    for count in range(len(case.steps) + 1):
        for steps in combinations(case.steps, count):
            try:
                outcome(Case(case.sample, case.kind, steps))
            except FindingError as finding:
                return finding
    raise AssertionError(f"{case} was found once and never again")


def run(name: str, files: int, start: int) -> Campaign:
    """Return what became of so many damaged files of a format; what hangs is ended."""
    samples, campaign, began = of_format(name), Campaign(name), time.perf_counter()
    size = min(BATCH, math.ceil(files / 4))

    @seed(start)
    @settings(
        max_examples=math.ceil(files / size) + 1,  # hypothesis begins with what it calls simplest
        phases=[Phase.generate],
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(batches(samples, size))
    def loads(cases: list[Case]) -> None:
        faulthandler.dump_traceback_later(HUNG, exit=True)
        try:
            campaign.counts.update(outcomes(cases, suspects))
        finally:
            faulthandler.cancel_dump_traceback_later()

    suspects: list[tuple[Case, FindingError]] = []
    loads()
    for case, finding in suspects:
        campaign.findings.setdefault(first_words(finding), str(smallest(case)))
    return Campaign(name, campaign.counts, campaign.findings, time.perf_counter() - began)


def first_words(finding: FindingError) -> str:
    """Return what a finding is, without where."""
    lines = str(finding).splitlines()
    return f"{lines[0][:60]} {next((line for line in lines[::-1] if 'Error' in line), '')[:60]}"
