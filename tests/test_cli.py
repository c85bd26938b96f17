"""The command line: words or one JSON object, codes that mean something, and no traceback."""

import hashlib
import json
import re
import socket
import subprocess
import sys
import time
import tomllib

import pandas as pd
import pytest
from typer.main import get_command
from typer.testing import CliRunner

import exports
from helpers import batch, cli, load, machine, paths, plan, public, tables
from helpers.cli import speech
from helpers.public import Dataset, File

COMMANDS = ("report", "load", "plan", "batch", "collect", "data", "doctor", "sample")
MISSING = "There is no folder 'nowhere'. Name the folder that holds your exports, or one export"
ROWS = b"likes,sales\n3,0\n"


def call(*words):
    """Run the command line in this process."""
    return CliRunner().invoke(cli.app, list(map(str, words)))


@pytest.fixture
def private(monkeypatch, tmp_path):
    """Keep the key of these tests out of the project."""
    (tmp_path / "private").mkdir()
    monkeypatch.setattr(paths, "private", lambda: tmp_path / "private")


@pytest.fixture
def invoke(monkeypatch, tmp_path):
    """Return a function that runs `report` with a batch that only records."""
    asked = []

    def run(authors, notebooks, out, *, progress):
        asked.append(authors.to_dict("records"))
        rows = [
            (author, "05-publisher-report", "done", 2.5, "", f"{out}/x/report.html", "It is so.")
            for author in authors["author"]
        ]
        return pd.DataFrame(rows, columns=list(batch.RESULT_COLUMNS))

    monkeypatch.setattr(batch, "run", run)
    return lambda *words: (call("report", *words), asked)


@pytest.fixture
def failing(monkeypatch):
    """Make every batch one in which the first notebook fails for the second of two authors."""
    rows = [("Ann", "01-load-engagement", "done", 1.0, "", "out/ann/report.html", "So.")]
    rows += [("Me", "01-load-engagement", "failed", 1.0, "LoadError: no files", None, None)]
    failed = pd.DataFrame(rows, columns=list(batch.RESULT_COLUMNS))
    monkeypatch.setattr(batch, "run", lambda *_, **__: failed)


def sales(folder, days=200):
    """Write exports of somebody who posts and sells, and return their folder."""
    dates = pd.date_range("2026-01-01", periods=days, freq="D")
    rows = [
        {
            "Purchase ID": f"p{place}",
            "Purchase Time (UTC timezone)": f"{date:%Y-%m-%d} 10:00:00 UTC",
        }
        for place, date in enumerate(dates)
    ]
    posts = [
        exports.instagram_row(str(place), f"{date:%m/%d/%Y} 06:08", Reach="90", Likes="3")
        for place, date in enumerate(dates[::3])
    ]
    exports.gumroad(folder, *rows)
    exports.instagram(folder, *posts)
    return folder


def test_help_is_there_at_once_and_gives_examples():
    """Every command has examples that it understands; help needs none of the heavy libraries."""
    code = "import sys, helpers.cli; print(sorted({'pandas', 'matplotlib'} & sys.modules.keys()))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]\n" == run.stdout
    assert set(COMMANDS) == set(get_command(cli.app).commands)
    for name in COMMANDS:
        said = call(name, "--help").stdout
        assert re.search(r"Examples?:\n    quiet-audience " + name, said), name
        assert "1  if something failed" in said
        assert "--json" in said
        assert "--quiet" in said
        assert max(map(len, said.splitlines())) <= 80, name


@pytest.mark.parametrize("command", COMMANDS)
def test_every_example_is_understood(command):
    """The options of each example are options of its command."""
    (examples,) = [every for one, every in cli.EXAMPLES.items() if one.__name__ == command]
    known = {option for one in get_command(cli.app).commands[command].params for option in one.opts}
    for example in examples:
        asked = set(re.findall(r"(?<= )--[a-z-]+", example.partition(" | ")[0]))
        assert set() == asked - known
        assert example.split()[0] == command


def test_the_readme_states_the_codes_and_the_commands(root):
    """What the README says of the command line is what it does."""
    text = (root / "README.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"`{name}`" in text, name
    section = text.partition("## The command line")[2].partition("\n## ")[0]
    assert ["0", "1", "2", "130"] == re.findall(r"^\| (\d+) \|", section, re.MULTILINE)


def test_it_says_which_version_it_is(root):
    """The version is the project's."""
    stated = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    assert f"quiet-audience {stated}\n" == call("--version").stdout


def test_it_prints_the_finding_the_page_and_the_time(invoke, tmp_path):
    """One sentence, one path, and seconds a notebook."""
    result, _ = invoke(tmp_path, "--author", "Me", "--out", "pages")
    assert 0 == result.exit_code
    assert "Me: It is so.\n  pages/x/report.html\n  (05 2.5 s)\n" == result.stdout


def test_a_folder_of_exports_is_one_author(invoke, tmp_path):
    """The folder's name stands in for a name; what is not stated stays unstated."""
    _, asked = invoke(tmp_path)
    (row,) = asked[0]
    assert {"author": tmp_path.name, "source": str(tmp_path)} | {
        "timezone": "",
        "currency": "",
        "dates": "",
        "question": "",
        "impossible": "",
    } == row


def test_the_sample_is_three_authors_and_one_can_be_chosen(invoke, root):
    """A folder with authors.csv is a table of authors."""
    _, asked = invoke(root / "data" / "sample")
    invoke(root / "data" / "sample", "--author", "Ines Quill")
    assert [3, 1] == [len(rows) for rows in asked]
    assert asked[1][0]["source"].endswith("quiet")


def test_an_author_who_is_not_there_is_refused(invoke, root):
    """The names that are there are listed."""
    result, _ = invoke(root / "data" / "sample", "--author", "Nobody")
    assert 2 == result.exit_code
    assert (
        "Nothing was run. There is no author 'Nobody' here. "
        "The authors are: Odile Brandt, Ines Quill, Marek Holloway.\n" == result.stderr
    )


STOPPED = (
    "Me: no page was made, and an older one was left as it is. "
    "01-load-engagement stopped: LoadError: no files"
)


@pytest.mark.parametrize("form", [[], ["--quiet"], ["--json"]], ids=["words", "quiet", "json"])
def test_a_failure_is_named_and_the_code_says_so(failing, tmp_path, form):
    """No soft sentence: no page, which notebook, and why, however quiet it is asked to be."""
    result = call("report", tmp_path, *form)
    assert 1 == result.exit_code
    assert result.stderr.endswith(f"{STOPPED}\n")
    if form == ["--json"]:
        said = json.loads(result.stdout)
        assert ("report", 1, [STOPPED]) == (said["command"], said["code"], said["failures"])
        assert [None, "out/ann/report.html"] == [row["page"] for row in said["notebooks"]][::-1]
    else:
        found = "Ann: So.\n  out/ann/report.html\n  (01 1.0 s)\n"
        assert ("" if form else found) == result.stdout


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["words", "json"])
def test_a_batch_says_how_many_were_done(failing, tmp_path, form):
    """One failed of two; the index is named."""
    result = call("batch", tmp_path / "authors.csv", "--out", tmp_path / "out", *form)
    assert 1 == result.exit_code
    assert "Me: 01-load-engagement stopped: LoadError: no files\n" in result.stderr
    if form:
        said = json.loads(result.stdout)
        index = str(tmp_path / "out" / "index.html")
        assert (1, 1, index) == (said["done"], said["failed"], said["index"])
    else:
        assert f"1 authors done, 1 failed.\n  {tmp_path}/out/index.html\n" == result.stdout


@pytest.mark.parametrize("command", ["load", "plan"])
def test_what_is_refused_is_one_sentence_and_the_code_two(command, private, tmp_path):
    """In words on standard error; with --json as an object too, and no traceback."""
    said = f"{'Nothing was loaded.'} {MISSING} file."
    out = ["--out", tmp_path / "out"]
    plain, asked = (call(command, tmp_path / "nowhere", *out, *form) for form in ([], ["--json"]))
    assert (2, "", f"{said}\n") == (plain.exit_code, plain.stdout, plain.stderr)
    assert {"command": command, "code": 2, "error": said} == json.loads(asked.stdout)
    assert not (tmp_path / "out").exists()


def test_what_is_asked_for_is_asked_for_as_an_option(private, tmp_path):
    """A parameter that a file leaves open is named as the command line has it."""
    exports.instagram(tmp_path, exports.instagram_row("1"))
    result = call("load", tmp_path)
    assert 2 == result.exit_code
    assert result.stderr.endswith(
        "Pass the zone that the account reports in, e.g. --timezone 'Europe/Paris'.\n"
    )


def test_wrong_usage_has_the_code_two():
    """An option that is none is said; standard output stays empty."""
    result = call("load", "x", "--jsn")
    assert (2, "") == (result.exit_code, result.stdout)
    assert "No such option: --jsn" in result.stderr


def test_load_accounts_for_every_file_and_says_what_is_off(private, tmp_path):
    """The receipt's sums, each method that is on, and why the others are off."""
    (tmp_path / "in").mkdir()
    result = call("load", sales(tmp_path / "in"), "--timezone", "UTC", "--currency", "EUR")
    assert 0 == result.exit_code
    assert (
        "\n  ig.csv\n    Instagram content (Meta Business Suite): 67 rows read = 67"
        in result.stdout
    )
    assert "\n  on   lift in sales (purchases with a day: 200 by the second)" in result.stdout
    assert (
        "\n  off  lift in sign-ups: no file dates a sign-up by the day. It would" in result.stdout
    )
    assert max(map(len, result.stdout.splitlines())) < 80
    assert ["in", "private"] == sorted(path.name for path in tmp_path.iterdir())


def test_load_answers_in_json(private, tmp_path):
    """Standard output is one object: receipt, methods, and where the tables are."""
    (tmp_path / "in").mkdir()
    words = ["--timezone", "UTC", "--currency", "EUR", "--json", "--out", tmp_path / "tables"]
    said = json.loads(call("load", sales(tmp_path / "in"), *words).stdout)
    assert {"command", "code", "failures", "sentence", "receipt", "methods", "written"} == set(said)
    assert [201, 67] == [row["read"] for row in said["receipt"]]
    assert {"on", "off"} == {row["state"].partition(":")[0] for row in said["methods"]}
    assert 8 == len(said["written"])
    assert 67 == len(tables.read(tmp_path / "tables").posts)


def test_tables_for_a_spreadsheet_run_nothing_in_it(private, tmp_path):
    """A code that begins as a formula does is written as text."""
    (tmp_path / "in").mkdir()
    exports.gumroad(tmp_path / "in", {"Discount Code": "=cmd|' /C calc'!A0"})
    words = ["--currency", "EUR", "--out", tmp_path / "t", "--format", "csv", "--quiet"]
    result = call("load", tmp_path / "in", *words)
    assert (0, "", "") == (result.exit_code, result.stdout, result.stderr)
    names = {*tables.SCHEMAS, "receipt"}
    assert {f"{name}.csv" for name in names} == {path.name for path in (tmp_path / "t").iterdir()}
    text = (tmp_path / "t" / "conversions.csv").read_text(encoding="utf-8")
    assert "'=cmd|" in text
    assert not re.search(r"(^|,)\"?[=@+]", text, re.MULTILINE)


def planned(folder, *words):
    """Plan a short test of an author's."""
    zone = ["--timezone", "UTC", "--currency", "EUR"]
    return call("plan", folder / "in", "--out", folder / "test", "--weeks", 8, *zone, *words)


def test_plan_says_what_a_test_would_find_and_writes_it_twice(private, tmp_path):
    """Power from the author's own days; both files hold the same calendar."""
    (tmp_path / "in").mkdir()
    sales(tmp_path / "in")
    result = planned(tmp_path, "--start", "2027-01-04", "--json")
    said = json.loads(result.stdout)
    assert 0 == result.exit_code == said["code"]
    assert "simulated from 199 days with 199 sales" in said["finding"]
    assert said["calendar"].startswith("From 2027-01-04 to 2027-02-28, 4 pairs of blocks of 7 ")
    assert [8] * 4 == [row["weeks"] for row in said["power"]]
    both = [plan.read(tmp_path / "test" / f"posting-calendar.{kind}") for kind in ("csv", "ics")]
    pd.testing.assert_frame_equal(*both)


def test_a_calendar_that_was_drawn_is_never_replaced(private, tmp_path):
    """Drawing again, until the coin suits, is refused; what was written stays."""
    (tmp_path / "in").mkdir()
    sales(tmp_path / "in")
    first = planned(tmp_path, "--start", "2027-01-04")
    assert "\n\nFrom 2027-01-04 to 2027-02-28, 4 pairs of blocks of 7 days." in first.stdout
    assert first.stdout.endswith(
        f"\n\n  {tmp_path}/test/posting-calendar.csv\n  {tmp_path}/test/posting-calendar.ics\n"
    )
    before = (tmp_path / "test" / "posting-calendar.csv").read_text()
    result = planned(tmp_path, "--start", "2027-01-04", "--seed", 2)
    assert (2, "") == (result.exit_code, result.stdout)
    assert (
        "Nothing was planned. Folder 'test' holds another calendar, posting-calendar.csv, "
        "and its test may have begun. Name another folder with --out.\n" == result.stderr
    )
    assert before == (tmp_path / "test" / "posting-calendar.csv").read_text()


def test_a_plan_of_no_use_is_refused(private, tmp_path):
    """The message names the option, and nothing is loaded."""
    result = call("plan", tmp_path, "--weeks", 0)
    assert 2 == result.exit_code
    assert "Nothing was planned. --weeks 0 is not a whole number of at least 1.\n" == result.stderr


@pytest.fixture
def listed(tmp_path, monkeypatch):
    """Return how to list files of an invented dataset; the cache is empty."""
    monkeypatch.setenv(public.VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "*")

    def lists(**files):
        known = {"sha256": hashlib.sha256(ROWS).hexdigest()}
        made = tuple(File("shop", name, **(known | about)) for name, about in files.items())
        dataset = Dataset("shop", "A shop", "Nobody", "CC0", "a day", ("few",), False, made)
        monkeypatch.setattr(public, "registry", lambda: {"shop": dataset})

    return lists


def test_data_says_what_is_missing_and_how_it_is_made(listed, tmp_path):
    """A file that can only be made by hand is said, and is no failure; one is there."""
    listed(days={"url": "https://example.org/days"}, weeks={"how": "typed from receipts"})
    (tmp_path / "cache" / "shop").mkdir(parents=True)
    (tmp_path / "cache" / "shop" / "days").write_bytes(ROWS)
    result = call("data")
    assert 0 == result.exit_code
    assert (
        f"shop/weeks is not in {tmp_path / 'cache'} and has no address to fetch it from. It is "
        f"typed from receipts.\n1 of 2 public files are in {tmp_path / 'cache'}.\n" == result.stdout
    )
    assert "Public data: 100%" in result.stderr
    said = json.loads(call("data", "shop", "--json", "--quiet").stdout)
    assert (2, 1, 1) == (said["files"], said["here"], len(said["by_hand"]))
    listing = call("data", "--list").stdout
    assert "  shop: A shop (CC0); 1 of 2 files are here\n" == listing


def test_data_without_a_network_is_one_line(listed):
    """However many files there are; the code says that it failed."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        place = f"http://127.0.0.1:{held.getsockname()[1]}"
        listed(days={"url": f"{place}/days"}, weeks={"url": f"{place}/weeks"})
        result = call("data")
    assert 1 == result.exit_code
    bars, said = result.stderr.rstrip("\n").rsplit("\n", 1)
    assert "\n" not in bars.strip("\n")
    assert said.startswith("shop/days could not be fetched")
    assert said.endswith("QUIET_AUDIENCE_PUBLIC. So it was for 2 files.")


def test_a_file_that_was_changed_is_a_failure(listed, tmp_path):
    """It is named with both sums, and with what to do."""
    listed(days={"url": "https://example.org/days"})
    (tmp_path / "cache" / "shop").mkdir(parents=True)
    (tmp_path / "cache" / "shop" / "days").write_bytes(b"other")
    result = call("data", "--quiet")
    assert (1, "") == (result.exit_code, result.stdout)
    assert "is not the file that data/public.toml names" in result.stderr
    assert result.stderr.endswith("Delete it and run `make data`.\n")


def test_a_dataset_that_is_not_known_is_refused(listed):
    """Those that are known are named."""
    listed(days={"url": "https://example.org/days"})
    result = call("data", "shoo")
    assert (2, "There is no dataset 'shoo'. The datasets are: shop.\n") == (
        result.exit_code,
        result.stderr,
    )


def test_the_doctor_finds_this_machine_well(tmp_path):
    """Python, every dependency, the kernel, the folders: each a line, and code 0."""
    result = call("doctor")
    assert 0 == result.exit_code, result.stderr
    lines = result.stdout.splitlines()
    assert {"ok", "less"} >= {line.split()[0] for line in lines}
    for name in ("Python", "pandas", "papermill", "kernel python3", "data/private", "disk"):
        assert any(line.startswith(f"ok       {name}: ") for line in lines), name


@pytest.mark.parametrize("form", [[], ["--quiet"], ["--json"]], ids=["words", "quiet", "json"])
def test_the_doctor_names_what_is_missing_and_what_to_do(monkeypatch, form):
    """An old and an absent package are failures; a missing browser is not."""
    stated = ["pandas>=99.1", "nothere[all]>=1.0", 'alsonot>=2; extra == "collect"']
    monkeypatch.setattr(machine, "requires", lambda _: [*stated, 'x>=1; extra == "test"'])
    monkeypatch.setattr(machine.shutil, "which", lambda _: None)
    result = call("doctor", *form)
    assert 1 == result.exit_code
    old = f"pandas: {pd.__version__}, older than 99.1. {machine.SET_UP}"
    assert f"{old}\nnothere: not installed. {machine.SET_UP}\n" == result.stderr
    if form == ["--json"]:
        states = {need["name"]: need["state"] for need in json.loads(result.stdout)["needs"]}
        assert ["MISSING", "MISSING", "less", "less"] == [
            states[name] for name in ("pandas", "nothere", "alsonot", "Chromium")
        ]
        assert "x" not in states
    else:
        assert (not form) == ("less     Chromium: none. Install Chromium" in result.stdout)


@pytest.mark.parametrize(
    ("found", "least", "met"),
    [
        ("3.1.1", "3.0", True),
        ("2.9.9", "3.0", False),
        ("10.0", "9.1", True),
        ("3.1rc1", "3.1", True),
    ],
)
def test_versions_are_compared_as_numbers(monkeypatch, found, least, met):
    """10 is newer than 9."""
    monkeypatch.setattr(machine, "version", lambda _: found)
    assert met == machine._package("x", least, needed=True, to_do="").met


def test_a_private_folder_that_others_can_read_is_a_failure(tmp_path):
    """The key and the exports lie there."""
    (tmp_path / "data" / "private").mkdir(parents=True)
    (tmp_path / "data" / "private").chmod(0o755)
    need = machine._private(tmp_path)
    assert (False, "others on this machine may read it") == (need.met, need.found)
    (tmp_path / "data" / "private").chmod(0o700)
    assert machine._private(tmp_path).met


def test_what_a_terminal_would_obey_is_left_out(invoke, tmp_path):
    """An author may be called anything: no escape sequence of a name reaches the terminal."""
    result, _ = invoke(tmp_path, "--author", "A\x1b[2J\u202eB")
    assert result.stdout.startswith("A[2JB: It is so.\n")


class _Terminal:
    """Standard error as a terminal has it."""

    def __init__(self):
        self.said = ""

    def write(self, text):
        self.said += text

    def flush(self):
        """Nothing waits."""

    def isatty(self):
        """Say that somebody looks."""
        return True


@pytest.mark.parametrize("quiet", [False, True])
def test_waiting_is_shown_to_whoever_looks(monkeypatch, quiet):
    """Seconds go by on a terminal; in a quiet manner nothing is shown."""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with speech.waiting(speech.Manner("x", quiet), "Reading"):
        time.sleep(1.2)
    assert (not quiet) == ("Reading: 00:01" in terminal.said)


def test_a_long_name_does_not_break_the_bar():
    """A bar is one line of 80 columns, whoever the author is."""
    from helpers.cli.batch import _short  # noqa: PLC0415

    for last in ("", "x" * 5000 + ": 05-publisher-report", "Ines Quill: 05-publisher-report"):
        assert 30 == len(_short(last))
    assert "Ines Quill: 05" == _short("Ines Quill: 05-publisher-report").strip()


def test_no_error_is_swallowed(monkeypatch, private, tmp_path):
    """An error that nobody expected is shown as it is: it is a fault of ours."""
    monkeypatch.setattr(load, "load", lambda *_, **__: 1 / 0)
    assert isinstance(call("load", tmp_path).exception, ZeroDivisionError)
