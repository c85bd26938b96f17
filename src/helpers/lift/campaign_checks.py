"""Questions to a campaign's days before a lift may be called one.

*Drift* is demand that wanders off and need not come back, as far as the controls do not
tell of it. A *negative control* is a daily column that posting cannot move, so what moves it
in the window is another cause.
"""

import math

import pandas as pd
import statsmodels.api as sm

from helpers.lift import counterfactual
from helpers.lift.conformal import STEADY
from helpers.lift.counterfactual import Effect
from helpers.lift.result import LEVEL, Check
from helpers.lift.window import Case

LEAST_BEFORE = 56
LEAST_TIMES = 2  # days before, for each day of the window
LEAST_DAYS_A_COLUMN = 5
LEAST_CONVERSIONS = 30
LEAST_FREE = 0.1
LEAST_SCATTER = 1e-6


def enough(asked: Case) -> list[Check]:
    """Ask whether there are days, conversions and freedom enough for a counterfactual."""
    days, columns = asked.days, asked.days.matrix.shape[1]
    least = max(LEAST_BEFORE, LEAST_TIMES * days.length, LEAST_DAYS_A_COLUMN * columns)
    before = int(days.counts[: days.before].sum())
    needs = (
        ("days before it", days.before, least),
        ("open days in it", days.length, 1),
        ("conversions before it", before, LEAST_CONVERSIONS),
    )
    found = [
        Check(f"enough {name}", value, value >= need, f"{value:,} {name}; {need} are needed")
        for name, value, need in needs
    ]
    if not all(check.passed for check in found):
        return found
    free = 1 - float(sm.OLS(asked.inside.astype("float64"), days.matrix).fit().rsquared)
    meaning = (
        f"{free:.0%} of when it ran is not given by weekday, known causes and controls; "
        f"{LEAST_FREE:.0%} is needed"
    )
    return [
        *found,
        Check("no known cause fills it", free, free >= LEAST_FREE, meaning),
        _scatter(counterfactual.scatter(days)),
    ]


def _scatter(value: float) -> Check:
    meaning = f"scatter is {value:.1f} times that of pure chance; the interval allows for it"
    return Check("conversions differ from day to day", value, value > LEAST_SCATTER, meaning)


def steady(found: Effect) -> Check:
    """Ask whether the days before wander off, as far as the regression does not tell of it."""
    meaning = (
        f"they wander by {found.drift:.2f} of their own memory; up to {STEADY} is no drift, "
        f"beyond it the interval is the wider one that steps allow"
    )
    return Check("days before it do not drift", found.drift, found.drift <= STEADY, meaning)


def placebo(placebos: pd.DataFrame) -> Check:
    """Report how many placebos are as far from 1 as the campaign, the last; it is not judged."""
    far = placebos["ratio"].map(lambda ratio: abs(math.log(max(ratio, 1e-9))))
    share = float((far[:-1] >= far.iloc[-1]).mean())
    meaning = (
        f"{share:.0%} of {len(far) - 1} earlier windows as long, in which nothing began, are as "
        f"far from 1 as this one"
    )
    return Check("placebo windows as far from 1", share, None, meaning)


def unmoved(names: tuple[str, ...], controlled: list[Case]) -> list[Check]:
    """Ask of each negative control whether it moved in the window, for all at level .05."""
    checks = []
    for name, asked in zip(names, controlled, strict=True):
        p = counterfactual.estimate(asked).p_value
        passed = p > LEVEL / len(names)
        meaning = f"p = {p:.3f} for what posting cannot move; another cause would show there"
        checks.append(Check(f"{name} did not move with it", p, passed, meaning))
    return checks


def told_apart(controls: pd.DataFrame) -> Check:
    """Ask whether anything would tell a cause that began with it: controls, negative or not."""
    varying = int((controls.max() > controls.min()).sum())
    meaning = (
        f"{varying} control(s) and negative control(s) that vary are given; without any, "
        f"whatever else began with it would look just like it"
    )
    return Check("another cause would show somewhere", varying, varying > 0, meaning)


def stands(held: Case, *, hiatus: bool) -> Check:
    """Ask whether a lift stands when the negative controls are held fixed with the others."""
    found = counterfactual.estimate(held)
    higher = (found.ratio < 1) if hiatus else (found.ratio > 1)
    meaning = f"p = {found.p_value:.3f} when they are held fixed as controls"
    passed = found.p_value <= LEVEL and higher
    return Check("the lift stands beside negative controls", found.p_value, passed, meaning)
