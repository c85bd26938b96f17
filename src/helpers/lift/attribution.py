"""Attribution: conversions that say themselves that they came by a post. It is not lift.

A conversion is *attributed* when its link was tagged with one of the author's platforms, when
it used a tag or code that the author gave out in posts only, or when its *referrer*, the page
that the buyer came from, is on one of these platforms. Whoever read a post and came later, by
searching or through a friend, left no such trace: what is attributed is a lower bound of what
came by posts. Some of it would have come anyway, and lift counts what would not, trace or none.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from helpers.lift.daily import OUTCOMES
from helpers.lift.result import LiftError, unit_name
from helpers.tables import Engagement
from helpers.wording import FEWEST, percent

FILE = "traces.toml"
PAID = r"(?i)^(?:.*cp.*|ppc|retargeting|paid.*|ads?|display|banner|affiliate)$"
TAGS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
COLUMNS = ("platform", "by", "units", "people", "lost_low", "lost_high")
SEVERAL = "several"


@dataclass(frozen=True, eq=False)
class Attribution:
    """What is known to have come by posts, at least.

    Parameters
    ----------
    outcome : str
        What was counted, as in `lift.daily`.
    units, total : int
        Attributed, and in all.
    sentence : str
        The finding in plain words, and why it is not lift.
    table : DataFrame
        platform, by (tagged link, tag or code of your own, referrer), units, people, and
        lost_low and lost_high, the share of the platform's visits that arrive without a
        referrer (missing: not measured). Rows of fewer than ten people stand together as
        "several", and where all are, there is no row.
    """

    outcome: str
    units: int
    total: int
    sentence: str
    table: pd.DataFrame = field(repr=False)


@cache
def _traces() -> dict[str, dict[str, Any]]:
    """Return what each platform's visits look like: names, hosts, share that loses its referrer."""
    return tomllib.loads((files("helpers.lift") / FILE).read_text(encoding="utf-8"))


def _platforms(engagement: Engagement) -> list[str]:
    """Return the social platforms on which the author posts."""
    posted = engagement.posts["platform"].str.removesuffix(" page")
    return sorted(set(posted) & set(_traces()))


def _of_host(host: pd.Series, platforms: list[str]) -> pd.Series:
    """Say on which platform a page is; missing where on none."""
    found = pd.Series(pd.NA, host.index, dtype="str")
    for platform in platforms:
        for known in _traces()[platform]["hosts"]:
            found[host.eq(known) | host.str.endswith(f".{known}", na=False)] = platform
    return found


def _of_tag(source: pd.Series, platforms: list[str]) -> pd.Series:
    """Say which platform a tag names, by its name or a page; missing where none."""
    names = {name: one for one in platforms for name in (one, *_traces()[one]["names"])}
    return source.map(names).astype("str").fillna(_of_host(source, platforms))


def _attributed(rows: pd.DataFrame, platforms: list[str], own: tuple[str, ...]) -> pd.DataFrame:
    """Say of each conversion by which platform and trace it came; missing where by none."""
    texts = rows[[*TAGS, "code", "referrer"]].apply(lambda column: column.str.strip().str.lower())
    given = texts[[*TAGS, "code"]].isin([one.strip().lower() for one in own]).any(axis=1)
    unpaid = ~texts["utm_medium"].str.match(PAID, na=False)
    tag = _of_tag(texts["utm_source"], platforms).where(unpaid)
    referrer = _of_host(texts["referrer"], platforms).where(unpaid)
    platform = tag.fillna(referrer)
    by = np.select(
        [tag.notna(), given, referrer.notna()],
        ["tagged link", "tag or code of your own", "referrer"],
        "",
    )
    came = rows.assign(platform=platform.mask(given & platform.isna(), "any"), by=by)
    person = came["person_id"].fillna(came["conversion_id"])
    return came.assign(person=person)[came["by"] != ""]


def _pooled(came: pd.DataFrame) -> pd.DataFrame:
    """Put platforms and traces of fewer than ten people together, until no row has so few."""
    came = came[["platform", "by", "quantity", "person"]].copy()
    while len(came):
        people = came.groupby(["platform", "by"])["person"].nunique()
        if people.min() >= FEWEST:
            break
        if len(people) == 1:
            return came.iloc[:0]
        smallest = people.sort_values(kind="stable").index[:2]
        pooled = pd.MultiIndex.from_frame(came[["platform", "by"]]).isin(smallest)
        came.loc[pooled, ["platform", "by"]] = SEVERAL
    return came


def _table(came: pd.DataFrame) -> pd.DataFrame:
    grouped = _pooled(came).groupby(["platform", "by"])
    table = grouped.agg(units=("quantity", "sum"), people=("person", "nunique")).reset_index()
    lost = [_traces().get(one, {}).get("lost", (np.nan, np.nan)) for one in table["platform"]]
    ends = pd.DataFrame(lost, columns=["lost_low", "lost_high"], dtype="float64")
    return pd.concat([table, ends], axis=1)[list(COLUMNS)]


def _amount(outcome: str, came: pd.DataFrame, total: int) -> str:
    """Say how many came by posts at least; nothing that tells of fewer than ten people."""
    unit, units = unit_name(outcome), int(came["quantity"].sum())
    if not units:
        return (
            f"None of {total:,} {unit} has a link, code or referrer that says it came by posts, "
            f"which does not say that none did"
        )
    some = f"{units:,} ({percent(units / total, 1)})"
    if came["person"].nunique() < FEWEST:
        some = f"some, by fewer than {FEWEST} people,"
    return (
        f"At least {some} of {total:,} {unit} came by posts: their link, code or referrer says "
        f"so, and holds if others' links do not lead there from the same platforms"
    )


def _sentence(outcome: str, came: pd.DataFrame, total: int, platforms: list[str]) -> str:
    if not total:
        return f"Cannot tell how many {unit_name(outcome)} came by posts: these exports hold none."
    where = ", ".join(name.capitalize() for name in platforms) or "none that is known"
    dark = [one.capitalize() for one in platforms if _traces()[one].get("lost", [0])[0] == 1]
    lost = f" Visits from {' and '.join(dark)} bring no referrer." if dark else ""
    return (
        f"{_amount(outcome, came, total)} (platforms: {where}). Whoever came later, by searching "
        f"or through a friend, left no such trace.{lost} This is not lift: some would have come "
        f"anyway, and lift also counts those who left no trace."
    )


def attribution(engagement: Engagement, outcome: str, *, own: tuple[str, ...] = ()) -> Attribution:
    """Count the conversions that say themselves that they came by the author's posts.

    Parameters
    ----------
    engagement : Engagement
        The author's tables.
    outcome : str
        One of `lift.daily`'s outcomes. Refunds are not subtracted.
    own : tuple of str
        Tags (any utm_ field) and discount codes that the author gave out in posts only. Other
        codes are not counted: they may have come from elsewhere.

    Raises
    ------
    LiftError
        If the outcome is unknown.

    Notes
    -----
    A link tagged as paid for (Google Analytics' rule for paid channels) is an advert's, not a
    post's. Shares of visits that lose their referrer: SparkToro 2023.
    """
    if outcome not in OUTCOMES:
        raise LiftError(
            f"Unknown outcome {outcome!r}. The outcomes known are: {', '.join(OUTCOMES)}."
        )
    rows = engagement.conversions[engagement.conversions["kind"] == OUTCOMES[outcome]]
    rows = rows[rows["quantity"] > 0].reset_index(drop=True)
    platforms, total = _platforms(engagement), int(rows["quantity"].sum())
    came = _attributed(rows, platforms, own)
    units = int(came["quantity"].sum())
    sentence = _sentence(outcome, came, total, platforms)
    return Attribution(outcome, units, total, sentence, _table(came))
