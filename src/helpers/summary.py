"""The few words at the top of a report: what is known, in a publisher's units."""

from collections.abc import Sequence

import numpy as np

from helpers.lift import Lift
from helpers.lift.result import unit_name
from helpers.lurkers import Bounds
from helpers.wording import percent


def headline(shares: Bounds, lifts: Sequence[Lift], bought: Bounds) -> str:
    """Say in one sentence who stays silent, what posting brings, and who buys."""
    said = [_silent(shares), *[_lift(one) for one in lifts], _bought(bought)]
    sentence = "; ".join(said) + "."
    return sentence[0].upper() + sentence[1:]


def _silent(shares: Bounds) -> str:
    if np.isnan(shares.low):
        return "how many readers stay silent cannot be told from these exports"
    low = shares.table["lurker_low"].iloc[0]
    if np.isnan(low):
        silent = percent(shares.low, 1)
        return f"at least {silent} of the people a typical newsletter reaches do nothing"
    return (
        f"at least {percent(low, 1)} of the people a typical post reaches do nothing others can see"
    )


def _lift(one: Lift) -> str:
    units = unit_name(one.outcome)
    if one.verdict == "cannot tell":
        return f"whether posting brings {units} cannot be told"
    interval = f"× {one.ratio:.2f}, 95 % interval {one.low:.2f} to {one.high:.2f}"
    if one.verdict == "lift":
        return f"{units} rise with posting ({interval}), if nothing else drove both"
    return f"no clear lift of {units} with posting ({interval})"


def _bought(bought: Bounds) -> str:
    if bought.status == "cannot be known" or percent(bought.high) == percent(1):
        return "whether buyers ever reacted cannot be told"
    most = f"at most {percent(bought.high)} of purchases were by people who ever reacted"
    return f"{most}, if {bought.assumption}" if bought.assumption else most
