"""Privacy: names, addresses and texts planted in every export are nowhere in what is made."""

import base64
import contextlib
import json
import logging
import os
import struct
import tempfile
import traceback
import zlib
from collections import Counter
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from typer.testing import CliRunner

from helpers import cli, load, paths, privacy, simulate, tables
from helpers.batch import places
from helpers.report import printing
from helpers.simulate.exports import invented
from opened import PNG, everything

CANARY = "zq7kanarie"
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


@pytest.fixture(scope="module")
def made(exports, tmp_path_factory):
    """Return a folder with all that an author's report leaves, the terminal's words included.

    `out` is what is passed on; `private` is what git ignores; `said` is what was shown.
    """
    folder = tmp_path_factory.mktemp("made")
    (folder / "said").mkdir()
    (folder / "private").mkdir()
    table = pd.DataFrame({"author": ["An Author"], "source": [str(exports)]})
    table = table.assign(timezone="Europe/Paris", currency="EUR")
    table.to_csv(folder / "authors.csv", index=False)
    zone = ["--timezone", "UTC", "--currency", "EUR"]
    tables_out = ["--out", folder / "private" / "csv", "--format", "csv"]
    with (
        (folder / "said" / "logging.txt").open("w") as log,
        (folder / "said" / "terminal.txt").open("w+b") as terminal,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(paths, "private", lambda: folder / "private")
        handler = logging.StreamHandler(log)
        logging.getLogger().addHandler(handler)
        patch.setattr(logging.getLogger(), "level", logging.DEBUG)
        with shown_in(terminal):
            report = called("batch", folder / "authors.csv", "--out", folder / "out", "--json")
        loaded = called("load", exports / "instagram", *zone, *tables_out)
        logging.getLogger().removeHandler(handler)
    for name, result in {"report": report, "load": loaded}.items():
        (folder / "said" / f"{name}.txt").write_text(result.stdout + result.stderr)
        assert 0 == result.exit_code, result.output
    return folder


def called(*words):
    """Run the command line in this process."""
    return CliRunner().invoke(cli.app, list(map(str, words)))


@contextlib.contextmanager
def shown_in(file):
    """Have what this process and those that it starts write to the terminal go to a file."""
    before = [os.dup(descriptor) for descriptor in (1, 2)]
    for descriptor in (1, 2):
        os.dup2(file.fileno(), descriptor)
    try:
        yield
    finally:
        for descriptor, old in zip((1, 2), before, strict=True):
            os.dup2(old, descriptor)
            os.close(old)


def leaks(folder, *words):
    """Return the names of files that say one of these, laid open; they are read once."""
    return [
        f"{path.relative_to(folder)}: {word}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for said in [everything(path.read_bytes()).lower()]
        for word in words
        if word.lower() in said
    ]


@pytest.mark.kernel
def test_no_page_print_notebook_or_log_holds_a_canary(made):
    """Pages, prints, figures, outputs, logs, index, manifests, terminal: nobody's name in any."""
    kinds = Counter(path.suffix for path in (made / "out").rglob("*") if path.is_file())
    assert {".html": 2, ".pdf": 1, ".ipynb": 5, ".log": 1, ".json": 2, "": 1} == kinds
    assert [] == leaks(made, CANARY)


@pytest.mark.kernel
def test_no_stored_output_holds_a_canary(made):
    """Every output of every cell, its pictures and its widgets, and what the cell was told."""
    figures = 0
    for path in sorted((made / "out").rglob("*.ipynb")):
        content = nbformat.read(path, as_version=4)
        outputs = [one for cell in content.cells for one in cell.get("outputs", [])]
        figures += sum("image/svg+xml" in one.get("data", {}) for one in outputs)
        for one in [*outputs, content.metadata, *(cell.source for cell in content.cells)]:
            assert CANARY not in everything(json.dumps(one).encode()).lower(), path.name
    assert figures > 5


@pytest.mark.kernel
def test_no_table_that_was_written_holds_a_canary(made):
    """Parquet is compressed: it is read, not searched; the CSV is searched above."""
    (folder,) = (made / "private" / "tables").iterdir()
    engagement = tables.read(folder)
    assert len(engagement.responses)
    for name in (*tables.SCHEMAS, "receipt"):
        frame = getattr(engagement, name).drop(columns="recognised", errors="ignore")
        assert CANARY not in frame.to_csv().lower(), name


@pytest.mark.kernel
def test_what_is_passed_on_does_not_say_where_it_was_made(made, exports, root):
    """No path of this machine: not of exports, project, output, home or temporary folder."""
    places = [exports, root, made, Path.home(), Path(tempfile.gettempdir())]
    assert [] == leaks(made / "out", *(f"{place}/" for place in places))
    given = nbformat.read(next((made / "out").rglob("01-*.ipynb")), as_version=4)
    noted = given.metadata["papermill"]
    assert {"input_path", "output_path", "environment_variables"} & set(noted) == set()
    assert exports.name == noted["parameters"]["source"]
    (injected,) = [c for c in given.cells if "injected-parameters" in c.metadata.get("tags", [])]
    assert f'source = "{exports.name}"' in injected.source


def test_a_place_becomes_a_name_and_an_address_stays(tmp_path, root):
    """Of what was given the last part, of the project what is inside it; no address is cut."""
    given = {"source": f"{tmp_path}/exports", "author": "/", "weeks": 5}
    said = {
        f"No file {tmp_path}/exports/a.csv": "No file exports/a.csv",
        f"in '{tmp_path}/exports'.": "in 'exports'.",
        f"{root}/src/x.py:3: Mind // this": "src/x.py:3: Mind // this",
        f"~ is {Path.home()}/mail": "~ is ~/mail",
        f"https://example.org{root}/y": f"https://example.org{root}/y",
    }
    assert list(said.values()) == [places.named(one, given) for one in said]


def png(kind, text):
    """Return a picture of one point that carries a text."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), (kind, text), (b"IEND", b"")]
    parts = [
        struct.pack(">I4s", len(c), k) + c + struct.pack(">I", zlib.crc32(k + c)) for k, c in chunks
    ]
    return PNG + b"".join(parts)


def printed(body, title="T"):
    """Return the print of a small page."""
    return printing.printed(f'<html lang="en"><title>{title}</title><h1>H</h1>{body}')


SVG = f'<svg xmlns="http://www.w3.org/2000/svg"><desc>{CANARY}</desc></svg>'.encode()
IMAGE = '<img alt="{}" src="data:image/svg+xml;base64,{}">'
HIDDEN = {
    "figure": lambda: IMAGE.format("", base64.b64encode(SVG).decode()).encode(),
    "percent": lambda: CANARY.replace("n", "%6E").encode(),
    "entity": lambda: CANARY.replace("n", "&#110;").encode(),
    "png text": lambda: base64.b64encode(png(b"tEXt", b"Author\0" + CANARY.encode())),
    "png packed": lambda: base64.b64encode(
        png(b"zTXt", b"Author\0\0" + zlib.compress(CANARY.encode()))
    ),
    "print": lambda: printed(f"<p>said by {CANARY}</p>"),
    "print title": lambda: printed("<p>x</p>", f"{CANARY} – a title"),
    "print alt": lambda: printed(
        IMAGE.format(f"Ω {CANARY}", base64.b64encode(SVG.replace(CANARY.encode(), b"x")).decode())
    ),
    "print subject": lambda: printed(f'<meta name="description" content="{CANARY}"><p>x</p>'),
}


@pytest.mark.parametrize("place", HIDDEN)
def test_a_canary_is_found_wherever_it_hides(place):
    """The tests above could fail: what is packed, escaped, printed or noted is laid open."""
    content = HIDDEN[place]()
    assert CANARY in everything(content).lower()
    assert place == "print subject" or CANARY.encode() not in content


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
