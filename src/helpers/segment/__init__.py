"""Who did what: the depth ladder applied to people and to posts.

For one post, a person reached is *silent* who did nothing that the platform counts,
and a *lurker* who did nothing that others can see: every silent person is a lurker,
and so is one who only opened or clicked.
"""

from helpers.segment.concentration import Concentration, concentration, spread
from helpers.segment.decision import Decision, decision
from helpers.segment.depth import Depth, depth
from helpers.segment.people import SEGMENTS, people
from helpers.segment.posts import posts
from helpers.segment.tracking import Tracking, tracking

__all__ = [
    "SEGMENTS",
    "Concentration",
    "Decision",
    "Depth",
    "Tracking",
    "concentration",
    "decision",
    "depth",
    "people",
    "posts",
    "spread",
    "tracking",
]
