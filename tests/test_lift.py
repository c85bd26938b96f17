"""Lift from chosen posting days: exact answers, truth recovered, invariances, refusals, wording."""

import re

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import worlds
from helpers import lift
from helpers.lift import (
    LiftError,
    association,
    checks,
    regression,
    sensitivity,
    series,
    shapes,
    shifts,
    wording,
)
from helpers.tables import Engagement
from helpers.validate import engine
from helpers.validate import posts as validation
from helpers.validate.posts import NEWS, RANDOM, SAME_DAY, Cell

USUAL, LASTING, TEN = (
    "demand with memory .6",
    "demand with memory .9",
    "ten conversions a day",
)
UNPLANNED = (
    "A posting calendar drawn by lot, in weekly blocks and kept for months, would settle it."
)


def days(cell, seed=1):
    """Return one draw of a cell as a daily table, and its true ratio."""
    drawn = validation.draw(cell, np.random.default_rng(seed))
    table = validation.table(drawn).rename(columns={"conversions": "sales"})
    return table.astype({"posts": "int64", "sales": "int64"}), drawn.ratio


@pytest.fixture(scope="module")
def year():
    """Return a year in which posts doubled sales, on days drawn at random."""
    return days(Cell(TEN, RANDOM, 1.0), seed=4)


@pytest.fixture(scope="module")
def found(year):
    """Return what is found in that year."""
    return lift.from_posts(year[0], "sales")


@pytest.fixture(scope="module")
def quiet():
    """Return what is found in a year in which posts did nothing."""
    return lift.from_posts(days(Cell(USUAL, RANDOM, 0.0), seed=3)[0], "sales")


@pytest.fixture(scope="module")
def follower():
    """Return what is found of an author who posts when demand is high, to no effect."""
    return lift.from_posts(days(Cell(TEN, SAME_DAY, 0.0, 728, holds=False), seed=2)[0], "sales")


def parts(table):
    """Return the series of a daily table and the fit of its calendar alone."""
    read = series.read(table, "sales", ())
    return read, shifts.of_counts(read, read.counts)


@pytest.mark.parametrize("shape", range(2 * len(shapes.RETENTIONS)))
def test_days_without_noise_give_the_exact_answer(year, shape):
    """Whichever shape made the days, ratio and extra are those that made them."""
    read = series.read(year[0].assign(cause_sale=(year[0].index > 300).astype(int)), "sales", ())
    stock = shapes.stocks(read)[shape % len(shapes.RETENTIONS)]
    effect = 0.5 * stock if shape < len(shapes.RETENTIONS) else np.log(1 + np.expm1(0.5) * stock)
    base = np.exp(15 + read.calendar[:, 1:8] @ np.full(7, 0.1) + 0.3 * read.calendar[:, -1])
    table = read.table.assign(sales=(base * np.exp(effect)).round())
    found = lift.from_posts(table, "sales")
    assert table["sales"].sum() / base.sum() == pytest.approx(found.ratio, rel=1e-5)
    assert table["sales"].sum() - base.sum() == pytest.approx(found.extra, rel=1e-4)
    assert base.sum() == pytest.approx(found.table["without_posting"].sum(), rel=1e-5)
    assert table["sales"].to_numpy() == pytest.approx(found.table["fitted"].to_numpy(), rel=1e-4)


def test_a_true_lift_is_found(year, found):
    """The interval holds the truth, extra agrees with the ratio, p is never 0."""
    assert "lift" == found.verdict
    assert found.low <= year[1] <= found.high
    total = year[0]["sales"].sum()
    assert [total * (1 - 1 / end) for end in (found.ratio, found.low, found.high)] == pytest.approx(
        [found.extra, found.extra_low, found.extra_high]
    )
    assert 1 / 40 == found.p_value
    assert 1 < found.detectable < found.high


def test_posting_that_follows_demand_is_not_called_a_lift(follower):
    """The interval is above 1 though posts did nothing; the checks say so."""
    assert follower.low > 1
    assert "cannot tell" == follower.verdict
    assert not follower.checks.set_index("check")["passed"][
        "conversions rise more after posts than before"
    ]


def test_posting_after_good_days_is_seen_before_the_posts():
    """An author who posts on the morrow of good sales fails both checks that look back."""
    table, _ = days(Cell(TEN, RANDOM, 0.0))
    yesterday = table["sales"].shift(fill_value=0)
    found = lift.from_posts(table.assign(posts=(yesterday > 8).astype(int)), "sales")
    judged = found.checks.set_index("check")["passed"]
    assert not judged["conversions do not change before posts"]
    assert not judged["posting does not follow conversions"]
    assert "cannot tell" == found.verdict


@pytest.mark.parametrize("place", range(len(shapes.RETENTIONS)))
def test_fast_and_published_regressions_agree(monkeypatch, year, place):
    """Posts that compound: the log ratio and its error are statsmodels', by the delta method."""
    monkeypatch.setattr(shapes, "USUAL", 1e9)
    read, null = parts(year[0])
    fits = shapes.fit(read, null, 14)
    matrix = np.column_stack([read.calendar, shapes.stocks(read)[place]])
    kernel = {"maxlags": 14, "use_correction": True}
    poisson = sm.GLM(read.counts, matrix, family=sm.families.Poisson())
    slow = poisson.fit(cov_type="HAC", cov_kwds=kernel, tol=1e-12)
    bare = matrix.copy()
    bare[:, -1] = 0
    means, without = slow.predict(matrix), slow.predict(bare)
    gradient = matrix.T @ means / means.sum() - bare.T @ without / without.sum()
    error = np.sqrt(gradient @ slow.cov_params() @ gradient)
    assert np.log(means.sum() / without.sum()) == pytest.approx(fits.value[place], rel=1e-6)
    assert error == pytest.approx(fits.error[place], rel=1e-6)


def test_one_step_and_published_regressions_agree(year):
    """Without shifts, a step of a line is statsmodels' least squares: estimate ÷ error, gain."""
    read = series.read(year[0], "sales", ())
    null = shifts.of_line(read, read.posting, [])
    step = shifts.step(null, read.counts[None, None], np.ones((1, 1)), 14)
    line = sm.OLS(read.posting, np.column_stack([read.calendar, read.counts]))
    slow = line.fit(cov_type="HAC", cov_kwds={"maxlags": 14, "use_correction": True})
    assert slow.tvalues[-1] == pytest.approx(step.statistics[0, 0], rel=1e-6)
    assert slow.bse[-1] == pytest.approx(step.error[0, 0], rel=1e-6)
    least = float(null.residuals @ null.residuals)
    assert (least - slow.ssr) / (2 * null.scatter) == pytest.approx(step.gain[0], rel=1e-6)


def test_fast_and_published_lines_agree(year):
    """A line and its errors are those of statsmodels, coefficient by coefficient."""
    read = series.read(year[0], "sales", ())
    line = regression.Design(read.calendar, read.counts[None, None])
    fitted = regression.fit_line(line, read.posting[None])
    kernel = {"maxlags": 14, "use_correction": True}
    ordinary = sm.OLS(read.posting, np.column_stack([read.calendar, read.counts]))
    expected = ordinary.fit(cov_type="HAC", cov_kwds=kernel)
    for place, one in enumerate(np.eye(line.columns)):
        estimate = regression.contrast(line, read.posting[None], fitted, one, 14)
        assert (expected.params[place], expected.bse[place]) == pytest.approx(
            (estimate.value[0], estimate.error[0]), rel=1e-6
        )


def test_shifts_turn_all_columns_alike_and_leave_near_days_out():
    """The first is unturned; others are turned by ten days or more, either way round."""
    days = np.arange(100.0)
    turned = shifts.turned([days, 2 * days])
    assert days.tolist() == turned[0, 0].tolist()
    assert (2 * turned[:, 0] == turned[:, 1]).all()
    steps = turned[1:, 0].argmin(axis=1)
    assert (10, 90, len(set(steps))) == (steps.min(), steps.max(), len(steps))


def test_shifts_of_a_long_record_are_whole_weeks():
    """Posts stay on their weekdays: 49 shifts of a year, by 14 days or more, either way."""
    year = shifts.lengths(364)
    assert (14, 350, 49) == (year.min(), year.max(), len(year))
    assert not (year % 7).any()
    assert 79 == len(shifts.lengths(98))


@pytest.mark.parametrize(
    ("shifts_there", "asked"), [(49, 39), (101, 99), (65, 59), (79, 79), (39, 39), (19, 19), (7, 7)]
)
def test_a_twentieth_of_the_shifts_asked_is_a_whole_number(shifts_there, asked):
    """With the days as they were: so a test at .05 is at .05, and at no less."""
    places = shifts.evenly(shifts_there)
    assert [0, shifts_there - 1, asked] == [places[0], places[-1], len(set(places))]
    assert np.diff(places).max() <= 2


def test_a_shape_far_less_likely_is_not_believed():
    """Over eight times less likely than the likeliest: none of it; less so: as far as likely."""
    found = shapes.beliefs(np.log([8.0, 2.0, 0.99, 6.0]))
    assert [0.5, 0.125, 0.0, 0.375] == pytest.approx(found.tolist())


def test_belief_is_in_what_the_days_speak_for(year):
    """Posts that are over by midnight: belief in nothing being left is near 1."""
    rng = np.random.default_rng(4)
    table = year[0].assign(sales=rng.poisson(40 * (1 + year[0]["posts"])))
    fits = shapes.fit(*parts(table), 14)
    assert fits.belief[[0, len(shapes.RETENTIONS)]].sum() > 0.99


def test_interval_and_p_value_always_agree():
    """A statistic is beyond the critical value exactly when p is .05 or less."""
    rng = np.random.default_rng(5)
    for size in (84, 120, 200):
        for _ in range(200):
            statistics = np.abs(rng.standard_normal(size))
            statistics[0] *= 2
            beyond = statistics[0] > regression.critical(statistics, 0.05)
            assert beyond == (regression.p_value(statistics) <= 0.05)
            assert regression.p_value(statistics) > 0


def test_posts_decay_over_the_days_after_or_before():
    """One post is worth 1, then a half, then a quarter; the future is its mirror."""
    post = np.array([[0.0, 0, 1, 0, 0]])
    assert [[0, 0, 1, 0.5, 0.25]] == regression.decaying(post, 0.5).tolist()
    assert [[0, 0, 0, 1, 0.5]] == regression.decaying(post, 0.5, days="past").tolist()
    assert [[0.5, 1, 0, 0, 0]] == regression.decaying(post, 0.5, days="future").tolist()


def test_e_values_are_as_published():
    """VanderWeele & Ding 2017: 7.26 for 3.9, 3.0 for its limit 1.8, 1.81 for 0.8."""
    assert [7.26, 3.0, 1.81] == [round(sensitivity.e_value(ratio), 2) for ratio in (3.9, 1.8, 0.8)]


def test_likes_are_not_an_input(year, found):
    """Permuted, of any size, unknown or absent: likes and replies change nothing at all."""
    rng = np.random.default_rng(6)
    likes = 10 * year[0]["sales"] + rng.integers(0, 5, 364)
    tracking = year[0].assign(likes=likes, replies=likes // 7)
    permuted = tracking.assign(
        **{name: rng.permutation(tracking[name]) for name in ("likes", "replies")}
    )
    unknown = tracking.assign(likes=np.nan, replies=pd.NA)
    for table in (tracking, permuted, unknown):
        again = lift.from_posts(table, "sales")
        for name in ("verdict", "ratio", "low", "high", "p_value", "detectable", "sentence"):
            assert getattr(found, name) == getattr(again, name)
        pd.testing.assert_frame_equal(found.checks, again.checks)
        pd.testing.assert_frame_equal(found.table, again.table)


def test_order_of_rows_changes_nothing(year, found):
    """Days are sorted by date."""
    again = lift.from_posts(year[0].sample(frac=1, random_state=7), "sales")
    pd.testing.assert_frame_equal(found.table, again.table)
    pd.testing.assert_frame_equal(found.checks, again.checks)


def test_other_years_change_nothing(year, found):
    """The same days a whole number of weeks later give the same answer."""
    later = year[0].assign(date=year[0]["date"] + pd.Timedelta(weeks=57))
    again = lift.from_posts(later, "sales")
    assert (found.ratio, found.low, found.p_value) == pytest.approx(
        (again.ratio, again.low, again.p_value), rel=1e-12
    )
    assert found.sentence == again.sentence


def test_counting_pairs_as_two_changes_only_the_number(year, found):
    """Pages of a book read ten at a time: the same ratio and interval, ten times the extra."""
    again = lift.from_posts(year[0].assign(sales=10 * year[0]["sales"]), "sales")
    assert (found.ratio, found.low, 10 * found.extra) == pytest.approx(
        (again.ratio, again.low, again.extra), rel=1e-5
    )


def test_a_closed_shop_is_left_out(year):
    """Weekdays on which nothing is ever sold say nothing, and are not fitted."""
    table = year[0].copy()
    table.loc[table["date"].dt.day_of_week == 6, "sales"] = 0
    found = lift.from_posts(table, "sales")
    assert np.isfinite(found.ratio)
    assert 52 == found.table["fitted"].isna().sum()


def launched(seed):
    """Return days on which launches bring sales and posts alike, and the true ratio of posts."""
    table, truth = days(Cell(TEN, RANDOM, 0.0), seed=seed)
    launch = (table.index // 30 % 3 == 0) & (table.index > 0)
    table.loc[launch, "sales"] *= 4
    rng = np.random.default_rng(seed + 1)
    table["posts"] = (rng.random(364) < np.where(launch, 0.8, 0.15)).astype(int)
    return table, launch, truth


def test_known_causes_are_held_fixed():
    """A launch that brings posts and sales alike is not credited to the posts once it is known."""
    wrong = []
    for seed in range(8, 20):
        table, launch, truth = launched(seed)
        informed = table.assign(cause_launch=launch.astype(int))
        found = [lift.from_posts(one, "sales").ratio for one in (table, informed)]
        wrong.append(np.abs(np.log(np.divide(found, truth))))
    blind, informed = np.transpose(wrong)
    assert (informed < blind).all()
    assert np.median(informed) < 0.3 * np.median(blind)


def test_a_known_cause_is_as_good_as_a_control():
    """The column may be named as a cause or given as a control: the same ratio."""
    table, launch, _ = launched(8)
    informed = lift.from_posts(table.assign(cause_launch=launch.astype(int)), "sales")
    also = lift.from_posts(table.assign(launch=launch), "sales", controls=("launch",))
    assert informed.ratio == pytest.approx(also.ratio)


@pytest.mark.parametrize(
    ("posts", "need"),
    [
        (np.ones(364), "enough days without a post (0 days without a post; 14 are needed)"),
        (np.zeros(364), "enough days with a post (0 days with a post; 14 are needed)"),
        (np.arange(364) % 7 < 3, "posting is not fixed by the calendar (0%"),
        (np.arange(364) % 2, "posting is not one fixed rhythm (1%"),
    ],
)
def test_posting_that_never_varies_cannot_tell(year, posts, need):
    """Every day, never, the same weekdays, every other day: no answer, and what would give one."""
    found = lift.from_posts(year[0].assign(posts=np.asarray(posts, dtype=int)), "sales")
    assert ("cannot tell", True) == (found.verdict, bool(np.isnan(found.ratio)))
    assert need in found.sentence
    assert found.sentence.endswith(UNPLANNED)


def test_days_without_any_chance_cannot_tell(year):
    """The same three sales every day leave no scatter to judge by: no estimate, no warning."""
    found = lift.from_posts(year[0].assign(sales=3), "sales")
    assert ("cannot tell", True) == (found.verdict, bool(np.isnan(found.ratio)))
    assert (
        "the regression has an answer (posting and calendar foretell some days entirely)"
    ) in found.sentence


@pytest.mark.parametrize("length", [0, 1, 5, 83])
def test_short_data_cannot_tell_and_say_how_short(year, length):
    """No error, no estimate: the counts found and the counts needed."""
    table = year[0].head(length)
    found = lift.from_posts(table, "sales")
    posting, sold = int(table["posts"].sum()), int(table["sales"].sum())
    days = "1 day" if length == 1 else f"{length} days"
    assert "cannot tell" == found.verdict
    assert found.sentence.startswith(
        f"Cannot tell whether posting moves sales, from {days}, {posting} of them with a post, "
        f"and {sold:,} sales. This would have to hold and does not: enough days ({days}; 84 are "
        f"needed)"
    )
    assert found.sentence.endswith(UNPLANNED)


def test_sentences_state_the_finding_whole(found, quiet):
    """Ratio, interval, counts and assumption; or what could have been found."""
    posting, sold = int((found.table["posts"] > 0).sum()), int(found.table["sales"].sum())
    assert (
        f"Lift: over 364 days, {posting} of them with a post, and {sold:,} sales, there were "
        f"{found.ratio:.2f} times as many sales as the same days would have had without posting "
        f"(95 % interval {found.low:.2f} to {found.high:.2f}), or {found.extra:,.0f} more (95 % "
        f"interval {found.extra_low:,.0f} to {found.extra_high:,.0f}), if nothing else that drives "
        f"sales also drove when the author posted."
    ) == found.sentence
    posting, sold = int((quiet.table["posts"] > 0).sum()), int(quiet.table["sales"].sum())
    assert "no clear lift" == quiet.verdict
    assert (
        f"No clear lift: over 364 days, {posting} of them with a post, and {sold:,} sales, posting "
        f"went with {quiet.ratio:.2f} times the sales (95 % interval {quiet.low:.2f} to "
        f"{quiet.high:.2f}), and no difference, 1.00, is within that. Even with every check "
        f"passed, days like these find a lift four times in five only from about "
        f"{quiet.detectable:.2f} times up."
    ) == quiet.sentence


def test_what_excludes_1_never_reads_as_1():
    """A limit of 1.002 is not written 1.00; a few units are written to a tenth."""
    assert ["1.0020", "0.9990", "1.01", "0.5"] == [
        *map(wording.times, (1.002, 0.999, 1.012)),
        wording.amount(0.48),
    ]


def test_a_lift_that_few_days_make_is_no_lift(year):
    """Sales that posts halve, but for days of very many: ordinary days say otherwise."""
    rng = np.random.default_rng(3)
    table = year[0].assign(sales=rng.poisson(30 * 0.5 ** year[0]["posts"]))
    table.loc[table.index[table["posts"] > 0][::10], "sales"] += 600
    found = lift.from_posts(table, "sales")
    assert found.low > 1
    judged = found.checks.set_index("check").loc["conversions rise on ordinary days too"]
    assert (True, False) == (judged["value"] < 0, bool(judged["passed"]))
    assert "cannot tell" == found.verdict


def test_lower_sales_are_not_a_lift(year):
    """An interval below 1 is no clear lift, and the sentence says lower."""
    rng = np.random.default_rng(3)
    found = lift.from_posts(
        year[0].assign(sales=rng.poisson(30 * 0.5 ** year[0]["posts"])), "sales"
    )
    assert found.high < 1
    assert "no clear lift" == found.verdict
    assert (
        f"sales were lower with posting, {found.ratio:.2f} times the others (95 % interval "
        f"{found.low:.2f} to {found.high:.2f})."
    ) in found.sentence


def test_no_observational_sentence_says_that_posts_caused_anything(found, quiet, follower):
    """Whatever the verdict: never "caused" or "because"; a lift carries its assumption."""
    for one in (found, quiet, follower):
        assert not re.search(r"\bcaus(ed|es|ing)\b|because", one.sentence)
    assert "if nothing else that drives sales also drove when the author posted" in found.sentence
    assert "would settle it" in follower.sentence
    assert "which cannot be read as its effect" in follower.sentence


def test_checks_say_what_was_asked(found):
    """Each check has a value and a meaning; what is only reported is not judged."""
    assert [
        "enough days",
        "enough conversions",
        "enough days with conversions",
        "enough days with a post",
        "enough days without a post",
        "posting is not fixed by the calendar",
        "posting is not one fixed rhythm",
        "conversions do not change before posts",
        "conversions rise more after posts than before",
        "conversions rise on ordinary days too",
        "posting does not follow conversions",
        "strength of an unmeasured cause (E-value)",
        "strength of an unmeasured cause beside the strongest that is known",
        "scatter of daily conversions",
    ] == found.checks["check"].to_list()
    assert [True] * 11 + [pd.NA] * 3 == found.checks["passed"].to_list()
    limit = found.checks.set_index("check")["value"]["strength of an unmeasured cause (E-value)"]
    assert sensitivity.e_value(found.low) == pytest.approx(limit)


TABLE = days(Cell(USUAL, RANDOM, 0.0, 84))[0]
UNANSWERABLE = {
    "constant": (
        {"sales": 3},
        (
            "84 days, 42 of them with a post, and 252 sales. This would have to hold and does "
            "not: the regression has an answer (posting and calendar foretell some days "
            "entirely)."
        ),
    ),
    "all zero": (
        {"sales": 0},
        (
            "84 days, 42 of them with a post, and 0 sales. This would have to hold and does not: "
            "enough days (84 days; 129 are needed); enough conversions (0 conversions; 30 are "
            "needed); enough days with conversions (0 days with conversions; 14 are needed); "
            "enough days with a post (0 days with a post; 14 are needed); enough days without a "
            "post (0 days without a post; 14 are needed)."
        ),
    ),
    "one post": (
        {"posts": (np.arange(84) == 40).astype(int)},
        (
            "84 days, 1 of them with a post, and 244 sales. This would have to hold and does not:"
            " enough days with a post (1 day with a post; 14 are needed)."
        ),
    ),
    "posts every day": (
        {"posts": 1},
        (
            "84 days, 84 of them with a post, and 244 sales. This would have to hold and does "
            "not: enough days without a post (0 days without a post; 14 are needed)."
        ),
    ),
}


@pytest.mark.parametrize("case", UNANSWERABLE)
def test_days_that_say_nothing_cannot_tell(case):
    """Each sort of empty evidence has its own whole sentence, and no figure."""
    changed, needs = UNANSWERABLE[case]
    found = lift.from_posts(TABLE.assign(**changed), "sales")
    assert f"Cannot tell whether posting moves sales, from {needs} {UNPLANNED}" == found.sentence
    assert ("cannot tell", True) == (found.verdict, bool(np.isnan(found.ratio)))


def test_an_empty_table_cannot_tell():
    """Not an error: no days, and how many of each sort are needed."""
    assert (
        "Cannot tell whether posting moves sales, from 0 days, 0 of them with a post, and 0 sales. "
        "This would have to hold and does not: enough days (0 days; 84 are needed); enough "
        "conversions (0 conversions; 30 are needed); enough days with conversions (0 days with "
        "conversions; 14 are needed); enough days with a post (0 days with a post; 14 are needed); "
        f"enough days without a post (0 days without a post; 14 are needed). {UNPLANNED}"
    ) == lift.from_posts(TABLE.head(0), "sales").sentence


REFUSALS = {
    "no posts": (
        TABLE.drop(columns="posts"),
        "The daily table has no column 'posts'; it has 'date', 'sales'. Make it with lift.daily.",
    ),
    "text for dates": (
        TABLE.assign(date=TABLE["date"].astype(str)),
        "Column 'date' holds str, not dates. Convert it with pd.to_datetime.",
    ),
    "text for counts": (
        TABLE.assign(sales="many"),
        "Column 'sales' holds str, not numbers. Convert it first.",
    ),
    "unknown sales": (
        TABLE.assign(sales=TABLE["sales"].where(TABLE.index > 2)),
        (
            "Column 'sales' is missing or infinite on 3 of 84 day(s). An unknown day is not a "
            "zero: cut the table to days that are known."
        ),
    ),
    "negative posts": (
        TABLE.assign(posts=-1),
        (
            "Column 'posts' is negative on 84 of 84 day(s). Count what was gained; leave refunds "
            "and departures out."
        ),
    ),
    "no date": (
        TABLE.assign(date=TABLE["date"].where(TABLE.index > 0)),
        "Column 'date' is missing in 1 of 84 row(s). Leave undated rows out.",
    ),
    "infinite sales": (
        TABLE.assign(sales=TABLE["sales"].where(TABLE.index > 0, np.inf)),
        (
            "Column 'sales' is missing or infinite on 1 of 84 day(s). An unknown day is not a "
            "zero: cut the table to days that are known."
        ),
    ),
    "a day twice": (
        pd.concat([TABLE, TABLE.head(2)]),
        (
            "The day 2024-01-01 stands in more than one row (2 row(s) too many). Sum them to one "
            "row a day."
        ),
    ),
    "a gap": (
        TABLE.drop(index=[10, 20, 21]),
        (
            "The days are not consecutive: the row after 2024-01-10 is not the next day (2 such "
            "place(s)). Give every day a row, zeros included."
        ),
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_malformed_days_are_refused(case):
    """Each refusal says what is wrong, what was found and what to do."""
    table, message = REFUSALS[case]
    with pytest.raises(LiftError) as refusal:
        lift.from_posts(table, "sales")
    assert message == str(refusal.value)


def test_a_column_plays_one_part():
    """The outcome cannot be a control of itself."""
    with pytest.raises(LiftError) as refusal:
        lift.from_posts(TABLE, "sales", controls=("sales",))
    assert "Column 'sales' is given twice. Give each column one part to play." == str(refusal.value)


def test_a_negative_control_that_posting_moves_is_a_warning(year, found):
    """Sales of somebody else's books go with the posts: something moves both."""
    rng = np.random.default_rng(10)
    table = year[0].assign(
        theirs=rng.poisson(20 * 2.0 ** year[0]["posts"]), calm=rng.poisson(20, 364), rare=0
    )
    moved = lift.from_posts(table, "sales", negative_controls=("theirs",))
    assert "cannot tell" == moved.verdict
    assert (
        "This would have to hold and does not: posting does not go with theirs (p = 0.025; posting "
        "cannot move theirs, so what goes with both moves conversions). Posting went with"
    ) in moved.sentence
    assert (found.low, found.high) == (moved.low, moved.high)
    calm = lift.from_posts(table, "sales", negative_controls=("calm", "rare"))
    assert "lift" == calm.verdict
    judged = calm.checks.set_index("check")
    assert judged["passed"]["posting does not go with calm"]
    assert judged["passed"].isna()["posting does not go with rare"]
    assert (
        "rare is too rare or too even to ask"
        == (judged["meaning"]["posting does not go with rare"])
    )


def test_a_negative_control_is_asked_with_the_same_things_held_fixed(year):
    """What a known cause, or a control, brought to both is not held against the posts."""
    rng = np.random.default_rng(13)
    visits = 1 + 3 * year[0]["posts"] + rng.exponential(1.5, 364)
    table = year[0].assign(visits=visits, theirs=rng.poisson(3 * np.exp(visits / 3)))
    blind = lift.from_posts(table, "sales", negative_controls=("theirs",))
    informed = lift.from_posts(table, "sales", controls=("visits",), negative_controls=("theirs",))
    title = "posting does not go with theirs"
    passed = [one.checks.set_index("check")["passed"][title] for one in (blind, informed)]
    assert [False, True] == passed


def test_each_of_many_negative_controls_can_warn():
    """With 39 shifts p is .025 at least, so a level of .05 ÷ 3 would never be reached."""
    rng = np.random.default_rng(11)
    judged = [rng.normal(size=40) for _ in range(10)]
    judged[3][0] = 9.0
    p = association.jointly(judged)
    assert p[3] == 1 / 40
    assert [checks.unmoved("a", each).passed for each in p] == [place != 3 for place in range(10)]
    assert [p[3]] == association.jointly([judged[3]])
    assert [] == association.jointly([])


def test_several_negative_controls_share_one_chance_of_a_false_warning():
    """Of five that posting leaves alone, alike or not, one or more warn in .05 of draws."""
    rng = np.random.default_rng(12)
    for shared in (0.0, 0.9):
        common = rng.normal(size=(4000, 1, 40))
        found = shared * common + np.sqrt(1 - shared**2) * rng.normal(size=(4000, 5, 40))
        warned = [min(association.jointly(list(one))) <= 0.05 for one in found]
        assert np.mean(warned) == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 4000))


def test_one_moved_among_calm_negative_controls_warns(year):
    """The one that posting goes with warns beside three that it leaves alone."""
    rng = np.random.default_rng(10)
    calm = {f"calm{place}": rng.poisson(20, 364) for place in range(3)}
    table = year[0].assign(theirs=rng.poisson(20 * 2.0 ** year[0]["posts"]), **calm)
    found = lift.from_posts(table, "sales", negative_controls=("theirs", *calm))
    passed = found.checks.set_index("check")["passed"]
    assert [False, True, True, True] == [
        passed[f"posting does not go with {name}"] for name in ("theirs", *calm)
    ]
    assert "cannot tell" == found.verdict


def test_a_negative_control_plays_no_other_part():
    """The outcome cannot be its own negative control."""
    with pytest.raises(LiftError) as refusal:
        lift.from_posts(TABLE, "sales", negative_controls=("sales",))
    assert "Column 'sales' is given twice. Give each column one part to play." == str(refusal.value)


def test_the_pull_of_a_known_cause_is_how_far_leaving_it_out_moves_a_line():
    """Cinelli & Hazlett 2020: bias = pull × spread of counts ÷ spread of posting, exactly."""
    rng = np.random.default_rng(11)
    columns = np.column_stack([np.ones(50), rng.standard_normal((50, 3))])
    posting = columns @ [0, 1, 0.5, 0] + rng.standard_normal(50)
    counts = columns @ [2, -1, 0.3, 1] + 0.7 * posting + rng.standard_normal(50)
    whole = sm.OLS(counts, np.column_stack([columns, posting])).fit()
    others = np.delete(columns, 1, axis=1)
    without = sm.OLS(counts, np.column_stack([others, posting])).fit()
    spread = np.sqrt(without.ssr / sm.OLS(posting, others).fit().ssr)
    pull = sensitivity._pull(columns, np.array([1]), posting, counts)
    assert abs(without.params[-1] - whole.params[-1]) == pytest.approx(pull * spread)


def test_an_unmeasured_cause_is_set_beside_the_strongest_that_is_known(year):
    """A sale that doubles conversions is named, and the season and weekdays are not."""
    sale = (np.arange(364) // 20 % 4 == 1).astype(int)
    table = year[0].assign(cause_sale=sale, sales=year[0]["sales"] * (1 + 2 * sale))
    table["posts"] = table["posts"] | (sale & (np.arange(364) % 3 == 0))
    found = lift.from_posts(table, "sales")
    title = "strength of an unmeasured cause beside the strongest that is known"
    told = found.checks.set_index("check").loc[title]
    assert (
        f"a cause nobody recorded would have to pull {told['value']:.1f} times as hard as "
        f"cause_sale, the strongest that is known, to bring the interval to no difference"
    ) == told["meaning"]
    assert told["value"] > 0


def test_an_interval_that_holds_no_difference_leaves_nothing_to_explain(quiet):
    """Both scales say so, at their least values."""
    told = quiet.checks.set_index("check").iloc[-3:-1]
    assert [1.0, 0.0] == told["value"].to_list()
    nothing = "the interval holds no difference, so nothing is left to explain away"
    assert [nothing] * 2 == told["meaning"].to_list()


@pytest.fixture
def engagement(year):
    """Return that year as an author's tables."""
    dates = year[0]["date"].dt.tz_localize("UTC")
    posted = dates[year[0]["posts"] > 0]
    posts = worlds.posts([f"p{place}" for place in range(len(posted))])
    sold = year[0]["sales"].to_numpy()
    sales = worlds.conversions([(None, "sale", int(count)) for count in sold])
    return Engagement(
        posts=posts.assign(published_at=posted.to_numpy(), grain="day"),
        conversions=sales.assign(occurred_at=dates, grain="day"),
    )


def test_the_strongest_design_is_chosen_and_the_stronger_ones_named(engagement):
    """One author's tables allow chosen days alone; the checks end with what more would need."""
    chosen = lift.choose(engagement, "sales")
    direct = lift.from_posts(lift.daily(engagement, "sales"), "sales")
    assert ("lift", direct.sentence) == (chosen.verdict, chosen.sentence)
    assert [
        "stronger design: a trial of people",
        "stronger design: a posting calendar drawn by lot",
    ] == chosen.checks["check"].to_list()[-2:]
    assert (
        "not possible here: no calendar was drawn before the author posted. It would need weeks "
        "with and without posts, drawn in pairs by a coin (notebook 06 draws one)"
    ) == chosen.checks["meaning"].iloc[-1]
    assert chosen.checks["passed"].iloc[-2:].isna().all()


def test_missing_tables_are_an_answer_not_an_error(engagement):
    """A notebook gets "cannot tell", what is missing, and what would settle it."""
    chosen = lift.choose(engagement, "signups")
    assert "cannot tell" == chosen.verdict
    assert (
        "Cannot tell whether posting moves sign-ups. There are no conversions of kind 'signup': "
        "table 'conversions' has 364 row(s), none of that kind with a quantity above zero and "
        "a day. Add an export that dates them (a shop's orders, a newsletter's subscribers). "
        + UNPLANNED
    ) == chosen.sentence
    nothing = lift.choose(Engagement(), "sales")
    assert ("cannot tell", 0) == (nothing.verdict, len(nothing.table))


def test_an_unknown_outcome_is_still_an_error(engagement):
    """A misspelt outcome is not taken for a missing export."""
    with pytest.raises(LiftError, match="Unknown outcome 'sale'"):
        lift.choose(engagement, "sale")


@pytest.fixture(scope="module")
def stored():
    """Return the stored table of how often the lift from chosen days is right."""
    return pd.read_csv(engine.path("posts"))


def test_stored_figures_are_those_of_this_code(stored):
    """Whoever changes the estimator draws the table anew: python -m helpers.validate posts."""
    assert {engine.code(validation.CODE)} == set(stored["code"])
    cells = [cell._asdict() for cell in validation.cells()]
    assert cells == stored[list(Cell._fields)].to_dict("records")
    assert (stored["replicates"] >= 500).all()


def test_the_hash_covers_the_whole_estimator(root):
    """Every module that `from_posts` reaches is in the hash, but for its sentences."""
    folder = root / "src/helpers/lift"
    names = {path.stem for path in folder.glob("*.py")}
    reached, waiting = set(), ["posts"]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        text = (folder / f"{name}.py").read_text()
        words = re.findall(r"^from helpers\.lift(?:\.(\w+))? import (.+)$", text, re.MULTILINE)
        named = [
            module or word.split(" as ")[0] for module, line in words for word in line.split(", ")
        ]
        waiting += [name for name in named if name in names - reached]
    hashed = {module.__name__.rpartition("helpers.")[2] for module in validation.CODE}
    others = {"simulate.days", "validate.engine", "validate.posts"}
    assert {f"lift.{name}" for name in reached - {"wording"}} | others == hashed


def test_draws_of_a_cell_depend_on_nothing_else():
    """The same cell and seed give the same row, alone or after another cell."""
    cells = [Cell(USUAL, RANDOM, 0.0, 84), Cell(USUAL, SAME_DAY, 0.0, 84)]
    options = {"replicates": 3, "seed": 1, "workers": 1}
    both = engine.measure(cells, validation.replicate, **options)
    alone = engine.measure(cells[1:], validation.replicate, **options)
    pd.testing.assert_frame_equal(both.iloc[1:].reset_index(drop=True), alone)


def test_coverage_and_false_alarms_are_as_claimed(stored):
    """Coverage is in [.93, .98] in every cell; false alarms are .06 at most in all of them."""
    held = stored[stored["holds"]]
    assert (12, 53) == (held["world"].nunique(), len(held))
    assert held["coverage"].between(0.93, 0.98).all()
    assert (stored["false_alarm"].dropna() <= 0.06).all()


def test_what_no_check_mends_is_stored_too(stored):
    """Where news drives both, intervals miss the truth."""
    news = stored[stored["posting"] == NEWS]
    assert (news["coverage"] + 2 * news["coverage_error"] < 0.93).all()
