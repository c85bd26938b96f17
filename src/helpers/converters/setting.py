"""Setting: what a converter may know beyond the cells, and how it refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

Options = Mapping[str, Any]


class LoadError(ValueError):
    """Exports cannot be loaded; the message says what was found and what to do."""


@dataclass(frozen=True)
class Setting:
    """What a converter may know beyond the cells: the load's arguments and the file.

    `first` is the index of the file's first record among all that are loaded.
    """

    key: bytes
    timezone: str | None
    currency: str | None
    file: str = ""
    sha256: str = ""
    dates: str | None = None
    exported: pd.Timestamp = pd.NaT
    impossible: str | None = None
    first: int = 0
