"""Plans: a calendar that a coin drew, its two files, and what such a test would find."""

import re
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import plan, simulate
from helpers.lift import LiftError
from helpers.lift import series as checked
from helpers.lift.schedule import from_schedule
from helpers.plan import PlanError, icalendar, redrawing
from helpers.plan.futures import History, futures, history, lifted
from helpers.plan.power import _detectable
from helpers.simulate import days
from helpers.tables import Engagement

AGAIN = "Read the file as it was written, or draw a new calendar before the test begins."
MONDAY = "2026-07-06"


def calendar(weeks=4, posts_per_week=3, seed=1, **asked):
    """Return a calendar that begins on a known Monday."""
    return plan.schedule(weeks, posts_per_week, seed, **({"start": MONDAY} | asked))


def refusal(function, *given, error=PlanError, **asked):
    """Return the whole message of a refusal."""
    with pytest.raises(error) as refused:
        function(*given, **asked)
    return str(refused.value)


def test_a_calendar_has_a_row_a_day_with_its_block_pair_and_arm():
    """Four weeks are two pairs; the coins of seed 1 give the second and the first week posts."""
    table = calendar()
    assert ["date", "block", "pair", "arm", "post"] == list(table.columns)
    assert pd.date_range(MONDAY, periods=28, unit="us").to_list() == table["date"].to_list()
    assert np.arange(1, 5).repeat(7).tolist() == table["block"].to_list()
    assert np.arange(1, 3).repeat(14).tolist() == table["pair"].to_list()
    arms = ["quiet", "post", "quiet", "post"]
    assert np.repeat(arms, 7).tolist() == table["arm"].to_list()
    assert [0] * 7 + [1, 0, 1, 0, 1, 0, 0] == table["post"].to_list()[:14]


@settings(max_examples=40, deadline=None)
@given(
    weeks=st.integers(2, 60),
    posts=st.integers(1, 20),
    seed=st.integers(0, 2**40),
    length=st.integers(1, 7),
)
def test_each_pair_has_one_block_of_each_arm_and_posts_only_there(weeks, posts, seed, length):
    """Whatever is asked for, arms are paired, and all blocks with posts have as many."""
    table = calendar(weeks, posts, seed, block_days=length)
    blocks = plan.blocks(table)
    assert {("post", "quiet")} == set(blocks.groupby("pair")["arm"].agg(lambda a: tuple(sorted(a))))
    assert [length] * len(blocks) == table.groupby("block").size().to_list()
    assert {0} == set(blocks.loc[blocks["arm"] == "quiet", "posts"])
    assert {max(1, round(posts * length / 7))} == set(blocks.loc[blocks["arm"] == "post", "posts"])
    assert weeks * 7 == len(table) + table.attrs["spare_days"]
    assert table.attrs["spare_days"] < 2 * length


def test_the_coin_is_fair_and_each_pair_has_its_own():
    """Over 4,000 pairs the first block has the posts half the time, whatever went before."""
    table = calendar(8000, 1, 5)
    first = (table.drop_duplicates("pair")["arm"] == "post").to_numpy()
    assert 0.5 == pytest.approx(first.mean(), abs=0.03)
    assert 0.5 == pytest.approx((first[1:] == first[:-1]).mean(), abs=0.03)


def test_the_same_seed_draws_the_same_arms_and_a_longer_calendar_begins_as_the_shorter():
    """Who doubles a test half way keeps the weeks that were done."""
    pd.testing.assert_frame_equal(calendar(12), calendar(12))
    assert calendar(12)["arm"].to_list() == calendar(52)["arm"].to_list()[:84]
    assert calendar(52)["arm"].to_list() != calendar(52, seed=2)["arm"].to_list()


def test_an_odd_week_is_spare_and_said_to_be():
    """Five weeks are two pairs, and seven days that are left to the author."""
    table = calendar(5)
    assert (28, 7) == (len(table), table.attrs["spare_days"])
    assert (
        "From 2026-07-06 to 2026-08-02, 2 pairs of blocks of 7 days. Of each pair, a coin gave "
        "one block the posts and left the other without: 6 posts in all, and 14 quiet days. "
        "7 more day(s) have no partner: post as you like then."
    ) == plan.summary(table)
    assert plan.summary(calendar(4)).endswith("and 14 quiet days.")


def test_without_a_start_it_is_the_monday_after_today():
    """Never today, so that nobody finds the first day half over."""
    begins = plan.schedule(2, 3, 1)["date"].min().date()
    today = datetime.now(UTC).date()
    assert 0 == begins.weekday()
    assert today < begins <= today + timedelta(days=8)


def test_a_start_may_be_a_day_of_any_sort():
    """Text, a date and a time are the same day, and it need be no Monday."""
    starts = ["2026-07-08", date(2026, 7, 8), datetime(2026, 7, 8, 9, tzinfo=UTC)]
    for start in starts:
        assert "2026-07-08" == str(calendar(start=start)["date"].min().date())


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"weeks": 0}, "weeks=0 is not a whole number of at least 1."),
        ({"weeks": 2.5}, "weeks=2.5 is not a whole number of at least 1."),
        ({"posts_per_week": 0}, "posts_per_week=0 is not a whole number of at least 1."),
        ({"posts_per_week": True}, "posts_per_week=True is not a whole number of at least 1."),
        ({"seed": -1}, "seed=-1 is not a whole number of at least 0."),
        ({"block_days": 0}, "block_days=0 is not a whole number of at least 1."),
        ({"start": "July"}, "start='July' is not a day. Write it such as '2026-07-06'."),
        (
            {"weeks": 1},
            (
                "1 week(s) hold no pair of blocks of 7 days. Ask for at least 2 weeks, or shorter "
                "blocks."
            ),
        ),
        (
            {"weeks": 3, "block_days": 14},
            (
                "3 week(s) hold no pair of blocks of 14 days. Ask for at least 4 weeks, or shorter "
                "blocks."
            ),
        ),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(asked, message):
    """Each says what was asked and what is needed."""
    assert message == refusal(calendar, **asked)


@settings(max_examples=20, deadline=None)
@given(weeks=st.integers(2, 30), posts=st.integers(1, 15), length=st.integers(1, 7))
def test_both_files_are_read_back_as_they_were(tmp_path_factory, weeks, posts, length):
    """CSV and iCalendar hold the whole calendar."""
    table = calendar(weeks, posts, weeks, block_days=length)
    written = plan.write(table, tmp_path_factory.mktemp("plan"))
    assert ["posting-calendar.csv", "posting-calendar.ics"] == [path.name for path in written]
    for path in written:
        pd.testing.assert_frame_equal(table, plan.read(path))


def test_what_was_read_back_is_what_from_schedule_analyses(tmp_path):
    """Both files lead to the very lift that the calendar itself leads to."""
    table = calendar(24, 3, 4)
    daily = record(number=len(table)).assign(date=table["date"], posts=table["post"])
    daily["sales"] += 2 * (table["arm"] == "post")
    found = from_schedule(daily, table, "sales")
    assert "lift" == found.verdict
    for path in plan.write(table, tmp_path):
        again = from_schedule(daily, plan.read(path), "sales")
        assert found.sentence == again.sentence


def properties(text):
    """Return the lines of iCalendar text, unfolded as RFC 5545 says, by event."""
    lines = text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    assert ("BEGIN:VCALENDAR", "END:VCALENDAR") == (lines[0], lines[-1])
    inner = "\n".join(lines).split("BEGIN:VEVENT\n")[1:]
    return lines, [dict(line.split(":", 1) for line in event.splitlines()) for event in inner]


def test_the_calendar_is_icalendar_as_the_standard_says():
    """CRLF, lines of at most 75 octets, version, and of each event what must be there."""
    made = datetime(2026, 7, 1, 12, tzinfo=UTC)
    text = icalendar.text(calendar(), made)
    assert text.count("\n") == text.count("\r\n") == text.count("\r")
    assert 75 >= max(len(line.encode()) for line in text.split("\r\n"))
    lines, events = properties(text)
    assert ["VERSION:2.0", "PRODID:-//Quiet Audience//Posting test//EN"] == lines[1:3]
    assert len(events) == len({event["UID"] for event in events}) == 4 + 6
    assert {"20260701T120000Z"} == {event["DTSTAMP"] for event in events}
    first = events[0]
    assert "block-1-pair-1-quiet-20260706-7@quiet-audience" == first["UID"]
    assert ("20260706", "20260713") == (first["DTSTART;VALUE=DATE"], first["DTEND;VALUE=DATE"])
    assert "Quiet days: no posts (pair 1)" == first["SUMMARY"]
    assert r"these days none: post nothing\, schedule nothing\; replies" in first["DESCRIPTION"]
    assert "Post" == events[4]["SUMMARY"]
    assert "20260713" == events[4]["DTSTART;VALUE=DATE"]


def test_long_lines_are_folded_between_characters():
    """75 octets, then 74 after the space; a character of three octets is not torn."""
    line = "DESCRIPTION:" + "€" * 60
    folded = icalendar.folded(line)
    parts = folded.split("\r\n")
    assert line == folded.replace("\r\n ", "")
    assert 75 >= max(len(part.encode()) for part in parts) > 72
    assert r"a\, b\; c\\d\ne" == icalendar.escaped("a, b; c\\d\ne")


def test_events_of_others_and_another_programs_order_are_no_matter(tmp_path):
    """A calendar that came back from a program, with a dentist in it, is read."""
    table = calendar()
    other = "BEGIN:VEVENT\r\nUID:dentist\r\nDTSTART:20260707T090000Z\r\nEND:VEVENT\r\n"
    text = icalendar.text(table).replace("BEGIN:VEVENT\r\n", other + "BEGIN:VEVENT\r\n", 1)
    text = text.replace("DTSTART;VALUE=DATE:", "DTSTART;X-A=B;VALUE=DATE:")
    text = text.replace("-pair-", "-pa\r\n ir-").replace("@quiet", "@\r\n\tquiet")
    text = text.replace("\r\n", "\n")
    path = tmp_path / "back.ics"
    path.write_text(text, encoding="utf-8")
    pd.testing.assert_frame_equal(table, plan.read(path))


EVENT = re.compile(r"BEGIN:VEVENT\r\nUID:block-2-.*?END:VEVENT\r\n", re.DOTALL)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda text: text.replace("20260713\r\nDTEND", "20260714\r\nDTEND", 1).replace(
                "DTEND;VALUE=DATE:20260720", "DTEND;VALUE=DATE:20260721", 1
            ),
            (
                "Block 2 was moved: drawn were 7 day(s) from 2026-07-13, the calendar has 7 from "
                "2026-07-14. Read the file as it was written: what was really posted is seen in "
                "your exports."
            ),
        ),
        (
            lambda text: text.replace("DTEND;VALUE=DATE:20260720", "DTEND;VALUE=DATE:20260719", 1),
            (
                "Block 2 was moved: drawn were 7 day(s) from 2026-07-13, the calendar has 6 from "
                "2026-07-13. Read the file as it was written: what was really posted is seen in "
                "your exports."
            ),
        ),
        (
            lambda text: EVENT.sub("", text, count=1),
            "The day after 2026-07-12 is missing: a day was moved or left out (1 such place(s)). "
            + AGAIN,
        ),
        (
            lambda text: EVENT.sub(lambda found: 2 * found[0], text, count=1),
            "The day 2026-07-13 stands there more than once (7 row(s) too many). " + AGAIN,
        ),
        (
            lambda text: text.replace("DTSTART;VALUE=DATE:20260713", "DTSTART:tomorrow", 1),
            "An event begins or ends at 'tomorrow', which is not a day.",
        ),
        (
            lambda _: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
            "'posting-calendar.ics' holds no block of a posting calendar. " + AGAIN,
        ),
    ],
    ids=["moved", "shortened", "deleted", "doubled", "no day", "none of ours"],
)
def test_a_changed_ics_is_refused(tmp_path, change, message):
    """Moving a block undoes the coin, so it is not read."""
    _, path = plan.write(calendar(), tmp_path)
    text = path.read_bytes().decode()
    assert text != change(text)
    path.write_bytes(change(text).encode())
    assert message == refusal(plan.read, path)


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0], *reversed(lines[1:])],
        lambda lines: ["\ufeff" + lines[0], *lines[1:]],
        lambda lines: [line.replace(",", ";") for line in lines],
        lambda lines: [f"{line},{'note' if line == lines[0] else 'ill'}" for line in lines],
    ],
    ids=["unsorted", "BOM", "semicolons", "a column more"],
)
def test_what_a_spreadsheet_does_harmlessly_is_read(tmp_path, change):
    """Order, encoding, separator and a column of notes change nothing."""
    path, _ = plan.write(calendar(), tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(change(lines)), encoding="utf-8")
    pd.testing.assert_frame_equal(calendar(), plan.read(path))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "date,block,pair,arm",
            "date,block,pair,side",
            "The calendar has no column 'arm'; it has 'date', 'block', 'pair', 'side', 'post'. "
            + AGAIN,
        ),
        (
            "2026-07-08,",
            "08/07/2026,",
            "Row 4, column 'date' holds '08/07/2026', which is not a day such as 2026-07-06 "
            "(spreadsheets rewrite days). " + AGAIN,
        ),
        (
            "2026-07-08,",
            "2026-07-09,",
            "The day 2026-07-09 stands there more than once (1 row(s) too many). " + AGAIN,
        ),
        (
            "2026-07-08,1,1,quiet,0\n",
            "",
            "The day after 2026-07-07 is missing: a day was moved or left out "
            "(1 such place(s)). " + AGAIN,
        ),
        (
            "2026-07-08,1,1,quiet",
            "2026-07-08,1,1,",
            "Row 4, column 'arm' holds '', neither 'post' nor 'quiet'. " + AGAIN,
        ),
        (
            "2026-07-08,1,1,quiet",
            "2026-07-08,one,1,quiet",
            "Row 4, column 'block' holds 'one', which is not a whole number. " + AGAIN,
        ),
        (
            "2026-07-08,1,1,quiet",
            "2026-07-08,1,1,post",
            "Block 1 is not some days in a row of one pair and one arm. " + AGAIN,
        ),
        (
            "2026-07-08,1,1,quiet",
            "2026-07-08,3,2,quiet",
            "Block 1 is not some days in a row of one pair and one arm. " + AGAIN,
        ),
        (
            ",1,1,quiet,0",
            ",1,1,post,0",
            "Pair 1 has the arm(s) post, post: a coin gives one block 'post' and the other "
            "'quiet'. " + AGAIN,
        ),
        (
            ",1,1,quiet",
            ",1,9,quiet",
            "Pair 1 has the arm(s) post: a coin gives one block 'post' and the other 'quiet'. "
            + AGAIN,
        ),
        (
            "2026-07-08,1,1,quiet,0",
            "2026-07-08,1,1,quiet,1",
            "A post is marked on a day of the arm 'quiet'. " + AGAIN,
        ),
    ],
)
def test_a_changed_csv_is_refused(tmp_path, old, new, message):
    """What is not what the coin drew is named with its row, and not analysed."""
    path, _ = plan.write(calendar(), tmp_path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert message == refusal(plan.read, path)


def test_files_that_are_none_are_refused(tmp_path):
    """A file that is missing, empty, binary or of another kind."""
    assert ("There is no file 'x.csv'. Name a posting calendar, .csv or .ics.") == refusal(
        plan.read, tmp_path / "x.csv"
    )
    (tmp_path / "x.xlsx").write_bytes(b"PK")
    assert ("'x.xlsx' is neither a .csv nor an .ics file. Name one that is.") == refusal(
        plan.read, tmp_path / "x.xlsx"
    )
    for content in (b"", b"\xff\xfe\x00"):
        (tmp_path / "x.csv").write_bytes(content)
        assert f"'x.csv' is not a table of text. {AGAIN}" == refusal(plan.read, tmp_path / "x.csv")
    (tmp_path / "x.csv").write_text("date,block,pair,arm,post\n")
    assert (f"'x.csv' holds no block of a posting calendar. {AGAIN}") == refusal(
        plan.read, tmp_path / "x.csv"
    )


def record(per_day=3.0, number=364, posts=0, seed=0, **settings):
    """Return a daily table of a simulated author."""
    rng = np.random.default_rng(seed)
    world = days.World("a test's", per_day=per_day, **settings)
    means, _ = days.demand(world, number, rng)
    columns = {"posts": posts, "sales": days.counts(world, means, rng).astype(int)}
    return pd.DataFrame({"date": pd.date_range("2025-01-06", periods=number), **columns})


def test_power_is_that_of_the_published_table():
    """3 sales a day, weekly pairs: .12, .55, .85 at +50 % in 12, 26, 52 weeks; .27 at +20 %."""
    found = plan.power(record(number=3640), "sales", (0.2, 0.5), draws=250)
    powers = found.pivot_table(index="weeks", columns="lift", values="power")
    assert [0.12, 0.55, 0.85] == pytest.approx(powers[0.5].to_list(), abs=0.07)
    assert 0.27 == pytest.approx(powers.loc[52, 0.2], abs=0.07)


@pytest.mark.parametrize("posts", [0, 1])
def test_a_lift_that_is_not_there_is_seldom_found(posts):
    """One test in forty finds more where there is none, with posts in the record or not."""
    past = history(checked.read(record(posts=posts), "sales", ()))
    drawn = futures(past, 13, 7, 3000, 1)
    counts = lifted(past, drawn, 0.0, redrawing.exposed(drawn.coins, 7, 0.0), 1)
    assert 0.025 == pytest.approx(redrawing.finds(counts, drawn.coins, 7).mean(), abs=0.009)


def test_power_rises_with_the_lift_and_with_the_weeks():
    """More to find, or longer to look: found more often, and the interval holds the share."""
    found = plan.power(record(), "sales", (0.2, 1.0), draws=100)
    powers = found.pivot_table(index="weeks", columns="lift", values="power").to_numpy()
    assert (np.diff(powers, axis=0) > 0).all()
    assert (np.diff(powers, axis=1) > 0).all()
    assert found["power"].between(found["low"], found["high"]).all()
    assert found.groupby("weeks")["detectable"].first().iloc[1:].is_monotonic_decreasing
    assert ["weeks", "lift", "power", "low", "high", "detectable"] == list(found.columns)[:6]


def test_an_effect_that_lingers_is_found_less_often():
    """What is left of a post in the quiet block after it makes the two more alike."""
    asked = {"lifts": (0.5,), "weeks": (26,), "draws": 150}
    brief, lingering = (
        plan.power(record(), "sales", retention=left, **asked)["power"][0] for left in (0.0, 0.7)
    )
    assert brief > lingering + 0.1


def test_the_analysis_is_that_of_from_schedule():
    """Of six pairs all calendars are looked at, and p is the very same."""
    past = history(checked.read(record(), "sales", ()))
    drawn = futures(past, 6, 7, 10, 3)
    counts = lifted(past, drawn, 1.0, redrawing.exposed(drawn.coins, 7, 0.0), 3)
    p_values = redrawing.p_values(redrawing.parts(counts, 7) * drawn.coins)
    for number, coins in enumerate(drawn.coins):
        posting = np.stack([coins, -coins], axis=-1).ravel().repeat(7) > 0
        table = calendar(12).assign(arm=np.where(posting, "post", "quiet"))
        table["date"] = pd.date_range("2024-01-01", periods=84)
        daily = table[["date"]].assign(posts=posting.astype(int), sales=counts[number])
        found = from_schedule(daily, table, "sales")
        assert found.p_value == pytest.approx(p_values[number], abs=1e-9)


def test_likes_are_not_an_input_and_order_is_none():
    """A column of likes, or rows upside down, give the very same table."""
    table = record()
    asked = {"weeks": (12,), "draws": 30}
    plain = plan.power(table, "sales", **asked)
    rich = table.assign(likes=np.arange(len(table)), replies=7).iloc[::-1]
    pd.testing.assert_frame_equal(plain, plan.power(rich, "sales", **asked))


@pytest.mark.parametrize("posts", [0, 1])
def test_a_lift_is_put_in_without_scatter_of_its_own(posts):
    """Means are (1 + lift) apart, and counts as scattered as such counts are."""
    lift, table = 0.5, record(4.0, 20_000, memory=0.0, demand=0.0)
    posted = np.full(len(table), bool(posts))
    past = History(table["sales"].to_numpy("float64"), posted, np.arange(0, 19_900, 7))
    drawn = futures(past, 26, 7, 300, 1)
    posting = redrawing.exposed(drawn.coins, 7, 0.0) > 0
    counts = lifted(past, drawn, lift, posting.astype(float), 1)
    with_posts, quiet = counts[posting], counts[~posting]
    assert 1 + lift == pytest.approx(with_posts.mean() / quiet.mean(), rel=0.02)
    changed = quiet if posts else with_posts
    kept = with_posts if posts else quiet
    base = drawn.counts[posting if posts else ~posting]
    assert (base == kept).all()
    factor = 1 / (1 + lift) if posts else 1 + lift
    mean = table["sales"].mean() * factor
    season = table["sales"].var() - table["sales"].mean()
    assert mean + season * factor**2 == pytest.approx(changed.var(), rel=0.06)


def test_drawn_days_keep_the_weekday():
    """Four weeks in a row from a Monday on, so a record of Mondays alone stays one."""
    table = record(number=140)
    table["sales"] = np.where(table["date"].dt.day_of_week == 0, 9, 0)
    past = history(checked.read(table.iloc[2:], "sales", ()))
    drawn = futures(past, 6, 7, 10, 0)
    assert {9} == set(drawn.counts[:, ::7].ravel())
    assert 9 * 12 * 10 == drawn.counts.sum()


def test_a_day_is_posted_for_a_week_after_a_post():
    """The day of the post and the six after it."""
    table = record(number=140)
    table["posts"] = [0] * 10 + [1] + [0] * 129
    past = history(checked.read(table, "sales", ()))
    assert list(range(10, 17)) == np.flatnonzero(past.posted).tolist()


def test_a_test_finds_a_lift_by_drawing_the_calendar_again():
    """Six pairs that all say so are 1 way of 32, p .031, 1 that does not 2; five never suffice."""
    agreed = np.array([[1.0, 1, 1, 1, 1, 2]])
    assert [1 / 32] == redrawing.p_values(agreed).tolist()
    assert [1 / 32] == redrawing.p_values(-agreed).tolist()
    assert [2 / 32] == redrawing.p_values(agreed - [[2, 0, 0, 0, 0, 0]] + 0.1).tolist()
    assert [1 / 16] == redrawing.p_values(np.ones((1, 5))).tolist()


def test_fewer_conversions_with_posts_are_no_lift():
    """A test finds a lift only where there is more with posts."""
    more = np.tile(np.repeat([9.0, 1.0], 7), (2, 6)) + np.arange(84) % 3
    coins = np.array([[1.0] * 6, [-1.0] * 6])
    assert [True, False] == redrawing.finds(more, coins, 7).tolist()


def test_exposure_is_there_on_days_of_blocks_with_posts_and_fades_after():
    """At once and wholly, or half of what is missing each day."""
    coins = np.array([[1.0, -1.0]])
    at_once = redrawing.exposed(coins, 2, 0.0)
    assert [[1, 1, 0, 0, 0, 0, 1, 1]] == at_once.tolist()
    half = redrawing.exposed(coins, 2, 0.5)
    assert [0.5, 0.75, 0.375, 0.1875] == pytest.approx(half[0][:4].tolist())


def test_the_detectable_lift_lies_between_those_tried():
    """Half way from .7 to .9 is .8; none when the largest is found less often."""
    assert 0.3 == pytest.approx(_detectable([0.2, 0.4], [0.7, 0.9]))
    assert 0.1 == pytest.approx(_detectable([0.1, 0.2], [0.8, 1.0]))
    assert np.isnan(_detectable([0.2, 0.4], [0.1, 0.79]))


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (record(number=40), "40 days; 84 are needed"),
        (
            record().assign(sales=0),
            "0 conversions; 30 are needed; 0 days with conversions; 14 are needed",
        ),
        (
            record(number=0),
            (
                "0 days; 84 are needed; 0 conversions; 30 are needed; 0 days with conversions; "
                "14 are needed"
            ),
        ),
    ],
    ids=["short", "all zero", "empty"],
)
def test_a_record_that_is_too_small_gives_no_power_and_says_what_it_needs(table, why):
    """No number, and the sentence names what is lacking."""
    found = plan.power(table, "sales")
    assert found[["power", "low", "high", "detectable"]].isna().all(axis=None)
    assert {why} == set(found["why"])
    assert (f"Cannot tell what a posting test would find in sales: {why}.") == plan.sentence(
        found, "sales"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda table: table.drop(columns="posts"),
            (
                "The daily table has no column 'posts'; it has 'date', 'sales'. Make it with "
                "lift.daily."
            ),
        ),
        (
            lambda table: pd.concat([table, table.iloc[:1]]),
            (
                "The day 2025-01-06 stands in more than one row (1 row(s) too many). Sum them to "
                "one row a day."
            ),
        ),
        (
            lambda table: table.drop(index=5),
            (
                "The days are not consecutive: the row after 2025-01-10 is not the next day "
                "(1 such place(s)). Give every day a row, zeros included."
            ),
        ),
        (
            lambda table: table.assign(sales=table["sales"].where(table["sales"] > 0)),
            (
                "Column 'sales' is missing or infinite on 74 of 364 day(s). An unknown day is not "
                "a zero: cut the table to days that are known."
            ),
        ),
    ],
)
def test_a_malformed_record_is_refused(change, message):
    """As in every design of `lift`."""
    assert message == refusal(plan.power, change(record()), "sales", error=LiftError)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"weeks": ()},
            "weeks=[] are not whole numbers of at least 2, the length of a pair of blocks.",
        ),
        (
            {"weeks": (12, 1)},
            "weeks=[12, 1] are not whole numbers of at least 2, the length of a pair of blocks.",
        ),
        (
            {"lifts": (-0.5,)},
            "lifts=[-0.5] are not numbers of at least 0; write .5 for half as many again.",
        ),
        ({"draws": 0}, "draws=0 is not a number of at least 1."),
        ({"retention": 1.0}, "retention=1.0 is not a share of at least 0 and below 1."),
    ],
)
def test_a_power_that_cannot_be_is_refused(asked, message):
    """Each says what was asked and what is needed."""
    assert message == refusal(plan.power, record(), "sales", **asked)


def test_a_record_without_days_between_posts_and_blocks_of_two_weeks_are_fine():
    """Posts every day, one post alone and constant sales each give a power."""
    for table in (record(posts=1), record().assign(sales=3)):
        assert plan.power(table, "sales", (1.0,), (26,), draws=20)["power"].between(0.5, 1).all()
    once = record().assign(posts=[1] + [0] * 363)
    assert plan.power(once, "sales", (1.0,), (26,), draws=20)["power"].between(0.5, 1).all()
    long = plan.power(record(), "sales", (0.5,), (52,), block_days=14, draws=40)
    assert long["power"].between(0.3, 0.95).all()


def power_table(*powers, detectable=0.47):
    """Return a table of power at +20 % and +50 %, in 26 and 52 weeks."""
    weeks, lifts = [26, 26, 52, 52], [0.2, 0.5, 0.2, 0.5]
    table = pd.DataFrame({"weeks": weeks, "lift": lifts, "power": powers})
    columns = {"low": table["power"] - 0.02, "high": table["power"] + 0.02}
    counts = {"detectable": detectable, "draws": 1000, "days": 365, "conversions": 1095, "why": ""}
    return table.assign(**columns, **counts)


FROM = (
    "This is from 1,000 tests simulated from 365 days with 1,095 sales (3 a day), to within "
    "2 points, if days to come are like them."
)


def test_the_sentence_says_in_how_many_weeks_or_not_in_a_year():
    """A lift that four tests in five do not find in the longest test is said not to be found."""
    assert (
        "A year would find a lift of about +47 % or more four times in five. Lift by lift: "
        f"+20 % not in a year (found 27 % of the time); +50 % in a year (85 %). {FROM}"
    ) == plan.sentence(power_table(0.1, 0.5, 0.27, 0.85), "sales")
    assert (
        "A year would find a lift of about +15 % or more four times in five. Lift by lift: "
        f"+20 % in a year (81 %); +50 % in 26 weeks (80 %). {FROM}"
    ) == plan.sentence(power_table(0.1, 0.8, 0.81, 0.95, detectable=0.15), "sales")


def test_the_sentence_begins_with_not_in_a_year_when_that_is_the_answer():
    """Nobody should spend a year to learn it."""
    table = power_table(0.02, 0.05, 0.04, 0.1, detectable=np.nan)
    assert (
        "Not in a year, for any lift asked for. A year would find no lift four times in five, "
        "not even one of +300 %. Lift by lift: +20 % not in a year (found 4 % of the time); "
        f"+50 % not in a year (found 10 % of the time). {FROM}"
    ) == plan.sentence(table, "sales")
    assert plan.sentence(table[table["weeks"] == 26], "sales").startswith("Not in 26 weeks, for")


def test_few_sales_are_not_found_in_a_year():
    """At half a sale a day, +50 % is not found in a year, and the first words say so."""
    found = plan.power(record(0.5), "sales", (0.2, 0.5), (52,), draws=100)
    assert plan.sentence(found, "sales").startswith("Not in a year, for any lift asked for.")


def test_prospects_are_the_power_of_an_authors_tables():
    """From tables, or why there is none, and what to add."""
    engagement, _ = simulate.world(3, people=2000)
    found = plan.prospects(engagement, "sales", lifts=(0.5,), weeks=(2,))
    assert 1 == len(found)
    assert found["power"].notna().all()
    lacking = plan.prospects(Engagement(), "sales")
    assert (
        "Cannot tell what a posting test would find in sales: There are no conversions of kind "
        "'sale': table 'conversions' has 0 row(s), none of that kind with a quantity above zero "
        "and a day. Add an export that dates them (a shop's orders, a newsletter's subscribers)."
    ) == plan.sentence(lacking, "sales")
    assert "Unknown outcome 'likes'" in refusal(
        plan.prospects, Engagement(), "likes", error=LiftError
    )


@pytest.mark.parametrize(("rate", "lift", "published"), [(0.01, 0.2, 42_600), (0.01, 1.0, 2_310)])
def test_a_newsletter_holdout_needs_the_published_numbers(rate, lift, published):
    """People an arm at power .8; the published figures are rounded with z = 2.80."""
    assert published == pytest.approx(plan.holdout(rate, lift), rel=0.003)


def test_a_holdout_is_exact():
    """(1.95996 + 0.84162)² × (.01 × .99 + .012 × .988) ÷ .002², rounded up."""
    assert (42_691, 2_316) == (plan.holdout(0.01, 0.2), plan.holdout(0.01, 1.0))
    assert plan.holdout(0.01, 0.2, power=0.9) > plan.holdout(0.01, 0.2)
    table = plan.holdouts()
    assert [42_691, 2_316] == table.loc[table.iloc[:, 0] == 0.01, ["+20 %", "+100 %"]].iloc[
        0
    ].to_list()


@pytest.mark.parametrize(("rate", "lift"), [(0.0, 0.2), (0.6, 1.0), (0.01, 0.0), (0.01, -1.0)])
def test_a_holdout_of_no_share_is_refused(rate, lift):
    """A share beyond 0 and 1, or no difference, has no number of people."""
    assert (
        f"rate={rate!r}, lift={lift!r}, power=0.8: the share with and without must lie between 0 "
        f"and 1 and differ, and the power between 0.05 and 1."
    ) == refusal(plan.holdout, rate, lift)
