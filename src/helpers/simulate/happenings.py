"""Everything that happens in one simulated world, before anyone exports it.

*Reached* means that a post or an issue of the newsletter came before the person;
*visible*, that the person did something in public.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers.simulate import buying, posting
from helpers.simulate.posting import Posting
from helpers.simulate.settings import Settings

REACTED, SILENT, TOLD, FOUND = "reacted", "silent", "told", "found"
SENT_AT, PREFETCH, READING_DELAY = 9 / 24, 2 / 1440, 0.4
OPENS, PREFETCHING = 0.35, 0.3


@dataclass(frozen=True, eq=False)
class Happenings(Posting):
    """One world: its people, posts, encounters, letters, and potential conversions.

    Parameters
    ----------
    seed : int
        Where the random numbers began.
    sent_at : array of float
        When each issue of the newsletter was sent, days.
    letters : DataFrame
        See `draw_letters`.
    sales, signups : DataFrame
        Potential ones, see `buying`.
    details : tuple of numpy.random.Generator
        Sources of what has no consequence: lengths of texts, tags, answers.
    """

    seed: int
    sent_at: np.ndarray
    letters: pd.DataFrame
    sales: pd.DataFrame
    signups: pd.DataFrame
    details: tuple[np.random.Generator, ...]

    @property
    def visible(self) -> pd.DataFrame:
        """The acts that others can see."""
        return self.acts[self.acts["kind"] != SILENT]

    @property
    def opened(self) -> pd.DataFrame:
        """The letters that the newsletter counts as opened."""
        return self.letters[self.letters["counted"]]

    @property
    def first_reached(self) -> pd.Series:
        """When each person who ever was reached first was, days."""
        met = [frame[["person", "at"]] for frame in (self.encounters, self.letters)]
        return pd.concat(met).groupby("person")["at"].min()

    def heard(self, sales: pd.DataFrame) -> pd.Series:
        """Return how the buyer of each sale had heard: REACTED, SILENT, TOLD or FOUND."""
        reacted = self.visible.groupby("person")["at"].min()
        ways = {
            TOLD: sales["cause"] == buying.FRIEND,
            REACTED: sales["person"].map(reacted) <= sales["at"],
            SILENT: sales["person"].map(self.first_reached) <= sales["at"],
        }
        return pd.Series(np.select(list(ways.values()), list(ways), default=FOUND), sales.index)


def draw_letters(
    settings: Settings, sent_at: np.ndarray, signups: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw the deliveries and opens of the subscribers who signed up as the author posted.

    Some mail programs fetch every picture on arrival, so an open is *counted* although
    nobody *read*.

    Returns
    -------
    DataFrame
        A row a delivery: `person`, `post` (the issue), `at` (sent), `read`, `counted`,
        `opened_at` (when the open was counted).
    """
    habits, opens, delays = rng.spawn(3)
    joined = signups[signups["posted"]]
    z = habits.standard_normal(len(joined))
    readiness = expit(logit(OPENS) + z)
    prefetches = habits.random(len(joined)) < PREFETCHING
    subscriber, issue = np.nonzero(joined["at"].to_numpy()[:, None] < sent_at)
    at, fetched = sent_at[issue], prefetches[subscriber]
    read = opens.random(len(issue)) < readiness[subscriber]
    waits = delays.standard_exponential(len(issue))
    opened_at = at + waits * np.where(fetched, PREFETCH, READING_DELAY)
    counted = (read | fetched) & (opened_at < settings.days)
    columns = {"person": joined["person"].to_numpy()[subscriber], "post": issue, "at": at}
    return pd.DataFrame(columns).assign(read=read, counted=counted, opened_at=opened_at)


def happen(seed: int, settings: Settings) -> Happenings:
    """Let one world happen; the same seed and settings give the same world."""
    streams = np.random.default_rng(seed).spawn(9)
    posts = posting.draw(settings, streams[0], streams[1])
    n, shop, every = len(posts.people), settings.shop, settings.newsletter_every
    own = buying.draw_own(posts, settings.sales * shop, streams[2])
    others = buying.draw_elsewhere(posts, settings.elsewhere_sales * shop, n, streams[3])
    sold = buying.in_order(own, others)
    sales = buying.draw_friends(settings, sold, buying.beyond(n, sold), streams[4])
    own = buying.draw_own(posts, settings.signups * (every > 0), streams[5])
    first, rate = buying.beyond(n, sales), settings.elsewhere_signups * (every > 0)
    others = buying.draw_elsewhere(posts, rate, first, streams[6])
    signups = buying.first_only(buying.in_order(own, others))
    sent_at = np.arange(every - 1, settings.days, every) + SENT_AT if every else np.empty(0)
    letters = draw_letters(settings, sent_at, signups, streams[7])
    drawn = {"letters": letters, "sales": sales, "signups": signups}
    details = tuple(streams[8].spawn(3))
    return Happenings(**vars(posts), **drawn, seed=seed, sent_at=sent_at, details=details)
