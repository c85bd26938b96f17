"""A measure: one figure an author, with its error, by which authors are ranked.

A *count* is stated by a platform and has no error. An *estimate* stands on the scale on
which its error is about normal: of a ratio or a rate, its logarithm. Its error *below* and
*above* may differ: an interval may reach farther up than down. An author without an estimate
is *unranked*: any rank may be theirs, and `why` says why.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
FORMS = ("count", "times", "rate", "added")
NAMED = 5  # names that a sentence lists


class CompareError(ValueError):
    """What was handed over cannot be compared."""


@dataclass(frozen=True, eq=False)
class Measure:
    """One figure an author.

    Parameters
    ----------
    name : str
        What it is called in sentences, such as "likes" or "lift".
    form : str
        "count": the estimate is the figure; "times" and "rate": its logarithm; "added": the
        logarithm of a ratio, and the figure is size x (1 - 1 ÷ ratio).
    authors : tuple of str
        Whose figures they are; no name twice.
    estimate, below, above : array (n,)
        Estimates, missing where unranked, and their standard errors towards lower and towards
        higher values, 0 or more.
    unit : str
        What one of the figure is.
    size : array (n,), optional
        For the form "added": the conversions a year of which posting is said to bring a part.
    per_year : float
        How many conversions a year one of the figure is; missing where it is none.
    why : tuple of str
        Why an author is unranked; "" where there is an estimate.
    assumption : str
        What must hold for it to be what it is called.

    Raises
    ------
    CompareError
        If there are fewer than two authors, a name stands twice, an error is negative,
        infinite or missing beside an estimate, or lengths differ.
    """

    name: str
    form: str
    authors: tuple[str, ...]
    estimate: Array
    below: Array
    above: Array
    unit: str
    size: Array | None = None
    per_year: float = np.nan
    why: tuple[str, ...] = ()
    assumption: str = ""

    def __post_init__(self) -> None:
        """Check that it can be compared."""
        _check_authors(self.authors)
        if self.form not in FORMS:
            raise CompareError(f"There is no form {self.form!r}. Use one of: {', '.join(FORMS)}.")
        if self.form == "added" and self.size is None:
            raise CompareError("The form 'added' needs sizes: conversions a year of each author.")
        for found in (self.estimate, self.below, self.above, self.size, self.why or None):
            if found is not None and len(found) != len(self.authors):
                raise CompareError(
                    f"There are {len(self.authors)} authors and {len(found)} figures of "
                    f"{self.name}. Give one an author; missing where it is not known."
                )
        self._check_errors()

    def _check_errors(self) -> None:
        sides = np.column_stack([self.below, self.above])
        sound = ((sides >= 0) & (sides < np.inf)).all(axis=1)
        wrong = np.isinf(self.estimate) | (np.isfinite(self.estimate) & ~sound)
        if wrong.any():
            at = int(wrong.argmax())
            raise CompareError(
                f"{self.authors[at]}: {self.name} is {self.estimate[at]:g} with standard errors of "
                f"{sides[at, 0]:g} and {sides[at, 1]:g}. An estimate and its errors are finite, "
                f"and errors are 0 or more; leave the estimate missing where nobody can tell."
            )

    @property
    def ranked(self) -> NDArray[np.bool_]:
        """Which authors have an estimate (n,)."""
        return np.isfinite(self.estimate)

    @property
    def has_error(self) -> bool:
        """Whether it is an estimate, and no count."""
        return bool(self.below[self.ranked].any() or self.above[self.ranked].any())

    def facing(self, towards: float) -> Array:
        """Return the error on the side of each estimate that faces a value (n,)."""
        return np.where(self.estimate > towards, self.below, self.above)

    def ends(self, times: float) -> tuple[Array, Array]:
        """Return what is so many errors below and above each estimate."""
        return self.estimate - times * self.below, self.estimate + times * self.above

    def figure(self, estimate: Array) -> Array:
        """Return what an estimate, or draws of it (…, n), are as a figure in the unit."""
        if self.form == "added":
            return np.asarray(self.size * -np.expm1(-estimate))
        return estimate if self.form == "count" else np.exp(estimate)

    def take(self, places: ArrayLike) -> "Measure":
        """Return the measure of the authors at these places, in their order."""
        chosen = np.asarray(places, dtype="int64")
        return Measure(
            self.name,
            self.form,
            tuple(self.authors[place] for place in chosen),
            self.estimate[chosen],
            self.below[chosen],
            self.above[chosen],
            self.unit,
            None if self.size is None else self.size[chosen],
            self.per_year,
            tuple(self.why[place] for place in chosen) if self.why else (),
            self.assumption,
        )


def _check_authors(authors: Sequence[str]) -> None:
    if len(authors) < 2:
        raise CompareError(
            f"There is {len(authors)} author(s). Comparing takes two or more: give a folder with "
            f"a sub-folder an author, or a table with a row an author."
        )
    name, times = Counter(authors).most_common(1)[0]
    if times > 1:
        raise CompareError(
            f"The author {name!r} stands there {times} times. Give each author a name and a row."
        )


def listed(names: Sequence[str]) -> str:
    """Write names as a list in a sentence: of many only how many, of none "none"."""
    if not names:
        return "none"
    if len(names) > NAMED:
        return f"{len(names)} authors"
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
