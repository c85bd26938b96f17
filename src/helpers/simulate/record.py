"""What the platforms record of a simulated world: the author's seven tables.

The tables have exactly the shape that loading the exports of this world would give.
People have one identity on Bluesky and another, their e-mail address, in the
newsletter and the shop; the two can never be matched.
"""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import pandas as pd

from helpers.simulate.happenings import Happenings
from helpers.simulate.posting import ACTS, LAUNCH_DAYS
from helpers.tables import COLUMNS

SHOP, LETTER, BLUESKY = "gumroad", "substack", "bluesky"
WORDS = {"instagram": (12, 60), "facebook": (12, 60), BLUESKY: (8, 40), LETTER: (80, 160)}
REPLY_WORDS = (2, 24)
FOLLOWS_PER_READER = 0.002
VIEWS_AGAIN = 0.3


def identity(world: Happenings, space: str, people: Iterable[int]) -> list[str]:
    """Return each person's identity in a space, `"<space>:<hash>"`."""
    return [
        f"{space}:{blake2b(f'{world.seed}/{space}/{who}'.encode(), digest_size=5).hexdigest()}"
        for who in people
    ]


def instants(world: Happenings, at: np.ndarray | pd.Series) -> pd.Series:
    """Return days since the window began as instants, to the second."""
    since = pd.to_timedelta(np.round(np.asarray(at) * 86_400).astype("int64"), unit="s")
    return pd.Series(pd.Timestamp(world.settings.start, tz="UTC") + since)


def as_table(name: str, *frames: pd.DataFrame) -> pd.DataFrame:
    """Return the frames as one of the named table; columns that are not given are missing."""
    whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    return whole.reindex(columns=list(COLUMNS[name]))


def _numbered(platform: str, posts: Iterable[int]) -> list[str]:
    return [f"{platform}:{post + 1:04d}" for post in posts]


def _networks(world: Happenings) -> list[str]:
    stated = [world.settings.network] if world.settings.network else []
    return stated + [BLUESKY] * (world.settings.bluesky > 0)


def posts(world: Happenings) -> pd.DataFrame:
    """Return the posts, once on every network, and the issues of the newsletter."""
    places = [(place, world.posted_at, "post") for place in _networks(world)]
    if world.settings.newsletter_every:
        places.append((LETTER, world.sent_at, "newsletter"))
    frames = []
    for place, at, kind in places:
        columns = {
            "post_id": _numbered(place, range(len(at))),
            "platform": place,
            "published_at": instants(world, at),
            "grain": "minute" if place == world.settings.network else "second",
            "kind": kind,
            "words": world.details[0].integers(*WORDS[place], len(at)),
        }
        frames.append(pd.DataFrame(columns))
    return as_table("posts", *frames).sort_values(["published_at", "post_id"])


def tallies(world: Happenings) -> pd.DataFrame:
    """Return what is stated of every post; an issue that nobody got has no totals."""
    found = {place: _stated(world, place) for place in _networks(world)}
    n = len(world.sent_at)
    sent, opened = (np.bincount(one["post"], minlength=n) for one in (world.letters, world.opened))
    found[LETTER] = {"delivery/people": sent, "open/people": opened, "open/acts": opened}
    rows = [
        (f"{place}:{post + 1:04d}", *name.split("/"), count)
        for place, totals in found.items()
        for name, counts in totals.items()
        for post, count in enumerate(counts)
        if count or place != LETTER
    ]
    stated = pd.DataFrame(rows, columns=["post_id", "kind", "unit", "count"])
    return as_table("tallies", stated).sort_values(["post_id", "kind", "unit"])


def _stated(world: Happenings, place: str) -> dict[str, np.ndarray]:
    """Return the totals that one network states of its posts, by kind and unit."""
    named = place == BLUESKY

    def count(frame: pd.DataFrame) -> np.ndarray:
        return np.bincount(frame["post"], minlength=len(world.posted_at))

    acts = world.acts[world.acts["named"] == named]
    done = {kind: count(acts[acts["kind"] == kind]) for kind in ACTS}
    reached = count(world.encounters[world.encounters["named"] == named])
    silent = done.pop("silent")
    stated = {f"{kind}/acts": total for kind, total in done.items()}
    if named:
        return stated | {"quote/acts": 0 * reached, "save/acts": 0 * reached}
    stated["reach/people"] = reached
    views = reached + world.details[0].poisson(VIEWS_AGAIN * reached)
    if place == "instagram":
        follows = world.details[0].poisson(FOLLOWS_PER_READER * reached)
        return stated | {"view/views": views, "save/acts": silent, "follow/acts": follows}
    actors = count(acts.drop_duplicates(["person", "post"]))
    clicks = {"click/people": silent, "click/acts": silent}
    return stated | {"impression/views": views, "actor/people": actors} | clicks


def responses(world: Happenings) -> pd.DataFrame:
    """Return what people did where they have a name; Bluesky gives boosts no time."""
    reactions = _acted(world, BLUESKY, world.visible[world.visible["named"]])
    reactions["occurred_at"] = reactions["occurred_at"].mask(reactions["kind"] == "boost")
    replies = reactions["kind"] == "reply"
    reactions.loc[replies, "words"] = world.details[0].integers(*REPLY_WORDS, replies.sum())
    delivered = _acted(world, LETTER, world.letters.assign(kind="delivery"))
    opened = _acted(world, LETTER, world.opened.assign(kind="open", at=world.opened["opened_at"]))
    found = as_table("responses", reactions, delivered, opened)
    return found.sort_values(["occurred_at", "response_id"])


def _acted(world: Happenings, place: str, acts: pd.DataFrame) -> pd.DataFrame:
    space = BLUESKY if place == BLUESKY else "email"
    columns = {
        "post_id": _numbered(place, acts["post"]),
        "kind": acts["kind"].to_numpy(),
        "person_id": identity(world, space, acts["person"]),
        "occurred_at": instants(world, acts["at"]),
    }
    frame = pd.DataFrame(columns).astype({"post_id": "str", "person_id": "str"})
    names = frame["post_id"] + "/" + frame["kind"] + "/" + frame["person_id"]
    return frame.assign(response_id=names, words=float("nan"))


def causes(world: Happenings) -> pd.DataFrame:
    """Return the launch, if there is one."""
    day = world.settings.launch_day
    ends = np.array([[day, day + LAUNCH_DAYS - 1]] if day >= 0 else np.empty((0, 2)))
    columns = {"starts_on": instants(world, ends[:, 0]), "ends_on": instants(world, ends[:, 1])}
    return pd.DataFrame(columns).assign(label="launch")
