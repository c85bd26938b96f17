import ast
import csv
import io
import json
import zipfile
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import load, privacy, segment, simulate
from helpers.schemas import COLUMNS
from helpers.simulate import buying, happenings, posting, truth
from helpers.simulate.exports import bluesky, invented, spreadsheets
from helpers.simulate.sample import AUTHORS
from helpers.simulate.settings import choose

KEY = b"a key for tests only"
FRAMES = tuple(COLUMNS)
SMALL = {"people": 1_500, "posts": 30, "weeks": 20, "bluesky": 0.3, "reach": 0.2, "like": 0.1}


def _equal(left, right):
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(left, name), getattr(right, name))


def _count(engagement, kind, unit=None):
    tallies = engagement.tallies[engagement.tallies["kind"] == kind]
    tallies = tallies if unit is None else tallies[tallies["unit"] == unit]
    return int(tallies["count"].sum())


def _sold(engagement, kind="sale"):
    return int(
        ((engagement.conversions["kind"] == kind) & (engagement.conversions.quantity > 0)).sum()
    )


class TestSettings:
    """What can be chosen, and what is refused."""

    def test_unknown_name(self):
        """An unknown setting is refused and the nearest known one is named."""
        with pytest.raises(simulate.SettingsError) as refusal:
            simulate.world(1, lfit=2.0)
        assert (
            "There is no setting 'lfit'. The nearest one is 'lift'; "
            "help(simulate.Settings) lists them all."
        ) == str(refusal.value)

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            (
                {"reach": 1.2},
                "The setting reach is 1.2. It must be a share between 0 and 1.",
            ),
            ({"sales": -1.0}, "The setting sales is -1.0. It must be 0 or more."),
            (
                {"visibility_buying": 2.0},
                "The setting visibility_buying is 2.0. It must be between -1 and 1.",
            ),
            (
                {"network": "x"},
                "The setting network is 'x'. It must be one of ('', 'instagram', 'facebook').",
            ),
            (
                {"network": ""},
                "The setting bluesky is 0.1. It must be 1 when there is no network.",
            ),
            (
                {"posts": 8, "weeks": 1},
                (
                    "The setting posts is 8, but only 7 days of the window are open to a post. "
                    "Lower posts, or open more days with weeks or post_weekdays."
                ),
            ),
            (
                {"post_on": ("2025-07-02", "2031-01-01")},
                (
                    "The setting post_on names 2 days. Each must be named once and lie in the "
                    "364 days that begin on 2025-07-02."
                ),
            ),
        ],
    )
    def test_impossible_value(self, given, message):
        """A value that cannot be is refused with what it is and what it must be."""
        with pytest.raises(simulate.SettingsError) as refusal:
            simulate.world(1, **given)
        assert message == str(refusal.value)

    def test_every_setting_is_documented(self):
        """The docstring of Settings names every field."""
        named = {word.strip(",") for word in (simulate.Settings.__doc__ or "").split()}
        assert set() == {field.name for field in fields(simulate.Settings)} - named


class TestSameness:
    """One seed, one world."""

    def test_same_seed(self):
        """The same seed and settings give the same tables and the same truth."""
        (one, true), (two, again) = (simulate.world(7, **SMALL) for _ in range(2))
        _equal(one, two)
        pd.testing.assert_frame_equal(true.table, again.table)

    def test_other_seed(self):
        """Another seed gives other people and other sales."""
        one, two = (simulate.world(seed, **SMALL)[0] for seed in (7, 8))
        assert set() == set(one.responses["person_id"]) & set(two.responses["person_id"])
        assert not one.conversions["occurred_at"].equals(two.conversions["occurred_at"])

    def test_bystanders_change_no_response(self):
        """More people who are never reached and never react change nothing on any network."""
        settings = {**SMALL, "newsletter_every": 0}
        (few, true), (many, crowded) = (
            simulate.world(7, **settings, bystanders=extra) for extra in (0, 3_000)
        )
        for name in ("posts", "tallies", "responses"):
            pd.testing.assert_frame_equal(getattr(few, name), getattr(many, name))
        assert true.reached == crowded.reached
        assert true.sales < crowded.sales

    def test_bystanders_take_no_part_in_the_effect(self):
        """They are bought to as others are, but posting causes no sale to them."""
        worlds = [
            simulate.world(7, **SMALL, bystanders=extra, word_of_mouth=0.0)[1]
            for extra in (0, 3_000)
        ]
        assert worlds[0].extra_sales == worlds[1].extra_sales > 0


class TestDegenerate:
    """Worlds whose truth needs no thought."""

    def test_nobody_buys(self):
        """Without sales every share of sales is missing and posting causes none."""
        engagement, true = simulate.world(1, **SMALL, sales=0.0, elsewhere_sales=0.0)
        assert [0, 0.0, 0.0] == [_sold(engagement), true.sales, true.extra_sales]
        shares = [true.sales_by_visible, true.sales_by_lurkers, true.sales_ratio]
        assert np.isnan([*shares, true.heard_silently]).all()

    def test_everyone_reacts(self):
        """If everybody likes all they see, likes equal reach and nobody is a lurker."""
        given = {**SMALL, "like": 1.0, "never_react": 0.0, "visibility_spread": 0.0, "weeks": 52}
        engagement, true = simulate.world(1, **given, post_on=("2025-08-01", "2025-08-03"))
        stated = engagement.tallies[engagement.tallies["post_id"].str.startswith("instagram")]
        count = stated.groupby("kind")["count"].sum()
        assert count["reach"] == count["like"]
        assert [0.0, 0.0] == [true.silent_share, true.post_lurker_share]
        assert [0.0, true.named_reached] == [true.never_react_share, true.named_seen]
        assert true.audience_per_act == pytest.approx(1, abs=0.02)

    def test_nobody_reacts(self):
        """If nobody ever reacts, everyone reached is a lurker and no response has a name."""
        engagement, true = simulate.world(1, **SMALL, never_react=1.0)
        assert {"delivery", "open"} == set(engagement.responses["kind"])
        assert [1.0, 1.0, 0.0, 0.0] == [
            true.lurker_share,
            true.never_react_share,
            true.seen,
            true.would_react,
        ]

    def test_five_posts(self):
        """An author with five posts, no network that names people, no shop, no newsletter."""
        given = {**SMALL, "posts": 5, "bluesky": 0.0, "shop": False, "newsletter_every": 0}
        engagement, true = simulate.world(1, **given)
        assert [5, 0, 0] == [
            len(getattr(engagement, n)) for n in ("posts", "responses", "conversions")
        ]
        assert [0.0, 0.0] == [true.sales, true.signups]

    def test_no_reach(self):
        """An author on Bluesky alone has no count of people reached."""
        engagement, true = simulate.world(1, **{**SMALL, "network": "", "bluesky": 1.0})
        assert {"substack", "bluesky"} == set(engagement.posts["platform"])
        assert 0 == _count(engagement, "reach")
        assert true.silent_share == true.post_lurker_share > 0.9

    def test_no_people_at_all(self):
        """A world in which everything comes from elsewhere still has sales."""
        given = {**SMALL, "people": 0}
        engagement, true = simulate.world(1, **given, word_of_mouth=0.0)
        assert _sold(engagement) > 0
        assert 1.0 == true.sales_elsewhere


class TestEffect:
    """What posting causes."""

    def test_no_lift(self):
        """Without a lift posting causes nothing: not about nothing, nothing."""
        _, true = simulate.world(1, **SMALL, lift=1.0)
        assert [0.0, 1.0, 0.0] == [true.extra_sales, true.sales_ratio, true.expected_extra_sales]
        assert [0.0, 1.0, 0.0] == [
            true.extra_signups,
            true.signups_ratio,
            true.expected_extra_signups,
        ]

    @pytest.mark.parametrize("lift", [0.5, 6.0])
    def test_is_what_a_world_without_posts_shows(self, lift):
        """The extra is exactly the difference to a world run again with no post in it."""
        given = {**SMALL, "lift": lift, "word_of_mouth": 0.0, "sales": 5.0, "signups": 3.0}
        (with_posts, true), (without, _) = (
            simulate.world(3, **{**given, "posts": posts}) for posts in (30, 0)
        )
        assert true.extra_sales == _sold(with_posts) - _sold(without) != 0
        assert true.extra_signups == _sold(with_posts, "signup") - _sold(without, "signup") != 0
        assert true.sales_ratio == _sold(with_posts) / _sold(without)

    def test_sales_without_posting_also_happen_with_it(self):
        """Posting that helps takes no sale away, and what friends bring follows its sale."""
        world = happenings.happen(3, choose(**SMALL, lift=4.0, word_of_mouth=0.4))
        assert not (world.sales.unposted & ~world.sales.posted).any()
        caused = world.sales.posted & ~world.sales.unposted
        assert {buying.OWN, buying.FRIEND} == set(world.sales.cause[caused])

    def test_expected_extra(self):
        """Over many worlds the mean extra is the mean that the rates say."""
        given = {**SMALL, "sales": 5.0, "signups": 3.0, "lift": 5.0, "word_of_mouth": 0.4}
        given |= {"people": 600, "weeks": 8, "posts": 12}
        truths = [simulate.world(seed, **given)[1] for seed in range(30)]
        for name in ("sales", "signups"):
            gap = [
                getattr(t, f"extra_{name}") - getattr(t, f"expected_extra_{name}") for t in truths
            ]
            assert abs(np.mean(gap)) < 3 * np.std(gap) / np.sqrt(len(gap))

    def test_exposure(self):
        """The fading effect adds up to what its integral says, for one post and for two."""
        settings = choose(weeks=2, posts=0, lift_days=np.log(2))
        world = happenings.happen(1, settings)
        one, two = (_with_encounters(world, np.array(at, float)) for at in ([4.25], [4.25, 6.0]))
        alone = 1 - np.exp(-9.75)
        both = (1 - np.exp(-1.75)) + (1 - np.exp(-8.0))
        ones = np.ones(settings.days)
        assert pytest.approx(alone) == truth.exposure(one, ones)[0]
        assert pytest.approx(both) == truth.exposure(two, ones)[0]

    def test_rate_after_a_post(self):
        """A rate is multiplied by the lift at once, by half the gain after `lift_days`."""
        settings = choose(weeks=2, posts=0, lift=5.0, lift_days=2.0)
        posts = _with_encounters(happenings.happen(1, settings), np.array([4.0]))
        events = pd.DataFrame({"person": [0, 0, 0, 0, 1], "at": [3.999, 4.0, 6.0, 8.0, 6.0]})
        expected = [1, 5, 3, 2, 1]
        assert pytest.approx(expected) == list(buying.boost(posts, events))


def _with_encounters(world, at):
    """The same world in which person 0 was reached at the times `at`, and nobody else ever."""
    met = pd.DataFrame({"person": 0, "post": range(len(at)), "at": at, "named": False})
    return replace(world, posted_at=at, encounters=met)


class TestPeople:
    """Who reacts, and who buys."""

    def test_correlation_shows_in_who_buys(self):
        """Visible people buy more, as much or less than others, as the copula says."""
        given = {**SMALL, "people": 6_000, "sales": 20.0, "lift": 1.0, "never_react": 0.0}
        given |= {"elsewhere_sales": 0.0, "word_of_mouth": 0.0}
        truths = {r: simulate.world(1, **given, visibility_buying=r)[1] for r in (-0.9, 0.0, 0.9)}
        seen = {r: true.seen / given["people"] for r, true in truths.items()}
        share = {r: true.sales_by_visible for r, true in truths.items()}
        assert share[-0.9] < 0.7 * seen[-0.9]
        assert share[0.0] == pytest.approx(seen[0.0], abs=0.05)
        assert share[0.9] > 1.5 * seen[0.9]

    def test_never_reactors_buy_at_their_own_rate(self):
        """If never-reactors do not buy, buyers are visible; if 9 times as fast, a tenth are."""
        given = {**SMALL, "elsewhere_sales": 0.0, "word_of_mouth": 0.0, "like": 0.5}
        given |= {"never_react": 0.5, "visibility_spread": 0.0, "posts": 60, "sales": 10.0}
        loud, quiet = (simulate.world(1, **given, never_react_buying=b)[1] for b in (0.0, 9.0))
        assert loud.sales_by_visible > 0.95
        assert quiet.sales_by_visible == pytest.approx(0.1, abs=0.02)

    def test_word_of_mouth(self):
        """Each sale brings half a sale: in all twice the sales, some by people never reached."""
        given = {**SMALL, "lift": 1.0, "sales": 0.0, "elsewhere_sales": 20.0, "weeks": 52}
        alone, told = (simulate.world(1, **given, word_of_mouth=w)[1] for w in (0.0, 0.5))
        assert told.sales / alone.sales == pytest.approx(2, rel=0.08)
        assert [0.0, True] == [alone.sales_by_word_of_mouth, told.sales_by_word_of_mouth > 0.2]

    def test_nobody_has_heard_before_being_reached(self):
        """A buyer whom posts reach only later had not heard of it from them."""
        given = {**SMALL, "newsletter_every": 0, "word_of_mouth": 0.0, "reach": 0.9}
        _, true = simulate.world(1, **given, post_on=("2025-11-18",))
        assert true.sales_by_lurkers > 0.3
        assert true.heard_silently < 0.05

    def test_shares_of_sales_add_up(self):
        """Every sale is by a visible person, a lurker, or somebody never reached."""
        _, true = simulate.world(1, **SMALL)
        parts = (true.sales_by_visible, true.sales_by_lurkers)
        never = (true.sales_by_word_of_mouth, true.sales_elsewhere)
        assert pytest.approx(1) == sum(parts + never)
        assert true.sales_by_visible_before <= true.sales_by_visible


class TestTruthAgainstTables:
    """What the exports count fully must be what the truth says, counted another way."""

    def test_counts(self):
        """Sales, sign-ups and people seen on Bluesky are the rows of the tables."""
        engagement, true = simulate.world(2, **SMALL)
        visible = engagement.responses["kind"].isin(("like", "boost", "reply"))
        seen = engagement.responses.loc[visible, "person_id"].nunique()
        expected = [_sold(engagement), _sold(engagement, "signup"), seen]
        assert expected == [true.sales, true.signups, true.named_seen]

    def test_concentration(self):
        """The Gini coefficient over people seen is the one that the ladder computes."""
        engagement, true = simulate.world(2, **SMALL)
        found = segment.concentration(engagement).table.set_index("measure")["value"]
        assert pytest.approx(found["gini"]) == true.gini_seen

    def test_silent_share(self):
        """Facebook counts who acted, so the silent share of its median post is exact."""
        engagement, true = simulate.world(2, **SMALL, network="facebook")
        described = segment.posts(engagement)
        described = described[described["platform"] == "facebook"]
        assert pytest.approx(described["silent_share"].median()) == true.silent_share
        acts, reached = described["visible_acts"].sum(), described["reached"].sum()
        assert pytest.approx(reached / acts) == true.audience_per_act
        low, high = described[["lurker_low", "lurker_high"]].median()
        assert low <= true.post_lurker_share <= high

    def test_opens(self):
        """Opens counted are the rows; opened to read are fewer, by those fetched ahead."""
        engagement, true = simulate.world(2, **SMALL, signups=5.0)
        kinds = engagement.responses["kind"].value_counts()
        assert pytest.approx(kinds["open"] / kinds["delivery"]) == true.letters_counted
        assert true.letters_read < true.letters_counted - 0.1

    def test_table_names_every_estimand(self):
        """The table has a row for every field of the truth, each with a meaning of its own."""
        table = simulate.world(2, **SMALL)[1].table
        assert [field.name for field in fields(simulate.Truth)] == list(table["estimand"])
        assert table["meaning"].is_unique

    def test_perfect_survey(self):
        """Buyers who all answer and all remember give the share that heard silently."""
        given = {"survey_response": 1.0, "survey_sensitivity": 1.0, "survey_specificity": 1.0}
        engagement, true = simulate.world(2, **SMALL, **given)
        silent = engagement.survey["answer"].str.contains("never reacted").mean()
        assert pytest.approx(silent) == true.heard_silently
        assert not engagement.survey["phantom"].any()

    def test_false_recall(self):
        """The phantom option is ticked as often as a false answer is given."""
        given = {"survey_response": 1.0, "survey_specificity": 0.8, "sales": 20.0}
        engagement, true = simulate.world(2, **SMALL, **given)
        survey, share = engagement.survey, true.heard_silently
        assert survey["phantom"].mean() == pytest.approx(0.2, abs=0.03)
        naive = survey["answer"].str.contains("never reacted").mean()
        assert naive == pytest.approx(0.6 * share + 0.2 * (1 - share), abs=0.03)


class TestPosting:
    """When the author posts, and what else moves demand."""

    def test_follows_demand(self):
        """At 1 the author posts on the days of highest demand; at 0, on any."""
        demand = posting.draw_demand(choose(**SMALL), np.random.default_rng(1))
        highest = set(np.argsort(-demand)[:30])
        days = {
            follow: set(
                posting.draw_post_days(
                    choose(**SMALL, posting_follows_demand=follow),
                    demand,
                    np.random.default_rng(2),
                )
            )
            for follow in (0.0, 1.0)
        }
        assert highest == days[1.0]
        assert len(highest & days[0.0]) < 15

    def test_weekdays(self):
        """An author of fixed weekdays posts on these only."""
        engagement, _ = simulate.world(1, **SMALL, post_weekdays=(1, 3))
        posts = engagement.posts[engagement.posts["kind"] == "post"]
        assert {1, 3} == set(posts["published_at"].dt.day_of_week)

    def test_stated_days(self):
        """A calendar that was drawn beforehand is kept to the day."""
        days = ("2025-07-04", "2025-08-09", "2025-11-20")
        engagement, _ = simulate.world(1, **{**SMALL, "weeks": 26}, post_on=days)
        posts = engagement.posts[engagement.posts["platform"] == "instagram"]
        assert list(days) == list(posts["published_at"].dt.strftime("%Y-%m-%d"))

    def test_launch(self):
        """A launch is a known cause of two weeks, in which more is sold."""
        given = {**SMALL, "launch_day": 60, "launch_boost": 5.0, "sales": 10.0}
        engagement, _ = simulate.world(1, **given)
        cause = engagement.causes.iloc[0]
        expected = (
            "launch",
            pd.Timestamp("2025-08-31", tz="UTC"),
            pd.Timestamp("2025-09-13", tz="UTC"),
        )
        assert expected == (cause["label"], cause["starts_on"], cause["ends_on"])
        sold = engagement.conversions.query("kind == 'sale'")["occurred_at"]
        during = sold.between(cause["starts_on"], cause["ends_on"] + pd.Timedelta(days=1)).sum()
        assert during / 14 > 3 * (len(sold) - during) / 126


@cache
def _rows(text):
    return list(csv.reader(io.StringIO(text)))


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A small world and its exports: on Instagram, Bluesky, Substack and Gumroad."""
    given = {"posts": 8, "like": 1.0, "never_react": 0.0, "visibility_spread": 0.0, "reach": 0.5}
    engagement, _ = simulate.world(4, **{**SMALL, **given})
    return engagement, simulate.write_exports(engagement, tmp_path_factory.mktemp("exports"))


def _only(folder, pattern):
    (path,) = folder.glob(pattern)
    return path


def _members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


class TestExports:
    """Files as the platforms write them."""

    def test_same_bytes(self, exported, tmp_path):
        """Writing again gives the same files, byte for byte, whatever the folder."""
        engagement, folder = exported
        again = simulate.write_exports(engagement, tmp_path)
        written = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert written == {path.name: path.read_bytes() for path in again.iterdir()}

    def test_instagram(self, exported):
        """The content file has a byte-order mark, thousands separators and local times."""
        engagement, folder = exported
        text = _only(folder, "instagram_*.csv").read_bytes()
        assert text.startswith(b"\xef\xbb\xbfPost ID,Account ID,")
        rows = _rows(text.decode("utf-8-sig"))
        posts = engagement.posts[engagement.posts["platform"] == "instagram"]
        local = posts["published_at"].dt.tz_convert("Europe/Paris").dt.strftime("%m/%d/%Y %H:%M")
        assert list(local) == [row[rows[0].index("Publish time")] for row in rows[1:]]
        views = engagement.tallies.query("kind == 'view'").set_index("post_id")["count"]
        stated = [f"{views[post]:,}" for post in posts["post_id"]]
        assert stated == [row[rows[0].index("Views")] for row in rows[1:]]

    def test_thousands(self, tmp_path):
        """A figure of four digits is written with its comma, in quotation marks."""
        engagement, _ = simulate.world(4, **{**SMALL, "people": 9_000, "posts": 5})
        folder = simulate.write_exports(engagement, tmp_path)
        assert ',"1,' in _only(folder, "instagram_*.csv").read_text("utf-8")

    def test_gumroad(self, exported):
        """The sales file has 64 columns, a row a sale, and a last row of totals."""
        engagement, folder = exported
        rows = _rows(_only(folder, "gumroad_*.csv").read_text("utf-8"))
        assert {64} == {len(row) for row in rows}
        sold = engagement.conversions.query("kind == 'sale' and quantity > 0")
        assert _sold(engagement) == len(rows) - 2
        assert ["Totals", f"{sold['value'].sum():.1f}"] == [rows[-1][0], rows[-1][11]]

    def test_bluesky_pages(self, exported):
        """A list of over 100 likes is in pages; each but the last says where the next begins."""
        engagement, folder = exported
        members = _members(_only(folder, "bluesky_*.zip"))
        likes = {name: json.loads(text) for name, text in members.items() if "likes" in name}
        first = [page for name, page in likes.items() if name.endswith("_00.json")]
        second = [page for name, page in likes.items() if name.endswith("_01.json")]
        assert second
        assert {page["uri"] for page in second} == {
            page["uri"] for page in first if "cursor" in page
        }
        assert {100} == {len(page["likes"]) for page in first if "cursor" in page}
        listed = sum(len(page["likes"]) for page in likes.values())
        assert listed == (engagement.responses["kind"] == "like").sum()

    def test_archives(self, exported):
        """Archives are stored, not compressed, and dated by the export, so bytes never vary."""
        _, folder = exported
        for path in folder.glob("*.zip"):
            with zipfile.ZipFile(path) as archive:
                marks = {(one.compress_type, one.date_time[3:]) for one in archive.infolist()}
            assert {(zipfile.ZIP_STORED, (0, 0, 0))} == marks

    def test_only_reserved_addresses(self, exported):
        """No address leads anywhere: all are in domains that nobody can own."""
        _, folder = exported
        text = _only(folder, "gumroad_*.csv").read_text("utf-8")
        text += "".join(_members(_only(folder, "substack_*.zip")).values())
        hosts = {part.split(",")[0].split("\n")[0] for part in text.split("@")[1:]}
        assert {"example.org", "example.net"} == hosts

    def test_nothing_dated(self, tmp_path):
        """Tables without a date are refused: there is nothing to export."""
        engagement, _ = simulate.world(
            1, people=10, posts=0, newsletter_every=0, shop=False, weeks=1
        )
        with pytest.raises(ValueError, match="no date") as refusal:
            simulate.write_exports(engagement, tmp_path)
        assert "The tables hold no date, so there is nothing to export." == str(refusal.value)

    def test_headers_of_real_exports(self, shared_data):
        """Headers are those of real files, names and order."""
        folder = shared_data / "exports"
        real = (folder / "_transcribed/gumroad/Sales_header.csv").read_text("utf-8").strip()
        assert real == ",".join(spreadsheets.COLUMNS["gumroad"])
        skeleton = _members(folder / "_transcribed/substack/export_skeleton.zip")
        for name, layout in {
            "posts.csv": "posts",
            "posts/111.delivers.csv": "delivers",
            "posts/111.opens.csv": "opens",
            "email_list.publicacion.csv": "list",
        }.items():
            assert skeleton[name].splitlines()[0] == ",".join(spreadsheets.COLUMNS[layout])

    def test_keys_of_real_answers(self, shared_data, exported):
        """Bluesky's answers show no key that real answers do not, where both are found."""
        folder = shared_data / "exports/bluesky"
        members = _members(_only(exported[1], "bluesky_*.zip"))
        for kind, real in {
            "author-feed": "author-feed",
            "likes": "likes",
            "thread": "thread",
        }.items():
            files = [
                json.loads(p.read_text("utf-8"))["body"] for p in folder.glob(f"{real}_*.json")
            ]
            known = set().union(*(_paths(tree) for tree in files))
            mine = set().union(*(_paths(json.loads(t)) for n, t in members.items() if kind in n))
            extra = {path for path in mine if not any(path.endswith(one) for one in known)}
            assert set() == extra - {"cursor", "feed", "likes", "thread", "record.langs"}


def _paths(tree):
    """Every key with the one above it."""
    found = set()
    if isinstance(tree, list):
        return found.union(*(_paths(item) for item in tree))
    if isinstance(tree, dict):
        for key, value in tree.items():
            found |= {key} | {path if "." in path else f"{key}.{path}" for path in _paths(value)}
    return found


def _person(who):
    """The identity that loading gives to a person of the simulated world."""
    space = who.partition(":")[0]
    named = invented.address(who) if space == "email" else bluesky._actor(who)["did"]
    return privacy.person_id(named, space, KEY)


def _comparable(engagement, person=None):
    """The tables with posts numbered by platform and time, rows in an order of their own."""
    posts = engagement.posts.sort_values(["platform", "published_at"])
    names = dict(
        zip(posts["post_id"], [f"{p}{i}" for i, p in enumerate(posts["platform"])], strict=True)
    )
    frames = {}
    for name in FRAMES:
        frame = getattr(engagement, name).drop(
            columns=["response_id", "conversion_id"], errors="ignore"
        )
        if "post_id" in frame:
            frame["post_id"] = frame["post_id"].map(names)
        if "person_id" in frame and person:
            frame["person_id"] = frame["person_id"].map(person, na_action="ignore")
        frames[name] = frame.sort_values(list(frame.columns), ignore_index=True)
    return frames


class TestRoundTrip:
    """Exports load as what they were made from."""

    @pytest.mark.parametrize(
        "platforms",
        [
            {"network": "instagram", "bluesky": 0.2},
            {"network": "facebook", "bluesky": 0.0},
            {"network": "", "bluesky": 1.0, "people": 300},
        ],
        ids=["instagram-bluesky", "facebook", "bluesky"],
    )
    def test_loading_gives_the_world(self, platforms, tmp_path):
        """Exports of a world load as the world's tables, but for the names of its rows."""
        given = {**SMALL, "posts": 12, "refunded": 0.2, **platforms}
        engagement, _ = simulate.world(5, **given)
        simulate.write_exports(engagement, tmp_path)
        loaded = load.load(tmp_path, key=KEY, timezone="Europe/Paris")
        expected, actual = _comparable(engagement, _person), _comparable(loaded)
        for name in FRAMES:
            pd.testing.assert_frame_equal(expected[name], actual[name], obj=name)
        receipt = loaded.receipt
        assert (receipt["read"] == receipt["kept"] + receipt["set_aside"]).all()
        assert not receipt["format"].isin(("unknown", "ignored")).any()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The sample, written anew into an empty project."""
    data = tmp_path_factory.mktemp("project") / "data"
    data.mkdir()
    return data, simulate.write_sample(data / "sample")


class TestSample:
    """The bundled sample."""

    def test_is_what_the_command_writes(self, root, written):
        """The committed sample is what the command writes: the same files, every byte."""
        folders = (root / "data/sample", written[0] / "sample")
        committed, new = (
            {
                path.relative_to(f).as_posix(): path.read_bytes()
                for path in f.rglob("*")
                if path.is_file()
            }
            for f in folders
        )
        assert set(committed) == set(new)
        assert [] == [name for name in new if committed[name] != new[name]]

    def test_is_small(self, written):
        """The three authors take less than 2 MB together."""
        assert sum(p.stat().st_size for p in written[0].rglob("*") if p.is_file()) < 2_000_000

    def test_loud_sells_nothing_by_posting(self, written):
        """The loud author has the most likes, and posting causes no sale and no sign-up."""
        loud = written[1]["loud"]
        assert [1.0, 1.0, 0.0] == [loud.sales_ratio, loud.signups_ratio, loud.extra_sales]
        assert loud.sales_elsewhere > 0.7
        acts = {name: 1 / one.audience_per_act for name, one in written[1].items()}
        assert "loud" == max(acts, key=acts.__getitem__)
        assert acts["loud"] > 20 * acts["quiet"]

    def test_quiet_sells_to_lurkers(self, written):
        """The quiet author's lurkers buy, and posting causes a good part of it."""
        quiet = written[1]["quiet"]
        assert quiet.sales_by_lurkers > 0.8
        assert quiet.sales_by_visible < 0.05
        assert quiet.sales_ratio > 1.25
        assert quiet.signups_ratio > 1.25

    def test_mixed_posts_when_demand_is_high(self, written):
        """The mixed author's posting days sell far more than posting makes them sell."""
        mixed = AUTHORS["mixed"]
        world = happenings.happen(mixed["seed"], choose(**mixed["settings"]))
        posted = np.isin(np.arange(world.settings.days), world.posted_at.astype(int))
        unposted = world.sales.query("unposted")["at"].astype(int)
        sold = np.bincount(unposted, minlength=world.settings.days)
        naive = sold[posted].mean() / sold[~posted].mean()
        assert naive > 1.5
        assert 1.05 < written[1]["mixed"].sales_ratio < 1.3

    def test_names(self, written):
        """The authors' table names the three invented authors, their folders and zone."""
        table = pd.read_csv(written[0] / "sample/authors.csv")
        assert ["Odile Brandt", "Ines Quill", "Marek Holloway"] == list(table["author"])
        assert ["loud", "quiet", "mixed"] == list(table["source"])
        assert {"Europe/Paris"} == set(table["timezone"])


def test_knows_nothing_of_the_estimators(root):
    """The simulation imports neither lift nor lurkers: the truth owes nothing to a method."""
    imported = set()
    for path in Path(root / "src/helpers/simulate").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                imported |= {node.module or ""} | {f"{node.module}.{n.name}" for n in node.names}
            elif isinstance(node, ast.Import):
                imported |= {name.name for name in node.names}
    ours = {name.split(".")[1] for name in imported if name.startswith("helpers.")}
    assert {"simulate", "spreadsheets", "tables"} == ours
