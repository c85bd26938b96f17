"""How a command speaks: in words to a person, or in one JSON object to a program.

The *manner* is what was asked for: words, nothing but what went wrong (`--quiet`), or JSON
(`--json`). The answer goes to standard output; progress and what went wrong go to standard
error. A command ends with a *code* that says whether everything, something or nothing was done.
"""

import contextlib
import json
import re
import sys
import textwrap
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    import pandas as pd

DONE, FAILED, REFUSED = 0, 1, 2
CODES = (
    "\b\nIt ends with the code\n"
    "    0  if all was done;\n"
    "    1  if something failed: an author, a file, a need of doctor;\n"
    "    2  if nothing was done: wrong usage, or the input was refused;\n"
    "  130  if it was interrupted.\n"
    "Whatever failed or was refused is named on standard error."
)
WIDEST = 100
_ARGUMENT = re.compile(
    r"\b(timezone|currency|dates|question|weeks|posts_per_week|seed|start)=(?=\S)"
)

Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Say nothing but what went wrong; no progress.")
]
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON object and no words.")]


@dataclass(frozen=True)
class Manner:
    """Which command speaks, and how."""

    command: str
    quiet: bool = False
    json: bool = False


def answer(
    manner: Manner, words: str, content: Mapping[str, Any], failures: Sequence[str] = ()
) -> None:
    """Say what was done and what failed, and end with a code if something did."""
    code = FAILED if failures else DONE
    if manner.json:
        _object(manner, code, {**content, "failures": list(failures)})
    elif not manner.quiet and words:
        typer.echo(_clean(words))
    for failure in failures:
        typer.echo(_clean(failure), err=True)
    if code:
        raise typer.Exit(code)


@contextlib.contextmanager
def refusing(
    manner: Manner, said: str, *errors: type[Exception], code: int = REFUSED
) -> Iterator[None]:
    """Turn an error that was to be expected into its message and a code."""
    try:
        yield
    except errors as error:
        refuse(manner, f"{said} {_ARGUMENT.sub(_option, str(error))}", code)


def refuse(manner: Manner, said: str, code: int = REFUSED) -> NoReturn:
    """Say why something was not done, and end."""
    if manner.json:
        _object(manner, code, {"error": said})
    typer.echo(_clean(said), err=True)
    raise typer.Exit(code) from None


@contextlib.contextmanager
def waiting(manner: Manner, what: str) -> Iterator[None]:
    """Show on a terminal for how long something is taking whose end cannot be foreseen."""
    from tqdm import tqdm

    ended = threading.Event()
    form = "{desc}: {elapsed}"
    hidden = manner.quiet or None  # None: hidden where standard error is no terminal
    with tqdm(desc=what, bar_format=form, file=sys.stderr, leave=False, disable=hidden) as bar:
        ticking = threading.Thread(target=_tick, args=(bar, ended), daemon=True)
        ticking.start()
        try:
            yield
        finally:
            ended.set()
            ticking.join()


def records(table: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return a table's rows for JSON: what is missing as null, times as ISO 8601."""
    return list(json.loads(table.to_json(orient="records", date_format="iso")))


def lines(first: str, text: str) -> str:
    """Return a line that begins with `first`, its further lines set in as far as the text."""
    return textwrap.fill(
        text or "–", _width(), initial_indent=first, subsequent_indent=" " * len(first)
    )


def _width() -> int:
    import shutil

    return min(shutil.get_terminal_size().columns - 1, WIDEST)


def _option(argument: re.Match[str]) -> str:
    """Return an argument as it is written on the command line."""
    return f"--{argument[1].replace('_', '-')} "


def _tick(bar: Any, ended: threading.Event) -> None:
    while not ended.wait(1):
        bar.refresh()


def _object(manner: Manner, code: int, content: Mapping[str, Any]) -> None:
    typer.echo(
        json.dumps(
            {"command": manner.command, "code": code, **content},
            ensure_ascii=False,
            allow_nan=False,
            default=str,
        )
    )


def _clean(words: str) -> str:
    """Leave out what would command the terminal: a file or an author may be called anything."""
    from helpers.display import clean

    return clean(words)
