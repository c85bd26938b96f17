"""Shares behind what people say: corrected for how often they forget and make up.

*Sensitivity* is the chance to tick an option that is true, *specificity* the chance not to
tick one that is not. Both are shares, or (events, trials) where they were measured.
"""

from typing import NamedTuple

import numpy as np

from helpers.lurkers.bounds import LurkersError

Z = 1.96
Measured = float | tuple[int, int]


class Chance(NamedTuple):
    """A chance, and how often it was tried; no trials when it is taken as known."""

    value: float
    trials: float


def chance(name: str, given: Measured) -> Chance:
    """Return a chance with its trials.

    Raises
    ------
    LurkersError
        If it cannot be one.
    """
    if isinstance(given, tuple):
        events, trials = given
        if not 0 <= events <= trials or not trials:
            raise LurkersError(
                f"{name} is {events} of {trials}. Give (events, trials), with events between 0 and "
                f"trials, and trials at least 1."
            )
        return Chance(events / trials, float(trials))
    if not 0 <= given <= 1:
        raise LurkersError(f"{name} is {given!r}. It must be between 0 and 1.")
    return Chance(float(given), np.inf)


def corrected(
    events: int, trials: int, sensitivity: Chance, specificity: Chance, *, shared: bool = False
) -> tuple[float, float, float]:
    """Return the share behind a share of ticks, with a 95 % interval.

    Rogan & Gladen (1978, American Journal of Epidemiology 107:71): (p + Sp − 1)/(Se + Sp − 1).
    The interval is Lang & Reiczigel's (2014, Preventive Veterinary Medicine 113:13), by adding
    events to each proportion; where Se or Sp is taken as known its terms are zero. `shared`
    says that Sp is of the same answers: a tick of the phantom is then no tick of another.
    """
    informative = sensitivity.value + specificity.value - 1
    share = (events / trials + specificity.value - 1) / informative
    n = trials + Z**2
    p = (events + Z**2 / 2) / n
    (se, var_se), (sp, var_sp) = added(sensitivity), added(specificity)
    slope = se + sp - 1
    middle = (p + sp - 1) / slope
    shift = 2 * Z**2 * (middle * var_se - (1 - middle) * var_sp)
    variance = p * (1 - p) / n + (1 - middle) ** 2 * var_sp + middle**2 * var_se
    if shared:
        variance += 2 * (1 - middle) * p * (1 - sp) / n
        shift = 0.0
    half = Z * float(np.sqrt(max(variance, 0.0))) / slope
    low, high = np.clip([middle + shift - half, middle + shift + half], 0, 1)
    return float(np.clip(share, 0, 1)), float(low), float(high)


def added(chance: Chance) -> tuple[float, float]:
    """Return a chance with one event and one non-event added, and its variance."""
    if np.isinf(chance.trials):
        return chance.value, 0.0
    value = (chance.value * chance.trials + 1) / (chance.trials + 2)
    return value, value * (1 - value) / (chance.trials + 2)


def plain(events: int, trials: int) -> tuple[float, float, float]:
    """Return a share with Wilson's (1927) interval."""
    n, p = trials + Z**2, (events + Z**2 / 2) / (trials + Z**2)
    half = Z * np.sqrt(events * (trials - events) / trials + Z**2 / 4) / n
    return events / trials, float(p - half), float(p + half)
