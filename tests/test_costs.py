"""Costs: growth by hand, the sentence, the refusals, and what is stored."""

from pathlib import Path

import pandas as pd
import pytest

from helpers import costs
from helpers.costs import CostError, Costs
from helpers.plots.costs import growth

LINES = [
    ("notebooks", "batch", 4, 20.0, 30.0, 300.0),
    ("notebooks", "batch", 40, 100.0, 300.0, 300.0),
    ("notebooks", "papermill", 4, 140.0, 140.0, 150.0),
    ("notebooks", "papermill", 12, 420.0, 420.0, 150.0),
    ("people", "ibis", 1_000_000, 1.0, 9.0, 1_024.0),
    ("posts", "ibis", 1_000_000, 1.0, 9.0, 2_048.0),
    ("people", "ibis", 100_000_000, 50.0, 9.0, 2_048.0),
    ("posts", "ibis", 100_000_000, 150.0, 9.0, 1_024.0),
    ("people", "sql in 2 GB", 1_000_000, 1.0, 9.0, 1_024.0),
    ("people", "sql in 2 GB", 100_000_000, 100.0, 9.0, 1_024.0),
    ("people", "pandas", 1_000_000, 4.0, 9.0, 1_024.0),
    ("people", "pandas", 100_000_000, 1_600.0, 9.0, 8_192.0),
]


@pytest.fixture
def found() -> Costs:
    """Return costs that can be reckoned by hand."""
    return Costs(pd.DataFrame(LINES, columns=list(costs.COLUMNS)), "Linux, 2 cores")


def test_growth_by_hand(found: Costs) -> None:
    """CPU-seconds for ten times the authors, seconds for a hundred times the events."""
    grown = {way: round(found.growth(way), 6) for way in costs.NAMES}
    assert {"batch": 10, "papermill": 10, "ibis": 10, "sql in 2 GB": 10, "pandas": 20} == grown


def test_the_sentence_says_what_the_most_cost(found: Costs) -> None:
    """Each count's seconds are added up, peaks are not; the figure says the same."""
    said = (
        "Measured on Linux, 2 cores. A batch of 40 authors took 1.5 CPU-seconds a notebook, pages "
        "and PDFs included; papermill's command line, which makes none, 7.0 with 12 authors. Ten "
        "times the authors cost a batch 10.0 times as much. Counting 100,000,000 events by person, "
        "by frequency and by post took 200 seconds and at most 2.0 GB; pandas took 1,600 and 8.0 "
        "GB. Ten times the events cost 10 times as much, by SQL written by hand 10, by pandas 20."
    )
    assert said == found.sentence
    assert said == growth(found).get_label()


def test_a_way_that_was_measured_once_has_no_growth(found: Costs) -> None:
    """One size draws no line."""
    table = found.table[found.table["size"] != 12]
    with pytest.raises(CostError) as refusal:
        Costs(table, found.machine).growth("papermill")
    assert "data/costs.csv has 1 size(s) of 'papermill'. Run `make growth`." == str(refusal.value)


def test_costs_that_are_not_stored_are_refused(tmp_path: Path) -> None:
    """The message says how to measure them."""
    with pytest.raises(CostError) as refusal:
        costs.read(tmp_path)
    assert "There is no data/costs.csv. Run `make growth`, which takes 20 minutes." == str(
        refusal.value
    )


def test_what_is_stored_is_every_count_of_every_way() -> None:
    """Three counts of three sizes in three ways; batches of up to 40 authors."""
    table = costs.read().table
    events = table[table["what"] != costs.NOTEBOOKS]
    assert list(costs.COLUMNS) == list(table.columns)
    assert 27 == len(events) == len(events.drop_duplicates(["what", "way", "size"]))
    assert 40 == table.loc[table["way"] == costs.BATCH, "size"].max()
    assert (table[["seconds", "cpu_seconds", "peak_mb"]] > 0).all(axis=None)
