"""Who bought: the share of purchases made by people who were ever visible.

A buyer is *matched* when the shop's identity was also seen reacting. Any other buyer
may have reacted under an identity that cannot be matched, so the share has two ends
(worst-case bounds; Manski 1989, Journal of Human Resources 24:343). They are drawn together
step by step; each step names what it assumes, and is refused where that is shown broken.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from helpers.ladder import Ladder
from helpers.lurkers.bounds import Bounds, unknowable
from helpers.lurkers.evidence import Evidence, gather
from helpers.lurkers.purchases import PURCHASES, people_in, reachable
from helpers.lurkers.tightening import DOUBTED, EXPORTS, Tightening, steps, too_few
from helpers.tables import Engagement
from helpers.wording import FEWEST, span

QUESTION = "What share of sales was to people who ever reacted where others can see?"
SETTLE = "A discount code for each channel, matched addresses, or a survey of buyers."
USED = "used"


class Row(NamedTuple):
    """Units after one step: known to be a visible person's, open, and in all."""

    by: str
    assumed: str
    verdict: str
    matched: int
    open: int
    purchases: int
    low: float
    high: float


def _row(by: str, assumed: str, against: str, evidence: Evidence) -> Row:
    rows = evidence.rows
    units, known = rows["units"], rows["known"]
    yes, no = ((known == value) & ~too_few(rows, value) for value in (1.0, 0.0))
    few = known.notna() & ~yes & ~no
    unknown = rows[known.isna()]
    could = reachable(unknown, evidence.acts) if evidence.capped else int(unknown["units"].sum())
    matched, open_, total = int(units[yes].sum()), could + int(units[few].sum()), int(units.sum())
    verdict = f"refused: {against}" if against else USED
    ends = (matched / total, (matched + open_) / total)
    return Row(by, assumed, verdict, matched, open_, total, *ends)


def _answer(rows: list[Row], evidence: Evidence) -> Bounds:
    """Return the last row's bounds, or that they leave everything open."""
    last, settle = rows[-1], SETTLE
    if last.open == last.purchases:
        nothing = evidence.acts.empty and len(rows) == 3
        sentence = _nothing_visible(last) if nothing else _all_open(last, evidence)
        refused = "" if nothing else _refused(rows)
        return unknowable(QUESTION, sentence + refused, settle, _table(rows))
    narrowed = [
        row.assumed
        for before, row in pairwise(rows)
        if row.verdict == USED and (before.low, before.high) != (row.low, row.high)
    ]
    assumption = "; ".join(narrowed)
    sentence = _sentence(last, assumption, people_in(_yes(evidence))) + _refused(rows)
    status = "bounded" if last.open else "measured"
    return Bounds(QUESTION, last.low, last.high, status, assumption, sentence, settle, _table(rows))


def _yes(evidence: Evidence) -> pd.DataFrame:
    return evidence.rows[evidence.rows["known"] == 1]


def _table(rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(Row._fields))


def _nothing_sold() -> str:
    return "Cannot tell who bought: these exports hold no sale."


def _all_open(row: Row, evidence: Evidence) -> str:
    few = f"only those of fewer than {FEWEST} people" if len(_yes(evidence)) else "none"
    return (
        f"Cannot tell who bought: {few} of the {row.purchases:,} purchases could be matched to a "
        f"reaction, and any of them may be by somebody who reacted under another name."
    )


def _nothing_visible(row: Row) -> str:
    return (
        f"Cannot tell who bought: of {row.purchases:,} purchases, nothing here says "
        f"who reacts where others can see."
    )


def _refused(rows: list[Row]) -> str:
    """Name the steps that were refused, and why."""
    said = [f"{row.by} ({row.verdict.partition(': ')[2]})" for row in rows if row.verdict != USED]
    return f" Not used: {'; '.join(said)}." if said else ""


def _sentence(row: Row, assumption: str, people: int) -> str:
    found = f"{row.matched:,}"
    if not row.matched and people:
        found = f"those of fewer than {FEWEST} people"
    return (
        f"{span(row.low, row.high)} of the {row.purchases:,} purchases were by people who "
        f"ever reacted where others can see, provided that {assumption}; "
        f"{found} could be matched to a reaction and {row.open:,} are open. "
        f"Better matching narrows this; more data of the same sort does not."
    )


def narrow(
    evidence: Evidence, tightenings: Sequence[tuple[str, str, Tightening]]
) -> tuple[list[Row], Evidence]:
    """Return a row a step, the first with nothing assumed, and what is known in the end."""
    rows = [_row("nothing", "nothing", "", evidence)]
    for by, assumed, tighten in tightenings:
        known, against = tighten(evidence)
        capped = evidence.capped or (assumed == EXPORTS and not against)
        evidence = replace(
            evidence,
            rows=evidence.rows.assign(known=known),
            capped=capped,
            doubted=evidence.doubted or against == DOUBTED,
        )
        rows.append(_row(by, assumed, against, evidence))
    return rows, evidence


def who_bought(
    engagement: Engagement,
    ladder: Ladder | None = None,
    *,
    kinds: tuple[str, ...] = PURCHASES,
    reacted_only: Collection[str] = (),
    silent_only: Collection[str] = (),
    reacted: Collection[str] = (),
) -> Bounds:
    """Bound the share of purchases that were by people who were ever visible.

    With nothing assumed it is anything from none to all. Matched addresses raise the lower end.
    That the exports hold every place lowers the upper one: of the buyers who were not matched,
    no more are visible than there are visible acts outside the identities that the shop knows,
    and one act is by one person at most. Codes, tagged links and a survey say it of single
    buyers. The width does not shrink with more data, only with better matching.

    Parameters
    ----------
    engagement : Engagement
        The author's tables.
    ladder : Ladder, optional
        The rung of each kind of act; the shipped ladder when not given.
    kinds : tuple of str
        Kinds of conversion that are purchases.
    reacted_only, silent_only : collection of str
        Discount codes and tags of links that were given only to people who had reacted (in
        answer to them, say), or only to people who never react.
    reacted : collection of str
        Options of the survey that mean to have reacted; whoever ticked another had not.

    Returns
    -------
    Bounds
        `low` and `high` after every step that was used; `table` has a row a step: by, assumed,
        verdict ("used", or "refused" and why), units matched, open and in all, low, high.
        A group of fewer than ten people counts as open.
    """
    evidence = gather(engagement, ladder, kinds, reacted)
    total = int(evidence.rows["units"].sum())
    if not total:
        return unknowable(QUESTION, _nothing_sold(), "A shop's sales export.", _table([]))
    return _answer(*narrow(evidence, steps(reacted_only, silent_only, reacted)))
