import pandas as pd
import pytest

from helpers import instants
from helpers.converters import CONVERTERS, Setting

EXPORT = pd.Timestamp("2026-01-03", tz="UTC")


def parsed(form: str, *cells: str | None, given: str | None = None, export=EXPORT) -> list[str]:
    """Return the cells' moments as text, `NaT` where they are not of this form."""
    series = pd.Series(list(cells), dtype="str")
    times = instants.parsed(series, form, naive=True, given=given, export=export)
    return times.astype("str").fillna("NaT").tolist()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("December 30", "January 1"), ["2025-12-30", "2026-01-01"]),
        (("January 2", "January 1", "December 31"), ["2026-01-02", "2026-01-01", "2025-12-31"]),
        (("December 31", "Januar 1"), ["2025-12-31", "2026-01-01"]),
        (("March 5", "March 6"), ["2025-03-05", "2025-03-06"]),
        (("February 29", "March 1"), ["NaT", "2025-03-01"]),
        (("March 5", "total", None), ["2025-03-05", "NaT", "NaT"]),
    ],
)
def test_dates_without_a_year_are_the_last_before_the_export(
    cells: tuple[str, ...], expected: list[str]
) -> None:
    """Walking back from the day of the export, in either order, over the turn of the year."""
    assert expected == parsed("month_day", *cells)


def test_two_years_without_a_year() -> None:
    """A file of more than a year is walked back year by year."""
    days = pd.date_range("2024-06-01", "2026-01-02")
    cells = days.strftime("%B %d")
    assert days.strftime("%Y-%m-%d").tolist() == parsed("month_day", *cells)
    assert days[::-1].strftime("%Y-%m-%d").tolist() == parsed("month_day", *cells[::-1])


def test_without_the_day_of_the_export_no_year_is_guessed() -> None:
    """Nothing says which year it was, so nothing is read."""
    assert ["NaT"] == parsed("month_day", "March 5", export=pd.NaT)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("3/17/2025", "4/5/25"), ["2025-03-17", "2025-04-05"]),
        (("17/3/2025", "4/5/2025"), ["2025-03-17", "2025-05-04"]),
        (("17.3.2025", "04.05.2025"), ["2025-03-17", "2025-05-04"]),
        (("17/3/2025", "3/17/2025"), ["NaT", "NaT"]),
        (("4/4/2025", None), ["2025-04-04", "NaT"]),
    ],
)
def test_the_order_of_day_and_month_is_the_columns(
    cells: tuple[str, ...], expected: list[str]
) -> None:
    """One number over twelve settles the column; two that contradict unsettle all of it."""
    assert expected == parsed("numeric", *cells)


def test_times_of_day_in_either_clock() -> None:
    """Hours of twelve and of twenty-four are read."""
    expected = ["2025-03-17 15:14:15", "2025-03-18 09:05:00"]
    assert expected == parsed("numeric", "3/17/2025, 3:14:15 PM", "3/18/2025 09:05")


def test_a_column_that_may_be_read_both_ways_is_refused_unless_it_is_told() -> None:
    """Third of April or fourth of March: nobody guesses."""
    with pytest.raises(instants.AmbiguousError):
        parsed("numeric", "3/4/2025")
    assert ["2025-04-03"] == parsed("numeric", "3/4/2025", given="day first")
    assert ["2025-03-04"] == parsed("numeric", "3/4/2025", given="month first")


@pytest.mark.parametrize(
    "cell", ["June 2026", "junio 2026", "Juni 2026", "giugno 2026", "juin 2026", "Jun 2026"]
)
def test_months_in_several_languages(cell: str) -> None:
    """A month is a month in any language that exports are written in."""
    assert ["2026-06-01"] == parsed("%B %Y", cell)


def test_seconds_since_1970() -> None:
    """Ten digits are seconds; words, milliseconds and floats in disguise are not."""
    expected = ["2023-11-14 22:13:20", "NaT", "NaT", "NaT"]
    assert expected == parsed("epoch", "1700000000", "1700000000000", "17e8", "soon")


def figures(name: str, *cells: str, **options: bool) -> list[object]:
    """Return the cells as figures, None where they are none."""
    setting = Setting(b"k" * 32, None, None, "f.csv", "0" * 64)
    found = CONVERTERS[name].convert(pd.Series(list(cells), dtype="str"), options, setting)
    return [None if pd.isna(value) else value for value in found]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("1,250.50", "$3", "7 USD"), [1250.5, 3.0, 7.0]),
        (("1.250,50 €", "12,5", "1.000"), [1250.5, 12.5, 1000.0]),
        (("1,234", "-2.5"), [1234.0, -2.5]),
        (("12,50", "1,250.50"), [12.5, None]),
        (("1e3", "½", "9" * 400, "1000000000001"), [None] * 4),
        (("9" * 5000, "-" + "9" * 31, "1"), [None, None, 1.0]),
    ],
)
def test_amounts_in_the_columns_own_way_of_writing(
    cells: tuple[str, ...], expected: list[object]
) -> None:
    """A cell that can only be a decimal comma settles the column; what no money is is none."""
    assert expected == figures("money", *cells)


def test_counts_are_whole_and_turned_round_where_they_are_returns() -> None:
    """Thousands are read, parts and signs are not, unless they are asked for."""
    assert [1250, 4, None, None] == figures("whole", "1,250", "4.0", "4.5", "-3")
    assert [-3, 4] == figures("whole", "-3", "4", signed=True)
    assert [-4] == figures("whole", "4", negated=True)


def test_days_counted_from_a_first_day_are_of_a_year_that_may_be() -> None:
    """The third day of May 2026; of the year 26 there is no export."""
    assert [pd.Timestamp("2026-05-03", tz="UTC"), None] == figures(
        "nth_day", "20260501|0002|", "00260501|0002|"
    )
