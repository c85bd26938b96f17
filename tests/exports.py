"""Small exports of invented people, written as the platforms write them."""

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

KEY = b"k" * 32
INSTAGRAM = (
    "Post ID,Account ID,Account username,Account name,Description,Duration (sec),Publish time,"
    "Permalink,Post type,Data comment,Date,Views,Likes,Shares,Comments,Saves,Reach,Follows"
)
FACEBOOK = (
    "Post ID,Page ID,Page name,Title,Description,Duration (sec),Publish time,Permalink,Post type,"
    'Views,Reach,"Reactions, Comments and Shares",Reactions,Comments,Shares,Total clicks'
)
GUMROAD = {
    "Purchase ID": "p1==",
    "Item Name": "A book",
    "Buyer Name": "Ada",
    "Purchase Email": "ada@example.org",
    "Purchase Time (UTC timezone)": "2026-03-01 12:34:56 UTC",
    "Sale Price ($)": "12.5",
    "Referrer": "direct",
    "Fully Refunded?": "0",
    "Disputed?": "0",
    "Dispute Won?": "0",
    "Discount Code": "",
    "Recurring Charge?": "0",
    "Free trial purchase?": "0",
    "Pre-order authorization?": "0",
    "Pre-order authorization time (UTC timezone)": "",
    "Giftee Email": "",
    "Quantity": "1",
    "UTM Source": "",
    "UTM Medium": "",
    "UTM Campaign": "",
    "UTM Term": "",
    "UTM Content": "",
}
AUTHOR = "did:plc:author"


def instagram_row(post: str, published: str = "03/27/2026 06:08", **cells: str) -> str:
    """Return a line of an Instagram content export; cells by column, blank unless given."""
    columns = INSTAGRAM.split(",")
    given = {"Post ID": post, "Publish time": published, "Date": "Lifetime", **cells}
    return csv_text([[given.get(column, "") for column in columns]]).strip()


def instagram(folder: Path, *rows: str, name: str = "ig.csv") -> Path:
    """Write an Instagram content export and return its path."""
    path = folder / name
    path.write_text("\n".join([INSTAGRAM, *rows]) + "\n", encoding="utf-8-sig")
    return path


def gumroad(folder: Path, *rows: dict[str, str], name: str = "Sales.csv") -> Path:
    """Write a Gumroad sales export, its row of totals included, and return its path."""
    totals = {"Purchase ID": "Totals", "Sale Price ($)": "25.0"}
    cells = [[{**GUMROAD, **row}[column] for column in GUMROAD] for row in rows]
    cells.append([totals.get(column, "") for column in GUMROAD])
    path = folder / name
    path.write_text(csv_text([list(GUMROAD), *cells]))
    return path


def substack(path: Path, members: dict[str, str]) -> Path:
    """Write an archive of the given members and return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


POSTS = "post_id,post_date,is_published,email_sent_at,type,audience,title,subtitle,podcast_url\n"
DELIVERS = "post_id,timestamp,email,post_type,post_audience,active_subscription\n"
OPENS = "post_id,timestamp,email,country,city\n"
SUBSCRIBERS = "email,active_subscription,expiry,email_disabled,created_at,first_payment_at\n"
SUBSTACK = {
    "posts.csv": POSTS
    + "11.first-words,2026-01-15T10:00:00.000Z,true,2026-01-15T10:00:00.000Z,newsletter,all,T,,\n"
    + "12.a-thread,2026-01-16T10:00:00.000Z,TRUE,,thread,all,T,,\n"
    + "13.unfinished,2026-01-17T10:00:00.000Z,false,,newsletter,all,T,,\n"
    + "14.about,2026-01-17T10:00:00.000Z,true,,page,all,T,,\n",
    "posts/11.first-words.html": "<p>Three <b>w</b>ords&nbsp;here.</p><style>p {}</style>",
    "posts/13.unfinished.html": "<p>Not yet.</p>",
    "posts/11.delivers.csv": DELIVERS
    + "11,2026-01-15T10:00:01.000Z,ada@example.org,newsletter,everyone,false\n"
    + "11,2026-01-15T10:00:01.000Z,Ben@Example.org ,newsletter,everyone,false\n"
    + "11,2026-01-15T10:00:01.000Z,x@deletion-request.substack.com,newsletter,everyone,false\n",
    "posts/11.opens.csv": OPENS
    + "11,2026-01-15T11:00:00.000Z,ada@example.org,XX,Nowhere\n"
    + "11,2026-01-15T12:00:00.000Z,ada@example.org,XX,Nowhere\n",
    "posts/13.delivers.csv": DELIVERS
    + "13,2026-01-17T10:00:01.000Z,ada@example.org,newsletter,everyone,false\n",
    "email_list.letters.csv": SUBSCRIBERS
    + "ada@example.org,true,,false,2026-01-01T00:00:00.000Z,2026-01-20T00:00:00.000Z\n"
    + "ben@example.org,false,,false,2026-01-02T00:00:00.000Z,\n"
    + "y@deletion-request.substack.com,false,,false,2026-01-02T00:00:00.000Z,\n",
}


def csv_text(rows: list[list[str]]) -> str:
    """Return rows as delimited text, quoted where needed."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()


def post(name: str, author: str = AUTHOR, text: str = "two words", **fields: Any) -> dict[str, Any]:
    """Return a Bluesky post as the AppView shows it."""
    return {
        "uri": f"at://{author}/app.bsky.feed.post/{name}",
        "author": {"did": author, "handle": f"{author.rpartition(':')[2]}.test"},
        "record": {
            "$type": "app.bsky.feed.post",
            "text": text,
            "createdAt": "1999-01-01T00:00:00Z",
        },
        "indexedAt": "2026-02-01T08:00:00.123Z",
        **fields,
    }


def answer(folder: Path, tree: Any, name: str = "answer.json") -> Path:
    """Write an answer of the AppView and return its path."""
    path = folder / name
    path.write_text(json.dumps(tree))
    return path


def digest(text: str) -> str:
    """Return the first 16 hex digits of a text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
