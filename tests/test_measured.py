"""The stored figures on the methods: shown in words, and refused when they are stale."""

import pandas as pd
import pytest

from helpers import measured, validate


def test_what_was_measured_is_shown_a_row_a_world():
    """Every stored world has its coverage, and its false alarms or its power."""
    table = measured.lift()
    assert len(validate.cells()) == len(table)
    assert table["coverage"].between(0, 1).all()
    assert (table["false alarms"].isna() ^ table["lifts found"].isna()).all()


def test_the_sentence_keeps_worlds_apart_where_the_assumption_fails():
    """Ranges, not averages: the worst world of either kind is in the sentence."""
    worlds = [validate.RANDOM, validate.WEEKLY, validate.FOLLOWS, validate.NEWS]
    table = pd.DataFrame(
        {
            "world": worlds,
            "coverage": [0.91, 0.97, 0.53, 0.82],
            "false alarms": [0.004, None, None, 0.065],
        }
    )
    assert (
        "Where the assumption holds (2 simulated worlds), the 95 % interval held the truth in "
        "91 % to 97 % of the draws, and a lift was declared where there was none in 0.4 %. "
        "Where it fails, because something else drives both posting and conversions "
        "(2 simulated worlds), the 95 % interval held the truth in 53 % to 82 % of the draws, "
        "and a lift was declared where there was none in 6.5 %." == measured.sentence(table)
    )


@pytest.mark.parametrize("stale", [True, False])
def test_stale_or_missing_figures_are_refused(monkeypatch, tmp_path, stale):
    """Figures of other code are not shown as this code's."""
    if stale:
        monkeypatch.setattr(validate, "code", lambda: "other")
    else:
        monkeypatch.setattr(measured.paths, "root", lambda: tmp_path)
    with pytest.raises(measured.StaleError) as refusal:
        measured.lift()
    assert (
        "data/validation/lift.csv is missing, or was made by other code than the code that is "
        "here. Run `make validate`, which takes a while, and look at the figures again."
        == str(refusal.value)
    )
