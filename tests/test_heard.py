"""What buyers say, corrected; and followers checked by hand: figures, coverage, refusals."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers import lurkers
from helpers.lurkers import LurkersError
from helpers.lurkers.recall import Chance, corrected

SILENT, OTHER, RADIO = "I read it and never reacted", "A friend told me", "On the radio"
TRUTH, SE, SP = 0.4, 0.6, 0.9


def survey(silent, other, phantom=0):
    """Return a survey of so many answers of each sort."""
    answers = [SILENT] * silent + [OTHER] * other + [RADIO] * phantom
    return pd.DataFrame(
        {"person_id": None, "answer": answers, "phantom": [one == RADIO for one in answers]}
    )


def test_the_published_example_is_corrected_exactly():
    """Truth 40 %, Se .6, Sp .9: 30 % tick it, and 30 % corrected is 40 %."""
    assert TRUTH * SE + (1 - TRUTH) * (1 - SP) == pytest.approx(0.3)
    found = lurkers.heard_from((81, 270), SE, SP)
    assert [0.3, TRUTH] == pytest.approx(found.table["share"].to_list())
    assert found.low < TRUTH < found.high


def test_the_sentence_says_what_was_ticked_and_what_is_behind_it():
    """Both shares, the interval, and the assumption that is made of those who kept silent."""
    found = lurkers.heard_from((81, 270), SE, SP)
    assert (
        "30 % of the 270 buyers who answered ticked that they had heard silently; corrected for "
        "false recall (10 % tick what is not true) that is 40 % (95 % interval 30 % to 51 %), if "
        "whoever did not answer is like those who did." == found.sentence
    )
    assert "estimated" == found.status


def draws(se_trials, sp_trials, answers=270, runs=2000):
    """Yield (ticks, Se, Sp) of surveys whose truth is 40 %."""
    rng = np.random.default_rng(4)
    for _ in range(runs):
        ticks = rng.binomial(answers, TRUTH * SE + (1 - TRUTH) * (1 - SP))
        se = Chance(rng.binomial(se_trials, SE) / se_trials, se_trials) if se_trials else None
        sp = Chance(rng.binomial(sp_trials, SP) / sp_trials, sp_trials) if sp_trials else None
        yield int(ticks), se or Chance(SE, np.inf), sp or Chance(SP, np.inf)


def share_held(intervals):
    """Return how often the truth was inside."""
    return np.mean([low <= TRUTH <= high for _, low, high in intervals])


def test_what_was_ticked_hardly_ever_covers():
    """The naive interval around 30 % covers the truth of 40 % about one time in twenty."""
    found = [
        lurkers.heard_from((ticks, 270), 1.0, 1.0).table.iloc[0]
        for ticks, *_ in draws(0, 0, runs=200)
    ]
    assert np.mean([row["low"] <= TRUTH <= row["high"] for row in found]) < 0.12


@pytest.mark.parametrize("trials", [0, 60, 200])
def test_corrected_intervals_cover(trials):
    """With Se and Sp known, or measured on so many people: .94 at least."""
    held = share_held([corrected(t, 270, se, sp) for t, se, sp in draws(trials, trials)])
    assert 0.935 < held < 0.985


def test_ignoring_that_se_and_sp_were_measured_covers_too_seldom():
    """Taken as known although measured on 100 people each: well under .95."""
    found = [
        corrected(t, 270, Chance(se.value, np.inf), Chance(sp.value, np.inf))
        for t, se, sp in draws(100, 100)
    ]
    assert share_held(found) < 0.88


def test_the_phantom_option_measures_what_is_ticked_falsely():
    """20 of 200 tick what cannot be true, 80 tick silence: (.4 - .1) / (.6 - .1) = .6."""
    found = lurkers.heard_from(survey(80, 100, 20), SE, options=[SILENT])
    assert 0.6 == pytest.approx(found.table["share"].iloc[1])
    assert "(10 % tick what is not true)" in found.sentence


def test_the_phantom_of_the_same_answers_covers():
    """Ticks of the phantom and of silence exclude each other: the interval knows it."""
    rng, held = np.random.default_rng(5), 0
    for _ in range(2000):
        u, true = rng.random(270), rng.random(270) < TRUTH
        ticks, phantoms = int((u < np.where(true, SE, 1 - SP)).sum()), int((u > SP).sum())
        se = Chance(rng.binomial(100, SE) / 100, 100)
        _, low, high = corrected(ticks, 270, se, Chance(1 - phantoms / 270, 270), shared=True)
        held += low <= TRUTH <= high
    assert 0.94 < held / 2000 < 0.99


def test_whoever_did_not_answer_may_have_heard_silently_or_not():
    """270 of 540 answered: half of the answer is open, and the assumption about them is gone."""
    plain = lurkers.heard_from((81, 270), SE, SP)
    asked = lurkers.heard_from((81, 270), SE, SP, asked=540)
    assert (plain.low / 2, plain.high / 2 + 0.5) == pytest.approx((asked.low, asked.high))
    assert ("bounded", "false recall is as likely for every option that is not true") == (
        asked.status,
        asked.assumption,
    )
    assert asked.sentence.endswith(
        "Of all 540 who were asked it is 15 % to 76 %, whatever those would have said who did "
        "not answer."
    )


def test_fewer_ticks_than_false_ones_are_nobody():
    """5 % tick it where 10 % tick what is not true: the answer is 0 %, and says why."""
    found = lurkers.heard_from((10, 200), SE, SP)
    assert 0 == found.low == found.table["share"].iloc[1]
    assert "for fewer ticked it than tick what is not true" in found.sentence


def test_ticks_that_say_nothing_are_no_answer():
    """Se + Sp of no more than 1: true or not, the option is ticked as often."""
    found = lurkers.heard_from((81, 270), 0.5, 0.5)
    assert (
        "Cannot tell who heard silently: with a sensitivity of 50 % and a specificity of 50 % a "
        "tick says nothing, for they must add up to more than 100 %." == found.sentence
    )
    assert "cannot be known" == found.status


def test_a_handful_of_answers_is_not_described():
    """Fewer than ten people are not described."""
    for few in ((3, 9), survey(4, 5), (0, 0)):
        assert (
            "Cannot tell who heard silently: fewer than 10 people answered."
            == lurkers.heard_from(few, SE, SP).sentence
        )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"survey": (30, 20)},
            (
                "The survey is (30, 20). It must be (ticked it, answered): counts of people, the "
                "first no more than the second."
            ),
        ),
        ({"sensitivity": 1.2}, "sensitivity is 1.2. It must be between 0 and 1."),
        (
            {"specificity": (12, 10)},
            (
                "specificity is 12 of 10. Give (events, trials), with events between 0 and trials, "
                "and trials at least 1."
            ),
        ),
        ({"asked": 100}, "270 answered, but only 100 were asked. Count both again."),
        (
            {"specificity": None},
            (
                "Nobody ticked an option that cannot be true, or none was offered: pass "
                "specificity as a share, or as (n, n) if it was offered to n people and nobody "
                "ticked it."
            ),
        ),
        (
            {"survey": survey(20, 3)},
            (
                "Say which answers mean to have heard silently: options=[…]. Answers that 10 "
                "people or more gave: 'I read it and never reacted'."
            ),
        ),
    ],
)
def test_what_cannot_be_is_refused(given, message):
    """Each impossible input has its own whole message."""
    with pytest.raises(LurkersError) as refusal:
        lurkers.heard_from(**{"survey": (81, 270), "sensitivity": SE, "specificity": SP} | given)
    assert message == str(refusal.value)


@pytest.mark.parametrize(("points", "published"), [(5, 385), (10, 97)])
def test_sample_sizes_are_the_published_ones(points, published):
    """385 for plus or minus 5 points, 97 for 10."""
    assert published == lurkers.sample_size(points)


def test_a_short_list_needs_fewer():
    """Cochran's correction: 385 of many are 278 of 1,000."""
    assert 278 == lurkers.sample_size(5, followers=1000)


def test_a_worksheet_has_positions_and_no_names():
    """The same seed draws the same positions, each once, all of them in the list."""
    sheet = lurkers.worksheet(50, 3, followers=1200)
    assert ["position", "followers", "ever_reacted"] == list(sheet.columns)
    assert sheet.equals(lurkers.worksheet(50, 3, followers=1200))
    assert not sheet.equals(lurkers.worksheet(50, 4, followers=1200))
    assert sheet["position"].is_unique
    assert sheet["position"].between(1, 1200).all()
    assert {""} == set(sheet["ever_reacted"])


def filled(words, followers=1200):
    """Return a worksheet filled in with these words from the top."""
    sheet = lurkers.worksheet(len(words), 3, followers=followers)
    return sheet.assign(ever_reacted=words)


def test_a_worksheet_is_read_back_as_it_was_filled_in(tmp_path):
    """Through a CSV file, with capitals and blanks at the end: 300 of 340 never reacted."""
    sheet = filled(["No"] * 300 + ["yes "] * 40 + [""] * 45)
    sheet.to_csv(tmp_path / "sheet.csv", index=False)
    found = lurkers.hand_checked(tmp_path / "sheet.csv")
    exact = stats.binomtest(300, 340).proportion_ci()
    assert (exact.low, exact.high) == pytest.approx((found.low, found.high))
    assert (
        "84.3 % to 91.5 % of the followers have never reacted (95 % interval): of 340 checked by "
        "hand, 300 had never reacted. The list has 1,200 followers; that it ends would narrow "
        "the interval to 85 % of its width." == found.sentence
    )
    assert "estimated" == found.status


def test_who_cannot_be_told_counts_both_ways():
    """And so does a blank before the last row that is filled in."""
    told = lurkers.hand_checked(filled(["no"] * 60 + ["yes"] * 20 + ["cannot tell"] * 20))
    blank = lurkers.hand_checked(filled(["no"] * 59 + [""] * 20 + ["yes"] * 20 + ["no"]))
    never = lurkers.hand_checked(filled(["no"] * 80 + ["yes"] * 20))
    least = lurkers.hand_checked(filled(["no"] * 60 + ["yes"] * 40))
    assert (least.low, never.high) == (told.low, told.high) == (blank.low, blank.high)
    assert "20 could not be told and count both ways" in told.sentence


def test_a_whole_list_is_measured():
    """Everybody was checked: no interval, and no chance."""
    found = lurkers.hand_checked(filled(["no"] * 30 + ["yes"] * 10, followers=40))
    assert (0.75, 0.75, "measured") == (found.low, found.high, found.status)
    assert found.sentence.endswith(
        "30 had never reacted. Everybody on the list was checked: nothing is left to chance."
    )


def test_a_few_people_are_not_counted_out():
    """Seven who reacted are fewer than ten."""
    found = lurkers.hand_checked(filled(["no"] * 93 + ["yes"] * 7))
    assert "of 100 checked by hand, all but fewer than 10 had never reacted" in found.sentence
    assert ["all but fewer than 10", "fewer than 10", "0"] == found.table[
        "followers checked"
    ].to_list()


def test_intervals_of_hand_checked_samples_cover():
    """Of a list of 2,000 with 83 % who never reacted, 97 drawn: > 95 % of 400 samples hold."""
    rng = np.random.default_rng(6)
    never = np.arange(2000) < 1660
    held = 0
    for seed in rng.integers(1 << 30, size=400):
        sheet = lurkers.worksheet(97, int(seed), followers=2000)
        words = np.where(never[sheet["position"] - 1], "no", "yes")
        found = lurkers.hand_checked(sheet.assign(ever_reacted=words))
        held += found.low <= 0.83 <= found.high
    assert 0.95 <= held / 400


def test_an_empty_worksheet_is_no_answer():
    """Nothing filled in, or next to nothing: how much is missing is said."""
    found = lurkers.hand_checked(lurkers.worksheet(97, 1, followers=500))
    assert (
        "Cannot tell how many followers have never reacted: 0 of the 97 drawn are filled in, and "
        "10 are needed." == found.sentence
    )


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda sheet: sheet.drop(columns="followers"),
            (
                "The worksheet has no column 'followers'. Fill in the one that worksheet() gave, "
                "and change nothing else in it."
            ),
        ),
        (
            lambda sheet: sheet.assign(position=7),
            (
                "Row 2 of the worksheet has position 7, which is there twice or is not in the "
                "list. Fill in the worksheet as it was drawn."
            ),
        ),
        (
            lambda sheet: sheet.assign(ever_reacted=["no"] * 2 + ["Jane Doe"] + ["no"] * 17),
            "Row 3 of the worksheet is not filled in with one of: yes, no, cannot tell.",
        ),
    ],
)
def test_a_spoilt_worksheet_is_refused(spoil, message):
    """Whoever wrote a name into it does not find it in the message."""
    with pytest.raises(LurkersError) as refusal:
        lurkers.hand_checked(spoil(filled(["no"] * 20)))
    assert message == str(refusal.value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lurkers.sample_size(0), "points is 0. It must be above 0 and below 50."),
        (
            lambda: lurkers.sample_size(5, followers=0),
            "followers is 0. There must be at least one.",
        ),
        (
            lambda: lurkers.worksheet(30, 1, followers=20),
            "30 of 20 followers cannot be drawn. Give n between 1 and 20.",
        ),
    ],
)
def test_samples_that_cannot_be_drawn_are_refused(call, message):
    """Each with its own whole message."""
    with pytest.raises(LurkersError) as refusal:
        call()
    assert message == str(refusal.value)
