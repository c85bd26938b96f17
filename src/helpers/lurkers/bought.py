"""Who bought: the share of purchases made by people who were ever visible.

A buyer is *matched* when the shop's identity was also seen reacting. Any other buyer
may have reacted under an identity that cannot be matched, so the share has two ends
(worst-case bounds; Manski 1989, Journal of Human Resources 24:343).
"""

from typing import NamedTuple

import pandas as pd

from helpers import ladder as ladders
from helpers.ladder import Ladder
from helpers.lurkers.bounds import Bounds, unknowable
from helpers.segment import people
from helpers.tables import Engagement
from helpers.wording import span

QUESTION = "What share of sales was to people who ever reacted where others can see?"
ASSUMPTION = (
    "these exports hold every place where the author posts, for the whole period, "
    "and a buyer uses one address"
)
SETTLE = "A discount code for each channel, matched addresses, or a survey of buyers."
PURCHASES = ("sale", "paid")


class _Row(NamedTuple):
    """Units under one assumption: matched to a visible person, open, and in all."""

    assumed: str
    matched: int
    open: int
    purchases: int
    low: float
    high: float


def who_bought(
    engagement: Engagement,
    ladder: Ladder | None = None,
    *,
    kinds: tuple[str, ...] = PURCHASES,
) -> Bounds:
    """Bound the share of purchases that were by people who were ever visible.

    The lower end counts matched buyers only. The upper end adds every purchase that names
    nobody, and, of the buyers who were not matched, no more than there are visible acts
    outside the identities that the shop knows: one act is by one person at most. The
    width does not shrink with more data, only with better matching.

    Parameters
    ----------
    engagement : Engagement
        The author's tables.
    ladder : Ladder, optional
        The rung of each kind of act; the shipped ladder when not given.
    kinds : tuple of str
        Kinds of conversion that are purchases.

    Returns
    -------
    Bounds
        `low` and `high` under the stated assumption; `table` has a row for nothing
        assumed and one for the assumption, with units matched, open and in all.
    """
    bought = engagement.conversions[engagement.conversions["kind"].isin(kinds)]
    bought = bought[bought["quantity"] > 0].assign(units=lambda rows: rows["quantity"].astype(int))
    total = int(bought["units"].sum())
    if not total:
        return unknowable(QUESTION, _nothing_sold(), "A shop's sales export.", _table([]))
    rows = [_nothing_assumed(engagement, bought, ladder, total)]
    acts = _visible_acts(engagement, ladder)
    if acts.empty:
        return unknowable(QUESTION, _nothing_visible(rows[0]), SETTLE, _table(rows))
    rows.append(_all_exports(engagement, bought, acts, ladder, total))
    return _answer(rows)


def _answer(rows: list[_Row]) -> Bounds:
    """Return the last row's bounds, or that they leave everything open."""
    last = rows[-1]
    status, sentence = "bounded", _sentence(last)
    if last.open == last.purchases:
        status, sentence = "cannot be known", _all_open(last)
    elif not last.open:
        status = "measured"
    return Bounds(QUESTION, last.low, last.high, status, ASSUMPTION, sentence, SETTLE, _table(rows))


def _visible(engagement: Engagement, ladder: Ladder | None) -> set[str]:
    who = people(engagement, ladder)
    return set(who.loc[who["interactions"] + who["engagements"] > 0, "person_id"])


def _space(ids: pd.Series) -> pd.Series:
    return ids.str.replace(":.*", "", regex=True)


def _visible_acts(engagement: Engagement, ladder: Ladder | None) -> pd.Series:
    """Return visible acts by the identity space that names them ("" where none does)."""
    kinds = (ladder or ladders.read()).kinds(*ladders.VISIBLE)
    named = engagement.responses[engagement.responses["kind"].isin(kinds)]
    stated = engagement.tallies[engagement.tallies["kind"].isin(kinds)]
    stated = stated.groupby(["post_id", "kind"])["count"].max()
    covered = named.groupby(["post_id", "kind"]).size().reindex(stated.index, fill_value=0)
    unnamed = (stated - covered).clip(lower=0).sum()
    acts = named.groupby(_space(named["person_id"])).size().rename_axis("space")
    if len(stated):
        acts = pd.concat([acts, pd.Series({"": unnamed})])
    return acts.astype("int64")


def _row(assumed: str, matched: int, open_: int, total: int) -> _Row:
    return _Row(assumed, matched, open_, total, matched / total, (matched + open_) / total)


def _matched(engagement: Engagement, bought: pd.DataFrame, ladder: Ladder | None) -> pd.Series:
    return bought["person_id"].isin(_visible(engagement, ladder)) & bought["person_id"].notna()


def _nothing_assumed(
    engagement: Engagement, bought: pd.DataFrame, ladder: Ladder | None, total: int
) -> _Row:
    matched = int(bought.loc[_matched(engagement, bought, ladder), "units"].sum())
    return _row("nothing", matched, total - matched, total)


def _all_exports(
    engagement: Engagement,
    bought: pd.DataFrame,
    acts: pd.Series,
    ladder: Ladder | None,
    total: int,
) -> _Row:
    found = _matched(engagement, bought, ladder)
    anonymous = bought["person_id"].isna()
    open_ = int(bought.loc[anonymous, "units"].sum()) if acts.sum() else 0
    others = bought[~found & ~anonymous]
    for space, buyers in others.groupby(_space(others["person_id"])):
        elsewhere = int(acts.drop(space, errors="ignore").sum())
        open_ += int(buyers.groupby("person_id")["units"].sum().nlargest(elsewhere).sum())
    return _row(ASSUMPTION, int(bought.loc[found, "units"].sum()), open_, total)


def _table(rows: list[_Row]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(_Row._fields))


def _nothing_sold() -> str:
    return "Cannot tell who bought: these exports hold no sale."


def _all_open(row: _Row) -> str:
    return (
        f"Cannot tell who bought: none of the {row.purchases:,} purchases could be matched to a "
        f"reaction, and any of them may be by somebody who reacted under another name."
    )


def _nothing_visible(row: _Row) -> str:
    return (
        f"Cannot tell who bought: of {row.purchases:,} purchases, nothing here says "
        f"who reacts where others can see."
    )


def _sentence(row: _Row) -> str:
    return (
        f"{span(row.low, row.high)} of the {row.purchases:,} purchases were by people who "
        f"ever reacted where others can see, provided that {ASSUMPTION}; "
        f"{row.matched:,} could be matched to a reaction and {row.open:,} are open. "
        f"Better matching narrows this; more data of the same sort does not."
    )
