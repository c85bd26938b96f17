"""Trials: published answers, exact answers by hand, refusals, wording."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from helpers import lift
from helpers.lift import LiftError, trial

HILLSTROM = "public/hillstrom"


def people(*, control=(20, 100), treated=(30, 100)):
    """Return a trial of two arms, each (converted, people)."""
    arms = {"a control": control, "b treated": treated}
    return pd.DataFrame(
        [
            {"arm": arm, "bought": int(place < converted)}
            for arm, (converted, size) in arms.items()
            for place in range(size)
        ]
    )


@pytest.fixture(scope="module")
def bookstore(shared_data):
    """Return the people of the bookstore trial."""
    return pd.read_csv(shared_data / "public/bookstore_ads_rct/data_choices_for_R.csv")


@pytest.fixture(scope="module")
def hillstrom(shared_data):
    """Return the people of the newsletter trial."""
    return pd.read_csv(next((shared_data / HILLSTROM).glob("*.csv")))


@pytest.mark.parametrize(
    ("outcome", "arms", "effects", "pooled"),
    [
        ("purchased_203", [0, 1, 2, 3], [0.031, 0.037, 0.056], (4.1, 2.4, 5.8)),
        ("purchased_303", [0, 4, 5, 6], [0.064, 0.057, 0.068], (6.3, 4.9, 7.7)),
    ],
)
def test_bookstore_adverts_are_as_published(bookstore, outcome, arms, effects, pooled):
    """Morozov & Tuchman 2024, table 1: each advert (genre, plain, price) against no advert.

    The control is smaller by design (about 4 % of people against 16 % in each arm), and
    the paper's shares are not in the data, so sizes are left unchecked.
    """
    some = bookstore[bookstore["ad_condition"].isin(arms)]
    found = lift.from_trial(some, "ad_condition", outcome, allocation=None)
    assert effects == found.table["difference"][1:].round(3).to_list()
    treated = len(some) - int((some["ad_condition"] == 0).sum())
    shares = [100 * value / treated for value in (found.extra, found.extra_low, found.extra_high)]
    assert pooled == pytest.approx(shares, abs=0.051)
    assert "lift" == found.verdict
    assert pd.isna(found.checks["passed"].iloc[0])


@pytest.mark.parametrize(
    ("outcome", "arms", "untouched", "buyers"),
    [("purchased_203", [1, 2, 3], 121, 499), ("purchased_303", [4, 5, 6], 138, 586)],
)
def test_buyers_whom_no_advert_was_for_are_in_the_table(
    bookstore, outcome, arms, untouched, buyers
):
    """The control's row counts the buyers who were never assigned that book's advert."""
    shown = bookstore.assign(shown=bookstore["ad_condition"].isin(arms))
    table = lift.from_trial(shown, "shown", outcome, allocation=None).table
    assert (untouched, buyers) == (table["total"].iloc[0], table["total"].sum())


def test_unequal_arms_are_refused_unless_drawn_so(bookstore):
    """Equal sizes are expected by default; the design's own shares pass."""
    some = bookstore[bookstore["ad_condition"].isin([0, 1, 2, 3])]
    found = lift.from_trial(some, "ad_condition", "purchased_203")
    assert "cannot tell" == found.verdict
    shares = {0: 0.04, 1: 0.16, 2: 0.16, 3: 0.16}
    assert (
        "lift" == lift.from_trial(some, "ad_condition", "purchased_203", allocation=shares).verdict
    )


def test_hillstrom_newsletter_is_as_published(hillstrom):
    """Visits 10.617, 18.276 and 15.140 %; any e-mail on conversion +.495 pp [.355, .636]."""
    visits = lift.from_trial(hillstrom, "segment", "visit", control="No E-Mail")
    assert [10.617, 18.276, 15.140] == (100 * visits.table["rate"]).round(3).to_list()
    bought = lift.from_trial(hillstrom, "segment", "conversion", control="No E-Mail")
    mailed = 64_000 - 21_306
    shares = [100 * end / mailed for end in (bought.extra, bought.extra_low, bought.extra_high)]
    assert [0.495, 0.355, 0.636] == [round(share, 3) for share in shares]
    assert (122, 578) == (bought.table["total"].iloc[0], bought.table["total"].sum())
    assert (
        "Lift: among 64,000 people, 21,306 of them in the control arm, the treatment made a "
        "difference of +0.495 conversion per 100 people (95 % interval +0.355 to +0.636), 1.87 "
        "times the control's."
    ) == bought.sentence


def test_job_training_is_as_published(shared_data):
    """NSW (Dehejia & Wahba's sample): earnings up 1,794.34 [479, 3,109]; amounts are outcomes."""
    trainees = pd.read_stata(shared_data / "public/nsw/nsw_mixtape.dta")
    found = lift.from_trial(trainees, "treat", "re78", allocation=None)
    row = found.table.iloc[1]
    assert (1794.34, 479, 3109) == (round(row.difference, 2), round(row.low), round(row.high))
    assert (
        "Lift: among 445 people, 260 of them in the control arm, the treatment made a difference "
        "of +1,794.34 re78 per person (95 % interval +479.21 to +3,109.47), 1.39 times the "
        "control's."
    ) == found.sentence


def test_a_trial_by_hand():
    """30 of 100 against 20 of 100: +10 points, ratio 1.5, each arm with its own variance."""
    found = lift.from_trial(people(), "arm", "bought")
    variances = 0.2 * 0.8 / 99, 0.3 * 0.7 / 99
    reach = 1.959964 * math.sqrt(sum(variances))
    assert (10, 100 * (0.1 - reach), 100 * (0.1 + reach)) == pytest.approx(
        (found.extra, found.extra_low, found.extra_high), rel=1e-6
    )
    log_reach = 1.959964 * math.sqrt(variances[0] / 0.2**2 + variances[1] / 0.3**2)
    assert (1.5, 1.5 * math.exp(-log_reach), 1.5 * math.exp(log_reach)) == pytest.approx(
        (found.ratio, found.low, found.high), rel=1e-6
    )
    assert "no clear lift" == found.verdict


def test_several_arms_have_a_row_each_and_pool_above():
    """The headline is any treated arm against the control; Holm pays for having looked twice."""
    both = people(treated=(40, 100))
    second = both[both["arm"] == "b treated"].assign(arm="c treated", bought=lambda t: t["bought"])
    second = second.assign(bought=[int(place < 20) for place in range(100)])
    found = lift.from_trial(pd.concat([both, second]), "arm", "bought")
    assert [20, 40, 20] == found.table["total"].to_list()
    assert [0.2, 0.0] == pytest.approx(found.table["difference"][1:].to_list())
    assert 200 * (0.3 - 0.2) == pytest.approx(found.extra)
    first = found.table.iloc[1]
    assert 2 * first.p_value == pytest.approx(first.p_holm)


def test_looking_at_many_arms_costs():
    """Holm 1979: the smallest p is multiplied by the number of arms, and order is kept."""
    adjusted = trial.holm(np.array([0.04, 0.01, 0.03, 0.5]))
    assert [0.09, 0.04, 0.09, 0.5] == pytest.approx(adjusted.tolist())


def test_covariates_narrow_the_interval_and_keep_the_answer():
    """Interacted least squares with HC2 errors, as the formula says, and exact without noise."""
    rng = np.random.default_rng(1)
    drawn = pd.DataFrame({"arm": rng.permutation([0, 1] * 200), "before": rng.normal(5, 2, 400)})
    drawn["spent"] = 20 + 2 * drawn["arm"] + 3 * drawn["before"] + rng.normal(0, 1, 400)
    found = lift.from_trial(drawn, "arm", "spent", covariates=("before",))
    centred = drawn.assign(c=drawn["before"] - drawn["before"].mean())
    expected = smf.ols("spent ~ arm * c", centred).fit(cov_type="HC2", use_t=False)
    row = found.table.iloc[1]
    assert (expected.params["arm"], *expected.conf_int().loc["arm"]) == pytest.approx(
        (row.difference, row.low, row.high), rel=1e-10
    )
    plain = lift.from_trial(drawn, "arm", "spent").table.iloc[1]
    assert (row.high - row.low) < 0.5 * (plain.high - plain.low)
    exact = drawn.assign(spent=20 + 2.0 * drawn["arm"] + 3 * drawn["before"])
    assert 2 * 200 == pytest.approx(
        lift.from_trial(exact, "arm", "spent", covariates=("before",)).extra
    )


def test_intervals_hold_the_truth_as_often_as_they_say():
    """95 of 100 intervals, give or take, hold a true difference of 5 points."""
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(400):
        arms = {"control": (rng.binomial(300, 0.2), 300), "treated": (rng.binomial(300, 0.25), 300)}
        found = lift.from_trial(people(**arms), "arm", "bought")
        held += found.extra_low <= 300 * 0.05 <= found.extra_high
    assert 0.92 <= held / 400 <= 0.98


def test_likes_are_not_an_input():
    """Other columns, the order of people and the names of treated arms change nothing."""
    found = lift.from_trial(people(), "arm", "bought")
    other = people().assign(likes=range(200)).sample(frac=1, random_state=3)
    other["arm"] = other["arm"].replace("b treated", "z mailed")
    again = lift.from_trial(other, "arm", "bought")
    assert found.sentence == again.sentence
    assert (found.extra_low, found.p_value) == pytest.approx((again.extra_low, again.p_value))


def test_lost_people_are_not_explained_away():
    """Arms of 100 and 160 where equal ones were drawn: no answer, and what would give one."""
    found = lift.from_trial(people(treated=(90, 160)), "arm", "bought")
    assert "cannot tell" == found.verdict
    assert (
        "Cannot tell whether the treatment moved bought, from 260 people, 100 of them in the "
        "control arm. This would have to hold and does not: arms have the sizes drawn (p = 0.0002 "
        "for sizes this far from those drawn; below 0.001 people were lost or added after the "
        "draw). Finding out who was lost and why, or a larger trial drawn anew, would settle it."
    ) == found.sentence


def test_too_few_conversions_are_no_answer():
    """Four buyers in an arm bear no normal interval; none at all give no ratio either."""
    assert "cannot tell" == lift.from_trial(people(control=(4, 100)), "arm", "bought").verdict
    nobody = lift.from_trial(people(control=(0, 100), treated=(0, 100)), "arm", "bought")
    assert ("cannot tell", 0.0, 1.0) == (nobody.verdict, nobody.extra, nobody.p_value)
    assert math.isnan(nobody.ratio)


def test_sentences_claim_no_more_than_the_interval_shows():
    """An interval that holds 0 is no lift; one below 0 says that the treatment lowered it."""
    none = lift.from_trial(people(), "arm", "bought")
    assert (
        "No clear lift: among 200 people, 100 of them in the control arm, the difference was "
        "+10.00 bought per 100 people (95 % interval -1.98 to +21.98), 1.50 times the control's; "
        "no difference, 0, is within that."
    ) == none.sentence
    lower = lift.from_trial(people(control=(50, 100)), "arm", "bought")
    assert "no clear lift" == lower.verdict
    assert lower.sentence.endswith("0.60 times the control's; the treatment lowered it.")


GOOD = people()
REFUSALS = {
    "no such column": (
        GOOD.drop(columns="bought"),
        {},
        "The people have no column 'bought'; they have 'arm'. Name the columns they have.",
    ),
    "column twice": (
        GOOD,
        {"covariates": ("bought",)},
        "A column is given twice. Give each column one part to play.",
    ),
    "outcome missing": (
        GOOD.assign(bought=GOOD["bought"].astype(float).where(GOOD.index != 0)),
        {},
        (
            "Column 'bought' is missing for 1 of 200 people. Who was drawn must be counted: "
            "write 0 for who did nothing, or say who was lost."
        ),
    ),
    "outcome of text": (
        GOOD.assign(bought="yes"),
        {},
        "Column 'bought' holds str, not numbers. Convert it first.",
    ),
    "outcome infinite": (
        GOOD.assign(bought=np.inf),
        {},
        "Column 'bought' holds an infinite number. Correct it first.",
    ),
    "person twice": (
        GOOD.assign(person_id=["email:a"] * 2 + [f"email:{place}" for place in range(198)]),
        {},
        "1 row(s) repeat a person_id. Sum each person's rows to one.",
    ),
    "one arm": (
        GOOD[GOOD["arm"] == "a control"],
        {},
        (
            "Column 'arm' holds 1 arm(s): 'a control'. A trial needs a control arm and at least "
            "one treated arm."
        ),
    ),
    "lone person": (
        GOOD.iloc[:101],
        {},
        "An arm of column 'arm' has 1 person. Each arm needs at least two.",
    ),
    "no such control": (
        GOOD,
        {"control": "placebo"},
        "No person is in the control arm 'placebo'. The arms are: 'a control', 'b treated'.",
    ),
    "unknown allocation": (
        GOOD,
        {"allocation": "fair"},
        (
            "Unknown allocation 'fair'. Give 'equal', a share for each arm, or None to leave the "
            "sizes unchecked."
        ),
    ),
    "allocation of other arms": (
        GOOD,
        {"allocation": {"a control": 1.0}},
        (
            "The allocation must give a share above zero to each arm and no other. Arms: "
            "'a control', 'b treated'; allocation: 'a control'."
        ),
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_malformed_trials_are_refused(case):
    """Each refusal says what is wrong, what was found and what to do."""
    table, options, message = REFUSALS[case]
    with pytest.raises(LiftError) as refusal:
        lift.from_trial(table, "arm", "bought", **options)
    assert message == str(refusal.value)
