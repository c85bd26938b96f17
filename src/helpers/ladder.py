"""The depth ladder: which kind of act stands on which rung.

*Silent attention* is seen by the author alone. *Interaction* and *engagement* are
*visible*. The ladder is a data file, because depth is a convention.
"""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from helpers import paths

RUNGS = ("reached", "silent attention", "interaction", "engagement")
VISIBLE = ("interaction", "engagement")


class LadderError(ValueError):
    """A ladder file does not describe the four rungs."""


@dataclass(frozen=True)
class Ladder:
    """The rung of each kind of act.

    Parameters
    ----------
    rung_of : dict of str to str
        Kind of act, as in tables `tallies` and `responses`, to one of `RUNGS`.
    """

    rung_of: dict[str, str]

    def kinds(self, *rungs: str) -> list[str]:
        """Return the kinds that stand on any of `rungs`, in the file's order."""
        return [kind for kind, rung in self.rung_of.items() if rung in rungs]


def read(path: str | Path = "") -> Ladder:
    """Read a ladder file; without a path, the one that ships with the helpers.

    Raises
    ------
    LadderError
        If a rung is missing or unknown, or a kind stands on two rungs.
    """
    source = paths.resolve(path) if path else files("helpers") / "ladder.toml"
    rungs = {rung["name"]: rung["kinds"] for rung in tomllib.loads(source.read_text())["rung"]}
    if tuple(rungs) != RUNGS:
        raise LadderError(
            f"The ladder {source.name} has the rungs {', '.join(rungs)}. "
            f"It must have exactly these, in this order: {', '.join(RUNGS)}."
        )
    kinds = [kind for rung in rungs.values() for kind in rung]
    twice = sorted({kind for kind in kinds if kinds.count(kind) > 1})
    if twice:
        raise LadderError(
            f"The ladder {source.name} puts {', '.join(twice)} on more than one rung. "
            f"Leave each kind on one rung."
        )
    return Ladder({kind: rung for rung, members in rungs.items() for kind in members})
