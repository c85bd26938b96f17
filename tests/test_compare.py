"""Authors compared: known answers, what must not change, refusals, and what is never said."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import compare, paths, privacy, simulate
from helpers.compare import growth, multiplicity, ranking, shrinkage, spread
from helpers.compare.measures import CompareError, Measure, listed
from helpers.compare.standings import can_tell, errors, size
from helpers.lift.result import Lift, check_table
from helpers.measured import StaleError
from helpers.plots.comparing import rankings
from helpers.tables import Engagement
from helpers.validate import compare as validation
from helpers.validate import engine

KEY = b"the sample's people are invented"
NAMES = ("Ann", "Ben", "Cleo", "Dan", "Eva", "Flo", "Gus", "Hal")
SCHOOLS = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
SCHOOL_ERRORS = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
NOISE = np.random.default_rng(1).standard_normal(400_000)
BCG = [
    (4, 119, 11, 128),
    (6, 300, 29, 274),
    (3, 228, 11, 209),
    (62, 13536, 248, 12619),
    (33, 5036, 47, 5761),
    (180, 1361, 372, 1079),
    (8, 2537, 10, 619),
    (505, 87886, 499, 87892),
    (29, 7470, 45, 7232),
    (17, 1699, 65, 1600),
    (186, 50448, 141, 27197),
    (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
]  # ill and well, vaccinated; ill and well, not (Colditz et al. 1994)


def measure(estimate, error=0.1, **given):
    """Return a measure of as many authors as there are estimates."""
    values = np.array(estimate, dtype="float64")
    below = np.broadcast_to(np.asarray(error, dtype="float64"), values.shape)
    fields = {"name": "lift", "form": "times", "unit": "sales with posting ÷ without"}
    fields |= {"authors": NAMES[: len(values)], "below": below, "above": below}
    return Measure(**(fields | {"estimate": values} | given))


def counts(values, name="likes"):
    """Return a measure that is a count."""
    return measure(values, 0.0, name=name, form="count", unit="likes a post")


def yearly(estimate, error=0.1, each=1000.0, **given):
    """Return what posting adds, of authors with as many conversions a year."""
    sizes = np.broadcast_to(np.asarray(each, dtype="float64"), (len(estimate),))
    fields = {"name": "what posting adds", "form": "added", "unit": "sales a year"}
    fields |= {"size": sizes, "per_year": 1.0, "assumption": "nothing else drove both"}
    return measure(estimate, error, **(fields | given))


@pytest.fixture(scope="module")
def sample():
    """Return the three invented authors and their standings by sales."""
    authors = compare.read(paths.root() / "data" / "sample" / "authors.csv", key=KEY)
    return authors, compare.standings(authors, "sales")


# Known answers


def test_ranks_are_those_that_a_hand_computes():
    """Three authors, equal errors: Tukey's 3.3145 ÷ √2 standard errors of a difference apart.

    With errors of .1 a pair is told apart beyond 2.3437 × .1414 = .3314: the first is above
    both others (.34, .54) and these two, .20 apart, are not told.
    """
    found = compare.ranks(measure([0.34, 0.0, -0.2]))
    assert ([1, 2, 2], [1, 3, 3]) == (found.low.tolist(), found.high.tolist())
    closer = compare.ranks(measure([0.32, 0.0, -0.2]))
    assert ([1, 1, 2], [2, 3, 3]) == (closer.low.tolist(), closer.high.tolist())
    assert (2, 3) == found.pairs


@pytest.mark.parametrize(("authors", "table"), [(2, 2.772), (3, 3.314), (10, 4.474), (40, 5.498)])
def test_the_critical_value_is_that_of_the_tables(authors, table):
    """Tukey's studentized range for infinite degrees of freedom, ÷ √2; for two it is 1.96."""
    assert table / np.sqrt(2) == pytest.approx(ranking.critical(authors), abs=5e-4)


def test_counts_rank_exactly_and_ties_share_their_ranks():
    """Whoever ties may have any rank of the tie; the others have one rank."""
    found = compare.ranks(counts([5, 9, 5, 1]))
    assert ["2 to 3", "1", "2 to 3", "4"] == found.words
    assert [2, 1, 2, 4] == found.rank.tolist()


def test_an_interval_that_reaches_farther_up_is_used_by_its_sides():
    """.5 and 0 are told apart by the error below the first and above the second alone."""
    sides = {"below": np.array([0.1, 9.0]), "above": np.array([9.0, 0.1])}
    assert [1, 2] == compare.ranks(measure([0.5, 0.0], **sides)).low.tolist()
    turned = {"below": sides["above"], "above": sides["below"]}
    assert [1, 1] == compare.ranks(measure([0.5, 0.0], **turned)).low.tolist()


def test_what_posting_adds_is_ranked_by_conversions_and_not_by_the_ratio():
    """A ratio of 1.5 on 9,000 a year adds 3,000; a ratio of 2 on 100 adds 50."""
    found = compare.ranks(yearly(np.log([1.5, 2.0]), 0.01, [9000, 100]))
    assert [3000, 50] == pytest.approx(found.table["figure"].to_list())
    assert [1, 2] == found.low.tolist()


def test_the_spread_of_the_eight_schools_is_estimated_as_none():
    """Q is 4.7 with 7 degrees of freedom, so Paule and Mandel's estimate is zero."""
    variance, low, high = spread.between(SCHOOLS, SCHOOL_ERRORS)
    assert (0.0, 0.0) == (variance, low)
    weight = 1 / (SCHOOL_ERRORS**2 + high)
    mean = weight @ SCHOOLS / weight.sum()
    assert 1.690 == pytest.approx(weight @ (SCHOOLS - mean) ** 2, abs=1e-3)  # chi2(.025, 7)


def test_the_spread_of_the_vaccine_trials_is_the_published_one():
    """Viechtbauer (2007, 2010): τ² of 13 log risk ratios .318, 95 % interval .120 to 1.111."""
    table = np.array(BCG, dtype="float64")
    arms = table[:, [0, 2]], table[:, [0, 2]] + table[:, [1, 3]]
    logs = np.log(arms[0] / arms[1])
    error = np.sqrt((1 / arms[0] - 1 / arms[1]).sum(axis=1))
    found = spread.between(logs[:, 0] - logs[:, 1], error)
    assert (0.3181, 0.1197, 1.1115) == pytest.approx(found, abs=1e-4)


def test_the_eight_schools_are_shrunk_as_in_the_textbook():
    """Gelman et al. 2013, table 5.3: medians 10 8 7 8 5 6 10 8, by 200 draws of theirs."""
    found = compare.shrink(measure(SCHOOLS, SCHOOL_ERRORS, form="count"))
    medians = np.median(found.draws, axis=0)
    assert [10, 8, 7, 8, 5, 6, 10, 8] == pytest.approx(medians.tolist(), abs=1.0)
    assert (-2, 31) == pytest.approx((found.low[0], found.high[0]), abs=2.0)
    assert not found.apart.any()


def test_with_a_known_spread_shrinkage_is_the_closed_form():
    """Two hundred authors, error 1, spread 2: each keeps 4/5 of its way from the mean."""
    authors = tuple(f"author {place:03d}" for place in range(200))
    quantiles = np.sqrt(5) * np.array([float(one) for one in _normal_quantiles(200)])
    found = compare.shrink(measure(quantiles, 1.0, authors=authors))
    assert 2.0 == pytest.approx(found.spread, abs=0.03)
    assert (0.8 * quantiles).tolist() == pytest.approx(found.mean.tolist(), abs=0.03)


def _normal_quantiles(number):
    from scipy.stats import norm  # noqa: PLC0415 - only here

    return norm.ppf((np.arange(number) + 0.5) / number)


def test_who_is_too_far_from_all_others_is_set_apart_and_not_moved():
    """Seven alike and one ten errors away: that one keeps its estimate, and is named."""
    found = compare.shrink(measure([0.0, 0.05, -0.05, 0.02, 0.0, -0.02, 0.03, 1.5]))
    assert ["Hal"] == list(np.array(NAMES)[found.apart])
    assert 1.5 == found.mean[-1]
    assert found.sentence.endswith(
        "Too far from the others to be moved, and not counted here: Hal."
    )


def test_holm_is_the_hand_computed_one():
    """.01 × 4, .02 × 3, then .021 × 2 and .022 × 1, but never less than the one before."""
    found = multiplicity.holm(np.array([0.021, 0.01, 0.02, 0.022]))
    assert [0.06, 0.04, 0.06, 0.06] == pytest.approx(found.tolist())


def test_a_lift_that_passes_alone_need_not_pass_with_nineteen_others():
    """z = 2.5 has p = .012 alone and .25 of twenty; z = 4 passes at either."""
    authors = tuple(f"author {place:02d}" for place in range(20))
    found = compare.lifted(measure([0.4, 0.25, *[0.0] * 18], authors=authors))
    assert [True, False] == found.is_lifted[:2].tolist()
    assert [0.02, 19 * 0.012419] == pytest.approx(found.adjusted[:2].tolist(), abs=1e-4)
    assert (
        "Of 20 authors, 20 have a lift that can be told; asked all at once, it is above no "
        "difference for author 00. Asked alone it would be for author 01 too, as luck may have it."
        == found.sentence
    )


def test_a_lift_is_judged_by_the_error_that_faces_no_difference():
    """.4 with .1 below is four errors up; -.4 with .1 above is four errors down."""
    sides = {"below": np.array([0.1, 0.5]), "above": np.array([0.5, 0.1])}
    found = compare.lifted(measure([0.4, -0.4], **sides))
    assert [0.001, 0.001] == found.p_value.tolist()
    assert [True, False] == found.is_lifted.tolist()


def test_a_weekly_rate_is_the_mean_of_its_blocks():
    """Blocks of 56 and 112 sign-ups by turns: 10.5 a week, and Student's t widens the error."""
    daily = np.repeat([1.0, 2.0] * 4, 56)
    found = growth.rate(daily)
    assert 10.5 == pytest.approx(np.exp(found.estimate))
    scatter = np.std([56, 112] * 4, ddof=1) / np.sqrt(8) / 84
    assert scatter * 2.3646 / 1.95996 == pytest.approx(found.error, rel=1e-4)


@pytest.mark.parametrize(
    ("daily", "why"),
    [
        (np.ones(223), "its sign-ups span fewer than 32 whole weeks"),
        (np.repeat([0.0, 9.0, 0.0], [300, 1, 60]) / 1.5, "there are fewer than 10 sign-ups"),
    ],
)
def test_too_little_list_is_not_growth(daily, why):
    """The reason goes on the page; fewer than ten people are not a figure."""
    found = growth.rate(daily)
    assert why == found.why
    assert np.isnan(found.estimate)


def test_a_list_imported_on_its_first_day_is_not_growth():
    """5,000 on one day and then one a day: 7 a week."""
    days = pd.date_range("2025-01-01", periods=280, tz="UTC")
    table = pd.DataFrame({"conversion_id": [f"c{at}" for at in range(280)], "occurred_at": days})
    table["quantity"] = [5000, *[1] * 279]
    blank = [name for name in Engagement().conversions if name not in table]
    table = table.assign(**dict.fromkeys(blank, pd.NA)).assign(
        grain="day", kind="signup", channel="newsletter"
    )
    found = growth.growth(Engagement(conversions=table[list(Engagement().conversions)]))
    assert 7.0 == pytest.approx(np.exp(found.estimate))


def test_the_cost_of_a_choice_is_the_difference_of_what_both_bring():
    """Sizes 1,000, ratios 2 and 1.25: likes choose the one that adds 200, and give up 500."""
    found = compare.choice(counts([1, 9]), yearly(np.log([2.0, 1.25]), 0.001), 1)
    assert (("Ben",), ("Ann",), 1) == (found.by_visible, found.by_hidden, found.differ)
    assert 300 == pytest.approx(found.cost, abs=1)
    assert ("costs", 1.0, 1.0) == (found.verdict, found.missed, found.turned)
    assert [("Ben", "Ann", 1.0)] == list(found.table.itertuples(index=False, name=None))


@pytest.mark.parametrize("known", [0, 1, 2])
def test_too_few_authors_are_not_shrunk(known):
    """None, one or two estimates stay as they are, with the interval that they came with."""
    estimate = [0.5, 0.1, np.nan, np.nan]
    found = compare.shrink(
        measure([*estimate[:known], *[np.nan] * (4 - known)], below=np.full(4, 0.1))
    )
    np.testing.assert_array_equal(found.measure.estimate, found.mean)
    assert f"Lift is known of {known} author(s): too few" in found.sentence
    width = found.mean[:known] - found.low[:known]
    assert [0.196] * known == pytest.approx(width.tolist(), abs=0.015)


def test_of_two_authors_the_interval_is_the_one_that_came_with_the_estimate():
    """.196 below and .588 above, as the errors of the two sides say."""
    sides = {"below": np.array([0.1, 0.1]), "above": np.array([0.3, 0.3])}
    found = compare.shrink(measure([0.0, 1.0], **sides))
    assert (-0.196, 0.588) == pytest.approx((found.low[0], found.high[0]), abs=0.03)


def test_errors_that_differ_are_shrunk_by_their_mean_and_width():
    """Half of what is believed lies on either side: .1 and .3 are a mean .08 up and .209 wide."""
    found = shrinkage._halves(np.zeros(1), np.array([0.1]), np.array([0.3]))
    sides = np.concatenate([-np.abs(NOISE) * 0.1, np.abs(NOISE) * 0.3])
    assert (sides.mean(), sides.std()) == pytest.approx((found[0][0], found[1][0]), abs=0.001)


# What must not change


def test_a_constant_added_to_all_changes_no_rank():
    """Ranks are of differences."""
    estimate = [0.3, 0.1, -0.4, 0.0]
    found = compare.ranks(measure(estimate))
    moved = compare.ranks(measure([one + 7 for one in estimate]))
    assert found.words == moved.words


@pytest.mark.parametrize("order", [[2, 0, 3, 1], [3, 2, 1, 0]])
def test_authors_in_another_order_have_the_same_answers(order):
    """Ranks, shrunken values, verdicts and costs go with the author and not with the row."""
    hidden, seen = yearly([0.5, 0.2, np.nan, 0.1], [0.1, 0.2, 0.1, 0.3]), counts([3, 4, 4, 1])
    moved, seen_moved = hidden.take(order), seen.take(order)
    assert [compare.ranks(hidden).words[at] for at in order] == compare.ranks(moved).words
    shrunken, other = compare.shrink(hidden), compare.shrink(moved)
    np.testing.assert_allclose(shrunken.mean[order], other.mean)
    np.testing.assert_allclose(shrunken.low[order], other.low)
    first, second = compare.choice(seen, shrunken, 1), compare.choice(seen_moved, other, 1)
    assert first.sentence == second.sentence
    assert first.cost == pytest.approx(second.cost)
    pd.testing.assert_frame_equal(first.table, second.table)


def test_likes_are_not_an_input(sample):
    """With a thousand times the likes, lift, what posting adds and list growth are the same."""
    authors, before = sample
    loud = []
    for one in authors:
        tallies = one.engagement.tallies.copy()
        likes = tallies["kind"] == "like"
        tallies.loc[likes, "count"] = tallies.loc[likes, "count"] * 1000
        engagement = dataclasses.replace(one.engagement, tallies=tallies)
        loud.append(dataclasses.replace(one, engagement=engagement))
    after = compare.standings(loud, "sales")
    assert (after.likes.estimate > before.likes.estimate).all()
    for one, other in zip(before.hidden, after.hidden, strict=True):
        np.testing.assert_array_equal(one.estimate, other.estimate)
        assert compare.ranks(one).words == compare.ranks(other).words


def test_an_author_without_an_estimate_may_be_anywhere_and_widens_every_rank():
    """Two told apart are first and second of two; with a third unknown each may be one lower."""
    found = compare.ranks(measure([1.0, 0.0, np.nan], why=("", "", "no file dates a sale")))
    assert ["1 to 2", "2 to 3", "1 to 3"] == found.words
    assert (
        "By lift, first may be any of Ann and Cleo. 1 of 3 pairs of authors are told apart; the "
        "others may stand either way round. Cleo cannot be ranked and may be anywhere: no file "
        "dates a sale." == found.sentence
    )


def test_a_visible_count_can_be_right():
    """Where likes choose whom lift chooses, that is what is said, with no cost."""
    found = compare.choice(counts([9, 1, 2]), yearly([0.9, 0.1, 0.0], 0.001), 1)
    assert ("same choice", 0) == (found.verdict, found.differ)
    assert (
        "Signing 1 of 3, likes and what posting adds would choose the same: Ann. Ann would "
        "truly be the highest by what posting adds. Of all pairs of these authors, 33 % would "
        "stand the other way round." == found.sentence
    )
    assert "Likes and what posting adds would sign the same (Ann)." == compare.headline([found])


def test_a_visible_count_can_be_better_than_an_expectation_by_luck_alone():
    """A cost below zero is said as a gain, never as a cost."""
    found = compare.choice(counts([9, 1]), yearly([0.5, 0.0], 0.01), 1)
    gain = dataclasses.replace(
        found, by_hidden=("Ben",), cost=-300.0, cost_low=-400.0, cost_high=-200.0, verdict="gains"
    )
    said = "by likes rather than by what posting adds brings 300 more sales a year"
    assert f"Signing {said} (95 % interval 200 to 400), if nothing else" in gain.sentence
    assert "rather than Ben by what posting adds brings 300 more sales a year" in compare.headline(
        [gain]
    )


def test_three_authors_are_not_over_claimed(sample):
    """One cannot be ranked; each ranking of estimates says how few pairs are told apart."""
    _, found = sample
    lift, added, grown = (compare.ranks(one) for one in found.hidden)
    assert "1 to 3" == lift.words[2] == added.words[2]
    for one in (lift, added, grown):
        assert "the others may stand either way round" in one.sentence
    assert "Marek Holloway cannot be ranked and may be anywhere" in lift.sentence
    assert found.sentence == (
        "The lift of 2 of 3 authors can be told. That of Odile Brandt and Ines Quill is read from "
        "days that the author chose: it is an association, and the effect of posting only if "
        "nothing else that drives conversions also drove when the author posted."
    )
    shrunken = compare.shrink(found.lift)
    assert "too few to say how far authors differ beyond chance" in shrunken.sentence
    np.testing.assert_array_equal(found.lift.estimate, shrunken.mean)


def test_authors_left_out_of_a_choice_are_named(sample):
    """Where likes are set against lift, the author without one is named, not dropped."""
    _, found = sample
    said = compare.choice(found.likes, found.added, 1).sentence
    assert said.endswith(
        "Not compared, for want of one of the two: Marek Holloway; they may be better or worse "
        "than any who were."
    )
    none = compare.choice(found.followers, found.added, 1)
    assert (
        "Cannot tell whether followers and what posting adds choose differently: nobody has both."
        == none.sentence
    )
    assert (
        "Whether what is visible would choose the same authors cannot be told."
        == compare.headline([none])
    )


def test_a_cost_whose_interval_holds_none_is_not_called_a_cost():
    """The verdict is "cannot tell", and the sentence says that none is within the interval."""
    found = compare.choice(counts([1, 9]), yearly([0.1, 0.0], 0.3), 1)
    assert "cannot tell" == found.verdict
    assert found.cost_low < 0 < found.cost_high
    assert "costs sales cannot be told:" in found.sentence
    assert "and none is within that" in found.sentence
    assert "may or may not cost sales" in compare.headline([found])
    assert "gives up" not in found.sentence


# Refusals

REFUSED = [
    (
        {"estimate": [0.1]},
        (
            "There is 1 author(s). Comparing takes two or more: give a folder with a sub-folder an "
            "author, or a table with a row an author."
        ),
    ),
    (
        {"estimate": [0.1, 0.2], "authors": ("Ann", "Ann")},
        "The author 'Ann' stands there 2 times. Give each author a name and a row.",
    ),
    (
        {"estimate": [0.1, 0.2], "error": [0.1, -0.1]},
        (
            "Ben: lift is 0.2 with standard errors of -0.1 and -0.1. An estimate and its errors "
            "are finite, and errors are 0 or more; leave the estimate missing where nobody can "
            "tell."
        ),
    ),
    (
        {"estimate": [0.1, 0.2], "error": [np.nan, 0.1]},
        (
            "Ann: lift is 0.1 with standard errors of nan and nan. An estimate and its errors are "
            "finite, and errors are 0 or more; leave the estimate missing where nobody can tell."
        ),
    ),
    (
        {"estimate": [np.inf, 0.2]},
        (
            "Ann: lift is inf with standard errors of 0.1 and 0.1. An estimate and its errors are "
            "finite, and errors are 0 or more; leave the estimate missing where nobody can tell."
        ),
    ),
    (
        {"estimate": [0.1, 0.2], "authors": ("Ann", "Ben", "Cleo")},
        (
            "There are 3 authors and 2 figures of lift. Give one an author; missing where it is "
            "not known."
        ),
    ),
    (
        {"estimate": [0.1, 0.2], "form": "share"},
        "There is no form 'share'. Use one of: count, times, rate, added.",
    ),
    (
        {"estimate": [0.1, 0.2], "form": "added"},
        "The form 'added' needs sizes: conversions a year of each author.",
    ),
]


@pytest.mark.parametrize(("given", "message"), REFUSED, ids=[str(at) for at in range(len(REFUSED))])
def test_what_cannot_be_compared_is_refused(given, message):
    """Each refusal says what was found and what to do."""
    with pytest.raises(CompareError) as refusal:
        measure(**given)
    assert message == str(refusal.value)


@pytest.mark.parametrize(
    ("visible", "hidden", "signed", "message"),
    [
        (counts([1, 2]), yearly([0, 1]), 0, "signed is 0. Sign 1 author or more."),
        (
            counts([1, 2, 3]),
            yearly([0, 1]),
            1,
            "The two measures are of different authors. Use one list for both.",
        ),
        (
            counts([1, 2]),
            measure([0, 1]),
            1,
            (
                "Lift is not in conversions, so choosing by it has no cost. Use what posting adds, "
                "or list growth."
            ),
        ),
    ],
)
def test_a_choice_that_has_no_cost_is_refused(visible, hidden, signed, message):
    """Nobody signed, other authors, or a measure that is no number of conversions."""
    with pytest.raises(CompareError) as refusal:
        compare.choice(visible, hidden, signed)
    assert message == str(refusal.value)


def test_a_missing_p_value_is_refused():
    """A p-value that nobody computed is not zero."""
    with pytest.raises(CompareError) as refusal:
        multiplicity.holm(np.array([0.1, np.nan]))
    assert "A p-value is missing or not between 0 and 1. Give 1 where not asked." == str(
        refusal.value
    )


def written(folder: Path, text: str) -> Path:
    """Return a table of authors beside two folders of exports."""
    for name in ("one", "two"):
        (folder / name).mkdir(parents=True)
        engagement, _ = simulate.world(3, people=500, posts=10, weeks=8)
        simulate.write_exports(engagement, folder / name)
    (folder / "authors.csv").write_text(text, encoding="utf-8")
    return folder / "authors.csv"


def test_a_misspelt_column_is_refused(tmp_path):
    """It would otherwise be another author's zone."""
    table = written(tmp_path, "author,source,timezne\nAnn,one,Europe/Paris\nBen,two,UTC\n")
    with pytest.raises(CompareError) as refusal:
        compare.read(table, key=KEY)
    assert (
        "authors.csv lacks the column(s) none and has the unknown column(s) timezne. It needs "
        "author and source, and may have timezone, currency, dates, question, impossible, calendar."
        == str(refusal.value)
    )


@pytest.mark.parametrize("place", ["nowhere", "empty"])
def test_a_place_without_authors_is_refused(tmp_path, place):
    """A folder that is not there, and one with nobody in it."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(CompareError) as refusal:
        compare.read(tmp_path / place, key=KEY)
    assert {
        "nowhere": "There is no 'nowhere'. Name a folder with a sub-folder an author, or a table "
        "with a row an author.",
        "empty": "There is 0 author(s). Comparing takes two or more: give a folder with a "
        "sub-folder an author, or a table with a row an author.",
    }[place] == str(refusal.value)


def test_one_authors_broken_exports_stop_nobody_else(tmp_path):
    """The author stays, unranked everywhere, with the loader's reason on the page."""
    table = written(tmp_path, "author,source,timezone\nAnn,one,UTC\nBen,two,UTC\nCleo,three,\n")
    (tmp_path / "three").mkdir()
    authors = compare.read(table, key=KEY, timezone="Europe/Paris", currency="USD")
    assert ["UTC", "UTC", "Europe/Paris"] == [one.timezone for one in authors]
    said = compare.loaded(authors)["exports"].to_list()
    assert ["loaded", "loaded"] == said[:2]
    assert said[2].startswith("Folder 'three' is empty")
    found = compare.standings(authors, "sales")
    assert "1 to 3" == compare.ranks(found.likes).words[2]
    (tmp_path / "four").mkdir()
    table.write_text("author,source\nCleo,three\nDan,four\n", encoding="utf-8")
    with pytest.raises(CompareError) as refusal:
        compare.read(tmp_path, key=KEY)
    assert str(refusal.value).startswith(
        "The exports of none of the 2 authors could be loaded. The first says: Folder 'three' is"
    )


def test_a_folder_of_folders_is_read_by_its_names(tmp_path):
    """Each sub-folder is an author; hidden ones are none."""
    written(tmp_path, "").unlink()
    (tmp_path / ".cache").mkdir()
    authors = compare.read(tmp_path, key=KEY, timezone="UTC", currency="USD")
    assert ["one", "two"] == [one.name for one in authors]
    assert compare.line(authors).startswith("Data of 2 authors ")


# Standings


def lifted(**given) -> Lift:
    """Return a lift of 364 days with 728 conversions, half of them by posting."""
    fields = {"outcome": "sales", "extra": 364.0, "extra_low": 182.0, "extra_high": 546.0}
    fields |= {"ratio": 2.0, "low": 4 / 3, "high": 4.0, "p_value": 0.01, "method": ""}
    fields |= {"assumption": "", "checks": check_table([]), "verdict": "lift", "sentence": ""}
    fields |= {"table": pd.DataFrame({"date": range(364)})}
    return Lift(**(fields | given))


def test_the_size_of_an_author_is_what_the_lift_was_applied_to():
    """Half of 728 in 364 days came by posting at a ratio of 2: 730.5 a year, whichever end."""
    assert 730.5 == pytest.approx(size(lifted()))
    assert 730.5 == pytest.approx(size(lifted(ratio=1.0, extra=0.0)))


def test_the_errors_of_a_lift_are_those_of_the_sides_of_its_interval():
    """Log 2 to log 4 is .693 ÷ 1.96 above, and log 4/3 to log 2 is .405 ÷ 1.96 below."""
    found = errors(lifted())
    assert (0.20687, 0.35365) == pytest.approx(found, abs=1e-5)


@pytest.mark.parametrize("given", [{"verdict": "cannot tell"}, {"high": np.inf}, {"low": 0.0}])
def test_a_lift_that_failed_its_checks_ranks_nobody(given):
    """However clear the figure looks."""
    assert can_tell(lifted())
    assert not can_tell(lifted(**given))


def test_names_in_a_sentence():
    """None, one, two, and too many to name."""
    said = [listed(NAMES[:number]) for number in (0, 1, 2, 3, 6)]
    assert ["none", "Ann", "Ann and Ben", "Ann, Ben and Cleo", "6 authors"] == said


# The page


def test_the_board_shows_words_and_leaves_out_what_nobody_can_tell(sample):
    """Intervals stand behind estimates; a missing figure is missing, not zero."""
    _, found = sample
    table = compare.board.figures(found)
    assert ["author", "followers", "likes a post"] == list(table.columns[:3])
    assert table["followers"].isna().all()
    assert pd.isna(table.iloc[2, 3])
    low, high = (np.exp(end[1]) for end in found.lift.ends(1.959964))
    ratio = np.exp(found.lift.estimate[1])
    assert f"{ratio:.2f} ({low:.2f} to {high:.2f})" == table.iloc[1, 3]
    assert "cannot tell" == table["verdict on lift"][2]
    ranked = compare.board.ranked([compare.ranks(one) for one in (found.followers, found.likes)])
    assert ["author", "by likes"] == list(ranked.columns)


def test_no_chance_is_certain():
    """A probability from draws is never shown as 0 or 100 %."""
    said = [compare.board.chance(one) for one in (0.0, 0.004, 0.5, 0.996, 1.0)]
    assert ["under 1 %", "under 1 %", "50 %", "over 99 %", "over 99 %"] == said


def test_the_table_of_choices_names_the_cost_with_its_unit():
    """A choice that nobody can make has no figures; a single pair has no interval."""
    known = compare.choice(counts([1, 9]), yearly(np.log([2.0, 1.0]), 1e-6), 1)
    none = compare.choice(counts([1, 9]), yearly([np.nan, np.nan], why=("", "")), 1)
    table = compare.board.decided([known, none])
    assert ["1 of 1", "over 99 %", "500 sales (500 to 500)", "costs"] == list(table.iloc[0, 2:])
    assert [None, None, None, "cannot tell"] == [
        None if pd.isna(one) else one for one in table.iloc[1, 2:]
    ]
    pairs = compare.board.pairs([known, none])
    assert [("likes", "Ben", "Ann", "what posting adds", "over 99 %")] == list(
        pairs.itertuples(index=False, name=None)
    )
    assert 0 == len(compare.board.pairs([none]))


def test_the_headline_names_who_was_left_out(sample):
    """Nobody is dropped silently from the first sentence of the page."""
    _, found = sample
    said = compare.headline([compare.choice(found.likes, found.added, 1)])
    assert said.endswith("; Marek Holloway cannot be compared by what posting adds.")


# Figures


def test_the_figure_says_in_words_what_it_shows(sample):
    """Its text names who cannot be ranked; a pale line stands for that author."""
    _, found = sample
    ranks = [compare.ranks(one) for one in (found.followers, found.likes, found.lift)]
    axes = rankings(ranks[:2], ranks[2])
    assert f"{ranks[1].sentence} {ranks[2].sentence}" == axes.get_label()
    assert ["Odile Brandt", "Marek Holloway", "Ines Quill"] == [
        tick.get_text() for tick in axes.get_yticklabels()
    ]
    assert ["cannot tell"] == [text.get_text() for text in axes.texts]


def test_a_figure_of_nobody_says_so():
    """Where no author can be ranked nothing is drawn but the reason."""
    none = compare.ranks(measure([np.nan, np.nan], why=("no sale", "no sale")))
    axes = rankings([compare.ranks(counts([1, 2]))], none)
    assert axes.get_label().endswith("may be anywhere: no sale.")
    assert not axes.lines


def test_of_many_authors_forty_are_drawn_and_the_rest_are_counted():
    """Rows that nobody can read are not drawn; the text says how many."""
    authors = tuple(f"author {place:03d}" for place in range(60))
    ranks = compare.ranks(measure(np.linspace(0, 1, 60), authors=authors))
    axes = rankings([], ranks)
    assert 40 == len(axes.get_yticklabels())
    assert axes.get_label().endswith("20 more authors are not drawn.")


# How often it is right


def test_the_stored_figures_are_of_this_code_and_right_where_the_assumptions_hold():
    """All ranks hold in .95 of the draws less what chance allows; a false lift is rare."""
    table = compare.measured()
    assert len(validation.cells()) == len(table)
    held = table[table["assumption"] == "holds"]
    slack = 2.6 * np.sqrt(0.95 * 0.05 / held["draws"].min())
    assert (held["all ranks held"] >= 0.95 - slack).all()
    assert (held["some false lift"].dropna() <= 0.05 + slack).all()
    assert (held[["shrunken held", "shrunken held, highest", "cost held"]].min() > 0.88).all()
    said = compare.trust(table)
    assert f"({len(held)} worlds of 3 to 200 authors)" in said
    assert privacy.redact(said) == said


def test_stale_figures_are_refused(monkeypatch):
    """Figures of other code are not shown as this code's."""
    monkeypatch.setattr(engine, "code", lambda modules: "other")
    with pytest.raises(StaleError) as refusal:
        compare.measured()
    assert (
        "data/validation/compare.csv is missing, or was made by other code than the code that is "
        "here. Run `make validate DESIGN=compare`, which takes minutes, and look at the figures "
        "again." == str(refusal.value)
    )


@pytest.mark.parametrize("cell", validation.cells()[:1] + validation.cells()[12:13])
def test_a_world_is_drawn_again_alike(cell):
    """The same seed gives the same answers; all ranks of hand-made truths are held or not."""
    first, second = (validation.replicate(cell, np.random.default_rng(4)) for _ in range(2))
    assert first == second or all(
        one == other or np.isnan(one) for one, other in zip(first, second, strict=True)
    )


def test_validation_sees_a_rank_that_is_missed(monkeypatch):
    """With a critical value near zero, hardly a draw of authors all alike holds every rank."""
    monkeypatch.setattr(ranking, "critical", lambda authors: 0.01)
    cell = validation.Cell(validation.ALIKE, 5)
    held = [validation.replicate(cell, np.random.default_rng(at), whole=False) for at in range(30)]
    assert 0 == sum(one.ranks for one in held)


def test_every_module_that_figures_rest_on_is_hashed():
    """A change of the methods makes the stored figures stale."""
    hashed = {module.__name__.removeprefix("helpers.compare.") for module in validation.CODE}
    needed = {"choices", "growth", "measures", "multiplicity", "ranking", "shrinkage", "spread"}
    assert needed | {"helpers.validate.compare", "helpers.validate.rosters"} == hashed
