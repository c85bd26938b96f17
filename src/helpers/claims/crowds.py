"""Who acts, who writes, who stays silent, and whether followers pay."""

from collections.abc import Callable

from helpers.claims.estimates import Measure, few, median, rank, ratio, share
from helpers.claims.likes import CLICKERS, PAGE, REACH
from helpers.claims.sources import Read

ACTS = ("higgs_twitter", "higgs-activity_time.txt.gz")
TWEETS = ("github_sponsors", "tweets.csv")
DEVELOPERS = ("github_sponsors", "developers.csv")
PRESS = ("press_followers_vs_sales", "followers_vs_copies.csv")
ENGAGED = "Lifetime Engaged Users"
VISIBLE = ["like", "comment", "share"]
MOST_FOLLOWED = 0.9


def _acted(source: Read, kinds: tuple[str, ...]) -> Measure:
    acts = source(*ACTS)
    some = acts.loc[acts["kind"].isin(kinds), "who"].nunique()
    return share(some, acts["who"].nunique())


def _comments(source: Read) -> Measure:
    posts = source(*PAGE)
    return ratio(posts["comment"].fillna(0), posts[VISIBLE].sum(axis=1))


def _replies(source: Read) -> Measure:
    tweets = source(*TWEETS)
    return ratio(tweets["# Replys"], tweets[["# Likes", "# Retweet", "# Replys"]].sum(axis=1))


def _silent(source: Read) -> Measure:
    posts = source(*PAGE)
    return median(1 - posts[ENGAGED] / posts[REACH])


def _per_act(source: Read, column: str) -> Measure:
    posts = source(*PAGE)
    return ratio(posts[column], posts[VISIBLE].sum(axis=1))


def _per_act_median(source: Read) -> Measure:
    posts = source(*PAGE)
    acts = posts[VISIBLE].sum(axis=1)
    return median((posts[REACH] / acts)[acts > 0])


def _followers(source: Read) -> Measure:
    return rank(source(*DEVELOPERS)[["followers", "sponsors"]])


def _unpaid(source: Read) -> Measure:
    developers = source(*DEVELOPERS)
    least = developers["followers"].quantile(MOST_FOLLOWED)
    top = developers[developers["followers"] >= least]
    return share((top["sponsors"] == 0).sum(), len(top))


def _press(source: Read) -> Measure:
    return few(source(*PRESS)[["followers_millions", "copies"]])


MEASURES: dict[str, Callable[[Read], Measure]] = {
    "higgs_reply": lambda source: _acted(source, ("RE",)),
    "higgs_write": lambda source: _acted(source, ("RE", "MT")),
    "facebook_written": _comments,
    "sponsors_written": _replies,
    "silent_share": _silent,
    "clickers_per_act": lambda source: _per_act(source, CLICKERS),
    "reached_per_act": _per_act_median,
    "reached_per_act_pooled": lambda source: _per_act(source, REACH),
    "followers_sponsors": _followers,
    "unpaid_top_tenth": _unpaid,
    "press": _press,
}
