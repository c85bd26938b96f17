"""A little of the fuzz in every run of the tests; `make fuzz` does much more."""

from dataclasses import replace
from pathlib import Path

import pytest

from fuzz.campaign import run
from fuzz.oracle import Case, FindingError, outcome
from fuzz.samples import MARKERS, Sample, all_samples, header_of, of_format, planted
from helpers import formats, load, readers

FILES, SEED = 32, 7
SALES = "gumroad"
LENGTH = 20_000
LONG = [
    (text * LENGTH)[:LENGTH]
    for text in (
        *("a", "1", "-", ":", "/", "_", "@", "a.", "a@", "a-", "a:", "(a", "1,", "1/", "a ", "x "),
        *(" GMT", "share", "/video/", "activity:"),
    )
] + ["x" + " " * LENGTH + "y", "@" + "a." * LENGTH + " b", "https://" + "a." * LENGTH]


@pytest.mark.parametrize("name", [name for name in all_samples() if not name.startswith("real ")])
def test_damaged_files_are_loaded_set_aside_or_named(name: str) -> None:
    """Of 32 damaged files of each format none crashes, hangs, leaks or loses a row."""
    campaign = run(name, FILES, SEED)
    assert {} == campaign.findings
    assert campaign.counts.total() >= FILES
    assert campaign.counts["unknown"] < FILES * 0.7


@pytest.mark.parametrize("name", [name for name in all_samples() if not name.startswith("real ")])
def test_long_cells_cost_no_time(name: str) -> None:
    """Whatever long text stands in every column, no search takes time that grows as its square."""
    for sample in of_format(name):
        if sample.kind == "table":
            header = header_of(sample.grids[""])
            rows = sample.grids[""][: header + 2]
            long = [[text] * len(rows[header]) for text in LONG]
            assert outcome(Case(replace(sample, grids={"": rows + long}), "cells", ()))


def test_every_format_has_a_sample() -> None:
    """No format of the helpers is left out."""
    known = {form.name for form in formats.KNOWN}
    assert set() == known - set(all_samples())


def test_markers_are_planted_where_something_is_personal() -> None:
    """Cells of personal columns and texts under personal keys become markers; others stay."""
    grid = [["Buyer Name", "E-mail", "IP", "UTM source"], ["Ada", "a@example.org", "::ffff", "x"]]
    name, address, number, tag = planted(grid)[1]
    assert [MARKERS[1] in name.lower(), MARKERS[0] in address, MARKERS[2] == number] == [True] * 3
    assert "x" == tag


def sound(name: str) -> Sample:
    """Return a format's first table."""
    return next(sample for sample in of_format(name) if sample.kind == "table")


def found(case: Case) -> str:
    """Return what the oracle finds in one load."""
    with pytest.raises(FindingError) as finding:
        outcome(case)
    return str(finding.value)


def kept(words: str) -> Path:
    """Return the folder that a finding names."""
    return Path(words.rpartition("kept in ")[2])


def test_crash_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error without a name of its own is a finding, and its file is kept."""
    monkeypatch.setattr(readers, "documents", lambda _: 1 / 0)
    words = found(Case(sound(SALES), "cells", ()))
    assert "ZeroDivisionError" in words
    assert [sound(SALES).name] == [path.name for path in kept(words).rglob("*.*")]


def test_leaks_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name in a table, and an address in a message, are findings."""
    sample = sound(SALES)
    header, *rows = sample.grids[""]
    name, tag = header.index("Buyer Name"), header.index("UTM Source")
    leaking = [[*row[:tag], row[name], *row[tag + 1 :]] for row in rows if len(row) > tag]
    case = Case(replace(sample, format="leaking", grids={"": [header, *leaking]}), "cells", ())
    assert "'zebulon' in the table 'conversions'" in found(case)

    def refuse(*_: object) -> None:
        raise load.LoadError(f"no: {MARKERS[0]}1@example.org")

    monkeypatch.setattr(readers, "documents", refuse)
    assert "in the message" in found(Case(sample, "cells", ()))


def test_lost_rows_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that is neither kept nor set aside is a finding."""
    sample = sound(SALES)
    assert outcome(Case(sample, "cells", ())) in {"loaded", "partly"}
    real = readers.records

    def losing(*given: object) -> object:
        records = real(*given)
        return type(records)(records.rows.iloc[1:], records.reasons.iloc[1:])

    monkeypatch.setattr(readers, "records", losing)
    assert "rows read of" in found(Case(sample, "cells", ()))


def test_slow_loads_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A load that takes long is a finding."""
    monkeypatch.setattr("fuzz.oracle.SECONDS", 0.02)
    assert "s of the processor" in found(Case(sound(SALES), "cells", ()))
