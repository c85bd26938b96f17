"""`quiet-audience report`: from exports to a page a publisher can read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.cli import batch, options, speech
from helpers.cli.speech import Manner

if TYPE_CHECKING:
    import pandas as pd

AUTHORS = "authors.csv"


def report(
    source: Annotated[
        Path, typer.Argument(help="A folder of exports, or a folder or CSV of authors.")
    ],
    author: Annotated[str, typer.Option(help="The name on the page.")] = "",
    out: Annotated[Path, typer.Option(help="Where the pages go.")] = Path("reports"),
    timezone: options.Timezone = "",
    currency: options.Currency = "",
    dates: options.Dates = "",
    question: options.Question = "",
    impossible: options.Impossible = "",
    quiet: speech.Quiet = False,
    json: speech.Json = False,
) -> None:
    """Write a page that a publisher can read, from exports.

    Notebooks 01 to 05 are run. report.html and report.pdf go to a folder of the author's
    below --out, beside the notebooks that hold every step. What did not change since an
    earlier run is kept.
    """
    from helpers import paths

    manner = Manner("report", quiet, json)
    given = {"timezone": timezone, "currency": currency, "dates": dates}
    given |= {"question": question, "impossible": impossible}
    authors = _authors(manner, paths.resolve(source), author, given)
    results = batch.run(manner, authors, out, batch.notebooks())
    said = {str(name): _summary(str(name), rows) for name, rows in _by_author(results)}
    failed = set(results.loc[results["status"] != "done", "author"])
    words = "\n\n".join(one for name, one in said.items() if name not in failed)
    stopped = [one for name, one in said.items() if name in failed]
    speech.answer(manner, words, {"notebooks": speech.records(results)}, stopped)


def _authors(manner: Manner, source: Path, author: str, given: dict[str, str]) -> "pd.DataFrame":
    """Return the authors of a table, or the one whose exports these are."""
    import pandas as pd

    table = source if source.suffix == ".csv" else source / AUTHORS
    if table.name == AUTHORS and table.is_file():
        authors = pd.read_csv(table, dtype="str", keep_default_na=False)
        authors["source"] = [str(table.parent / place) for place in authors["source"]]
        return _chosen(manner, authors, author)
    row = {"author": author or source.name, "source": str(source.absolute())}
    return pd.DataFrame([row | given])


def _chosen(manner: Manner, authors: "pd.DataFrame", author: str) -> "pd.DataFrame":
    chosen = authors[authors["author"] == author] if author else authors
    if chosen.empty:
        here = ", ".join(authors["author"])
        said = f"There is no author {author!r} here. The authors are: {here}."
        speech.refuse(manner, f"Nothing was run. {said}")
    return chosen


def _by_author(results: "pd.DataFrame") -> list[tuple[object, "pd.DataFrame"]]:
    return list(results.groupby("author", sort=False))


def _summary(author: str, rows: "pd.DataFrame") -> str:
    """Say an author's finding, where the page is and what took how long; or why there is none."""
    seconds = ", ".join(f"{row.notebook[:2]} {row.seconds:.1f} s" for row in rows.itertuples())
    failed = rows[rows["status"] == "failed"]
    if len(failed):
        row = failed.iloc[0]
        stopped = f"{row.notebook} stopped: {row.reason}"
        return f"{author}: no page was made, and an older one was left as it is. {stopped}"
    last = rows.iloc[-1]
    said = speech.lines("", f"{author}: {last.headline}")
    return f"{said}\n  {last.page}\n  ({seconds})"
