"""The board: what the page shows of many authors, in the words of a table.

An interval follows its figure in brackets; a figure that nobody can tell is missing.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.compare.decision import Choice
from helpers.compare.measures import Measure
from helpers.compare.ranking import Ranks
from helpers.compare.standings import Standings, Z
from helpers.wording import percent

MOST_PAIRS, CERTAIN = 12, 0.99


def _cells(measure: Measure) -> list[str | None]:
    digits = {"times": 2, "rate": 1, "added": 0, "count": 1}[measure.form]
    ends = (measure.estimate, *measure.ends(Z))
    rows = np.column_stack([measure.figure(end) for end in ends])
    return [
        f"{value:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})" if known else None
        for (value, low, high), known in zip(rows, measure.ranked, strict=True)
    ]


def figures(standings: Standings) -> pd.DataFrame:
    """Lay out every author's figures: counts as they are, estimates with 95 % intervals."""
    table = pd.DataFrame({"author": standings.lift.authors})
    for one in standings.visible:
        table[one.unit if one.name in one.unit else one.name] = one.estimate
    for one in standings.hidden:
        table[f"{one.name}, {one.unit}"] = _cells(one)
    return table.assign(**{"verdict on lift": [one.verdict for one in standings.lifts]})


def ranked(ranks: Sequence[Ranks]) -> pd.DataFrame:
    """Lay out every author's rank intervals, a column a measure that ranks anybody."""
    some = [one for one in ranks if one.measure.ranked.any()]
    words = {f"by {one.measure.name}": one.words for one in some}
    return pd.DataFrame({"author": ranks[0].measure.authors, **words})


def decided(choices: Sequence[Choice]) -> pd.DataFrame:
    """Lay out what each pair of measures would choose, and what that costs."""
    rows = [
        {
            "signed by": one.visible.name,
            "rather than by": one.hidden.name,
            "others": f"{one.differ} of {len(one.by_visible)}" if one.by_visible else None,
            "pairs the other way round": _interval(one, "turned"),
            "cost a year": _interval(one, "cost"),
            "verdict": one.verdict,
        }
        for one in choices
    ]
    return pd.DataFrame(rows)


def _interval(one: Choice, name: str) -> str | None:
    value, low, high = (getattr(one, f"{name}{end}") for end in ("", "_low", "_high"))
    if np.isnan(value):
        return None
    if name == "turned":
        ends = f" ({percent(low)} to {percent(high)})" if len(one.table) > 1 else ""
        return chance(value) + ends
    unit = one.hidden.unit.split(" a ")[0]
    return f"{value:,.0f} {unit} ({low:,.0f} to {high:,.0f})"


def chance(probability: float) -> str:
    """Write a probability in per cent; none that was drawn is 0 or 1."""
    if probability > CERTAIN:
        return f"over {percent(CERTAIN)}"
    return percent(probability) if probability > 1 - CERTAIN else f"under {percent(1 - CERTAIN)}"


def pairs(choices: Sequence[Choice]) -> pd.DataFrame:
    """List the pairs of authors that the hidden measure most probably orders otherwise."""
    each = [
        one.table.assign(**{"by": one.visible.name, "and by": one.hidden.name})
        for one in choices
        if len(one.table)
    ]
    columns = ["by", "higher", "other", "and by", "probability"]
    table = pd.concat(each) if each else pd.DataFrame(columns=columns)
    table = table.sort_values(["probability", *columns[:4]], ascending=[False, *[True] * 4])
    names = {"higher": "higher", "other": "than", "probability": "other way round"}
    shown = table[columns].head(MOST_PAIRS)
    return shown.assign(probability=shown["probability"].map(chance)).rename(columns=names)
