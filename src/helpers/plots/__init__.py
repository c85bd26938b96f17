"""The house's figures: each draws data on one axis and carries its alternative text.

Two colours that colour-blind readers tell apart, direct labels, intervals always drawn.
The alternative text is the axis label, where `display.figure` finds it.
"""

from helpers.plots.designs import placebos, record
from helpers.plots.effects import history, lifts, tracking
from helpers.plots.people import audience, bounds, holdings, lorenz, rungs
from helpers.plots.planning import power
from helpers.plots.trust import alarms, coverage
from helpers.plots.unseen import growing, populations, two_lists

__all__ = [
    "alarms",
    "audience",
    "bounds",
    "coverage",
    "growing",
    "history",
    "holdings",
    "lifts",
    "lorenz",
    "placebos",
    "populations",
    "power",
    "record",
    "rungs",
    "tracking",
    "two_lists",
]
