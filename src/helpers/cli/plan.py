"""`quiet-audience plan`: a posting calendar drawn by lot, and what it would find."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.cli import options, speech
from helpers.cli.speech import Manner

if TYPE_CHECKING:
    import pandas as pd


def plan(
    source: options.Source,
    out: Annotated[Path, typer.Option(help="Where the calendar goes.")] = Path("posting-test"),
    outcome: Annotated[str, typer.Option(help="What posting may bring.")] = "sales",
    weeks: Annotated[int, typer.Option(help="How long the test lasts.")] = 52,
    posts_per_week: Annotated[int, typer.Option(help="Posts in a week with posts.")] = 3,
    seed: Annotated[int, typer.Option(help="What the coins are drawn from.")] = 1,
    start: Annotated[str, typer.Option(help="First day, such as 2027-01-04; else Monday.")] = "",
    timezone: options.Timezone = "",
    currency: options.Currency = "",
    dates: options.Dates = "",
    question: options.Question = "",
    impossible: options.Impossible = "",
    quiet: speech.Quiet = False,
    json: speech.Json = False,
) -> None:
    """Draw a posting calendar by lot, and say what it would find.

    Tests of that length are simulated from the author's own days first. The calendar is
    written twice, for a spreadsheet (.csv) and for a calendar program (.ics); another one
    that is already in the folder is never replaced.
    """
    from helpers import paths, plan
    from helpers.lift import LiftError

    manner, folder = Manner("plan", quiet, json), paths.resolve(out)
    with speech.refusing(manner, "Nothing was planned.", plan.PlanError):
        calendar = plan.schedule(weeks, posts_per_week, seed, start=start or None)
    _keep(manner, calendar, folder)
    given = {"timezone": timezone, "currency": currency, "dates": dates}
    given |= {"question": question, "impossible": impossible}
    engagement = options.loaded(manner, source, **given)
    lengths = [*(few for few in (12, 26, 52) if few < weeks), weeks]
    expected = (plan.PlanError, LiftError)
    with (
        speech.refusing(manner, "Nothing was planned.", *expected),
        speech.waiting(manner, "Simulating tests from the author's own days"),
    ):
        power = plan.prospects(engagement, outcome, timezone or "UTC", weeks=lengths)
    with speech.refusing(manner, "The calendar was not written.", OSError, code=speech.FAILED):
        written = plan.write(calendar, folder)
    said = {"finding": plan.sentence(power, outcome), "calendar": plan.summary(calendar)}
    places = "\n".join(f"  {path}" for path in written)
    content = {**said, "power": speech.records(power), "written": list(map(str, written))}
    words = [speech.lines("", one) for one in said.values()]
    speech.answer(manner, "\n\n".join([*words, places]), content)


def _keep(manner: Manner, calendar: "pd.DataFrame", folder: Path) -> None:
    """Refuse a folder that holds another calendar: its test may have begun."""
    from helpers import plan

    for path in sorted(folder.glob("posting-calendar.*")):
        try:
            if plan.read(path).equals(calendar):
                continue
        except plan.PlanError:
            pass
        speech.refuse(
            manner,
            f"Nothing was planned. Folder {folder.name!r} holds another calendar, {path.name}, "
            "and its test may have begun. Name another folder with --out.",
        )
