"""The authors to be compared: each one's exports, loaded with that author's settings.

They stand in a table with a row an author, as for a batch, or in a folder with a sub-folder
an author; a folder that holds `authors.csv` is read by it. An author whose exports cannot be
loaded stays in the comparison, without figures and with the reason.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers import load, privacy, provenance
from helpers.compare.measures import CompareError, _check_authors
from helpers.tables import Engagement

TABLE = "authors.csv"
SETTINGS = ("timezone", "currency", "dates", "question", "impossible")
COLUMNS = ("author", "source", *SETTINGS, "calendar")


@dataclass(frozen=True, eq=False)
class Author:
    """One author: the name, the tables, the zone of the days, the calendar that was lived by.

    Parameters
    ----------
    name : str
        As it stands on the page.
    engagement : Engagement
        The tables; empty where the exports could not be loaded.
    timezone : str
        IANA name of the zone of the author's days.
    calendar : Path, optional
        The calendar that notebook 06 drew, if the author lived by one.
    failure : str
        Why the exports could not be loaded; "" where they were.
    """

    name: str
    engagement: Engagement
    timezone: str = "UTC"
    calendar: Path | None = None
    failure: str = ""


def _rows(source: Path) -> tuple[list[dict[str, str]], Path]:
    """Return a row an author as text, and the folder that sources are relative to."""
    path = source / TABLE if (source / TABLE).is_file() else source
    if path.is_file():
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
        _check_columns(table, path.name)
        return table.to_dict("records"), path.parent
    if not path.is_dir():
        raise CompareError(
            f"There is no {privacy.redact(path.name)!r}. Name a folder with a sub-folder an "
            f"author, or a table with a row an author."
        )
    folders = sorted(one.name for one in path.iterdir() if one.is_dir() and one.name[0] != ".")
    return [{"author": name, "source": name} for name in folders], path


def _check_columns(table: pd.DataFrame, name: str) -> None:
    lacking = [column for column in COLUMNS[:2] if column not in table]
    unknown = [str(column) for column in table if column not in COLUMNS]
    if lacking or unknown:
        raise CompareError(
            f"{name} lacks the column(s) {', '.join(lacking) or 'none'} and has the unknown "
            f"column(s) {', '.join(unknown) or 'none'}. It needs author and source, and may have "
            f"{', '.join(COLUMNS[2:])}."
        )


def _author(row: dict[str, str], beside: Path, given: dict[str, str], key: bytes) -> Author:
    stated = {name: row.get(name) or given.get(name, "") for name in SETTINGS}
    calendar = beside / row["calendar"] if row.get("calendar") else None
    failure, engagement = "", Engagement()
    try:
        settings = {name: value or None for name, value in stated.items()}
        source = beside / Path(row["source"]).expanduser()
        engagement = load.load(source, key=key, **settings)
    except load.LoadError as error:
        failure = str(error)
    return Author(row["author"], engagement, stated["timezone"] or "UTC", calendar, failure)


def read(source: str | Path, *, key: bytes, timezone: str = "", currency: str = "") -> list[Author]:
    """Load every author of a table or of a folder.

    Parameters
    ----------
    source : path
        A CSV file with the columns author and source, and any of `SETTINGS` and calendar (a
        file that notebook 06 wrote); or a folder with a sub-folder an author.
    key : bytes
        The secret with which people are hashed (see `privacy.project_key`).
    timezone, currency : str
        For authors whose row states none.

    Raises
    ------
    CompareError
        If there is no such file or folder, a column is unknown, there are fewer than two
        authors, a name stands twice, or nobody's exports can be loaded.
    """
    rows, beside = _rows(Path(source))
    _check_authors([row["author"] for row in rows])
    given = {"timezone": timezone, "currency": currency}
    found = [_author(row, beside, given, key) for row in rows]
    if all(author.failure for author in found):
        raise CompareError(
            f"The exports of none of the {len(found)} authors could be loaded. The first says: "
            f"{found[0].failure}"
        )
    return found


def loaded(authors: list[Author]) -> pd.DataFrame:
    """List what was loaded: author, period, posts, rows of conversions, and what failed."""
    rows = [
        (
            one.name,
            provenance.period(one.engagement),
            len(one.engagement.posts),
            len(one.engagement.conversions),
            one.failure or "loaded",
        )
        for one in authors
    ]
    return pd.DataFrame(rows, columns=["author", "period", "posts", "conversions", "exports"])


def line(authors: list[Author]) -> str:
    """Return the provenance line of a page on several authors."""
    hashes = sorted(provenance.data_hash(one.engagement) for one in authors)
    whole = hashlib.sha256("".join(hashes).encode()).hexdigest()[:12]
    rest = provenance.line(authors[0].engagement).split(". ", 1)[1]
    return f"Data of {len(authors)} authors {whole}. {rest}"
