"""Mastodon: what the author's home server shows of one author without a token.

The author's public posts, newest first, boosts of others included; for each post of
their own who favoured it, boosted it and replied, as far as the server counts anybody.
Without a token a server shows 60 replies a post at most, and no quotes. Only the session
of Mastodon.py is used: its own calls turn answers into other types, ask for half the
likes a page, ignore `Retry-After` and quote what they cannot read in their errors.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from operator import itemgetter
from typing import Any
from urllib.parse import unquote

from mastodon import Mastodon

from helpers.collect.asking import TIMEOUT, USER_AGENT, Reply, within
from helpers.collect.pages import Kind, Site

ACCOUNT = r"@?(?P<name>[\w.-]+)@(?P<server>[A-Za-z0-9.-]+\.[A-Za-z]+)"
EXAMPLE = "name@mastodon.example"
CHUNK = 65536
_NEXT = re.compile(r'<[^>]*[?&]max_id=([^&>]+)[^>]*>;\s*rel="?next')


def _listed(body: Any) -> list[Any]:
    if not isinstance(body, list):
        raise TypeError
    return body


POST_ID = "id"
PROFILE = Kind("profile", "accounts/lookup", {"acct": "{}"}, itemgetter("id"))
LISTS = (
    Kind("likes", "statuses/{}/favourited_by", {"limit": "80"}, _listed, "favourites_count"),
    Kind("boosts", "statuses/{}/reblogged_by", {"limit": "80"}, _listed, "reblogs_count"),
    Kind("replies", "statuses/{}/context", {}, itemgetter("descendants"), "replies_count"),
)


def _sent(session: Any, url: str, params: Mapping[str, str]) -> Reply:
    """Return an answer. No redirect is followed, and no password of a .netrc file sent."""
    options = {"stream": True, "allow_redirects": False, "auth": lambda request: request}
    try:
        with session.get(url, params=params, timeout=TIMEOUT, **options) as reply:
            content = within(reply.iter_content(CHUNK))
            body = json.loads(content) if reply.status_code == 200 else None
    except (OSError, ValueError, RecursionError):
        return Reply(0, {})
    return Reply(reply.status_code, reply.headers, body)


def _mark(reply: Reply) -> str:
    found = _NEXT.search(reply.headers.get("link", ""))
    return unquote(found[1]) if found else ""


@contextmanager
def connected(server: str) -> Iterator[Site]:
    """Open a server, by its name or its address."""
    client = Mastodon(api_base_url=server)
    client.session.headers["User-Agent"] = USER_AGENT
    with client.session as session:
        yield Site(f"{client.api_base_url}/api/v1/", partial(_sent, session), "max_id", _mark)


def _own(account: str, body: Any) -> list[Any]:
    own = [post for post in _listed(body) if post["account"]["id"] == account]
    return [post for post in own if not post.get("reblog") and post["id"] and post["uri"]]


def feed(author: Any) -> tuple[Kind, str, str]:
    """Return how to ask for the author's posts; the author's id there, and anywhere."""
    own = partial(_own, author["id"])
    kind = Kind("feed", "accounts/{}/statuses", {"limit": "40"}, own)
    return kind, str(author["id"]), str(author.get("uri") or author.get("url") or "")
