"""How often comparisons were right where the truth is known, from the stored results."""

import importlib

import pandas as pd

from helpers.measured import FAILS, HOLDS, StaleError
from helpers.validate import engine
from helpers.wording import span

NAME = "compare"
COLUMNS = {
    "world": "world",
    "authors": "authors",
    "assumption": "assumption",
    "rank_coverage": "all ranks held",
    "added_rank_coverage": "all ranks held, what posting adds",
    "pairs_told_apart": "pairs told apart",
    "false_lifts": "some false lift",
    "shrunken_coverage": "shrunken held",
    "shrunken_coverage_of_best": "shrunken held, highest",
    "unshrunken_coverage_of_best": "not shrunken held, highest",
    "cost_coverage": "cost held",
    "cost_told": "cost told",
    "replicates": "draws",
}


def measured() -> pd.DataFrame:
    """Return how often comparisons were right, a row a simulated world of authors.

    Raises
    ------
    StaleError
        If there are no stored figures, or the methods or the worlds changed since.
    """
    path = engine.path(NAME)
    stored = pd.read_csv(path) if path.is_file() else pd.DataFrame({"code": []})
    modules = importlib.import_module(f"helpers.validate.{NAME}").CODE
    if set(stored["code"]) != {engine.code(modules)}:
        raise StaleError(
            f"{engine.FOLDER}/{NAME}.csv is missing, or was made by other code than the code that "
            f"is here. Run `make validate DESIGN={NAME}`, which takes minutes, and look at the "
            f"figures again."
        )
    stored["assumption"] = stored["holds"].map({True: HOLDS, False: FAILS})
    return stored[list(COLUMNS)].rename(columns=COLUMNS)


def trust(table: pd.DataFrame) -> str:
    """Say how often ranks, shrunken values and costs held, at worst and best."""
    holds = table["assumption"] == HOLDS
    return (
        f"Where the assumptions hold {_row(table[holds])}. Where they fail, because errors or true "
        f"values are not as is assumed {_row(table[~holds])}."
    )


def _row(table: pd.DataFrame) -> str:
    said = {
        name: span(table[name].min(), table[name].max()) for name in table.columns[3:-1]
    }  # shares
    return (
        f"({len(table)} worlds of {table['authors'].min()} to {table['authors'].max()} authors), "
        f"the rank intervals held every author's true rank at once in {said['all ranks held']} of "
        f"the draws; shrunken intervals held {said['shrunken held']} of true values, and of the "
        f"highest author's {said['shrunken held, highest']}, against "
        f"{said['not shrunken held, highest']} without shrinkage; the interval of the cost held "
        f"it in {said['cost held']}; and somebody without a lift was called in "
        f"{said['some false lift']}"
    )
