"""Events too many for memory: who did what, counted where the rows are.

An *event* is one act by one person on one post, as in table `responses`. Each count is
written once, as an Ibis expression, and runs where its table lives: on DuckDB over Parquet
unless told otherwise, on PostgreSQL, Spark or BigQuery if that is where the events are.
Nothing is read into memory but the answer.
"""

import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import ibis  # type: ignore[import-untyped]
from ibis import _
from ibis.common.exceptions import TableNotFound  # type: ignore[import-untyped]
from ibis.expr.types import Table  # type: ignore[import-untyped]

from helpers import ladder as ladders
from helpers.ladder import Ladder
from helpers.segment.people import SEGMENTS

MEMORY = "2GB"
EVENTS = "responses"
COLUMNS = ("person_id", "post_id", "kind")


class EventsError(ValueError):
    """A source holds no table of events."""


def events(source: str | Path, *, memory: str = MEMORY, spill: str | Path | None = None) -> Table:
    """Return the events of a source, unread.

    Parameters
    ----------
    source : str or path
        A Parquet file, a folder of tables that notebook 01 wrote or of Parquet files, or
        the address of a database with a table `responses`, such as duckdb://events.db or
        postgres://….
    memory : str
        What DuckDB may hold in memory; beyond it writes to `spill`.
    spill : path, optional
        A folder for that; the system's temporary one when not given.

    Raises
    ------
    EventsError
        If the source has no events, or they lack a column.
    """
    options = {"memory_limit": memory, "temp_directory": str(spill or tempfile.gettempdir())}
    if urlsplit(str(source)).scheme and "://" in str(source):
        is_duck = str(source).startswith("duckdb://")
        database = ibis.connect(str(source), **(options if is_duck else {}))
        try:
            return _checked(database.table(EVENTS), "The table")
        except TableNotFound:
            raise EventsError(
                f"The database has no table {EVENTS!r}. Name it so, or add a view."
            ) from None
    path = Path(source)
    files = [path] if path.is_file() else sorted(path.glob(f"{EVENTS}*.parquet"))
    files = files or sorted(path.glob("*.parquet"))
    if not files:
        raise EventsError(
            f"No Parquet file in {path.name!r}. Load the exports first (notebook 01)."
        )
    database = ibis.duckdb.connect(**options, preserve_insertion_order=False)
    return _checked(database.read_parquet([str(file) for file in files]), files[0].name)


def _checked(table: Table, name: str) -> Table:
    lacking = [column for column in COLUMNS if column not in table.columns]
    if lacking:
        raise EventsError(
            f"{name} has no column {', '.join(lacking)}. Events have person_id, post_id and kind."
        )
    return table


def people(events: Table, ladder: Ladder | None = None) -> Table:
    """Place every person on the deepest rung that they reached.

    Returns
    -------
    Table
        One row a person: person_id; silent, interactions, engagements (acts); segment, one
        of `segment.SEGMENTS`. As `segment.people`, of those who acted.
    """
    ladder = ladder or ladders.read()
    kinds = {rung: ladder.kinds(rung) for rung in ladders.RUNGS}
    silent, interactions, engagements = (_acts(kinds[rung]) for rung in ladders.RUNGS[1:])
    counted = events.group_by("person_id").aggregate(
        reached=_acts(kinds["reached"]),
        silent=silent,
        interactions=interactions,
        engagements=engagements,
    )
    return counted.select(
        "person_id",
        "silent",
        "interactions",
        "engagements",
        segment=ibis.cases(
            (_.engagements > 0, SEGMENTS[4]),
            (_.interactions > 0, SEGMENTS[3]),
            (_.silent > 0, SEGMENTS[2]),
            (_.reached > 0, SEGMENTS[1]),
            else_=SEGMENTS[0],
        ),
    )


def _acts(kinds: list[str]) -> ibis.Deferred:
    return _.count(where=_.kind.isin(kinds))


def frequencies(events: Table, kinds: list[str] | None = None) -> Table:
    """Count the people seen once, twice, …: what `lurkers.unseen` starts from.

    Parameters
    ----------
    events : Table
        A row an act.
    kinds : list of str, optional
        The kinds of act that count as being seen; all when not given.

    Returns
    -------
    Table
        times (acts by one person) and people, by times.
    """
    seen = events if kinds is None else events.filter(_.kind.isin(kinds))
    times = seen.group_by("person_id").aggregate(times=_.count())
    return times.group_by("times").aggregate(people=_.count()).order_by("times")


def posts(events: Table) -> Table:
    """Count acts and the people behind them, by post and kind.

    Returns
    -------
    Table
        post_id, kind, acts, people (distinct).
    """
    each = events.group_by("post_id", "kind", "person_id").aggregate(acts=_.count())
    return each.group_by("post_id", "kind").aggregate(acts=_.acts.sum(), people=_.count())
