"""`make claims`: run notebook 08 from end to end, once its data are there and checked."""

import sys
import tempfile
from pathlib import Path

import papermill
import typer

from helpers import paths, public
from helpers.batch import KERNEL
from helpers.claims import fixed
from helpers.claims.sources import labels

NOTEBOOK = "08-test-the-claims.ipynb"


def main(out: str = "reports") -> int:
    """Write the executed notebook into a folder, whole or not at all; return 1 if it stopped."""
    folder = paths.resolve(out)
    try:
        public.require(labels(fixed()))
    except public.PublicError as error:
        typer.echo(f"Nothing was run. {error}", err=True)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=folder) as draft:
        written = Path(draft) / NOTEBOOK
        try:
            papermill.execute_notebook(
                str(paths.root() / "notebooks" / NOTEBOOK),
                str(written),
                kernel_name="python3",
                progress_bar=False,
                config=KERNEL,
            )
        except papermill.PapermillExecutionError as error:
            typer.echo(f"{NOTEBOOK} stopped. {error.ename}: {error.evalue}", err=True)
            return 1
        written.replace(folder / NOTEBOOK)
    typer.echo(f"The claims and their verdicts: {folder / NOTEBOOK}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
