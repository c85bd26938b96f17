"""The silent share over a window: everybody who was reached by any of its posts.

Reach counted post by post counts the same person again and again, and so do reactions. So the
people reached lie between the most that one post reached and the sum, and the people who acted
likewise. The more posts there are, the fewer people are left who did nothing.
"""

from dataclasses import replace

import pandas as pd

from helpers.ladder import Ladder
from helpers.lurkers.bounds import Bounds, LurkersError, unknowable
from helpers.lurkers.overlap import on_platform, shares_of, together
from helpers.lurkers.reached import (
    ONCE,
    SETTLE,
    SHOWINGS,
    contradicted,
    few,
    headline,
    set_aside,
    shares,
    times,
)
from helpers.tables import Engagement
from helpers.wording import span

NOTHING = 0.0005  # what is written as 0.0 %
QUESTION = "What share of the people reached over the whole window stayed silent?"
SETTLE_WINDOW = (
    "People reached over the whole window, each counted once, which some platforms show on "
    "screen: pass it as reached={'instagram': 12345}."
)


def cut(engagement: Engagement, window: tuple[str, str]) -> tuple[Engagement, str]:
    """Return the posts of a window with what was done on them, and the window in words.

    Raises
    ------
    LurkersError
        If an end is no date, or the window ends before it begins.
    """
    first, last = (_day(one) for one in window)
    if first is not None and last is not None and last < first:
        raise LurkersError(
            f"The window ends on {last:%Y-%m-%d}, before it begins on {first:%Y-%m-%d}. "
            f"Give the earlier date first."
        )
    if first is last is None:
        return engagement, _words(engagement.posts, first, last)
    at = engagement.posts["published_at"]
    inside = pd.Series(True, at.index)
    if first is not None:
        inside &= at >= first
    if last is not None:
        inside &= at < last + pd.Timedelta(days=1)
    posts = engagement.posts[inside]
    tables = {
        name: frame[frame["post_id"].isin(posts["post_id"])]
        for name, frame in (("tallies", engagement.tallies), ("responses", engagement.responses))
    }
    return replace(engagement, posts=posts, **tables), _words(posts, first, last)


def _day(text: str) -> pd.Timestamp | None:
    if not text:
        return None
    try:
        return pd.Timestamp(text).tz_localize("UTC")
    except ValueError as error:
        raise LurkersError(f"{text!r} is not a day such as '2025-07-02'.") from error


def _words(posts: pd.DataFrame, first: pd.Timestamp | None, last: pd.Timestamp | None) -> str:
    at = posts["published_at"].dropna()
    begins = first if first is not None or at.empty else at.min()
    ends = last if last is not None or at.empty else at.max()
    if begins is None or ends is None:
        return "a window without dates"
    return f"{begins:%Y-%m-%d} to {ends:%Y-%m-%d}"


def _given(people: pd.DataFrame, reached: dict[str, int]) -> tuple[pd.DataFrame, str]:
    """Put a count of different people in place of its ends, or say why it cannot be one."""
    for platform, count in reached.items():
        if platform not in people.index:
            raise LurkersError(
                f"No post on {platform!r} in this window has a count of people reached. Those that "
                f"have are on: {', '.join(people.index) or 'no platform'}."
            )
        row = people.loc[platform]
        least, most = max(row["reached_low"], row["acted_low"]), row["reached_high"]
        if not least <= count <= most:
            return people, (
                f"Cannot tell what share of readers stays silent: {few(count)} are said to have "
                f"been reached on {platform} over the window, and its posts say between "
                f"{few(least)} and {few(most)}. Give the count of the same posts and days."
            )
        people.loc[platform, ["reached_low", "reached_high"]] = float(count)
    return people, ""


def _one_count(known: pd.DataFrame) -> pd.DataFrame:
    """Leave out posts whose showings are counted where others of the platform count people."""
    shown = known["counted"] == SHOWINGS
    return known[~(shown & known["platform"].isin(known.loc[~shown, "platform"]))]


def _nothing(engagement: Engagement, inside: Engagement, words: str) -> str:
    posts, here = len(engagement.posts), len(inside.posts)
    if posts and not here:
        return (
            f"Cannot tell what share of readers stays silent: none of the {posts:,} posts here "
            f"came out from {words}."
        )
    return (
        f"Cannot tell what share of readers stays silent: none of the {here:,} posts from {words} "
        f"has a count of people reached or of showings."
    )


def _answer(
    first: pd.DataFrame, people: pd.DataFrame, words: str, shown: float, aside: str
) -> Bounds:
    """Say the shares of the headline's platforms together."""
    whole = together(first).set_axis(["all together"])
    table = shares_of(pd.concat([whole, people])).rename_axis("platform").reset_index()
    table.insert(1, "window", words)
    row = table.iloc[0]
    assumed = [] if row["silent_low"] == row["silent_high"] else [ONCE]
    sentence = _sentence(row, first.index.to_list(), words)
    if row["counted"] == SHOWINGS:
        assumed.append(times(shown))
        sentence += f" Showings are counted here, not people: this holds if {times(shown)}."
    low, high = float(row["silent_low"]), float(row["silent_high"])
    status = "bounded" if assumed else "measured"
    said = "; ".join(assumed)
    return Bounds(QUESTION, low, high, status, said, sentence + aside, SETTLE_WINDOW, table)


def _sentence(row: pd.Series, platforms: list[str], words: str) -> str:
    low, high = int(row["reached_low"]), int(row["reached_high"])
    people = f"{low:,} different people" if low == high else f"{low:,} to {high:,} different people"
    posts = f"{row['posts']:,} post{'' if row['posts'] == 1 else 's'}"
    said = f"Over the window from {words}, {posts} on {' and '.join(platforms)} reached {people}"
    if row["silent_low"] < NOTHING and row["silent_high"] > 1 - NOTHING:
        return (
            f"{said}, and from none to all of them did nothing that is counted: what the posts "
            f"were met with may have come from all of these people or from very few."
        )
    silent = span(row["silent_low"], row["silent_high"])
    said += f", and {silent} of them did nothing that is counted"
    if pd.isna(row["lurker_low"]):
        return f"{said}. Another window gives another share."
    return (
        f"{said}; {span(row['lurker_low'], row['lurker_high'])} did nothing that others can see. "
        f"A longer window leaves fewer people who did nothing."
    )


def over_window(
    engagement: Engagement,
    ladder: Ladder,
    window: tuple[str, str],
    reached: dict[str, int],
    shown: float,
) -> Bounds:
    """Bound the share of the people reached in a window who did nothing; see `silent_share`."""
    inside, words = cut(engagement, window)
    known = shares(inside, ladder, shown)
    whole = _one_count(known[known["least"] <= known["reached_high"]])
    if whole.empty:
        refusal = contradicted(known) if len(known) else _nothing(engagement, inside, words)
        return unknowable(QUESTION, refusal, SETTLE, pd.DataFrame())
    groups = whole.groupby("platform", sort=False)
    rows = {name: on_platform(posts, inside, ladder) for name, posts in groups}
    people, wrong = _given(pd.DataFrame.from_dict(rows, orient="index"), reached)
    if wrong:
        return unknowable(QUESTION, wrong, SETTLE_WINDOW, pd.DataFrame())
    first = people.loc[headline(whole)["platform"].unique()]
    return _answer(first, people, words, shown, set_aside(len(known) - len(whole)))
