"""Exports of Bluesky: what its public interface answers about an author's posts.

Each page of an answer is one file, as a collector saves them: the author's feed, and
for each post its likes, its reposts (which have no times) and its thread.
"""

from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from helpers.simulate.exports import invented
from helpers.tables import Engagement

PAGE = {"feed": 50, "likes": 100, "repostedBy": 100}
COUNTS = {"bookmark": "save", "reply": "reply", "repost": "boost", "like": "like", "quote": "quote"}
THREAD = {"$type": "app.bsky.feed.defs#threadViewPost"}
Tree = dict[str, Any]


def _stamp(at: pd.Timestamp) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"


def _actor(who: str) -> Tree:
    first = invented.name(who).split()[0].lower()
    did = f"did:plc:{invented.code(24, 'did', who)}"
    return {"did": did, "handle": f"{first}-{invented.code(6, 'handle', who)}.example.org"}


def _view(
    author: Tree, key: str, words: int, at: pd.Timestamp, counts: dict[str, int], **record: object
) -> Tree:
    """Return a post as others see it."""
    stamp, kind = _stamp(at), "app.bsky.feed.post"
    text = invented.text(words, "text", key)
    return {
        "uri": f"at://{author['did']}/{kind}/{invented.code(13, key)}",
        "cid": f"bafyrei{invented.code(52, 'cid', key)}",
        "author": author,
        "record": {"$type": kind, "createdAt": stamp, **record, "text": text},
        **{f"{name}Count": counts.get(kind, 0) for name, kind in COUNTS.items()},
        "indexedAt": stamp,
        "labels": [],
    }


def _reply(act: Any, to: Tree) -> Tree:
    above = {"uri": to["uri"], "cid": to["cid"]}
    writer, reply = _actor(act.person_id), {"root": above, "parent": above}
    view = _view(writer, act.response_id, int(act.words), act.occurred_at, {}, reply=reply)
    return {**THREAD, "post": view, "replies": []}


def _pages(stem: str, key: str, items: list[Tree], **head: str) -> dict[str, str]:
    """Return the pages of one answer; each but the last says where the next begins."""
    pages = {}
    for index, start in enumerate(range(0, len(items), PAGE[key])):
        part, more = items[start : start + PAGE[key]], {}
        if start + PAGE[key] < len(items):
            feed = key == "feed"
            mark = part[-1]["post"]["indexedAt"] if feed else invented.code(16, head["uri"], index)
            more = {"cursor": mark}
        pages[f"{stem}_{index:02d}.json"] = invented.compact({**head, **more, key: part})
    return pages


def _reactions(view: Tree, acts: pd.DataFrame) -> dict[str, str]:
    """Return the files of one post: likes and reposts in pages, replies as a thread."""
    uri, stem = view["uri"], view["uri"].rpartition("/")[2]
    acts = acts.assign(at=acts["occurred_at"].map(_stamp, na_action="ignore"))
    kinds = ("like", "boost", "reply")
    likes, boosts, replies = (acts[acts["kind"] == kind].itertuples() for kind in kinds)
    liked = [{"createdAt": a.at, "indexedAt": a.at, "actor": _actor(a.person_id)} for a in likes]
    found = _pages(f"likes_{stem}", "likes", liked, uri=uri)
    boosted = [_actor(act.person_id) for act in boosts]
    found |= _pages(f"reposts_{stem}", "repostedBy", boosted, uri=uri)
    if answers := [_reply(act, view) for act in replies]:
        thread = {**THREAD, "post": view, "replies": answers}
        found[f"thread_{stem}.json"] = invented.compact({"thread": thread})
    return found


def files(engagement: Engagement, author: str, _zone: ZoneInfo) -> dict[str, str]:
    """Return every file of the collection: name to text."""
    writer = _actor(f"author:{author}") | {"displayName": author}
    tallies, responses = engagement.tallies, engagement.responses
    answers: dict[str, str] = {}
    feed = []
    for post in engagement.posts[engagement.posts["platform"] == "bluesky"].itertuples():
        stated = tallies[tallies["post_id"] == post.post_id].set_index("kind")["count"].to_dict()
        key = f"{author}/{post.post_id}"
        view = _view(writer, key, int(post.words), post.published_at, stated, langs=["en"])
        feed.append({"post": view})
        answers |= _reactions(view, responses[responses["post_id"] == post.post_id])
    answers |= _pages("author-feed", "feed", feed[::-1])
    return dict(sorted(answers.items()))
