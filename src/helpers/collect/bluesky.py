"""Bluesky: what the public AppView shows of one author without a token.

The author's feed, newest first, replies included; for each post who liked it, boosted
it, quoted it and replied, as far as the feed says that anybody did. Requests go through
atproto's `Request`, whose answers are plain JSON. The models of its client are not used:
they refuse or change what this version of them does not know. `Request` lets some errors
of the library beneath it, httpx, through; hence that import.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from operator import itemgetter
from typing import Any

from atproto_client.exceptions import RequestErrorBase  # type: ignore[import-untyped]
from atproto_client.request import Request, httpx  # type: ignore[import-untyped]

from helpers.collect.asking import TIMEOUT, USER_AGENT, Reply, within
from helpers.collect.pages import Kind, Site

ACCOUNT = r"@?(?P<name>[A-Za-z0-9.-]+\.[A-Za-z]+|did:[a-z]+:[A-Za-z0-9._:%-]+)(?P<server>)"
EXAMPLE = "name.bsky.social"
APPVIEW = "https://public.api.bsky.app"
LIST = {"uri": "{}", "limit": "100"}
# JSON is read 200 deep and a thread nests twice a level. What is above a post is in the
# feed, or not the author's.
THREAD = {"uri": "{}", "depth": "80", "parentHeight": "0"}
POST_ID = "uri"
PROFILE = Kind("profile", "actor.getProfile", {"actor": "{}"}, itemgetter("did"))
LISTS = (
    Kind("likes", "feed.getLikes", LIST, itemgetter("likes"), "likeCount"),
    Kind("boosts", "feed.getRepostedBy", LIST, itemgetter("repostedBy"), "repostCount"),
    Kind("quotes", "feed.getQuotes", LIST, itemgetter("posts"), "quoteCount"),
    Kind("replies", "feed.getPostThread", THREAD, itemgetter("thread"), "replyCount"),
)


def _bounded(response: Any) -> None:
    content = within(response.iter_bytes())
    response._content = content if response.is_success else b""


def _sent(client: Request, url: str, params: Mapping[str, str]) -> Reply:
    try:
        reply = client.get(url, params=params)
    except (RequestErrorBase, httpx.HTTPError, ValueError) as error:
        refusal = getattr(error, "response", None)
        return Reply(refusal.status_code, refusal.headers) if refusal else Reply(0, {})
    return Reply(reply.status_code, reply.headers, reply.content)


def _mark(reply: Reply) -> str:
    return str(reply.body.get("cursor") or "")


@contextmanager
def connected(server: str) -> Iterator[Site]:
    """Open the AppView, or another server that speaks as it does."""
    with closing(Request(event_hooks={"response": [_bounded]}, timeout=TIMEOUT)) as client:
        client.add_additional_header("User-Agent", USER_AGENT)
        url = f"{server or APPVIEW}/xrpc/app.bsky."
        yield Site(url, partial(_sent, client), "cursor", _mark)


def _own(did: str, body: Any) -> list[Any]:
    posts = [item["post"] for item in body["feed"]]
    return [post for post in posts if post["author"]["did"] == did and post["uri"]]


def feed(author: Any) -> tuple[Kind, str, str]:
    """Return how to ask for the author's posts; the author's id there, and anywhere."""
    own = partial(_own, author["did"])
    kind = Kind("feed", "feed.getAuthorFeed", {"actor": "{}", "limit": "100"}, own)
    return kind, str(author["did"]), str(author["did"])
