"""A decision: what signing by a visible measure costs against signing by a hidden one.

The *cost* of signing by one measure is what those signed by the other bring in a year less
what these bring: above zero it was the worse choice, below zero the better.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.compare.measures import Measure, listed
from helpers.wording import percent, span

VERDICTS = ("same choice", "costs", "gains", "cannot tell")


@dataclass(frozen=True, eq=False)
class Choice:
    """What signing by a visible measure costs against signing by a hidden one.

    Parameters
    ----------
    visible, hidden : Measure
        What is signed by; over the same authors, those of whom both are known.
    left_out : tuple of str
        Authors of whom one of the two is not known.
    by_visible, by_hidden : tuple of str
        Who is signed; by the hidden measure whoever is expected to bring most.
    missed, missed_low, missed_high : float
        How many of those signed by the visible measure are not truly among the highest by the
        hidden one: the mean of what is believed, and a 95 % interval.
    turned, turned_low, turned_high : float
        Share of pairs of authors that the hidden measure truly orders otherwise; likewise.
    cost, cost_low, cost_high : float
        Conversions a year; likewise. Missing where there is no choice.
    verdict : str
        One of `VERDICTS`.
    table : DataFrame
        A row a pair: who is `higher` by the visible measure, the `other`, and the
        `probability` that the other is truly higher by the hidden one.
    """

    visible: Measure
    hidden: Measure
    left_out: tuple[str, ...]
    by_visible: tuple[str, ...]
    by_hidden: tuple[str, ...]
    missed: float
    missed_low: float
    missed_high: float
    turned: float
    turned_low: float
    turned_high: float
    cost: float
    cost_low: float
    cost_high: float
    verdict: str
    table: pd.DataFrame

    @property
    def differ(self) -> int:
        """How many of those signed would be others."""
        return len(set(self.by_visible) - set(self.by_hidden))

    @property
    def sentence(self) -> str:
        """Say who would be signed by each, how many differ, and what that would cost."""
        said = self._choice() if self.by_visible else self._no_choice()
        if self.left_out and len(self.left_out) < len(self.visible.authors):
            said += (
                f" Not compared, for want of one of the two: {listed(self.left_out)}; they may be "
                f"better or worse than any who were."
            )
        return said

    def _no_choice(self) -> str:
        known = len(self.visible.authors) - len(self.left_out)
        why = f"both are known of {known} author(s), too few to choose from" if known else ""
        return (
            f"Cannot tell whether {self.visible.name} and {self.hidden.name} choose differently: "
            f"{why or 'nobody has both'}."
        )

    def _choice(self) -> str:
        by = listed(self.by_visible)
        head = f"Signing {len(self.by_visible)} of {len(self.visible.authors)}"
        if self.verdict == "same choice":
            return (
                f"{head}, {self.visible.name} and {self.hidden.name} would choose the same: {by}. "
                f"{self._missed()}{self._turned()}"
            )
        others = f", {self.differ} of them others" if len(self.by_visible) > 1 else ""
        return (
            f"{head}, {self.visible.name} would choose {by}, and {self.hidden.name} "
            f"{listed(self.by_hidden)}{others}. {self._cost()}, if {self.hidden.assumption}. "
            f"{self._missed()}{self._turned()}"
        )

    def _cost(self) -> str:
        unit = self.hidden.unit.split(" a ")[0]
        by = f"by {self.visible.name} rather than by {self.hidden.name}"
        if self.verdict == "cannot tell":
            return (
                f"Whether signing {by} costs {unit} cannot be told: {self.cost:,.0f} a year "
                f"(95 % interval {self.cost_low:,.0f} to {self.cost_high:,.0f}), and none is "
                f"within that"
            )
        if self.verdict == "gains":
            return (
                f"Signing {by} brings {-self.cost:,.0f} more {unit} a year "
                f"(95 % interval {-self.cost_high:,.0f} to {-self.cost_low:,.0f})"
            )
        return (
            f"Signing {by} gives up {self.cost:,.0f} {unit} a year "
            f"(95 % interval {self.cost_low:,.0f} to {self.cost_high:,.0f})"
        )

    def _missed(self) -> str:
        """Say how many are not truly among the highest, within 95 %."""
        low, high = f"{self.missed_low:.0f}", f"{self.missed_high:.0f}"
        top, hidden = len(self.by_visible), self.hidden.name
        if top == 1:
            words = {("0", "0"): "would", ("1", "1"): "would not"}
            would = words.get((low, high), "may or may not")
            return f"{self.by_visible[0]} {would} truly be the highest by {hidden}."
        ends = low if low == high else f"{low} to {high}"
        return (
            f"Of the {top} chosen by {self.visible.name}, {ends} would not truly be among the "
            f"{top} highest by {hidden}."
        )

    def _turned(self) -> str:
        if len(self.table) < 2:
            return ""
        share, ends = percent(self.turned), span(self.turned_low, self.turned_high, 0)
        interval = "" if ends == share else f" (95 % interval {ends})"
        return f" Of all pairs of these authors, {share} would stand the other way round{interval}."


def headline(choices: Sequence[Choice]) -> str:
    """Say in one sentence whether the visible would choose the same, by each hidden measure."""
    told = [one for one in choices if one.by_visible]
    if not told:
        return "Whether what is visible would choose the same authors cannot be told."
    said = [_brief(one) for one in told]
    left = {one.hidden.name: one.left_out for one in told if one.left_out}
    said += [f"{listed(names)} cannot be compared by {hidden}" for hidden, names in left.items()]
    sentence = "; ".join(said) + "."
    return sentence[0].upper() + sentence[1:]


def _brief(one: Choice) -> str:
    seen, hidden, unit = one.visible.name, one.hidden.name, one.hidden.unit.split(" a ")[0]
    if one.verdict == "same choice":
        return f"{seen} and {hidden} would sign the same ({listed(one.by_visible)})"
    ends = f"95 % interval {one.cost_low:,.0f} to {one.cost_high:,.0f}"
    if one.verdict == "gains":
        ends = f"95 % interval {-one.cost_high:,.0f} to {-one.cost_low:,.0f}"
    what = {
        "costs": f"gives up {one.cost:,.0f} {unit} a year ({ends})",
        "gains": f"brings {-one.cost:,.0f} more {unit} a year ({ends})",
        "cannot tell": f"may or may not cost {unit} ({ends} a year)",
    }[one.verdict]
    return (
        f"signing {listed(one.by_visible)} by {seen} rather than {listed(one.by_hidden)} by "
        f"{hidden} {what}, if {one.hidden.assumption}"
    )
