"""A crowd: a few hundred people whose every act is known, and the exports that an author has.

Some are reached by posts, some of those react, some get a newsletter, some of those answer it,
some buy. The network names nobody; the newsletter and the shop name addresses. A *break* is
one thing that is not as the bounds assume.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.lurkers.evidence import Evidence
from helpers.lurkers.purchases import TAGS, space
from helpers.schemas import COLUMNS
from helpers.tables import Engagement

HOLDS = "everything holds"
STAND_IN, HIDDEN, PASSED_ON, TOLD_ON, LIES, ANYTHING, SHOWN = BREAKS = (
    "one address stands for many buyers",
    "reactions in a place without exports",
    "a code for people who reacted is passed on",
    "a code for silent people is passed on",
    "buyers say they reacted who had not",
    "buyers tick anything",
    "a post is shown five times to one person",
)
REACTED, SILENTLY, RADIO = "I reacted to a post", "I saw it and did nothing", "On the radio"
THANKS, HUSH = ("thanks", "thread"), ("hush", "letter")  # a code and a tag, for either sort
START = pd.Timestamp("2025-01-01", tz="UTC")


class Crowd(NamedTuple):
    """What everybody did; arrays of (people, posts) or (people,), bool unless said otherwise."""

    met: np.ndarray
    liked: np.ndarray
    replies: np.ndarray  # acts
    saved: np.ndarray
    shown: np.ndarray  # times
    lettered: np.ndarray
    read: np.ndarray
    clicked: np.ndarray
    answered: np.ndarray
    hidden: np.ndarray  # reacted where there is no export
    units: np.ndarray  # bought
    nameless: np.ndarray  # left no address to the shop

    @property
    def visible(self) -> np.ndarray:
        """Who ever reacted where others can see."""
        social = self.liked.any(axis=1) | (self.replies > 0).any(axis=1)
        return social | self.answered | self.hidden


def draw(rng: np.random.Generator, broken: str = HOLDS) -> Crowd:
    """Draw a crowd in which whoever reacts is likelier to buy, or less likely."""
    n, posts = int(rng.integers(80, 400)), int(rng.integers(1, 9))
    keen = rng.gamma(rng.uniform(0.3, 2), size=n)
    met = rng.random((n, posts)) < rng.uniform(0.1, 0.9)
    met[0] = True
    chance = 1 - np.exp(-keen * rng.uniform(0, 0.3))[:, None]
    liked, replied, saved = (met & (rng.random((n, posts)) < chance * at) for at in (1, 0.4, 0.6))
    lettered = rng.random(n) < rng.uniform(0.1, 0.9)
    read = lettered & (rng.random(n) < rng.uniform(0, 0.8))
    keener = (keen > np.median(keen)) == (rng.random() < 0.5)
    buys = rng.random(n) < np.where(keener, 0.4, 0.15)
    buys[0] = True
    again = rng.random((n, posts)) < rng.uniform(0, 1)
    return Crowd(
        met=met,
        liked=liked,
        replies=replied * rng.integers(1, 4, (n, posts)),
        saved=saved,
        shown=met * (5 if broken == SHOWN else 1 + again),
        lettered=lettered,
        read=read,
        clicked=read & (rng.random(n) < 0.7),
        answered=read & (rng.random(n) < rng.uniform(0, 0.5)),
        hidden=rng.random(n) < 0.5 * (broken == HIDDEN),
        units=buys * rng.integers(1, 4, n),
        nameless=rng.random(n) < rng.choice([0.0, 0.1]),
    )


def _table(name: str, **columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns).reindex(columns=list(COLUMNS[name]))


def _ids(people: np.ndarray) -> list[str]:
    return [f"email:{one}" for one in people]


def _posts(number: int, platform: str, kind: str) -> pd.DataFrame:
    return _table(
        "posts",
        post_id=[f"{platform}/{post}" for post in range(number)],
        platform=platform,
        published_at=pd.date_range(START, periods=number),
        grain="second",
        kind=kind,
    )


def _tallies(crowd: Crowd, platform: str, *, showings: bool, actors: bool) -> pd.DataFrame:
    """Return what the network states: people reached, or only showings."""
    stated = {
        ("like", "acts"): crowd.liked,
        ("reply", "acts"): crowd.replies,
        ("save", "acts"): crowd.saved,
        ("impression", "views"): crowd.shown,
    }
    if not showings:
        stated["reach", "people"] = crowd.met
    if actors:
        stated["actor", "people"] = crowd.liked | (crowd.replies > 0) | crowd.saved
    rows = [
        (f"{platform}/{post}", kind, unit, int(count), None)
        for (kind, unit), acts in stated.items()
        for post, count in enumerate(acts.sum(axis=0))
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS["tallies"]))


def network(crowds: dict[str, Crowd], rng: np.random.Generator, *, showings: bool) -> Engagement:
    """Return the posts of several crowds, each on a platform of its own."""
    some = rng.random(len(crowds)) < 0.3
    stated = [
        _tallies(crowd, name, showings=showings, actors=bool(actors))
        for (name, crowd), actors in zip(crowds.items(), some, strict=True)
    ]
    posts = [_posts(crowd.met.shape[1], name, "post") for name, crowd in crowds.items()]
    return Engagement(posts=pd.concat(posts), tallies=pd.concat(stated))


def newsletter(crowd: Crowd, rng: np.random.Generator) -> Engagement:
    """Return who got, opened, clicked and answered the newsletter; programs open it too."""
    opened = crowd.lettered & (crowd.read | (rng.random(len(crowd.read)) < 0.3))
    acts = {
        "delivery": crowd.lettered,
        "open": opened,
        "click": crowd.clicked,
        "reply": crowd.answered,
    }
    rows = [(kind, who) for kind, did in acts.items() for who in np.flatnonzero(did)]
    responses = _table(
        "responses",
        response_id=[f"{kind}/{who}" for kind, who in rows],
        post_id="letter/0",
        person_id=_ids(np.array([who for _, who in rows], dtype=int)),
        kind=[kind for kind, _ in rows],
    )
    return Engagement(posts=_posts(1, "letter", "newsletter"), responses=responses)


def _traced(
    crowd: Crowd, buyers: np.ndarray, broken: str, rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    """Return the code and the tag that each buyer used, in small letters, where they used one."""
    visible, found = crowd.visible[buyers], []
    for thanks, hush in zip(THANKS, HUSH, strict=True):
        used = rng.random((2, len(buyers))) < 0.5
        first = used[0] & (visible | (broken == PASSED_ON))
        second = used[1] & ~first & (~visible | (broken == TOLD_ON))
        found.append(np.select([first, second], [thanks, hush], default=""))
    return tuple(found)


def _survey(crowd: Crowd, broken: str, rng: np.random.Generator) -> pd.DataFrame:
    """Return what half of the buyers with an address say of themselves."""
    named = (crowd.units > 0) & ~crowd.nameless
    asked = np.flatnonzero(named & (rng.random(len(named)) < 0.5))
    said = crowd.visible[asked] | ((broken == LIES) & (rng.random(len(asked)) < 0.5))
    answer = np.where(said, REACTED, SILENTLY).astype(object)
    if broken == ANYTHING:
        answer = rng.choice([REACTED, SILENTLY, RADIO], len(asked)).astype(object)
    return _table("survey", person_id=_ids(asked), answer=answer, phantom=answer == RADIO)


def evidence(crowd: Crowd, broken: str, rng: np.random.Generator) -> Evidence:
    """Return the purchases and what says who reacted, as `tightening.gather` would."""
    buyers = np.flatnonzero(crowd.units)
    address = np.array(_ids(buyers), dtype=object)
    if broken == STAND_IN:
        address[rng.random(len(buyers)) < 0.7] = f"email:{np.flatnonzero(crowd.lettered)[0]}"
    address[crowd.nameless[buyers]] = None
    code, tag = _traced(crowd, buyers, broken, rng)
    rows = pd.DataFrame({"person_id": pd.Series(address, dtype="str"), "code": code})
    traces = dict.fromkeys(TAGS, "") | {"utm_campaign": tag, "units": crowd.units[buyers]}
    rows = rows.assign(**traces)
    unnamed = int(crowd.liked.sum() + crowd.replies.sum())
    seen_elsewhere = broken == HIDDEN and rng.random() < 0.5
    return Evidence(
        rows=rows.assign(space=space(rows["person_id"]), known=np.nan),
        seen=set(_ids(np.flatnonzero(crowd.answered))),
        acts=pd.Series({"email": int(crowd.answered.sum()), "": unnamed}),
        survey=_survey(crowd, broken, rng),
        reacted=frozenset({REACTED}),
        unseen_places=("x",) if seen_elsewhere else (),
    )
