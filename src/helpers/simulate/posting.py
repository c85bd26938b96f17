"""The people, demand from day to day, the posts, whom each one reached and what they did.

Times are days since the window began, as fractions: 1.5 is noon of the second day. An
*encounter* is one post coming before one person. An *act* is what they did then: like,
boost or reply, which are *visible*, or something *silent* that only the author sees.
"""

from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import pandas as pd
from scipy.special import logit

from helpers.simulate.settings import Settings, SettingsError

ACTS = np.array(["like", "boost", "reply", "silent"])
MINUTES = 1440
POSTING_MINUTES = (7 * 60, 19 * 60)
DELAY, LAUNCH_DAYS = 0.3, 14
REACH_SPREAD, POST_SPREAD, SILENT_ACT = 1.0, 0.4, 0.04
WEEKDAY_DEMAND = np.array([1.0, 0.95, 0.95, 1.0, 1.1, 1.1, 0.9])


@dataclass(frozen=True, eq=False)
class Posting:
    """The people, the posts of the window, whom they reached and what these people did.

    Parameters
    ----------
    people : DataFrame
        A row a person, see `draw_people`.
    demand : array of float
        Demand of each day, times the mean.
    posted_at : array of float
        When each post was published, days.
    encounters : DataFrame
        `person`, `post`, `at`, `named`; each person's in order of time.
    acts : DataFrame
        The same columns and `kind`, one of `ACTS`; those of the window.
    """

    settings: Settings
    people: pd.DataFrame
    demand: np.ndarray
    posted_at: np.ndarray
    encounters: pd.DataFrame
    acts: pd.DataFrame

    def latest(self, events: pd.DataFrame) -> pd.DataFrame:
        """Return the `post` that last reached each event's person, `ago` days; or missing."""
        ordered = events[["person", "at"]].rename_axis("event").reset_index().sort_values("at")
        past = self.encounters[["person", "post", "at"]].sort_values("at")
        past = past.assign(met=past["at"])
        found = pd.merge_asof(ordered, past, on="at", by="person").set_index("event").sort_index()
        return found.assign(ago=found["at"] - found["met"])


def _rates(normal: np.ndarray, spread: float) -> np.ndarray:
    """Return log-normal rates with mean 1."""
    return np.exp(spread * normal - spread**2 / 2)


def draw_people(settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the people, reachable ones first; more bystanders leave the others as they are.

    Visibility and buying are two faces of one bivariate normal draw (a Gaussian copula),
    so that the people who react may buy more, as much, or less than the others.

    Returns
    -------
    DataFrame
        A row a person: `log_odds` to be reached by a middling post; `visibility` and
        `buying`, rates times the mean rate (visibility is 0 for those who never react);
        `named`, whether they see the posts on Bluesky, which names people.
    """
    n = settings.people + settings.bystanders
    normal, uniform = rng.spawn(2)
    z, u = normal.standard_normal((n, 3)), uniform.random((n, 2))
    never = (u[:, 0] < settings.never_react) | (np.arange(n) >= settings.people)
    r = settings.visibility_buying
    buying = _rates(r * z[:, 0] + np.sqrt(1 - r**2) * z[:, 1], settings.buying_spread)
    columns = {
        "log_odds": logit(settings.reach) + REACH_SPREAD * z[:, 2],
        "visibility": np.where(never, 0.0, _rates(z[:, 0], settings.visibility_spread)),
        "buying": buying * np.where(never, settings.never_react_buying, 1.0),
        "named": u[:, 1] < settings.bluesky,
    }
    return pd.DataFrame(columns)


def _weekdays(settings: Settings) -> np.ndarray:
    return (settings.first_day.weekday() + np.arange(settings.days)) % 7


def draw_demand(settings: Settings, rng: np.random.Generator) -> np.ndarray:
    """Draw demand by day: AR(1) in logarithms, times weekday, times the launch."""
    memory, shocks = settings.demand_memory, rng.standard_normal(settings.days)
    shocks[1:] *= np.sqrt(1 - memory**2)
    states = np.array(list(accumulate(shocks, lambda state, shock: memory * state + shock)))
    weekday = (WEEKDAY_DEMAND / WEEKDAY_DEMAND.mean())[_weekdays(settings)]
    since_launch = np.arange(settings.days) - settings.launch_day
    launched = (settings.launch_day >= 0) & (since_launch >= 0) & (since_launch < LAUNCH_DAYS)
    launch = np.where(launched, settings.launch_boost, 1.0)
    return _rates(states, settings.demand_spread) * weekday * launch


def draw_post_days(settings: Settings, demand: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw the days of the posts: those of highest score, part demand and part chance."""
    if settings.post_on:
        return _stated_days(settings)
    allowed = np.isin(_weekdays(settings), settings.post_weekdays or range(7))
    if settings.posts > allowed.sum():
        raise SettingsError(
            f"The setting posts is {settings.posts}, but only {allowed.sum()} days of the window "
            f"are open to a post. Lower posts, or open more days with weeks or post_weekdays."
        )
    follow = settings.posting_follows_demand
    ranks = np.argsort(np.argsort(demand)) / settings.days
    score = follow * ranks + (1 - follow) * rng.random(settings.days)
    best = np.argsort(np.where(allowed, -score, np.inf), kind="stable")
    return np.sort(best[: settings.posts])


def _stated_days(settings: Settings) -> np.ndarray:
    days = np.unique(np.array(settings.post_on, "datetime64[D]"))
    offsets = (days - np.datetime64(settings.first_day)).astype(int)
    if len(days) < len(settings.post_on) or not np.isin(offsets, range(settings.days)).all():
        raise SettingsError(
            f"The setting post_on names {len(settings.post_on)} days. Each must be named once and "
            f"lie in the {settings.days} days that begin on {settings.start}."
        )
    return offsets


def draw(settings: Settings, who: np.random.Generator, rng: np.random.Generator) -> Posting:
    """Draw people, demand, posts, whom they reach at once, and what these people do."""
    chance, days, hours, posts, reach, acts, delays = rng.spawn(7)
    people, demand = draw_people(settings, who), draw_demand(settings, chance)
    post_days = draw_post_days(settings, demand, days)
    posted_at = post_days + hours.integers(*POSTING_MINUTES, len(post_days)) / MINUTES
    quality = POST_SPREAD * posts.standard_normal(len(posted_at))
    log_odds = people["log_odds"].to_numpy()[: settings.people, None] + quality
    person, post = np.nonzero(logit(reach.random(log_odds.shape)) < log_odds)
    at, named = posted_at[post], people["named"].to_numpy()[person]
    rates = [settings.like, settings.boost, settings.reply]
    visible = people["visibility"].to_numpy()[person, None] * rates
    silent = np.where(named, 0.0, SILENT_ACT)
    does = acts.random((len(person), 4)) < np.column_stack([visible, silent])
    acted_at = at[:, None] + DELAY * delays.standard_exponential((len(person), 4))
    encounters = pd.DataFrame({"person": person, "post": post, "at": at, "named": named})
    row, kind = np.nonzero(does & (acted_at < settings.days))
    done = encounters.iloc[row].assign(kind=ACTS[kind], at=acted_at[row, kind])
    return Posting(settings, people, demand, posted_at, encounters, done)
