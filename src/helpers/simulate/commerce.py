"""What the newsletter, the shop and a survey record: sign-ups, sales, answers."""

import numpy as np
import pandas as pd

from helpers.simulate.happenings import FOUND, REACTED, SILENT, TOLD, Happenings
from helpers.simulate.record import BLUESKY, LETTER, SHOP, as_table, identity, instants

PRICE, CODE, REBATE = 12.0, "READER10", 0.1
TAGGED, DISCOUNTED, RECENT_DAYS = 0.3, 0.2, 7
ANSWERS = {
    SILENT: "I read the author's posts or newsletter but never reacted",
    REACTED: "I liked, shared or answered a post",
    TOLD: "Someone told me about it",
    FOUND: "I found it in a shop or by searching",
    "phantom": "I heard it on the radio",
}


def _converted(world: Happenings, channel: str, kind: str, potential: pd.DataFrame) -> pd.DataFrame:
    happened = potential[potential["posted"]]
    columns = {
        "conversion_id": [f"{channel}:{number}" for number in range(1, len(happened) + 1)],
        "occurred_at": instants(world, happened["at"]),
        "grain": "second",
        "kind": kind,
        "quantity": 1,
        "channel": channel,
        "person_id": identity(world, "email", happened["person"]),
    }
    return pd.DataFrame(columns)


def _sold(world: Happenings) -> list[pd.DataFrame]:
    """Return the sales, some by a tagged link or with a discount code, and their refunds."""
    settings, sales = world.settings, world.sales[world.sales["posted"]].reset_index(drop=True)
    u = world.details[1].random((len(sales), 4))
    joined = world.signups[world.signups["posted"]].set_index("person")["at"]
    coded = (u[:, 1] < DISCOUNTED) & (sales["person"].map(joined) < sales["at"])
    last = world.latest(sales)
    tagged = (u[:, 0] < TAGGED) & (last["ago"] <= RECENT_DAYS)
    named = sales["person"].isin(world.people.index[world.people["named"]])
    source = named.map({True: BLUESKY, False: settings.network})
    columns = {
        "value": np.round(PRICE * np.where(coded, 1 - REBATE, 1.0), 2),
        "currency": "USD",
        "referrer": named.map({True: "bsky.app", False: f"{settings.network}.com"}).where(tagged),
        "utm_source": source.where(tagged),
        "utm_medium": tagged.map({True: "social"}),
        "utm_campaign": ("post-" + (last["post"] + 1).astype("Int64").astype("str")).where(tagged),
        "code": coded.map({True: CODE}),
    }
    sold = _converted(world, SHOP, "sale", sales).assign(**columns)
    back = sold[u[:, 2] < settings.refunded]
    number = back["conversion_id"].astype("str") + "/refund"
    return [sold, back.assign(conversion_id=number, quantity=-1, value=-back["value"])]


def conversions(world: Happenings) -> pd.DataFrame:
    """Return the sign-ups, sales and refunds."""
    joined = _converted(world, LETTER, "signup", world.signups)
    found = as_table("conversions", joined, *_sold(world))
    return found.sort_values(["occurred_at", "conversion_id"])


def survey(world: Happenings) -> pd.DataFrame:
    """Return what buyers ticked: false recall is as likely for every option that is not true."""
    settings = world.settings
    buyers = world.sales[world.sales["posted"]].drop_duplicates("person")
    u = world.details[2].random((len(buyers), 3))
    answers = u[:, 0] < settings.survey_response
    asked, u = buyers[answers], u[answers]
    told, false = world.heard(asked), 1 - settings.survey_specificity
    silently = np.where(told == SILENT, settings.survey_sensitivity, false)
    others = np.array([REACTED, TOLD, FOUND])[np.floor(3 * u[:, 2]).astype(int)]
    true = np.where(told == SILENT, others, told)
    ticked = np.select([u[:, 1] < silently, u[:, 1] >= 1 - false], [SILENT, "phantom"], true)
    columns = {
        "answered_at": instants(world, asked["at"]),
        "person_id": identity(world, "email", asked["person"]),
        "answer": [ANSWERS[answer] for answer in ticked],
        "phantom": ticked == "phantom",
    }
    return pd.DataFrame(columns)
