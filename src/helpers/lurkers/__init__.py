"""The unseen audience: what is measured of it, what is bounded, what cannot be known.

Three populations are always named apart: people *seen* (they did something visible),
people *reached* (it was put in front of them), and people who *bought*. A *lurker* was
reached and never seen. *Bounds* hold whatever the missing part looks like; they are not
confidence intervals.
"""

from helpers.lurkers.bought import who_bought
from helpers.lurkers.bounds import STATUSES, Bounds, LurkersError
from helpers.lurkers.covariates import WithCovariates, with_covariates
from helpers.lurkers.growing import growing, growth_sentence, guess_sentence
from helpers.lurkers.heard import heard_from
from helpers.lurkers.ledger import ledger
from helpers.lurkers.letters import silent_readers
from helpers.lurkers.lower import by_post, lower
from helpers.lurkers.sample import hand_checked, read_worksheet, sample_size, worksheet
from helpers.lurkers.seen import Seen, coverage, frequencies, seen
from helpers.lurkers.silent import silent_share
from helpers.lurkers.two_lists import lists, two_lists
from helpers.lurkers.unseen import Unseen, unseen

__all__ = [
    "STATUSES",
    "Bounds",
    "LurkersError",
    "Seen",
    "Unseen",
    "WithCovariates",
    "by_post",
    "coverage",
    "frequencies",
    "growing",
    "growth_sentence",
    "guess_sentence",
    "hand_checked",
    "heard_from",
    "ledger",
    "lists",
    "lower",
    "read_worksheet",
    "sample_size",
    "seen",
    "silent_readers",
    "silent_share",
    "two_lists",
    "unseen",
    "who_bought",
    "with_covariates",
    "worksheet",
]
