"""What several commands ask for: exports, and what exports leave open."""

from pathlib import Path
from typing import Annotated, Any

import typer

from helpers.cli.speech import Manner, refusing, waiting

Source = Annotated[Path, typer.Argument(help="A folder of exports, or one export file.")]
Timezone = Annotated[str, typer.Option(help="Zone of files that state none, such as Europe/Paris.")]
Currency = Annotated[str, typer.Option(help="Currency of files that state none, such as EUR.")]
Dates = Annotated[
    str, typer.Option(help='"day first" or "month first", where files leave it open.')
]
Question = Annotated[
    str, typer.Option(help="A survey's question of where people heard of the author.")
]
Impossible = Annotated[str, typer.Option(help="Its option that cannot be true.")]


def loaded(manner: Manner, source: Path, **given: str) -> Any:
    """Return the tables of a folder of exports, or say why there are none."""
    from helpers import load, paths, privacy, tables

    stated = {name: value or None for name, value in given.items()}
    expected = (load.LoadError, tables.TableError, privacy.PrivacyError, OSError)
    with refusing(manner, "Nothing was loaded.", *expected), waiting(manner, "Reading the exports"):
        return load.load(paths.resolve(source), key=privacy.project_key(), **stated)
