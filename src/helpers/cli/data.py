"""`quiet-audience data`: the public data that test the essay's claims."""

import sys
from collections import Counter
from typing import Annotated, Any

import typer

from helpers.cli import speech
from helpers.cli.speech import Manner


def data(
    names: Annotated[
        list[str] | None, typer.Argument(help="Datasets by name; all if none is named.")
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", help="List them, with licence; fetch nothing.")
    ] = False,
    quiet: speech.Quiet = False,
    json: speech.Json = False,
) -> None:
    """Fetch public data into the cache, each file checked by its sum.

    What is there already is checked and not fetched again. A file that has no address, and
    can only be made by hand, is named and is no failure.
    """
    from helpers import public

    manner, known = Manner("data", quiet, json), public.registry()
    unknown = [name for name in names or () if name not in known]
    if unknown:
        here = ", ".join(known)
        speech.refuse(manner, f"There is no dataset {unknown[0]!r}. The datasets are: {here}.")
    chosen = [known[name] for name in names or known]
    if listing:
        about = [_about(one) for one in chosen]
        words = "\n".join(speech.lines("  ", one["line"]) for one in about)
        speech.answer(manner, words, {"datasets": about})
        return
    with speech.refusing(manner, "Fetching stopped.", OSError, code=speech.FAILED):
        lacking = _fetched(manner, [file for one in chosen for file in one.files])
        place = public.cache()
    count = sum(len(one.files) for one in chosen)
    by_hand = [str(error) for error in lacking if isinstance(error, public.NoAddressError)]
    words = f"{count - len(lacking)} of {count} public files are in {place}."
    content = {"files": count, "here": count - len(lacking), "cache": place, "by_hand": by_hand}
    speech.answer(manner, "\n".join([*by_hand, words]), content, _failures(lacking))


def _about(one: Any) -> dict[str, Any]:
    from helpers import public

    here = sum((public.cache() / file.label).exists() for file in one.files)
    line = f"{one.name}: {one.title} ({one.licence}); {here} of {len(one.files)} files are here"
    return {"name": one.name, "title": one.title, "licence": one.licence, "line": line}


def _fetched(manner: Manner, files: list[Any]) -> list[Any]:
    """Fetch files, with a bar; return why some could not be had."""
    from tqdm import tqdm

    from helpers import public

    failures = []
    within = sys.stderr.isatty() and not manner.quiet
    with tqdm(files, file=sys.stderr, unit="file", desc="Public data", disable=manner.quiet) as bar:
        for file in bar:
            bar.set_postfix_str(file.label)
            try:
                public.had(file, progress=within)
            except public.PublicError as error:
                failures.append(error)
    return failures


def _failures(lacking: list[Any]) -> list[str]:
    """Return each failure in a sentence; that there is no network once for all files."""
    from helpers import public

    count = Counter(isinstance(error, public.OfflineError) for error in lacking)
    more = f" So it was for {count[True]} files." if count[True] > 1 else ""
    offline = [f"{error}{more}" for error in lacking if isinstance(error, public.OfflineError)]
    mild = (public.OfflineError, public.NoAddressError)
    return [*(str(error) for error in lacking if not isinstance(error, mild)), *offline[:1]]
