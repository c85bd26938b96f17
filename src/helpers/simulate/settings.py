"""The settings of a simulated world: everything that is chosen, nothing that is drawn.

A *share* is between 0 and 1. A *rate* is a mean number per person reached, or per
day. A *spread* is the standard deviation, between people, of the logarithm of a rate.
"""

from dataclasses import dataclass, fields
from datetime import date
from difflib import get_close_matches
from math import inf
from typing import Annotated

NETWORKS = ("", "instagram", "facebook")
Share = Annotated[float, (0, 1, "a share between 0 and 1")]
Amount = Annotated[float, (0, inf, "0 or more")]
Count = Annotated[int, (0, inf, "0 or more")]


class SettingsError(ValueError):
    """A setting is unknown, or its value cannot be."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a simulated world is made of; every field is a keyword of `simulate.world`.

    Parameters
    ----------
    start : str
        First day of the window, ISO date, UTC.
    weeks : int
        Length of the window, weeks.
    people : int
        People whom the author's posts can reach.
    bystanders : int
        More people, whom no post can reach and who never react; they buy like the others.
    never_react : float
        Share of `people` who never react in public.
    never_react_buying : float
        How fast they buy and sign up, times the others' rate.
    visibility_buying : float
        Correlation, between people, of reacting and buying (Gaussian copula), -1 to 1.
    reach : float
        Probability that a middling post reaches a middling person.
    like, boost, reply : float
        Mean acts per post that reached someone who does react.
    visibility_spread : float
        Spread of these rates between people.
    network : str
        The network that states reach and names nobody: "instagram", "facebook" or "" (none).
    bluesky : float
        Share of `people` who see the posts on Bluesky, which names people and states no
        reach; 0 is no Bluesky. The others see them on `network`.
    posts : int
        Posts over the window, at most one a day, each on every network.
    post_weekdays : tuple of int
        Weekdays on which the author posts, Monday is 0; () is any day.
    post_on : tuple of str
        The exact days of the posts, ISO dates; replaces the three settings around it.
    posting_follows_demand : float
        0: days are drawn at random; 1: the author posts on the days of highest demand.
    newsletter_every : int
        Days between issues; 0 is no newsletter (and no sign-ups). An issue sells nothing.
    signups, elsewhere_signups : float
        Sign-ups a day if nothing were posted: by `people`, and by people no post reaches.
    shop : bool
        Whether there is a shop.
    sales, elsewhere_sales : float
        Sales a day if nothing were posted: by `people`, and by people no post reaches.
    buying_spread : float
        Spread of the rates of buying and signing up between people.
    lift : float
        Rate of buying and signing up just after being reached, times the rate otherwise.
    lift_days : float
        Days in which that effect falls to half.
    word_of_mouth : float
        Sales that one sale brings about, through friends, within a week.
    demand_spread, demand_memory : float
        Standard deviation of log-demand, and its correlation from one day to the next.
    launch_day, launch_boost : int, float
        Day of the window on which a launch begins (-1: none), and demand during its two
        weeks, times the usual.
    refunded : float
        Share of sales that are refunded.
    survey_response : float
        Share of buyers who answer "how did you hear?"; 0 is no survey.
    survey_sensitivity, survey_specificity : float
        Probability to tick "a post, silently" when true, and not to tick it when false.
    """

    start: str = "2025-07-02"
    weeks: Annotated[int, (1, inf, "1 or more")] = 52
    people: Count = 20_000
    bystanders: Count = 0
    never_react: Share = 0.5
    never_react_buying: Amount = 1.0
    visibility_buying: Annotated[float, (-1, 1, "between -1 and 1")] = 0.0
    reach: Share = 0.1
    like: Amount = 0.04
    boost: Amount = 0.004
    reply: Amount = 0.004
    visibility_spread: Amount = 1.2
    network: str = "instagram"
    bluesky: Share = 0.1
    posts: Count = 104
    post_weekdays: tuple[int, ...] = ()
    post_on: tuple[str, ...] = ()
    posting_follows_demand: Share = 0.0
    newsletter_every: Count = 28
    signups: Amount = 0.5
    elsewhere_signups: Amount = 0.2
    shop: bool = True
    sales: Amount = 2.0
    elsewhere_sales: Amount = 1.0
    buying_spread: Amount = 1.0
    lift: Amount = 2.0
    lift_days: Amount = 1.5
    word_of_mouth: Share = 0.1
    demand_spread: Amount = 0.2
    demand_memory: Share = 0.9
    launch_day: int = -1
    launch_boost: Amount = 2.0
    refunded: Share = 0.03
    survey_response: Share = 0.0
    survey_sensitivity: Share = 0.6
    survey_specificity: Share = 0.9

    def __post_init__(self) -> None:
        """Refuse values that cannot be."""
        rules = [
            (low <= getattr(self, item.name) <= high, item.name, what)
            for item in fields(self)
            for low, high, what in getattr(item.type, "__metadata__", ())
        ]
        rules += [
            (self.word_of_mouth < 1, "word_of_mouth", "below 1, or sales never end"),
            (self.network in NETWORKS, "network", f"one of {NETWORKS}"),
            (self.lift_days > 0, "lift_days", "more than 0"),
            (not self.network or self.bluesky < 1, "bluesky", "below 1 beside a network"),
            (self.network or self.bluesky == 1, "bluesky", "1 when there is no network"),
        ]
        for holds, name, what in rules:
            if not holds:
                found = getattr(self, name)
                raise SettingsError(f"The setting {name} is {found!r}. It must be {what}.")

    @property
    def days(self) -> int:
        """Length of the window, days."""
        return 7 * self.weeks

    @property
    def first_day(self) -> date:
        """First day of the window."""
        return date.fromisoformat(self.start)


def choose(**given: object) -> Settings:
    """Return the settings, those not given at their defaults.

    Raises
    ------
    SettingsError
        If a name is unknown (the nearest known one is named) or a value cannot be.
    """
    known = [item.name for item in fields(Settings)]
    for name in given:
        if name not in known:
            nearest = get_close_matches(name, known, n=1, cutoff=0.0)[0]
            raise SettingsError(
                f"There is no setting {name!r}. The nearest one is {nearest!r}; "
                f"help(simulate.Settings) lists them all."
            )
    return Settings(**given)  # type: ignore[arg-type]
