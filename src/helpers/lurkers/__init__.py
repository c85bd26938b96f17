"""The unseen audience: what is measured of it, what is bounded, what cannot be known.

Three populations are always named apart: people *seen* (they did something visible),
people *reached* (it was put in front of them), and people who *bought*. A *lurker* was
reached and never seen. *Bounds* hold whatever the missing part looks like; they are not
confidence intervals.
"""

from helpers.lurkers.bought import who_bought
from helpers.lurkers.bounds import STATUSES, Bounds
from helpers.lurkers.ledger import ledger
from helpers.lurkers.reached import silent_share
from helpers.lurkers.seen import Seen, coverage, frequencies, seen

__all__ = [
    "STATUSES",
    "Bounds",
    "Seen",
    "coverage",
    "frequencies",
    "ledger",
    "seen",
    "silent_share",
    "who_bought",
]
