"""The bundled sample, the exports of three invented authors.

*Loud*: many likes, and posting sells nothing. *Quiet*: hardly a like, and posting sells,
to readers who never react. *Mixed*: posts when demand is high already, so that plain
regression finds more than posting does. `authors.toml` holds their settings.
"""

import shutil
import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from helpers.simulate.exports import ZONE, invented, write_exports
from helpers.simulate.happenings import happen
from helpers.simulate.settings import choose
from helpers.simulate.truth import Truth, measure
from helpers.simulate.world import record

HERE = files("helpers.simulate")
AUTHORS: dict[str, dict[str, Any]] = tomllib.loads(HERE.joinpath("authors.toml").read_text("utf-8"))
EXPORTED_ON = date(2026, 7, 1)


@cache
def truths() -> dict[str, Truth]:
    """Return the truth of each invented author by the name of its folder."""
    return {
        folder: measure(happen(author["seed"], choose(**author["settings"])))
        for folder, author in AUTHORS.items()
    }


def write_sample(folder: str | Path) -> dict[str, Truth]:
    """Write the bundled sample: three folders of raw exports and a table of the authors.

    The same bytes every time. The folders of the three authors are replaced; other files
    are left alone.

    Parameters
    ----------
    folder : path
        Made if missing; `data/sample` in the project.

    Returns
    -------
    dict of str to Truth
        The truth of each author, by the name of its folder.
    """
    folder = Path(folder)
    for name, author in AUTHORS.items():
        shutil.rmtree(folder / name, ignore_errors=True)
        tables = record(happen(author["seed"], choose(**author["settings"])))
        write_exports(tables, folder / name, author=author["name"], exported_on=EXPORTED_ON)
    rows = [[author["name"], name, ZONE, "USD"] for name, author in AUTHORS.items()]
    table = invented.table(("author", "source", "timezone", "currency"), rows)
    (folder / "authors.csv").write_text(table, encoding="utf-8", newline="")
    return truths()
