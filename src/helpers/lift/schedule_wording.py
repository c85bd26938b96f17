"""The sentences of lifts from a drawn calendar: what was found, and what it hangs on."""

import math

from helpers.lift import wording
from helpers.lift.blocks import Calendar
from helpers.lift.redraws import Redrawn
from helpers.lift.result import LEVEL, Check, unit_name

METHOD = (
    "randomisation test of a calendar drawn in pairs of blocks: coins re-drawn, conversions "
    "weighed by a negative binomial score with weekday, drift, known causes and controls taken "
    "off; interval of the ratios not rejected, refitted under each, averaged over how long "
    "posts last"
)
ASSUMPTION = (
    "fair coins decided which blocks had posts, and of what posting adds at most seven tenths "
    "is left a day later"
)
SETTLE = "A longer calendar, drawn anew by fair coins and kept, would settle it."
WELL_KEPT = 0.8


def counted(calendar: Calendar, outcome: str) -> str:
    """Say how many days, pairs of blocks and conversions there were."""
    pairs, days = len(calendar.drawn.coins), int(calendar.drawn.kept.sum())
    total = int(calendar.drawn.counts[calendar.drawn.kept].sum())
    return (
        f"{days:,} days in {pairs:,} pairs of blocks, one to post in and one to be quiet by the "
        f"toss of a coin, and {total:,} {unit_name(outcome)}"
    )


def adherence(calendar: Calendar) -> str:
    """Say how far the calendar was kept, if not far."""
    kept, blocks = int(calendar.kept.sum()), len(calendar.kept)
    if kept >= WELL_KEPT * blocks:
        return ""
    return (
        f" The calendar was kept in {kept} of {blocks} blocks only, so this is what planning to "
        f"post did, and posting itself may do more."
    )


def cannot_tell(calendar: Calendar, outcome: str, failed: list[Check], seen: str = "") -> str:
    """Say which needs do not hold, what was seen, and what would settle it."""
    reasons = "; ".join(f"{check.check} ({check.meaning})" for check in failed)
    return (
        f"Cannot tell whether posting moves {unit_name(outcome)}, from "
        f"{counted(calendar, outcome)}. This would have to hold and does not: {reasons}. "
        f"{seen}{SETTLE}"
    )


def unbounded(outcome: str, found: Redrawn) -> str:
    """Say what an interval without an end leaves possible."""
    unit = unit_name(outcome)
    if found.low > 0:
        return f"Anything from {wording.times(found.low)} times the {unit} up is not ruled out. "
    if math.isfinite(found.high):
        return f"Anything up to {wording.times(found.high)} times the {unit} is not ruled out. "
    return "No ratio is ruled out. "


def answer(
    calendar: Calendar, outcome: str, found: Redrawn, extra: list[float], detectable: float
) -> str:
    """State a lift, or none, with its interval, its counts and its assumption."""
    unit, days = unit_name(outcome), counted(calendar, outcome)
    ratio, low, high = (wording.times(end) for end in (found.ratio, found.low, found.high))
    shown, more = wording.interval(low, high), [wording.amount(end) for end in extra]
    if found.p_value <= LEVEL and found.low > 1:
        return (
            f"Lift: over {days}, there were {ratio} times as many {unit} with steady posting "
            f"as with none ({shown}), and posting as it was drawn brought {more[0]} more "
            f"({wording.interval(*more[1:])}), if {ASSUMPTION}."
        )
    fell = found.ratio < 1 and found.p_value <= LEVEL
    inside = f"{unit} were lower with posting" if fell else "no difference, 1.00, is within that"
    return (
        f"No clear lift: over {days}, posting went with {ratio} times the {unit} ({shown}), "
        f"and {inside}. A calendar like this one finds a lift four times in five only from about "
        f"{detectable:.2f} times up."
    )
