"""The essay's claims on trial: fixed before, computed from public data, and able to fail."""

import dataclasses
import shutil
import tomllib

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest

from helpers import claims, paths, public
from helpers.claims import __main__ as command
from helpers.claims.crowds import ACTS, DEVELOPERS, REACH
from helpers.claims.estimates import Measure, few, median, ratio, share
from helpers.claims.findings import MEASURES
from helpers.claims.fixed import FIXED, Claim, Record, Test
from helpers.claims.likes import BURSTS, PAGE
from helpers.claims.trials import BOOKSTORE, MAILS, UNMAILED
from helpers.plots.claims import lift_by_likes
from helpers.public import NoAddressError, PublicError

ORDER = [
    "interaction",
    "attention",
    "conversion",
    "posting",
    "unseen-buyers",
    "silence",
    "hundred",
    "followers",
    "slow-influence",
]
BELOW = Test("m", "a share", "below", (0.5,), "share", "shop/days.csv")


@pytest.fixture
def data(shared_data, monkeypatch):
    """Point the cache at the shared public data."""
    monkeypatch.setenv(public.VARIABLE, str(shared_data / "public"))


@pytest.fixture
def one(data):
    """Return a claim by its key."""
    known = {claim.key: claim for claim in claims.fixed()}
    return known.__getitem__


@pytest.fixture(autouse=True)
def closed():
    """Close what a test drew."""
    yield
    plt.close("all")


def altered(file, change):
    """Return a source that reads the public data, one file of them changed."""

    def source(dataset, name):
        table = claims.read(dataset, name)
        return change(table.copy()) if (dataset, name) == file else table

    return source


def test_the_order_of_claims_and_tests_is_fixed_in_one_file():
    """Nine claims in this order; each measure is asked by exactly one test."""
    fixed = claims.fixed()
    assert ORDER == [claim.key for claim in fixed]
    asked = [test.measure for claim in fixed for test in claim.tests]
    assert sorted(MEASURES) == sorted(asked)
    written = tomllib.loads((paths.root() / FIXED).read_text(encoding="utf-8"))["claim"]
    assert asked == [test["measure"] for claim in written for test in claim.get("tests", [])]


def test_a_plan_says_what_would_refute_the_claim():
    """Before any number: the claim, how it fails, and what it is held against."""
    assert (
        "**Claim.** Many buyers were never touched by what is credited with selling: at least one "
        "in ten. **It fails by** nearly every buyer having been put before the advert or the "
        "e-mail. **Tests fixed before:** buyers of Lost Girls who were never assigned its advert: "
        "above 10 %; buyers of Stateline who were never assigned its advert: above 10 %; buyers "
        "who were never mailed: above 10 %."
    ) == claims.fixed()[4].plan
    assert claims.fixed()[-1].plan.endswith("none, for no data here could refute it.")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("geolift/GeoLift_Test.csv", "is simulated"),
        ("shop/days.csv", "data/public.toml does not list"),
    ],
)
def test_simulated_data_are_never_evidence(tmp_path, monkeypatch, data, why):
    """A test on them is an error, as is one on a file that nobody registered."""
    (tmp_path / "data").mkdir()
    shutil.copy(paths.root() / public.REGISTRY, tmp_path / public.REGISTRY)
    text = (paths.root() / FIXED).read_text(encoding="utf-8")
    known = 'data = "higgs_twitter/higgs-activity_time.txt.gz"'
    (tmp_path / FIXED).write_text(text.replace(known, f'data = "{data}"', 1), encoding="utf-8")
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    with pytest.raises(ValueError, match="higgs_reply") as refusal:
        claims.fixed()
    assert (
        f"data/claims.toml: the test 'higgs_reply' reads '{data}', which {why}. Name a file of "
        f"data from the world."
    ) == str(refusal.value)


@pytest.mark.parametrize(
    ("says", "than", "low", "high", "expected"),
    [
        ("below", (0.5,), 0.1, 0.49, "yes"),
        ("below", (0.5,), 0.4, 0.6, "unclear"),
        ("below", (0.5,), 0.5, 0.6, "no"),
        ("above", (0.0,), 0.01, 0.2, "yes"),
        ("above", (0.0,), -0.2, 0.0, "no"),
        ("between", (50.0, 200.0), 51.0, 199.0, "yes"),
        ("between", (50.0, 200.0), 20.0, 49.0, "no"),
        ("between", (50.0, 200.0), 41.0, 51.0, "unclear"),
        ("above", (0.0,), np.nan, np.nan, "unclear"),
    ],
)
def test_a_test_is_a_yes_only_if_its_whole_interval_is(says, than, low, high, expected):
    """No estimate is no answer."""
    test = dataclasses.replace(BELOW, says=says, than=than)
    assert expected == test.holds(low, high)


@pytest.mark.parametrize(
    ("values", "record", "verdict"),
    [
        ([0.2, 0.3], "yes", "supported"),
        ([0.2, 0.3], "no", "mixed"),
        ([0.2, 0.7], "yes", "mixed"),
        ([0.2, 0.5], "yes", "mixed"),
        ([0.6, 0.7], "yes", "contradicted"),
        ([0.6, 0.5], "yes", "contradicted"),
        ([0.5], "yes", "not testable here"),
        ([], "yes", "not testable here"),
        ([None], "yes", "not testable here"),
        ([0.2, None], "yes", "mixed"),
    ],
)
def test_verdicts(monkeypatch, values, record, verdict):
    """Records can lower a verdict and never raise it; without data nothing is told."""

    def measured(value):
        if value is None:
            raise NoAddressError("shop/days.csv is not here.")
        return Measure(value, value - 0.05, value + 0.05, 10)

    tests = []
    for place, value in enumerate(values):
        monkeypatch.setitem(MEASURES, str(place), lambda _, value=value: measured(value))
        tests.append(dataclasses.replace(BELOW, measure=str(place)))
    noted = (Record("elsewhere", "0.9", record, "nobody"),)
    claim = Claim("shares", "Are shares small?", "They are.", "large ones", tuple(tests), noted)
    assert verdict == claims.examine(claim).verdict


KNOWN = {
    "higgs_reply": (0.098, 3),
    "facebook_written": (0.035, 3),
    "silent_share": (0.8783, 4),
    "clickers_per_act": (3.77, 2),
    "reached_per_act": (46.5, 1),
    "reached_per_act_pooled": (65.5, 1),
    "likes_reach": (0.645, 3),
    "likes_clicks": (0.507, 3),
    "likes_clicks_held": (0.075, 3),
    "likes_stars": (0.149, 3),
    "unliked_committers": (0.037, 3),
    "tweets_stars": (0.0711, 4),
    "tweets_committers": (0.0176, 4),
    "bookstore_203": (0.041, 3),
    "bookstore_303": (0.063, 3),
    "newsletter": (0.00495, 5),
    "unreached_203": (121 / 499, 9),
    "unreached_303": (138 / 586, 9),
    "unmailed": (122 / 578, 9),
    "followers_sponsors": (0.36, 2),
    "press": (-0.14, 2),
}


@pytest.mark.parametrize("measure", KNOWN)
def test_known_answers(data, measure):
    """What is on record about the public data comes out, to its digits, inside its interval."""
    value, digits = KNOWN[measure]
    found = MEASURES[measure](claims.read)
    assert round(value, digits) == round(found.value, digits)
    assert found.low < found.value < found.high


def test_higgs_is_the_published_network(data):
    """563,069 acts; retweets join 256,491 people by 328,132 ties; 279,379 people acted."""
    acts = claims.read(*ACTS)
    ties = acts.loc[acts["kind"] == "RT", ["who", "whom"]].drop_duplicates()
    people = pd.unique(ties.to_numpy().ravel())
    assert (563_069, 256_491, 328_132) == (len(acts), len(people), len(ties))
    assert 279_379 == MEASURES["higgs_reply"](claims.read).rows


def test_sponsors_are_as_published(data):
    """10,440 tweets, medians 3/0/0; 7,411 developers, 69 % without a sponsor, 37 % at the top."""
    tweets = claims.read("github_sponsors", "tweets.csv")
    assert [3, 0, 0] == tweets[["# Likes", "# Retweet", "# Replys"]].median().to_list()
    developers = claims.read(*DEVELOPERS)
    assert (10_440, 7_411) == (len(tweets), len(developers))
    assert 0.69 == round((developers["sponsors"] == 0).mean(), 2)
    tenths = pd.qcut(developers["followers"].rank(method="first"), 10, labels=False)
    assert 0.375 == round((developers.loc[tenths == 9, "sponsors"] == 0).mean(), 3)
    assert 0.377 == round(MEASURES["unpaid_top_tenth"](claims.read).value, 3)


def test_sponsors_of_those_who_tweeted_do_not_reproduce_exactly(data):
    """1.22 sponsors more were published by matching; the plain difference is 1.57."""
    sponsors = claims.read(*DEVELOPERS).groupby("treatment")["sponsors"].mean()
    assert 1.57 == round(sponsors[1] - sponsors[0], 2)


def test_press_cases_are_six_and_far_apart(data):
    """Copies a follower differ a hundredfold: the 108 on record takes Koval at 1.5 million."""
    books = claims.read("press_followers_vs_sales", "followers_vs_copies.csv")
    per_follower = books["copies"] / books["followers_millions"]
    assert (6, 101) == (len(books), round(per_follower.max() / per_follower.min()))
    assert 107 == round(100_000 / 1.5 / per_follower.min())


def test_upworthy_is_as_published_with_its_fault(data):
    """4,873 tests, 22,666 arms; 69.5 % are unequal in the weeks of the erratum, else .5 %."""
    arms = claims.unequal_arms()
    assert [0.5, 69.5] == (100 * arms.table["unequal"]).round(1).to_list()
    assert (
        "In 4,873 headline tests (22,666 arms, 81,024,151 impressions, 1,231,208 clicks, 1.52 %) "
        "arms are too unequal to have been drawn as equal in 0.5 % of 3,815 before and after and "
        "69.5 % of 1,058 from week 201325 to 201401 (p < 0.001)."
    ) == arms.sentence


VERDICTS = {
    "interaction": ("supported", "4 of 4"),
    "attention": ("supported", "3 of 3"),
    "conversion": ("mixed", "3 of 3"),
    "posting": ("mixed", "4 of 4"),
    "unseen-buyers": ("supported", "3 of 3"),
    "silence": ("supported", "2 of 2"),
    "hundred": ("mixed", "1 of 2"),
    "followers": ("mixed", "1 of 2"),
    "slow-influence": ("not testable here", "0 of 0"),
}


def test_the_verdicts_of_today(data):
    """One row a claim, in the fixed order."""
    fixed = claims.fixed()
    table = claims.summary([claims.examine(claim) for claim in fixed])
    assert [claim.question for claim in fixed] == table["claim"].to_list()
    assert list(VERDICTS.values()) == list(zip(table["verdict"], table["tests held"], strict=True))
    assert set(table["verdict"]) <= set(claims.VERDICTS)


def test_a_sentence_says_what_was_found_and_what_is_against_it(one):
    """The verdict, each test with its interval, and records that disagree."""
    assert (
        "**Mixed.** The claim: A hundred is the right order: everywhere 50 to 200 people are "
        "reached for each visible act. 1 of 2 tests hold: people reached for each like, comment or "
        "share, all posts together: 65.5 (95 % interval 56.1 to 75.0; 500 rows); the same at the "
        "median post: 46.5 (95 % interval 41.5 to 50.5; 494 rows), unclear. On record elsewhere "
        "and against it: Medium, YouTube's trending list, 20 and 31 at the median; 13 and 25 all "
        "together."
    ) == claims.examine(one("hundred")).sentence


def test_the_anecdote_is_labelled_and_not_counted(one):
    """Six books are shown aside; published nulls stand beside the trials."""
    table = claims.examine(one("followers")).table
    assert table["asked"].iloc[2].startswith("an anecdote: ")
    assert "aside" == table["holds"].iloc[2]
    posting = claims.examine(one("posting")).table
    assert ["on record: no"] * 2 == posting["holds"][5:7].to_list()


def permuted(table):
    """Give each burst the likes of another."""
    likes = table.groupby("burst_id")["likes"].first()
    mixed = np.random.default_rng(8).permutation(likes.to_numpy())
    return table.assign(likes=table["burst_id"].map(dict(zip(likes.index, mixed, strict=True))))


def test_permuted_likes_track_nothing(one):
    """Stars no longer rise with likes, and attention is not what likes track."""
    source = altered(BURSTS, permuted)
    found = claims.examine(one("attention"), source)
    assert ["unclear", "unclear", "yes"] == found.results["holds"].to_list()
    assert "mixed" == found.verdict


def test_likes_that_rank_committers_contradict_the_essay(one):
    """Were the bursts with most new committers the most liked, the claim would be lost."""

    def ranked(table):
        lifts = claims.findings.likes.bursts.differences(table, "new_committers")["difference"]
        return table.assign(likes=table["burst_id"].map(lifts.rank(method="first")))

    found = claims.examine(one("conversion"), altered(BURSTS, ranked))
    holds = dict(zip(found.results["test"], found.results["holds"], strict=True))
    assert "no" == holds["rank correlation of a burst's likes with its lift of new committers"]
    assert "mixed" == found.verdict


SWAPS = {
    BURSTS: lambda table: table.assign(tweeted=~table["tweeted"]),
    MAILS: lambda table: table.replace(
        {"segment": {UNMAILED: "Mens E-Mail", "Mens E-Mail": UNMAILED}}
    ),
    BOOKSTORE: lambda table: table.assign(
        purchased_203=1 - table["purchased_203"], purchased_303=1 - table["purchased_303"]
    ),
}


def test_swapped_arms_contradict_that_posting_converts(one):
    """Tweeted for matched, mailed for unmailed, buyers for others: each test is a no."""

    def source(dataset, name):
        return SWAPS[dataset, name](claims.read(dataset, name).copy())

    found = claims.examine(one("posting"), source)
    assert ["no", "aside", "no", "no", "no"] == found.results["holds"].to_list()
    assert "contradicted" == found.verdict
    assert found.sentence.startswith("**Contradicted.** The claim: Posting converts: ")
    assert "0 of 4 tests hold: " in found.sentence


def test_shuffled_arms_make_no_lift(one):
    """Drawn anew, the arms of the trials do not differ, and the tests are unclear."""

    def drawn(column):
        rng = np.random.default_rng(5)
        return lambda table: table.assign(**{column: rng.permutation(table[column].to_numpy())})

    for file, column in ((BOOKSTORE, "ad_condition"), (MAILS, "segment")):
        found = claims.examine(one("posting"), altered(file, drawn(column))).results
        some = found[found["data"] == file[0]]
        assert {"unclear"} == set(some["holds"])


def test_buyers_who_were_all_reached_contradict_it(one):
    """Without buyers outside the arms the claim is lost."""
    source = altered(BOOKSTORE, lambda table: table[table["ad_condition"].isin([1, 2, 3])])
    found = claims.examine(one("unseen-buyers"), source)
    assert "no" == found.results["holds"].iloc[0]
    assert "mixed" == found.verdict


@pytest.mark.parametrize(
    ("key", "file", "change", "verdict"),
    [
        ("silence", PAGE, lambda table: table.assign(**{REACH: 1.1 * table["like"]}), "mixed"),
        ("hundred", PAGE, lambda table: table.assign(**{REACH: 9 * table[REACH]}), "contradicted"),
        (
            "followers",
            DEVELOPERS,
            lambda table: table.assign(sponsors=table["followers"]),
            "contradicted",
        ),
    ],
)
def test_other_data_give_other_verdicts(one, key, file, change, verdict):
    """No claim is supported by whatever comes."""
    assert VERDICTS[key][0] != verdict
    assert verdict == claims.examine(one(key), altered(file, change)).verdict


def test_what_cannot_be_had_is_said_and_not_counted(one):
    """A file without an address leaves its tests without data; others go on."""

    def source(dataset, name):
        if dataset == "oss_tweets":
            raise NoAddressError(f"{dataset}/{name} is not here.")
        return claims.read(dataset, name)

    found = claims.examine(one("attention"), source)
    assert ["no data", "no data", "yes"] == found.results["holds"].to_list()
    assert ("mixed", "no data") == (found.verdict, found.table["found"].iloc[0])
    hero = claims.lift_by_likes(source)
    assert "Cannot tell what tweets moved: oss_tweets/bursts_3day.csv.gz is not here." == (
        hero.sentence
    )
    axes = lift_by_likes(hero)
    assert hero.sentence == axes.get_label()


def test_the_hero_draws_attention_beside_conversion(data):
    """Two outcomes by four groups of likes, an interval each, source and alternative text."""
    result = claims.lift_by_likes()
    axes = lift_by_likes(result)
    drawn = [line.get_ydata().round(3).tolist() for line in axes.lines[:2]]
    assert [[0.053, 0.065, 0.224, 0.464], [0.037, 0.029, 0.037, 0.065]] == drawn
    assert [4, 4] == [len(lines.get_segments()) for lines in axes.collections]
    assert "Fang et al. 2022" in " ".join(text.get_text() for text in axes.texts)
    assert (
        "Over 6,596 bursts of tweets, by likes (0 / 1–2 / 3–9 / 10+), tweeting moved stars "
        "(attention) by 0.053 / 0.065 / 0.224 / 0.464; new committers (conversion) by 0.037 / "
        "0.029 / 0.037 / 0.065 (log points, about the share added). Rank correlations of likes "
        "with these lifts: 0.149 (0.126 to 0.173) and 0.002 (-0.022 to 0.026)."
    ) == axes.get_label()


def test_estimates_by_hand():
    """Wilson's share, a ratio of sums, a median by order statistics, ranks of five."""
    assert (0.1, 0.0552, 0.1744) == tuple(np.round(share(10, 100)[:3], 4))
    whole = ratio(pd.Series([1.0, 2.0, 3.0]), pd.Series([2.0, 4.0, 6.0]))
    assert (0.5, 0.5, 0.5, 3) == whole
    assert (50.0, 40.0, 60.0, 99) == median(pd.Series(np.arange(1.0, 100.0)))
    ranked = few(pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 1, 4, 3, 5]}))
    assert (0.8, True, 5) == (round(ranked.value, 6), ranked.low < 0, ranked.rows)


def test_make_claims_stops_with_one_message_when_offline(tmp_path, monkeypatch, capsys):
    """The cache empty and no network: one line, and nothing half-written."""
    known = {
        name: dataclasses.replace(
            about,
            files=tuple(
                dataclasses.replace(file, url=file.url and "http://127.0.0.1:9/none")
                for file in about.files
            ),
        )
        for name, about in public.registry().items()
    }
    monkeypatch.setattr(public, "registry", lambda: known)
    monkeypatch.setenv(public.VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "*")
    assert 1 == command.main(str(tmp_path / "reports"))
    said = capsys.readouterr()
    assert "" == said.out
    assert (
        "Nothing was run. facebook_metrics/dataset_Facebook.csv could not be fetched: no whole "
        "answer from 127.0.0.1:9. Connect to the network and run `make data`, or name a folder "
        "that has the files in QUIET_AUDIENCE_PUBLIC.\n"
    ) == said.err
    assert [] == list((tmp_path / "cache").iterdir())
    assert not (tmp_path / "reports").exists()


def test_make_claims_names_a_corrupted_file(shared_data, tmp_path, monkeypatch, capsys):
    """One byte more in one file of eight: its name is said, and nothing is run."""
    for label in claims.labels(claims.fixed()):
        (tmp_path / label).parent.mkdir(exist_ok=True)
        (tmp_path / label).write_bytes((shared_data / "public" / label).read_bytes())
    with (tmp_path / "github_sponsors" / "developers.csv").open("ab") as file:
        file.write(b"\n")
    monkeypatch.setenv(public.VARIABLE, str(tmp_path))
    assert 1 == command.main(str(tmp_path / "reports"))
    said = capsys.readouterr().err
    assert said.startswith("Nothing was run. github_sponsors/developers.csv in ")
    assert 1 == said.count("\n")
    assert not (tmp_path / "reports").exists()
    with pytest.raises(PublicError, match=r"^github_sponsors/developers\.csv in "):
        claims.read(*DEVELOPERS)


@pytest.mark.kernel
def test_make_claims_runs_from_end_to_end(data, tmp_path, capsys):
    """Every finding, table and figure is there; the verdicts are those of the claims."""
    assert 0 == command.main(str(tmp_path))
    assert f"The claims and their verdicts: {tmp_path / command.NOTEBOOK}\n" == (
        capsys.readouterr().out
    )
    assert [command.NOTEBOOK] == [path.name for path in tmp_path.iterdir()]
    cells = nbformat.read(tmp_path / command.NOTEBOOK, as_version=4).cells
    outputs = {cell.id: cell.outputs for cell in cells if cell.cell_type == "code"}
    assert [] == [out for some in outputs.values() for out in some if out.output_type == "stream"]
    said = {
        name: some[0]["data"].get("text/markdown", "") for name, some in outputs.items() if some
    }
    verdicts = {key: said[key.split("-")[0]].split(".**")[0][2:].lower() for key in ORDER}
    assert {key: verdict for key, (verdict, _) in VERDICTS.items()} == verdicts
    assert outputs["hero"][0]["metadata"]["image/svg+xml"]["alt"].startswith("Over 6,596 bursts")
    assert said["provenance"].startswith("8 of 8 public files, each checked against its sha256.")
