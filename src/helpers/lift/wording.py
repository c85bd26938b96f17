"""The sentences of observational lifts: what was seen, never more than the interval shows.

They name the assumption with the finding, and say what would settle a question that
the data cannot.
"""

from helpers.lift.result import Check, unit_name
from helpers.lift.series import Series

ASSUMPTION = "nothing else that drives conversions also drove when the author posted"
SETTLE = "A posting calendar drawn by lot, in weekly blocks and kept for months, would settle it."


def counted(series: Series, outcome: str) -> str:
    """Say how many days, days with a post and conversions there were."""
    posting = int((series.posts > 0).sum())
    days = "1 day" if len(series.posts) == 1 else f"{len(series.posts):,} days"
    return (
        f"{days}, {posting:,} of them with a post, "
        f"and {int(series.counts.sum()):,} {unit_name(outcome)}"
    )


def times(ratio: float) -> str:
    """Write a ratio so that only what equals 1 looks like 1."""
    return f"{ratio:.2f}" if f"{ratio:.2f}" != "1.00" else f"{ratio:.4f}"


def amount(units: float) -> str:
    """Write a number of units, to a tenth where they are few."""
    return f"{units:,.0f}" if abs(units) >= 10 else f"{units:.1f}"


def interval(low: str, high: str) -> str:
    """Write a 95 % interval."""
    return f"95 % interval {low} to {high}"


def cannot_tell(series: Series, outcome: str, failed: list[Check], seen: str = "") -> str:
    """Say which needs of a lift do not hold, what was seen, and what would settle it."""
    reasons = "; ".join(f"{check.check} ({check.meaning})" for check in failed)
    return (
        f"Cannot tell whether posting moves {unit_name(outcome)}, from "
        f"{counted(series, outcome)}. This would have to hold and does not: {reasons}. "
        f"{seen}{SETTLE}"
    )


def seen(outcome: str, ratio: float, low: float, high: float) -> str:
    """Say what went with posting, and that it is not the effect of posting."""
    return (
        f"Posting went with {ratio:.2f} times the {unit_name(outcome)} "
        f"({interval(times(low), times(high))}), which cannot be read as its effect. "
    )


def lift(
    series: Series,
    outcome: str,
    ratio: tuple[float, float, float],
    extra: tuple[float, float, float],
) -> str:
    """State a lift with its interval, its counts and its assumption."""
    unit = unit_name(outcome)
    found, *ends = (times(value) for value in ratio)
    more, *more_ends = (amount(value) for value in extra)
    return (
        f"Lift: over {counted(series, outcome)}, there were {found} times as many {unit} "
        f"as the same days would have had without posting ({interval(*ends)}), or "
        f"{more} more ({interval(*more_ends)}), if nothing else that "
        f"drives {unit} also drove when the author posted."
    )


def no_clear_lift(
    series: Series, outcome: str, ratio: tuple[float, float, float], detectable: float
) -> str:
    """State that no lift is shown, what the interval allows and what could have been found."""
    unit = unit_name(outcome)
    shown = interval(times(ratio[1]), times(ratio[2]))
    found = (
        f"{unit} were lower with posting, {ratio[0]:.2f} times the others ({shown})"
        if ratio[2] < 1
        else f"posting went with {ratio[0]:.2f} times the {unit} ({shown}), "
        f"and no difference, 1.00, is within that"
    )
    return (
        f"No clear lift: over {counted(series, outcome)}, {found}. Even with every check passed, "
        f"days like these find a lift four times in five only from about {detectable:.2f} times up."
    )
