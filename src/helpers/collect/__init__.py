"""Collecting: what a platform shows of one author without a token, as files to load.

A *collection* is a folder with one answer of the platform a file. It can be interrupted
at any moment and taken up again; one that is finished asks for nothing more. What has
come since belongs into another folder. Other people's names and texts are in these
files: they belong into the private folder, and go no further than loading.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from helpers.collect import pages
from helpers.collect.asking import CollectError, asker
from helpers.collect.pages import REFUSED, Page, Question

__all__ = ["CollectError", "Collection", "Platform", "collect"]

Platform = Literal["bluesky", "mastodon"]
POSTS = 200
ONLY_OWNER = 0o700
ANSWERS = "*-????.json"

Turn = Callable[[Question], Iterable[tuple[Page, str]]]


@dataclass(frozen=True)
class Collection:
    """What a folder holds of an author: posts, answers, the new ones; what is missing."""

    posts: int
    answers: int
    new: int
    missing: dict[str, int]

    @property
    def sentence(self) -> str:
        """What was collected, and what was not to be had."""
        said = f"{self.answers:,} answers about {self.posts:,} posts are kept, {self.new:,} new."
        missing = "; ".join(f"{what}: {count:,}" for what, count in self.missing.items())
        return f"{said} Not to be had: {missing}." if missing else said


def _platform(name: str) -> Any:
    try:
        return import_module(f"helpers.collect.{name}")
    except ModuleNotFoundError as error:
        raise CollectError(
            f"Collecting from {name.title()} needs the package {error.name!r}. "
            f"Install it: pip install 'quiet-audience[collect]'"
        ) from None


def _own_posts(question: Question, turn: Turn, most: int, missing: Counter[str]) -> list[Any]:
    """Return the newest posts of the author, each once."""
    found: dict[str, Any] = {}
    for page, ends in turn(question):
        found |= {str(post["uri"]): post for post in question.kind.read(page["body"])}
        if len(found) >= most:
            break
        if ends:
            missing[f"older posts ({ends})"] += 1
    return list(found.values())[:most]


def _collect_about(questions: list[Question], turn: Turn, missing: Counter[str]) -> None:
    """Collect the answers about one post; what was refused for a post is not asked again."""
    for question in questions:
        refused = f"{question.kind.name} ({REFUSED})"
        if refused in missing:
            missing[refused] += 1
            continue
        for page, ends in turn(question):
            if why := page.get("absent", ends):
                missing[f"{question.kind.name} ({why})"] += 1


def collect(
    platform: Platform,
    account: str,
    folder: Path,
    *,
    posts: int = POSTS,
    server: str = "",
    sleep: Callable[[float], object] = time.sleep,
    progress: Callable[[list[Any]], Iterable[Any]] = iter,
) -> Collection:
    """Save what a platform shows of one author without a token, one answer a file.

    Parameters
    ----------
    platform : {"bluesky", "mastodon"}
        Whom to ask.
    account : str
        A Bluesky handle or DID; a Mastodon account as name@server.
    folder : pathlib.Path
        Where the files go. What is there already is not asked for again.
    posts : int
        How many of the author's newest posts to ask about.
    server : str
        Address of another server than the account's own.
    sleep, progress : callable
        How to wait for seconds; how to show, post by post, how far it has come.

    Raises
    ------
    CollectError
        If the account cannot be asked about, a server gives no usable answer in 6
        attempts, or the folder holds something else. What was saved stays.
    """
    asked = _platform(platform)
    match = re.fullmatch(asked.ACCOUNT, account)
    if not match:
        raise CollectError(f"{account!r} is not an account such as {asked.EXAMPLE!r}.")
    folder.mkdir(mode=ONLY_OWNER, parents=True, exist_ok=True)
    before = len(list(folder.glob(ANSWERS)))
    missing: Counter[str] = Counter()
    with asked.connected(server or match["server"]) as site:
        turn = partial(pages.turn, site=site, ask=asker(site.send, sleep), folder=folder)
        ((profile, _),) = turn(Question(asked.PROFILE, match["name"].lower()))
        kind, known_as, author = asked.feed(profile["body"])
        found = _own_posts(Question(kind, known_as, author), turn, posts, missing)
        for post in progress(found):
            named = [kind for kind in asked.LISTS if post.get(kind.count) != 0]
            about = (str(post[asked.POST_ID]), author, str(post["uri"]))
            _collect_about([Question(kind, *about) for kind in named], turn, missing)
    answers = len(list(folder.glob(ANSWERS)))
    return Collection(len(found), answers, answers - before, dict(missing))
