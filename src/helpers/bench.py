"""Bench: what loading costs beside what a user would otherwise run, in one run.

The *yardstick* is `pandas.read_csv(…, engine="pyarrow")` of every CSV file of an export:
merely parsing the same bytes. Exports are invented. Every reading is the best of several
processes of its own, each of which first does the same with ten rows, so that all is
imported; a *peak* is the memory that it held at most, beyond what it held then.
`python -m helpers.bench` prints a table.
"""

import base64
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers import load

SIZES, REPEATS = (250_000, 1_000_000), 3
POSTS, OPENED, BUYERS, RETURNED = 40, 0.55, 0.6, 0.02
MB = 2**20 if sys.platform == "darwin" else 2**10  # ru_maxrss counts bytes or kilobytes
HEAD = "export|rows|MB|parse s|load s|ratio|parse CPU s|load CPU s|ratio|parse peak MB|load peak MB"
LISTED = "post_id,post_date,is_published,email_sent_at,type,audience,title,subtitle"
SENT = "post_id,timestamp,email,post_type,post_audience,active_subscription"
SEEN = "post_id,timestamp,email,country,city,device_type,client_type"
PEOPLE = "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at"
SALES = """\
Purchase ID,Item Name,Buyer Name,Purchase Email,Buyer Email,Do not contact?,Purchase Date,\
Purchase Time (UTC timezone),Subtotal ($),Taxes ($),Shipping ($),Sale Price ($),Fees ($),\
Net Total ($),Tip ($),Tax Included in Price?,Street Address,City,Zip Code,State,Country,Referrer,\
Refunded?,Partial Refund ($),Fully Refunded?,Disputed?,Dispute Won?,Variants,Discount Code,\
Recurring Charge?,Free trial purchase?,Pre-order authorization?,Product ID,Order Number,\
Pre-order authorization time (UTC timezone),Custom Fields,Item Price ($),Variants Price ($),\
Giftee Email,SKU ID,Quantity,Recurrence,Affiliate,Affiliate commission ($),Discover?,\
Subscription End Date,Rating,Review,License Key,Payment Type,PayPal Transaction ID,\
PayPal Fee Amount,PayPal Fee Currency,Stripe Transaction ID,Stripe Fee Amount,\
Stripe Fee Currency,Purchasing Power Parity Discounted?,Upsold?,Sent Abandoned Cart Email?,\
UTM Source,UTM Medium,UTM Campaign,UTM Term,UTM Content"""
DRAW = np.random.default_rng(1)


def _csv(header: str, **cells: Any) -> str:
    """Return CSV text: arrays of text, or one text for all rows; blank unless given."""
    lines = pc.binary_join_element_wise(*(cells.get(name, "") for name in header.split(",")), ",")
    return "\n".join([header, *lines.to_pylist(), ""])


def _text(form: str, numbers: Any) -> Any:
    before, after = form.split("{}")
    return pc.binary_join_element_wise(before, pa.array(numbers).cast(pa.string()), after, "")


def _time(form: str, seconds: Any) -> Any:
    moments = pa.array(seconds + 1_700_000_000).cast(pa.timestamp("s", "UTC"))
    return pc.strftime(moments, format=form)


def _tokens(rows: int) -> Any:
    words = base64.urlsafe_b64encode(DRAW.bytes(18 * rows))
    return pa.array(np.frombuffer(words, dtype="S24")).cast(pa.string())


def gumroad(folder: Path, rows: int) -> None:
    """Write a list of sales, a few of them returned, and its row of totals."""
    who, page = DRAW.integers(int(BUYERS * rows), size=rows), DRAW.integers(200, size=rows)
    when = np.sort(DRAW.integers(50_000_000, size=rows))
    price = DRAW.choice(["12.5", "7.99", '"1,250.0"'], rows, p=[0.5, 0.49, 0.01])
    source = DRAW.choice(["", "newsletter", "bluesky"], rows, p=[0.6, 0.3, 0.1])
    cells = dict.fromkeys((name for name in SALES.split(",") if name.endswith("?")), "0")
    cells |= {"Purchase ID": _tokens(rows), "Buyer Name": _text("Reader {}", who)}
    cells |= dict.fromkeys(["Purchase Email", "Buyer Email"], _text("reader{}@example.org", who))
    cells |= {"Purchase Date": _time("%F", when), "License Key": _tokens(rows)}
    cells |= {"Purchase Time (UTC timezone)": _time("%F %T UTC", when), "Quantity": "1"}
    cells |= dict.fromkeys(["Subtotal ($)", "Sale Price ($)", "Item Price ($)"], pa.array(price))
    cells |= {"Item Name": '"A quiet book, signed"', "Fees ($)": "1.75", "Net Total ($)": "10.75"}
    cells |= {"Street Address": _text("{} Long Street", page), "Country": "United States"}
    cells |= {"Referrer": _text("https://www.example.org/page/{}?x=1", page), "State": "CA"}
    cells |= {"Fully Refunded?": pa.array(np.where(DRAW.random(rows) < RETURNED, "1", "0"))}
    cells |= {"Order Number": _text("{}", np.arange(rows)), "Stripe Transaction ID": _tokens(rows)}
    text = _csv(SALES, **{**cells, "UTM Source": pa.array(source)})
    (folder / "Sales.csv").write_text(f"{text}Totals{',' * SALES.count(',')}\n", encoding="utf-8")


def substack(folder: Path, rows: int) -> None:
    """Write an archive of posts, subscribers, and who was sent and who opened each post."""
    people, numbers = int(rows / (POSTS * (1 + OPENED) + 1)), np.arange(POSTS) + 1_000_000
    email, joined = _text("reader{}@example.org", np.arange(people)), np.arange(people) * 100
    days, flags = np.arange(POSTS) * 604_800, {"active_subscription": "false", "type": "newsletter"}
    dates = dict.fromkeys(["post_date", "email_sent_at"], _time("%FT%T.000Z", days))
    posts = {"post_id": _text("{}.a-title", numbers), "is_published": "true", **flags, **dates}
    with zipfile.ZipFile(folder / "export.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("posts.csv", _csv(LISTED, **posts))
        lists = {"email": email, "created_at": _time("%FT%T.123Z", joined), **flags}
        file.writestr("email_list.a.csv", _csv(PEOPLE, **lists))
        for number, day in zip(numbers.tolist(), days.tolist(), strict=True):
            sent = {"post_id": str(number), "email": email, "post_type": "newsletter", **flags}
            sent["timestamp"] = _time("%FT%T.456Z", day + DRAW.integers(600, size=people))
            file.writestr(f"posts/{number}.delivers.csv", _csv(SENT, **sent))
            opens = DRAW.integers(people, size=int(OPENED * people))
            seen = {"post_id": str(number), "email": email.take(pa.array(opens)), "country": "US"}
            seen["timestamp"] = _time("%FT%T.789Z", day + DRAW.integers(604_800, size=len(opens)))
            file.writestr(f"posts/{number}.opens.csv", _csv(SEEN, **seen, device_type="mobile"))


def parse(folder: Path) -> None:
    """Parse every CSV file of an export, as a user would to look at it."""
    for path in folder.rglob("*.csv"):
        pd.read_csv(path, engine="pyarrow")
    for path in folder.rglob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                pd.read_csv(archive.open(name), engine="pyarrow")


def loaded(folder: Path) -> None:
    """Load an export."""
    load.load(folder, key=b"only for measuring")


def measure(task: Callable[[Path], None], folder: Path) -> tuple[float, float, float]:
    """Run a task in this process; return its seconds, its seconds of CPU and its peak in MB."""
    with tempfile.TemporaryDirectory() as few:
        gumroad(Path(few), 10)
        task(Path(few))
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    clock, worked = time.perf_counter(), time.process_time()
    task(folder)
    spent, worked = time.perf_counter() - clock, time.process_time() - worked
    return spent, worked, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) / MB


def best(task: str, folder: Path) -> list[float]:
    """Return the least of several measurements, each in a process of its own."""
    command = [sys.executable, "-m", "helpers.bench", task, str(folder)]
    runs = [json.loads(subprocess.check_output(command)) for _ in range(REPEATS)]
    return [min(figures) for figures in zip(*runs, strict=True)]


def line(export: str, rows: int) -> str:
    """Return a line of the table: the yardstick, loading, and their ratio."""
    with tempfile.TemporaryDirectory() as name:
        # in a process of its own, for a process's peak counts what its parent held
        subprocess.check_call([sys.executable, "-m", "helpers.bench", export, name, str(rows)])
        size = sum(file.stat().st_size for file in Path(name).iterdir()) / 2**20
        parsing, loading = best("parse", Path(name)), best("loaded", Path(name))
    pairs = list(zip(parsing, loading, strict=True))
    times = [f"{one:.2f}|{two:.2f}|{two / one:.1f}" for one, two in pairs[:2]]
    memory = f"{parsing[2]:,.0f}|{loading[2]:,.0f}"
    return "|".join([export, f"{rows:,}", f"{size:.0f}", *times, memory])


def main() -> None:
    """Print the table; or write an export into a folder; or print one measurement there."""
    exports = {"substack": substack, "gumroad": gumroad}
    if len(sys.argv) > 3:
        exports[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
        return
    if len(sys.argv) > 1:
        task = {"parse": parse, "loaded": loaded}[sys.argv[1]]
        sys.stdout.write(json.dumps(measure(task, Path(sys.argv[2]))))
        return
    libraries = ", ".join(f"{name} {version(name)}" for name in ("pandas", "pyarrow"))
    sys.stdout.write(f"{platform.platform()}; {libraries}\n\n|{HEAD}|\n{'|---' * 11}|\n")
    for export in exports:
        for rows in SIZES:
            sys.stdout.write(f"|{line(export, rows)}|\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
