"""The public files that claims are tested with: read as tables, listed, and summed up."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from helpers import provenance, public
from helpers.claims.fixed import Claim

Read = Callable[[str, str], pd.DataFrame]
SEMICOLONS = ("dataset_Facebook.csv",)
HIGGS = ("who", "whom", "when", "kind")


def read(dataset: str, name: str) -> pd.DataFrame:
    """Return a public file as a table, fetched if need be and checked; do not change it.

    Raises
    ------
    PublicError
        If the file cannot be had, or is not the one that the registry names.
    """
    return _table(public.path(dataset, name))


@lru_cache(maxsize=16)
def _table(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    if path.name.startswith("higgs"):
        return pd.read_csv(path, sep=" ", names=list(HIGGS))
    return pd.read_csv(path, sep=";" if path.name in SEMICOLONS else ",")


def labels(claims: Iterable[Claim]) -> list[str]:
    """Return the files that claims are tested with, each once, in the order of use."""
    return list(dict.fromkeys(test.data for claim in claims for test in claim.tests))


def sources(claims: Iterable[Claim]) -> pd.DataFrame:
    """Return the files behind claims: file, sha256, here (in the cache), licence, citation."""
    files, known = {file.label: file for file in public.files()}, public.registry()
    rows = [
        (
            label,
            files[label].sha256[:12],
            "yes" if (public.cache() / label).is_file() else "no",
            known[files[label].dataset].licence,
            known[files[label].dataset].citation,
        )
        for label in labels(claims)
    ]
    return pd.DataFrame(rows, columns=["file", "sha256", "here", "licence", "citation"])


def line(claims: Iterable[Claim]) -> str:
    """Return the provenance line of a page made of public data."""
    table = sources(claims)
    libraries = ", ".join(f"{name} {version(name)}" for name in provenance.LIBRARIES)
    return (
        f"{(table['here'] == 'yes').sum()} of {len(table)} public files, each checked against its "
        f"sha256. Quiet Audience {provenance.code_version()}; {libraries}. "
        f"Made {datetime.now(UTC):%Y-%m-%d} (UTC)."
    )
