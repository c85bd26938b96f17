"""The command line: `quiet-audience report`, `batch`, `collect` and `sample`."""

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from tqdm import tqdm

from helpers import batch, codebook, gallery, paths, simulate
from helpers.collect import POSTS, CollectError, Platform
from helpers.collect import collect as collected

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
    dates: Annotated[
        str, typer.Option(help="day first or month first, where files leave it open.")
    ] = "",
    question: Annotated[
        str, typer.Option(help="A survey's question of where people heard of the author.")
    ] = "",
    impossible: Annotated[str, typer.Option(help="Its option that cannot be true.")] = "",
) -> None:
    """Run notebooks 01 to 05 on exports and write a page a publisher can read.

    Example: quiet-audience report data/private/me --author "My Name" --timezone Europe/Paris
    """
    folder = paths.root() / "notebooks"
    try:
        given = {"timezone": timezone, "currency": currency, "dates": dates}
        given |= {"question": question, "impossible": impossible}
        authors = _authors(paths.resolve(source), author, given)
        with _bar() as shown:
            results = batch.run(
                authors, [folder / f"{name}.ipynb" for name in NOTEBOOKS], out, progress=shown
            )
    except batch.BatchError as error:
        typer.echo(f"Nothing was run. {error}", err=True)
        raise typer.Exit(2) from None
    for name, rows in results.groupby("author", sort=False):
        typer.echo(_summary(str(name), rows))
    if (results["status"] != "done").any():
        raise typer.Exit(1)


@app.command(name="batch")
def run_batch(
    authors: Annotated[
        Path, typer.Argument(help="A CSV file: author, source and any notebook parameter.")
    ],
    out: Annotated[Path, typer.Option(help="Where the pages and the index go.")],
    notebook: Annotated[
        list[Path] | None, typer.Option(help="A notebook; repeat it for several. Else 01 to 05.")
    ] = None,
    workers: Annotated[int, typer.Option(min=0, help="Notebooks at a time; 0: all cores.")] = 0,
    scheduler: Annotated[str, typer.Option(help='"local", or the address of Dask\'s.')] = "",
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that a notebook may take.")] = 3600,
    memory: Annotated[float, typer.Option(min=0, help="GB that it may take; 0: all.")] = 0,
) -> None:
    """Run notebooks for a list of authors; go on where an earlier batch ended.

    Example: quiet-audience batch authors.csv --out reports/spring
    """
    chosen = notebook or [paths.root() / "notebooks" / f"{name}.ipynb" for name in NOTEBOOKS]
    limits = batch.Limits(timeout, memory or None)
    try:
        with _bar() as shown:
            results = batch.run(
                authors,
                chosen,
                out,
                scheduler=scheduler or None,
                workers=workers or None,
                limits=limits,
                progress=shown,
            )
    except batch.BatchError as error:
        typer.echo(f"Nothing was run. {error}", err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        typer.echo(f"The batch stopped. {error}. Run it again to go on.", err=True)
        raise typer.Exit(1) from None
    failed = results[results["status"] == "failed"]
    done = results["author"].nunique() - len(failed)
    typer.echo(f"\n{done:,} authors done, {len(failed):,} failed.\n  {out / batch.INDEX}")
    for row in failed.itertuples():
        typer.echo(f"{row.author}: {row.notebook} stopped: {row.reason}", err=True)
    if len(failed):
        raise typer.Exit(1)


@app.command()
def collect(
    platform: Annotated[Platform, typer.Argument(help="Whom to ask; no token is needed.")],
    account: Annotated[str, typer.Argument(help="A Bluesky handle, or a Mastodon name@server.")],
    out: Annotated[Path, typer.Option(help="Where the answers go, such as data/private/me.")],
    posts: Annotated[int, typer.Option(min=1, help="How many of the newest posts.")] = POSTS,
    server: Annotated[str, typer.Option(help="Another server, such as https://example.org.")] = "",
) -> None:
    """Save who liked, boosted, quoted and answered an author's posts; go on if interrupted.

    Example: quiet-audience collect bluesky name.bsky.social --out data/private/me
    """
    folder = paths.resolve(out)
    try:
        result = collected(
            platform, account, folder, posts=posts, server=server, progress=_posts_bar
        )
    except (CollectError, OSError) as error:
        typer.echo(f"Collecting stopped. {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{account}: {result.sentence}\n  {folder}")


@app.command()
def sample() -> None:
    """Write the bundled sample and all that is made of it again, byte for byte."""
    simulate.write_sample(paths.root() / "data" / "sample")
    codebook.write(paths.root() / "data" / "README.md")
    typer.echo("Three invented authors written to data/sample, their truth to data/README.md.")
    gallery.write(paths.root())
    typer.echo(f"The README's figure written to {gallery.FIGURE}.")


def _authors(source: Path, author: str, given: dict[str, str]) -> pd.DataFrame | Path:
    table = source if source.suffix == ".csv" else source / AUTHORS
    if table.name == AUTHORS and table.is_file():
        authors = pd.read_csv(table, dtype="str", keep_default_na=False)
        authors["source"] = [str(table.parent / place) for place in authors["source"]]
        return _chosen(authors, author)
    row = {"author": author or source.name, "source": str(source.absolute())}
    return pd.DataFrame([row | given])


def _chosen(authors: pd.DataFrame, author: str) -> pd.DataFrame:
    chosen = authors[authors["author"] == author] if author else authors
    if chosen.empty:
        raise batch.BatchError(
            f"There is no author {author!r} here. The authors are: {', '.join(authors['author'])}."
        )
    return chosen


@contextlib.contextmanager
def _bar() -> Iterator[Callable[[batch.Progress], None]]:
    form = "{desc:<52} {bar:20} {n_fmt}/{total_fmt} notebooks, {elapsed} so far, {unit}"
    with tqdm(file=sys.stderr, bar_format=form, unit="") as bar:

        def show(state: batch.Progress) -> None:
            bar.total, bar.n, bar.unit = state.total, state.done, state.sentence
            bar.set_description_str(state.last)

        yield show


def _posts_bar(posts: list[Any]) -> Iterable[Any]:
    return tqdm(posts, file=sys.stderr, unit="post", desc="Who answered each post")


def _summary(author: str, rows: pd.DataFrame) -> str:
    seconds = ", ".join(f"{row.notebook[:2]} {row.seconds:.1f} s" for row in rows.itertuples())
    failed = rows[rows["status"] == "failed"]
    if len(failed):
        row = failed.iloc[0]
        stopped = f"{row.notebook} stopped: {row.reason}"
        return f"\n{author}: no page was made, and an older one was left as it is. {stopped}"
    last = rows.iloc[-1]
    return f"\n{author}: {last.headline}\n  {last.page}\n  ({seconds})"
