"""The command line: `quiet-audience report`, `quiet-audience sample`."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from tqdm import tqdm

from helpers import batch, gallery, paths, simulate

NOTEBOOKS = (
    "01-load-engagement",
    "02-interaction-vs-engagement",
    "03-conversion-lift",
    "04-lurker-audience",
    "05-publisher-report",
)
AUTHORS = "authors.csv"

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Show what likes and follower counts miss about an author's readers."""


@app.command()
def report(
    source: Annotated[
        Path, typer.Argument(help="A folder of exports, or a folder or CSV of authors.")
    ],
    author: Annotated[str, typer.Option(help="The name on the page.")] = "",
    out: Annotated[Path, typer.Option(help="Where the pages go.")] = Path("reports"),
    timezone: Annotated[
        str, typer.Option(help="Zone of files that state none, such as Europe/Paris.")
    ] = "",
    currency: Annotated[
        str, typer.Option(help="Currency of files that state none, such as EUR.")
    ] = "",
) -> None:
    """Run notebooks 01 to 05 on exports and write a page a publisher can read.

    Example: quiet-audience report data/private/me --author "My Name" --timezone Europe/Paris
    """
    folder = paths.root() / "notebooks"
    try:
        authors = _authors(paths.resolve(source), author, timezone, currency)
        results = batch.run(
            authors, [folder / f"{name}.ipynb" for name in NOTEBOOKS], out, progress=_bar
        )
    except batch.BatchError as error:
        typer.echo(f"Nothing was run. {error}", err=True)
        raise typer.Exit(2) from None
    for name, rows in results.groupby("author", sort=False):
        typer.echo(_summary(str(name), rows))
    if (results["status"] != "done").any():
        raise typer.Exit(1)


@app.command()
def sample() -> None:
    """Write the bundled sample and all that is made of it again, byte for byte."""
    simulate.write_sample(paths.root() / "data" / "sample")
    typer.echo("Three invented authors written to data/sample, their truth to data/README.md.")
    gallery.write(paths.root())
    typer.echo(f"The README's figure written to {gallery.FIGURE}.")


def _authors(source: Path, author: str, timezone: str, currency: str) -> pd.DataFrame | Path:
    table = source if source.suffix == ".csv" else source / AUTHORS
    if table.name == AUTHORS and table.is_file():
        authors = pd.read_csv(table, dtype="str", keep_default_na=False)
        authors["source"] = [str(table.parent / place) for place in authors["source"]]
        return _chosen(authors, author)
    row = {"author": author or source.name, "source": str(source.absolute())}
    return pd.DataFrame([row | {"timezone": timezone, "currency": currency}])


def _chosen(authors: pd.DataFrame, author: str) -> pd.DataFrame:
    chosen = authors[authors["author"] == author] if author else authors
    if chosen.empty:
        raise batch.BatchError(
            f"There is no author {author!r} here. The authors are: {', '.join(authors['author'])}."
        )
    return chosen


def _bar(plan: Iterable[batch.Task]) -> Iterable[batch.Task]:
    form = "{desc:<52} {bar:20} {n_fmt}/{total_fmt} notebooks, {elapsed} so far, {remaining} left"
    with tqdm(list(plan), file=sys.stderr, bar_format=form) as bar:
        for task in bar:
            bar.set_description_str(f"{task.author}: {task.notebook.stem}")
            yield task


def _summary(author: str, rows: pd.DataFrame) -> str:
    seconds = ", ".join(f"{row.notebook[:2]} {row.seconds:.1f} s" for row in rows.itertuples())
    failed = rows[rows["status"] == "failed"]
    if len(failed):
        row = failed.iloc[0]
        stopped = f"{row.notebook} stopped: {row.reason}"
        return f"\n{author}: no page was made, and an older one was left as it is. {stopped}"
    last = rows.iloc[-1]
    return f"\n{author}: {last.headline}\n  {last.page}\n  ({seconds})"
