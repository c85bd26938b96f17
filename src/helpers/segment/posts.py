"""The depth ladder applied to posts: how many were reached, and what did they do?

Exports count people, acts or views. A share of people is exact where people are
counted, and bounded where acts are: one person may act twice, but nobody likes
or boosts one post twice.
"""

from functools import reduce

import numpy as np
import pandas as pd
from scipy import stats

from helpers import ladder as ladders
from helpers.ladder import Ladder
from helpers.tables import Engagement

ONCE_A_PERSON = ("like", "boost")
CONVERSIONS = ("signup", "paid", "sale", "follow")


def posts(
    engagement: Engagement,
    ladder: Ladder | None = None,
    *,
    days: int = 3,
    conversions: tuple[str, ...] = CONVERSIONS,
) -> pd.DataFrame:
    """Describe every post by who was reached and what they did.

    Parameters
    ----------
    engagement : Engagement
        The author's tables.
    ladder : Ladder, optional
        The rung of each kind of act; the shipped ladder when not given.
    days : int
        Length of the window after a post in which conversions are counted, days.
    conversions : tuple of str
        Kinds of conversion to count in that window.

    Returns
    -------
    DataFrame
        One row a post. `reached` is in people. `silent_share` is the share of them who
        certainly did nothing that the platform counts; it equals `silent_low`, and
        `silent_high` too where the platform counts the people who acted. `lurker_low` and
        `lurker_high` bound the share who did nothing visible. `interaction_rate` and
        `engagement_rate` are acts per person reached with exact Poisson intervals (Garwood
        1936). `conversions_after` counts what followed; windows overlap, and following is
        not being caused. What an export does not hold is missing.
    """
    ladder = ladder or ladders.read()
    counts = _counts(engagement)
    table = engagement.posts[["post_id", "platform", "published_at", "kind"]].set_index("post_id")
    table["reached"] = _first(counts, [("reach", "people"), ("delivery", "people")])
    for name, rung in {"interactions": "interaction", "engagements": "engagement"}.items():
        table[name] = _acts(counts, ladder.kinds(rung))
    table["visible_acts"] = table[["interactions", "engagements"]].sum(axis=1, min_count=1)
    table = table.join(_shares(table, counts, ladder))
    for name in ("interaction", "engagement"):
        table = table.join(_rate(table[f"{name}s"], table["reached"], f"{name}_rate"))
    after = _conversions_after(engagement, table["published_at"], days, conversions)
    return table.join(after).reset_index()


def _counts(engagement: Engagement) -> pd.DataFrame:
    """Return counts, a row a post and a column a (kind, unit); tallies before responses."""
    stated = engagement.tallies.sort_values("as_of", na_position="first")
    stated = stated.drop_duplicates(["post_id", "kind", "unit"], keep="last")
    stated = stated.set_index(["post_id", "kind", "unit"])["count"].astype("float64")
    by_kind = engagement.responses.groupby(["post_id", "kind"])["person_id"]
    named = pd.concat({"acts": by_kind.size(), "people": by_kind.nunique()}, names=["unit"])
    named = pd.concat([named.reorder_levels(["post_id", "kind", "unit"]), _actors(engagement)])
    wide = stated.combine_first(named.astype("float64")).unstack(["kind", "unit"])
    return wide.reindex(engagement.posts["post_id"])


def _actors(engagement: Engagement) -> pd.Series:
    """Return the people who did anything, for posts whose deliveries are named."""
    responses = engagement.responses
    delivered = responses["kind"] == "delivery"
    posts = responses.loc[delivered, "post_id"].unique()
    acted = responses[~delivered].groupby("post_id")["person_id"].nunique()
    acted = acted.reindex(posts, fill_value=0).rename_axis("post_id")
    return pd.concat({("actor", "people"): acted}, names=["kind", "unit"]).reorder_levels(
        ["post_id", "kind", "unit"]
    )


def _first(counts: pd.DataFrame, columns: list[tuple[str, str]]) -> pd.Series:
    known = (counts[column] for column in columns if column in counts)
    first = next(known, None)
    if first is None:
        return _missing(counts)
    return reduce(pd.Series.fillna, known, first)


def _missing(counts: pd.DataFrame) -> pd.Series:
    return pd.Series(np.nan, index=counts.index)


def _acts(counts: pd.DataFrame, kinds: list[str]) -> pd.Series:
    """Sum the kinds that the export counts; missing where it counts none of them."""
    each = [_first(counts, [(kind, "acts"), (kind, "people")]) for kind in kinds]
    return pd.concat(each, axis=1).sum(axis=1, min_count=1) if each else _missing(counts)


def _people_at_least(counts: pd.DataFrame, kinds: list[str]) -> pd.Series:
    """Return the fewest people who can have done these acts."""
    each = [_first(counts, [(kind, "people")]) for kind in kinds]
    once = [_first(counts, [(kind, "acts")]) for kind in kinds if kind in ONCE_A_PERSON]
    acts = _acts(counts, kinds)
    some = (acts > 0).astype("float64").where(acts.notna())
    return pd.concat([*each, *once, some], axis=1).max(axis=1)


def _shares(table: pd.DataFrame, counts: pd.DataFrame, ladder: Ladder) -> pd.DataFrame:
    actors, reached = _first(counts, [("actor", "people")]), table["reached"]
    visible, silent = ladder.kinds(*ladders.VISIBLE), ladder.kinds("silent attention")
    seen = table["visible_acts"]
    most = {"silent": actors.fillna(_acts(counts, visible + silent)), "lurker": seen}
    most["lurker"] = seen.mask(seen > actors, actors)
    least = {
        "silent": actors.fillna(_people_at_least(counts, visible + silent)),
        "lurker": _people_at_least(counts, visible),
    }
    shares = pd.DataFrame(index=table.index)
    for name in ("silent", "lurker"):
        shares[f"{name}_low"] = (1 - most[name] / reached).clip(0, 1)
        shares[f"{name}_high"] = (1 - least[name] / reached).clip(0, 1)
    shares.insert(0, "silent_share", shares["silent_low"])
    return shares.where(reached > 0)


def _rate(acts: pd.Series, reached: pd.Series, name: str) -> pd.DataFrame:
    low, high = poisson_interval(acts)
    per_person = {name: acts, f"{name}_low": low, f"{name}_high": high}
    return pd.DataFrame(per_person).div(reached.where(reached > 0), axis=0)


def poisson_interval(count: pd.Series, level: float = 0.95) -> tuple[pd.Series, pd.Series]:
    """Return the exact interval for the mean behind each count (Garwood 1936)."""
    tail, counts = (1 - level) / 2, count.astype("float64")
    low = pd.Series(stats.chi2.ppf(tail, 2 * counts) / 2, count.index)
    high = pd.Series(stats.chi2.ppf(1 - tail, 2 * counts + 2) / 2, count.index)
    return low.mask(counts == 0, 0.0), high


def _conversions_after(
    engagement: Engagement, published: pd.Series, days: int, kinds: tuple[str, ...]
) -> pd.DataFrame:
    gained = engagement.conversions.query("quantity > 0")
    gained = gained[gained["kind"].isin(kinds)].sort_values("occurred_at")
    names = ["conversions_after", "conversions_after_low", "conversions_after_high"]
    if gained.empty:
        return pd.DataFrame(np.nan, index=published.index, columns=names)
    total = np.concatenate([[0], gained["quantity"].cumsum().to_numpy("int64")])
    times = gained["occurred_at"]
    start = times.searchsorted(published.fillna(times.iloc[0]), side="right")
    stop = times.searchsorted(
        published.fillna(times.iloc[0]) + pd.Timedelta(days=days), side="right"
    )
    count = pd.Series(total[stop] - total[start], published.index, dtype="float64")
    watched = published.notna() & (published >= times.iloc[0]) & (published <= times.iloc[-1])
    count = count.where(watched)
    low, high = poisson_interval(count)
    return pd.concat([count, low, high], axis=1, keys=names)
