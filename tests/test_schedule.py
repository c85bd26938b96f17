"""Lift from a drawn calendar: exact p and answers, invariances, refusals, wording, figures."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.signal import lfilter

from helpers.lift import LiftError, redraws
from helpers.lift.schedule import from_schedule
from helpers.simulate.days import WORLDS
from helpers.validate import engine
from helpers.validate import schedule as validation
from helpers.validate.schedule import PLAIN, Cell

BOUNDS = ["ratio", "low", "high", "extra", "extra_low", "extra_high", "p_value", "detectable"]


def drawn(cell, seed=1):
    """Return one draw of a world as a daily table and its calendar, and its true ratio."""
    found = validation.draw(cell, np.random.default_rng(seed))
    daily = found.daily.rename(columns={"conversions": "sales"}).astype({"posts": int})
    return daily, found.schedule, found.truth


def numbers(found):
    """Return what a lift says in numbers."""
    return [getattr(found, name) for name in BOUNDS]


@pytest.fixture(scope="module")
def year():
    """Return a year in which a post a day, in weeks drawn for it, lifts by 50 %."""
    return drawn(Cell(PLAIN, 0.5, posts=7), seed=6)


@pytest.fixture(scope="module")
def found(year):
    """Return what is found in that year."""
    return from_schedule(year[0], year[1], "sales")


@pytest.fixture(scope="module")
def short():
    """Return twelve weeks in which posts did nothing."""
    return drawn(Cell(PLAIN, 0.0, weeks=12), seed=5)


@pytest.fixture(scope="module")
def quiet():
    """Return a year in which posts did nothing."""
    return drawn(Cell(PLAIN, 0.0), seed=6)


def by_hand(daily, calendar):
    """Return p by its definition: every calendar, the fit of statsmodels, no shortcut."""
    weekday = np.eye(7)[daily["date"].dt.day_of_week][:, 1:]
    place = (np.arange(len(daily)) + 0.5) / len(daily)
    waves = [np.cos(np.pi * wave * place) for wave in range(1, len(daily) // 56 + 1)]
    columns = np.column_stack([np.ones(len(daily)), weekday, place, *waves])
    counts = daily["sales"].to_numpy("float64")
    mean = sm.GLM(counts, columns, family=sm.families.Poisson()).fit(tol=1e-12).fittedvalues
    scatter = ((counts - mean) ** 2 - mean).sum() / (mean**2).sum()
    weight = 1 / (mean * (1 + scatter * mean))
    columns = mean[:, None] * columns
    fitted = sm.WLS(counts, columns, weights=weight).fit().fittedvalues
    residual = weight * mean * (counts - fitted)
    own = calendar.drop_duplicates("pair")["arm"] == "post"
    statistics = []
    for coins in itertools.product([1, -1], repeat=len(own)):
        arms = np.repeat([arm for coin in coins for arm in (coin, -coin)], 7)
        statistics.append(abs(lfilter([0.5], [1, -0.5], arms) @ residual))
        if list(own) == [coin == 1 for coin in coins]:
            seen = statistics[-1]
    return np.mean(np.array(statistics) >= seen - 1e-9)


def test_p_is_the_share_of_all_calendars_that_reach_the_one_drawn(short):
    """With eight pairs every calendar is looked at, as the definition says, by hand."""
    daily, calendar, _ = drawn(Cell(PLAIN, 0.5, weeks=16), seed=8)
    assert by_hand(daily, calendar) == from_schedule(daily, calendar, "sales").p_value
    assert by_hand(short[0], short[1]) == from_schedule(short[0], short[1], "sales").p_value


def test_over_all_coins_no_more_than_five_in_a_hundred_are_called():
    """The same days under each calendar of seven pairs: p is at most .05 in at most .05 of them.

    The other half of the calendars are these with every coin turned, and have the same p.
    """
    daily, calendar, _ = drawn(Cell("mentions by celebrities", 0.0, weeks=14), seed=2)
    p_values = []
    for coins in itertools.product([True], *[[True, False]] * 6):
        first = calendar["block"] % 2 == 0
        arm = np.where(first == np.repeat(coins, 14), "post", "quiet")
        posts = np.where(arm == "post", 1, 0)
        redone = from_schedule(daily.assign(posts=posts), calendar.assign(arm=arm), "sales")
        p_values.append(redone.p_value)
    assert 0.03 <= np.mean(np.array(p_values) <= 0.05) <= 0.05
    assert min(p_values) > 0


@pytest.mark.parametrize("retention", redraws.RETENTIONS)
def test_days_without_noise_give_the_exact_answer(year, retention):
    """Whatever is left a day later, and the season: ratio and extra are those that were planted."""
    daily, calendar, _ = year
    arms = np.where(calendar["arm"] == "post", 1.0, -1.0)
    exposed = (1 + redraws.exposure(arms, retention)) / 2
    base = 1e7 * (1 + 0.1 * daily["date"].dt.day_of_week)
    found = from_schedule(daily.assign(sales=base * (1 + 0.5 * exposed)), calendar, "sales")
    assert [1.5] * 3 == pytest.approx([found.ratio, found.low, found.high], rel=1e-3)
    assert (base * 0.5 * exposed).sum() == pytest.approx(found.extra, rel=1e-3)
    left = found.checks.set_index("check")["value"]["share of a post's effect left a day later"]
    assert retention == pytest.approx(left, abs=1e-3)
    assert ("lift", 1 / redraws.REDRAWS) == (found.verdict, found.p_value)


def test_a_true_lift_is_found(year, found):
    """The interval holds the truth; p is never 0; extra has the ends that the ratio has."""
    assert "lift" == found.verdict
    assert found.low <= year[2] <= found.high
    assert 1 < found.detectable < found.ratio
    assert 1 / redraws.REDRAWS <= found.p_value <= 0.05
    assert 0 < found.extra_low < found.extra < found.extra_high < year[0]["sales"].sum()


def test_the_interval_leaves_out_one_when_p_says_so():
    """Over draws with and without a lift, low > 1 or high < 1 exactly when p is at most .05."""
    for seed, lift in itertools.product(range(8), (0.0, 0.3)):
        one = from_schedule(*drawn(Cell(PLAIN, lift, weeks=26), seed)[:2], "sales")
        assert (one.p_value <= 0.05) == (one.low > 1 or one.high < 1)


def test_order_and_names_do_not_matter(year, found):
    """Rows in any order, blocks and pairs under any names: the same numbers, the same table."""
    daily, calendar, _ = year
    named = calendar.assign(
        block=[f"b{200 - one}" for one in calendar["block"]],
        pair=[f"p{200 - one}" for one in calendar["pair"]],
    )
    mixed = from_schedule(daily.sample(frac=1, random_state=1), named[::-1], "sales")
    assert numbers(found) == pytest.approx(numbers(mixed), rel=1e-9)
    assert found.table["sales"].to_list() == mixed.table["sales"].to_list()


def test_likes_are_not_an_input(year, found):
    """Likes, replies and days outside the calendar change nothing."""
    daily, calendar, _ = year
    before = daily.head(30).assign(date=lambda days: days["date"] - pd.Timedelta(days=30))
    more = pd.concat([before, daily]).assign(likes=range(394), replies=7)
    assert numbers(found) == numbers(from_schedule(more, calendar, "sales"))


def test_days_between_pairs_are_not_compared(year):
    """A fortnight's leave within the calendar may hold anything."""
    daily, calendar, _ = year
    without = calendar[calendar["pair"] != 10]
    leave = daily["date"].isin(calendar.loc[calendar["pair"] == 10, "date"])
    changed = daily.assign(sales=daily["sales"].mask(leave, 500))
    found = [from_schedule(table, without, "sales") for table in (daily, changed)]
    assert numbers(found[0]) == numbers(found[1])
    assert 50 == len(found[0].table)


def test_the_arm_counts_as_it_was_drawn(year, found):
    """Another set of posts changes what is said of the calendar, never the numbers."""
    daily, calendar, _ = year
    skipped = calendar["block"].isin(calendar["block"].unique()[::4])
    strayed = daily.assign(posts=daily["posts"].mask(skipped, 1 - daily["posts"]))
    thinned = from_schedule(strayed, calendar, "sales")
    assert numbers(found) == numbers(thinned)
    assert (
        found.sentence
        + (
            " The calendar was kept in 39 of 52 blocks only, so this is what planning to post did, "
            "and posting itself may do more."
        )
        == thinned.sentence
    )
    shares = (strayed["posts"] > 0).groupby(calendar["arm"]).mean()
    checks = thinned.checks.set_index("check")["value"]
    assert shares["post"] - shares["quiet"] == pytest.approx(checks["the calendar was followed"])
    assert 1 + (found.ratio - 1) / (shares["post"] - shares["quiet"]) == pytest.approx(
        checks["ratio had every block been kept"]
    )


def test_a_control_that_knows_demand_narrows_the_interval(quiet):
    """Visits that move with demand, which posting cannot move, make the test finer."""
    daily, calendar, _ = quiet
    smooth = daily["sales"].rolling(3, center=True, min_periods=1).mean()
    with_visits = daily.assign(visits=np.log(1 + smooth))
    one = from_schedule(daily, calendar, "sales")
    other = from_schedule(with_visits, calendar, "sales", controls=("visits",))
    assert other.detectable < one.detectable
    assert other.high - other.low < one.high - one.low


def test_a_lift_is_said_with_its_interval_counts_and_assumption(found):
    """The whole sentence, from the numbers of the result."""
    assert (
        f"Lift: over 364 days in 26 pairs of blocks, one to post in and one to be quiet by the "
        f"toss of a coin, and 1,676 sales, there were {found.ratio:.2f} times as many sales with "
        f"steady posting as with none (95 % interval {found.low:.2f} to {found.high:.2f}), and "
        f"posting as it was drawn brought {found.extra:.0f} more (95 % interval "
        f"{found.extra_low:.0f} to {found.extra_high:.0f}), if fair coins decided which blocks "
        f"had posts, and of what posting adds at most seven tenths is left a day later."
    ) == found.sentence


def test_no_lift_is_said_with_what_could_have_been_found(quiet):
    """No difference is within the interval, and the sentence says what a lift would need."""
    one = from_schedule(quiet[0], quiet[1], "sales")
    assert "no clear lift" == one.verdict
    total = int(quiet[0]["sales"].sum())
    assert (
        f"No clear lift: over 364 days in 26 pairs of blocks, one to post in and one to be quiet "
        f"by the toss of a coin, and {total:,} sales, posting went with {one.ratio:.2f} times the "
        f"sales (95 % interval {one.low:.2f} to {one.high:.2f}), and no difference, 1.00, is "
        f"within that. A calendar like this one finds a lift four times in five only from about "
        f"{one.detectable:.2f} times up."
    ) == one.sentence


def test_posting_that_lowers_sales_is_no_lift(year):
    """An interval below 1 is said to be lower, not called a lift."""
    daily, calendar, _ = year
    arm = calendar["arm"].map({"post": "quiet", "quiet": "post"})
    one = from_schedule(daily.assign(posts=1 - daily["posts"]), calendar.assign(arm=arm), "sales")
    assert one.high < 1
    assert "no clear lift" == one.verdict
    assert "and sales were lower with posting. A calendar" in one.sentence


def cannot(counted, reasons):
    """Return the sentence of data that allow no estimate."""
    return (
        f"Cannot tell whether posting moves sales, from {counted}. This would have to hold and "
        f"does not: {reasons}. A longer calendar, drawn anew by fair coins and kept, would settle "
        f"it."
    )


def in_turn(calendar):
    """Return the calendar with posts in the first, third, fifth … block."""
    return calendar.assign(arm=np.where(calendar["block"] % 2 == 0, "post", "quiet"))


def counted(days, pairs, total):
    """Return how a sentence counts days, pairs and sales."""
    return (
        f"{days} days in {pairs} pairs of blocks, one to post in and one to be quiet by the toss "
        f"of a coin, and {total} sales"
    )


UNANSWERED = {
    "ten weeks": (
        lambda daily, calendar: (daily, calendar.head(70)),
        cannot(counted(70, 5, 348), "enough pairs of blocks (5 pairs of blocks; 6 are needed)"),
    ),
    "one pair": (
        lambda daily, calendar: (daily, calendar.head(14)),
        cannot(
            counted(14, 1, 45),
            "enough pairs of blocks (1 pairs of blocks; 6 are needed); enough days (14 days; 40 "
            "are needed)",
        ),
    ),
    "no sales": (
        lambda daily, calendar: (daily.assign(sales=0), calendar),
        cannot(
            counted(364, 26, 0),
            "enough conversions (0 conversions; 30 are needed); conversions differ from day to "
            "day (there are 1 different counts a day; 2 are needed)",
        ),
    ),
    "the same each day": (
        lambda daily, calendar: (daily.assign(sales=3), calendar),
        cannot(
            counted(364, 26, "1,092"),
            "conversions differ from day to day (there are 1 different counts a day; 2 are needed)",
        ),
    ),
    "blocks in turn": (
        lambda daily, calendar: (
            daily.assign(posts=(in_turn(calendar)["arm"] == "post").astype(int)),
            in_turn(calendar),
        ),
        cannot(
            counted(364, 26, "1,676"),
            "arms were drawn by fair coins (26 of 26 pairs began with the post block and 25 of 25 "
            "began like the pair before; fair coins stray this far with p = 3e-08, and below "
            "0.001 they were not fair)",
        ),
    ),
    "posts every day": (
        lambda daily, calendar: (daily.assign(posts=1), calendar),
        cannot(
            counted(364, 26, "1,676"),
            "the calendar was followed (100% of post blocks and 100% of quiet blocks had a post)",
        ),
    ),
    "no posts": (
        lambda daily, calendar: (daily.assign(posts=0), calendar),
        cannot(
            counted(364, 26, "1,676"),
            "the calendar was followed (0% of post blocks and 0% of quiet blocks had a post)",
        ),
    ),
}


@pytest.mark.parametrize("case", UNANSWERED)
def test_data_without_an_answer_say_why(year, case):
    """Too little, nothing, no variation, no coin, no calendar kept: each has its sentence."""
    change, sentence = UNANSWERED[case]
    one = from_schedule(*change(*year[:2]), "sales")
    assert "cannot tell" == one.verdict
    assert sentence == one.sentence
    assert math.isnan(one.ratio)


def test_one_post_is_a_calendar_that_was_not_kept(year):
    """The numbers are those of the arms; the sentence says how little was kept."""
    daily, calendar, _ = year
    first = daily["posts"].idxmax()
    one = from_schedule(daily.assign(posts=(daily.index == first).astype(int)), calendar, "sales")
    assert one.sentence.endswith(
        "The calendar was kept in 27 of 52 blocks only, so this is what planning to post did, and "
        "posting itself may do more."
    )


def test_an_interval_without_an_end_is_no_verdict(short):
    """Where quiet blocks sold nothing, no ratio is too high; the low end is still shown."""
    daily, calendar, _ = short
    sold = daily["sales"].where(calendar["arm"] == "post", 0)
    one = from_schedule(daily.assign(sales=sold), calendar, "sales")
    assert ("cannot tell", math.inf) == (one.verdict, one.high)
    assert one.ratio > 90
    assert (
        cannot(
            counted(84, 6, int(sold.sum())),
            "the interval has two ends (some ratio is ruled out on each side; otherwise the days "
            f"are too few or too uneven). Anything from {one.low:.2f} times the sales up is not "
            "ruled out",
        )
        == one.sentence
    )


def test_an_interval_without_a_lower_end_is_no_verdict(short):
    """Where post blocks sold nothing, no ratio is too low."""
    daily, calendar, _ = short
    sold = daily["sales"].where(calendar["arm"] == "quiet", 0)
    one = from_schedule(daily.assign(sales=sold), calendar, "sales")
    assert ("cannot tell", 0, -math.inf) == (one.verdict, one.low, one.extra_low)
    assert one.ratio < 0.1
    assert f"Anything up to {one.high:.2f} times the sales is not ruled out." in one.sentence


DAILY, CALENDAR, _ = drawn(Cell(PLAIN, 0.0, weeks=12), seed=5)
ROWS = "It needs a row a day: date, block, pair, arm."
REFUSALS = {
    "no arms": (
        DAILY,
        CALENDAR.drop(columns="arm"),
        f"The schedule has no column 'arm'; it has 'date', 'block', 'pair'. {ROWS}",
    ),
    "no rows": (DAILY, CALENDAR.head(0), f"The schedule has no rows. {ROWS}"),
    "two columns of dates": (
        DAILY,
        pd.concat([CALENDAR, CALENDAR["date"]], axis=1),
        "The schedule has two columns 'date'. Keep one of them.",
    ),
    "text for dates": (
        DAILY,
        CALENDAR.assign(date="2024-01-01"),
        "Column 'date' of the schedule holds str, not dates. Convert it with pd.to_datetime.",
    ),
    "no pair": (
        DAILY,
        CALENDAR.assign(pair=CALENDAR["pair"].where(CALENDAR.index > 2)),
        (
            "Column 'pair' of the schedule is missing in 3 of 84 row(s). Each day of a calendar "
            "has a date, block, pair and arm as drawn."
        ),
    ),
    "unknown arm": (
        DAILY,
        CALENDAR.replace({"arm": {"quiet": "rest"}}),
        (
            "Column 'arm' of the schedule holds 'rest' (42 row(s) are neither 'post' nor 'quiet'). "
            "Write each day's arm as it was drawn."
        ),
    ),
    "a day twice": (
        DAILY,
        pd.concat([CALENDAR, CALENDAR.head(2)]),
        (
            "The day 2024-01-01 stands in more than one row of the schedule (2 row(s) too many). "
            "A day belongs to one block."
        ),
    ),
    "a block of two pairs": (
        DAILY,
        CALENDAR.assign(block=CALENDAR["block"] % 2),
        (
            "Block 0 of the schedule has 6 values of 'pair'. A block lies in one pair and has one "
            "arm."
        ),
    ),
    "a block of two arms": (
        DAILY,
        CALENDAR.assign(arm=["post", "quiet"] * 42),
        (
            "Block 0 of the schedule has 2 values of 'arm'. A block lies in one pair and has one "
            "arm."
        ),
    ),
    "half a pair": (
        DAILY,
        CALENDAR.head(77),
        (
            f"Pair 5 of the schedule has {int(CALENDAR['arm'][70] == 'post')} post block(s) and "
            f"{int(CALENDAR['arm'][70] == 'quiet')} quiet block(s) (1 such pair(s)). A coin needs "
            f"one of each: leave out pairs that are not whole."
        ),
    ),
    "days to come": (
        DAILY.head(80),
        CALENDAR,
        (
            "The daily table lacks 4 of 84 days of the schedule, the first 2024-03-21. If they "
            "are yet to come or unknown, leave their pairs out of the schedule; if nothing "
            "happened, give them rows of zeros."
        ),
    ),
    "no outcome": (
        DAILY.drop(columns="sales"),
        CALENDAR,
        "The daily table has no column 'sales'; it has 'date', 'posts'. Make it with lift.daily.",
    ),
    "no dates": (
        DAILY.drop(columns="date"),
        CALENDAR,
        "The daily table has no column 'date'; it has 'posts', 'sales'. Make it with lift.daily.",
    ),
    "undated days": (
        pd.concat([DAILY, DAILY.head(1).assign(date=pd.NaT)]),
        CALENDAR,
        "Column 'date' is missing in 1 of 85 row(s). Leave undated rows out.",
    ),
    "unknown sales": (
        DAILY.assign(sales=DAILY["sales"].where(DAILY.index > 2)),
        CALENDAR,
        (
            "Column 'sales' is missing or infinite on 3 of 84 day(s). An unknown day is not a "
            "zero: cut the table to days that are known."
        ),
    ),
    "a daily row twice": (
        pd.concat([DAILY, DAILY.head(2)]),
        CALENDAR,
        (
            "The day 2024-01-01 stands in more than one row (2 row(s) too many). Sum them to one "
            "row a day."
        ),
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_malformed_tables_are_refused(case):
    """Each refusal says what is wrong, what was found and what to do."""
    daily, calendar, message = REFUSALS[case]
    with pytest.raises(LiftError) as refusal:
        from_schedule(daily, calendar, "sales")
    assert message == str(refusal.value)


@pytest.fixture(scope="module")
def stored():
    """Return the stored figures."""
    return pd.read_csv(engine.path(validation.NAME))


def test_the_stored_figures_are_of_every_world(stored):
    """Twelve worlds, each with and without a lift, 500 draws a cell, in the order of cells."""
    assert [cell.world for cell in validation.cells()] == stored["world"].to_list()
    assert {world.name for world in WORLDS} == set(stored["world"])
    assert stored["replicates"].min() >= 500


def test_the_stored_figures_hold_what_is_promised(stored):
    """Coverage in [.93, .98] in every cell, false alarms ≤ .06, power ≥ .80."""
    assert [] == stored.index[~stored["coverage"].between(0.93, 0.98)].tolist()
    assert stored["false_alarm"].max() <= 0.06
    usual = stored[stored.drop(columns="world")["lift"].eq(0.5) & stored["world"].eq(PLAIN)]
    weekly = usual[usual[["weeks", "block", "kept", "decay"]].eq([52, 7, 1, 0.5]).all(axis=1)]
    assert weekly.loc[weekly["posts"] >= 5, "power"].min() >= 0.8
