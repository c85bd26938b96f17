"""Authors compared: by followers and likes, and by what only their exports show.

`read` loads them and `standings` measures each by followers, likes, lift, what posting adds
and list growth. `ranks` gives every author a rank interval, all right at once; `lifted` asks
whose lift is there with all asked at once; `shrink` takes out what is luck; `choice` says
whether the visible would choose the same, and what it costs if not. `board` lays it
out for the page; `measured` and `trust` tell how often it is right where the truth is known.
"""

from helpers.compare import board
from helpers.compare.authors import Author, line, loaded, read
from helpers.compare.choices import choice
from helpers.compare.decision import Choice, headline
from helpers.compare.measures import CompareError, Measure
from helpers.compare.multiplicity import Lifted, lifted
from helpers.compare.ranking import Ranks, ranks
from helpers.compare.shrinkage import Shrunken, shrink
from helpers.compare.standings import Standings, standings
from helpers.compare.trust import measured, trust

__all__ = [
    "Author",
    "Choice",
    "CompareError",
    "Lifted",
    "Measure",
    "Ranks",
    "Shrunken",
    "Standings",
    "board",
    "choice",
    "headline",
    "lifted",
    "line",
    "loaded",
    "measured",
    "ranks",
    "read",
    "shrink",
    "standings",
    "trust",
]
