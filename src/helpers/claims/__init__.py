"""Claims about likes and influence, put to public data whose answers are known.

A *measure* is one number of public data with its interval; a *test* holds it against a bound
that `data/claims.toml` fixed before; a *finding* is what the tests of one claim say.
"""

from helpers.claims.findings import VERDICTS, Finding, examine, summary
from helpers.claims.fixed import Claim, Record, Test, fixed
from helpers.claims.likes import LiftByLikes, lift_by_likes
from helpers.claims.sources import labels, line, read, sources
from helpers.claims.trials import Arms, unequal_arms

__all__ = [
    "VERDICTS",
    "Arms",
    "Claim",
    "Finding",
    "LiftByLikes",
    "Record",
    "Test",
    "examine",
    "fixed",
    "labels",
    "lift_by_likes",
    "line",
    "read",
    "sources",
    "summary",
    "unequal_arms",
]
