"""Shrinkage: how much of the spread between authors is chance, and what is left of it.

Who looks best among many was partly lucky. True values are taken to scatter normally about a
mean; each estimate is moved towards the mean by the share of its difference that chance
explains. How widely the true values scatter is itself uncertain, and averaged over. Who lies
too far from all others to be one of them is *set apart*, and not moved. Where an
interval reaches farther up than down, its middle and width are those of a normal with halves
of different width: half of what is believed lies on either side of the estimate.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.compare.measures import Array, Measure, listed
from helpers.compare.spread import ENDS, FEWEST, GRID, believed, between, set_apart

DRAWS, SEED = 4000, 20250101


@dataclass(frozen=True, eq=False)
class Shrunken:
    """What is believed of each author's true value, given all authors.

    Parameters
    ----------
    measure : Measure
        What was shrunk.
    spread, spread_low, spread_high : float
        Standard deviation of true values between authors, on the scale of the estimates, with
        a 95 % interval; missing with fewer than three authors.
    mean : array (n,)
        Estimates after shrinkage; missing for the unranked.
    low, high : array (n,)
        Their 95 % intervals.
    apart : array (n,) of bool
        Who was set apart.
    draws : array (draws, n)
        True values that the data allow, drawn together.
    """

    measure: Measure
    spread: float
    spread_low: float
    spread_high: float
    mean: Array
    low: Array
    high: Array
    apart: NDArray[np.bool_]
    draws: Array

    @property
    def sentence(self) -> str:
        """Say how much of the spread is chance, or that there are too few authors to say."""
        name, found = self.measure.name, int(self.measure.ranked.sum())
        if np.isnan(self.spread):
            return (
                f"{name.capitalize()} is known of {found} author(s): too few to say how far "
                f"authors differ beyond chance, so nothing is moved towards a mean."
            )
        known = self.measure.ranked & ~self.apart
        kept = np.ptp(self.mean[known]) / max(np.ptp(self.measure.estimate[known]), 1e-12)
        said = (
            f"{name.capitalize()}, {found} authors: true values differ between authors by a factor "
            f"of about {_factor(self.spread)} (95 % interval {_factor(self.spread_low)} to "
            f"{_factor(self.spread_high)}). Shrinkage leaves {100 * min(kept, 1):.0f} % of the gap "
            f"between the highest and the lowest estimate."
        )
        if self.spread_low == 0:
            said += " That they do not differ at all is within the interval."
        if self.apart.any():
            names = [self.measure.authors[place] for place in np.flatnonzero(self.apart)]
            said += f" Too far from the others to be moved, and not counted here: {listed(names)}."
        return said

    @property
    def table(self) -> pd.DataFrame:
        """A row an author: author, estimate, shrunken, low, high, as figures in the unit."""
        shown = {"estimate": self.measure.estimate, "shrunken": self.mean}
        shown |= {"low": self.low, "high": self.high}
        figures = {name: self.measure.figure(values) for name, values in shown.items()}
        return pd.DataFrame({"author": self.measure.authors, **figures})


def _factor(deviation: float) -> str:
    """Write a spread of logarithms as the factor that one standard deviation is."""
    factor = np.exp(min(deviation, 20.0))
    return f"{factor:.2f}" if factor < 100 else f"{factor:,.0f}"


def _halves(estimate: Array, below: Array, above: Array) -> tuple[Array, Array]:
    """Return mean and standard deviation of what estimates say whose two errors differ (n,)."""
    shift = (above - below) / np.sqrt(2 * np.pi)
    return estimate + shift, np.sqrt((above**2 + below**2) / 2 - shift**2)


def _posterior(
    estimate: Array, error: Array, noise: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Return the believed means (n,) and draws (draws, n) of true values."""
    spread, belief, centre, centre_error = believed(estimate, error)
    kept = spread[:, None] ** 2 / (spread[:, None] ** 2 + error**2)
    means = belief @ (kept * estimate + (1 - kept) * centre[:, None])
    at = rng.choice(GRID, len(noise), p=belief)
    mean = centre[at] + centre_error[at] * rng.standard_normal(len(noise))
    drawn = kept[at] * estimate + (1 - kept[at]) * mean[:, None]
    return means, drawn + np.sqrt(kept[at]) * error * noise


def _among(values: Array | NDArray[np.bool_], known: NDArray[np.int64], measure: Measure) -> Array:
    """Return values of the known authors (…, k) as of all authors (…, n), missing for others."""
    everyone = np.full((*values.shape[:-1], len(measure.authors)), np.nan)
    everyone[..., known] = values
    return everyone


def shrink(measure: Measure, *, draws: int = DRAWS) -> Shrunken:
    """Move estimates towards their mean by as much of their differences as is chance.

    Parameters
    ----------
    measure : Measure
        Estimates with errors above 0; unranked authors stay out and stay missing.
    draws : int
        How many sets of true values to draw.

    Notes
    -----
    The normal-normal model, averaged over what is believed of the spread between authors, so
    that intervals do not pretend that it is known. With fewer than three authors nothing says
    how authors scatter, and nothing is shrunk. Where true values scatter otherwise, or the
    errors tell of them, `data/validation/compare.csv` says how much that costs.
    """
    order = sorted(np.flatnonzero(measure.ranked), key=lambda place: measure.authors[place])
    known = np.array(order, dtype="int64")
    sides, rng = (measure.below[known], measure.above[known]), np.random.default_rng(SEED)
    mean = measure.estimate[known]
    noise = rng.standard_normal((draws, len(known)))
    drawn = mean + np.where(noise < 0, *sides) * noise
    apart, spread = np.zeros(len(known), dtype="bool"), (np.nan, np.nan, np.nan)
    if len(known) >= FEWEST:
        middle, error = _halves(mean, *sides)
        apart = set_apart(middle, error)
        near = np.flatnonzero(~apart)
        mean[near], drawn[:, near] = _posterior(middle[near], error[near], noise[:, near], rng)
        spread = tuple(np.sqrt(between(middle[near], error[near])))
    low, high = np.quantile(drawn, ENDS, axis=0) if len(known) else np.empty((2, 0))
    return Shrunken(
        measure,
        *spread,
        mean=_among(mean, known, measure),
        low=_among(low, known, measure),
        high=_among(high, known, measure),
        apart=_among(apart, known, measure) == 1,
        draws=_among(drawn, known, measure),
    )
