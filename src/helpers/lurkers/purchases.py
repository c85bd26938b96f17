"""Purchases, and the visible acts that could have been their buyers'.

A *unit* is one thing bought. A buyer's *space* is the kind of identity that the shop knows
("email"); acts are counted by the space that names who did them, "" where nobody is named.
*Known* says whether a buyer ever reacted where others can see: 1, 0, or missing while open.
"""

import numpy as np
import pandas as pd

from helpers import ladder as ladders
from helpers.ladder import Ladder
from helpers.segment import people
from helpers.tables import Engagement

PURCHASES = ("sale", "paid")
TAGS = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"]


def purchases(engagement: Engagement, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Return a row a purchase: person_id, space, code and tags in small letters, units, known."""
    rows = engagement.conversions[engagement.conversions["kind"].isin(kinds)]
    rows = rows[rows["quantity"] > 0]
    texts = rows[["code", *TAGS]].apply(lambda column: column.str.strip().str.lower())
    named = {"units": rows["quantity"].astype("int64"), "space": space(rows["person_id"])}
    found = pd.concat([rows["person_id"], texts], axis=1).assign(**named, known=np.nan)
    return found.reset_index(drop=True)


def space(ids: pd.Series) -> pd.Series:
    """Return the kind of identity of each person."""
    return ids.str.replace(":.*", "", regex=True)


def seen_people(engagement: Engagement, ladder: Ladder | None) -> set[str]:
    """Return everyone who was named doing something visible."""
    who = people(engagement, ladder)
    return set(who.loc[who["interactions"] + who["engagements"] > 0, "person_id"])


def visible_acts(engagement: Engagement, ladder: Ladder | None) -> pd.Series:
    """Return visible acts by the space that names them ("" where none does)."""
    kinds = (ladder or ladders.read()).kinds(*ladders.VISIBLE)
    named = engagement.responses[engagement.responses["kind"].isin(kinds)]
    stated = engagement.tallies[engagement.tallies["kind"].isin(kinds)]
    stated = stated.groupby(["post_id", "kind"])["count"].max()
    covered = named.groupby(["post_id", "kind"]).size().reindex(stated.index, fill_value=0)
    unnamed = (stated - covered).clip(lower=0).sum()
    acts = named.groupby(space(named["person_id"])).size().rename_axis("space")
    if len(stated):
        acts = pd.concat([acts, pd.Series({"": unnamed})])
    return acts.astype("int64")


def people_in(rows: pd.DataFrame) -> int:
    """Return how many people these purchases name, and one for each that names nobody."""
    return int(rows["person_id"].nunique() + rows["person_id"].isna().sum())


def elsewhere(acts: pd.Series, known_to_shop: object) -> int:
    """Return the visible acts outside the space in which the shop knows its buyers."""
    return int(acts.drop(known_to_shop, errors="ignore").sum())


def reachable(rows: pd.DataFrame, acts: pd.Series) -> int:
    """Return the most units of these open purchases that visible people can have bought.

    One act is by one person at most; one person may be behind every purchase without a name.
    """
    anonymous = rows["person_id"].isna()
    units = int(rows.loc[anonymous, "units"].sum()) if acts.sum() else 0
    for known_to_shop, buyers in rows[~anonymous].groupby("space"):
        each = buyers.groupby("person_id")["units"].sum()
        units += int(each.nlargest(elsewhere(acts, known_to_shop)).sum())
    return units
