"""The world as the platforms would export it, byte for byte the same every time.

An export is *raw*: names, addresses and texts are in it, all invented.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from helpers.simulate.exports import bluesky, invented, spreadsheets
from helpers.tables import Engagement

ZONE = "Europe/Paris"
AUTHOR = "Nomen Nescio"
Export = str | dict[str, str]
WRITERS: dict[str, Callable[[Engagement, str, ZoneInfo], Export]] = {
    "bluesky": bluesky.files,
    "facebook": spreadsheets.facebook,
    "gumroad": spreadsheets.gumroad,
    "instagram": spreadsheets.instagram,
    "substack": spreadsheets.substack,
}


def last_day(engagement: Engagement) -> date:
    """Return the day after everything in the tables: the day of the export."""
    frames = (engagement.posts["published_at"], engagement.conversions["occurred_at"])
    times = pd.concat([*frames, engagement.responses["occurred_at"]])
    if times.isna().all():
        raise ValueError("The tables hold no date, so there is nothing to export.")
    day: date = times.max().ceil("D").date()
    return day


def write_exports(
    engagement: Engagement,
    folder: str | Path,
    *,
    author: str = AUTHOR,
    timezone: str = ZONE,
    exported_on: date | None = None,
) -> Path:
    """Write a simulated world as the files its platforms would export.

    Parameters
    ----------
    engagement : Engagement
        Tables that `simulate.world` returned.
    folder : path
        Made if missing; files of the same names are replaced.
    author : str
        The author's name; texts and accounts depend on it.
    timezone : str
        Zone of the times in files that state none (Meta's).
    exported_on : date, optional
        The day that stands in the files' names; the day after everything if not given.

    Returns
    -------
    Path
        `folder`, holding at most: instagram_<day>.csv or facebook_<day>.csv,
        bluesky_<day>.zip, substack_<day>.zip, gumroad_<day>.csv, with the day of the export.
    """
    folder, zone = Path(folder), ZoneInfo(timezone)
    day = exported_on or last_day(engagement)
    folder.mkdir(parents=True, exist_ok=True)
    platforms = set(engagement.posts["platform"]) | set(engagement.conversions["channel"])
    for platform in sorted(platforms):
        export = WRITERS[platform](engagement, author, zone)
        if isinstance(export, str):
            path = folder / f"{platform}_{day}.csv"
            path.write_text(export, encoding="utf-8", newline="")
        else:
            invented.archive(folder / f"{platform}_{day}.zip", export, day)
    return folder
