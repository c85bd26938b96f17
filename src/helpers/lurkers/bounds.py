"""An answer that may be an interval, and how it is known."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

STATUSES = ("measured", "estimated", "bounded", "cannot be known")


class LurkersError(ValueError):
    """What was handed over cannot be counts, shares or answers of the kind asked for."""


@dataclass(frozen=True)
class Bounds:
    """An answer between `low` and `high`, and how it is known.

    Parameters
    ----------
    question : str
        What was asked.
    low, high : float
        Ends of the answer; equal when measured, missing when it cannot be known.
    status : str
        One of `STATUSES`.
    assumption : str
        What must be true for the ends to hold; empty when nothing is assumed.
    sentence : str
        The answer in plain words, with its ends and counts.
    settle : str
        What would settle it.
    table : DataFrame
        The figures behind the sentence.
    """

    question: str
    low: float
    high: float
    status: str
    assumption: str
    sentence: str
    settle: str
    table: pd.DataFrame = field(repr=False)


def unknowable(question: str, sentence: str, settle: str, table: pd.DataFrame) -> Bounds:
    """Return the answer of a question that these exports cannot answer."""
    return Bounds(question, np.nan, np.nan, STATUSES[-1], "", sentence, settle, table)
