"""The seven tables: what they refuse, and that writing them is all or nothing."""

import os

import pandas as pd
import pytest

from helpers import tables
from helpers.tables import Engagement, TableError


def post(**values):
    """Return a one-row posts table."""
    row = {
        "post_id": "instagram:1",
        "platform": "instagram",
        "published_at": pd.Timestamp("2026-01-02 10:00", tz="UTC"),
        "grain": "minute",
        "kind": "post",
        "words": 12,
    }
    return pd.DataFrame([row | values])


def tally(**values):
    """Return a one-row tallies table."""
    row = {"post_id": "instagram:1", "kind": "like", "unit": "acts", "count": 7, "as_of": pd.NaT}
    return pd.DataFrame([row | values])


def test_missing_tables_are_empty_ones():
    """An engagement with nothing in it has seven tables with columns and no rows."""
    engagement = Engagement()
    for name, columns in tables.COLUMNS.items():
        frame = getattr(engagement, name)
        assert (0, list(columns)) == (len(frame), list(frame.columns))


def test_every_column_says_what_it_means():
    """The codebook can be generated: each column has a description."""
    undescribed = [
        (table, name)
        for table, columns in tables.COLUMNS.items()
        for name, column in columns.items()
        if not column.description
    ]
    assert [] == undescribed


def test_refusal_names_the_table_and_column_and_no_value():
    """A value outside the choices is refused without being quoted: it may be personal."""
    with pytest.raises(TableError) as refusal:
        Engagement(posts=post(kind="anna@example.org"))
    assert (
        "Table 'posts': column 'kind' fails the check "
        "\"isin(('post', 'reply', 'boost', 'newsletter', 'video'))\" (1 failure(s) in 1 rows). "
        "See the codebook in data/README.md for what each column must hold."
    ) == str(refusal.value)
    assert refusal.value.__context__ is None


def test_a_tally_of_an_unknown_post_is_refused():
    """Tallies and responses belong to posts that are there."""
    with pytest.raises(TableError) as refusal:
        Engagement(posts=post(), tallies=tally(post_id="instagram:2"))
    assert (
        "Table 'tallies': 1 row(s) belong to a post that is not in table 'posts'. "
        "Add the post, with no date if none is known."
    ) == str(refusal.value)


@pytest.mark.parametrize("count", [-1, 1.5])
def test_a_count_is_a_whole_number_from_zero(count):
    """Negative and fractional counts are refused."""
    with pytest.raises(TableError, match="Table 'tallies': column 'count'"):
        Engagement(posts=post(), tallies=tally(count=count))


def test_what_is_written_is_read_back(tmp_path):
    """Writing and reading changes nothing, types and missing values included."""
    before = Engagement(posts=post(words=None), tallies=tally())
    after = tables.read(before.write(tmp_path / "tables"))
    for name in tables.SCHEMAS:
        pd.testing.assert_frame_equal(getattr(before, name), getattr(after, name))


def test_writing_again_leaves_one_file_a_table(tmp_path):
    """Files of an older writing are removed once the new ones are in force."""
    Engagement(posts=post()).write(tmp_path)
    Engagement(posts=post(words=99)).write(tmp_path)
    assert len(tables.SCHEMAS) + 1 == len(list(tmp_path.glob("*.parquet")))
    assert 99 == tables.read(tmp_path).posts["words"].item()


@pytest.mark.parametrize("survived", range(3))
def test_a_crash_leaves_the_old_tables_whole(tmp_path, monkeypatch, survived):
    """Whichever file the crash comes at, the reader finds the old engagement."""
    old = Engagement(posts=post(), tallies=tally())
    new = Engagement(posts=post(words=99), tallies=tally(count=8))
    old.write(tmp_path)
    steps, fsync = iter(range(100)), os.fsync

    def crash(descriptor):
        if next(steps) >= survived:
            raise OSError("the power went")
        fsync(descriptor)

    monkeypatch.setattr("helpers.tables.os.fsync", crash)
    with pytest.raises(OSError, match="the power went"):
        new.write(tmp_path)
    found = tables.read(tmp_path)
    assert (12, 7) == (found.posts["words"].item(), found.tallies["count"].item())


def test_a_folder_without_tables_is_refused(tmp_path):
    """The refusal says what is missing and what to do."""
    with pytest.raises(TableError) as refusal:
        tables.read(tmp_path / "holiday")
    assert (
        "No tables in 'holiday': it has no tables.json. "
        "Load the exports first (notebook 01) or name the folder of exports."
    ) == str(refusal.value)


def test_a_changed_file_is_refused(tmp_path):
    """A table that is not the one that was written is named."""
    Engagement(posts=post()).write(tmp_path)
    file = next(tmp_path.glob("posts.*.parquet"))
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(TableError) as refusal:
        tables.read(tmp_path)
    assert f"{file.name} was changed after it was written. Load the exports again." == str(
        refusal.value
    )


def test_the_sentence_adds_up():
    """The receipt's sentence states files, and rows read, kept and set aside."""
    receipt = pd.DataFrame(
        [["a.csv", "gumroad", 10, 8, 2, "", "0" * 64], ["b.jpg", "unknown", 0, 0, 0, "", "1" * 64]],
        columns=list(tables.RECEIPT_COLUMNS),
    )
    assert (
        "2 files were found and 1 of them gave rows: 10 rows read = 8 kept + 2 set aside."
        == Engagement(receipt=receipt).sentence
    )
