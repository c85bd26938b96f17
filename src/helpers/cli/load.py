"""`quiet-audience load`: what a folder of exports holds, and what it can answer."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from helpers.cli import options, speech
from helpers.cli.speech import Manner

if TYPE_CHECKING:
    import pandas as pd

Format = Literal["parquet", "csv"]


def load(
    source: options.Source,
    out: Annotated[Path | None, typer.Option(help="Write the tables into this folder.")] = None,
    form: Annotated[
        Format, typer.Option("--format", help="parquet is read again; csv is for spreadsheets.")
    ] = "parquet",
    timezone: options.Timezone = "",
    currency: options.Currency = "",
    dates: options.Dates = "",
    question: options.Question = "",
    impossible: options.Impossible = "",
    quiet: speech.Quiet = False,
    json: speech.Json = False,
) -> None:
    """Account for every file, and say what the exports can answer.

    Nothing is written unless --out names a folder. People in the tables are keyed hashes;
    names, addresses and texts are in none of them.
    """
    from helpers import capability, paths, receipts

    manner = Manner("load", quiet, json)
    given = {"timezone": timezone, "currency": currency, "dates": dates}
    given |= {"question": question, "impossible": impossible}
    engagement = options.loaded(manner, source, **given)
    receipt, needs = receipts.readable(engagement.receipt), capability.needs(engagement)
    with speech.refusing(manner, "The tables were not written.", OSError, code=speech.FAILED):
        written = _written(engagement, paths.resolve(out), form) if out else []
    words = [
        speech.lines("", engagement.sentence),
        "",
        "Files",
        *_files(receipt),
        "",
        "Methods",
        *_methods(needs),
    ]
    if written:
        words += ["", f"{len(written)} tables were written.", f"  {written[0].parent}"]
    content = {
        "sentence": engagement.sentence,
        "receipt": speech.records(engagement.receipt),
        "methods": speech.records(needs),
        "written": [str(path) for path in written],
    }
    speech.answer(manner, "\n".join(words), content)


def _written(engagement: Any, folder: Path, form: Format) -> list[Path]:
    """Write the tables; a cell of a CSV that a spreadsheet would run is made harmless."""
    from helpers import spreadsheets, tables

    if form == "parquet":
        return sorted(engagement.write(folder).glob("*.parquet"))
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in (*tables.SCHEMAS, "receipt"):
        text = spreadsheets.csv_text(getattr(engagement, name))
        written.append(folder / f"{name}.csv")
        written[-1].write_text(text, encoding="utf-8")
    return written


def _files(receipt: "pd.DataFrame") -> list[str]:
    said = []
    for file, what, read, kept, aside, why in receipt.itertuples(index=False):
        rows = f"{what}: {read:,} rows read = {kept:,} kept + {aside:,} set aside"
        said.append(speech.lines("  ", file))
        said.append(speech.lines("    ", f"{rows if read else 'nothing read'}{why and f'. {why}'}"))
    return said


def _methods(needs: "pd.DataFrame") -> list[str]:
    said = []
    for row in needs.itertuples():
        state, _, reason = row.state.partition(": ")
        lack = f"{row.allows}: {reason}. It would come from {row.supplied_by}"
        held = f"{row.allows} ({row.needed}: {row.held})"
        said.append(speech.lines(f"  {state:<4} ", lack if reason else held))
    return said
