"""Panels: published answers, exact answers, ranks, checks, refusals, wording."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.lift import LiftError, authors, parallel, placebo, synthetic
from helpers.lift.panel import from_panel
from helpers.validate import engine
from helpers.validate import panel as validation
from helpers.validate.panel import Cell

WORLD = "demand with memory .6"
DATES = pd.date_range("2024-01-01", periods=60)
SETTLE = "Start dates drawn by lot, for more authors, would settle it."
SENTENCE = (
    "Lift: 10 of 20 authors started from 2024-07-01 to 2024-10-15; over 1,224 author-dates since, "
    "with 7,022 sales, they had 1.51 times as many as the others lead one to expect (95 % interval "
    "1.20 to 1.95), or 2,357 more (95 % interval 1,159 to 3,419), if they would have moved with "
    "the others otherwise."
)
FEW = (
    "Cannot tell whether starting moved sales. This would have to hold and does not: enough "
    "authors to compare with (9 never treated, so p cannot be below 1/10; at least 19 needed for "
    "p to reach 0.05). 1 of 10 authors started on 2024-02-10; over 20 author-dates since, with "
    "394 sales, they had 0.96 times as many as the others lead one to expect (95 % interval from "
    "0.00 up, without limit), which cannot be read as an effect. " + SETTLE
)
LITTLE = ("treated authors had 21 before anyone started; 30 are needed", False)


def panel(outcome, starts, dates=DATES):
    """Return a panel of outcomes (authors, dates); `starts` maps author to its first date."""
    outcome = np.asarray(outcome)
    number, days = outcome.shape
    first = np.array([starts.get(author, days) for author in range(number)])
    return pd.DataFrame(
        {
            "author": np.repeat([f"author {place:02d}" for place in range(number)], days),
            "date": np.tile(dates[:days], number),
            "treated": (np.arange(days) >= first[:, None]).astype(int).ravel(),
            "sales": outcome.ravel(),
        }
    )


def counts(number, mean=20.0, seed=1, days=60):
    """Return Poisson counts of equal authors."""
    return np.random.default_rng(seed).poisson(mean, (number, days)).astype("float64")


def drawn(seed=1, **cell):
    """Return one draw of a validation cell as a panel, and its true ratio."""
    draw = validation.draw(
        Cell(**{"world": WORLD, "starts": validation.PARALLEL} | cell), np.random.default_rng(seed)
    )
    return validation.table(draw), draw.ratio


def check(found, name):
    """Return the row of one check."""
    return found.checks.set_index("check").loc[name]


@pytest.fixture(scope="module")
def cigarettes(shared_data):
    """Return the states of the United States, of which California taxed cigarettes from 1989."""
    table = pd.read_csv(shared_data / "public/prop99/california_prop99.csv", sep=";")
    table["date"] = pd.to_datetime(table["Year"].astype(str))
    return table.rename(columns={"State": "author", "PacksPerCapita": "packs"})


@pytest.fixture(scope="module")
def markets(shared_data):
    """Return forty markets, of which Chicago and Portland had adverts from day 91 to 105."""
    table = pd.read_csv(shared_data / "public/geolift/GeoLift_Test.csv", parse_dates=["date"])
    table = table.rename(columns={"location": "author", "Y": "sales"})
    late = table["date"] >= sorted(table["date"].unique())[90]
    advertised = table["author"].isin(["chicago", "portland"])
    return table.assign(treated=(advertised & late).astype(int))


@pytest.mark.parametrize(
    ("estimator", "demeaned", "effect"),
    [
        ("did", True, -27.349),
        ("synthetic control", False, -19.51),
        ("synthetic did", True, -15.604),
    ],
)
def test_proposition_99_is_as_published(cigarettes, estimator, demeaned, effect):
    """Packs a head and year: -27.35, -19.5 and -15.60 (Arkhangelsky et al. 2021, table 1)."""
    found = from_panel(cigarettes, "packs", estimator=estimator, relative=False, demeaned=demeaned)
    assert effect == pytest.approx(found.extra / 12, rel=1e-3)


def test_geolift_is_as_published(markets):
    """The walkthrough's 155.556 a market and day, 5.42 %, 4,667: and its data show no more."""
    found = from_panel(markets, "sales", estimator="synthetic control", relative=False)
    assert 155.556 == pytest.approx(found.extra / 30, rel=1e-3)
    assert 5.42 == pytest.approx(100 * (found.ratio - 1), rel=1e-3)
    assert 4667 == pytest.approx(found.extra, rel=1e-3)
    assert "no clear lift" == found.verdict


def test_staggered_starts_are_exact_where_effects_grow():
    """Two cohorts whose lift grows from date to date: without noise, each total is exact."""
    shared = 5 + np.sin(np.arange(60))
    level = np.array([1.0, 2.0, 3.0, 4.0])
    without = level[:, None] * shared
    lifted = without.copy()
    lifted[0, 30:] *= np.linspace(1, 3, 30)
    lifted[1, 45:] *= np.linspace(2, 0, 15)
    starts = np.array([[30, 45, 60, 60]])
    treated = np.arange(60) >= starts[0][:, None]
    layers = np.stack([lifted * ~treated, lifted * treated]) / level[:, None]
    found = synthetic.did(layers, starts, level)
    expected = [without[0, 30:].sum(), without[1, 45:].sum()]
    assert expected == pytest.approx(found.expected[:, 0].sum(axis=0))
    assert [lifted[0, 30:].sum(), lifted[1, 45:].sum()] == pytest.approx(found.observed[1, 0])


def test_differences_are_those_of_a_regression_on_untreated_dates():
    """Author and date dummies fitted by least squares to untreated rows foretell the same."""
    outcome, starts = counts(6, days=20), np.array([[8, 8, 12, 15, 20, 20]])
    rows, days = (grid.ravel() for grid in np.indices(outcome.shape))
    dummies = np.column_stack([np.eye(6)[rows], np.eye(20)[days][:, 1:]])
    free = days < starts[0][rows]
    fitted = sm.OLS(outcome.ravel()[free], dummies[free]).fit().predict(dummies)
    treated = np.arange(20) >= starts[0][:, None]
    layers = np.stack([outcome * ~treated, outcome * treated])
    found = synthetic.did(layers, starts, np.ones(6))
    cohorts = [fitted[(starts[0][rows] == start) & ~free].sum() for start in (8, 12, 15)]
    assert cohorts == pytest.approx(found.expected[:, 0].sum(axis=0))


def test_no_other_weights_of_authors_follow_better():
    """Weights are ≥ 0, sum to 1, and no donor off the support would lower the distance."""
    before = counts(20) - counts(20).mean(axis=1, keepdims=True)
    donors = np.arange(20)[None] > 1
    target = np.where(donors, 0.0, 0.5)
    weights = synthetic.author_weights(before, target, donors)
    slope = ((weights - target) @ before @ before.T)[0]
    assert 1 == pytest.approx(weights.sum())
    assert [0, 0] == weights[0, :2].tolist()
    used = weights[0] > 1e-9
    assert 1 < used.sum() < 18
    assert slope[used] == pytest.approx(slope[used].mean(), rel=1e-4)
    assert (slope[donors[0] & ~used] > slope[used].mean()).all()


def test_no_other_weights_of_dates_follow_better():
    """Where donors outnumber dates, weighted dates are as near to the later level as can be."""
    before, after = counts(30, days=6), counts(30, seed=2, days=1)[:, 0]
    donors = np.arange(30)[None] > 0
    weights = synthetic.day_weights(before, after, donors)
    table = before[1:] - before[1:].mean(axis=0)
    slope = table.T @ (table @ weights[0] - (after[1:] - after[1:].mean()))
    used = weights[0] > 1e-6
    assert 1 == pytest.approx(weights.sum())
    assert slope[used] == pytest.approx(np.full(used.sum(), slope[used].mean()), abs=1e-2)
    assert (slope[~used] >= slope[used].mean() - 1e-2).all()


def test_every_way_to_deal_out_the_starts_is_ranked_once():
    """One of 20: 20 ways; starts 5, 5 and 7 among five: 30; more than 200 are drawn by lot."""
    one = placebo.arrangements(np.array([9] * 19 + [5]), 9)
    assert (20, 20) == (len(one), len({tuple(row) for row in one}))
    some = placebo.arrangements(np.array([5, 9, 7, 5, 9]), 9)
    assert [5, 9, 7, 5, 9] == some[0].tolist()
    assert 30 == len({tuple(row) for row in some}) == len(some)
    assert {(5, 5, 7, 9, 9)} == {tuple(sorted(row)) for row in some.tolist()}
    many = placebo.arrangements(np.array([5] * 4 + [9] * 16), 9)
    assert (4845, 200) == (placebo.count(many[0], 9), len(many))


def test_a_huge_lift_has_the_least_p_that_ranks_allow():
    """One author of 20 trebles its sales: p is 1/20, never 0, and the truth is found."""
    outcome = counts(20)
    outcome[3, 40:] = np.random.default_rng(5).poisson(60, 20)
    found = from_panel(panel(outcome, {3: 40}), "sales")
    assert 0.05 == found.p_value
    assert found.low < 3 < found.high
    assert "lift" == found.verdict
    assert 1 < found.low
    assert found.extra == pytest.approx(outcome[3, 40:].sum() * (1 - 1 / found.ratio))


def test_the_interval_holds_what_the_test_does_not_reject():
    """On draws with and without lift, 1 is outside the interval exactly when p is at most .05."""
    for seed in range(6):
        table, _ = drawn(seed, treated=(1, 4, 10)[seed % 3], lift=0.3 * (seed % 2))
        found = from_panel(table, "sales")
        assert (found.p_value <= 0.05) == (not found.low <= 1 <= found.high)
        assert found.low < found.ratio < found.high


def test_staggered_lift_is_found():
    """Ten authors of twenty lifted by half, on days of their own: the sentence in full."""
    table, ratio = drawn(3, treated=10, lift=0.5)
    found = from_panel(table, "sales")
    assert found.low < ratio < found.high
    assert "lift" == found.verdict
    assert SENTENCE == found.sentence
    assert 10 == len(found.table)
    assert found.extra == pytest.approx(found.table["extra"].sum())


def test_likes_are_not_an_input():
    """Likes beside the outcome change nothing."""
    table, _ = drawn(treated=4, lift=0.5)
    liked = table.assign(likes=np.random.default_rng(1).poisson(9, len(table)))
    assert from_panel(table, "sales").sentence == from_panel(liked, "sales").sentence


def test_order_of_rows_does_not_matter():
    """Shuffled rows give the sorted answer."""
    table, _ = drawn(treated=4, lift=0.5)
    shuffled = table.sample(frac=1, random_state=1)
    assert from_panel(table, "sales").sentence == from_panel(shuffled, "sales").sentence


def test_an_author_s_size_does_not_matter_in_proportion():
    """Ten times the sales of one author compared with leave the ratio and its interval."""
    outcome = counts(20)
    larger = outcome.copy()
    larger[19] *= 10
    found, same = (from_panel(panel(each, {0: 40}), "sales") for each in (outcome, larger))
    assert (found.ratio, found.p_value) == pytest.approx((same.ratio, same.p_value))
    amounts = from_panel(panel(larger, {0: 40}), "sales", relative=False)
    assert found.ratio != pytest.approx(amounts.ratio)


def test_authors_who_all_start_are_compared_until_the_last():
    """The last start ends the panel: the last author serves as one not yet treated."""
    read = authors.read(panel(counts(3), {0: 20, 1: 30, 2: 50}), "sales", relative=True)
    assert ([20, 30, 50], 10, (3, 50)) == (read.starts.tolist(), read.cut, read.outcome.shape)
    assert [True, True, False] == read.treated.tolist()


def test_few_authors_are_told_how_many_are_needed():
    """One of ten: p cannot go below .1, so the interval has no end and 19 are asked for."""
    found = from_panel(panel(counts(10), {0: 40}), "sales")
    assert (0, np.inf) == (found.low, found.high)
    assert (-np.inf, "cannot tell") == (found.extra_low, found.verdict)
    assert FEW == found.sentence


@pytest.mark.parametrize(
    ("starts", "needed"), [([5], 19), ([5, 5], 5), ([5, 6], 3), ([5] * 4, 3), ([5, 5, 6], 2)]
)
def test_authors_needed_allow_p_of_one_in_twenty(starts, needed):
    """C(20, 1), C(7, 2), 5 × 4, C(7, 4) and C(5, 2) × 3 are the first of 20 ways or more."""
    assert needed == placebo.donors_needed(np.array([*starts, 9]), 9)


def test_drift_before_the_start_is_not_called_a_lift():
    """Treated authors who grow by 1 % a day all along: significant, and yet cannot tell."""
    outcome = np.random.default_rng(3).poisson(
        30 * np.exp(0.01 * np.arange(60) * (np.arange(20) < 4)[:, None])
    )
    found = from_panel(panel(outcome, dict.fromkeys(range(4), 40)), "sales")
    assert found.low > 1
    assert "cannot tell" == found.verdict
    assert not check(found, "treated authors did not leave the others before they started").passed
    assert not check(found, "the lift is more than the drift before the start carried on").passed


def test_a_drift_is_carried_on_to_the_middle_of_the_treated_dates():
    """Without noise, exp(.01 t) leaves nothing beyond its drift, and a lift stays."""
    outcome = np.tile(100.0, (20, 60)) + counts(20, mean=1)
    grown = outcome.copy()
    grown[0] *= np.exp(0.002 * np.arange(60))
    lifted = grown.copy()
    lifted[0, 40:] *= 1.5
    found, more = (from_panel(panel(each, {0: 40}), "sales") for each in (grown, lifted))
    name = "the lift is more than the drift before the start carried on"
    assert found.low > 1
    assert check(found, name)["value"] > 0.05
    assert 0.05 == check(more, name)["value"]


def test_an_author_outside_the_range_of_others_is_no_synthetic_control():
    """In amounts, ten times as many as anyone: no weighing of others can follow that."""
    outcome = counts(20)
    outcome[0] *= 10
    name = "treated authors stood within the range of the others before"
    weighed = from_panel(
        panel(outcome, {0: 40}), "sales", estimator="synthetic control", relative=False
    )
    assert (1.0, False) == (check(weighed, name)["value"], check(weighed, name).passed)
    plain = from_panel(panel(outcome, {0: 40}), "sales")
    assert pd.isna(check(plain, name).passed)


def test_an_author_who_does_not_follow_the_others_is_not_compared():
    """Sales that swing tenfold every week among steady ones: cannot tell."""
    outcome = counts(20)
    outcome[0] *= np.where(np.arange(60) // 3 % 2, 4.0, 0.1)
    found = from_panel(panel(outcome, {0: 40}), "sales")
    assert "cannot tell" == found.verdict
    assert not check(found, "treated authors followed the others before").passed


def test_a_lift_that_one_author_decides_is_not_one():
    """Without the one author that collapsed, the ratio is at or below 1: the check fails."""
    assert not parallel.no_one_donor([0.99, 1.5], rose=True).passed
    assert parallel.no_one_donor([1.01, 1.5], rose=True).passed
    assert parallel.no_one_donor([0.99, 1.5], rose=False).passed is None
    outcome = counts(3)
    found = from_panel(panel(outcome, {0: 40}), "sales")
    name = "no single author compared with decides"
    ratios = [from_panel(panel(outcome[[0, kept]], {0: 40}), "sales").ratio for kept in (1, 2)]
    shown = f"{min(ratios):.2f} to {max(ratios):.2f}"
    assert f"the ratio without any one of them: {shown}" == check(found, name).meaning


def test_short_panels_cannot_tell():
    """Ten dates before the start and few sales are named with what is needed."""
    found = from_panel(panel(counts(20, mean=2.0), {0: 10}), "sales")
    assert "cannot tell" == found.verdict
    short = check(found, "enough dates before anyone started")
    assert ("10 dates; 14 are needed", False) == (short.meaning, short.passed)
    little = check(found, "enough before the start to compare with")
    assert LITTLE == (little.meaning, little.passed)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (
            np.zeros((20, 60)),
            (
                "treated authors remain (0; 20 author(s) with too little before anyone started "
                "are left out); authors to compare with remain (0; 20 author(s) with too little "
                "before anyone started are left out)"
            ),
        ),
        (
            np.ones((20, 60)),
            "authors vary before (variance about their common movement up to 0; counts have some)",
        ),
        (
            counts(20) * ((np.arange(60) < 40) | (np.arange(20) > 0)[:, None]),
            "something was counted since the start (0)",
        ),
        (
            counts(20) * (np.arange(60) < 40) + np.eye(20)[0][:, None],
            (
                "enough is to be expected for a ratio (the others lead one to expect 0.0% of the "
                "level before; 1% is needed)"
            ),
        ),
    ],
)
def test_panels_that_allow_no_estimate_say_why(outcome, reason):
    """All zero, constant, nothing since the start, nothing to expect: whole sentences."""
    found = from_panel(panel(outcome, {0: 40}), "sales")
    assert (
        f"Cannot tell whether starting moved sales. This would have to hold and does not: "
        f"{reason}. {SETTLE}"
    ) == found.sentence
    assert "cannot tell" == found.verdict
    assert np.isnan(found.ratio)


def test_an_author_with_next_to_nothing_before_is_left_out_in_proportion():
    """Nine sales before are too few to be divided by; in amounts the author stays."""
    outcome = counts(20)
    outcome[7, :40] = np.arange(40) < 9
    for relative, left in ((True, 1), (False, 0)):
        read = authors.read(panel(outcome, {0: 40}), "sales", relative=relative)
        assert (left, 20 - left) == (read.left_out, len(read.outcome))


GOOD = panel(counts(4), {0: 40})
ROW = GOOD.index[45]


def changed(column, value, row=ROW):
    """Return the good panel with one cell changed."""
    table = GOOD.copy()
    table.loc[row, column] = value
    return table


REFUSALS = [
    (
        GOOD.drop(columns=["treated", "sales"]),
        (
            "The panel has no column 'treated', 'sales'; it has 'author', 'date'. Give one row an "
            "author and date."
        ),
    ),
    (
        pd.concat([GOOD, GOOD[["date"]]], axis=1),
        "The panel has two columns 'date'. Keep one of them.",
    ),
    (GOOD.iloc[:0], "The panel has no rows. Give one row an author and date."),
    (
        GOOD.assign(date=1),
        "Column 'date' holds int64, not dates. Convert it with pd.to_datetime.",
    ),
    (
        changed("author", None),
        "Column 'author' is missing in 1 of 240 row(s). Say whose and which date each row is.",
    ),
    (
        changed("date", pd.NaT),
        "Column 'date' is missing in 1 of 240 row(s). Say whose and which date each row is.",
    ),
    (
        GOOD.assign(treated="yes"),
        "Column 'treated' holds str, not numbers. Convert it first.",
    ),
    (
        changed("sales", np.nan),
        (
            "Column 'sales' is missing or infinite in 1 of 240 row(s). An unknown date is not a "
            "zero: leave that author or those dates out."
        ),
    ),
    (
        changed("sales", np.inf),
        (
            "Column 'sales' is missing or infinite in 1 of 240 row(s). An unknown date is not a "
            "zero: leave that author or those dates out."
        ),
    ),
    (
        changed("treated", 2),
        (
            "Column 'treated' is neither 0 nor 1 in 1 of 240 row(s), such as 2. Write 1 from an "
            "author's start on, else 0."
        ),
    ),
    (
        changed("sales", -1),
        (
            "Column 'sales' is negative in 1 of 240 row(s). Count what was gained; leave refunds "
            "and departures out."
        ),
    ),
    (
        pd.concat([GOOD, GOOD.iloc[[45]]]),
        (
            "An author has more than one row on 2024-02-15 (1 row(s) too many). Sum them to one "
            "row an author and date."
        ),
    ),
    (
        GOOD.iloc[:60],
        "The panel has a single author. Give authors to compare with, or use from_campaign.",
    ),
    (
        GOOD.drop(index=ROW),
        (
            "1 of 240 rows are missing: 4 authors, 60 dates, and not every author on 2024-02-15. "
            "Give every author a row on every date, zeros included."
        ),
    ),
    (
        changed("treated", 0),
        (
            "1 of 4 author(s) stop being treated, the first on 2024-02-15. An author stays treated "
            "from its start on: cut the panel before anyone stops."
        ),
    ),
    (
        GOOD.assign(treated=0),
        "No author of 4 is ever treated. Write 1 in column 'treated' from an author's start on.",
    ),
    (
        panel(counts(4), {0: 40, 1: 0}),
        (
            "1 of 4 author(s) are treated from the first date, 2024-01-01. Leave them out, or add "
            "dates before they started."
        ),
    ),
    (
        panel(counts(4), dict.fromkeys(range(4), 40)),
        (
            "All 4 authors start on one date, 2024-02-10, so nobody is left to compare with. Add "
            "authors who did not start, or use from_campaign."
        ),
    ),
]


@pytest.mark.parametrize(("table", "message"), REFUSALS)
def test_malformed_panels_are_refused(table, message):
    """Each malformed panel has its own message: what is wrong, where, and what to do."""
    with pytest.raises(LiftError) as refusal:
        from_panel(table, "sales")
    assert message == str(refusal.value)


def test_refusals_are_told_apart():
    """No two kinds of fault but missing and infinite numbers share a message."""
    messages = sorted(message for _, message in REFUSALS)
    assert 1 == sum(one == other for one, other in pairwise(messages))


def test_an_unknown_estimator_is_refused():
    """The message names those there are."""
    with pytest.raises(LiftError) as refusal:
        from_panel(GOOD, "sales", estimator="twfe")
    assert (
        "Unknown estimator 'twfe'. The estimators known are: did, synthetic control, synthetic did."
    ) == str(refusal.value)


@pytest.fixture(scope="module")
def stored(root):
    """Return the stored table of how often the lift from a panel is right."""
    return pd.read_csv(root / "data/validation/panel.csv")


def test_stored_figures_are_those_of_this_code(stored):
    """The table was made by the code as it is, cell by cell, from 500 draws or more."""
    assert {engine.code(validation.CODE)} == set(stored["code"])
    assert list(validation.cells()) == [Cell(*row) for row in stored[list(Cell._fields)].to_numpy()]
    assert 500 <= stored["replicates"].min()


def test_coverage_and_false_alarms_are_as_claimed(stored):
    """Demand parallel, in all twelve worlds: coverage in [.93, .98], false alarms at most .06."""
    alike = stored[stored["holds"]]
    assert (12, 82) == (alike["world"].nunique(), len(alike))
    assert [] == alike.index[~alike["coverage"].between(0.93, 0.98)].tolist()
    assert 0.945 <= alike["coverage"].mean() <= 0.96
    assert alike["false_alarm"].max() <= 0.06


def test_drift_and_starts_that_follow_demand_are_seldom_called_a_lift(stored):
    """Where authors do not move alike, the verdict is "lift" in at most .06 of draws."""
    apart = stored[stored["starts"].isin([*validation.DRIFTS, validation.FOLLOWS])]
    assert 12 == len(apart)
    assert apart["false_alarm"].max() <= 0.06
