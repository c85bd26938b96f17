"""Sales and sign-ups, with posting and without it.

Each person's sales are a Poisson process whose rate is multiplied by up to `lift`
just after a post reaches them. Candidates are drawn at the highest rate and thinned
twice with the same random numbers, once as the person was reached and once as if
nothing had been posted (common random numbers). A *potential* sale is one that
happens in either case; the difference of the two is what posting caused.

Potential sales or sign-ups are a table: `person` (numbers from the number of people
upwards are people no post can reach), `at` (days), `cause` (OWN, ELSEWHERE or FRIEND),
`posted` and `unposted` (whether it happens as the author posted, and had nothing been).
"""

import numpy as np
import pandas as pd

from helpers.simulate.posting import Posting
from helpers.simulate.settings import Settings

OWN, ELSEWHERE, FRIEND = "own", "elsewhere", "friend"
FRIEND_DAYS, FRIEND_OUTSIDE = 7, 0.5


def decay_rate(settings: Settings) -> float:
    """Return the rate at which the effect of a post fades, per day."""
    return float(np.log(2) / settings.lift_days)


def boost(posting: Posting, events: pd.DataFrame) -> pd.Series:
    """Return by what each person's rate is multiplied at the time: 1 if never reached."""
    fade = np.exp(-decay_rate(posting.settings) * posting.latest(events)["ago"])
    return (1 + (posting.settings.lift - 1) * fade).fillna(1.0)


def beyond(first: int, potential: pd.DataFrame) -> int:
    """Return the lowest number of a new person, `first` or more."""
    return max([first, *(potential["person"] + 1)])


def draw_own(posting: Posting, per_day: float, rng: np.random.Generator) -> pd.DataFrame:
    """Draw what the people do of themselves, `per_day` in all if nothing were posted."""
    settings, demand = posting.settings, posting.demand
    numbers, places = rng.spawn(2)
    rate = posting.people["buying"].to_numpy() * per_day / max(settings.people, 1)
    highest = max(settings.lift, 1.0) * demand.max()
    person = np.repeat(np.arange(len(rate)), numbers.poisson(rate * highest * settings.days))
    at, mark = places.random((len(person), 2)).T
    found = pd.DataFrame({"person": person, "at": at * settings.days, "cause": OWN})
    usual = demand[found["at"].astype(int)]
    found["posted"] = mark * highest < usual * boost(posting, found)
    found["unposted"] = mark * highest < usual
    return found[found["posted"] | found["unposted"]]


def draw_elsewhere(
    posting: Posting, per_day: float, first: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw what comes from elsewhere: new people, numbered from `first`, whatever is posted."""
    numbers, times = rng.spawn(2)
    each_day = numbers.poisson(per_day * posting.demand)
    day = np.repeat(np.arange(len(each_day)), each_day)
    at = np.sort(day + times.random(len(day)))
    columns = {"person": first + np.arange(len(at)), "at": at, "cause": ELSEWHERE}
    return pd.DataFrame(columns).assign(posted=True, unposted=True)


def in_order(*potential: pd.DataFrame) -> pd.DataFrame:
    """Return all of them in order of time."""
    return pd.concat(potential).sort_values(["at", "person"], ignore_index=True)


def draw_friends(
    settings: Settings, sales: pd.DataFrame, first: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw the sales that sales bring about through friends, and theirs, until none is left."""
    generations = [sales]
    while len(generations[-1]):
        generations.append(_next(settings, generations[-1], first, rng))
        first = beyond(first, generations[-1])
    return in_order(*generations)


def _next(
    settings: Settings, parents: pd.DataFrame, first: int, rng: np.random.Generator
) -> pd.DataFrame:
    brought = rng.poisson(settings.word_of_mouth, len(parents))
    friends = parents.loc[parents.index.repeat(brought)].assign(cause=FRIEND)
    u = rng.random((len(friends), 4))
    outside = (u[:, 2] < FRIEND_OUTSIDE) | (settings.people == 0)
    inside = np.floor(u[:, 3] * settings.people).astype(int)
    friends["person"] = np.where(outside, first + np.arange(len(friends)), inside)
    friends["at"] = np.floor(friends["at"]) + 1 + np.floor(FRIEND_DAYS * u[:, 0]) + u[:, 1]
    return friends[friends["at"] < settings.days].reset_index(drop=True)


def first_only(potential: pd.DataFrame) -> pd.DataFrame:
    """Return each person's first, once as posted and once as if not: nobody signs up twice."""
    first = {
        name: potential.index.isin(potential[potential[name]].drop_duplicates("person").index)
        for name in ("posted", "unposted")
    }
    once = potential.assign(**first)
    return once[once["posted"] | once["unposted"]].reset_index(drop=True)
