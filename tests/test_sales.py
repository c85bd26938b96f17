"""Sales: what shops, distributors and Amazon KDP export, row by row and trap by trap."""

import csv
import io
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from exports import KEY
from helpers import load
from helpers.converters import LoadError
from helpers.tables import Engagement

COMBINED = [
    "Royalty Date",
    "Title",
    "Author Name",
    "ASIN/ISBN",
    "Marketplace",
    "Royalty Type",
    "Transaction Type",
    "Units Sold",
    "Units Refunded",
    "Net Units Sold",
    "Royalty",
    "Currency",
]
BY_FORMAT = [name.replace("ASIN/ISBN", "ASIN") for name in COMBINED]
ORDERS = ["Date", "Title", "Author Name", "ASIN", "Marketplace", "Paid Units", "Free Units"]
PAGES = "Date|Title|Author Name|ASIN|Marketplace|Kindle Edition Normalized Page (KENP) Read"
TOTALS = [
    "Title",
    "Author",
    "ASIN/ISBN",
    "Marketplace",
    "Units Sold",
    "Units Refunded",
    "Net Units Sold or KENP Read**",
    "Royalty Type",
    "Payout Plan",
    "Currency",
    "Earnings",
]
STRIPE = [
    "id",
    "Created date (UTC)",
    "Amount",
    "Amount Refunded",
    "Currency",
    "Captured",
    "Description",
    "Mode",
    "Status",
    "Customer ID",
    "Customer Email",
    "Dispute Status",
    "Invoice Number",
    "UTM Source",
]
SHOPIFY = [
    "Name",
    "Email",
    "Financial Status",
    "Currency",
    "Total",
    "Discount Code",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Cancelled at",
    "Payment Method",
    "Refunded Amount",
    "Id",
]
GOOGLE = [
    "Transaction Date",
    "Id",
    "Product",
    "Type",
    "Preorder",
    "Qty",
    "Primary ISBN",
    "Original List Price",
    "Country of Sale",
    "Payment Currency",
    "Payment Amount",
]
BETTER = "row of days that a better file states"
Row = Sequence[str | int | float]


def book(path: Path, sheets: Mapping[str, Sequence[Row]]) -> None:
    """Write a workbook."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)


def text(path: Path, rows: Sequence[Row], separator: str = ",", encoding: str = "utf-8") -> None:
    """Write a delimited text file."""
    content = io.StringIO()
    csv.writer(content, delimiter=separator, lineterminator="\n").writerows(rows)
    path.write_bytes(content.getvalue().encode(encoding))


def combined(day: str, units: int, royalty: float | str = 3.5, kind: str = "Standard") -> Row:
    """Return a row of KDP's sheet Combined Sales, or of the sheet of one format."""
    sold, back = max(units, 0), max(-units, 0)
    head: Row = [day, "A book", "Ada", "B0TEST0001", "Amazon.com", "70%", kind]
    return [*head, sold, back, units, royalty, "USD"]


def order(day: str, paid: int, free: int = 0) -> Row:
    """Return a row of KDP's sheet Orders Processed."""
    return [day, "A book", "Ada", "B0TEST0001", "Amazon.com", paid, free]


def total(units: int, plan: str = "Standard", earned: float = 35.0) -> Row:
    """Return a row of the sheet of all earnings of Prior Months' Royalties."""
    head: Row = ["A book", "Ada", "B0TEST0001", "Amazon.com", "N/A", "N/A"]
    return [*head, units, "70%", plan, "USD", earned]


def charge(number: str, **cells: str) -> Row:
    """Return a row of Stripe's payments: a paid charge of 10 euros unless told otherwise."""
    known = {"id": number, "Created date (UTC)": "2026-03-02 08:15:30", "Amount": "10.00"}
    known |= {"Currency": "eur", "Captured": "true", "Status": "Paid", "Mode": "Live"}
    known |= {"Customer ID": f"cus_{number}", **cells}
    return [known.get(name, "") for name in STRIPE]


def purchase(name: str, **cells: str) -> Row:
    """Return a first line of a Shopify order: paid, 10 euros, one book."""
    known = {"Name": name, "Financial Status": "paid", "Currency": "EUR", "Total": "10.00"}
    known |= {"Created at": "2026-03-02 10:00:00 +0100", "Lineitem quantity": "1", **cells}
    return [known.get(column, "") for column in SHOPIFY]


def loaded(folder: Path, dates: str | None = None) -> Engagement:
    """Return what a folder holds, every record accounted for."""
    engagement = load.load(folder, key=KEY, dates=dates)
    receipt = engagement.receipt
    assert receipt["read"].tolist() == (receipt["kept"] + receipt["set_aside"]).tolist()
    return engagement


@cache
def specimen(folder: Path) -> Engagement:
    """Return what a specimen's folder holds; read once."""
    return loaded(folder, dates="day first")


def sold(engagement: Engagement) -> list[tuple[str, str, str, int, float | None]]:
    """Return each conversion's day, grain, kind, quantity and value."""
    table = engagement.conversions
    days = table["occurred_at"].dt.strftime("%Y-%m-%d")
    values = [None if pd.isna(value) else float(value) for value in table["value"]]
    columns = (days, table["grain"], table["kind"], table["quantity"])
    return list(zip(*columns, values, strict=True))


def why(engagement: Engagement) -> dict[str, str]:
    """Return why records were set aside, by sheet or file."""
    names = engagement.receipt["file"].str.rpartition(", ")[2]
    return {name: text for name, text in zip(names, engagement.receipt["why"], strict=True) if text}


# Every specimen


@pytest.mark.parametrize(
    ("name", "units", "value", "files"),
    [
        ("kdp", {"sale": 7 + 4 + 10 + 2 + 6 + 2 + 2 - 1 + 3 + 1 + 1, "pages": 2088}, 125.67, 23),
        ("draft2digital", {"sale": 2 - 1 + 3 + 1}, 13.59, 1),
        ("kobo", {"sale": 1 + 1 + 2 - 1}, 10.47, 2),
        ("apple_books", {"sale": 4 - 1 + 2 + 1 - 1}, 15.38, 2),
        ("ingramspark", {"sale": 5 + 1 - 2 + 3}, 15.6, 2),
        ("google_play_books", {"sale": 1 + 2 - 1 + 4 - 1}, 6.98, 2),
        ("shopify", {"sale": 4 + 2 + 0 + 1 - 1}, 54.96, 3),
        ("stripe", {"sale": 7 - 2}, 1482.0, 2),
        ("gumroad", {"sale": 1 + 1 + 0 + 1 - 1 + 1, "signup": 3}, 37.49, 3),
    ],
)
def test_specimens_yield_what_they_state(
    root: Path, name: str, units: dict[str, int], value: float, files: int
) -> None:
    """Every specimen is recognised; units by kind and money add up to what was written."""
    engagement = specimen(root / "data" / "specimens" / name)
    found = engagement.conversions.groupby("kind")["quantity"].sum()
    assert units == found.to_dict()
    assert value == pytest.approx(engagement.conversions["value"].sum())
    assert [True] * files == engagement.receipt["format"].str.startswith(f"{name}.").tolist()


@pytest.mark.parametrize("name", ["kdp", "shopify", "stripe", "gumroad", "kobo", "apple_books"])
def test_nothing_personal_is_kept(root: Path, name: str) -> None:
    """No title, name, address or card number of a specimen is in a table or the receipt."""
    engagement = specimen(root / "data" / "specimens" / name)
    everything = engagement.conversions.to_csv() + engagement.receipt.to_csv()
    personal = ("Lamp Garden", "Example", "@example.org", "4242", "12345", "ch_1|", "cus_")
    assert [] == [word for word in personal if word in everything]


# KDP


def test_kdp_royalties_are_net_units_by_day(tmp_path: Path) -> None:
    """Units are net and signed, free copies are no sales, N/A is not a number."""
    rows = [combined("2026-03-02", 2, 7.0), combined("2026-03-03", -1, -3.5)]
    rows += [combined("2026-03-04", 1, "N/A"), combined("2026-03-05", 9, 0, "Free - Promotion")]
    book(tmp_path / "a.xlsx", {"Combined Sales": [COMBINED, *rows]})
    engagement = loaded(tmp_path)
    expected = [
        ("2026-03-02", "day", "sale", 2, 7.0),
        ("2026-03-03", "day", "sale", -1, -3.5),
        ("2026-03-04", "day", "sale", 1, None),
    ]
    assert expected == sold(engagement)
    assert {"Combined Sales": "1 row of free units (not sales) (row 5)"} == why(engagement)


def test_kdp_months_of_a_lifetime_download_are_months(tmp_path: Path) -> None:
    """A date without a day is a month, not the sales of its first day."""
    rows = [combined("2026-01", 4), combined("January 2025", 3), combined("2026-02-01", 2)]
    book(tmp_path / "a.xlsx", {"Combined Sales": [COMBINED, *rows]})
    grains = [(day, grain) for day, grain, *_ in sold(loaded(tmp_path))]
    expected = [("2025-01-01", "month"), ("2026-01-01", "month"), ("2026-02-01", "day")]
    assert expected == grains


def test_kdp_sheets_of_one_workbook_count_once(tmp_path: Path) -> None:
    """Orders stand before Combined Sales, that before the sheet of a format; dates differ.

    The book was ordered on the 29th and shipped on the 30th, when no order was placed.
    """
    sheets = {
        "Combined Sales": [COMBINED, combined("2026-06-30", 1)],
        "eBook Royalty": [BY_FORMAT, combined("2026-06-30", 1)],
        "Orders Processed": [ORDERS, order("2026-06-29", 1), order("2026-06-28", 0, 5)],
        "eBook Orders Placed": [ORDERS, order("2026-06-27", 1)],
    }
    book(tmp_path / "KDP_Orders.xlsx", sheets)
    engagement = loaded(tmp_path)
    assert [("2026-06-29", "day", "sale", 1, None)] == sold(engagement)
    placed = "1 order that is also in Orders Processed, once it is paid (row 2)"
    free = "1 row without paid units (free units are no sales) (row 3)"
    assert {
        "Combined Sales": f"1 {BETTER} (row 2)",
        "eBook Royalty": f"1 {BETTER} (row 2)",
        "Orders Processed": free,
        "eBook Orders Placed": placed,
    } == why(engagement)


def test_kdp_sheet_of_a_format_stands_where_it_is_alone(tmp_path: Path) -> None:
    """A sheet of one format steps back only for what is there; what no file has is not lost."""
    text(tmp_path / "eBook Royalty.csv", [BY_FORMAT, combined("2026-03-02", 2, 7.0)])
    book(tmp_path / "b.xlsx", {"Combined Sales": [COMBINED, combined("2026-05-02", 1)]})
    expected = [("2026-03-02", "day", "sale", 2, 7.0), ("2026-05-02", "day", "sale", 1, 3.5)]
    assert expected == sold(loaded(tmp_path))


def test_kdp_gap_between_better_files_is_kept(tmp_path: Path) -> None:
    """Orders of March and of May do not set aside the royalties of April."""
    for month in ("03", "05"):
        sheet = [ORDERS, order(f"2026-{month}-10", 1)]
        book(tmp_path / f"{month}.xlsx", {"Orders Processed": sheet})
    book(tmp_path / "a.xlsx", {"Combined Sales": [COMBINED, combined("2026-04-10", 4)]})
    assert [1, 4, 1] == [quantity for _, _, _, quantity, _ in sold(loaded(tmp_path))]


def test_kdp_overlapping_downloads_count_once(tmp_path: Path) -> None:
    """A day in two downloads counts as the later has it; equal rows of one file both count."""
    early = [combined("2026-03-01", 1), combined("2026-03-02", 1, 3.5), combined("2026-03-02", 1)]
    late = [combined("2026-03-02", 3, 10.5), combined("2026-03-02", 1), combined("2026-03-03", 2)]
    for day, rows in (("2026-03-02", early), ("2026-03-09", late)):
        sheets = {"Combined Sales": [COMBINED, *rows]}
        book(tmp_path / f"KDP_Royalties_Estimator-{day}.xlsx", sheets)
    expected = [
        ("2026-03-01", "day", "sale", 1, 3.5),
        ("2026-03-02", "day", "sale", 1, 3.5),
        ("2026-03-02", "day", "sale", 3, 10.5),
        ("2026-03-03", "day", "sale", 2, 3.5),
    ]
    assert expected == sorted(sold(loaded(tmp_path)), key=str)


def test_kdp_month_steps_back_where_its_days_are_known(tmp_path: Path) -> None:
    """Days of sales stand before their month's total; its pages and other months stay."""
    days = {"Combined Sales": [COMBINED, combined("2026-03-02", 2)]}
    book(tmp_path / "days.xlsx", days)
    for month, name in (("02", "February"), ("03", "March")):
        rows = [total(10), total(900, "KENP Read", 4.0)] if month == "03" else [total(10)]
        sheet: list[Row] = [["Sales Period", f"{name} 2026"], TOTALS, *rows]
        path = tmp_path / f"KDP_Prior_Month_Royalties-2026-{month}-01.xlsx"
        book(path, {"Total Earnings": sheet})
    engagement = loaded(tmp_path)
    expected = [
        ("2026-02-01", "month", "sale", 10, 35.0),
        ("2026-03-01", "month", "pages", 900, 4.0),
        ("2026-03-02", "day", "sale", 2, 3.5),
    ]
    assert expected == sold(engagement)


@pytest.mark.parametrize(
    ("sheet", "header", "march", "april"),
    [
        ("Combined Sales", COMBINED, combined("2026-03", 9), combined("2026-04", 4)),
        ("Paperback Royalty", BY_FORMAT, combined("2026-03", 9), combined("2026-04", 4)),
        ("Orders Processed", ORDERS, order("2026-03", 11), order("2026-04", 4)),
    ],
)
def test_kdp_final_beats_estimate(
    tmp_path: Path, sheet: str, header: list[str], march: Row, april: Row
) -> None:
    """Of a month that is settled the final statement stands, of others the estimate."""
    estimate = {sheet: [header, march, april]}
    book(tmp_path / "KDP_Orders-2026-05-02.xlsx", estimate)
    final: list[Row] = [["Sales Period", "March 2026"], TOTALS, total(8, earned=28.0)]
    book(tmp_path / "KDP_Prior_Month_Royalties-2026-03-01.xlsx", {"Total Royalty": final})
    found = [row[:4] for row in sold(loaded(tmp_path))]
    assert [("2026-03-01", "month", "sale", 8), ("2026-04-01", "month", "sale", 4)] == found


@pytest.mark.parametrize(
    ("period", "header", "cells"),
    [
        (
            ["Periodo di vendita", "marzo 2026"],
            "Titolo|Autore|Codice ASIN|Mercato|Netto unità vendute|Royalty|Valuta",
            ["Un libro", "Ada", "B0TEST0001", "Amazon.it", 3, 7.5, "EUR"],
        ),
        (
            ["販売期間", "3月 2026"],
            "タイトル|著者|ASIN|マーケットプレイス|実質注文数|ロイヤリティ|通貨",
            ["A book", "Ada", "B0TEST0001", "Amazon.co.jp", 3, 7.5, "JPY"],
        ),
    ],
)
def test_kdp_month_in_other_languages(tmp_path: Path, period: Row, header: str, cells: Row) -> None:
    """The month stands above the header, in words of the account's language."""
    book(tmp_path / "a.xlsx", {"Royalty": [period, header.split("|"), cells]})
    assert [("2026-03-01", "month", "sale", 3, 7.5)] == sold(loaded(tmp_path))


def test_kdp_earnings_are_told_apart_by_plan(tmp_path: Path) -> None:
    """Pages are pages, a bonus is neither, and the sheets of formats state the same again."""
    rows = [total(10), total(900, "Kindle Edition Normalized Pages (KENP) Read", 4.05)]
    rows += [total(0, "All-Star Bonus", 100.0), total(70, "Free - Promotion", 0.0)]
    kenp: list[Row] = [["Sales Period", "January 2026"], ["ASIN", "Marketplace", "(KENP) Read"]]
    period: Row = ["Sales Period", "January 2026"]
    sheets: dict[str, list[Row]] = {
        "Total Earnings": [period, TOTALS, *rows],
        "KENP Read": [*kenp, ["B0TEST0001", "Amazon.com", 900]],
    }
    book(tmp_path / "a.xlsx", sheets)
    engagement = loaded(tmp_path)
    expected = [
        ("2026-01-01", "month", "pages", 900, 4.05),
        ("2026-01-01", "month", "sale", 10, 35.0),
    ]
    assert expected == sorted(sold(engagement))
    bonus = "1 bonus (neither a sale nor pages) (row 5); 1 row of free units (not sales) (row 6)"
    assert {"Total Earnings": bonus, "KENP Read": f"1 {BETTER} (row 3)"} == why(engagement)


def test_kdp_pages_are_not_sales(tmp_path: Path) -> None:
    """Pages of a day stand beside its orders: kinds never overrule each other."""
    head: Row = PAGES.split("|")
    sheets: dict[str, list[Row]] = {
        "KENP Read": [head, ["2026-03-02", "A book", "Ada", "B0TEST0001", "Amazon.com", 55]],
        "Orders Processed": [ORDERS, order("2026-03-02", 1)],
    }
    book(tmp_path / "a.xlsx", sheets)
    expected = [("2026-03-02", "day", "pages", 55, None), ("2026-03-02", "day", "sale", 1, None)]
    assert expected == sorted(sold(loaded(tmp_path)), key=str)


# Draft2Digital, Kobo, Apple, Ingram, Google


def test_later_download_of_a_distributor_stands(root: Path, tmp_path: Path) -> None:
    """A row that was estimated is replaced by the one that was verified, not added to it."""
    early = (root / "data/specimens/draft2digital/2026-03-sales.csv").read_text("utf-8")
    (tmp_path / "sales-2026-04-01.csv").write_text(early)
    late = early.replace(",3.10,3.10,No", ",2.60,2.60,Yes")
    (tmp_path / "sales-2026-05-01.csv").write_text(late)
    values = loaded(tmp_path).conversions["value"].sum()
    assert 5.98 - 2.99 + 7.5 + 2.6 == pytest.approx(values)


def test_period_of_several_days_is_a_month(root: Path) -> None:
    """At Draft2Digital a row of one day is a day, a row of a month is a month."""
    table = specimen(root / "data" / "specimens" / "draft2digital").conversions
    assert ["month", "month", "day", "day"] == table["grain"].tolist()


def test_kobo_return_is_negative(root: Path) -> None:
    """A return is a row of its own, and two equal sales of one day are two."""
    rows = sold(specimen(root / "data" / "specimens" / "kobo"))
    assert ("2026-03-09", "day", "sale", -1, -3.49) in rows
    assert 2 == rows.count(("2026-03-02", "day", "sale", 1, 3.49))


@pytest.mark.parametrize("sign", ["-", ""])
def test_apple_return_is_negative_however_written(root: Path, tmp_path: Path, sign: str) -> None:
    """A row marked R takes units and money off, whichever sign it has in the file."""
    content = (root / "data/specimens/apple_books/86543210_0326_US.txt").read_text("utf-8")
    changed = content.replace("\t-1\t3.49\t-3.49\t", f"\t{sign}1\t3.49\t{sign}3.49\t")
    (tmp_path / "a.txt").write_text(changed)
    assert ("2026-03-09", "day", "sale", -1, -3.49) == sold(loaded(tmp_path))[-1]


def test_apple_summary_is_not_counted_again(root: Path) -> None:
    """The preamble is skipped and the countries' totals below the sales are set aside."""
    found = why(specimen(root / "data" / "specimens" / "apple_books"))
    below = "lines of the summary below the sales"
    assert (
        f"1 free copy (not a sale) (row 8); 2 {below} (rows 9, 10)" == found["86543210_0326_US.txt"]
    )
    assert f"3 {below} (rows 4, 5, 6)" == found["86543210_1225_EU.txt"]


def test_ingram_file_lies_about_its_type(root: Path) -> None:
    """A .xls of tab-separated Latin-1 is read; returns are negative; the year is not read."""
    rows = sold(specimen(root / "data" / "specimens" / "ingramspark"))
    assert [
        ("2026-03-01", "month", "sale", 5, 17.5),
        ("2026-04-01", "month", "sale", -2, -12.0),
        ("2026-04-01", "month", "sale", 1, 3.5),
        ("2026-05-31", "month", "sale", 3, 6.6),
    ] == sorted(rows)


def test_ingram_month_only_in_the_name(root: Path, tmp_path: Path) -> None:
    """Months are told apart by the name, a month downloaded twice counts once."""
    source = root / "data/specimens/ingramspark/sales_compUK_2026-05-31.xls"
    content = source.read_text("latin-1")
    for name in ("2026-05-30", "2026-05-31", "2026-06-30"):
        (tmp_path / f"sales_comp_{name}.xls").write_text(
            f"{content}\n\n" if "30" in name else content
        )
    (tmp_path / "sales_comp.xls").write_text(content + "\n")
    engagement = loaded(tmp_path)
    assert ["2026-05-31", "2026-06-30"] == [day for day, *_ in sold(engagement)]
    assert (
        "1 row of a file whose name does not say of which day it is (row 2)"
        == why(engagement)["sales_comp.xls"]
    )


def test_google_day_and_month_are_asked_for(tmp_path: Path) -> None:
    """Dates that may be read both ways are refused, and read as the user says."""
    row: Row = [
        "02/03/2026",
        "GPA-1",
        "",
        "Sale",
        "",
        "1",
        "9781234567880",
        "4,99",
        "DE",
        "EUR",
        "3,49",
    ]
    text(tmp_path / "g.csv", [GOOGLE, row], "\t", "utf-16")
    with pytest.raises(LoadError) as refusal:
        loaded(tmp_path)
    assert str(refusal.value) == (
        "'g.csv': the dates in column 'Transaction Date' may be day before month or "
        "month before day. Pass the order, dates='day first' or dates='month first'."
    )
    assert [("2026-03-02", "day", "sale", 1, 3.49)] == sold(loaded(tmp_path, "day first"))
    assert [("2026-02-03", "day", "sale", 1, 3.49)] == sold(loaded(tmp_path, "month first"))


def test_google_reports_state_a_sale_once(root: Path, tmp_path: Path) -> None:
    """Transactions and earnings have one number: a sale in both counts once, a refund too."""
    specimen = root / "data/specimens/google_play_books/GoogleSalesTransactionReport.csv"
    content = specimen.read_text("utf-16")
    (tmp_path / "GoogleSalesTransactionReport.csv").write_bytes(specimen.read_bytes())
    earned = content.replace(
        "Payment Currency\tPayment Amount", "Earnings Currency\tEarnings Amount"
    )
    (tmp_path / "GoogleEarningsReport.csv").write_text(earned, encoding="utf-16")
    engagement = loaded(tmp_path, "day first")
    assert [1, 2, -1] == engagement.conversions["quantity"].tolist()
    assert 6.98 == pytest.approx(engagement.conversions["value"].sum())


def test_google_summary_is_dated_by_its_name(root: Path, tmp_path: Path) -> None:
    """The summary is a month's total by its name, and is set aside if its name has none."""
    folder = root / "data/specimens/google_play_books"
    content = (folder / "GoogleSalesSummaryReport-2026-04-30.csv").read_bytes()
    for name in ("2026-04-30", "2026-03-31", "undated"):
        (tmp_path / f"GoogleSalesSummaryReport-{name}.csv").write_bytes(
            content + b"\n\0" * (name < "2026-04")
        )
    transactions = "GoogleSalesTransactionReport.csv"
    (tmp_path / transactions).write_bytes((folder / transactions).read_bytes())
    engagement = loaded(tmp_path, "day first")
    months = [
        (day, quantity) for day, grain, _, quantity, _ in sold(engagement) if grain == "month"
    ]
    assert [("2026-04-30", -1), ("2026-04-30", 4)] == sorted(months)
    found = why(engagement)
    march = "2 rows of days that a better file states (rows 2, 3)"
    assert march == found["GoogleSalesSummaryReport-2026-03-31.csv"]
    undated = "2 rows of a file whose name does not say of which day it is (rows 2, 3)"
    assert undated == found["GoogleSalesSummaryReport-undated.csv"]


# Shopify


def test_shopify_real_export(shared_data: Path) -> None:
    """The real export is 51 orders of 258 items for 590,683.29 in all, not 1,756,693."""
    engagement = loaded(shared_data / "exports" / "shopify")
    table = engagement.conversions
    assert (51, 258) == (len(table), table["quantity"].sum())
    assert 590_683.29 == pytest.approx(table["value"].sum())
    assert ["INR"] == table["currency"].unique().tolist()
    (line,) = engagement.receipt.to_dict("records")
    assert (121, 51, 70) == (line["read"], line["kept"], line["set_aside"])


def test_shopify_lines_are_one_order(tmp_path: Path) -> None:
    """Lines of one order are one sale: units added up, the total taken once, the rest said."""
    further: Row = ["#1001", "ben@example.org", "", "", "", "", "2026-03-02 10:00:00 +0100", "3"]
    text(tmp_path / "a.csv", [SHOPIFY, purchase("#1001", Total="39.96"), further])
    engagement = loaded(tmp_path)
    assert [("2026-03-02", "second", "sale", 4, 39.96)] == sold(engagement)
    expected = "1 further line of a record, counted with its first (row 3)"
    assert {"a.csv": expected} == why(engagement)
    moment = engagement.conversions["occurred_at"].iloc[0]
    assert pd.Timestamp("2026-03-02 09:00", tz="UTC") == moment


def test_shopify_orders_that_are_no_sales(tmp_path: Path) -> None:
    """Unpaid, cancelled, test and free orders are set aside, each with its reason."""
    rows = [
        purchase("#1", **{"Financial Status": "pending"}),
        purchase("#2", **{"Financial Status": "voided"}),
        purchase("#3", **{"Cancelled at": "2026-03-03 10:00:00 +0100"}),
        purchase("#4", **{"Payment Method": "(for testing) Bogus Gateway"}),
        purchase("#5", Total="0.00"),
        purchase("#6", **{"Discount Code": "SPRING"}),
    ]
    text(tmp_path / "a.csv", [SHOPIFY, *rows], encoding="utf-8-sig")
    engagement = loaded(tmp_path)
    assert ["shopify:6"] == engagement.conversions["conversion_id"].tolist()
    assert ["SPRING"] == engagement.conversions["code"].tolist()
    assert {
        "a.csv": "2 orders that are not paid (rows 2, 3); 1 cancelled order (row 4); "
        "1 test order (row 5); 1 order at no price (row 6)"
    } == why(engagement)


def test_shopify_refunds_take_money_and_units_back(tmp_path: Path) -> None:
    """A part refunded takes that part off; the whole refunded takes the units too."""
    part = purchase("#1", **{"Refunded Amount": "4.00", "Financial Status": "partially_refunded"})
    whole = purchase("#2", **{"Refunded Amount": "10.00", "Financial Status": "refunded"})
    text(tmp_path / "a.csv", [SHOPIFY, part, whole])
    found = sorted((row[3], row[4]) for row in sold(loaded(tmp_path)))
    assert [(-1, -10.0), (0, -4.0), (1, 10.0), (1, 10.0)] == found


def test_shopify_order_in_two_downloads_counts_once(tmp_path: Path) -> None:
    """The later download stands: an order that was refunded meanwhile is refunded."""
    text(tmp_path / "orders-2026-03-05.csv", [SHOPIFY, purchase("#1", Id="5001")])
    back = purchase("#1", Id="5001", **{"Refunded Amount": "10.00"})
    text(tmp_path / "orders-2026-04-05.csv", [SHOPIFY, back, purchase("#2", Id="5002")])
    found = sorted((row[3], row[4]) for row in sold(loaded(tmp_path)))
    assert [(-1, -10.0), (1, 10.0), (1, 10.0)] == found


def test_shopify_names_in_place_of_an_order_number_go_no_further(tmp_path: Path) -> None:
    """An order's number has a digit; a name that slipped into that column is no number."""
    text(tmp_path / "a.csv", [SHOPIFY, purchase("#1"), purchase("Zebulon")])
    engagement = loaded(tmp_path)
    assert ["shopify:1"] == engagement.conversions["conversion_id"].tolist()
    assert "Zebulon" not in engagement.conversions.to_csv() + engagement.receipt.to_csv()


# Stripe


def test_stripe_real_export(shared_data: Path) -> None:
    """Of 622 real payments 411 are renewals or may be: 195 first invoices and 16 without one."""
    engagement = loaded(shared_data / "exports" / "stripe")
    table = engagement.conversions
    assert 195 + 16 == len(table)
    assert ["EUR", "MXN", "USD"] == sorted(table["currency"].unique())
    reason = (
        "405 renewals (later invoices of the same customers) (rows 2, 3, 4, …); "
        "6 payments whose invoices a spreadsheet took for numbers ("
    )
    assert engagement.receipt["why"].iloc[0].startswith(reason)


def test_an_address_in_the_column_of_numbers_is_no_number(tmp_path: Path) -> None:
    """Where columns were shifted, what stands before an @ does not become a sale's number."""
    text(tmp_path / "a.csv", [STRIPE, charge("ada548@example.org"), charge("ch_1")])
    text(tmp_path / "b.csv", [SHOPIFY, purchase("ada548@example.org"), purchase("#1001-A")])
    engagement = loaded(tmp_path)
    assert ["stripe:ch_1", "shopify:1001-A"] == sorted(
        engagement.conversions["conversion_id"], reverse=True
    )
    assert "ada548" not in engagement.receipt.to_csv()


def test_stripe_counts_only_what_was_paid(tmp_path: Path) -> None:
    """Failed, uncaptured, test, empty and renewed payments are set aside, each with a reason."""
    rows = [
        charge("ch_1", Status="Failed"),
        charge("ch_2", Captured="false"),
        charge("ch_3", Mode="Test"),
        charge("ch_4", **{"Invoice Number": "AB12CD34-0002"}),
        charge("ch_5", Description="Subscription update"),
        charge("ch_6", Amount="0.00"),
        charge("ch_7", **{"Invoice Number": "4,086918E+03"}),
        charge("ch_8", Status="succeeded", **{"Invoice Number": "AB12CD34-0001"}),
        charge("ch_9", **{"Invoice Number": "2026-0042"}),
    ]
    text(tmp_path / "a.csv", [STRIPE, *rows])
    engagement = loaded(tmp_path)
    assert ["stripe:ch_8", "stripe:ch_9"] == engagement.conversions["conversion_id"].tolist()
    assert {
        "a.csv": "1 payment that was not completed (row 2); 1 payment that was not captured "
        "(row 3); 1 test payment (row 4); 2 renewals (later invoices of the same customers) "
        "(rows 5, 6); 1 payment of nothing (row 7); "
        "1 payment whose invoice a spreadsheet took for a number (row 8)"
    } == why(engagement)


def test_stripe_refunds_and_lost_disputes(tmp_path: Path) -> None:
    """A part refunded takes money off, the whole or a lost dispute the unit too; a won one none."""
    rows = [
        charge("ch_1", **{"Amount Refunded": "4.00"}),
        charge("ch_2", Status="Refunded", **{"Amount Refunded": "10.00"}),
        charge("ch_3", **{"Dispute Status": "lost", "Amount Refunded": "0.00"}),
        charge("ch_4", Amount="20.00", **{"Dispute Status": "won"}),
        charge("ch_5", **{"Dispute Status": "lost", "Amount Refunded": "10.00"}),
        charge("ch_6", **{"Dispute Status": "lost", "Amount Refunded": "4.00"}),
    ]
    text(tmp_path / "a.csv", [STRIPE, *rows])
    found = sorted((row[3], row[4]) for row in sold(loaded(tmp_path)))
    assert [(-1, -10.0)] * 4 + [(0, -4.0)] + [(1, 10.0)] * 5 + [(1, 20.0)] == found


def test_stripe_people_tags_and_currency(tmp_path: Path) -> None:
    """Who has an address joins newsletters, who has none is the customer; currencies are codes."""
    rows = [
        charge("ch_1", **{"Customer Email": "Ben@Example.org", "UTM Source": "letter"}),
        charge("ch_2"),
    ]
    text(tmp_path / "a.csv", [STRIPE, *rows])
    table = loaded(tmp_path).conversions
    assert ["email", "stripe"] == table["person_id"].str.partition(":")[0].tolist()
    assert ["EUR", "EUR"] == table["currency"].tolist()
    assert ["letter"] == table["utm_source"].dropna().tolist()


def test_stripe_old_header_and_decimal_commas(root: Path, tmp_path: Path) -> None:
    """The older header with ';' and decimal commas reads; without ids a copy counts once."""
    content = (root / "data/specimens/stripe/payments.csv").read_text("utf-8")
    (tmp_path / "payments.csv").write_text(content)
    (tmp_path / "payments-2026-01-01.csv").write_text(content + "\n")
    found = sold(loaded(tmp_path))
    assert [
        ("2025-03-02", "second", "sale", 1, 1440.0),
        ("2025-03-02", "second", "sale", 1, 9.5),
    ] == found


# Gumroad


def test_gumroad_partial_refund_and_gift(root: Path) -> None:
    """A partial refund takes its amount off; a gift is a sale whose buyer is unknown."""
    table = specimen(root / "data" / "specimens" / "gumroad").conversions.set_index("conversion_id")
    assert (20.0, -5.0) == (table["value"]["gumroad:b2=="], table["value"]["gumroad:b2==:returned"])
    assert 0 == table["quantity"]["gumroad:b2==:returned"]
    assert (1, True) == (
        table["quantity"]["gumroad:d4=="],
        pd.isna(table["person_id"]["gumroad:d4=="]),
    )


def test_gumroad_followers_are_sign_ups(root: Path) -> None:
    """Old and new files of the audience are sign-ups of people who may buy later."""
    table = specimen(root / "data" / "specimens" / "gumroad").conversions
    signups = table[table["kind"] == "signup"]
    assert 3 == len(signups)
    assert 1 == len(
        set(signups["person_id"]) & set(table.loc[table["kind"] == "sale", "person_id"])
    )


def test_headers_alone_are_recognised(shared_data: Path) -> None:
    """The real headers of Gumroad and Stripe, and KDP's transcribed sheets, are known."""
    folder = shared_data / "exports" / "_transcribed"
    found = [
        name
        for part in ("amazon_kdp", "gumroad", "stripe")
        for name in loaded(folder / part).receipt["format"]
    ]
    assert ["kdp.royalties", "kdp.kenp", "gumroad.sales", "stripe.payments"] == found
    assert 4 + 95 == loaded(folder / "amazon_kdp").conversions["quantity"].sum()
