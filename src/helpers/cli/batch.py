"""`quiet-audience batch`: notebooks for a list of authors, and how far they are."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from helpers.cli import speech
from helpers.cli.speech import Manner

if TYPE_CHECKING:
    import pandas as pd

    from helpers.batch import Progress

NOTEBOOKS = (
    "01-load-engagement",
    "02-interaction-vs-engagement",
    "03-conversion-lift",
    "04-lurker-audience",
    "05-publisher-report",
)
LONGEST = 30


def batch(
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
    quiet: speech.Quiet = False,
    json: speech.Json = False,
) -> None:
    """Run notebooks for a list of authors, several at a time.

    What did not change since an earlier batch in the same folder is kept, so a batch that
    was stopped goes on. One author's failure stops nobody else.
    """
    from helpers import batch as batches

    manner = Manner("batch", quiet, json)
    limits = batches.Limits(timeout, memory or None)
    how = {"scheduler": scheduler or None, "workers": workers or None, "limits": limits}
    results = run(manner, authors, out, notebook or notebooks(), **how)
    failed = results[results["status"] == "failed"]
    done = results["author"].nunique() - len(failed)
    words = f"{done:,} authors done, {len(failed):,} failed.\n  {out / batches.INDEX}"
    said = [f"{row.author}: {row.notebook} stopped: {row.reason}" for row in failed.itertuples()]
    content = {"done": done, "failed": len(failed), "index": out / batches.INDEX}
    speech.answer(manner, words, content | {"notebooks": speech.records(results)}, said)


def notebooks() -> list[Path]:
    """Return the notebooks of a report."""
    from helpers import paths

    return [paths.root() / "notebooks" / f"{name}.ipynb" for name in NOTEBOOKS]


def run(
    manner: Manner, authors: "pd.DataFrame | Path", out: Path, wanted: list[Path], **how: Any
) -> "pd.DataFrame":
    """Run notebooks with a bar; say what was refused, and what stopped the batch."""
    from helpers import batch as batches

    with (
        speech.refusing(manner, "Nothing was run.", batches.BatchError),
        speech.refusing(
            manner, "The batch stopped. Run it again to go on.", OSError, code=speech.FAILED
        ),
        _bar(manner) as shown,
    ):
        return batches.run(authors, wanted, out, progress=shown, **how)


@contextlib.contextmanager
def _bar(manner: Manner) -> Iterator[Callable[["Progress"], None]]:
    from tqdm import tqdm

    form = "{desc} {bar:10} {n_fmt}/{total_fmt} {elapsed}, {unit}"
    with tqdm(file=sys.stderr, bar_format=form, unit="", disable=manner.quiet) as bar:

        def show(state: "Progress") -> None:
            bar.total, bar.n, bar.unit = state.total, state.done, state.sentence
            bar.set_description_str(_short(state.last))

        yield show


def _short(last: str) -> str:
    """Return whose notebook ended last, as wide as there is room beside a bar."""
    from helpers.display import clean

    author, _, name = clean(last).rpartition(": ")
    room = LONGEST - len(name[:2]) - 2
    said = f"{author if len(author) <= room else author[: room - 1] + '…'}: {name[:2]}"
    return f"{said if name else 'Starting':<{LONGEST}}"
