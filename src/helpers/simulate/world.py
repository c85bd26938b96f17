"""One simulated world: an author's tables, and the truth behind them."""

from helpers.simulate.commerce import conversions, survey
from helpers.simulate.happenings import Happenings, happen
from helpers.simulate.record import causes, posts, responses, tallies
from helpers.simulate.settings import choose
from helpers.simulate.truth import Truth, measure
from helpers.tables import Engagement


def record(happened: Happenings) -> Engagement:
    """Return the tables that loading the exports of this world would give."""
    return Engagement(
        posts=posts(happened),
        tallies=tallies(happened),
        responses=responses(happened),
        conversions=conversions(happened),
        causes=causes(happened),
        survey=survey(happened),
    )


def world(seed: int, **settings: object) -> tuple[Engagement, Truth]:
    """Simulate an author's world of people, posts and sales whose truth is known.

    Parameters
    ----------
    seed : int
        Where the random numbers begin: the same seed and settings give the same world.
    **settings : object
        Fields of `simulate.Settings`, whose docstring gives their meaning and unit.

    Returns
    -------
    tuple of Engagement and Truth
        What exports would show, and what they are used to find out.

    Raises
    ------
    SettingsError
        If a setting is unknown (the nearest known one is named) or its value cannot be.
    """
    happened = happen(seed, choose(**settings))
    return record(happened), measure(happened)
