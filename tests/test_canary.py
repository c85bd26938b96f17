"""Privacy: names, addresses and texts planted in every export are nowhere in what is made."""

import logging
import traceback
from pathlib import Path

import pandas as pd
import pytest

from helpers import batch, load, paths, privacy, simulate, tables
from helpers.simulate.exports import invented

CANARY = "zq7kanarie"
NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("0[1-5]-*.ipynb"))
KEY = b"canary" * 6


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """Return exports in every format with a canary in each name, address, handle and text."""
    folder = tmp_path_factory.mktemp("exports")
    planted = {
        "name": lambda person: f"{CANARY.title()} {invented.number('n', person)}",
        "address": lambda person: f"{CANARY}.{invented.number('a', person)}@example.org",
        "text": lambda words, *parts: f"{CANARY} {invented.number(*parts)} " + "word " * words,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, function in planted.items():
            patch.setattr(invented, name, function)
        for seed, network in enumerate(("instagram", "facebook")):
            engagement, _ = simulate.world(seed, people=1500, bluesky=0.3, network=network)
            simulate.write_exports(engagement, folder / network)
    return folder


def planted(folder):
    """Return the names of exported files in which a canary is planted."""
    return [path.name for path in folder.rglob("*.*") if CANARY.encode() in _lower(path)]


def _lower(path):
    return path.read_bytes().lower()


def test_the_canaries_are_in_the_exports(exports):
    """The test below could fail: every export holds something personal."""
    formats = {name.partition("_")[0] for name in planted(exports)}
    assert {"instagram", "facebook", "bluesky", "substack", "gumroad"} == formats


def test_no_table_holds_a_canary(exports):
    """Nothing personal is in a table or in the receipt."""
    engagement = load.load(exports / "instagram", key=KEY, timezone="UTC", currency="EUR")
    for name in (*tables.SCHEMAS, "receipt"):
        frame = getattr(engagement, name).drop(columns="recognised", errors="ignore")
        assert CANARY not in frame.to_csv().lower(), name
    assert len(engagement.responses) > 100
    assert len(engagement.conversions) > 10


def test_another_key_gives_other_people_and_the_same_figures(exports):
    """Without the key nobody can be recognised; with another the counts are the same."""
    ids = [
        set(
            load.load(exports / "facebook", key=key, timezone="UTC", currency="EUR").responses[
                "person_id"
            ]
        )
        for key in (KEY, KEY[::-1] + b"x")
    ]
    assert len(ids[0]) == len(ids[1]) > 0
    assert set() == ids[0] & ids[1]


def test_no_page_notebook_or_log_holds_a_canary(exports, tmp_path, caplog, capfd, monkeypatch):
    """From raw exports to the report: not in notebooks, pages, tables, logs or the terminal."""
    caplog.set_level(logging.DEBUG)
    authors = pd.DataFrame(
        {
            "author": ["Instagram Author", "Facebook Author"],
            "source": [str(exports / "instagram"), str(exports / "facebook")],
            "timezone": ["Europe/Paris"] * 2,
            "currency": ["EUR"] * 2,
        }
    )
    monkeypatch.setattr(paths, "private", lambda: tmp_path / "private")
    results = batch.run(authors, NOTEBOOKS, tmp_path / "out")
    assert ["done"] * 10 == results["status"].to_list()
    assert 2 == len(list(tmp_path.rglob("report.html")))
    assert [] == planted(tmp_path)
    for folder in (tmp_path / "private" / "tables").iterdir():
        engagement = tables.read(folder)
        for name in tables.SCHEMAS:
            assert CANARY not in getattr(engagement, name).to_csv().lower()
    assert CANARY not in caplog.text.lower()
    assert CANARY not in "".join(capfd.readouterr()).lower()


@pytest.mark.parametrize("spoil", ["truncate", "column", "zone"])
def test_no_error_holds_a_canary(exports, tmp_path, spoil):
    """A refusal or a receipt line about a spoilt file quotes nobody."""
    source = exports / "instagram"
    file = next(source.glob("substack_*" if spoil == "truncate" else "instagram_*"))
    content = file.read_bytes()
    spoilt = {
        "truncate": content[: len(content) // 2],
        "column": content.replace(b"Publish time", CANARY.encode()),
        "zone": content,
    }[spoil]
    (tmp_path / file.name).write_bytes(spoilt)
    zone = None if spoil == "zone" else "UTC"
    with pytest.raises(load.LoadError) as refusal:
        load.load(tmp_path, key=KEY, timezone=zone)
    said = "".join(traceback.format_exception(refusal.value))
    assert CANARY not in said.lower().replace(f"<{CANARY}>", "")


def test_a_short_key_is_refused():
    """A key that can be guessed hides nobody."""
    with pytest.raises(ValueError, match="key"):
        privacy.person_id("anna@example.org", "email", b"short")
