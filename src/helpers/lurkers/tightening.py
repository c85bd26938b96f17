"""Tightenings: what makes the bounds on who bought narrower, and what each one assumes.

A *tightening* says of some purchases whether their buyer ever reacted where others can see,
or how many of the open ones can be of such buyers. Its assumption cannot be proved from
exports, but it can be shown broken: then it is *refused*, and the bounds stay as they were.
"""

from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from helpers.converters import OWN_WORDS
from helpers.lurkers.evidence import Evidence
from helpers.lurkers.purchases import TAGS, elsewhere, people_in
from helpers.wording import FEWEST

ADDRESS = "an address is used by one person"
EXPORTS = (
    "these exports hold every place where the author posts, for the whole period, "
    "and a buyer uses one address"
)
REACTED_CODE = "a {} given only to people who had reacted was used by them alone"
SILENT_CODE = "a {} given only to people who never react was used by them alone"
DOUBTED = "buyers who used it say the contrary"
ANSWERED = "buyers who answered the survey say truly whether they ever reacted"


Tightened = tuple[pd.Series, str]  # what is known after it, and why it is not used ("": it is)
Tightening = Callable[[Evidence], Tightened]


def addresses(evidence: Evidence) -> Tightened:
    """Take a buyer whose address was seen reacting for a visible one."""
    rows = evidence.rows
    times = rows["person_id"].value_counts()
    if len(rows) >= 2 * FEWEST and len(times) and times.iloc[0] > len(rows) / 2:
        return rows["known"], (
            f"one address made {times.iloc[0]:,} of {len(rows):,} purchases, which looks like a "
            f"stand-in that the shop fills in for many buyers"
        )
    return rows["known"].mask(rows["person_id"].isin(evidence.seen), 1.0), ""


def exports(evidence: Evidence) -> Tightened:
    """Take nobody for visible beyond the acts that these exports count."""
    known = evidence.rows["known"]
    if evidence.acts.empty:
        return known, "nothing here says who reacts where others can see"
    if evidence.unseen_places:
        places = ", ".join(evidence.unseen_places)
        return known, f"no export here holds the reactions on {places}"
    return known, ""


def given(codes: Collection[str], columns: list[str], *, reacted: bool) -> Tightening:
    """Return the tightening by codes or tags that only one sort of reader was given."""
    wanted = [one.strip().lower() for one in codes]

    def tighten(evidence: Evidence) -> Tightened:
        rows = evidence.rows
        known, claim = rows["known"], _claims(evidence)
        used = rows[columns].isin(wanted).any(axis=1)
        wrong = 0.0 if reacted else 1.0
        other = "never reacted" if reacted else "reacted"
        new = rows[used & known.isna()]
        reasons = {
            "no purchase has it": not used.any(),
            f"buyers who are known to have {other} used it": (used & (known == wrong)).any(),
            DOUBTED: not _phantom(evidence) and (used & (claim == wrong)).any(),
            "more buyers used it than there are visible acts that could be theirs": (
                reacted and evidence.capped and _too_many(new, evidence)
            ),
        }
        against = next((reason for reason, holds in reasons.items() if holds), "")
        return (known if against else known.mask(used, 1 - wrong)), against

    return tighten


def _too_many(rows: pd.DataFrame, evidence: Evidence) -> bool:
    """Tell whether more new buyers would be visible than acts are left for them."""
    named = rows.dropna(subset=["person_id"])
    return any(
        buyers["person_id"].nunique() > elsewhere(evidence.acts, where)
        for where, buyers in named.groupby("space")
    )


def _claims(evidence: Evidence) -> pd.Series:
    """Return of each purchase whether its buyer says to have reacted; missing where not said."""
    rows, survey = evidence.rows, evidence.survey.dropna(subset=["person_id"])
    survey = survey[survey["person_id"].isin(rows["person_id"])] if evidence.reacted else survey[:0]
    given = survey.groupby("person_id")["answer"].agg(set)
    said = given.map(lambda ticked: bool(ticked & evidence.reacted)).astype("float64")
    vague = given.map(lambda ticked: OWN_WORDS in ticked).astype("bool")
    return rows["person_id"].map(said.mask(vague)).astype("float64")


def _phantom(evidence: Evidence) -> bool:
    survey = evidence.survey
    return bool(survey.loc[survey["person_id"].isin(evidence.rows["person_id"]), "phantom"].any())


def answers(evidence: Evidence) -> Tightened:
    """Take buyers at their word; whoever did not answer stays open."""
    known, claim = evidence.rows["known"], _claims(evidence)
    contradicts = (claim.notna() & known.notna() & (claim != known)).any()
    more = evidence.capped and _too_many(evidence.rows[(claim == 1) & known.isna()], evidence)
    reasons = {
        "no answer is by an address that bought": claim.isna().all(),
        "buyers ticked an option that cannot be true": _phantom(evidence),
        "answers contradict what is known of the same buyers": contradicts,
        "answers contradict what buyers used": evidence.doubted,
        "more buyers say they reacted than there are visible acts that could be theirs": more,
    }
    against = next((reason for reason, holds in reasons.items() if holds), "")
    return (known if against else known.fillna(claim)), against


def steps(
    reacted_only: Collection[str], silent_only: Collection[str], reacted: Collection[str]
) -> list[tuple[str, str, Tightening]]:
    """Return the tightenings in their order: by what, assuming what, and how."""
    found: list[tuple[str, str, Tightening]] = [
        ("matched addresses", ADDRESS, addresses),
        ("all exports", EXPORTS, exports),
    ]
    for codes, assumed, visible in (
        (reacted_only, REACTED_CODE, True),
        (silent_only, SILENT_CODE, False),
    ):
        for name, word, columns in (("codes", "code", ["code"]), ("tagged links", "link", TAGS)):
            if codes:
                how = given(codes, columns, reacted=visible)
                found.append((name, assumed.format(word), how))
    return [*found, ("survey", ANSWERED, answers)] if reacted else found


def too_few(rows: pd.DataFrame, known: float) -> np.ndarray:
    """Tell which purchases are of a group of fewer than ten people: they stay open."""
    group = rows["known"] == known
    return (group & (people_in(rows[group]) < FEWEST)).to_numpy()
