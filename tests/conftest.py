"""What every test may ask for: the project's root and the optional shared data."""

import os
from pathlib import Path

import matplotlib as mpl
import pytest

mpl.use("Agg")

SHARED_VARIABLE = "QUIET_AUDIENCE_SHARED"
SHARED_FOLDERS = ("exports", "public", "counts")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the project's root."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data(root: Path) -> Path:
    """Return the folder of real exports, public data and counts; skip where there is none."""
    folder = Path(os.environ.get(SHARED_VARIABLE) or root.parent / "shared" / "data")
    missing = [name for name in SHARED_FOLDERS if not (folder / name).is_dir()]
    if missing:
        pytest.skip(
            f"no shared data: {', '.join(missing)} not found in {SHARED_VARIABLE} "
            "or beside the project"
        )
    return folder
