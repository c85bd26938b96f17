"""The depth ladder applied to people: how deep did each one go?"""

import numpy as np
import pandas as pd

from helpers import ladder as ladders
from helpers.ladder import Ladder
from helpers.tables import Engagement

SEGMENTS = ("only converted", *ladders.RUNGS)


def people(engagement: Engagement, ladder: Ladder | None = None) -> pd.DataFrame:
    """Place every person that an export names on the deepest rung they reached.

    Returns
    -------
    DataFrame
        One row a person: person_id; silent, interactions, engagements (acts);
        conversions (units bought or sign-ups, refunds not subtracted); segment, one
        of `SEGMENTS`. People whom no export names are not in it.
    """
    ladder = ladder or ladders.read()
    acts = engagement.responses.assign(rung=engagement.responses["kind"].map(ladder.rung_of))
    counts = acts.pivot_table(
        index="person_id", columns="rung", values="response_id", aggfunc="count", observed=False
    ).reindex(columns=list(ladders.RUNGS))
    gained = engagement.conversions.query("quantity > 0 and person_id.notna()")
    everyone = counts.join(gained.groupby("person_id")["quantity"].sum(), how="outer").fillna(0)
    everyone = everyone.astype("int64").rename_axis("person_id").sort_index()
    return pd.DataFrame(
        {
            "person_id": everyone.index.astype("str"),
            "silent": everyone["silent attention"].to_numpy(),
            "interactions": everyone["interaction"].to_numpy(),
            "engagements": everyone["engagement"].to_numpy(),
            "conversions": everyone["quantity"].to_numpy(),
            "segment": _deepest(everyone[list(ladders.RUNGS)]),
        }
    )


def _deepest(counts: pd.DataFrame) -> pd.Categorical:
    depth = (counts.to_numpy() > 0) * np.arange(1, len(ladders.RUNGS) + 1)
    codes = depth.max(axis=1, initial=0)
    return pd.Categorical.from_codes(codes, list(SEGMENTS), ordered=True)
