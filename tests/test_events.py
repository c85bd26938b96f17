"""Events: what DuckDB counts over Parquet is what pandas counts in memory."""

import duckdb
import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import engines
from helpers import bench_batch, events, segment
from helpers.events import EventsError
from helpers.tables import Engagement

# Ibis still calls a method that DuckDB has renamed.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

KINDS = ["delivery", "open", "click", "like", "boost", "reply", "quote"]


def drawn(seed, rows=3_000):
    """Return an engagement of random responses by a few hundred people."""
    draw = np.random.default_rng(seed)
    posts = [f"p{number}" for number in range(20)]
    responses = {
        "response_id": [str(number) for number in range(rows)],
        "post_id": draw.choice(posts, rows),
        "person_id": [f"email:{n:020x}" for n in draw.integers(400, size=rows)],
        "kind": draw.choice(KINDS, rows),
    }
    frame = pd.DataFrame(responses).assign(occurred_at=pd.NaT, words=None)
    published = {"post_id": posts, "platform": "bluesky", "published_at": pd.NaT}
    post = pd.DataFrame(published).assign(grain="day", kind="post", words=None)
    return Engagement(posts=post, responses=frame)


@pytest.fixture(scope="module")
def postgres():
    """Return the address of a PostgreSQL that runs as long as these tests."""
    with engines.postgres() as address:
        yield address


@pytest.fixture(scope="module")
def pyspark():
    """Return the address of a cluster of Spark that runs as long as these tests."""
    with engines.spark() as address:
        yield address


def store(database, frame, *, is_session):
    """Put events into a database once; every connection to Spark is one session, left open."""
    if events.EVENTS not in database.list_tables():
        database.create_table(events.EVENTS, frame)
    if not is_session:
        database.disconnect()


# Spark's client leaves its sockets to the garbage collector, and copies as pandas 2 did.
LEFT = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]


@pytest.fixture(params=["parquet", "duckdb", "postgres", pytest.param("pyspark", marks=LEFT)])
def reacted(request, tmp_path):
    """Yield an engagement, and its events on each engine that can be had."""
    engagement = drawn(1)
    if request.param == "parquet":
        yield engagement, events.events(engagement.write(tmp_path))
        return
    frame = pa.Table.from_pandas(engagement.responses[list(events.COLUMNS)])
    if request.param == "duckdb":
        source = f"duckdb://{tmp_path / 'events.db'}"
        with duckdb.connect(tmp_path / "events.db") as database:
            database.register("frame", frame)
            database.execute("CREATE TABLE responses AS SELECT * FROM frame")
    else:
        source = request.getfixturevalue(request.param)
        store(ibis.connect(source), frame, is_session=request.param == "pyspark")
    table = events.events(source)
    yield engagement, table
    if request.param == "postgres":
        table.get_backend().disconnect()


def answer(table):
    """Return what an engine answers, as a frame."""
    return table.to_pyarrow().to_pandas()


def test_people_are_those_of_pandas(reacted):
    """The same people, acts and rungs as `segment.people`, whatever counts them."""
    engagement, table = reacted
    expected = segment.people(engagement).drop(columns="conversions").astype({"segment": "str"})
    found = answer(events.people(table)).sort_values("person_id", ignore_index=True)
    pd.testing.assert_frame_equal(expected, found, check_dtype=False)


def test_frequencies_are_those_of_pandas(reacted):
    """How many people acted once, twice, …, in all and by some kinds alone."""
    engagement, table = reacted
    for kinds in (None, ["like", "reply"]):
        acts = engagement.responses
        acts = acts if kinds is None else acts[acts["kind"].isin(kinds)]
        expected = acts["person_id"].value_counts().value_counts().sort_index()
        found = answer(events.frequencies(table, kinds)).set_index("times")["people"]
        assert expected.to_dict() == found.to_dict()


def test_people_of_each_post_are_those_of_pandas(reacted):
    """Acts, and distinct people, of each post and kind."""
    engagement, table = reacted
    by = engagement.responses.groupby(["post_id", "kind"])["person_id"]
    expected = pd.DataFrame({"acts": by.size(), "people": by.nunique()}).reset_index()
    found = answer(events.posts(table)).sort_values(["post_id", "kind"], ignore_index=True)
    pd.testing.assert_frame_equal(expected, found, check_dtype=False)


@pytest.mark.parametrize("count", bench_batch.SQL)
def test_the_bench_sets_like_beside_like(tmp_path, count):
    """SQL written by hand gives the answer that the same count by Ibis gives."""
    bench_batch.write_events(tmp_path / "few.parquet", 3_000)
    ours, theirs = (
        way(tmp_path / "few.parquet", count).to_pandas()
        for way in (bench_batch.by_ibis, bench_batch.by_sql)
    )
    both = list(ours.columns)
    expected, found = (frame[both].sort_values(both[:2]).to_numpy() for frame in (theirs, ours))
    assert expected.tolist() == found.tolist()


def test_the_answers_are_known_for_three_acts(tmp_path):
    """One likes twice, one opens once: two people, three acts, two rungs."""
    acts = {"person_id": ["a", "a", "b"], "post_id": ["p"] * 3, "kind": ["like", "like", "open"]}
    pd.DataFrame(acts).to_parquet(tmp_path / "acts.parquet")
    table = events.events(tmp_path / "acts.parquet")
    people = answer(events.people(table).order_by("person_id"))
    assert [["a", 0, 2, 0, "interaction"], ["b", 1, 0, 0, "silent attention"]] == (
        people.to_numpy().tolist()
    )
    assert [[1, 1], [2, 1]] == answer(events.frequencies(table)).to_numpy().tolist()


def test_little_memory_gives_the_same_answer(tmp_path):
    """Groups that do not fit in memory go to the disk and come back."""
    rows = 400_000
    draw = np.random.default_rng(2)
    people = [f"email:{n:020x}" for n in draw.integers(300_000, size=rows)]
    acts = pd.DataFrame({"person_id": people, "post_id": "p", "kind": "like"})
    acts.to_parquet(tmp_path / "acts.parquet")
    table = events.events(tmp_path / "acts.parquet", memory="100MB", spill=tmp_path / "spilt")
    counted = events.people(table)
    assert acts["person_id"].nunique() == counted.count().to_pyarrow().as_py()
    assert rows == counted.interactions.sum().to_pyarrow().as_py()


def test_a_source_without_events_is_refused(tmp_path):
    """An empty folder, a file of something else, a database without the table."""
    pd.DataFrame({"person_id": ["a"]}).to_parquet(tmp_path / "people.parquet")
    (tmp_path / "empty").mkdir()
    address = f"duckdb://{tmp_path / 'empty.db'}"
    messages = {
        tmp_path / "empty": "No Parquet file in 'empty'. Load the exports first (notebook 01).",
        tmp_path / "people.parquet": "people.parquet has no column post_id, kind. "
        "Events have person_id, post_id and kind.",
        address: "The database has no table 'responses'. Name it so, or add a view.",
    }
    for source, message in messages.items():
        with pytest.raises(EventsError) as refusal:
            events.events(source)
        assert message == str(refusal.value)
