"""The house's figures: each draws data on one axis and carries its alternative text.

Two colours that colour-blind readers tell apart, direct labels, intervals always drawn.
The alternative text is the axis label, where `display.figure` finds it.
"""

from helpers.plots.designs import placebos, record
from helpers.plots.effects import history, lifts, tracking
from helpers.plots.people import audience, bounds, holdings, lorenz, rungs
from helpers.plots.planning import power

__all__ = [
    "audience",
    "bounds",
    "history",
    "holdings",
    "lifts",
    "lorenz",
    "placebos",
    "power",
    "record",
    "rungs",
    "tracking",
]
