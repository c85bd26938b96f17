"""Public data: the registry, the cache, and refusals that name what is wrong."""

import hashlib
import io
import socket
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from helpers import paths, public
from helpers.public import Dataset, File, NoAddressError, OfflineError, PublicError

ROWS = b"likes,sales\n3,0\n0,2\n"


def digest(content):
    """Return the sha256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def zipped(**members):
    """Return an archive of members by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"inner/{name}.csv", content)
    return buffer.getvalue()


class Quiet(BaseHTTPRequestHandler):
    """Sends what the server holds for a path; "/cut" promises more than it sends."""

    def do_GET(self):
        """Answer, and remember that there was a question."""
        self.server.asked.append(self.path)
        content = self.server.holds.get(self.path)
        self.send_response(404 if content is None else 200)
        promised = len(content or b"") + (100 if self.path == "/cut" else 0)
        self.send_header("Content-Length", str(promised))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *words):
        """Say nothing."""


@pytest.fixture
def server():
    """Return a server on this machine: what it holds, and what it was asked."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as running:
        running.holds, running.asked = {"/rows": ROWS, "/cut": ROWS}, []
        running.url = f"http://127.0.0.1:{running.server_port}"
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def closed():
    """Return the address of a port that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture
def listed(tmp_path, monkeypatch):
    """Return how to list files of an invented dataset; the cache is empty."""
    monkeypatch.setenv(public.VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "*")

    def lists(**files):
        known = tuple(
            File("shop", name, **({"sha256": digest(ROWS)} | about))
            for name, about in files.items()
        )
        dataset = Dataset("shop", "A shop", "Nobody", "none", "a day", ("few",), False, known)
        monkeypatch.setattr(public, "registry", lambda: {"shop": dataset})

    return lists


def kept(tmp_path):
    """Return the names of all that lies in the cache."""
    cache = tmp_path / "cache"
    return sorted(str(path.relative_to(cache)) for path in cache.rglob("*"))


def test_the_registry_says_what_each_file_is():
    """Every dataset has its terms and traps; a file has an address or how it is made, not both."""
    for name, about in public.registry().items():
        assert all([about.title, about.citation, about.licence, about.row, about.traps]), name
        for file in about.files:
            assert bool(file.url) != bool(file.how), file.label
            assert 64 == len(file.sha256), file.label
            assert not file.member or file.url.endswith(".zip"), file.label
    labels = [file.label for file in public.files()]
    assert len(set(labels)) == len(labels)
    simulated = [name for name, about in public.registry().items() if about.simulated]
    assert ["geolift"] == simulated


def test_the_shared_files_are_those_of_the_registry(shared_data, monkeypatch):
    """Each listed file is there, byte for byte, and nothing is fetched."""
    monkeypatch.setenv(public.VARIABLE, str(shared_data / "public"))
    found = [public.path(file.dataset, file.name) for file in public.files()]
    assert [shared_data / "public" / file.label for file in public.files()] == found


def test_the_cache_is_private_unless_named(monkeypatch, tmp_path):
    """Git ignores data/private; the variable points elsewhere."""
    monkeypatch.delenv(public.VARIABLE, raising=False)
    assert paths.root() / "data" / "private" / "cache" == public.cache()
    monkeypatch.setenv(public.VARIABLE, str(tmp_path))
    assert tmp_path == public.cache()


def test_a_file_is_fetched_once(listed, server, tmp_path):
    """The second time it comes from the cache."""
    listed(**{"days.csv": {"url": f"{server.url}/rows"}})
    assert ROWS == public.path("shop", "days.csv").read_bytes()
    public.require(["shop/days.csv", "elsewhere/days.csv"])
    assert ["/rows"] == server.asked
    assert ["shop", "shop/days.csv"] == kept(tmp_path)


def test_a_member_is_taken_out_of_its_archive(listed, server, tmp_path):
    """Wherever in the archive it lies; the archive does not stay."""
    server.holds["/all.zip"] = zipped(days=ROWS, others=b"")
    listed(**{"days.csv": {"url": f"{server.url}/all.zip", "member": "days.csv"}})
    assert ROWS == public.path("shop", "days.csv").read_bytes()
    assert ["shop", "shop/days.csv"] == kept(tmp_path)


def test_a_wrong_sum_is_refused_with_both_sums(listed, server, tmp_path):
    """What was sent is not kept."""
    server.holds["/rows"] = b"<html>Please log in</html>"
    listed(**{"days.csv": {"url": f"{server.url}/rows"}})
    with pytest.raises(PublicError) as refusal:
        public.path("shop", "days.csv")
    assert (
        f"shop/days.csv was refused: what {server.url}/rows sends has the sha256 "
        f"{digest(b'<html>Please log in</html>')}, and {digest(ROWS)} was expected. It was changed "
        f"there, or on the way."
    ) == str(refusal.value)
    assert [] == kept(tmp_path)


def test_a_corrupted_file_is_named_and_left(listed, server, tmp_path):
    """Nobody's file is overwritten: both sums and what to do are said."""
    listed(**{"days.csv": {"url": f"{server.url}/rows"}})
    place = tmp_path / "cache" / "shop" / "days.csv"
    place.parent.mkdir(parents=True)
    place.write_bytes(ROWS[:-1])
    with pytest.raises(PublicError) as refusal:
        public.require(["shop/days.csv"])
    assert (
        f"shop/days.csv in {tmp_path / 'cache'} is not the file that data/public.toml names: its "
        f"sha256 is {digest(ROWS[:-1])}, and {digest(ROWS)} was expected. Delete it and run "
        f"`make data`."
    ) == str(refusal.value)
    assert (ROWS[:-1], []) == (place.read_bytes(), server.asked)


def test_without_a_network_one_line_says_so(listed, closed, tmp_path):
    """And nothing is left half-written."""
    listed(**{"days.csv": {"url": f"http://{closed}/rows"}})
    with pytest.raises(OfflineError) as refusal:
        public.path("shop", "days.csv")
    assert (
        f"shop/days.csv could not be fetched: no whole answer from {closed}. Connect to the "
        f"network and run `make data`, or name a folder that has the files in "
        f"QUIET_AUDIENCE_PUBLIC."
    ) == str(refusal.value)
    assert [] == kept(tmp_path)


def test_a_download_cut_short_leaves_nothing(listed, server, tmp_path):
    """Fewer bytes than promised are no answer."""
    listed(**{"days.csv": {"url": f"{server.url}/cut"}})
    with pytest.raises(OfflineError):
        public.path("shop", "days.csv")
    assert [] == kept(tmp_path)


def test_what_a_server_refuses_is_said(listed, server, tmp_path):
    """A file that has moved is not a network that is down."""
    listed(**{"days.csv": {"url": f"{server.url}/gone"}})
    with pytest.raises(PublicError) as refusal:
        public.path("shop", "days.csv")
    assert (
        f"shop/days.csv could not be fetched: {server.url}/gone answered 404. It may have moved."
    ) == str(refusal.value)
    assert [] == kept(tmp_path)


@pytest.mark.parametrize("content", [b"no archive", zipped(others=ROWS)])
def test_an_archive_without_the_member_is_refused(listed, server, tmp_path, content):
    """Also when it is no archive at all."""
    server.holds["/all.zip"] = content
    listed(**{"days.csv": {"url": f"{server.url}/all.zip", "member": "days.csv"}})
    with pytest.raises(PublicError) as refusal:
        public.path("shop", "days.csv")
    assert (
        f"shop/days.csv was refused: what {server.url}/all.zip sends is not an archive that holds "
        f"one days.csv."
    ) == str(refusal.value)
    assert [] == kept(tmp_path)


def test_a_file_without_an_address_says_how_it_is_made(listed, tmp_path):
    """It cannot be required, only found."""
    listed(**{"days.csv": {"how": "typed from receipts"}})
    public.require(["shop/days.csv"])
    with pytest.raises(NoAddressError) as refusal:
        public.path("shop", "days.csv")
    assert (
        f"shop/days.csv is not in {tmp_path / 'cache'} and has no address to fetch it from. "
        f"It is typed from receipts."
    ) == str(refusal.value)
