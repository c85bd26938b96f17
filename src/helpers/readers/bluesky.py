"""Bluesky: the AppView's nested answers as flat records.

A *record* is one post, or one act on a post: a like, boost, reply or quote.
Its *standing* says whose it is: `own` (the author's post), `other` (somebody
else's act on it), `self` (the author's act on their own post), `repost` (a post
of somebody else that the author passed on), `foreign` (any other post that is
not the author's) or `gone` (deleted or blocked).

Who is the author? In a feed and in a list of posts, whoever the collector's wrapping
names, or else whoever wrote most of them, reposts apart (in a feed of reposts only,
whoever passed them on); in a thread, whoever wrote the post that was asked for; in a
list of likes or boosts, the owner of the post that it names.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Node = dict[str, Any]
Record = dict[str, str]
TOTALS = ("likeCount", "repostCount", "replyCount", "quoteCount", "bookmarkCount")


def _most_frequent(names: list[str]) -> str:
    counts = Counter(names)
    return min(counts, key=lambda name: (-counts[name], name), default="")


def _feed(answer: Node) -> list[Record]:
    items = answer["feed"]
    plain = [_author(item["post"]) for item in items if "reason" not in item]
    passed_on = [item["reason"].get("by", {}).get("did", "") for item in items if "reason" in item]
    author = answer.get("author") or _most_frequent(plain or passed_on)
    return [_feed_record(item, author) for item in items]


def _posts(answer: Node) -> list[Record]:
    return _feed({**answer, "feed": [{"post": post} for post in answer["posts"]]})


def _feed_record(item: Node, author: str) -> Record:
    if _author(item["post"]) == author:
        return _post(item["post"], "own")
    return _post(item["post"], "repost" if "reason" in item else "foreign")


def _author(post: Node) -> str:
    return str(post.get("author", {}).get("did", ""))


def _post(post: Node, standing: str) -> Record:
    return {
        "record": "post",
        "standing": standing,
        "post": str(post.get("uri", "")),
        "time": str(post.get("indexedAt", "")),
        "words": _words(post),
        "is_reply": str("reply" in post.get("record", {})).lower(),
        **{name: str(post[name]) for name in TOTALS if post.get(name) is not None},
    }


def _words(post: Node) -> str:
    return str(len(str(post.get("record", {}).get("text", "")).split()))


def _act(record: str, post: str, actor: Node, owner: str, time: object, words: str = "") -> Record:
    is_self = owner != "" and owner in (actor.get("did"), actor.get("handle"))
    return {
        "record": record,
        "standing": "self" if is_self else "other",
        "post": post,
        "person": str(actor.get("did", "")),
        "time": str(time or ""),
        "words": words,
    }


def _subject(answer: Node, acts: str) -> str:
    """Return the address of the post that was liked or boosted, or a name made of the list."""
    listed = json.dumps(answer[acts], sort_keys=True).encode()
    return str(answer.get("uri") or f"list-{hashlib.sha256(listed).hexdigest()}")


def _owner(uri: str) -> str:
    return uri.removeprefix("at://").split("/")[0] if uri.startswith("at://") else ""


def _likes(answer: Node) -> Iterator[Record]:
    post = _subject(answer, "likes")
    for like in answer["likes"]:
        yield _act("like", post, like.get("actor", {}), _owner(post), like.get("createdAt"))


def _boosts(answer: Node) -> Iterator[Record]:
    post = _subject(answer, "repostedBy")
    for actor in answer["repostedBy"]:
        yield _act("boost", post, actor, _owner(post), None)


def _quotes(answer: Node) -> Iterator[Record]:
    post = str(answer["uri"])
    for quote in answer["posts"]:
        time = quote.get("indexedAt")
        yield _act("quote", post, quote.get("author", {}), _owner(post), time, _words(quote))


def _thread(asked: Node) -> Iterator[Record]:
    """Yield a thread from its oldest post down.

    The author's posts are posts, their replies within the thread included. What others
    wrote below is a reply to the nearest post of the author above it.
    """
    oldest, above = asked, [asked]
    while isinstance(oldest.get("parent"), dict):
        oldest = oldest["parent"]
        above.append(oldest)
    author, answered = _author(asked.get("post", {})), ""
    for node in reversed(above[1:]):
        record, answered = _thread_record(node, author, answered)
        yield record
    waiting = [(asked, answered)]
    while waiting:
        node, answered = waiting.pop()
        record, answered = _thread_record(node, author, answered)
        yield record
        waiting += [(reply, answered) for reply in reversed(node.get("replies") or [])]


def _thread_record(node: Node, author: str, answered: str) -> tuple[Record, str]:
    """Return a thread's one record, and the author's post that a reply to it answers."""
    post = node.get("post")
    if not isinstance(post, dict):
        return {"record": "post", "standing": "gone", "post": str(node.get("uri", ""))}, answered
    if _author(post) == author:
        return _post(post, "own"), str(post.get("uri", ""))
    if not answered:
        return _post(post, "foreign"), answered
    time = post.get("indexedAt")
    return _act("reply", answered, post.get("author", {}), author, time, _words(post)), answered


ANSWERS: tuple[tuple[set[str], Callable[[Node], Iterable[Record]]], ...] = (
    ({"feed"}, _feed),
    ({"likes"}, _likes),
    ({"repostedBy"}, _boosts),
    ({"uri", "posts"}, _quotes),
    ({"posts"}, _posts),
)


def records(tree: Any, facts: dict[str, str]) -> list[Record]:
    """Return the records of one answer of the AppView: feed, posts, likes, boosts or thread.

    A collector's wrapping may name the `author`, and the `post` that a list is about.
    """
    if isinstance(tree, list):
        tree = {"feed" if "post" in tree[0] else "repostedBy": tree}
    if "post" in facts and isinstance(tree, dict):
        tree = {"uri": facts["post"], **tree}
    if "author" in facts and isinstance(tree, dict):
        tree = {**tree, "author": facts["author"]}
    for keys, read in ANSWERS:
        if keys <= tree.keys():
            return list(read(tree))
    return list(_thread(tree.get("thread", tree)))
