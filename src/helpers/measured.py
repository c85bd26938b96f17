"""What was measured of the methods themselves, in worlds whose truth is known."""

import pandas as pd

from helpers import paths, validate
from helpers.wording import span

COLUMNS = {
    "world": "world",
    "days": "days",
    "per_day": "conversions a day",
    "memory": "memory of demand",
    "true_ratio": "true ratio",
    "coverage": "coverage",
    "false_alarm": "false alarms",
    "power": "lifts found",
    "cannot_tell": "cannot tell",
}


class StaleError(RuntimeError):
    """Stored figures were made by other code than the code that is here."""


def lift() -> pd.DataFrame:
    """Return how often `lift.from_posts` was right, a row a simulated world.

    Raises
    ------
    StaleError
        If there are no stored figures, or the estimator or the simulation changed since.
    """
    path = paths.root() / validate.STORED
    stored = pd.read_csv(path) if path.is_file() else pd.DataFrame({"code": []})
    if set(stored["code"]) != {validate.code()}:
        raise StaleError(
            f"{validate.STORED} is missing, or was made by other code than the code that is "
            f"here. Run `make validate`, which takes a while, and look at the figures again."
        )
    return stored.rename(columns=COLUMNS)[list(COLUMNS.values())]


def sentence(table: pd.DataFrame) -> str:
    """Say how often the intervals held the truth, and how often a lift was made up."""
    coverage, alarms = table["coverage"], table["false alarms"].dropna()
    return (
        f"Over {len(table)} simulated worlds, the 95 % interval held the truth in "
        f"{span(coverage.min(), coverage.max(), 0)} of the draws; where there was no lift, "
        f"one was declared in {span(alarms.min(), alarms.max())}."
    )
