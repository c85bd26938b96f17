"""Trials: published answers, exact answers by hand, refusals, wording."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from statsmodels.stats.proportion import confint_proportions_2indep

from helpers import lift
from helpers.lift import LiftError, intervals, trial

HILLSTROM = "public/hillstrom"


def people(*, control=(20, 100), treated=(30, 100)):
    """Return a trial of two arms, each (converted, people)."""
    arms = {"a control": control, "b treated": treated}
    return pd.DataFrame(
        {
            "arm": np.repeat(list(arms), [size for _, size in arms.values()]),
            "bought": np.concatenate([np.arange(size) < some for some, size in arms.values()]),
        }
    ).astype({"bought": "int64", "arm": "str"})


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
        "times the control's (1.54 to 2.31), if people were drawn at random and nobody's arm "
        "changed what others did."
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
        "control's (1.10 to 1.75), if people were drawn at random and nobody's arm changed what "
        "others did."
    ) == found.sentence


def test_a_trial_by_hand():
    """30 of 100 against 20 of 100: +10 points, ratio 1.5, each arm with its own variance."""
    found = lift.from_trial(people(), "arm", "bought")
    variances = 0.2 * 0.8 / 99, 0.3 * 0.7 / 99
    reach = 1.959964 * math.sqrt(sum(variances))
    assert (10, 100 * (0.1 - reach), 100 * (0.1 + reach)) == pytest.approx(
        (found.extra, found.extra_low, found.extra_high), rel=1e-6
    )
    ends = fieller(0.3, variances[1], 0.2, variances[0])
    assert (1.5, *ends) == pytest.approx((found.ratio, found.low, found.high), rel=1e-6)
    assert "no clear lift" == found.verdict


def fieller(treated, its_variance, control, variance):
    """Return the ratios that are 1.96 standard errors off (Fieller 1954), by their formula."""
    square = 1.959964**2
    lead, middle = control**2 - square * variance, control * treated
    root = math.sqrt(middle**2 - lead * (treated**2 - square * its_variance))
    return (middle - root) / lead, (middle + root) / lead


@pytest.mark.parametrize(
    ("treated", "control", "difference", "ratio"),
    [
        ((7, 60), (3, 80), None, (0.910517, 10.751595)),
        ((3, 50_000), (1, 50_000), None, (0.429895, 20.935767)),
        ((5, 100), (0, 100), (0.011904, 0.111955), (1.323651, math.inf)),
        ((0, 100), (5, 100), (-0.111955, -0.011904), (0.0, 0.755486)),
        ((0, 100), (0, 100), (-0.037172, 0.037172), (math.nan, math.nan)),
        ((100, 100), (0, 100), (0.962124, 1.0), (26.901618, math.inf)),
    ],
)
def test_rare_outcomes_have_score_intervals(treated, control, difference, ratio):
    """Miettinen & Nurminen 1985; where statsmodels finds the ends of a ratio, these are they.

    Their equations: at each end of the difference the score is 1.96 errors from it.
    """
    table = people(control=control, treated=treated)
    treats = (table["arm"] == "b treated").to_numpy("float64")
    found = intervals.effect(table["bought"].to_numpy("float64"), treats, np.zeros((len(table), 0)))
    assert ratio == pytest.approx((found.ratio_low, found.ratio_high), abs=2e-6, nan_ok=True)
    if difference is not None:
        assert difference == pytest.approx((found.low, found.high), abs=2e-6)
    if control[0]:
        published = confint_proportions_2indep(
            *treated, *control, compare="ratio", method="score", correction=True
        )
        assert ratio == pytest.approx(published, abs=2e-5)


@pytest.mark.parametrize("kind", ["shares", "amounts"])
def test_intervals_and_p_agree(kind):
    """No difference is outside both intervals exactly when p is at most .05, rare or skewed."""
    rng = np.random.default_rng(5)
    seen = set()
    for _ in range(120):
        sizes = rng.choice([40, 200, 1500], 2)
        rates = rng.uniform(0.005, 0.1) * np.array([1.0, rng.choice([1.0, 2.5])])
        outcome = np.concatenate([rng.random(n) < r for n, r in zip(sizes, rates, strict=True)])
        outcome = outcome.astype("float64")
        if kind == "amounts":
            outcome *= rng.lognormal(3, 1.2, len(outcome))
        treated = np.repeat([0.0, 1.0], sizes)
        found = intervals.effect(outcome, treated, np.zeros((len(outcome), 0)))
        apart = found.p_value <= 0.05
        assert apart == (not found.low <= 0 <= found.high)
        if not math.isnan(found.ratio):
            assert apart == (not found.ratio_low <= 1 <= found.ratio_high)
        seen.add(apart)
    assert {True, False} == seen


def test_a_small_arm_without_a_big_spender_is_not_believed():
    """Control of 40 small spenders, treated 400 with three big ones: their scatter is pooled.

    By its own variance the control shows no scatter to speak of, and the difference, all of
    it three people's, would be 1.7 errors from 0 with a lower end just below it.
    """
    outcome = np.concatenate([np.tile([0.0, 1.0], 20), np.tile([0.0, 1.0], 200)])
    outcome[[50, 51, 52]] = 100.0
    treated = np.repeat([0.0, 1.0], [40, 400])
    found = intervals.effect(outcome, treated, np.zeros((440, 0)))
    own = math.sqrt(outcome[40:].var(ddof=1) / 400 + outcome[:40].var(ddof=1) / 40)
    assert own == pytest.approx(found.error)
    assert found.high - found.low > 2 * (2 * 1.96 * own)


def test_pooled_scatter_grows_with_the_rate():
    """Rates of 3 and 2 under the hypothesis: the arm's scatter is by the power that gives more.

    Powers 1 and 1.5 share squares of 500 out as 3 and 2 of 230, and as 5.196 and 2.828 of 334.8.
    """
    treated = intervals.Arm(people=10, rate=3.5, variance=1.0, third=0.0)
    control = intervals.Arm(people=100, rate=1.95, variance=0.04, third=0.0)
    shares = 3**1.5 / (10 * 3**1.5 + 100 * 2**1.5), 2 / 230
    variance = 500 * (shares[0] / 10 + 1.5**2 * shares[1] / 100)
    assert (3.5 - 1.5 * 1.95) / math.sqrt(variance) == pytest.approx(
        intervals._pooled(treated, control, 1.5, 0.0)
    )


@pytest.mark.parametrize(("rates", "size"), [((0.010, 0.012), 42_600), ((0.01, 0.02), 2310)])
def test_detectable_lifts_are_the_textbook_ones(rates, size):
    """A newsletter's holdout: 42,600 an arm for 1 to 1.2 %, 2,310 for 1 to 2 % (power .8)."""
    drawn = people(control=(round(size * 0.01), size), treated=(round(size * 0.01), size))
    assert rates[1] / rates[0] == pytest.approx(
        lift.from_trial(drawn, "arm", "bought").detectable, rel=0.01
    )


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
    for _ in range(300):
        arms = {"control": (rng.binomial(300, 0.2), 300), "treated": (rng.binomial(300, 0.25), 300)}
        found = lift.from_trial(people(**arms), "arm", "bought")
        held += found.extra_low <= 300 * 0.05 <= found.extra_high
    assert 0.92 <= held / 300 <= 0.98


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
        "control arm. This would have to hold and does not: arms have the sizes drawn (100 and "
        "160 people where 130 and 130 were meant; p = 0.0002 for sizes this far off, and below "
        "0.01 people were lost or added after the draw). The difference was +36.25 bought per 100 "
        "people (95 % interval +25.23 to +47.27), 2.81 times the control's (1.95 to 4.71), which "
        "cannot be read as an effect. Finding out who was lost or added, and why, would settle it."
    ) == found.sentence
    assert found.low > 1


def test_no_p_is_said_to_be_zero():
    """Sizes absurdly far off have a p that is shown as smaller than .0001, and is not 0."""
    found = lift.from_trial(people(treated=(9000, 16_000)), "arm", "bought")
    assert (
        "100 and 16,000 people where 8,050 and 8,050 were meant; p < 0.0001 for sizes this far "
        "off, and below 0.01 people were lost or added after the draw"
    ) == found.checks["meaning"][0]
    assert 0 < found.checks["value"][0]
    certain = lift.from_trial(
        people(control=(0, 50_000), treated=(50_000, 50_000)), "arm", "bought"
    )
    assert 0 < certain.p_value < 1e-300


FEW = {
    "few converted": (
        people(control=(4, 100), treated=(5, 100)),
        "enough people who converted (9 in all arms together; 10 are needed)",
    ),
    "few people": (
        people(control=(10, 29), treated=(20, 29)),
        "enough people in each arm (the smallest has 29; 30 are needed)",
    ),
    "all the same": (
        people(control=(100, 100), treated=(100, 100)),
        "people differ in what they did (the most and the least that anyone did are 0 apart)",
    ),
    "one person": (
        people().assign(bought=[5000.0, *people()["bought"][1:]]),
        (
            "no one person makes the difference (one person is 99% of all the scatter; at most "
            "80% may be)"
        ),
    ),
}


@pytest.mark.parametrize("case", FEW)
def test_too_little_is_no_answer(case):
    """Each way of knowing too little is named alone, and a larger trial settles it."""
    table, reason = FEW[case]
    found = lift.from_trial(table, "arm", "bought")
    assert "cannot tell" == found.verdict
    assert f"This would have to hold and does not: {reason}. The difference was " in found.sentence
    assert found.sentence.endswith(
        ", which cannot be read as an effect. A trial of more people would settle it."
    )


def test_nobody_converted_is_no_answer():
    """Without a conversion there is no ratio, and both reasons are given."""
    nobody = lift.from_trial(people(control=(0, 100), treated=(0, 100)), "arm", "bought")
    assert ("cannot tell", 0.0, 1.0) == (nobody.verdict, nobody.extra, nobody.p_value)
    assert math.isnan(nobody.ratio)
    assert (
        "Cannot tell whether the treatment moved bought, from 200 people, 100 of them in the "
        "control arm. This would have to hold and does not: enough people who converted (0 in "
        "all arms together; 10 are needed); people differ in what they did (the most and the "
        "least that anyone did are 0 apart). The difference was +0.00 bought per 100 people "
        "(95 % interval -3.72 to +3.72), which cannot be read as an effect. A trial of more "
        "people would settle it."
    ) == nobody.sentence


def test_an_arm_without_a_buyer_can_still_be_compared():
    """30 buyers against none is a lift: rare outcomes have intervals of their own."""
    found = lift.from_trial(people(control=(0, 100)), "arm", "bought")
    assert ("lift", math.inf, math.inf) == (found.verdict, found.ratio, found.high)
    assert 7.8 < found.low < 8.5
    assert math.isnan(found.detectable)


def test_a_constant_covariate_changes_nothing():
    """What is the same for all explains nothing, nor does the same column given twice break it."""
    spent = people().assign(bought=lambda table: table["bought"] * 3.0, before=7, again=7)
    plain = lift.from_trial(spent, "arm", "bought")
    found = lift.from_trial(spent, "arm", "bought", covariates=("before", "again"))
    assert (plain.extra_low, plain.extra_high) == pytest.approx((found.extra_low, found.extra_high))


def test_sentences_claim_no_more_than_the_interval_shows():
    """An interval that holds 0 is no lift; one below 0 says that the treatment lowered it."""
    none = lift.from_trial(people(), "arm", "bought")
    assert (
        "No clear lift: among 200 people, 100 of them in the control arm, the difference was "
        "+10.00 bought per 100 people (95 % interval -1.98 to +21.98), 1.50 times the control's "
        "(0.92 to 2.63); no difference, 0, is within that. A trial like this finds a lift four "
        "times in five only from about 1.88 times up."
    ) == none.sentence
    lower = lift.from_trial(people(control=(50, 100)), "arm", "bought")
    assert "no clear lift" == lower.verdict
    assert lower.sentence.endswith(
        "0.60 times the control's (0.40 to 0.85); the treatment lowered it. A trial like this "
        "finds a lift four times in five only from about 1.38 times up."
    )


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
        "Column 'bought' is given twice. Give each column one part to play.",
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
    "nobody": (
        GOOD.iloc[:0],
        {},
        (
            "Column 'arm' holds 0 arm(s): none. A trial needs a control arm and at least one "
            "treated arm."
        ),
    ),
    "arms of text and numbers": (
        GOOD.assign(arm=["a control"] * 100 + [1] * 100),
        {},
        (
            "Column 'arm' names arms in several kinds of values: int, str. Write all of them as "
            "text, or all as numbers."
        ),
    ),
    "share of nothing": (
        GOOD,
        {"allocation": {"a control": 1.0, "b treated": 0.0}},
        (
            "The allocation must give a share above zero to each arm and no other. Arms: "
            "'a control', 'b treated'; allocation: 'a control', 'b treated'."
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
