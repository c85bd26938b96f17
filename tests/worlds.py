"""Small hand-made engagements for tests: every figure in them can be checked by eye."""

import pandas as pd

from helpers.tables import Engagement

DAY = pd.Timestamp("2026-01-05 12:00", tz="UTC")


def posts(ids, platform="instagram", kind="post", every="1D"):
    """Return a post a day, from `DAY` on."""
    return pd.DataFrame(
        {
            "post_id": ids,
            "platform": platform,
            "published_at": pd.date_range(DAY, periods=len(ids), freq=every),
            "grain": "second",
            "kind": kind,
            "words": None,
        }
    )


def tallies(rows):
    """Return tallies from (post_id, kind, unit, count)."""
    frame = pd.DataFrame(rows, columns=["post_id", "kind", "unit", "count"])
    return frame.assign(as_of=pd.NaT)


def responses(rows):
    """Return responses from (post_id, person_id, kind)."""
    frame = pd.DataFrame(rows, columns=["post_id", "person_id", "kind"])
    frame.insert(0, "response_id", [f"r{place}" for place in range(len(frame))])
    return frame.assign(occurred_at=pd.NaT, words=None)


def conversions(rows, **same):
    """Return conversions from (person_id, kind, quantity), an hour apart."""
    frame = pd.DataFrame(rows, columns=["person_id", "kind", "quantity"])
    columns = {
        "conversion_id": [f"c{place}" for place in range(len(frame))],
        "occurred_at": pd.date_range(DAY, periods=len(frame), freq="1h"),
        "grain": "second",
        "value": None,
        "currency": None,
        "channel": "gumroad",
        "referrer": None,
        "code": None,
    }
    utm = {f"utm_{part}": None for part in ("source", "medium", "campaign", "term", "content")}
    frame = frame.assign(**(columns | utm | same))
    return frame[list(Engagement().conversions.columns)]
