from pathlib import Path

import pytest

from exports import KEY, instagram, instagram_row
from helpers import load, privacy, receipts


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("many", "xxxx"),
        ("1.250", "1.250"),
        ("27/03/2026 06:08", "27/03/2026 06:08"),
        ("-3", "-3"),
        ("12 %", "12 %"),
        ("2026-13-45T06:08:00.000Z", "2026-13-45T06:08:00.000Z"),
        ("Zoë Ahn", "xxx xxx"),
        ("a.b@c.example", "x.x@x.xxxxxxx"),
        ("203.0.113.77", "999.9.999.99"),
        ("030 1234567", "999 9999999"),
        ("0171 234 56 78", "9999 999 99 99"),
        ("\u202e<b>\x00", "··x··"),
        ("y" * 300, "x" * 24),
    ],
)
def test_a_cell_is_shown_without_what_it_says(cell: str, expected: str) -> None:
    """Plain short numbers and dates stay; letters, addresses and long numbers are masked."""
    assert expected == privacy.look(cell)


def test_rows_at_fault_are_named_with_what_was_found(tmp_path: Path) -> None:
    """The receipt says which row and how its cell looks, and never quotes a name."""
    rows = [instagram_row(str(number), Views=views) for number, views in enumerate("7xyz")]
    engagement = load.load(instagram(tmp_path, *rows), key=KEY, timezone="UTC")
    expected = "3 rows whose 'Views' is not a whole number (rows 3 ‘x’, 4 ‘x’, 5 ‘x’)"
    assert [expected] == engagement.receipt["why"].tolist()


def test_a_receipt_is_read_by_people(tmp_path: Path) -> None:
    """Files of one kind and folder where all is well share a line; others have their own."""
    for month in ("June", "July"):
        instagram(tmp_path, instagram_row(month), name=f"{month}.csv")
    instagram(tmp_path, instagram_row("June"), instagram_row("June"), name="June (2).csv")
    instagram(tmp_path, instagram_row("3"), instagram_row("4", Views="x"), name="spoilt.csv")
    (tmp_path / "holiday.jpg").write_bytes(b"\x00\x01")
    receipt = load.load(tmp_path, key=KEY, timezone="UTC").receipt
    shown = receipts.readable(receipt)
    assert list(receipts.SHOWN) == list(shown.columns)
    expected = [
        ["3 files", "Instagram content (Meta Business Suite)", 4, 2, 2, "2 duplicates"],
        ["holiday.jpg", "unknown", 0, 0, 0, "no known format: not text"],
        [
            "spoilt.csv",
            "Instagram content (Meta Business Suite)",
            2,
            1,
            1,
            "1 row whose 'Views' is not a whole number (row 3 ‘x’)",
        ],
    ]
    assert expected == shown.to_numpy().tolist()
    assert receipt["read"].sum() == shown["rows read"].sum()
