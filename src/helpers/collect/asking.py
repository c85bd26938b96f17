"""Asking: one answer of a server, no faster and no more often than it wants.

A *reply* is what a server sent to one request; its status is 0 if the connection broke
off or nobody can read it, 413 if it is larger than is read. How long to wait is for the
server to say: by `Retry-After`, or by the time at which a used-up allowance is renewed.
Where it says nothing, a request that failed is repeated after waits that double, with
some chance in them.
"""

import random
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import pandas as pd

ATTEMPTS = 6
PAUSE = 0.5  # seconds between requests
TIMEOUT = 30.0  # seconds without a byte
LONGEST_WAIT = 1200.0  # seconds; Mastodon's longest allowance is renewed after 900
MOST_BYTES = 32 * 1024**2
USER_AGENT = f"quiet-audience/{version('quiet-audience')} (an author's own public answers)"
AGAIN = "What was saved is kept; run the same command again later to go on from there."
_EPOCH = 10**9  # a larger number of seconds is counted from 1970, a smaller one from now


class CollectError(RuntimeError):
    """What was asked for could not be collected."""


class TooLargeError(Exception):
    """An answer is larger than is read."""


@dataclass(frozen=True)
class Reply:
    """What a server sent: its status, its headers by lower-case name, its JSON if it was 200."""

    status: int
    headers: Mapping[str, str]
    body: Any = None


Send = Callable[[str, Mapping[str, str]], Reply]
Read = Callable[[Any], Any]
Ask = Callable[[str, str, Mapping[str, str], Read], Reply]


def within(chunks: Iterable[bytes]) -> bytes:
    """Return chunks joined; raise TooLargeError as soon as they are too many."""
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > MOST_BYTES:
            raise TooLargeError
    return bytes(content)


def _limit(reply: Reply, name: str) -> str:
    return reply.headers.get(f"x-ratelimit-{name}", reply.headers.get(f"ratelimit-{name}", ""))


def _wanted_wait(reply: Reply) -> float:
    """Return the seconds that a server wants us to wait; 0 if it says none."""
    stamp = reply.headers.get("retry-after", "")
    if not stamp and (reply.status == 429 or _limit(reply, "remaining") == "0"):
        stamp = _limit(reply, "reset")
    if re.fullmatch(r"\d{1,12}", stamp):
        return float(stamp) - (time.time() if int(stamp) > _EPOCH else 0)
    at = pd.to_datetime(stamp, utc=True, errors="coerce")
    return 0.0 if pd.isna(at) else at.timestamp() - time.time()


def _trouble(reply: Reply, read: Read) -> str:
    """Return why a request is worth repeating: nothing if it was answered or refused."""
    if reply.status in (408, 429) or reply.status >= 500:
        return f"the server answered {reply.status}"
    try:
        if reply.status == 200:
            read(reply.body)
        if reply.status:
            return ""
    except (AttributeError, KeyError, TypeError):
        pass
    return "no readable answer came (connection broken off, or a proxy's page?)"


def asker(send: Send, sleep: Callable[[float], object]) -> Ask:
    """Return a function that asks for one answer, and waits before it does.

    It takes what the answer is called, its URL and parameters and a function that finds
    in the answer what is wanted. It raises CollectError if there is no such answer after
    6 attempts or the server wants a wait of over 20 minutes.
    """
    wait = 0.0

    def ask(name: str, url: str, params: Mapping[str, str], read: Read) -> Reply:
        nonlocal wait
        for attempt in range(ATTEMPTS):
            if wait > LONGEST_WAIT:
                minutes = f"{wait / 60:.0f} minutes"
                raise CollectError(f"{name}: the server wants a wait of {minutes}. {AGAIN}")
            sleep(wait)
            try:
                reply = send(url, params)
            except TooLargeError:
                reply = Reply(413, {})
            trouble = _trouble(reply, read)
            backed_off = 2**attempt * random.SystemRandom().uniform(0.5, 1.0)
            wait = max(PAUSE, backed_off if trouble else 0.0, _wanted_wait(reply))
            if not trouble:
                return reply
        raise CollectError(f"{name}: {trouble}, {ATTEMPTS} times. {AGAIN}")

    return ask
