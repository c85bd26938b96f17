"""Invented worlds whose truth is known, to try every method on.

A *world* is an author's people, posts and sales, drawn at random from stated settings.
Its *truth* is every quantity that the notebooks estimate. `write_exports` writes it as
the files that real platforms export.
"""

from helpers.simulate.exports import ZONE, write_exports
from helpers.simulate.sample import AUTHORS, truths, write_sample
from helpers.simulate.settings import Settings, SettingsError
from helpers.simulate.truth import Truth
from helpers.simulate.world import world

__all__ = [
    "AUTHORS",
    "ZONE",
    "Settings",
    "SettingsError",
    "Truth",
    "truths",
    "world",
    "write_exports",
    "write_sample",
]
