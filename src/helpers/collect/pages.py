"""Pages: a server's answers, one a file, each asked for once.

A *question* is one *kind* of thing to know about an account or a post; it is answered in
*pages*, each with a *mark* that gets the next. A page is kept as `{"request",
"collected_at", "author", "post", "next", "body"}`: the body is the platform's JSON
unchanged, `post` the address of the post that it is about, `next` the mark. A page that
was not to be had says why under `absent`. What remains to be asked is known from the
files alone.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from helpers.collect.asking import Ask, CollectError, Read, Reply, Send

MOST_PAGES = 1000
REFUSED = "refused to whoever has no token"
REPEATS, ENDLESS = "the server repeats its pages", f"over {MOST_PAGES:,} pages"

Page = dict[str, Any]


@dataclass(frozen=True)
class Site:
    """A server: its URL, how to send, the parameter that takes a mark, where the mark is."""

    url: str
    send: Send
    takes: str
    mark: Callable[[Reply], str]


@dataclass(frozen=True)
class Kind:
    """What can be asked: where, how to find it in an answer; what counts it in a post."""

    name: str
    path: str
    params: Mapping[str, str]
    read: Read
    count: str = ""


@dataclass(frozen=True)
class Question:
    """A kind of thing to know about what has this id; of which author and post."""

    kind: Kind
    about: str
    author: str = ""
    post: str = ""

    def request(self, site: Site, mark: str) -> Page:
        """Return the request for the page that a mark gets."""
        params = {name: value.format(self.about) for name, value in self.kind.params.items()}
        url = site.url + self.kind.path.format(quote(self.about, safe="", errors="replace"))
        params |= {site.takes: mark} if mark else {}
        return {"method": "GET", "url": url, "params": params}

    def file(self, number: int) -> str:
        """Return the name of a page's file, harmless whatever a server called the post."""
        name = self.about.rpartition("/")[2] if self.about.startswith("at://") else self.about
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", name):
            name = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:20]
        return f"{self.kind.name}{f'-{name}' if self.post else ''}-{number:04}.json"


def _answer(question: Question, request: Page, name: str, site: Site, ask: Ask) -> Page:
    """Return what a server says, or raise CollectError if nothing goes on without it."""
    reply = ask(name, request["url"], request["params"], question.kind.read)
    if reply.status == 200:
        return {"next": site.mark(reply), "body": reply.body}
    absent = REFUSED if reply.status in (401, 403) else f"answered {reply.status}"
    if question.post:
        return {"next": "", "absent": absent, "body": None}
    raise CollectError(
        f"{name} was not to be had from {site.url}: {absent}. "
        f"Check how the account is spelt, and name the server that it is on."
    )


def _kept(path: Path, request: Page) -> Page:
    with suppress(ValueError):
        page = json.loads(path.read_bytes())
        if isinstance(page, dict) and page.get("request") == request:
            return page
    raise CollectError(
        f"{path.name} is damaged or answers another question. "
        f"Delete it and run again, or collect into an empty folder."
    )


def _keep(path: Path, page: Page) -> Page:
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(page, indent=1), encoding="utf-8")
    part.replace(path)
    return page


def _digest(body: Any) -> str:
    content = {**body, "cursor": None} if isinstance(body, dict) else body
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def turn(question: Question, site: Site, ask: Ask, folder: Path) -> Iterator[tuple[Page, str]]:
    """Yield the pages that answer a question and, with the last, why it ends too early.

    A page whose file is there is not asked for. Paging ends where the server names no
    next page, names one that it named before, sends the same page again or has sent
    1,000 pages.
    """
    mark, seen = "", {""}
    named = {"author": question.author, "post": question.post}
    whose = {name: value for name, value in named.items() if value}
    for number in range(1, MOST_PAGES + 1):
        path = folder / question.file(number)
        request = question.request(site, mark)
        if path.exists():
            page = _kept(path, request)
        else:
            answer = _answer(question, request, path.name, site, ask)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            page = _keep(path, {"request": request, "collected_at": now} | whose | answer)
        mark, digest = page["next"], _digest(page["body"])
        repeats = mark and (mark in seen or digest in seen)
        seen |= {mark, digest}
        yield page, REPEATS if repeats else ENDLESS if mark and number == MOST_PAGES else ""
        if repeats or not mark:
            return
