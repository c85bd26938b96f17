"""The truth of a simulated world: what the notebooks try to find out from its exports."""

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pandas as pd

from helpers.simulate.buying import FRIEND, FRIEND_DAYS, decay_rate
from helpers.simulate.happenings import SILENT, Happenings


def _is(meaning: str) -> Any:
    return field(metadata={"meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Every quantity the notebooks estimate, known because the world was simulated.

    `table` says what each one means. A share of nothing is missing. *Reached* is by a
    post or an issue of the newsletter; *with posting* is this world, *without* is the
    same people with the same random numbers and nothing posted (Rubin 1974, Journal of
    Educational Psychology 66:688).
    """

    reached: float = _is("people reached at least once over the window")
    seen: float = _is("people who did something visible over the window")
    would_react: float = _is("people who would react to posts sooner or later")
    never_react_share: float = _is("share of the people whom posts reached who never react")
    lurker_share: float = _is("share of the people reached who did nothing visible in the window")
    named_reached: float = _is("people reached on Bluesky, the network that names people")
    named_seen: float = _is("people who did something visible there")
    named_would_react: float = _is("people who would react there sooner or later")
    silent_share: float = _is("share of the people one post reached who did nothing; median post")
    post_lurker_share: float = _is(
        "share of the people one post reached who did nothing visible on it; median post"
    )
    audience_per_act: float = _is("people reached per visible act, summed over the same posts")
    gini_seen: float = _is("Gini coefficient of visible acts over the people seen on Bluesky")
    gini_reached: float = _is("the same over all people whom posts reached")
    letters_read: float = _is("share of newsletter deliveries that the subscriber opened to read")
    letters_counted: float = _is("share that the newsletter counts as opened, prefetched included")
    signups: float = _is("sign-ups")
    sales: float = _is("sales, refunded ones included")
    sales_by_visible: float = _is("share of sales to people who reacted at some time in the window")
    sales_by_visible_before: float = _is("share of sales to people who had reacted before buying")
    sales_by_lurkers: float = _is("share of sales to people reached in the window, never visible")
    sales_by_word_of_mouth: float = _is("share of sales to people never reached, told by a friend")
    sales_elsewhere: float = _is("share of sales to people never reached, who found it themselves")
    heard_silently: float = _is(
        "share of buyers who had been reached, had not reacted and were told by nobody"
    )
    extra_sales: float = _is("sales that posting caused over the window")
    sales_ratio: float = _is("sales with posting, divided by sales without")
    expected_extra_sales: float = _is("mean of the sales caused, given demand and people reached")
    extra_signups: float = _is("sign-ups that posting caused over the window")
    signups_ratio: float = _is("sign-ups with posting, divided by sign-ups without")
    expected_extra_signups: float = _is("mean of the sign-ups caused, likewise")

    @property
    def table(self) -> pd.DataFrame:
        """A row an estimand: its name, its value, its meaning."""
        rows = [(f.name, getattr(self, f.name), f.metadata["meaning"]) for f in fields(self)]
        return pd.DataFrame(rows, columns=["estimand", "value", "meaning"])


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else float("nan")


def gini(acts: pd.Series) -> float:
    """Return the Gini coefficient of acts over people (0: equal; Gini 1912)."""
    ordered, n = np.sort(acts), len(acts)
    return _share(((2 * np.arange(1, n + 1) - n - 1) * ordered).sum(), n * ordered.sum())


def _audience(world: Happenings) -> dict[str, float]:
    people, reached = world.people, world.first_reached.index
    by_post = people.loc[world.encounters["person"].unique()]
    acts = world.visible.groupby("person").size()
    seen, would_react = people.loc[acts.index], people[people["visibility"] > 0]
    return {
        "reached": len(reached),
        "seen": len(seen),
        "would_react": len(would_react),
        "never_react_share": (by_post["visibility"] == 0).mean(),
        "lurker_share": 1 - _share(len(seen), len(reached)),
        "named_reached": by_post["named"].sum(),
        "named_seen": seen["named"].sum(),
        "named_would_react": would_react["named"].sum(),
        "gini_seen": gini(acts[seen["named"]]),
        "gini_reached": gini(acts.reindex(by_post.index, fill_value=0)),
    }


def _posts(world: Happenings) -> dict[str, float]:
    """Measure the posts on the network that states reach, or else on Bluesky."""
    named = not world.settings.network
    met, acts, visible = (
        frame[frame["named"] == named] for frame in (world.encounters, world.acts, world.visible)
    )
    reached = met.groupby("post").size()

    def without(acts: pd.DataFrame) -> float:
        people = acts.drop_duplicates(["person", "post"]).groupby("post").size()
        return (1 - people.reindex(reached.index, fill_value=0) / reached).median()

    return {
        "silent_share": without(acts),
        "post_lurker_share": without(visible),
        "audience_per_act": _share(len(met), len(visible)),
    }


def _buyers(world: Happenings) -> dict[str, float]:
    sales = world.sales[world.sales["posted"]]
    first_visible = sales["person"].map(world.visible.groupby("person")["at"].min())
    visible, told = first_visible.notna(), sales["cause"] == FRIEND
    reached = sales["person"].isin(world.first_reached.index)
    return {
        "sales_by_visible": visible.mean(),
        "sales_by_visible_before": (first_visible <= sales["at"]).mean(),
        "sales_by_lurkers": (reached & ~visible).mean(),
        "sales_by_word_of_mouth": (~reached & told).mean(),
        "sales_elsewhere": (~reached & ~told).mean(),
        "heard_silently": (world.heard(sales.drop_duplicates("person")) == SILENT).mean(),
    }


def _effect(potential: pd.DataFrame, name: str) -> dict[str, float]:
    posted, unposted = potential["posted"].sum(), potential["unposted"].sum()
    extra = {name: posted, f"extra_{name}": posted - unposted}
    return {**extra, f"{name}_ratio": _share(posted, unposted)}


def _worth(world: Happenings) -> np.ndarray:
    """Return, by day, the sales expected in the window of one sale: itself and those it brings."""
    worth = np.ones(world.settings.days)
    for day in range(world.settings.days - 1, -1, -1):
        later = worth[day + 1 : day + 1 + FRIEND_DAYS].sum() / FRIEND_DAYS
        worth[day] += world.settings.word_of_mouth * later
    return worth


def exposure(world: Happenings, weight: np.ndarray) -> np.ndarray:
    """Return, by person, the time integral of weight × the fading effect of the last post.

    Parameters
    ----------
    weight : array of float
        A weight a day.
    """
    met, k, days = world.encounters, decay_rate(world.settings), len(weight)
    ahead = np.zeros(days + 1)
    for day in range(days - 1, -1, -1):
        ahead[day] = weight[day] * -np.expm1(-k) / k + np.exp(-k) * ahead[day + 1]

    def from_time(at: pd.Series) -> pd.Series:
        day = np.minimum(at.astype(int), days - 1)
        rest = day + 1 - at
        return weight[day] * -np.expm1(-k * rest) / k + np.exp(-k * rest) * ahead[day + 1]

    stop = met.groupby("person")["at"].shift(-1).fillna(days)
    total = from_time(met["at"]) - np.exp(-k * (stop - met["at"])) * from_time(stop)
    return np.bincount(met["person"], total, len(world.people))


def _expected(world: Happenings) -> dict[str, float]:
    """Integrate the rates: mean extra sales and sign-ups, given reach and demand."""
    settings, demand = world.settings, world.demand
    each = world.people["buying"].to_numpy() / max(settings.people, 1)
    worth = exposure(world, demand * _worth(world)) * (settings.lift - 1)
    extra = exposure(world, demand) * (settings.lift - 1)
    joining = each * settings.signups * (settings.newsletter_every > 0)
    joined = np.exp(-joining * demand.sum()) * -np.expm1(-joining * extra)
    return {
        "expected_extra_sales": settings.sales * settings.shop * (each * worth).sum(),
        "expected_extra_signups": joined.sum(),
    }


def measure(world: Happenings) -> Truth:
    """Measure everything the notebooks try to estimate."""
    values = {
        "letters_read": world.letters["read"].mean(),
        "letters_counted": world.letters["counted"].mean(),
        **_audience(world),
        **_posts(world),
        **_buyers(world),
        **_effect(world.sales, "sales"),
        **_effect(world.signups, "signups"),
        **_expected(world),
    }
    return Truth(**{name: float(value) for name, value in values.items()})
