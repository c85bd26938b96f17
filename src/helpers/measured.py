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
ASSUMED = (validate.RANDOM, validate.WEEKLY)


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
    """Say how often the interval held the truth and a lift was made up, at worst and best."""
    holds = table["world"].isin(ASSUMED)
    return (
        f"Where the assumption holds ({_row(table[holds])}. "
        f"Where it fails, because something else drives both posting and conversions "
        f"({_row(table[~holds])}."
    )


def _row(table: pd.DataFrame) -> str:
    coverage, alarms = table["coverage"], table["false alarms"].dropna()
    return (
        f"{len(table)} simulated worlds), the 95 % interval held the truth in "
        f"{span(coverage.min(), coverage.max(), 0)} of the draws, and a lift was declared "
        f"where there was none in {span(alarms.min(), alarms.max())}"
    )
