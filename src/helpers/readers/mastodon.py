"""Mastodon: statuses, the thread around one and notifications as flat records.

A *record* is one post, or one act: a like, boost, reply, quote or follow. Its
*standing* says whose it is: `own` (the author's post), `other` (somebody else's act on
one), `private` (either, if not all may see it), `boost` (of somebody else's post),
`foreign` (any other post of somebody else) or why an act is not on a post of the author:
`elsewhere` (on none, or on somebody else's), `unplaced` (on one whose address the file
does not tell), `news` (no act at all).

Who is the author? Whoever the collector's wrapping names; else in a list of statuses
whoever wrote or boosted most of them, in a thread whoever the replies to the post asked
for answer. A server numbers posts for itself; what names a post anywhere is its address.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]
Record = dict[str, str]
COUNTS = ("favourites_count", "reblogs_count", "replies_count", "quotes_count")
ACTS = {"favourite": "like", "reblog": "boost", "quote": "quote", "mention": "reply"}
_ASKED = re.compile(r"/statuses/([^/]+)/context")


def _name(account: Node) -> str:
    return str(account.get("uri") or account.get("url") or account.get("acct") or "")


def _is_hidden(post: Node) -> bool:
    return post.get("visibility") in ("private", "direct")


def _post(status: Node, standing: str) -> Record:
    return {
        "record": "post",
        "standing": "private" if standing == "own" and _is_hidden(status) else standing,
        "post": str(status["uri"]),
        "time": str(status.get("created_at") or ""),
        "content": str(status.get("content") or ""),
        "is_reply": str(status.get("in_reply_to_id") is not None).lower(),
        **{name: str(status[name]) for name in COUNTS if status.get(name) is not None},
    }


def _statuses(statuses: list[Node], author: str) -> Iterator[Record]:
    counts = Counter(_name(status["account"]) for status in statuses)
    author = author or min(counts, key=lambda name: (-counts[name], name))
    for status in statuses:
        is_own = _name(status["account"]) == author
        yield _post(status, "boost" if status.get("reblog") else "own" if is_own else "foreign")


def _base(statuses: list[Node]) -> str:
    """Return what the addresses of one account's posts begin with, if its server tells."""
    ends = [(str(status["uri"]), str(status["id"])) for status in statuses]
    return next((uri.removesuffix(number) for uri, number in ends if uri.endswith(number)), "")


def _reply(status: Node, post: str) -> Record:
    is_direct = status.get("visibility") == "direct"
    return {
        "record": "reply",
        "standing": "private" if is_direct else "other",
        "post": post,
        "person": _name(status["account"]),
        "time": str(status.get("created_at") or ""),
        "content": str(status.get("content") or ""),
    }


def _thread(answer: Node, author: str, url: str, post: str) -> Iterator[Record]:
    """Yield a thread from its oldest post down.

    What others wrote is a reply to the nearest post of the author above it; what the
    server shows below the post asked for is at least a reply to that.
    """
    above, below = answer["ancestors"], answer["descendants"]
    numbers = {status["id"] for status in below}
    first: Node = next((one for one in below if one.get("in_reply_to_id") not in numbers), {})
    stated = _ASKED.search(url)
    asked = stated[1] if stated else str(first.get("in_reply_to_id"))
    writer = first.get("in_reply_to_account_id")

    def is_own(status: Node) -> bool:
        return _name(status["account"]) == author if author else status["account"]["id"] == writer

    base = _base([status for status in (*above, *below) if is_own(status)])
    post = post or (base + asked if base else f"thread-{asked}-{writer}")
    answers: dict[str, str] = {}
    for status in (*above, {"id": asked}, *below):
        answered = answers.get(str(status.get("in_reply_to_id")), "")
        answered = answered or (post if asked in answers else "")
        if status["id"] == asked:
            answered = post
        elif is_own(status):
            yield _post(status, "own")
            answered = str(status["uri"])
        else:
            yield _reply(status, answered) if answered else _post(status, "foreign")
        answers[str(status["id"])] = answered


def _notifications(notices: list[Node]) -> Iterator[Record]:
    """Yield acts on the author's posts, of which only likes and boosts show the address."""
    shown = [one["status"] for one in notices if one["type"] in ("favourite", "reblog")]
    posts = {str(status["id"]): status for status in shown}
    base = _base(shown)
    author = shown[0]["account"]["id"] if shown else None
    for notice in notices:
        status = notice.get("status") or {}
        number = str(status.get("in_reply_to_id") or "")
        if notice["type"] in ("favourite", "reblog"):
            yield _notice(notice, status)
        elif notice["type"] == "quote":
            yield _notice(notice, (status.get("quote") or {}).get("quoted_status") or {})
        elif notice["type"] != "mention" or not number:
            yield _notice(notice, {}, "elsewhere")
        elif author is None or status.get("in_reply_to_account_id") == author:
            yield _notice(notice, posts.get(number) or {"uri": base and base + number})
        else:
            yield _notice(notice, {}, "elsewhere")


def _notice(notice: Node, post: Node, standing: str = "unplaced") -> Record:
    kind, status = notice["type"], notice.get("status") or {}
    composed = status if kind in ("mention", "quote") else {}
    if kind == "follow" or post.get("uri"):
        standing = "other"
    elif kind not in ACTS:
        standing = "news"
    is_private = _is_hidden(post) or status.get("visibility") == "direct"
    return {
        "record": str(ACTS.get(kind, kind)),
        "standing": "private" if is_private else standing,
        "post": str(post.get("uri") or ""),
        "published": str(post.get("created_at") or ""),
        "is_reply": str(post.get("in_reply_to_id") is not None).lower(),
        "person": _name(notice["account"]),
        "time": str(composed.get("created_at") or notice["created_at"]),
        "content": str(composed.get("content") or ""),
    }


def records(tree: Any, facts: dict[str, str]) -> list[Record]:
    """Return the records of statuses, of one, of the thread around one or of notifications.

    A collector's wrapping may name the `author`, and the `post` that a thread is around.
    """
    author = facts.get("author", "")
    if isinstance(tree, dict) and "descendants" in tree:
        url, post = facts.get("request.url", ""), facts.get("post", "")
        return list(_thread(tree, author, url, post))
    items = tree if isinstance(tree, list) else [tree]
    return list(_notifications(items) if "type" in items[0] else _statuses(items, author))
