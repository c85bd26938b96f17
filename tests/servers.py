"""Servers on this machine that answer as Bluesky and Mastodon do, and misbehave on request.

All people are invented. A *fault* is what a server does instead of answering; it is set
for requests whose address contains a word, and happens once for each time it is listed.
"""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

SIZE = 2  # items a page
MAUD, HANDLE = "did:plc:maud", "maud.example"
WHEN = "2026-03-01T08:00:00.000Z"
NAME = "Wilhelmina Quistorp"  # a name that must never be seen outside the files
TIMES = {"createdAt": WHEN, "indexedAt": WHEN}
POSTS = f"at://{MAUD}/app.bsky.feed.post/"

Reply = tuple[int, dict[str, str], bytes]
Answer = Callable[[str, dict[str, str]], tuple[object, dict[str, str]] | None]


@dataclass
class Server:
    """A running server: its address, what it was asked, what it sent, what goes wrong."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    sent: dict[str, object] = field(default_factory=dict)
    faults: list[tuple[str, Reply | str]] = field(default_factory=list)
    always: dict[str, Reply] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    at_request: Callable[[int], None] = lambda number: None

    def fault(self, address: str) -> Reply | str | None:
        """Return what goes wrong now with a request for this address."""
        for word, reply in self.always.items():
            if word in address:
                return reply
        for fault in self.faults:
            if fault[0] in address:
                self.faults.remove(fault)
                return fault[1]
        return None


def refusal(status: int, **headers: str) -> Reply:
    """Return an answer that is none, with headers such as retry_after="7"."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps({"error": "InvalidRequest", "message": NAME}).encode()
    return status, {"content-type": "application/json"} | named, body


def page_of_a_proxy() -> Reply:
    """Return what a hotel's network answers instead."""
    return 200, {"content-type": "text/html"}, b"<html>Please log in</html>"


class _Http(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say what went wrong, except that whoever asked has gone."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(answer: Answer) -> Iterator[Server]:
    """Run a server on this machine for as long as the block lasts."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer is one packet, or the kernel waits 40 ms before the second

        def do_GET(self) -> None:
            server.asked.append(self.path)
            server.headers.append(dict(self.headers))
            server.at_request(len(server.asked))
            fault = server.fault(self.path)
            if isinstance(fault, str):
                return self.cut_off()
            return self.reply(*(fault or self.answered()))

        def answered(self) -> Reply:
            split = urlsplit(self.path)
            found = answer(unquote(split.path), dict(parse_qsl(split.query)))
            if found is None:
                return refusal(404)
            body, headers = found
            server.sent[self.path] = body
            headers = {"Content-Type": "application/json; charset=utf-8"} | headers | server.extra
            return 200, headers, json.dumps(body, ensure_ascii=False).encode()

        def cut_off(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"feed": [')
            self.close_connection = True

        def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with _Http(("127.0.0.1", 0), Handler) as http:
        server.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


def _cut(items: list[object], mark: str) -> tuple[list[object], str]:
    start = int(mark or 0)
    more = start + SIZE < len(items)
    return items[start : start + SIZE], str(start + SIZE) if more else ""


def _bluesky_person(name: str) -> dict[str, object]:
    return {"did": f"did:plc:{name}", "handle": f"{name}.example", "displayName": NAME}


def _bluesky_post(who: str, key: str, **more: object) -> dict[str, object]:
    return {
        "uri": f"at://did:plc:{who}/app.bsky.feed.post/{key}",
        "cid": f"cid{key}",
        "author": _bluesky_person(who),
        "record": {"$type": "app.bsky.feed.post", "text": f"Ein Gruß 😀 {key}", "createdAt": WHEN},
        "indexedAt": WHEN,
        "likeCount": 0,
        "repostCount": 0,
        "replyCount": 0,
        "quoteCount": 0,
    } | more


def bluesky_world() -> dict[str, object]:
    """Return what the AppView knows: who liked, boosted, quoted and answered which post."""
    loud = _bluesky_post("maud", "3kaa", likeCount=5, repostCount=3, replyCount=1, quoteCount=1)
    answer = _bluesky_post("maud", "3kbb", likeCount=1, novelty={"big": 10**24, "share": 0.1})
    quiet = _bluesky_post("maud", "3kcc")
    foreign = _bluesky_post("otto", "3kzz", likeCount=99)
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": _bluesky_person("maud")}
    names = ["ada", "bela", "cleo", "dora", "emil"]
    reply = {"$type": "app.bsky.feed.defs#threadViewPost", "post": _bluesky_post("ada", "3kr1")}
    return {
        "feed": [
            {"post": loud},
            {"post": foreign, "reason": reason},
            {"post": answer},
            {"post": quiet},
        ],
        "likes": {POSTS + "3kaa": names, POSTS + "3kbb": ["ada"]},
        "boosts": {POSTS + "3kaa": names[:3]},
        "quotes": {POSTS + "3kaa": [_bluesky_post("bela", "3kq1")]},
        "threads": {
            POSTS + "3kaa": {
                "$type": "app.bsky.feed.defs#threadViewPost",
                "post": loud,
                "replies": [reply],
            }
        },
    }


def bluesky(world: dict[str, object]) -> Answer:
    """Return the AppView of a world."""

    def answer(path: str, params: dict[str, str]) -> tuple[object, dict[str, str]] | None:
        method = path.removeprefix("/xrpc/app.bsky.")
        uri = params.get("uri", "")
        if method == "actor.getProfile":
            known = params["actor"] in (HANDLE, MAUD)
            return (_bluesky_person("maud") | {"followersCount": 812}, {}) if known else None
        if method == "feed.getPostThread":
            return {"thread": world["threads"][uri]}, {}
        if method == "feed.getAuthorFeed":
            rest, key, items = {}, "feed", world["feed"]
        elif method == "feed.getLikes":
            likes = [{"actor": _bluesky_person(name)} | TIMES for name in world["likes"][uri]]
            rest, key, items = {"uri": uri}, "likes", likes
        elif method == "feed.getRepostedBy":
            people = [_bluesky_person(name) for name in world["boosts"][uri]]
            rest, key, items = {"uri": uri}, "repostedBy", people
        else:
            rest, key, items = {"uri": uri}, "posts", world["quotes"][uri]
        shown, mark = _cut(items, params.get("cursor", ""))
        return rest | {key: shown} | ({"cursor": mark} if mark else {}), {}

    return answer


def _mastodon_person(name: str) -> dict[str, object]:
    uri = f"https://home.example/users/{name}"
    known = {"followers_count": 812, "statuses_count": 3, "url": f"https://home.example/@{name}"}
    return {"id": str(100 + len(name)), "acct": name, "uri": uri, "display_name": NAME} | known


def _mastodon_status(who: str, name: str, **more: object) -> dict[str, object]:
    return {
        "id": name,
        "uri": f"https://home.example/users/{who}/statuses/{name}",
        "created_at": WHEN,
        "account": _mastodon_person(who),
        "content": "<p>Ein Gruß 😀</p>",
        "reblog": None,
        "favourites_count": 0,
        "reblogs_count": 0,
        "replies_count": 0,
    } | more


def mastodon_world() -> dict[str, object]:
    """Return what a home server knows: who favoured, boosted and answered which post."""
    loud = _mastodon_status("maud", "117020565966271181", favourites_count=3, reblogs_count=1)
    loud |= {"replies_count": 1, "novelty": {"big": 10**24, "share": 0.1}}
    boost = _mastodon_status("maud", "117020565966271182", reblog=_mastodon_status("cleo", "9"))
    return {
        "statuses": [boost, loud, _mastodon_status("maud", "117020565966271180")],
        "favourited_by": {"117020565966271181": ["ada", "bela", "wilma"]},
        "reblogged_by": {"117020565966271181": ["bela"]},
        "context": {"117020565966271181": [_mastodon_status("ada", "117020565966271190")]},
    }


def mastodon(world: dict[str, object]) -> Answer:
    """Return the home server of a world; it names the next page in a header."""

    def answer(path: str, params: dict[str, str]) -> tuple[object, dict[str, str]] | None:
        parts = path.removeprefix("/api/v1/").split("/")
        if parts[-1] == "lookup":
            known = params["acct"] == "maud"
            return (_mastodon_person("maud"), {}) if known else None
        last, name = parts[-1], "/".join(parts[1:-1])
        if last != "statuses" and name not in world.get(last, {}):
            return None
        if last == "context":
            return {"ancestors": [], "descendants": world["context"][name]}, {}
        if last == "statuses":
            items = world["statuses"]
        else:
            items = [_mastodon_person(person) for person in world[last][name]]
        shown, mark = _cut(items, params.get("max_id", ""))
        link = f'<https://elsewhere.example{path}?max_id={mark}>; rel="next", <x>; rel="prev"'
        return shown, {"Link": link} if mark else {}

    return answer
