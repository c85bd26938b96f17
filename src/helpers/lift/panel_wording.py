"""The sentences of panel lifts: what was seen, never more than the interval shows."""

import math

import pandas as pd

from helpers.lift.authors import Panel
from helpers.lift.placebo import Found
from helpers.lift.result import Check, unit_name
from helpers.lift.wording import amount, interval, times

SETTLE = "Start dates drawn by lot, for more authors, would settle it."


def assumption(relative: bool) -> str:
    """State what must hold for the ratio to be the effect."""
    kind = "in proportion" if relative else "by the same amount"
    return (
        f"without a start, treated authors would have moved {kind} with those they are compared "
        f"with, and who started when had nothing to do with what was to come"
    )


def counted(panel: Panel, outcome: str) -> str:
    """Say how many authors started, when, and how much was counted since."""
    days, mine = panel.outcome.shape[1], panel.starts[panel.treated]
    first, last = (panel.dates[place] for place in (mine.min(), mine.max()))
    when = f"on {first:%Y-%m-%d}" if first == last else f"from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    since = sum(panel.outcome[row, start:].sum() for row, start in enumerate(panel.starts))
    return (
        f"{len(mine)} of {len(panel.starts)} authors started {when}; over "
        f"{int((days - mine).sum()):,} author-dates since, with {since:,.0f} {unit_name(outcome)}"
    )


def _ends(low: float, high: float) -> str:
    if high == math.inf:
        return f"95 % interval from {times(low)} up, without limit"
    return interval(times(low), times(high))


def unanswered(outcome: str, failed: list[Check], settle: str = SETTLE) -> str:
    """Say what a panel lacks to allow any estimate."""
    reasons = "; ".join(f"{check.check} ({check.meaning})" for check in failed)
    return (
        f"Cannot tell whether starting moved {unit_name(outcome)}. This would have to hold and "
        f"does not: {reasons}. {settle}"
    )


def cannot_tell(panel: Panel, outcome: str, found: Found, failed: list[Check]) -> str:
    """Say which needs of a lift do not hold, what was seen, and what would settle it."""
    seen = (
        f"{counted(panel, outcome)}, they had {times(found.ratio)} times as many as the others "
        f"lead one to expect ({_ends(found.low, found.high)}), which cannot be read as an effect. "
    )
    return unanswered(outcome, failed, f"{seen}{SETTLE}")


def lift(panel: Panel, outcome: str, found: Found, extra: tuple[float, float, float]) -> str:
    """State a lift with its interval, its counts and its assumption."""
    more, *ends = (amount(value) for value in extra)
    return (
        f"Lift: {counted(panel, outcome)}, they had {times(found.ratio)} times as many as the "
        f"others lead one to expect ({_ends(found.low, found.high)}), or {more} more "
        f"({interval(*ends)}), if they would have moved with the others otherwise."
    )


def no_clear_lift(panel: Panel, outcome: str, found: Found, detectable: float) -> str:
    """State that no lift is shown, what the interval allows and what could have been found."""
    shown = "that is lower" if found.high < 1 else "no difference, 1.00, is within that"
    least = (
        f"only from about {detectable:.2f} times up"
        if math.isfinite(detectable)
        else "of no size at all"
    )
    return (
        f"No clear lift: {counted(panel, outcome)}, they had {times(found.ratio)} times as many "
        f"as the others lead one to expect ({_ends(found.low, found.high)}); {shown}. A panel "
        f"like this finds a lift four times in five {least}."
    )


def table(panel: Panel, observed: list[float], expected: list[float]) -> pd.DataFrame:
    """Return a row a start: start, authors, dates, observed, expected, extra, ratio."""
    days = panel.outcome.shape[1]
    starts = pd.Series(panel.starts[panel.treated]).value_counts().sort_index()
    rows = pd.DataFrame(
        {
            "start": panel.dates[starts.index.to_numpy()],
            "authors": starts.to_numpy(),
            "dates": days - starts.index.to_numpy(),
            "observed": observed,
            "expected": expected,
        }
    )
    return rows.assign(
        extra=rows["observed"] - rows["expected"], ratio=rows["observed"] / rows["expected"]
    )
