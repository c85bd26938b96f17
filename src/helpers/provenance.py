"""Where a page's figures come from: data, period, code, versions, date."""

import hashlib
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version

import pandas as pd

from helpers import paths
from helpers.tables import SCHEMAS, Engagement

LIBRARIES = ("pandas", "statsmodels", "seaborn", "papermill")


def data_hash(engagement: Engagement) -> str:
    """Return twelve hex digits that change when any file or row that was loaded changes.

    The hash is over the files' contents, so it does not depend on the key that
    people are hashed with; tables that came from no file are hashed themselves.
    """
    digest = hashlib.sha256()
    if len(engagement.receipt):
        for content in sorted(engagement.receipt["sha256"].dropna()):
            digest.update(content.encode())
    else:
        for name in SCHEMAS:
            digest.update(getattr(engagement, name).to_csv(index=False).encode())
    return digest.hexdigest()[:12]


def period(engagement: Engagement) -> str:
    """Return the first and last day of anything dated, "2025-07-01 to 2026-06-30"."""
    dated = [engagement.posts["published_at"], engagement.conversions["occurred_at"]]
    times = pd.concat([*dated, engagement.responses["occurred_at"]]).dropna()
    if times.empty:
        return "no dates in these exports"
    return f"{times.min():%Y-%m-%d} to {times.max():%Y-%m-%d}"


def code_version() -> str:
    """Return the release and, in a git checkout, the commit, marked when files changed."""
    release = version("quiet-audience")
    git = ["git", "-C", str(paths.root()), "describe", "--always", "--dirty", "--abbrev=10"]
    try:
        answer = subprocess.run(git, capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return release
    return f"{release} ({answer.stdout.strip()})"


def line(engagement: Engagement) -> str:
    """Return the provenance line that ends every notebook."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"Data {data_hash(engagement)}, {period(engagement)}. "
        f"Quiet Audience {code_version()}; {libraries}. "
        f"Made {datetime.now(UTC):%Y-%m-%d} (UTC)."
    )
