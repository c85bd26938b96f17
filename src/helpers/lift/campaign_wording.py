"""The sentences of a campaign: what was counted, what was to be expected, what that allows.

They are told of posting: for a hiatus the ratio is what the days before foretell ÷ what was
counted, so that above 1 means that posting adds, in either case.
"""

import math
from typing import NamedTuple

from helpers.lift.counterfactual import Effect
from helpers.lift.result import LEVEL, Check, unit_name
from helpers.lift.window import Case
from helpers.lift.wording import amount, interval, times

ASSUMPTION = (
    "nothing else began with it, and weekdays, known causes and controls would have told of its "
    "days as they told of the days before"
)
SETTLE = (
    "A longer record before a campaign of its own, with controls that rise and fall with demand, "
    "might settle it; a posting calendar drawn by lot, in weekly blocks and kept for months, would."
)
FOUND = 1.65  # reaches of the interval from 1 to what is found four times in five, as measured
Three = tuple[float, float, float]


class Shown(NamedTuple):
    """With posting against without it: ratio and conversions added, each with its interval."""

    ratio: Three
    extra: Three
    detectable: float


def shown(found: Effect, counted: float, expected: float, *, hiatus: bool) -> Shown:
    """Tell an effect of posting; conversions added are the counted less the counted ÷ ratio."""

    def extra(ratio: float) -> float:
        if counted == 0:
            return expected * (ratio - 1)
        return counted * (1 - 1 / ratio) if ratio > 0 else -math.inf

    def turned(ratio: float) -> float:
        return 1 / ratio if ratio > 0 else math.inf

    ratio = (found.ratio, found.low, found.high)
    told = (extra(found.ratio), extra(found.low), extra(found.high))
    if hiatus:
        ratio = (turned(found.ratio), turned(found.high), turned(found.low))
        told = (-told[0], -told[2], -told[1])
    bounded = ratio[1] > 0 and math.isfinite(ratio[0])
    reach = ratio[0] / ratio[1] if bounded else math.inf
    return Shown(ratio, told, reach**FOUND)


def _kind(*, hiatus: bool) -> str:
    return "hiatus" if hiatus else "campaign"


def _count(units: float) -> str:
    return f"{units:,.0f}" if float(units).is_integer() else amount(units)


def _signed(units: float) -> str:
    return f"{'+' if units > 0 else ''}{amount(units)}"


def _limit(end: float, text: str) -> str:
    return text if math.isfinite(end) else "no limit"


def seen(asked: Case, found: Effect, told: Shown, *, hiatus: bool) -> str:
    """Say what was counted, what was to be expected, and the ratio with its interval."""
    dates = asked.table.loc[asked.inside, "date"]
    counted = asked.days.counts[asked.inside].sum()
    expected = found.without[asked.inside].sum()
    ends = interval(*(_limit(end, times(end)) for end in told.ratio[1:]))
    change = interval(*(_limit(end, _signed(end)) for end in told.extra[1:]))
    ratio = times(told.ratio[0]) if math.isfinite(told.ratio[0]) else "many"
    share = "With posting there are" if hiatus else "That is"
    return (
        f"the {_kind(hiatus=hiatus)} of {len(dates):,} open day(s) from {dates.min():%Y-%m-%d} to "
        f"{dates.max():%Y-%m-%d} had {_count(counted)} {unit_name(asked.outcome)}, where the "
        f"{asked.days.before:,} days before foretell {amount(expected)}. {share} {ratio} times as "
        f"many ({ends}), a difference of {_signed(told.extra[0])} ({change})"
    )


def unsettled(
    asked: Case, failed: list[Check], described: str = "", *, hiatus: bool = False
) -> str:
    """Say which needs of a lift do not hold, what was seen, and what would settle it."""
    reasons = "; ".join(f"{check.check} ({check.meaning})" for check in failed)
    before, unit = asked.days.counts[: asked.days.before], unit_name(asked.outcome)
    told = f"What was seen, though it cannot be read as an effect: {described}. "
    return (
        f"Cannot tell whether the {_kind(hiatus=hiatus)} moved {unit}, from {len(before):,} open "
        f"days and {_count(before.sum())} {unit} before it. This would have to hold and does not: "
        f"{reasons}. {told if described else ''}{SETTLE}"
    )


def concluded(asked: Case, told: Shown, p_value: float, described: str) -> tuple[str, str]:
    """Return verdict and sentence of a case whose checks hold."""
    low, high = told.ratio[1:]
    if p_value <= LEVEL and low > 1:
        return "lift", f"Lift: {described}, if {ASSUMPTION}."
    differs = (
        f"which is fewer {unit_name(asked.outcome)} with posting than without"
        if p_value <= LEVEL and high < 1
        else "and no difference, 1.00, is within that"
    )
    reach = (
        f"find a lift four times in five only from about {times(told.detectable)} times up"
        if math.isfinite(told.detectable)
        else "cannot be counted on to find a lift of any size"
    )
    return "no clear lift", f"No clear lift: {described}, {differs}. Days like these {reach}."
