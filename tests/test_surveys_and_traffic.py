"""Surveys that ask how people heard of an author, and what counts visits to a site."""

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from exports import KEY
from helpers import load, privacy
from helpers.tables import Engagement

BERLIN = "Europe/Berlin"
OWN = "in their own words"
ASKS = "How did you hear of my book?"
NOT_ASKED = "row of a survey: no column asks how people heard of this; pass question='…'"
VISITORS = "date,visitors,pageviews,bounces,visits,visit_duration\n"
GA4 = "# ---\n# Reports snapshot\n# ---\n# \n# Start date: {start}\n# End date: 20991231\n{table}"


def lines(engagement: Engagement) -> dict[str, tuple[str, int, int, str]]:
    """Return format, rows read, rows kept and why by file, having checked that they add up."""
    receipt = engagement.receipt
    assert (receipt["read"] == receipt["kept"] + receipt["set_aside"]).all()
    rows = receipt[["file", "format", "read", "kept", "why"]].itertuples(index=False, name=None)
    return {name: tuple(rest) for name, *rest in rows}


def written(path: Path, *rows: list[str]) -> Path:
    """Write rows as a CSV file and return its path."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    path.write_text(file.getvalue())
    return path


def answers(engagement: Engagement) -> list[str]:
    """Return the answers in the order in which they were given."""
    return [str(answer) for answer in engagement.survey["answer"]]


def counts(engagement: Engagement) -> dict[tuple[str, str, str], int]:
    """Return what a site's visits were by day, kind and unit."""
    rows = engagement.audience
    days = rows["as_of"].dt.strftime("%m-%d")
    return dict(zip(zip(days, rows["kind"], rows["unit"], strict=True), rows["count"], strict=True))


# Google Forms


def form(folder: Path, *rows: list[str], name: str = "form.csv", asks: str = ASKS) -> Engagement:
    """Return what a form's answers yield; a row is a time and an answer."""
    written(folder / name, ["Timestamp", asks], *rows)
    return load.load(folder, key=KEY, timezone=BERLIN, dates="day first")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026/05/01 9:40:00 PM GMT+2", "2026-05-01 19:40:00"),
        ("2026/05/01 12:15:00 am GMT+5:30", "2026-04-30 18:45:00"),
        ("2026/03/05 9:40:00 p. m. GMT-3", "2026-03-06 00:40:00"),
        ("2026/03/05 9:40:00 a.m. GMT-3", "2026-03-05 12:40:00"),
        ("2026/05/01 9:40:00 AM GMT", "2026-05-01 09:40:00"),
        ("2026/05/01 9:40:00 PM CEST", "2026-05-01 19:40:00"),
        ("31.05.2026 10:22:33", "2026-05-31 08:22:33"),
        ("31/05/2026 22:22", "2026-05-31 20:22:00"),
        ("2026-05-31T10:22:33", "2026-05-31 08:22:33"),
        ("31-05-2026", "2026-05-30 22:00:00"),
    ],
)
def test_times_of_all_locales_are_read(text: str, moment: str, tmp_path: Path) -> None:
    """A zone that a time states is used, else the one that was passed; halves of days too."""
    found = form(tmp_path, [text, "A friend"])
    assert [pd.Timestamp(moment, tz="UTC")] == found.survey["answered_at"].tolist()


def test_ambiguous_dates_need_an_order(tmp_path: Path) -> None:
    """Dates that may be read both ways are refused unless an order is passed."""
    written(tmp_path / "form.csv", ["Timestamp", ASKS], ["5/6/2026 10:00:00", "A friend"])
    with pytest.raises(load.LoadError) as refused:
        load.load(tmp_path, key=KEY, timezone=BERLIN)
    expected = (
        "'form.csv': the dates in column 'Timestamp' may be day before month or month before "
        "day. Pass the order, dates='day first' or dates='month first'."
    )
    assert expected == str(refused.value)


def test_times_without_a_zone_need_one(tmp_path: Path) -> None:
    """Times that name no zone are refused unless one is passed; those that do need none."""
    written(tmp_path / "form.csv", ["Timestamp", ASKS], ["31/05/2026 10:00", "A friend"])
    with pytest.raises(
        load.LoadError, match=r"^'form.csv': the times in column 'Timestamp' name no"
    ):
        load.load(tmp_path, key=KEY)
    written(tmp_path / "form.csv", ["Timestamp", ASKS], ["2026/05/31 9:00:00 AM GMT+2", "A friend"])
    assert 1 == len(load.load(tmp_path, key=KEY).survey)


def test_rare_answers_are_hidden(tmp_path: Path) -> None:
    """What three people gave is an option; what fewer gave may name somebody and is hidden."""
    told = ["Bookshop", "bookshop ", "BOOKSHOP", "My cousin Nobody", "A stall", "A stall", ""]
    rows = [[f"2026-05-0{day} 10:00:00", answer] for day, answer in enumerate(told, start=1)]
    found = form(tmp_path, *rows)
    assert ["Bookshop"] * 3 + [OWN] * 3 == answers(found)
    assert "1 row without 'How did you hear of this?' (row 8)" == lines(found)["form.csv"][3]


def test_rarity_is_counted_by_file(tmp_path: Path) -> None:
    """Two people of one survey and one of another do not make an option."""
    rows = [[f"2026-05-0{day} 10:00:00", "Bookshop"] for day in (1, 2, 3)]
    form(tmp_path, *rows[:2], name="a.csv")
    assert [OWN] * 3 == answers(form(tmp_path, *rows[2:], name="b.csv"))


def test_impossible_option_is_marked(tmp_path: Path) -> None:
    """The option that cannot be true is marked, and kept even if one person ticked it."""
    rows = [["2026-05-01 10:00:00", "the Invented Review "], ["2026-05-02 10:00:00", "My aunt"]]
    plain = form(tmp_path, *rows)
    assert [False, False] == plain.survey["phantom"].tolist()
    found = load.load(tmp_path, key=KEY, timezone=BERLIN, impossible="The Invented Review")
    assert [True, False] == found.survey["phantom"].tolist()
    assert ["the Invented Review", OWN] == answers(found)


def test_addresses_become_people(tmp_path: Path) -> None:
    """Whoever left an address is a keyed hash that joins with shops; nothing else is kept."""
    header = ["Timestamp", "Email Address", "Your name", ASKS, "Anything else?"]
    row = ["2026-05-01 10:00:00", "Ada@Example.org", "Ada", "Bookshop", "Call me"]
    written(tmp_path / "form.csv", header, row, ["2026-05-02 10:00:00", "none", "", "Bookshop", ""])
    found = load.load(tmp_path, key=KEY, timezone=BERLIN)
    expected = privacy.person_id("ada@example.org", "email", KEY)
    assert [expected] == found.survey["person_id"].dropna().tolist()
    kept = found.survey.to_csv() + found.receipt.to_csv()
    assert not any(word in kept for word in ("Ada", "Example", "Call", "name"))


@pytest.mark.parametrize(
    ("stamp", "asks"),
    [
        ("Timestamp", "Where did you first hear about the novel?"),
        ("Timestamp", "How did you find\nmy books"),
        ("Zeitstempel", "Wie hast du von dem Buch erfahren?"),
        ("Horodateur", "Comment avez-vous connu ce livre ?"),
        ("Marca temporal", "¿Cómo nos conociste?"),
    ],
)
def test_usual_wordings_are_found(stamp: str, asks: str, tmp_path: Path) -> None:
    """The question is found by its usual wordings, in four languages."""
    written(tmp_path / "form.csv", [stamp, asks], ["2026-05-01 10:00:00", "A friend"])
    found = load.load(tmp_path, key=KEY, timezone=BERLIN)
    assert ("surveys.google_forms", 1, 1, "") == lines(found)["form.csv"]


def test_form_in_a_workbook_is_read(tmp_path: Path) -> None:
    """The linked sheet, downloaded as a workbook, is read like the CSV file."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Form Responses 1"
    for row in (
        ["Timestamp", ASKS],
        [pd.Timestamp("2026-05-01 10:00").to_pydatetime(), "A friend"],
    ):
        sheet.append(row)
    book.save(tmp_path / "form.xlsx")
    found = load.load(tmp_path, key=KEY, timezone=BERLIN).survey
    assert [pd.Timestamp("2026-05-01 08:00", tz="UTC")] == found["answered_at"].tolist()


def test_form_that_does_not_ask_is_set_aside(tmp_path: Path) -> None:
    """A form without the question is known, and its rows are set aside with what to pass."""
    found = form(tmp_path, ["2026-05-01 10:00:00", "40"], asks="How old are you?")
    assert ("surveys.google_forms", 1, 0, f"1 {NOT_ASKED} (row 2)") == lines(found)["form.csv"]


def test_question_may_be_passed(tmp_path: Path) -> None:
    """A wording of one's own, or a part of it, names the column, even one without a mark."""
    asks = "Tell us what brought you here"
    written(tmp_path / "form.csv", ["Timestamp", asks], ["2026-05-01 10:00:00", "A friend"])
    found = load.load(tmp_path, key=KEY, timezone=BERLIN, question="what BROUGHT you")
    assert [OWN] == answers(found)


def test_question_that_is_passed_goes_before_the_usual_one(tmp_path: Path) -> None:
    """The column that was passed is read even if another has the usual wording."""
    header = ["Timestamp", "How did you hear of this?", "What brought you here?"]
    written(tmp_path / "form.csv", header, ["2026-05-01 10:00:00", "A friend", "An advert"])
    options = {"timezone": BERLIN, "impossible": "An advert"}
    found = load.load(tmp_path, key=KEY, question="brought you", **options)
    assert ["An advert"] == answers(found)
    with pytest.raises(load.LoadError, match=r"^question='took you': no survey, or more than one"):
        load.load(tmp_path, key=KEY, question="took you", **options)


def test_question_that_nobody_asks_is_refused(tmp_path: Path) -> None:
    """A question that no survey asks is refused with those that are asked, never with answers."""
    header = ["Timestamp", "How old are you?", "Name", "Tell us what you read"]
    written(tmp_path / "form.csv", header, ["2026-05-01 10:00:00", "40", "Ada", "All"])
    with pytest.raises(load.LoadError) as refused:
        load.load(tmp_path, key=KEY, timezone=BERLIN, question="heard")
    expected = (
        "question='heard': no survey, or more than one column of it, asks this. Pass the wording "
        "of one question, or a part of it that no other has. "
        "Found: 'form.csv': 'How old are you?', 'Tell us what you read'."
    )
    assert expected == str(refused.value)


def test_question_without_a_survey_is_refused(tmp_path: Path) -> None:
    """A question that is passed where there is no survey is a mistake, not a wish."""
    (tmp_path / "imported_visitors.csv").write_text(VISITORS + "2026-05-31,1,1,1,1,1\n")
    with pytest.raises(load.LoadError) as refused:
        load.load(tmp_path, key=KEY, question="heard")
    expected = (
        "question='heard' was passed, but no file is a survey of Google Forms, SurveyMonkey or "
        "Qualtrics. Put the survey's export into the folder."
    )
    assert expected == str(refused.value)


def test_two_columns_that_ask_are_not_guessed_between(tmp_path: Path) -> None:
    """If two columns ask it, none is chosen until one is passed."""
    header = ["Timestamp", "How did you hear of me?", "How did you hear of my list?"]
    written(tmp_path / "form.csv", header, ["2026-05-01 10:00:00", "A friend", "An advert"])
    found = load.load(tmp_path, key=KEY, timezone=BERLIN)
    expected = "1 row of a survey: several columns ask how people heard of this; pass question='…'"
    assert f"{expected} (row 2)" == lines(found)["form.csv"][3]
    options = {"timezone": BERLIN, "question": "of my list", "impossible": "an advert"}
    assert ["An advert"] == answers(load.load(tmp_path, key=KEY, **options))


def test_later_export_replaces_answers(tmp_path: Path) -> None:
    """An answer in two exports counts once; equal answers of one second are two people's."""
    rows = [["2026-05-01 10:00:00", "A friend"]] * 2
    form(tmp_path, *rows, name="form-20260502.csv")
    later = [*rows, ["2026-05-03 10:00:00", "A friend"]]
    found = form(tmp_path, *later, name="form-20260504.csv")
    assert ["A friend"] * 3 == answers(found)
    assert (2, 0) == lines(found)["form-20260502.csv"][1:3]


# SurveyMonkey, Qualtrics


MONKEY = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address"]


def monkey(folder: Path, second: list[str], *rows: list[str]) -> Engagement:
    """Return what a SurveyMonkey export yields; a row is an answer and what stands beside it."""
    stamps = ["05/13/2026 10:00:00 AM", "05/13/2026 10:04:00 PM", "192.0.2.1", "ada@example.org"]
    table = [[f"1234567890{number}", "4", *stamps, *row] for number, row in enumerate(rows)]
    header = [*MONKEY, "Where did you hear about the novel?", ""]
    written(folder / "monkey.csv", header, [""] * 6 + second, *table)
    return load.load(folder, key=KEY, timezone=BERLIN)


def test_second_row_of_headings_is_no_answer(tmp_path: Path) -> None:
    """SurveyMonkey's second row is set aside; months come first; the address is hashed."""
    found = monkey(tmp_path, ["Response", ""], ["Shop", ""], ["Shop", ""], ["Shop", ""])
    expected = ("surveys.surveymonkey", 4, 3, "1 second row of headings (row 2)")
    assert expected == lines(found)["monkey.csv"]
    assert ["Shop"] * 3 == answers(found)
    assert {pd.Timestamp("2026-05-13 20:04", tz="UTC")} == set(found.survey["answered_at"])
    assert {privacy.person_id("ada@example.org", "email", KEY)} == set(found.survey["person_id"])
    assert "192.0.2" not in found.survey.to_csv()


def test_other_answers_are_their_own_words(tmp_path: Path) -> None:
    """What people wrote beside the options counts as an answer but is not kept."""
    found = monkey(tmp_path, ["Response", "Other (please specify)"], ["", "My aunt"], ["", ""])
    assert [OWN] == answers(found)
    assert "without 'How did you hear of this?'" in lines(found)["monkey.csv"][3]


def test_several_answers_over_columns_are_set_aside(tmp_path: Path) -> None:
    """Tick boxes that SurveyMonkey spreads over columns are not read as if one were all."""
    found = monkey(tmp_path, ["Shop", "Friend"], ["Shop", ""], ["", "Friend"])
    reason = "of a survey: the question allows several answers, which are spread over columns"
    assert f"3 rows {reason} (rows 2, 3, 4)" == lines(found)["monkey.csv"][3]
    assert 0 == len(found.survey)


QUALTRICS = [
    ["StartDate", "EndDate", "Status", "Progress", "RecordedDate", "ResponseId", "Q1"],
    ["Start Date", "End Date", "Response Type", "Progress", "Recorded Date", "Response ID"],
    ['{"ImportId":"startDate","timeZone":"Europe/Berlin"}', "", "", "", "", "", ""],
]


def qualtrics(folder: Path, *rows: list[str], headers: int = 3, asks: str = ASKS) -> Engagement:
    """Return what a Qualtrics export yields; a row is its status and its answer."""
    stamps = ["2026-06-01 10:00:00", "2026-06-01 10:05:00"]
    table = [[*stamps, status, "100", "2026-06-01 10:05:01", "R_1", told] for status, told in rows]
    first, second, third = QUALTRICS
    written(folder / "q.csv", *[first, [*second, asks], third][:headers], *table)
    return load.load(folder, key=KEY, timezone=BERLIN)


def test_qualtrics_question_stands_in_the_second_row(tmp_path: Path) -> None:
    """The wording is found in the second row; the third is set aside, previews and spam too."""
    rows = [["IP Address", "Shop"]] * 3
    found = qualtrics(tmp_path, *rows, ["Survey Preview", "Shop"], ["Spam", "Shop"])
    why = "1 row of headings (row 3); 2 previews or spam (rows 7, 8)"
    assert ("surveys.qualtrics", 6, 3, why) == lines(found)["q.csv"]
    assert ["Shop"] * 3 == answers(found)
    assert {pd.Timestamp("2026-06-01 08:05:01", tz="UTC")} == set(found.survey["answered_at"])


def test_codes_are_no_answers(tmp_path: Path) -> None:
    """Numbers that stand for options are set aside, with what to export instead."""
    found = qualtrics(tmp_path, ["0", "2"], ["0", "2"], ["0", "2"])
    expected = "whose 'How did you hear of this?' is only a number: export the words, not codes"
    assert expected in lines(found)["q.csv"][3]
    assert 0 == len(found.survey)


# Visits to a site


def plausible(folder: Path, name: str, *rows: str) -> None:
    """Write Plausible's archive with a table of visitors by day."""
    with zipfile.ZipFile(folder / name, "w") as archive:
        member = f"imported_visitors_20260501_{name[-12:-4]}.csv"
        archive.writestr(member, VISITORS + "\n".join(rows))


def test_plausible_days_keep_their_date_and_unit(tmp_path: Path) -> None:
    """Visitors are people, page views are views, visits are acts; nothing is added up."""
    plausible(
        tmp_path, "site_20260601.zip", "2026-05-30,0,0,0,0,0", "2026-05-31,1204,1530,9,1250,8"
    )
    found = load.load(tmp_path, key=KEY)
    expected = {
        ("05-30", "visitors", "people"): 0,
        ("05-30", "views", "views"): 0,
        ("05-30", "visits", "acts"): 0,
        ("05-31", "visitors", "people"): 1204,
        ("05-31", "views", "views"): 1530,
        ("05-31", "visits", "acts"): 1250,
    }
    assert expected == counts(found)


def test_later_plausible_export_stands(tmp_path: Path) -> None:
    """A day that was not over in an earlier export has the later export's figures."""
    plausible(tmp_path, "site_20260531.zip", "2026-05-30,8,8,8,8,8", "2026-05-31,2,2,2,2,2")
    plausible(tmp_path, "site_20260601.zip", "2026-05-31,9,9,9,9,9")
    found = load.load(tmp_path, key=KEY)
    days = counts(found)
    assert (8, 9) == (days["05-30", "visitors", "people"], days["05-31", "visitors", "people"])
    assert 6 == len(found.audience)


def test_parts_of_days_are_not_days(root: Path) -> None:
    """Visits by source, page, place, device and goal are known and set aside with the reason."""
    found = lines(load.load(root / "data/specimens/plausible", key=KEY))
    kept = {name: line[2] for name, line in found.items() if line[2]}
    assert {"quill_example_org_20260601.zip/imported_visitors_20260529_20260531.csv": 3} == kept
    formats = sorted({line[0] for line in found.values()})
    names = ["breakdown", "custom_events", "custom_props", "sources", "visitors"]
    assert [f"plausible.{name}" for name in names] == formats
    assert all(line[3] for name, line in found.items() if name not in kept)


def test_unknown_breakdown_is_not_taken_for_days(tmp_path: Path) -> None:
    """A breakdown that is not known yet is not read as visitors by day."""
    head = VISITORS.replace("date,", "date,channel,")
    (tmp_path / "imported_channels.csv").write_text(head + "2026-05-31,Email,1,1,1,1,1\n")
    plausible(tmp_path, "site_20260601.zip", "2026-05-31,9,9,9,9,9")
    found = load.load(tmp_path, key=KEY)
    assert "unknown" == lines(found)["imported_channels.csv"][0]
    assert 3 == len(found.audience)


@pytest.mark.parametrize(
    ("table", "kind", "unit"),
    [
        ("Nth day,Active users\n0000,12\n0001,1204\n", "visitors", "people"),
        ("Nth day,Views\n0000,12\n0001,1204\n", "views", "views"),
        ("\nNth day,Sessions\n0000,12\n0001,1204\n", "visits", "acts"),
    ],
)
def test_nth_days_are_counted_from_the_start(
    table: str, kind: str, unit: str, tmp_path: Path
) -> None:
    """Day 0000 is the start date itself, day 0001 the next, over the end of a month."""
    (tmp_path / "ga.csv").write_text(GA4.format(start="20260430", table=table))
    found = load.load(tmp_path, key=KEY)
    assert {("04-30", kind, unit): 12, ("05-01", kind, unit): 1204} == counts(found)
    assert {"site (GA4)"} == set(found.audience["platform"])


def test_nth_days_without_a_start_are_set_aside(tmp_path: Path) -> None:
    """Days that are counted from no stated date are not dated."""
    (tmp_path / "ga.csv").write_text("# Report\nNth day,Active users\n0000,12\n")
    ((_, _, kept, why),) = lines(load.load(tmp_path, key=KEY)).values()
    assert 0 == kept
    assert why.startswith("1 row whose 'Nth day' counts from no start date (row 3")


def test_each_block_has_its_own_start(tmp_path: Path) -> None:
    """Two tables of one file are dated each by the date above it."""
    active = GA4.format(start="20260430", table="Nth day,Active users\n0000,12\n")
    views = GA4.format(start="20260510", table="Nth day,Views\n0000,30\n")
    (tmp_path / "ga.csv").write_text(f"{active}\n{views}")
    expected = {("04-30", "visitors", "people"): 12, ("05-10", "views", "views"): 30}
    assert expected == counts(load.load(tmp_path, key=KEY))


@pytest.mark.parametrize(
    "table",
    [
        "Session primary channel group (Default Channel Group),Sessions,Key events\nDirect,9,1\n",
        "Country,Active users\nGermany,20\n",
        "Event name,Event count\npage_view,93\n",
        "Page title and screen class,Views\nA page,93\n",
    ],
)
def test_totals_of_a_period_are_set_aside(table: str, tmp_path: Path) -> None:
    """Totals that name no day are known and set aside with what to choose instead."""
    (tmp_path / "ga.csv").write_text(GA4.format(start="20260430", table=table))
    why = "1 total of a whole period: the report names no day (choose a report by day) (row 8)"
    assert [("ga4.totals", 1, 0, why)] == list(lines(load.load(tmp_path, key=KEY)).values())


def test_weeks_are_not_days(tmp_path: Path) -> None:
    """A series by week is set aside: its people are not those of a day."""
    table = "Nth week,Active users\n0000,1210\n"
    (tmp_path / "ga.csv").write_text(GA4.format(start="20260430", table=table))
    why = "1 figure of another kind or period than visitors by day (row 8)"
    assert [("ga4.other_series", 1, 0, why)] == list(lines(load.load(tmp_path, key=KEY)).values())


def test_new_users_are_not_added_to_active_ones(root: Path) -> None:
    """New users are among the active users: their table is set aside."""
    found = load.load(root / "data/specimens/ga4", key=KEY)
    rows = found.audience
    assert [12, 1204, 9] == rows.loc[rows["kind"] == "visitors", "count"].tolist()
    assert ("ga4.new_users", 3, 0) == lines(found)["Reports_snapshot.csv, rows 14–21"][:3]


def test_clicks_on_links_have_no_day(root: Path) -> None:
    """Bitly's totals are known and set aside; no address of a link is kept."""
    found = load.load(root / "data/specimens/bitly", key=KEY)
    why = "2 links: their clicks have no day, and the posts they stood in are not named (rows 2, 3)"
    assert ("bitly.links", 2, 0, why) == lines(found)["bitly_links.csv"]
    assert "https" not in found.receipt.to_csv()


# Samples


@pytest.mark.parametrize("name", ["plausible", "ga4", "surveys", "templates"])
def test_specimens_load(name: str, root: Path) -> None:
    """Every specimen is recognised as of its own format, and rows of each folder are kept."""
    options = {"timezone": BERLIN, "currency": "EUR", "dates": "day first"}
    found = lines(load.load(root / "data/specimens" / name, key=KEY, **options))
    assert {name} == {line[0].partition(".")[0] for line in found.values()}
    assert sum(line[2] for line in found.values()) > 0


def test_real_samples_are_known(shared_data: Path) -> None:
    """The files that were typed from documented columns are recognised."""
    folder = shared_data / "exports" / "_transcribed"
    site = lines(load.load(folder / "plausible_export", key=KEY))
    assert {"plausible.sources", "plausible.visitors"} == {line[0] for line in site.values()}
    totals = lines(load.load(folder / "ga4_ui", key=KEY))
    assert [("ga4.totals", 1, 0)] == [line[:3] for line in totals.values()]
