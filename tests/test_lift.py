"""Lift from chosen posting days: exact answers, truth recovered, invariances, refusals, wording."""

import re

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import worlds
from helpers import lift, validate
from helpers.lift import LiftError, association, checks, regression, series, wording
from helpers.tables import Engagement
from helpers.validate import FOLLOWS, RANDOM, Cell

UNPLANNED = (
    "A posting calendar drawn by lot, in weekly blocks and kept for months, would settle it."
)


def days(cell, seed=1):
    """Return one draw of a world as a daily table, and its true ratio."""
    drawn = validate.draw(cell, np.random.default_rng(seed))
    dates = pd.date_range("2024-01-01", periods=cell.days)
    table = pd.DataFrame({"date": dates, "posts": drawn.posts, "sales": drawn.conversions})
    return table.astype({"posts": "int64", "sales": "int64"}), drawn.ratio


@pytest.fixture(scope="module")
def year():
    """Return a year in which posts doubled sales, on days drawn at random."""
    return days(Cell(RANDOM, 364, 10, 0.6, 1.0), seed=2)


@pytest.fixture(scope="module")
def found(year):
    """Return what is found in that year."""
    return lift.from_posts(year[0], "sales")


@pytest.fixture(scope="module")
def quiet():
    """Return what is found in a year in which posts did nothing."""
    return lift.from_posts(days(Cell(RANDOM, 364, 3, 0.6, 0.0), seed=3)[0], "sales")


@pytest.fixture(scope="module")
def follower():
    """Return what is found of an author who posts when demand is high, to no effect."""
    return lift.from_posts(days(Cell(FOLLOWS, 728, 10, 0.9, 0.0))[0], "sales")


def without_noise(table):
    """Return the table with the sales that its regression would fit, in millions."""
    read = series.read(table.assign(cause_sale=(table.index > 300).astype(int)), "sales", ())
    matrix = regression.dense(association.decays(read, read.posting[None]))
    beta = np.zeros(matrix.shape[1])
    beta[0], beta[1:8], beta[-4:] = 15, 0.1, (0.3, 0.4, 0.2, 0.1)
    without = matrix.copy()
    without[:, -3:] = 0
    return read.table.assign(sales=np.exp(matrix @ beta).round()), np.exp(without @ beta).sum()


def test_days_without_noise_give_the_exact_answer(year):
    """Ratio and extra are those that made the days, whatever the calendar and a known cause."""
    table, base = without_noise(year[0])
    found = lift.from_posts(table, "sales")
    assert table["sales"].sum() / base == pytest.approx(found.ratio, rel=1e-6)
    assert table["sales"].sum() - base == pytest.approx(found.extra, rel=1e-6)
    assert base == pytest.approx(found.table["without_posting"].sum(), rel=1e-6)


def test_a_true_lift_is_found(year, found):
    """The interval holds the truth, extra agrees with the ratio, p is never 0."""
    assert "lift" == found.verdict
    assert found.low <= year[1] <= found.high
    total = year[0]["sales"].sum()
    assert [total * (1 - 1 / end) for end in (found.ratio, found.low, found.high)] == pytest.approx(
        [found.extra, found.extra_low, found.extra_high]
    )
    assert 1 / 200 == found.p_value
    assert 1 < found.detectable < found.ratio


def test_posting_that_follows_demand_is_not_called_a_lift(follower):
    """The interval is above 1 though posts did nothing; the checks say so."""
    assert follower.low > 1
    assert "cannot tell" == follower.verdict
    assert not follower.checks.set_index("check")["passed"][
        "conversions rise more after posts than before"
    ]


def test_posting_after_good_days_is_seen_before_the_posts():
    """An author who posts on the morrow of good sales fails both checks that look back."""
    table, _ = days(Cell(RANDOM, 364, 10, 0.6, 0.0))
    yesterday = table["sales"].shift(fill_value=0)
    found = lift.from_posts(table.assign(posts=(yesterday > 8).astype(int)), "sales")
    judged = found.checks.set_index("check")["passed"]
    assert not judged["conversions do not change before posts"]
    assert not judged["posting does not follow conversions"]
    assert "cannot tell" == found.verdict


def test_fast_and_published_regressions_agree(year):
    """The batch used for shifts and statsmodels give the same log ratio and error to 1e-8."""
    read = series.read(year[0], "sales", ())
    decayed = association.decays(read, read.posting[None])
    fitted = regression.fit(decayed, read.counts)
    fast = regression.log_ratio(decayed, read.counts, fitted, 14)
    slow = association.associate(read)
    assert slow.value == pytest.approx(fast.value[0], rel=1e-8)
    assert slow.error == pytest.approx(fast.error[0], rel=1e-8)


def test_fast_and_published_lines_agree(year):
    """So do they for a linear regression of posting, coefficient by coefficient."""
    read = series.read(year[0], "sales", ())
    decayed = association.decays(read, read.counts[None])
    line = regression.fit_line(decayed, read.posting[None])
    kernel = {"maxlags": 14, "use_correction": True}
    ordinary = sm.OLS(read.posting, regression.dense(decayed))
    expected = ordinary.fit(cov_type="HAC", cov_kwds=kernel)
    for place, one in enumerate(np.eye(decayed.columns)):
        estimate = regression.contrast(decayed, read.posting[None], line, one, 14)
        assert (expected.params[place], expected.bse[place]) == pytest.approx(
            (estimate.value[0], estimate.error[0]), rel=1e-8
        )


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
    assert [7.26, 3.0, 1.81] == [round(checks.e_value(ratio), 2) for ratio in (3.9, 1.8, 0.8)]


def test_likes_are_not_an_input(year, found):
    """However many likes and replies posts got, and even if unknown, nothing changes."""
    rng = np.random.default_rng(6)
    liked = year[0].assign(likes=rng.integers(0, 10**6, 364), replies=pd.NA)
    again = lift.from_posts(liked, "sales")
    assert found.sentence == again.sentence
    pd.testing.assert_frame_equal(found.checks, again.checks)


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
        (again.ratio, again.low, again.extra), rel=1e-8
    )


def test_a_closed_shop_is_left_out(year):
    """Weekdays on which nothing is ever sold say nothing, and are not fitted."""
    table = year[0].copy()
    table.loc[table["date"].dt.day_of_week == 6, "sales"] = 0
    found = lift.from_posts(table, "sales")
    assert np.isfinite(found.ratio)
    assert 52 == found.table["fitted"].isna().sum()


def test_known_causes_are_held_fixed(year):
    """A launch that brings posts and sales alike is not credited to the posts once it is known."""
    table, truth = days(Cell(RANDOM, 364, 10, 0.6, 0.0), seed=8)
    launch = (table.index // 30 % 3 == 0) & (table.index > 0)
    table.loc[launch, "sales"] *= 4
    rng = np.random.default_rng(9)
    table["posts"] = (rng.random(364) < np.where(launch, 0.8, 0.15)).astype(int)
    blind = lift.from_posts(table, "sales")
    informed = lift.from_posts(table.assign(cause_launch=launch.astype(int)), "sales")
    assert abs(np.log(informed.ratio / truth)) < 0.5 * abs(np.log(blind.ratio / truth))
    also = lift.from_posts(table.assign(launch=launch), "sales", controls=("launch",))
    assert informed.ratio == pytest.approx(also.ratio)


@pytest.mark.parametrize(
    ("posts", "need"),
    [
        (np.ones(364), "enough days without a post (0 days without a post; 14 are needed)"),
        (np.zeros(364), "enough days with a post (0 days with a post; 14 are needed)"),
        (np.arange(364) % 7 < 3, "posting is not fixed by the calendar (0%"),
        (np.arange(364) % 2, "posting is not one fixed rhythm (2%"),
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
    assert "cannot tell" == found.verdict
    assert found.sentence.startswith(
        f"Cannot tell whether posting moves sales, from {length} days, {posting} of them with a "
        f"post, and {sold:,} sales. This would have to hold and does not: enough days ({length} "
        f"days; 84 are needed)"
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


def test_a_lift_that_one_day_makes_is_no_lift(year):
    """Sales that posts halve, but for one day of very many: the check that drops it fails."""
    rng = np.random.default_rng(3)
    table = year[0].assign(sales=rng.poisson(30 * 0.5 ** year[0]["posts"]))
    place = int(table.index[table["posts"] > 0][50])
    table.loc[place, "sales"] = 20_000
    read = series.read(table, "sales", ())
    found = association.associate(read)
    assert found.value > 0
    assert not association.one_day(read, found, rose=True).passed
    assert association.one_day(read, found, rose=True).value < 1


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
        "posting does not follow conversions",
        "no single day decides",
        "strength of an unmeasured cause (E-value)",
        "scatter of daily conversions",
    ] == found.checks["check"].to_list()
    assert [True] * 11 + [pd.NA] * 2 == found.checks["passed"].to_list()
    limit = found.checks.set_index("check")["value"]["strength of an unmeasured cause (E-value)"]
    assert checks.e_value(found.low) == pytest.approx(limit)


TABLE = days(Cell(RANDOM, 84, 3, 0.6, 0.0))[0]
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
        "not possible here: the author chose the days. It would need weeks with and without "
        "posts, drawn in pairs by a coin"
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
def stored(root):
    """Return the stored table of how often the lift from chosen days is right."""
    return pd.read_csv(root / validate.STORED)


def test_stored_figures_are_those_of_this_code(stored):
    """Whoever changes the estimator draws the table anew: python -m helpers.validate."""
    assert {validate.code()} == set(stored["code"])
    cells = [cell._asdict() for cell in validate.cells()]
    assert cells == stored[list(Cell._fields)].to_dict("records")
    assert (stored["replicates"] >= 200).all()


def test_the_hash_covers_the_whole_estimator(root):
    """Every module that `from_posts` reaches is in the hash, but for its sentences."""
    folder = root / "src/helpers/lift"
    reached, waiting = set(), ["posts"]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        text = (folder / f"{name}.py").read_text()
        words = re.findall(r"^from helpers\.lift(?:\.(\w+))? import (.+)$", text, re.MULTILINE)
        named = [
            module or word.split(" as ")[0] for module, line in words for word in line.split(", ")
        ]
        waiting += [name for name in named if name not in reached]
    assert {module.__name__.rpartition(".")[2] for module in validate.CODE} == reached - {"wording"}


def test_draws_of_a_cell_depend_on_nothing_else():
    """The same cell and seed give the same row, alone or after another cell."""
    cells = [Cell(RANDOM, 84, 3, 0.6, 0.0), Cell(FOLLOWS, 84, 3, 0.6, 0.0)]
    both = validate.lift_coverage(3, 1, only=cells)
    alone = validate.lift_coverage(3, 1, only=cells[1:])
    pd.testing.assert_frame_equal(both.iloc[1:].reset_index(drop=True), alone)


def test_false_alarms_and_coverage_are_as_claimed(stored):
    """Coverage where posting is free of demand, to Monte-Carlo error; few false alarms anywhere."""
    free = stored[stored["world"].isin([RANDOM, validate.WEEKLY])]
    plain = free[(free["lift"] <= 1) & (free["decay"] < 0.8)]
    assert (plain["coverage"] >= 0.94).all()
    assert (free["false_alarm"].dropna() <= 0.02).all()
    follows = stored[stored["world"] == FOLLOWS]
    assert (follows["false_alarm"].dropna() <= 0.06).all()


def test_what_no_check_can_see_is_stored_too(stored):
    """News that lifts demand from the day of the post on is told from posts by nothing here."""
    news = stored[stored["world"] == validate.NEWS].iloc[0]
    assert news.coverage + 2 * news.coverage_error < 0.95
    assert news.false_alarm > stored.loc[stored["world"] == RANDOM, "false_alarm"].max()
