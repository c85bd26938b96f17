"""Collecting from servers of invented people on this machine, well-behaved and not."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

import servers
from helpers import cli, load
from helpers.collect import CollectError, asking, collect, pages

pytest.importorskip("atproto_client", reason="the extra `collect` is not installed")
pytest.importorskip("mastodon", reason="the extra `collect` is not installed")

ACCOUNTS = {"bluesky": "maud.example", "mastodon": "maud@home.example"}
LIKES = {"bluesky": "getLikes", "mastodon": "favourited_by"}
FEED_2 = {"bluesky": r"getAuthorFeed.*cursor=2", "mastodon": r"/statuses\?.*max_id=2"}
FILES = {
    "bluesky": [
        *("boosts-3kaa-0001", "boosts-3kaa-0002", "feed-0001", "feed-0002"),
        *("likes-3kaa-0001", "likes-3kaa-0002", "likes-3kaa-0003", "likes-3kbb-0001"),
        *("profile-0001", "quotes-3kaa-0001", "replies-3kaa-0001"),
    ],
    "mastodon": [
        *("boosts-117020565966271181-0001", "feed-0001", "feed-0002"),
        *("likes-117020565966271181-0001", "likes-117020565966271181-0002"),
        *("profile-0001", "replies-117020565966271181-0001"),
    ],
}
AGAIN = "What was saved is kept; run the same command again later to go on from there."


def never_wait(_):
    """Wait for nothing."""


def stopping_after(number):
    """Return a function that lets a number of requests pass, then is interrupted."""
    left = iter(range(number))

    def wait(_):
        if next(left, None) is None:
            raise KeyboardInterrupt

    return wait


def contents(folder):
    """Return the files of a folder without the time at which each was collected."""
    found = {path.name: path.read_text() for path in folder.iterdir()}
    return {name: re.sub(r'"collected_at": "[^"]*"', "", text) for name, text in found.items()}


def worlds(platform):
    """Return what a platform's server knows."""
    return servers.bluesky_world() if platform == "bluesky" else servers.mastodon_world()


def answers(platform, world):
    """Return how a platform's server answers."""
    return servers.bluesky(world) if platform == "bluesky" else servers.mastodon(world)


@pytest.fixture(params=["bluesky", "mastodon"])
def platform(request):
    """Return each platform in turn."""
    return request.param


@pytest.fixture
def world(platform):
    """Return what the platform's server knows; a test may change it."""
    return worlds(platform)


@pytest.fixture
def server(platform, world):
    """Return a running server of the platform."""
    with servers.serving(answers(platform, world)) as running:
        yield running


@pytest.fixture
def run(platform, server, tmp_path):
    """Return a function that collects into a folder without waiting."""

    def go(folder="out", **options):
        options = {"server": server.url, "sleep": never_wait} | options
        return collect(platform, ACCOUNTS[platform], tmp_path / folder, **options)

    return go


@pytest.fixture
def undisturbed(platform, run, server, tmp_path):
    """Return the files and requests of a collection in which nothing goes wrong."""
    run("undisturbed")
    asked = list(server.asked)
    server.asked.clear()
    return contents(tmp_path / "undisturbed"), asked


def test_every_answer_is_a_file_and_is_asked_for_once(platform, run, server, tmp_path):
    """Posts that nobody answered and posts of others cost no request."""
    result = run()
    expected = [f"{name}.json" for name in FILES[platform]]
    assert expected == sorted(contents(tmp_path / "out"))
    assert len(expected) == len(server.asked) == len(set(server.asked))
    posts = {"bluesky": 3, "mastodon": 2}[platform]
    assert f"{len(expected)} answers about {posts} posts are kept, {len(expected)} new." == (
        result.sentence
    )


def test_what_is_kept_is_what_was_sent(run, server, tmp_path):
    """Unknown fields, 25-digit numbers, emoji and nulls come through; so does their order."""
    run()
    kept = [json.loads(path.read_text())["body"] for path in (tmp_path / "out").iterdir()]
    sent = list(server.sent.values())
    assert sorted(json.dumps(body) for body in sent) == sorted(json.dumps(body) for body in kept)


def test_a_list_about_a_post_names_the_post_and_its_author(platform, run, server, tmp_path):
    """Nothing in a list of people says whose post they liked, so the wrapping does."""
    run()
    page = json.loads((tmp_path / "out" / f"{FILES[platform][0]}.json").read_text())
    body, collected = page.pop("body"), page.pop("collected_at")
    path, uri, author, mark = {
        "bluesky": ("xrpc/app.bsky.feed.getRepostedBy", f"{servers.POSTS}3kaa", servers.MAUD, "2"),
        "mastodon": (
            "api/v1/statuses/117020565966271181/reblogged_by",
            "https://home.example/users/maud/statuses/117020565966271181",
            "https://home.example/users/maud",
            "",
        ),
    }[platform]
    params = {"limit": "80"} if platform == "mastodon" else {"uri": uri, "limit": "100"}
    request = {"method": "GET", "url": f"{server.url}/{path}", "params": params}
    assert {"request": request, "author": author, "post": uri, "next": mark} == page
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", collected)
    assert body


def test_a_thread_is_asked_for_downwards_and_no_deeper_than_json_is_read(tmp_path):
    """Answers to the author are collected; what they themselves answered is not."""
    with servers.serving(servers.bluesky(servers.bluesky_world())) as server:
        collect("bluesky", servers.HANDLE, tmp_path, server=server.url, sleep=never_wait)
    threads = [address for address in server.asked if "getPostThread" in address]
    assert [True] == [address.endswith("3kaa&depth=80&parentHeight=0") for address in threads]


def test_a_collection_of_bluesky_loads(tmp_path):
    """Three posts; five likes, three boosts, a quote and a reply to one, a like to another."""
    with servers.serving(servers.bluesky(servers.bluesky_world())) as server:
        collect("bluesky", servers.HANDLE, tmp_path / "a", server=server.url, sleep=never_wait)
    engagement = load.load(tmp_path / "a", key=b"0" * 32)
    assert 3 == len(engagement.posts)
    kinds = engagement.responses["kind"].astype(str).value_counts().to_dict()
    assert {"like": 6, "boost": 3, "quote": 1, "reply": 1} == kinds


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param([servers.refusal(429, retry_after="7")], id="too many"),
        pytest.param([servers.refusal(500), servers.refusal(503)], id="500 twice"),
        pytest.param(["cut"], id="cut off"),
        pytest.param([servers.page_of_a_proxy()], id="a proxy's page"),
        pytest.param([(200, {"Content-Type": "application/json"}, b'{"li')], id="half an answer"),
        pytest.param([(200, {"Content-Type": "application/json"}, b'"no"')], id="other JSON"),
        pytest.param([(200, {"Content-Type": "application/json"}, b"[" * 10**5)], id="too deep"),
    ],
)
def test_what_passes_leaves_no_trace(platform, fault, undisturbed, run, server, tmp_path):
    """A request that fails is repeated, that one alone, and the files are the same."""
    files, asked = undisturbed
    server.faults = [(LIKES[platform], one) for one in fault]
    run()
    assert files == contents(tmp_path / "out")
    assert len(asked) + len(fault) == len(server.asked)
    assert asked == list(dict.fromkeys(server.asked))


def test_the_server_says_how_long_to_wait(platform, run, server):
    """Retry-After in seconds; elsewhere half a second between requests, and none before."""
    waits = []
    server.faults = [(LIKES[platform], servers.refusal(429, retry_after="7"))]
    run(sleep=waits.append)
    first = 3  # after the profile and two pages of the feed
    assert [0.0, 0.5, 0.5, 0.5, 7.0] == waits[: first + 2]
    assert {0.5} == set(waits[first + 2 :])


@pytest.mark.parametrize("prefix", ["X-RateLimit", "RateLimit"])
@pytest.mark.parametrize(
    "form",
    [
        lambda at: str(int(at)),
        lambda _: "100",
        lambda at: time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(at)),
        lambda at: time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(at)),
    ],
    ids=["epoch", "seconds", "ISO", "HTTP"],
)
def test_a_used_up_allowance_is_waited_for(prefix, form, run, server):
    """With nothing remaining the next request waits for the reset, in whatever form."""
    waits = []
    server.extra = {f"{prefix}-Remaining": "0", f"{prefix}-Reset": form(time.time() + 100)}
    run(sleep=waits.append)
    assert 0.0 == waits[0]
    assert all(95 < wait <= 101 for wait in waits[1:])


@pytest.mark.parametrize("stamp", ["", "soon", "-5", "9" * 500, "1e99", "0001-01-01"])
def test_a_stamp_that_says_nothing_costs_nothing(stamp, run, server):
    """Whatever a header holds, the pause is the least one."""
    waits = []
    server.extra = {"Retry-After": stamp}
    run(sleep=waits.append)
    assert {0.0, 0.5} == set(waits)


def test_a_wait_of_hours_is_left_to_the_user(platform, run, server):
    """No process sleeps for hours: it says so and can be run again."""
    server.faults = [(LIKES[platform], servers.refusal(429, retry_after="7200"))]
    with pytest.raises(CollectError) as refused:
        run()
    name = next(name for name in FILES[platform] if name.startswith("likes"))
    expected = f"{name}.json: the server wants a wait of 120 minutes. {AGAIN}"
    assert expected == str(refused.value)


def test_it_gives_up_after_six_attempts(platform, undisturbed, run, server, tmp_path):
    """Each waits twice as long as the last; it says what it asked for, and goes on later."""
    files, asked = undisturbed
    waits = []
    server.always = {LIKES[platform]: servers.refusal(502)}
    with pytest.raises(CollectError) as refused:
        run(sleep=waits.append)
    name = next(name for name in FILES[platform] if name.startswith("likes"))
    assert f"{name}.json: the server answered 502, 6 times. {AGAIN}" == str(refused.value)
    tried = waits[-5:]
    assert all(2**n / 2 <= wait <= 2**n for n, wait in enumerate(tried))
    server.always = {}
    run()
    assert files == contents(tmp_path / "out")
    assert len(asked) + 6 == len(server.asked)


@pytest.mark.parametrize("status", [401, 403])
def test_what_is_refused_is_said_and_not_asked_again(platform, status, undisturbed, run, server):
    """The rest is collected; the sentence names what was refused, for how many posts."""
    _, asked = undisturbed
    server.always = {LIKES[platform]: servers.refusal(status)}
    result = run()
    posts = {"bluesky": 2, "mastodon": 1}[platform]
    assert {"likes (refused to whoever has no token)": posts} == result.missing
    assert result.sentence.endswith(
        f" Not to be had: likes (refused to whoever has no token): {posts}."
    )
    likes = [address for address in asked if LIKES[platform] in address]
    assert len(asked) - len(likes) + 1 == len(server.asked)


@pytest.mark.parametrize(
    "reply",
    [
        servers.refusal(404),
        servers.refusal(400),
        (404, {}, b"<html>"),
        (410, {}, b"[1]"),
        (404, {"Content-Type": "application/json"}, b'"gone"'),
    ],
)
def test_a_deleted_post_is_noted_and_passed_over(platform, reply, run, server, tmp_path):
    """Everything else is there, and nobody asks for the post again."""
    server.always = {LIKES[platform]: reply}
    result = run()
    posts = {"bluesky": 2, "mastodon": 1}[platform]
    assert {f"likes (answered {reply[0]})": posts} == result.missing
    name = next(name for name in FILES[platform] if name.startswith("likes"))
    page = json.loads((tmp_path / "out" / f"{name}.json").read_text())
    assert [f"answered {reply[0]}", None, ""] == [page["absent"], page["body"], page["next"]]
    server.asked.clear()
    assert 0 == run().new
    assert [] == server.asked


def test_an_account_that_is_not_there_leaves_nothing_behind(platform, server, tmp_path):
    """The error says what to check; no file keeps a later attempt from asking."""
    account = {"bluesky": "mavd.example", "mastodon": "mavd@home.example"}[platform]
    with pytest.raises(CollectError) as refused:
        collect(platform, account, tmp_path / "out", server=server.url, sleep=never_wait)
    path = {"bluesky": "/xrpc/app.bsky.", "mastodon": "/api/v1/"}[platform]
    assert (
        f"profile-0001.json was not to be had from {server.url}{path}: answered 404. "
        "Check how the account is spelt, and name the server that it is on."
    ) == str(refused.value)
    assert {} == contents(tmp_path / "out")


@pytest.mark.parametrize(
    ("body", "mark", "expected"),
    [
        ({"likes": [{"actor": 1}]}, lambda n: f"mark {n}", "the server repeats its pages: 2"),
        ({"likes": []}, lambda n: f"mark {n}", "the server repeats its pages: 2"),
        (None, lambda _: "same", "the server repeats its pages: 2"),
        (None, lambda n: f"mark {n}", "over 5 pages: 2"),
    ],
    ids=["same page", "empty pages", "same mark", "endless"],
)
def test_paging_ends(body, mark, expected, monkeypatch, tmp_path):
    """A server that repeats itself, or never ends, is left, with the reason said."""
    monkeypatch.setattr(pages, "MOST_PAGES", 5)
    monkeypatch.setattr(pages, "ENDLESS", "over 5 pages")
    count = iter(range(1000))
    answer = servers.bluesky(servers.bluesky_world())

    def answered(path, params):
        if "getLikes" not in path:
            return answer(path, params)
        number = next(count)
        return (body or {"likes": [{"actor": number}]}) | {"cursor": mark(number)}, {}

    with servers.serving(answered) as server:
        options = {"server": server.url, "sleep": never_wait}
        result = collect("bluesky", servers.HANDLE, tmp_path, **options)
        again = collect("bluesky", servers.HANDLE, tmp_path, **options)
        asked = [address for address in server.asked if "getLikes" in address]
    what, _, number = expected.rpartition(": ")
    assert {f"likes ({what})": int(number)} == result.missing == again.missing
    assert len(asked) == {"over 5 pages": 10}.get(what, 4)
    assert 0 == again.new


def test_a_post_on_two_pages_is_asked_about_once(platform, world, undisturbed, run, server):
    """A feed that shifts while it is read repeats posts."""
    _, asked = undisturbed
    feed = world["feed"] if platform == "bluesky" else world["statuses"]
    feed.append(feed[0 if platform == "bluesky" else 1])
    run()
    about = [address for address in server.asked if LIKES[platform] in address]
    assert [address for address in asked if LIKES[platform] in address] == about


def test_only_the_newest_posts_are_asked_about(platform, undisturbed, run, server):
    """One post costs one page of the feed and its lists."""
    _, asked = undisturbed
    result = run(posts=1)
    assert 1 == result.posts
    second = [address for address in asked if re.search(FEED_2[platform], address)]
    other = [address for address in asked if "3kbb" in address]
    assert [address for address in asked if address not in second + other] == server.asked


def test_posts_beyond_the_limit_are_passed_over_within_a_page(tmp_path):
    """Of two posts on the first page one is asked about."""
    world = servers.bluesky_world()
    world["feed"] = [world["feed"][0], world["feed"][2]]
    with servers.serving(servers.bluesky(world)) as server:
        options = {"server": server.url, "sleep": never_wait, "posts": 1}
        assert 1 == collect("bluesky", servers.HANDLE, tmp_path, **options).posts
    assert not list(tmp_path.glob("*3kbb*"))


@pytest.mark.parametrize("name", ["../../x", "..", "a/b", "CON", "A" * 300, "", ".", "a\x00b", "é"])
def test_no_id_leaves_the_folder(platform, name, world, run, tmp_path):
    """Whatever a server calls a post, its files are in the folder and their names are plain."""
    if platform == "bluesky":
        uri = servers.POSTS + name
        world["feed"][0]["post"]["uri"] = uri
        for kind in ("likes", "boosts", "quotes", "threads"):
            world[kind][uri] = world[kind][servers.POSTS + "3kaa"]
    else:
        world["statuses"][1]["id"] = name
        for kind in ("favourited_by", "reblogged_by", "context"):
            world[kind][name] = world[kind].pop("117020565966271181")
    run()
    assert ["out"] == [path.name for path in tmp_path.iterdir()]
    plain = re.compile(r"(profile|feed|(likes|boosts|quotes|replies)-[a-z0-9_-]{1,64})-\d{4}\.json")
    assert all(plain.fullmatch(path.name) for path in (tmp_path / "out").iterdir())


@pytest.mark.parametrize("squeeze", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_an_answer_may_be_too_large(squeeze, platform, run, server, monkeypatch):
    """It is read no further than allowed, however small it was made, and passed over."""
    encoding = {"Content-Encoding": "gzip"} if squeeze is gzip.compress else {}
    headers = {"Content-Type": "application/json"} | encoding
    server.always = {LIKES[platform]: (200, headers, squeeze(b"[" + b" " * 200_000 + b"]"))}
    monkeypatch.setattr(asking, "MOST_BYTES", 100_000)
    posts = {"bluesky": 2, "mastodon": 1}[platform]
    assert {"likes (answered 413)": posts} == run().missing


def test_mastodon_is_not_followed_elsewhere(tmp_path):
    """A server that sends us on does not decide whom we ask; the user is told to."""
    with servers.serving(servers.mastodon(servers.mastodon_world())) as server:
        server.always = {"lookup": servers.refusal(301, location=f"{server.url}/elsewhere")}
        with pytest.raises(CollectError) as refused:
            collect("mastodon", "m@home.example", tmp_path, server=server.url, sleep=never_wait)
    assert (
        f"profile-0001.json was not to be had from {server.url}/api/v1/: answered 301. "
        "Check how the account is spelt, and name the server that it is on."
    ) == str(refused.value)
    assert ["/api/v1/accounts/lookup?acct=m"] == server.asked


def test_two_spellings_are_one_account(platform, undisturbed, server, tmp_path):
    """Capital letters and a leading @ make no other account of it, and no other files."""
    files, _ = undisturbed
    account = "@" + ACCOUNTS[platform].replace("maud", "Maud")
    collect(platform, account, tmp_path / "out", server=server.url, sleep=never_wait)
    assert files == contents(tmp_path / "out")


def test_an_interrupted_collection_goes_on_where_it_was(undisturbed, run, server, tmp_path):
    """Interrupted before any request, it asks for nothing twice and ends the same."""
    files, asked = undisturbed
    for number in range(len(asked)):
        server.asked.clear()

        with pytest.raises(KeyboardInterrupt):
            run(f"at {number}", sleep=stopping_after(number))
        assert number == len(server.asked)
        run(f"at {number}")
        assert asked == server.asked
        assert files == contents(tmp_path / f"at {number}")


KILLED = """
import sys
from pathlib import Path
from helpers.collect import collect
platform, account, folder, server = sys.argv[1:]
collect(platform, account, Path(folder), server=server, sleep=lambda seconds: None)
"""


def test_a_killed_process_leaves_whole_files(platform, undisturbed, run, server, tmp_path):
    """Killed while it waits for its sixth answer; only that one is asked for again."""
    files, asked = undisturbed
    words = [platform, ACCOUNTS[platform], str(tmp_path / "out"), server.url]
    process = subprocess.Popen([sys.executable, "-c", KILLED, *words])

    def kill(number):
        if number == 6:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()

    server.at_request = kill
    assert -signal.SIGKILL == process.wait(30)
    assert 5 == len(contents(tmp_path / "out"))
    run()
    assert files == contents(tmp_path / "out")
    assert [*asked[:6], *asked[5:]] == server.asked


def test_what_a_kill_left_half_written_is_overwritten(platform, undisturbed, run, tmp_path):
    """A page becomes a page by being renamed; its beginning is none."""
    files, _ = undisturbed
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".profile-0001.json.part").write_text('{"requ')
    run()
    assert files == contents(tmp_path / "out")


def test_a_finished_collection_asks_for_nothing(undisturbed, run, server):
    """Run again it says the same, with nothing new."""
    run()
    server.asked.clear()
    result = run()
    assert [] == server.asked
    assert 0 == result.new


SPOILT = {
    "another's": lambda text: text.replace("maud", "otto"),
    "cut": lambda text: text[:50],
    "empty": lambda _: "[]",
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_file_that_is_not_the_answer_is_refused(spoil, run, tmp_path):
    """A folder is one author's; the file that is not theirs, or damaged, is named."""
    run()
    profile = tmp_path / "out" / "profile-0001.json"
    profile.write_text(spoil(profile.read_text()))
    with pytest.raises(CollectError) as refused:
        run()
    assert (
        "profile-0001.json is damaged or answers another question. "
        "Delete it and run again, or collect into an empty folder."
    ) == str(refused.value)


def test_the_folder_is_its_owners(run, tmp_path):
    """It holds other people's names."""
    run()
    assert 0o700 == (tmp_path / "out").stat().st_mode & 0o777


def test_the_request_names_the_project_and_nobody_else(run, server, monkeypatch, tmp_path):
    """No password of a .netrc file goes with it."""
    (tmp_path / "netrc").write_text("default login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    run()
    assert {"quiet-audience/0.1.0 (an author's own public answers)"} == {
        headers["User-Agent"] for headers in server.headers
    }
    assert not any("Authorization" in headers for headers in server.headers)


@pytest.mark.parametrize(
    ("platform", "account", "example"),
    [
        ("bluesky", "maud", "name.bsky.social"),
        ("bluesky", "maud.example/../x", "name.bsky.social"),
        ("mastodon", "maud", "name@mastodon.example"),
        ("mastodon", "maud@home.example/x", "name@mastodon.example"),
    ],
)
def test_what_is_no_account_is_refused(platform, account, example, tmp_path):
    """Nobody is asked, and no folder made."""
    with pytest.raises(CollectError) as refused:
        collect(platform, account, tmp_path / "out")
    assert f"{account!r} is not an account such as {example!r}." == str(refused.value)
    assert not (tmp_path / "out").exists()


def test_a_missing_library_is_named_with_the_command(monkeypatch, tmp_path):
    """Collecting is an extra."""
    monkeypatch.delitem(sys.modules, "helpers.collect.mastodon", raising=False)
    monkeypatch.setitem(sys.modules, "mastodon", None)
    with pytest.raises(CollectError) as refused:
        collect("mastodon", "maud@home.example", tmp_path)
    assert (
        "Collecting from Mastodon needs the package 'mastodon'. "
        "Install it: pip install 'quiet-audience[collect]'"
    ) == str(refused.value)


def test_the_rest_does_not_need_the_extra():
    """The command line, which imports this, starts without the libraries."""
    code = (
        "import sys, helpers.collect; "
        "print(sorted({'atproto_client', 'httpx', 'mastodon'} & sys.modules.keys()))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]\n" == run.stdout


def command(platform, server, folder):
    """Run the command line."""
    words = ["collect", platform, ACCOUNTS[platform], "--out", folder, "--server", server.url]
    return CliRunner().invoke(cli.app, list(map(str, words)))


def test_the_command_line_says_what_it_has(platform, server, tmp_path, monkeypatch):
    """One sentence and the folder; the bar on the other channel; nobody's name on either."""
    monkeypatch.setattr(asking, "PAUSE", 0.0)
    result = command(platform, server, tmp_path / "out")
    assert 0 == result.exit_code
    count, posts = len(FILES[platform]), {"bluesky": 3, "mastodon": 2}[platform]
    assert (
        f"{ACCOUNTS[platform]}: {count} answers about {posts} posts are kept, {count} new.\n"
        f"  {tmp_path / 'out'}\n"
    ) == result.stdout
    assert "Who answered each post: 100%" in result.stderr
    assert servers.NAME not in result.output


def test_the_command_line_says_what_stopped_it(platform, server, tmp_path, monkeypatch):
    """One sentence, a code, and nothing of what the server said."""
    monkeypatch.setattr(asking, "PAUSE", 0.0)
    server.always = {LIKES[platform]: servers.refusal(429, retry_after="7200")}
    result = command(platform, server, tmp_path / "out")
    assert 1 == result.exit_code
    name = next(name for name in FILES[platform] if name.startswith("likes"))
    expected = f"Collecting stopped. {name}.json: the server wants a wait of 120 minutes. {AGAIN}\n"
    assert result.stderr.endswith(expected)
    assert servers.NAME not in result.output
