"""The command line, `quiet-audience`: a module a command, and `speech`, how they all answer.

What a command needs is imported when it is run, so that `--help` answers at once.
"""

from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated

import typer

from helpers.cli import batch, collect, data, doctor, load, plan, report, sample
from helpers.cli.speech import CODES

EXAMPLES: dict[Callable[..., None], tuple[str, ...]] = {
    report.report: (
        "report data/sample",
        'report data/private/me --author "My Name" --currency EUR',
    ),
    load.load: (
        "load data/sample/quiet",
        "load data/private/me --currency EUR --out data/private/tables",
        "load data/private/me --json | python -m json.tool",
    ),
    plan.plan: (
        "plan data/sample/quiet --weeks 26 --out data/private/test",
        "plan data/private/me --outcome signups --start 2027-01-04",
    ),
    batch.batch: (
        "batch authors.csv --out reports/spring",
        "batch authors.csv --out reports/spring --workers 4 --quiet",
    ),
    collect.collect: (
        "collect bluesky name.bsky.social --out data/private/me",
        "collect mastodon name@server.example --out data/private/me",
    ),
    data.data: ("data", "data --list", "data gofundme --json"),
    doctor.doctor: ("doctor", "doctor --json"),
    sample.sample: ("sample",),
}


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"quiet-audience {version('quiet-audience')}")
        raise typer.Exit


def main(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Which this is.")
    ] = False,
) -> None:
    """Show what likes and follower counts miss about an author's readers.

    Every command explains itself, with examples: quiet-audience report -h
    """


def _below(examples: tuple[str, ...]) -> str:
    """Return what stands below a command's help: its examples and the codes it ends with."""
    lines = "\n".join(f"  quiet-audience {example}" for example in examples)
    title = "Examples" if len(examples) > 1 else "Example"
    return f"\b\n{title}:\n{lines}\n\n{CODES}"


def _application() -> typer.Typer:
    made = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback(epilog=CODES)(main)
    for command, examples in EXAMPLES.items():
        made.command(epilog=_below(examples))(command)
    return made


app = _application()
