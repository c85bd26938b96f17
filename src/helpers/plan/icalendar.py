"""A posting calendar as iCalendar text (RFC 5545): an event a block, an event a day with posts.

What a block was when the coin fell stands in its event's *UID*, which calendar programs keep
when somebody moves or renames the event: so a block that was moved is seen.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pandas as pd

from helpers.plan.schedule import PlanError

OCTETS = 75
HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Quiet Audience//Posting test//EN")
DOMAIN = "quiet-audience"
BLOCK = re.compile(rf"block-(\d+)-pair-(\d+)-(post|quiet)-(\d{{8}})-(\d+)@{DOMAIN}")
POST = re.compile(rf"post-(\d+)-(\d{{8}})@{DOMAIN}")
TITLES = {"post": "Days with posts", "quiet": "Quiet days: no posts"}
ADVICE = {
    "post": "The coin gave these days the posts; the days marked are a suggestion.",
    "quiet": "The coin gave these days none: post nothing, schedule nothing; replies are fine.",
}


def escaped(text: str) -> str:
    """Escape a text value (section 3.3.11)."""
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\n", r"\n")


def folded(line: str) -> str:
    """Fold a line after at most 75 octets, between characters (section 3.1)."""
    parts, room = [""], OCTETS
    for character in line:
        size = len(character.encode())
        if size > room:
            parts.append("")
            room = OCTETS - 1
        parts[-1] += character
        room -= size
    return "\r\n ".join(parts)


def _event(uid: str, stamp: str, begins: datetime, days: int, title: str, advice: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@{DOMAIN}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{begins:%Y%m%d}",
        f"DTEND;VALUE=DATE:{begins + timedelta(days=days):%Y%m%d}",
        f"SUMMARY:{escaped(title)}",
        f"DESCRIPTION:{escaped(advice)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def text(calendar: pd.DataFrame, made: datetime | None = None) -> str:
    """Return a posting calendar as iCalendar text, stamped with the time it was made (now)."""
    stamp = f"{(made or datetime.now(UTC)).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = [*HEAD, "CALSCALE:GREGORIAN", "X-WR-CALNAME:Posting test"]
    for number, days in calendar.groupby("block", sort=False):
        first, length = days.iloc[0], len(days)
        uid = f"block-{number}-pair-{first.pair}-{first.arm}-{first.date:%Y%m%d}-{length}"
        title = f"{TITLES[first.arm]} (pair {first.pair})"
        lines += _event(uid, stamp, first.date, length, title, ADVICE[first.arm])
    for day in calendar[calendar["post"] > 0].itertuples():
        title = "Post" if day.post == 1 else f"Post {day.post} times"
        uid = f"post-{day.post}-{day.date:%Y%m%d}"
        lines += _event(uid, stamp, day.date, 1, title, ADVICE["post"])
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _events(content: str) -> Iterator[dict[str, str]]:
    """Yield each event's properties by name, without their parameters."""
    lines = re.sub(r"\r?\n[ \t]", "", content).splitlines()
    event: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        if line == "END:VEVENT":
            yield event
        event = {} if line == "BEGIN:VEVENT" else event | {name.partition(";")[0].upper(): value}


def _day(value: str) -> datetime:
    try:
        return datetime.strptime(value[:8], "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        raise PlanError(f"An event begins or ends at {value[:20]!r}, which is not a day.") from None


def _block(event: dict[str, str], drawn: re.Match[str]) -> list[tuple[str, str, str, str]]:
    """Return a row a day of a block's event, if it is where the coin put it."""
    block, pair, arm, begins, length = drawn.groups()
    first = _day(begins)
    found = _day(event.get("DTSTART", ""))
    end = _day(event["DTEND"]) if "DTEND" in event else found + timedelta(days=1)
    if (found, (end - found).days) != (first, int(length)):
        raise PlanError(
            f"Block {block} was moved: drawn were {length} day(s) from {first:%Y-%m-%d}, the "
            f"calendar has {(end - found).days} from {found:%Y-%m-%d}. Read the file as it was "
            f"written: what was really posted is seen in your exports."
        )
    days = (first + timedelta(days=day) for day in range(int(length)))
    return [(f"{day:%Y-%m-%d}", block, pair, arm) for day in days]


def table(content: str) -> pd.DataFrame:
    """Read the days back from iCalendar text, as texts; events of others are passed over.

    Raises
    ------
    PlanError
        If a block was moved.
    """
    rows, posts = [], {}
    for event in _events(content):
        if drawn := BLOCK.fullmatch(event.get("UID", "")):
            rows += _block(event, drawn)
        elif drawn := POST.fullmatch(event.get("UID", "")):
            posts[f"{_day(drawn[2]):%Y-%m-%d}"] = drawn[1]
    days = pd.DataFrame(rows, columns=["date", "block", "pair", "arm"], dtype="str")
    return days.assign(post=days["date"].map(posts).astype("str").fillna("0"))
