"""Exports in CSV, of Instagram, Facebook, Substack and Gumroad, as `columns.toml` lays out.

Meta's files do not state the zone of their times, nor name anyone who reacted.
"""

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from zoneinfo import ZoneInfo

import pandas as pd

from helpers.simulate.exports import invented
from helpers.tables import Engagement

SOURCE = files("helpers.simulate.exports").joinpath("columns.toml").read_text("utf-8")
COLUMNS: dict[str, dict[str, str]] = tomllib.loads(SOURCE)
FEE = 0.1
Rows = Sequence[list[str]]


def _file(layout: str, rows: pd.DataFrame, *, first: Rows = (), last: Rows = ()) -> str:
    """Return a file's text: its cells filled from `rows`, other rows before and after them."""
    columns, records = COLUMNS[layout], rows.to_dict("records")
    cells = [[cell.format_map(record) for cell in columns.values()] for record in records]
    return invented.table(columns, [*first, *cells, *last])


def _numbers(names: pd.Series) -> pd.Series:
    return names.str.partition(":")[2].astype(int)


def _posts(engagement: Engagement, platform: str, author: str, zone: ZoneInfo) -> pd.DataFrame:
    """Return a platform's posts with local times, texts, and a column a total."""
    posts = engagement.posts[engagement.posts["platform"] == platform]
    tallies = engagement.tallies[engagement.tallies["post_id"].isin(posts["post_id"])]
    totals = tallies.assign(total=tallies["kind"] + "/" + tallies["unit"])
    number, account = _numbers(posts["post_id"]), invented.number(author) % 10**9
    texts = zip(posts["words"], posts["post_id"], strict=True)
    return posts.assign(
        author=author,
        user=author.replace(" ", "").lower(),
        account=account,
        number=number,
        post=account + number,
        at=posts["published_at"].dt.tz_convert(zone),
        text=[invented.text(int(words), post, author) for words, post in texts],
        code=[invented.code(11, post, author) for post in posts["post_id"]],
    ).join(totals.pivot(index="post_id", columns="total", values="count"), on="post_id")


def _people(frame: pd.DataFrame) -> pd.DataFrame:
    who = frame["person_id"]
    return frame.assign(name=who.map(invented.name), address=who.map(invented.address))


def instagram(engagement: Engagement, author: str, zone: ZoneInfo) -> str:
    """Return the content file of Meta Business Suite for Instagram, with its byte-order mark."""
    return "\ufeff" + _file("instagram", _posts(engagement, "instagram", author, zone))


def facebook(engagement: Engagement, author: str, zone: ZoneInfo) -> str:
    """Return the post-level Page Insights file of Facebook, with its second header row."""
    posts = _posts(engagement, "facebook", author, zone)
    return _file("facebook", posts, first=[list(COLUMNS["facebook_meanings"].values())])


def gumroad(engagement: Engagement, author: str, _zone: ZoneInfo) -> str:
    """Return Gumroad's file of sales: 64 columns, a row a sale, and a row of totals."""
    found = _people(engagement.conversions[engagement.conversions["channel"] == "gumroad"])
    back = found.loc[found["quantity"] < 0, "conversion_id"].str.removesuffix("/refund")
    sold = found[found["quantity"] > 0]
    fee = (FEE * sold["value"]).round(2)
    sold = sold.assign(
        fee=fee,
        net=(sold["value"] - fee).round(2),
        source=("https://" + sold["referrer"] + "/").fillna("direct"),
        refunded=sold["conversion_id"].isin(back).astype(int),
        number=_numbers(sold["conversion_id"]),
        proof=[invented.code(22, author, sale) for sale in sold["conversion_id"]],
    )
    sums = sold[["value", "fee", "net"]].sum().round(2).to_dict()
    money = {name: cell for name, cell in COLUMNS["gumroad"].items() if name.endswith("($)")}
    totals = {"Purchase ID": "Totals"} | {name: money[name].format_map(sums) for name in money}
    last = [totals.get(name, "") for name in COLUMNS["gumroad"]]
    return _file("gumroad", sold.astype(object).fillna(""), last=[last])


def substack(engagement: Engagement, author: str, zone: ZoneInfo) -> dict[str, str]:
    """Return every member of Substack's archive: posts, deliveries, opens, the e-mail list."""
    posts, conversions = _posts(engagement, "substack", author, zone), engagement.conversions
    titles = [invented.text(4, "title", post, author).rstrip(".") for post in posts["post_id"]]
    posts = posts.assign(title=titles, slug=[one.lower().replace(" ", "-") for one in titles])
    members = {
        "posts.csv": _file("posts", posts),
        f"email_list.{author.rpartition(' ')[2].lower()}.csv": _file(
            "list", _people(conversions[conversions["kind"] == "signup"])
        ),
    }
    for post in posts.itertuples():
        acts = engagement.responses[engagement.responses["post_id"] == post.post_id]
        acts, name = _people(acts).assign(number=post.number), f"posts/17000{post.number:04d}"
        members[f"{name}.{post.slug}.html"] = f"<p>{post.text}</p>\n"
        members[f"{name}.delivers.csv"] = _file("delivers", acts[acts["kind"] == "delivery"])
        members[f"{name}.opens.csv"] = _file("opens", acts[acts["kind"] == "open"])
    return dict(sorted(members.items()))
