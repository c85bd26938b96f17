"""What likes rank: attention (stars, people reached) and conversion (committers, clicks).

The figure that all this comes down to is `lift_by_likes`: what tweets moved, by how much
they were liked, attention beside conversion.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from helpers.claims import bursts
from helpers.claims.estimates import Measure, rank
from helpers.claims.sources import Read, read
from helpers.lift.intervals import Z
from helpers.public import NoAddressError

BURSTS = ("oss_tweets", "bursts_3day.csv.gz")
PAGE = ("facebook_metrics", "dataset_Facebook.csv")
REACH, CLICKERS = "Lifetime Post Total Reach", "Lifetime Post Consumers"
OUTCOMES = {"stars": "stars (attention)", "new_committers": "new committers (conversion)"}
SOURCE = "Fang et al. 2022 (ICSE), three days before and after; matched, not drawn at random"


@dataclass(frozen=True, eq=False)
class LiftByLikes:
    """What tweets moved, by how much they were liked.

    Parameters
    ----------
    table : DataFrame
        outcome, likes (a range), bursts, difference (log points), error, low, high; empty
        where there are no data.
    sentence : str
        The finding, or why there is none.
    """

    table: pd.DataFrame
    sentence: str


def lift_by_likes(source: Read = read) -> LiftByLikes:
    """Set the lift of attention beside that of conversion, by likes.

    Raises
    ------
    PublicError
        If the bursts' file is not the one that the registry names.
    """
    try:
        table = source(*BURSTS)
    except NoAddressError as error:
        return LiftByLikes(pd.DataFrame(), f"Cannot tell what tweets moved: {error}")
    both = [bursts.by_likes(table, name).assign(outcome=name) for name in OUTCOMES]
    ranks = [bursts.ranked(table, name) for name in OUTCOMES]
    said = [_risen(rows, str(rows["outcome"].iloc[0])) for rows in both]
    order = " and ".join(f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})" for one in ranks)
    sentence = (
        f"Over {both[0]['bursts'].sum():,} bursts of tweets, by likes "
        f"({' / '.join(both[0]['likes'])}), tweeting moved {'; '.join(said)} (log points, about "
        f"the share added). Rank correlations of likes with these lifts: {order}."
    )
    return LiftByLikes(pd.concat(both, ignore_index=True), sentence)


def _risen(rows: pd.DataFrame, outcome: str) -> str:
    moved = " / ".join(f"{value:.3f}" for value in rows["difference"])
    return f"{OUTCOMES[outcome]} by {moved}"


def _ranked(source: Read, outcome: str) -> Measure:
    table = source(*BURSTS)
    found = bursts.ranked(table, outcome)
    return Measure(found.value, found.low, found.high, table["burst_id"].nunique())


def _liked(source: Read, outcome: str) -> Measure:
    """Return how much more the most liked bursts moved than those that nobody liked."""
    rows = bursts.by_likes(source(*BURSTS), outcome).set_index("likes")
    value = rows["difference"]["10+"] - rows["difference"]["0"]
    error = (rows["error"][["0", "10+"]] ** 2).sum() ** 0.5
    count = int(rows["bursts"][["0", "10+"]].sum())
    return Measure(float(value), float(value - Z * error), float(value + Z * error), count)


def _unliked(source: Read) -> Measure:
    row = bursts.by_likes(source(*BURSTS), "new_committers").iloc[0]
    return Measure(float(row.difference), float(row.low), float(row.high), int(row.bursts))


def _tweeted(source: Read, outcome: str) -> Measure:
    table = source(*BURSTS)
    found = bursts.mixed(table, outcome)
    return Measure(found.value, found.low, found.high, len(table))


def _page(source: Read, *columns: str) -> Measure:
    return rank(source(*PAGE)[list(columns)])


MEASURES: dict[str, Callable[[Read], Measure]] = {
    "likes_stars": lambda source: _ranked(source, "stars"),
    "liked_stars": lambda source: _liked(source, "stars"),
    "liked_committers": lambda source: _liked(source, "new_committers"),
    "likes_reach": lambda source: _page(source, "like", REACH),
    "likes_committers": lambda source: _ranked(source, "new_committers"),
    "unliked_committers": _unliked,
    "likes_clicks_held": lambda source: _page(source, "like", CLICKERS, REACH),
    "likes_clicks": lambda source: _page(source, "like", CLICKERS),
    "tweets_committers": lambda source: _tweeted(source, "new_committers"),
    "tweets_stars": lambda source: _tweeted(source, "stars"),
}
