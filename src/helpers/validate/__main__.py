"""`python -m helpers.validate [design …]`: measure designs anew, all of them by default."""

import importlib
import importlib.util
import sys
from collections.abc import Sequence

from helpers.validate import DESIGNS

TRIED = (*DESIGNS, "unseen", "shortest", "bounds", "compare")


def chosen(names: Sequence[str]) -> list[str]:
    """Return the designs named, or all that there are.

    Raises
    ------
    SystemExit
        If a name is no design that can be measured.
    """
    there = [name for name in TRIED if importlib.util.find_spec(f"helpers.validate.{name}")]
    unknown = [name for name in names if name not in there]
    if unknown:
        sys.exit(
            f"There is no design {unknown[0]!r} to measure. Name one or more of: "
            f"{', '.join(there)}; or none, for all."
        )
    return list(names) or there


def main(names: Sequence[str]) -> None:
    """Measure the designs named and store their figures."""
    for name in chosen(names):
        importlib.import_module(f"helpers.validate.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
