"""The unseen: published numbers, refusals, known truths, and what was measured of it."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm, poisson

from helpers import lurkers
from helpers.lurkers import covariates, families, profiles, rates
from helpers.lurkers.counts import checked, tabulate
from helpers.lurkers.lower import ace, by_post, lower, two_three
from helpers.validate import audiences, engine, shortest
from helpers.validate import unseen as validation

IMMIGRANTS = {1: 1645, 2: 183, 3: 37, 4: 13, 5: 1, 6: 1}
GIRDLED = {1: 12, 2: 4, 4: 1, 6: 2, 8: 1, 9: 1, 15: 2, 17: 1, 22: 1, 46: 1}
LOGGED = {1: 14, 2: 4, 3: 4, 4: 3, 5: 1, 7: 3, 8: 2, 10: 1, 13: 1, 15: 1, 16: 1, 22: 1, 88: 1}
HARES = {1: 25, 2: 22, 3: 13, 4: 5, 5: 1, 6: 2}
HARES_BY_OCCASION = [16, 28, 20, 26, 23, 32]
BEETLES = {1: 59, 2: 9, 3: 3, 4: 2, 5: 2, 6: 2, 11: 1}


def row(table, name):
    """Return the row of a table with this name in its first column."""
    return table.set_index(table.columns[0]).loc[name]


def fitted(name, frequencies, occasions=None):
    """Return the fit of one family, by its name."""
    table = tabulate(*checked(frequencies, occasions))
    family = {each.name: each for each in families.families(table.cells)}[name]
    return profiles.fit(family, False, table)


@pytest.mark.parametrize(
    ("name", "total", "error"),
    [("Poisson", 7079.9281, 365.7514), ("geometric", 13468.1967, 771.1867)],
)
def test_published_fits_of_the_dutch_immigrants(name, total, error):
    """Zero-truncated Poisson and geometric as singleRcapture prints them."""
    fit = fitted(name, IMMIGRANTS)
    assert total == pytest.approx(1880 + fit.unseen, abs=1e-3)
    assert error == pytest.approx(fit.error, abs=1e-3)


def test_published_bound_that_people_seen_once_have_no_part_in():
    """`oichao` of singleRcapture on the same table."""
    assert 2874.80 == round(two_three(IMMIGRANTS).total, 2)


@pytest.mark.parametrize(
    ("model", "total", "error"),
    [
        (covariates.POISSON, 7079.9281, 365.7514),
        (covariates.CHAO, 9273.5109, 662.6008),
        (covariates.ZELTERMAN, 9424.5552, 683.9706),
    ],
)
def test_published_regressions_without_covariates(model, total, error):
    """The Dutch immigrants, nothing known of them: estimate and standard error."""
    people = pd.DataFrame({"times": np.repeat(list(IMMIGRANTS), list(IMMIGRANTS.values()))})
    found = lurkers.with_covariates(people, "times", model=model)
    assert (total, error) == pytest.approx((found.total, found.error), abs=1e-3)


@pytest.mark.parametrize(
    ("model", "total"),
    [
        (covariates.POISSON, 12690.35),
        (covariates.CHAO, 15983.829),
        (covariates.ZELTERMAN, 16129.387),
    ],
)
def test_published_regressions_of_the_dutch_immigrants(shared_data, model, total):
    """Sex, age and nation known."""
    people = pd.read_csv(shared_data / "counts" / "netherlandsimmigrant.csv")
    found = lurkers.with_covariates(people, "capture", ["gender", "age", "nation"], model)
    assert total == pytest.approx(found.total, abs=5e-3)


def test_published_coefficients_of_the_dutch_immigrants(shared_data):
    """All eight as printed; the standard error to 2 parts in a million (2,808.165 printed)."""
    people = pd.read_csv(shared_data / "counts" / "netherlandsimmigrant.csv")
    found = lurkers.with_covariates(people, "capture", ["gender", "age", "nation"])
    printed = [-1.3411, 0.3972, -0.9746, -1.0926, 0.1900, -0.9106, -2.3364, -1.6754]
    assert printed == found.coefficients["coefficient"].round(4).to_list()
    assert 2808.165 == pytest.approx(found.error, rel=2e-6)


@pytest.mark.parametrize(
    ("model", "total", "error"),
    [
        (covariates.POISSON, 6007.656, 364.805),
        (covariates.CHAO, 7687.935, None),
        (covariates.ZELTERMAN, 7846.719, None),
    ],
)
def test_published_regressions_of_carcass_submissions(shared_data, model, total, error):
    """Size, distance and type of farm known."""
    people = pd.read_csv(shared_data / "counts" / "carcassubmission.csv")
    known = ["log_size", "log_distance", "C_TYPE"]
    found = lurkers.with_covariates(people, "TOTAL_SUB", known, model)
    assert total == pytest.approx(found.total, abs=1e-3)
    assert error is None or error == pytest.approx(found.error, abs=1e-3)


@pytest.mark.parametrize(
    ("spiders", "published", "covered"),
    [
        (GIRDLED, (43.893, 14.306, 30.511, 96.971), 48.415),
        (LOGGED, (61.403, 18.532, 43.502, 128.583), 52.685),
    ],
)
def test_published_spiders(spiders, published, covered):
    """INEXT's Chao1 with its standard error and interval; the abundance-based estimate."""
    chao = row(lower(spiders), "Chao1, small samples")
    found = chao[["total", "error", "low", "high"]].to_list()
    assert published == pytest.approx(found, abs=1e-3)
    assert covered == pytest.approx(ace(spiders).total, abs=1e-3)


def test_four_numbers_called_chao1_have_four_formulas():
    """39.2, 43.89 and 44.0 for one table: each row says which formula it is."""
    table = lower(GIRDLED)
    assert [44.0, 43.893, 39.2] == table["total"][:3].round(3).to_list()
    assert table["formula"].is_unique


def test_published_hares():
    """M0, Mt and the lower bound of Mh, with standard errors, as Rcapture prints them."""
    alike = fitted("binomial", HARES, 6)
    least = row(lower(HARES, 6), "Chao1, small samples")
    assert (75.4, 3.5) == (round(68 + alike.unseen, 1), round(alike.error, 1))
    assert (79.8, 6.4) == (round(least["total"], 1), round(least["error"], 1))
    total, error = by_post(68, HARES_BY_OCCASION)
    assert (75.1, 3.4) == (round(total, 1), round(error, 1))


def test_published_beetles():
    """IChao1 is 290.98, which is printed as 290.9: cut off, not rounded."""
    assert 290.983 == round(row(lower(BEETLES), "iChao1")["total"], 3)


KNOWN = {
    "taxicab_edinburgh": 10,
    "golf_tees": 8,
    "cottontail": 18,
    "traffic_accidents": None,
    "hepatitis_A": 3,
}


def known(shared_data):
    """Return the answer and the truth of each table whose truth is known."""
    table = pd.read_csv(shared_data / "counts" / "known_truth.csv")
    for name, rows in table.groupby("dataset"):
        counts = dict(zip(rows["count"], rows["frequency"], strict=True))
        yield name, lurkers.unseen(counts, KNOWN[name]), rows["true_total"].iloc[0]


def test_known_truths_lie_inside_and_four_of_five_are_finite(shared_data):
    """The one refused is hepatitis A: three lists that depend on one another.

    Three counts leave no freedom to test any family of two parameters on, and the only one that
    can be tested (the binomial, 389) is rejected: it would have missed 545. So there is a lower
    end and no upper one.
    """
    found = {name: (answer, truth) for name, answer, truth in known(shared_data)}
    assert all(answer.low <= truth <= answer.high for answer, truth in found.values())
    finite = [name for name, (answer, _) in found.items() if np.isfinite(answer.high)]
    assert ["cottontail", "golf_tees", "taxicab_edinburgh", "traffic_accidents"] == finite
    refused = found["hepatitis_A"][0]
    assert "lower bound only" == refused.verdict
    binomial = row(refused.table, "binomial")
    assert binomial["p_value"] < 1e-6
    assert not binomial["low"] <= 545 <= binomial["high"]


def test_models_that_fit_alike_and_disagree_are_refused():
    """One-inflated models say 5,000 immigrants, a log-normal 22,000: neither is believed."""
    found = lurkers.unseen(IMMIGRANTS)
    assert "lower bound only" == found.verdict
    assert (
        "In this window, 1,880 different people were seen reacting; at "
        "least 2,350 would react sooner or later (from people seen twice and three times). There "
        "is no upper end: models that fit about as well as any allow 20 times the people seen. "
        "People who never react are not in it; how many were reached, these counts cannot say."
        == found.sentence
    )
    assert "(2,3)-count bound: n + (2/9) f2³/f3²" == found.method


def test_the_sentence_names_the_window_and_the_three_populations():
    """Posts, people seen, people who would react, people reached; and who is not in it."""
    found = lurkers.unseen(HARES, 6)
    assert "estimate" == found.verdict
    assert (
        f"Over 6 posts, 68 different people were seen reacting; about {found.total:,.0f} would "
        f"react sooner or later (95 % interval {found.low:,.0f} to {found.high:,.0f}). People who "
        "never react are not in it; how many were reached, these counts cannot say."
        == found.sentence
    )
    assert 68 < found.low < found.total < found.high < np.inf
    assert "average of " in found.method
    assert 1 == pytest.approx(found.table["weight"].sum())


def test_people_who_never_react_change_nothing():
    """A million of them more in the table: the same answer to the last digit."""
    asked, crowded = lurkers.unseen(HARES, 6), lurkers.unseen({0: 1_000_000, **HARES}, 6)
    assert (asked.seen, asked.low, asked.total, asked.high, asked.sentence) == (
        crowded.seen,
        crowded.low,
        crowded.total,
        crowded.high,
        crowded.sentence,
    )
    pd.testing.assert_frame_equal(asked.table, crowded.table)


def test_posts_that_differ_are_not_taken_for_alike():
    """Where one post draws half of all, people alike look more alike than a binomial allows."""
    shares = np.array([0.5, *[0.5 / 19] * 19])
    rng = np.random.default_rng(3)
    acts = rng.random((4000, 20)) < -np.expm1(-2 * shares)
    counts = pd.Series(acts.sum(axis=1)).value_counts().to_dict()
    told = lurkers.unseen(counts, [int(each) for each in acts.sum(axis=0)])
    assert told.low <= 4000 <= told.high
    table = tabulate(*checked(counts, 20))
    binomial = profiles.fit(families.POSTS[0], False, table)
    assert binomial.unseen + table.seen > 4000 + 2 * binomial.error


NEVER = "People who never react are not in it; how many were reached, these counts cannot say."
WINDOW = "In this window,"


@pytest.mark.parametrize(
    ("counts", "verdict", "sentence"),
    [
        (
            {},
            "cannot tell",
            f"Cannot tell how many people would react: nobody was seen reacting. {NEVER}",
        ),
        (
            {4: 1},
            "cannot tell",
            (
                "Cannot tell how many people would react: fewer than 10 different people were seen "
                f"reacting. {NEVER}"
            ),
        ),
        (
            {1: 40},
            "lower bound only",
            (
                f"{WINDOW} 40 different people were seen reacting; at least 40 would react "
                "sooner or later (the people seen). There is no upper end: nobody was seen "
                f"twice. {NEVER}"
            ),
        ),
        (
            {50: 400, 51: 20, 2: 3},
            "lower bound only",
            (
                f"{WINDOW} 423 different people were seen reacting; at least 423 would react "
                "sooner or later (the people seen). There is no upper end: fewer than 10 people "
                f"were seen 40 times or less often. {NEVER}"
            ),
        ),
        (
            {1: 30, 3: 12},
            "lower bound only",
            (
                f"{WINDOW} 42 different people were seen reacting; at least 42 would react "
                "sooner or later (the people seen). There is no upper end: no family of models "
                f"fits these counts. {NEVER}"
            ),
        ),
        (
            {1: 12, 2: 3},
            "lower bound only",
            (
                f"{WINDOW} 15 different people were seen reacting; at least 15 would react "
                "sooner or later (the people seen). There is no upper end: the counts are too "
                f"few to test a family of models on. {NEVER}"
            ),
        ),
    ],
)
def test_too_little_is_said_to_be_too_little(counts, verdict, sentence):
    """Nobody, one person, all seen once, nobody seen twice, two counts: each its message."""
    found = lurkers.unseen(counts)
    assert (verdict, sentence) == (found.verdict, found.sentence)


def test_bots_that_react_to_all_change_nothing_but_the_people_seen():
    """A thousand accounts that reacted to each of 60 posts: as many more, and no others."""
    counts = {1: 900, 2: 420, 3: 190, 4: 80, 5: 40, 6: 15, 7: 8, 8: 4}
    quiet, loud = lurkers.unseen(counts), lurkers.unseen(counts | {60: 1000})
    assert (quiet.low, quiet.total, quiet.high) == pytest.approx(
        (loud.low - 1000, loud.total - 1000, loud.high - 1000)
    )


def test_gaps_in_counts_are_counts_of_nobody():
    """A count that is not given is a count of no people."""
    gapped = lurkers.unseen({1: 50, 2: 20, 7: 3})
    filled = lurkers.unseen({1: 50, 2: 20, 3: 0, 4: 0, 5: 0, 6: 0, 7: 3})
    assert gapped.sentence == filled.sentence
    assert (gapped.low, gapped.high) == (filled.low, filled.high)


@pytest.mark.parametrize(
    ("counts", "occasions", "message"),
    [
        (
            {1.5: 20},
            None,
            (
                "Times and people must be whole numbers, 0 or more: found 20 people seen 1.5 "
                "times. Give {times: people}."
            ),
        ),
        (
            {1: -3},
            None,
            (
                "Times and people must be whole numbers, 0 or more: found -3 people seen 1 "
                "times. Give {times: people}."
            ),
        ),
        (
            {1: 20, 7: 9},
            6,
            (
                "Somebody was seen 7 times on 6 occasions. Count each post once for a person, or "
                "leave occasions out where counts are of acts."
            ),
        ),
        (
            {1: 20},
            2.5,
            (
                "Occasions must be a number of posts, 1 or more, or how many people reacted to "
                "each: found 2.5."
            ),
        ),
        (
            {1: 20},
            0,
            (
                "Occasions must be a number of posts, 1 or more, or how many people reacted to "
                "each: found 0."
            ),
        ),
        (
            {1: 20, 2: 10},
            [20, 21],
            "People reacted 40 times and posts drew 41 reactions. Count both on the same posts.",
        ),
    ],
)
def test_what_cannot_be_counts_is_refused(counts, occasions, message):
    """Broken counts, negative ones, more times than posts, and posts that do not add up."""
    with pytest.raises(lurkers.LurkersError) as refused:
        lurkers.unseen(counts, occasions)
    assert message == str(refused.value)


@pytest.mark.parametrize(
    ("people", "count", "known", "model", "message"),
    [
        (
            {"times": [1, 2]},
            "times",
            [],
            "Chao",
            (
                "There is no model 'Chao'. Name one of: zero-truncated Poisson, generalised Chao, "
                "Zelterman."
            ),
        ),
        (
            {"times": [1, 2]},
            "times",
            ["age"],
            covariates.POISSON,
            "There is no column 'age'. The columns are: times.",
        ),
        (
            {"times": [0, 2]},
            "times",
            [],
            covariates.POISSON,
            (
                "The column 'times' must hold whole numbers of 1 or more, a row a person seen. "
                "Leave out people who were never seen, and fill in what is missing."
            ),
        ),
        (
            {"times": [1, 3]},
            "times",
            [],
            covariates.CHAO,
            "generalised Chao needs people seen once and people seen twice: one is missing.",
        ),
    ],
)
def test_what_no_regression_can_read_is_refused(people, count, known, model, message):
    """No such model, no such column, people seen no time, nobody seen twice."""
    with pytest.raises(lurkers.LurkersError) as refused:
        lurkers.with_covariates(pd.DataFrame(people), count, known, model)
    assert message == str(refused.value)


def test_a_lower_bound_with_covariates_says_so():
    """Chao's regression bounds from below; the sentence says at least, and who is not in it."""
    people = pd.DataFrame({"times": np.repeat(list(HARES), list(HARES.values()))})
    found = lurkers.with_covariates(people, "times", model=covariates.CHAO)
    assert (
        f"68 people were seen; at least {found.total:,.0f} would react sooner or later (95 % "
        f"interval {found.low:,.0f} to {found.high:,.0f}; generalised Chao with what is known of "
        "each). People who never react are not in it." == found.sentence
    )


def test_one_inflated_families_do_not_look_at_people_seen_once():
    """The rest of the table alone, truncated at one, gives the same Poisson rate and unseen."""
    table = tabulate(IMMIGRANTS)
    found = profiles.fit(families.ACTS[0], True, table)
    rest = {k: n for k, n in IMMIGRANTS.items() if k > 1}
    mean = sum(k * n for k, n in rest.items()) / sum(rest.values())
    rate = brentq(lambda r: r * -np.expm1(-r) / (1 - (1 + r) * np.exp(-r)) - mean, 1e-3, 10)
    unseen = sum(rest.values()) / (np.exp(rate) - 1 - rate)
    assert unseen == pytest.approx(found.unseen, rel=1e-6)


def test_one_inflation_takes_people_away_and_never_adds_any():
    """Fewer were seen once than a beta-binomial expects of hares: the same fit, inflated or not."""
    table = tabulate(*checked(HARES, 6))
    plain, inflated = (profiles.fit(families.POSTS[1], each, table) for each in (False, True))
    assert (plain.unseen, plain.fit) == pytest.approx((inflated.unseen, inflated.fit), rel=1e-6)
    assert plain.aic + 4 == pytest.approx(inflated.aic)


@pytest.mark.parametrize("shape", [0.01, 0.7, 20.0])
def test_a_gamma_of_rates_is_a_negative_binomial(shape):
    """The grid of rates gives the closed form's chances, next to no rate included."""
    theta, cells = np.log([[1.5, shape]]), rates.Cells(15)
    closed = families.ACTS[2].log_chance(theta, cells)
    assert np.exp(closed) == pytest.approx(np.exp(rates.gamma(theta, cells)), abs=1e-7)


@pytest.mark.parametrize("centre", [-9.0, 0.3])
def test_a_log_normal_of_rates_is_integrated(centre):
    """Chances of nobody and of one reaction, against adaptive quadrature."""
    found = np.exp(rates.lognormal(np.array([[centre, np.log(1.2)]]), rates.Cells(15)))[0, :2]

    def chance(count):
        def weighed(x):
            return poisson.pmf(count, np.exp(x)) * norm.pdf(x, centre, 1.2)

        return quad(weighed, centre - 12, centre + 12, limit=200)[0]

    assert [chance(0), chance(1)] == pytest.approx(found, abs=2e-5)


def test_hares_by_occasion_come_close_to_the_model_of_occasions():
    """Traps that differ and hares that do not: 75.2 beside Mt's 75.1, which is told no shares."""
    table = tabulate(*checked(HARES, HARES_BY_OCCASION))
    alike = families.families(table.cells)[0]
    assert "Poisson-binomial" == alike.name
    assert 75.1 == pytest.approx(68 + profiles.fit(alike, False, table).unseen, abs=0.15)


def test_at_the_poisson_limit_a_fit_says_all_alike():
    """Counts exactly Poisson: the negative binomial goes to its boundary and to the same number."""
    share = [np.exp(-1.5) * 1.5**k for k in range(6)] / np.cumprod([1, 1, 2, 3, 4, 5])
    table = tabulate({k: round(10_000 * share[k]) for k in range(1, 6)})
    plain, general = (profiles.fit(families.ACTS[each], False, table) for each in (0, 2))
    assert "all alike" == general.boundary
    assert plain.unseen == pytest.approx(general.unseen, rel=2e-3)


def test_at_the_log_series_limit_a_fit_says_unbounded():
    """Log-series counts: no number of unseen is too many, so none is given."""
    counts = {k: round(3e6 * 0.6**k / k) for k in range(1, 25)}
    found = lurkers.unseen(counts)
    general = row(found.table, "negative binomial")
    assert ("unbounded", np.inf, np.inf) == (
        general["boundary"],
        general["total"],
        general["high"],
    )
    assert 0 == general["weight"]


def test_work_does_not_grow_with_the_audience(monkeypatch):
    """As many chances are worked out for ten million people as for ten thousand, within half."""
    worked = []
    chances = profiles.chances

    def counted(family, theta, cells):
        worked[-1] += int(np.prod(theta.shape[:-1])) * (cells.last + 1)
        return chances(family, theta, cells)

    monkeypatch.setattr(profiles, "chances", counted)
    for people in (10_000, 10_000_000):
        worked.append(0)
        rng = np.random.default_rng(4)
        counts = np.bincount(rng.negative_binomial(0.7, 0.35, 10_000)) * (people // 10_000)
        lurkers.unseen({k: int(n) for k, n in enumerate(counts)})
    assert worked[1] <= 1.5 * worked[0]


@pytest.mark.parametrize("seed", range(20))
def test_any_table_has_an_answer_in_order(seed):
    """Seen, low, total and high never cross, whatever the counts; nothing warns."""
    rng = np.random.default_rng(seed)
    sizes = (10 ** rng.uniform(0.5, 6, size=6)).astype(int)
    counts = dict(zip(rng.integers(1, 30, size=6).tolist(), sizes.tolist(), strict=True))
    found = lurkers.unseen(counts, 30 if seed % 2 else None)
    assert found.seen == sum(counts.values())
    assert found.seen <= found.low <= found.high
    assert np.isnan(found.total) or found.low <= found.total <= found.high


@pytest.fixture(scope="module")
def stored():
    """Return the stored figures of validation."""
    return pd.read_csv(engine.path(validation.NAME))


def test_stored_figures_are_of_this_code(stored):
    """Whoever changes the method measures it anew: `python -m helpers.validate.unseen`."""
    assert {engine.code(validation.CODE)} == set(stored["code"])
    assert [each.world for each in validation.cells()] == stored["world"].to_list()


def test_a_truth_is_the_people_invented():
    """People, passers-by and bots are counted; a table of posts told adds up."""
    asked = audiences.Audience(
        "w", audiences.GAMMA, 2000, 30, 2.0, 1.0, "reactors", 0.1, 0.01, virality=1.0
    )
    counts, told, truth = audiences.draw(asked, np.random.default_rng(1))
    assert 2000 + 200 + 20 == truth
    assert sum(k * n for k, n in counts.items()) == sum(told)
    assert counts[30] >= 20
    assert 1 == pytest.approx(audiences.chances(asked).sum())


def told(stored):
    """Return the audiences in which the counts can tell how people differ."""
    return stored[stored["world"] != "habit, at once"]


def pooled(table, share, refused):
    """Return a share over accepted runs of all audiences."""
    return float(np.average(table[share].fillna(0), weights=1 - table[refused]))


def test_stored_coverage_refusals_and_upper_ends(stored):
    """Of accepted runs .93 or more hold the truth and .70 have an upper end; few are refused."""
    asked = told(stored)
    assert pooled(asked, "coverage", "refused") >= 0.93
    assert asked.loc[asked["refused"] < 0.5, "coverage"].min() >= 0.93
    assert pooled(asked, "finite", "refused") >= 0.70
    assert asked.loc[asked["true_model"].notna(), "refused"].mean() <= 0.30


def test_stored_intervals_of_audiences_with_passers_by_and_bots(stored):
    """In none of them do more than .07 of runs exclude the truth."""
    strange = stored[(stored["passers"] > 0) | (stored["bots"] > 0)]
    assert strange["excluded"].max() <= 0.07


def test_stored_widths_and_the_rule_to_beat(stored):
    """At the median audience 1.5 times the true family's width at most; the rule covers less."""
    asked = told(stored)
    assert asked["width_of_model"].median() <= 1.5
    ruled = pooled(asked, "rule_coverage", "rule_refused")
    assert ruled < pooled(asked, "coverage", "refused")
    assert asked["rule_refused"].mean() > asked["refused"].mean()


def test_wide_intervals_are_as_wide_as_honest_ones_must_be(stored):
    """Where ours is over 1.5 times the true family's, no interval for all families is less."""
    least = pd.read_csv(engine.path(shortest.NAME))
    assert {engine.code(shortest.CODE)} == set(least["code"])
    assert stored["world"].to_list() == least["world"].to_list()
    wide = told(stored)["width_of_model"] > 1.5
    assert (least.loc[wide[wide].index, "least"] > 1.5).all()


def test_the_least_length_of_a_normal_mean():
    """Pratt's: 2 (z Φ(z) + φ(z)) errors, .85 of the usual interval, as z is 1.645."""
    errors = np.linspace(-20, 20, 100_001)
    assert shortest.length(np.abs(errors), errors) == pytest.approx(3.3315, abs=1e-3)


def test_a_family_that_is_true_alone_has_the_least_length_of_a_normal_mean():
    """So many people make the table's fall normal, and rivals only add to the length."""
    audience = audiences.Audience("w", audiences.SAME, 10_000_000, 60, 1.5, true_model="Poisson")
    table, truth = shortest.expected(audience)
    assert (10_000_000, 10_000_000 * -np.expm1(-1.5)) == pytest.approx((truth, table.seen))
    poisson = families.families(table.cells)[0]
    fit = profiles.fit(poisson, False, table)
    assert fit.fit == pytest.approx(0, abs=1e-6)
    unseen = np.linspace(fit.unseen - 9 * fit.error, fit.unseen + 9 * fit.error, 4001)
    alone = shortest.length(shortest.apart(fit, unseen), unseen)
    assert alone / fit.error == pytest.approx(3.3315, rel=0.01)
    usual = shortest.usual(fit, 20 * table.seen)
    assert [2 * 1.95996, 0.85] == pytest.approx([usual / fit.error, alone / usual], rel=0.01)
    assert shortest.bound(audience)["least"] > 0.85


def test_passers_by_are_among_the_people_expected():
    """They are seen once; bots are left out, for no family knows of them."""
    bare = audiences.Audience("w", audiences.GAMMA, 2000, 30, 2.0, 1.0)
    crowded = bare._replace(passers=0.1, bots=0.01)
    (alone, people), (table, truth) = shortest.expected(bare), shortest.expected(crowded)
    assert (2000, 2200) == (people, truth)
    assert [200.0, *[0.0] * 39] == pytest.approx(list(table.people - alone.people))


def test_what_is_hopeless_is_stored_as_such(stored):
    """A habit that starts at once is missed in most draws, and the table says so."""
    assert stored.set_index("world").loc["habit, at once", "coverage"] < 0.5
