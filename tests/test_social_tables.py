"""Exports of social platforms that come as tables: Meta, Facebook, LinkedIn, YouTube, TikTok, X."""

import json
import shutil
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from exports import INSTAGRAM, KEY, csv_text, digest, instagram, instagram_row
from helpers import load
from helpers.tables import Engagement

BERLIN = "Europe/Berlin"
FORMATS = ("facebook_insights", "linkedin", "meta", "tiktok", "x_analytics", "youtube")
PERSONAL = ("Ada", "Ben", "Harbour", "harbour", "reader_", "thank you", "@example")
X_CONTENT = "Post id,Date,Post text,Post Link,Impressions,Likes,Reposts\n"
X_DAYS = "Date,Impressions,New follows,Unfollows,Profile visits\n"
FOLLOWERS = "Date,Followers,Difference in followers from previous day\n"
VIDEOS = "Content,Video title,Video publish time,Likes,Shares,Views,Subscribers,Impressions\n"
LEAD = ["Post ID", "Permalink", "Post Message", "Type", "Countries", "Languages", "Posted"]


def loaded(source: Path, **arguments: str) -> Engagement:
    """Load with a time zone, unless another is passed."""
    return load.load(source, key=KEY, **{"timezone": BERLIN, **arguments})


@cache
def once(folder: Path) -> Engagement:
    """Load the specimens of one format, once for all tests."""
    return loaded(folder, dates="day first")


@pytest.fixture(scope="module")
def specimens(root: Path) -> Path:
    """Return the folder of the specimens."""
    return root / "data" / "specimens"


@pytest.fixture(params=FORMATS)
def specimen(request: pytest.FixtureRequest, specimens: Path) -> Engagement:
    """Return the specimens of one format, loaded."""
    return once(specimens / request.param)


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a file and return its path."""
    path.write_bytes(text.encode(encoding))
    return path


def book(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """Write a workbook and return its path."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


def metric(path: Path, title: str, *days: str) -> Path:
    """Write Meta's file of one metric as Meta does: UTF-16, a separator line, a title."""
    lines = ["sep=,", f'"{title}"', '"Date","Primary"', *days]
    return written(path, "\ufeff" + "\n".join(lines), "utf-16-le")


def tallies(engagement: Engagement, post_id: str) -> dict[str, int]:
    """Return a post's totals, by kind and unit."""
    rows = engagement.tallies[engagement.tallies["post_id"] == post_id]
    return dict(zip(rows["kind"] + " " + rows["unit"], rows["count"], strict=True))


def counts(engagement: Engagement, kind: str) -> dict[str, int]:
    """Return the account's counts of one kind by platform and day."""
    rows = engagement.audience[engagement.audience["kind"] == kind]
    days = rows["platform"] + " " + rows["as_of"].dt.strftime("%Y-%m-%d")
    return dict(zip(days + " " + rows["unit"], rows["count"], strict=True))


def follows(engagement: Engagement) -> list[tuple[str, str, int]]:
    """Return channel, day and number of followers gained or lost."""
    rows = engagement.conversions
    assert ["follow"] == rows["kind"].unique().tolist()
    days = rows["occurred_at"].dt.strftime("%Y-%m-%d")
    return sorted(zip(rows["channel"], days, rows["quantity"], strict=True))


def dates(engagement: Engagement) -> list[str]:
    """Return when posts were published, and how finely that is known."""
    rows = engagement.posts
    return (rows["published_at"].dt.strftime("%Y-%m-%d %H:%M:%S ") + rows["grain"]).tolist()


def lines(engagement: Engagement) -> dict[str, tuple[str, int, str]]:
    """Return by file its format, how many of its rows are kept and why the others are not."""
    rows = engagement.receipt
    assert (rows["read"] == rows["kept"] + rows["set_aside"]).all()
    values = zip(rows["format"], rows["kept"], rows["why"], strict=True)
    return dict(zip(rows["file"], values, strict=True))


# Every format


def test_every_file_of_a_download_is_recognised(specimen: Engagement) -> None:
    """No file of a specimen is unknown, and each either keeps rows or says why it does not."""
    receipt = specimen.receipt
    assert "unknown" not in set(receipt["format"])
    assert (receipt["read"] > 0).all()
    assert ((receipt["kept"] > 0) | (receipt["why"] != "")).all()


def test_nothing_personal_is_kept(specimen: Engagement) -> None:
    """Names, titles and texts are in no table, the account's name in no line of the receipt.

    LinkedIn and YouTube put it into the names of files and archives.
    """
    names = ("posts", "tallies", "responses", "conversions", "audience")
    kept = "".join(getattr(specimen, name).to_csv() for name in names)
    assert [] == [word for word in PERSONAL if word in kept]
    ours = specimen.receipt[specimen.receipt["format"].str.match("linkedin|youtube")]
    ours = ours[~ours["format"].str.contains("page")]
    assert [] == [word for word in PERSONAL if word in ours.to_csv()]


def test_people_acts_and_views_are_never_mixed(specimen: Engagement) -> None:
    """Of each kind of count every row has one unit, the one it can only have."""
    unit = {"reach": "people", "impression": "views", "view": "views", "actor": "people"}
    unit |= {"viewers": "people", "followers": "people", "visits": "acts", "views": "views"}
    unit |= {"link clicks": "acts", "video views": "views"}
    found = pd.concat([specimen.tallies, specimen.audience])[["kind", "unit"]]
    clicks = found["kind"] == "click"
    expected = found["kind"].map(unit).fillna("acts")
    assert expected[~clicks].tolist() == found.loc[~clicks, "unit"].tolist()


def test_real_samples(shared_data: Path) -> None:
    """Every shared sample of these formats loads; TikTok's name no day of export."""
    exports = shared_data / "exports"
    samples = exports / "_transcribed"
    for name, posts, count in (
        ("facebook_insights_legacy", 1, 2),
        ("meta_business_suite", 3, 9),
        ("x_analytics", 3, 24),
        ("linkedin_creator", 2, 2),
    ):
        found = loaded(samples / name, dates="month first")
        assert (posts, count) == (len(found.posts), len(found.tallies)), name
    videos = loaded(exports / "youtube_studio")
    assert (71, 355, 365) == (len(videos.posts), len(videos.tallies), len(videos.audience))
    views = videos.tallies.query("kind == 'view'")["count"].sum()
    assert 46333 - 3 < views < 46333 + 3, "the row of totals would double it"
    unread = lines(loaded(samples / "tiktok_studio"))
    assert [0, 0, 0] == [kept for _, kept, _ in unread.values()]
    assert all("names no year" in why for _, _, why in unread.values())


# Meta


def test_meta_posts(specimens: Path) -> None:
    """Facebook in English and Spanish, Instagram: reactions are likes, never the sum column."""
    engagement = once(specimens / "meta")
    first = {"reach people": 980, "view views": 1250, "like acts": 25, "reply acts": 8}
    expected = first | {"boost acts": 4, "click acts": 61}
    assert expected == tallies(engagement, "facebook:122100000000000001")
    spanish = {"reach people": 400, "view views": 512, "like acts": 6, "reply acts": 2}
    spanish |= {"boost acts": 1, "click acts": 14}
    assert spanish == tallies(engagement, "facebook:122100000000000009")
    reel = {"reach people": 2200, "like acts": 301, "boost acts": 40, "reply acts": 7}
    assert reel | {"save acts": 18} == tallies(engagement, "instagram:18000000000000002")
    assert [
        "2026-03-14 08:30:00 minute",
        "2026-03-18 17:05:00 minute",
        "2026-03-27 05:08:00 minute",
        "2026-03-28 19:00:00 minute",
        "2026-03-29 01:00:00 minute",
        "2026-03-30 08:00:00 minute",
    ] == dates(engagement)


def test_meta_spanish_instagram(tmp_path: Path) -> None:
    """Instagram in Spanish is told from Facebook by 'Me gusta'; daily rows are set aside."""
    header = "Identificador de la publicación,Hora de publicación,Descripción,Tipo de publicación,"
    header += "Fecha,Visualizaciones,Alcance,Me gusta,Comentarios,Veces que se ha compartido,"
    rows = "17,03/27/2026 06:08,dos palabras,Imagen,Total,9,8,7,6,5,4,3\n"
    rows += "17,03/27/2026 06:08,dos palabras,Imagen,03/28/2026,1,1,1,1,1,1,1\n"
    path = written(tmp_path / "a.csv", header + "Veces guardado,Seguidores\n" + rows, "utf-8-sig")
    engagement = loaded(path)
    expected = {"view views": 9, "reach people": 8, "like acts": 7, "reply acts": 6}
    expected |= {"boost acts": 5, "save acts": 4, "follow acts": 3}
    assert expected == tallies(engagement, "instagram:17")
    assert {"a.csv": ("meta.instagram", 1, "1 row of one day's figures (row 3)")} == lines(
        engagement
    )


def test_meta_needs_a_time_zone(tmp_path: Path) -> None:
    """Publish time names no zone: it is asked for by name."""
    path = instagram(tmp_path, instagram_row("1"))
    with pytest.raises(load.LoadError) as caught:
        load.load(path, key=KEY)
    assert str(caught.value) == (
        "'ig.csv': the times in column 'Publish time' name no time zone. "
        "Pass the zone that the account reports in, e.g. timezone='Europe/Paris'."
    )


def test_meta_columns_in_any_order(tmp_path: Path) -> None:
    """The order of columns changes from export to export; the figures do not."""
    columns = INSTAGRAM.split(",")
    cells = dict.fromkeys(columns, "") | {"Post ID": "1", "Publish time": "03/27/2026 06:08"}
    cells |= {"Date": "Lifetime", "Likes": "5", "Reach": "45"}
    turned = columns[::-1]
    path = written(tmp_path / "a.csv", csv_text([turned, [cells[name] for name in turned]]))
    assert {"like acts": 5, "reach people": 45} == tallies(loaded(path), "instagram:1")


def test_later_export_of_lifetime_figures_stands(tmp_path: Path) -> None:
    """Of one post in two exports the later's total stands; totals are never added up."""
    for name, likes in (("Mar-01-2026_Mar-31-2026_1.csv", "5"), ("Apr-01-2026_2.csv", "8")):
        instagram(tmp_path, instagram_row("1", Likes=likes), name=name)
    engagement = loaded(tmp_path)
    assert {"like acts": 8} == tallies(engagement, "instagram:1")
    why = "1 row superseded by a later export (row 2)"
    assert why == lines(engagement)["Mar-01-2026_Mar-31-2026_1.csv"][2]


def test_meta_metrics_by_day(specimens: Path) -> None:
    """UTF-16 with a separator line: the title decides kind and unit; an unknown one says so."""
    engagement = once(specimens / "meta")
    views = {"meta 2026-03-01 views": 8226, "meta 2026-03-02 views": 905}
    assert views | {"meta 2026-03-03 views": 27} == counts(engagement, "views")
    people = {"meta 2026-03-01 people": 610, "meta 2026-03-02 people": 402}
    assert people == counts(engagement, "viewers")
    visits = {"facebook 2026-03-01 acts": 55, "facebook 2026-03-02 acts": 0}
    assert visits == counts(engagement, "visits")
    clicks = {"instagram 2026-03-01 acts": 4, "instagram 2026-03-02 acts": 9}
    assert clicks == counts(engagement, "link clicks")
    gained = [("instagram", "2026-03-01", 3), ("instagram", "2026-03-02", 5)]
    assert gained == follows(engagement)
    unknown = "days of a metric that is neither views, viewers, visits, link clicks nor follows"
    assert ("meta.metric_by_day", 0, f"2 {unknown} (rows 4, 5)") == lines(engagement)[
        "Interactions.csv"
    ]


def test_meta_metric_whose_title_is_unknown_is_not_guessed(tmp_path: Path) -> None:
    """'3-second video views' and 'Net follows' end like a known title and are not one."""
    for title in ("3-second video views", "Net follows"):
        metric(tmp_path / f"{title}.csv", title, '"2026-03-01T00:00:00","7"')
    engagement = loaded(tmp_path)
    assert 0 == len(engagement.audience) + len(engagement.conversions)


def test_day_keeps_its_date_whatever_the_zone(tmp_path: Path) -> None:
    """A figure dated by the day alone stays on that day."""
    path = metric(tmp_path / "a.csv", "Views", '"2026-03-01T00:00:00","7"')
    expected = {"meta 2026-03-01 views": 7}
    assert expected == counts(loaded(path, timezone="Asia/Tokyo"), "views")
    assert expected == counts(loaded(path, timezone="America/Los_Angeles"), "views")


def test_later_export_of_a_day_stands(tmp_path: Path) -> None:
    """Overlapping exports state a day twice, the earlier one before it was over: once only."""
    day = '"2026-03-0{}T00:00:00","{}"'
    metric(tmp_path / "2026-03-02 Views.csv", "Views", day.format(1, 9), day.format(2, 3))
    metric(tmp_path / "2026-03-09 Views.csv", "Views", day.format(1, 9), day.format(2, 30))
    metric(tmp_path / "2026-03-02 Follows.csv", "Instagram follows", day.format(2, 1))
    metric(tmp_path / "2026-03-09 Follows.csv", "Instagram follows", day.format(2, 4))
    engagement = loaded(tmp_path)
    assert {"meta 2026-03-01 views": 9, "meta 2026-03-02 views": 30} == counts(engagement, "views")
    assert [("instagram", "2026-03-02", 4)] == follows(engagement)
    why = "1 row superseded by a later export (row 5); 1 duplicate (row 4)"
    assert set(why.split("; ")) == set(lines(engagement)["2026-03-02 Views.csv"][2].split("; "))


# Facebook Page Insights


def test_facebook_insights_table(specimens: Path) -> None:
    """The double header is no post; people and acts are told apart, blanks are not zero."""
    engagement = once(specimens / "facebook_insights")
    expected = {"reach people": 2752, "impression views": 5091, "actor people": 178}
    expected |= {"click people": 109, "click acts": 159, "reply acts": 4, "like acts": 79}
    assert expected | {"boost acts": 17} == tallies(engagement, "facebook:6155_980000000000001")
    assert "reply acts" not in tallies(engagement, "facebook:6155_980000000000002")
    assert [
        "2015-10-01 19:00:00 minute",
        "2015-10-14 06:15:00 minute",
        "2017-07-26 07:31:15 minute",
    ] == dates(engagement)


def test_facebook_insights_workbook(specimens: Path) -> None:
    """Reach comes from Key Metrics, acts from the sheet of stories, people of 'talking' do not."""
    engagement = once(specimens / "facebook_insights")
    expected = {"reach people": 640, "impression views": 1201, "actor people": 33}
    expected |= {"reply acts": 3, "like acts": 19, "boost acts": 1}
    assert expected == tallies(engagement, "facebook:6155_990000000000001")
    book = "Facebook Insights Data Export (Post Level) - Harbour Letters - 2017-07-27.xlsx, "
    found = {name.removeprefix(book): line for name, line in lines(engagement).items()}
    why = "1 row that breaks a figure down, not used (row 3)"
    aside = ("facebook_insights.other_sheets", 0, why)
    assert aside == found["Lifetime Talking About This(..."]
    assert aside == found["Lifetime Negative Feedback f..."]


def test_description_row_and_columns_of_one_name_do_no_harm(tmp_path: Path) -> None:
    """The row of descriptions is no row of the table, though a name occurs twice."""
    views = "Lifetime Organic views to 95%"
    header = [*LEAD, "Lifetime Post Total Reach", "Lifetime Post Consumers", views, views]
    ends = ["(Unique Users)", "(Unique Users)", "(Total Count)", "(Unique Users)"]
    described = [*[""] * 7, *(f"Lifetime: A number. {end}" for end in ends)]
    row = ["6155_1", "", "words", "Photo", "", "", "10/1/2015 21:00", "8", "9", "10", "11"]
    engagement = loaded(written(tmp_path / "a.csv", csv_text([header, described, row])))
    assert {"reach people": 8, "click people": 9} == tallies(engagement, "facebook:6155_1")
    assert {"a.csv": ("facebook_insights.posts", 1, "")} == lines(engagement)


# X


def test_x_content(specimens: Path) -> None:
    """Impressions are views, bookmarks saves, reposts boosts, link clicks the only clicks.

    Numbers of 19 digits stay exact; a post to someone is a reply.
    """
    engagement = once(specimens / "x_analytics")
    expected = {"impression views": 12978, "like acts": 212, "save acts": 31, "follow acts": 4}
    expected |= {"reply acts": 9, "boost acts": 25, "expand acts": 200, "click acts": 66}
    assert expected == tallies(engagement, "x:2060000000000000001")
    assert 0 == engagement.tallies.query("unit == 'people'").shape[0]
    posts = engagement.posts.set_index("post_id")
    assert ["post", "reply", "post"] == posts["kind"][
        [f"x:206000000000000000{number}" for number in (1, 2, 3)]
    ].tolist()
    assert "2026-06-11 00:00:00 day" in dates(engagement)


def test_x_number_survives_where_another_is_missing(tmp_path: Path) -> None:
    """One missing number must not turn the others into rounded floats."""
    rows = '2074000000000000001,"Tue, Jul 14, 2026",a,,5,1,0\n,"Wed, Jul 15, 2026",b,,5,1,0\n'
    rows += '2.074E+18,"Wed, Jul 15, 2026",c,,5,1,0\n'
    engagement = loaded(written(tmp_path / "a.csv", X_CONTENT + rows))
    assert ["x:2074000000000000001"] == engagement.posts["post_id"].tolist()
    assert lines(engagement)["a.csv"][:2] == ("x_analytics.content", 1)


def test_x_day_is_known_by_the_day(tmp_path: Path) -> None:
    """The weekday is not read, the day keeps its date, and no time zone is asked for."""
    row = '20,"Mon, Jul 14, 2026",a,,5,1,0\n21,2026-07-15,b,,5,1,0\n'
    path = written(tmp_path / "a.csv", X_CONTENT + row)
    expected = ["2026-07-14 00:00:00 day", "2026-07-15 00:00:00 day"]
    assert expected == dates(load.load(path, key=KEY))


def test_x_followers_gained_and_lost_are_two_rows(specimens: Path) -> None:
    """A day's gain and loss both stand; impressions and visits of the account are by day."""
    engagement = once(specimens / "x_analytics")
    assert [
        ("x", "2026-06-11", -3),
        ("x", "2026-06-11", 0),
        ("x", "2026-06-12", 0),
        ("x", "2026-06-13", -2),
        ("x", "2026-06-13", 5),
    ] == follows(engagement)
    assert 2871 == counts(engagement, "views")["x 2026-06-13 views"]
    assert 12 == counts(engagement, "visits")["x 2026-06-13 acts"]
    assert 388 == counts(engagement, "video views")["x 2026-06-12 views"]


def test_x_overlapping_exports_count_a_day_once(tmp_path: Path) -> None:
    """The same day in two exports is one day: what the later one says of gain and loss."""
    written(tmp_path / "2026-06-14.csv", X_DAYS + '"Sat, Jun 13, 2026",20,1,1,2\n')
    written(tmp_path / "2026-06-30.csv", X_DAYS + '"Sat, Jun 13, 2026",25,4,2,3\n')
    engagement = loaded(tmp_path)
    assert [("x", "2026-06-13", -2), ("x", "2026-06-13", 4)] == follows(engagement)
    assert {"x 2026-06-13 views": 25} == counts(engagement, "views")


def test_twitter_activity(specimens: Path) -> None:
    """The older file states its zone; 3120.0 is a whole number, '-' is not given."""
    engagement = once(specimens / "x_analytics")
    expected = {"impression views": 3120, "like acts": 21, "boost acts": 7, "reply acts": 3}
    expected |= {"expand acts": 30, "click acts": 12, "follow acts": 2}
    assert expected == tallies(engagement, "x:649287000000000001")
    less = {"impression views": 45, "like acts": 0, "boost acts": 0, "reply acts": 1}
    less |= {"expand acts": 0, "follow acts": 0}
    assert less == tallies(engagement, "x:649287000000000002"), "a '-' spoils nothing else"
    assert "2015-09-30 18:42:00 minute" in dates(engagement)


def test_x_archive_and_analytics_are_one_post(tmp_path: Path) -> None:
    """The archive's time stands beside the analytics' figures, though the archive is older."""
    tweet = {"id_str": "2060000000000000001", "created_at": "Thu Jun 11 10:20:30 +0000 2026"}
    tweet |= {"full_text": "two words", "favorite_count": "2", "retweet_count": "1"}
    text = "window.YTD.tweets.part0 = " + json.dumps([{"tweet": tweet}])
    written(tmp_path / "tweets 2026-06-12.js", text)
    row = '2060000000000000001,"Thu, Jun 11, 2026",two words,,5,3,1\n'
    written(tmp_path / "account_analytics_content_2026-06-30.csv", X_CONTENT + row)
    engagement = loaded(tmp_path)
    assert ["2026-06-11 10:20:30 second"] == dates(engagement)
    expected = {"impression views": 5, "like acts": 3, "boost acts": 1}
    assert expected == tallies(engagement, "x:2060000000000000001")


# TikTok


def test_tiktok_days(specimens: Path) -> None:
    """The archive's name says the year; December is last year; 'undefined' is no count."""
    engagement = once(specimens / "tiktok")
    views = {"tiktok 2025-12-30 views": 1441, "tiktok 2025-12-31 views": 2110}
    assert views | {"tiktok 2026-01-01 views": 9902} == counts(engagement, "views")
    people = {"tiktok 2025-12-31 people": 1012, "tiktok 2026-01-01 people": 8003}
    assert people == counts(engagement, "viewers")
    followers = {"tiktok 2025-12-31 people": 1010, "tiktok 2026-01-01 people": 1006}
    assert followers | {"tiktok 2026-01-02 people": 1006} == counts(engagement, "followers")
    line = lines(engagement)["Overview_2026-01-03.zip/FollowerHistory.csv"]
    assert ("tiktok.follower_history", 3, "1 day without a figure (row 2)") == line


def test_tiktok_followers_are_not_counted_twice(specimens: Path) -> None:
    """Where the personal download names followers by the second, the history's days go."""
    assert [
        ("tiktok", "2023-05-01", 1),
        ("tiktok", "2025-12-24", 1),
        ("tiktok", "2025-12-31", 1),
        ("tiktok", "2026-01-01", -4),
        ("tiktok", "2026-01-02", 0),
    ] == follows(once(specimens / "tiktok"))


def test_tiktok_personal_download(specimens: Path, tmp_path: Path) -> None:
    """Followers with their second, in the zone passed, under a hash; older keys too."""
    for name in ("TikTok_Data_1767400000.zip", "user_data.json"):
        (tmp_path / name).write_bytes((specimens / "tiktok" / name).read_bytes())
    engagement = loaded(tmp_path)
    found = engagement.conversions
    assert ["2023-05-01 07:00:00", "2025-12-24 17:30:00", "2025-12-31 22:10:05"] == found[
        "occurred_at"
    ].dt.strftime("%Y-%m-%d %H:%M:%S").tolist()
    assert 3 == found["person_id"].nunique()
    assert found["person_id"].str.fullmatch("tiktok:[0-9a-f]{20}").all()


@pytest.mark.parametrize(
    ("name", "days", "expected"),
    [
        ("F 2026-01-03.csv", ("December 31", "January 1"), ("2025-12-31", "2026-01-01")),
        ("F 2026-01-03.csv", ("January 1", "December 31"), ("2025-12-31", "2026-01-01")),
        ("F 2026-08-30.csv", ("27 August", "28 August"), ("2026-08-27", "2026-08-28")),
        ("F 2026-08-30.csv", ("27 de agosto", "28. August"), ("2026-08-27", "2026-08-28")),
        ("F.csv", ("2026-08-27", "2026-08-28"), ("2026-08-27", "2026-08-28")),
    ],
)
def test_tiktok_years(
    tmp_path: Path, name: str, days: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """Years are counted back from the export, in either order, day or month first."""
    path = written(tmp_path / name, FOLLOWERS + "".join(f"{day},9,1\n" for day in days))
    assert list(expected) == [day for _, day, _ in follows(loaded(path))]


def test_tiktok_without_the_day_of_the_export(tmp_path: Path) -> None:
    """Without a date in the name no year is guessed: rows are set aside, saying so."""
    path = written(tmp_path / "FollowerHistory.csv", FOLLOWERS + "January 1,9,1\n")
    name, kept, why = lines(loaded(path))["FollowerHistory.csv"]
    assert ("tiktok.follower_history", 0) == (name, kept)
    assert why.startswith(
        "1 row whose 'Date' names no year, nor does the file's name say when it was exported"
    )


def test_tiktok_videos(specimens: Path) -> None:
    """A video's moment is in its number (>> 32), whatever the language of its date."""
    engagement = once(specimens / "tiktok")
    expected = {"view views": 28590, "like acts": 529, "reply acts": 170, "boost acts": 122}
    assert expected == tallies(engagement, "tiktok:7593820674163100946")
    assert "reply acts" not in tallies(engagement, "tiktok:7580000000000000000")
    assert ["2025-12-04 13:51:18 second", "2026-01-10 19:42:35 second"] == dates(engagement)


# YouTube


def test_youtube_videos(specimens: Path) -> None:
    """Counts below zero and viewers that are not available are no tallies; the rest stands."""
    engagement = once(specimens / "youtube")
    expected = {"reach people": 1510, "impression views": 7728, "view views": 2775}
    expected |= {"like acts": 144, "boost acts": 2, "reply acts": 6, "follow acts": 57}
    assert expected == tallies(engagement, "youtube:aBcDeFgHiJ1")
    less = {"reach people": 388, "impression views": 440, "view views": 1248}
    assert less | {"boost acts": 0, "reply acts": 2} == tallies(engagement, "youtube:-aBcDeFgHi2")
    assert 4023 == engagement.tallies.query("kind == 'view'")["count"].sum()


def test_youtube_total_is_found_by_its_label(tmp_path: Path) -> None:
    """The row of totals is dropped wherever it stands, and is no post."""
    total = "Total,,,10,1,100,5,900\n"
    video = 'aBcDeFgHiJ1,A title,"Dec 15, 2023",4,1,60,2,500\n'
    engagement = loaded(written(tmp_path / "Table data.csv", VIDEOS + video + total))
    assert ["youtube:aBcDeFgHiJ1"] == engagement.posts["post_id"].tolist()
    assert ["2023-12-15 00:00:00 day"] == dates(engagement)
    assert "1 row of totals (row 3)" == lines(engagement)["Table data.csv"][2]


def test_youtube_days_and_breakdowns(specimens: Path) -> None:
    """Views and net subscribers by day; figures by video and day are not added to totals."""
    engagement = once(specimens / "youtube")
    assert {"youtube 2026-05-15 views": 1320, "youtube 2026-05-16 views": 905} == counts(
        engagement, "views"
    )
    assert [("youtube", "2026-05-15", 12), ("youtube", "2026-05-16", -3)] == follows(engagement)
    found = lines(engagement)
    days = "2 days of videos, which the table of videos counts already (rows 2, 3)"
    content = "Content 2026-05-01_2026-06-01….zip/"
    assert ("youtube.videos_by_day", 0, days) == found[content + "Chart data.csv"]
    places = "2 figures by place, source or device, not used (rows 2, 3)"
    for name in ("Chart data.csv", "Table data.csv"):
        line = found[f"Geography 2026-05-01_2026-06-01….zip/{name}"]
        assert ("youtube.breakdowns", 0, places) == line


def test_youtube_own_comments_are_replies(specimens: Path) -> None:
    """What the account commented is its own post of kind reply, without its text."""
    posts = once(specimens / "youtube").posts.set_index("post_id")
    own = posts.loc[f"youtube-comment:{digest('UgxExample.1')}"]
    assert "reply" == own["kind"]
    assert pd.Timestamp("2026-05-20 08:15:30.123456", tz="UTC") == own["published_at"]


# LinkedIn


def test_linkedin_top_posts_are_joined_by_their_number(specimens: Path) -> None:
    """Two lists side by side are one: an address with and without query is the same post."""
    engagement = once(specimens / "linkedin")
    posts = engagement.posts.query("platform == 'linkedin'")
    numbers = ["7300000000000000001", "7400000000000000007", "7400000000000000009"]
    assert [f"linkedin:{number}" for number in numbers] == posts["post_id"].tolist()
    assert {} == tallies(engagement, "linkedin:7300000000000000001"), "engagements are a mixture"
    assert {"impression views": 701} == tallies(engagement, "linkedin:7400000000000000009")
    sheets = [name for name in lines(engagement) if "TOP POSTS" in name]
    place = "Content_….xlsx, TOP POSTS, columns "
    assert [f"{place}A–C", f"{place}E–G"] == sheets


def test_linkedin_single_post(specimens: Path) -> None:
    """Reach, impressions, reactions and comments are apart; the archive adds the moment."""
    engagement = once(specimens / "linkedin")
    expected = {"reach people": 1829, "impression views": 3000, "like acts": 90, "reply acts": 5}
    expected |= {"boost acts": 4, "save acts": 3, "click acts": 7, "follow acts": 2}
    assert expected == tallies(engagement, "linkedin:7400000000000000007")
    posts = engagement.posts.set_index("post_id")
    moment = pd.Timestamp("2026-06-09 08:00", tz=BERLIN)
    assert moment == posts.loc["linkedin:7400000000000000007", "published_at"]


def test_linkedin_days(specimens: Path) -> None:
    """Impressions are views; the total of followers has its date in its label.

    A page's figures are kept apart from the account's.
    """
    engagement = once(specimens / "linkedin")
    assert {
        "linkedin 2026-06-09 views": 400,
        "linkedin 2026-06-10 views": 812,
        "linkedin 2026-06-13 views": 100,
        "linkedin page 2026-06-13 views": 210,
        "linkedin page 2026-06-14 views": 100,
    } == counts(engagement, "views")
    assert {"linkedin 2026-06-10 people": 1101} == counts(engagement, "followers")
    assert [
        ("linkedin", "2026-06-09", 4),
        ("linkedin", "2026-06-10", 0),
        ("linkedin", "2026-06-13", 2),
        ("linkedin page", "2026-06-13", 4),
        ("linkedin page", "2026-06-14", 1),
    ] == follows(engagement)


def test_linkedin_files_of_no_use_say_why(specimens: Path) -> None:
    """Contacts, messages, own acts, demographics and totals of a period are known and not read."""
    found = lines(once(specimens / "linkedin"))
    archive = "Basic_LinkedInDataExport_06-30-2026.zip/"
    total = "1 total of a whole period, which fits no table; the days are in the sheet ENGAGEMENT"
    assert "1 contact, not a reader that is known (row 5)" == found[archive + "Connections.csv"][2]
    assert "1 private message, not read (row 2)" == found[archive + "messages.csv"][2]
    assert "1 comment that the account wrote (row 2)" == found[archive + "Comments.csv"][2]
    own = "1 reaction of the account to somebody's post (row 2)"
    assert own == found[archive + "Reactions.csv"][2]
    assert f"{total} (row 1)" == found["Content_….xlsx, DISCOVERY"][2]


def test_linkedin_order_of_day_and_month_is_proved_by_the_workbook(tmp_path: Path) -> None:
    """One sheet with a 13th proves the order for all sheets, whatever was passed."""
    sheets: dict[str, list[list[object]]] = {
        "ENGAGEMENT": [["Date", "Impressions", "Engagements"], ["3/13/2025", "5", "1"]],
        "FOLLOWERS": [
            ["Total followers on 3/4/2025", "7"],
            [],
            ["Date", "New followers"],
            ["3/4/2025", 1],
        ],
    }
    path = book(tmp_path / "Content_2025-03-01_2025-03-13_x.xlsx", sheets)
    for arguments in ({}, {"dates": "day first"}):
        engagement = load.load(path, key=KEY, **arguments)
        assert {"linkedin 2025-03-04 people": 7} == counts(engagement, "followers")
        assert [("linkedin", "2025-03-04", 1)] == follows(engagement)


def test_linkedin_ambiguous_dates_are_refused_until_the_order_is_passed(tmp_path: Path) -> None:
    """3/4/2025 may be March or April: the load is refused, or does what was passed."""
    rows: list[list[object]] = [["Date", "Impressions", "Engagements"], ["3/4/2025", "5", "1"]]
    path = book(tmp_path / "Content_2025_Ada Example.xlsx", {"ENGAGEMENT": rows})
    with pytest.raises(load.LoadError) as caught:
        load.load(path, key=KEY)
    assert str(caught.value) == (
        "'Content_….xlsx, ENGAGEMENT': the dates in column 'Date' may be day before month or "
        "month before day. Pass the order, dates='day first' or dates='month first'."
    )
    march = load.load(path, key=KEY, dates="month first")
    april = load.load(path, key=KEY, dates="day first")
    assert {"linkedin 2025-03-04 views": 5} == counts(march, "views")
    assert {"linkedin 2025-04-03 views": 5} == counts(april, "views")


def test_linkedin_post_written_out(tmp_path: Path) -> None:
    """A date with the month's name needs no order; figures may be numbers or text."""
    rows: list[list[object]] = [
        ["Post URL", "https://www.linkedin.com/feed/update/urn:li:share:7432391508978397184"],
        ["Post Date", "Feb 25, 2026"],
        ["Impressions", "1,316"],
        ["Members reached", 940],
    ]
    path = book(tmp_path / "SinglePostAnalytics_Ada_7.xlsx", {"PERFORMANCE": rows})
    engagement = load.load(path, key=KEY)
    expected = {"impression views": 1316, "reach people": 940}
    assert expected == tallies(engagement, "linkedin:7432391508978397184")
    assert ["2026-02-25 00:00:00 day"] == dates(engagement)


def test_formats_in_one_folder_take_nothing_from_each_other(
    specimens: Path, tmp_path: Path
) -> None:
    """All six together yield what each yields alone: days of one platform are not another's."""
    for name in FORMATS:
        shutil.copytree(specimens / name, tmp_path / name)
    together = loaded(tmp_path, dates="day first")
    alone = [once(specimens / name) for name in FORMATS]
    for table in ("posts", "tallies", "conversions", "audience"):
        assert sum(len(getattr(one, table)) for one in alone) == len(getattr(together, table))


def test_follows_that_two_files_state_count_once_and_only_on_their_network(tmp_path: Path) -> None:
    """Instagram's own list stands before Meta's days of Instagram; Facebook's days stay."""
    follower = {"string_list_data": [{"href": "u", "value": "ada", "timestamp": 1_772_445_600}]}
    (tmp_path / "followers_1.json").write_text(json.dumps([{"title": "", **follower}]))
    for network in ("Instagram", "Facebook"):
        metric(tmp_path / f"{network}.csv", f"{network} follows", '"2026-03-02T00:00:00","5"')
    found = load.load(tmp_path, key=KEY, timezone="UTC").conversions
    units = found.groupby(["channel", "grain"])["quantity"].sum().to_dict()
    assert {("facebook", "day"): 5, ("instagram", "second"): 1} == units
