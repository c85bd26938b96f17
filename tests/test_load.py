import logging
import os
import re
import shutil
import stat
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import exports
from exports import AUTHOR, KEY, answer, gumroad, instagram, instagram_row, post
from helpers import formats, load, privacy, tables
from helpers.readers import archives, sources
from helpers.schemas import SCHEMAS
from helpers.tables import Engagement

TITLES = "; ".join(form.title for form in formats.KNOWN)
TABLES = ("posts", "tallies", "responses", "conversions")
CANARIES = ("Zyzzyva", "qwertzuiop", "xylograph")


def everything(folder: Path) -> Path:
    """Write one small export of every kind into `folder`."""
    folder.mkdir(exist_ok=True)
    instagram(folder, instagram_row("1801", Views="1,250", Likes="5"))
    gumroad(folder, {"Fully Refunded?": "1"}, {"Purchase ID": "p2", "Recurring Charge?": "1"})
    exports.substack(folder / "export.zip", exports.SUBSTACK)
    answer(folder, {"feed": [{"post": post("1", likeCount=2)}, {"post": post("2", "did:x")}]})
    return folder


def loaded(source: Path) -> Engagement:
    """Load with what every export here needs."""
    return load.load(source, key=KEY, timezone="Europe/Berlin")


def assert_same(expected: Engagement, actual: Engagement, names: tuple[str, ...] = TABLES) -> None:
    """Compare the tables of two engagements."""
    for name in names:
        pd.testing.assert_frame_equal(getattr(expected, name), getattr(actual, name))


def lines(engagement: Engagement) -> dict[str, str]:
    """Return the receipt's reasons by file."""
    return dict(zip(engagement.receipt["file"], engagement.receipt["why"], strict=True))


def refusal(source: Path, **arguments: str) -> str:
    """Return the whole message with which a load is refused."""
    with pytest.raises(load.LoadError) as caught:
        load.load(source, key=KEY, **arguments)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return str(caught.value)


# The receipt


def test_receipt_accounts_for_every_record(tmp_path: Path) -> None:
    """A line a file, those in the archive included; read = kept + set aside; content hashed."""
    receipt = loaded(everything(tmp_path)).receipt
    assert (receipt["read"] == receipt["kept"] + receipt["set_aside"]).all()
    assert 10 == len(receipt) == receipt["sha256"].nunique()
    assert set(tables.RECEIPT_COLUMNS) < set(receipt.columns)
    lines = receipt.set_index("file")
    assert ("gumroad.sales", 3, 1, 2) == tuple(
        lines.loc["Sales.csv", ["format", "read", "kept", "set_aside"]]
    )
    assert (
        "post_id, timestamp, email, country" == lines["recognised"]["export.zip/posts/11.opens.csv"]
    )


@pytest.fixture(scope="module")
def samples(shared_data: Path) -> pd.DataFrame:
    """Return the receipt of every shared export, loaded together."""
    folder = shared_data / "exports"
    asked = {"timezone": "UTC", "currency": "USD", "dates": "month first"}
    return load.load(folder, key=KEY, **asked).receipt.set_index("file")


def test_all_real_samples_load_or_are_refused_for_a_reason(samples: pd.DataFrame) -> None:
    """Every shared export is of a known format, or stands there with the reason why not."""
    assert (samples["read"] == samples["kept"] + samples["set_aside"]).all()
    unknown = samples[samples["format"] == "unknown"]
    lexicons = [name for name in samples.index if name.startswith("bluesky/lexicons/")]
    followers = "mastodon_rest/test_account_followers__2_accounts_followers.json"
    assert sorted([*lexicons, followers]) == unknown.index.tolist()
    assert {"no known format"} == set(unknown.loc[lexicons, "why"])
    assert "empty" == unknown.loc[followers, "why"]
    silent = samples[(samples["kept"] == 0) & (samples["why"] == "")]
    assert [] == silent.index.tolist()


def test_every_platform_of_the_samples_is_read(samples: pd.DataFrame) -> None:
    """A folder of real exports of twenty platforms yields rows of all that hold any."""
    kept = samples[samples["kept"] > 0]["format"].str.partition(".")[0]
    expected = {
        *("beehiiv", "bluesky", "buttondown", "curated", "facebook_insights"),
        *("instagram_download", "kdp", "linkedin", "mailchimp", "mastodon", "meta"),
        *("shopify", "stripe", "substack", "x_analytics", "youtube"),
    }
    assert expected == set(kept)


def test_samples_alone_are_read_as_they_are_together(shared_data: Path) -> None:
    """A file that stands alone is of the same format as in the folder."""
    for file in sorted((shared_data / "exports" / "bluesky").glob("*.json")):
        (line,) = loaded(file).receipt.to_dict("records")
        assert "bluesky.answers" == line["format"]
        assert line["read"] == line["kept"] + line["set_aside"] > 0, file.name


def test_many_rows_are_named_by_the_first_three(tmp_path: Path) -> None:
    """A reason gives its count and the first rows, with an ellipsis if there are more."""
    rows = [{"Purchase ID": f"p{n}", "Recurring Charge?": "1"} for n in range(5)]
    expected = "5 recurring charges (rows 2, 3, 4, …); 1 row of totals (row 7)"
    assert expected == lines(loaded(gumroad(tmp_path, *rows)))["Sales.csv"]


def test_unknown_and_junk_files_have_their_line(tmp_path: Path) -> None:
    """What is not an export is listed with what it lacks; what systems leave is ignored."""
    everything(tmp_path)
    (tmp_path / ".DS_Store").write_bytes(b"\x00\x01")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    (tmp_path / "list.csv").write_text("a,b\n1,2\n")
    (tmp_path / "cut.json").write_text('{"feed": [')
    (tmp_path / "open.csv").write_text(exports.POSTS + '1.a,2026-01-01T00:00:00Z,true,,x,"y')
    engagement = loaded(tmp_path)
    receipt = engagement.receipt.set_index("file")
    assert {
        ".DS_Store": ("ignored", "left behind by an operating system"),
        "photo.jpg": ("unknown", "no known format: not text"),
        "list.csv": ("unknown", "no known format"),
        "cut.json": ("unknown", "not whole as JSON (cut off?); save it again"),
        "open.csv": (
            "substack.posts",
            "a quotation mark is never closed (cut off?); download it again",
        ),
    } == {
        file: (receipt["format"][file], receipt["why"][file])
        for file in (".DS_Store", "photo.jpg", "list.csv", "cut.json", "open.csv")
    }
    assert 0 == receipt.loc["photo.jpg", ["read", "kept", "set_aside"]].sum()


def test_addresses_in_file_names_are_hidden(tmp_path: Path) -> None:
    """A file named after its owner's address is listed without it, also in a refusal."""
    path = instagram(tmp_path, instagram_row("1"), name="ada@example.org 2026.csv")
    (tmp_path / "notes of ben@example.org").write_text("none")
    expected = ["[e-mail] 2026.csv", "notes of [e-mail]"]
    assert expected == loaded(tmp_path).receipt["file"].tolist()
    assert "'[e-mail] 2026.csv': the times" in refusal(path)


# Refusals


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there is named, and what to name instead."""
    expected = (
        "There is no folder 'nowhere'. Name the folder that holds your exports, or one export file."
    )
    assert expected == refusal(tmp_path / "nowhere")


def test_empty_folder(tmp_path: Path) -> None:
    """An empty folder is refused, with what to put there."""
    (tmp_path / "mine").mkdir()
    expected = "Folder 'mine' is empty. Put your exports there just as you downloaded them."
    assert expected == refusal(tmp_path / "mine")


def test_holiday_photos(tmp_path: Path) -> None:
    """A folder of photos is refused with how many files were looked at and what is needed."""
    for number in range(3):
        (tmp_path / f"IMG_{number}.jpg").write_bytes(b"\xff\xd8\xff\x00" + bytes([number]))
    (tmp_path / "Thumbs.db").write_bytes(b"\x00")
    expected = (
        f"Nothing to load in {tmp_path.name!r}: none of its 4 file(s) is an export. "
        f"Found: 'no known format: not text' (3 file(s)), "
        f"'left behind by an operating system' (1 file(s)). "
        f"Needed is at least one of: {TITLES}."
    )
    assert expected == refusal(tmp_path)


def test_times_without_a_zone_ask_for_one(tmp_path: Path) -> None:
    """The refusal names the file, the column, the argument and an example."""
    expected = (
        "'ig.csv': the times in column 'Publish time' name no time zone. "
        "Pass the zone that the account reports in, e.g. timezone='Europe/Paris'."
    )
    assert expected == refusal(instagram(tmp_path, instagram_row("1")))


def test_names_of_zones_and_currencies_are_checked(tmp_path: Path) -> None:
    """A zone or currency that does not exist is refused before anything is read."""
    path = instagram(tmp_path, instagram_row("1"))
    zone = (
        "timezone='Paris' is not the name of a time zone. "
        "Use a name such as 'Europe/Paris' or 'America/New_York'."
    )
    assert zone == refusal(path, timezone="Paris")
    money = (
        "currency='euro' is not the code of a currency. "
        "Use three capital letters such as 'EUR' or 'USD'."
    )
    assert money == refusal(path, currency="euro")


def test_short_key_is_refused(tmp_path: Path) -> None:
    """No file is read with a key that could be guessed."""
    message = "The key has 5 bytes; it must have at least 16. Use privacy.project_key()."
    with pytest.raises(privacy.PrivacyError, match=f"^{re.escape(message)}$"):
        load.load(tmp_path, key=b"short")


# Archives


def test_cut_archive_is_a_line_while_the_rest_loads(tmp_path: Path) -> None:
    """An archive cut off costs its own line only; alone it is refused."""
    everything(tmp_path)
    whole = (tmp_path / "export.zip").read_bytes()
    (tmp_path / "export.zip").write_bytes(whole[: len(whole) // 2])
    engagement = loaded(tmp_path)
    damage = "archive is damaged or cut off; download it again"
    assert damage == lines(engagement)["export.zip"]
    assert {"bluesky", "instagram"} == set(engagement.posts["platform"])
    assert f"Found: '{damage}' (1 file(s))." in refusal(tmp_path / "export.zip")


def test_damaged_member_is_a_line_while_the_rest_loads(tmp_path: Path) -> None:
    """One member that fails its checksum does not cost the others."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("posts.csv", exports.SUBSTACK["posts.csv"])
        archive.writestr("posts/11.opens.csv", exports.SUBSTACK["posts/11.opens.csv"])
    path.write_bytes(path.read_bytes().replace(b"Nowhere", b"Damaged"))
    engagement = loaded(path)
    expected = "damaged or cut off inside its archive"
    assert expected == lines(engagement)["export.zip/posts/11.opens.csv"]
    assert 2 == len(engagement.posts)


def _member(name: str, **fields: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    for field, value in fields.items():
        setattr(member, field, value)
    return member


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (_member("../posts.csv"), "unsafe name: it points outside its archive"),
        (_member("/posts.csv"), "unsafe name: it points outside its archive"),
        (_member("a\\..\\..\\posts.csv"), "unsafe name: it points outside its archive"),
        (_member("C:/posts.csv"), "unsafe name: it points outside its archive"),
        (
            _member("link", external_attr=(stat.S_IFLNK | 0o777) << 16),
            "symbolic link; not followed",
        ),
        (_member("__MACOSX/._posts.csv"), "left behind by an operating system"),
    ],
)
def test_unsafe_members_are_not_read(
    tmp_path: Path, member: zipfile.ZipInfo, expected: str
) -> None:
    """A member that points elsewhere is listed, not read; the others load."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("posts.csv", exports.SUBSTACK["posts.csv"])
        archive.writestr(member, exports.SUBSTACK["posts.csv"])
    engagement = loaded(path)
    assert [expected] == [why for why in lines(engagement).values() if "draft" not in why]
    assert 5 - 1 == engagement.receipt["read"].sum()


def test_encrypted_member_is_not_read(tmp_path: Path) -> None:
    """An encrypted member is listed with what to do."""
    path = exports.substack(tmp_path / "export.zip", exports.SUBSTACK)
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    path.write_bytes(content)
    assert "encrypted; unpack it with its password first" in lines(loaded(path)).values()


def test_archive_in_an_archive_is_not_opened(tmp_path: Path) -> None:
    """One level is opened; the next is listed with what to do."""
    inner = exports.substack(tmp_path / "inner.zip", exports.SUBSTACK)
    path = tmp_path / "outer.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "inner.zip")
    assert "archive inside an archive; unpack it first" in refusal(path)


@pytest.mark.parametrize(
    ("limit", "value", "expected"),
    [
        ("MOST_MEMBERS", 6, "archive of 7 files; at most 6 are opened"),
        ("MOST_BYTES", 1000, "at most 1,000 are opened"),
        ("MOST_SWELLING", 1, "archive unpacks to over 1 times its size; not opened"),
    ],
)
def test_bombs_are_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, expected: str
) -> None:
    """An archive that would swell beyond a limit is refused unopened."""
    monkeypatch.setattr(archives, "HARMLESS", 0)
    monkeypatch.setattr(archives, limit, value)
    members = {name: text * 9 for name, text in exports.SUBSTACK.items()}
    assert expected in refusal(exports.substack(tmp_path / "bomb.zip", members))


def test_limits_are_those_promised() -> None:
    """10,000 files, 16 GiB in all, 200 times its size, but 64 MiB in any case; 1 GiB a file."""
    limits = (archives.MOST_MEMBERS, archives.MOST_BYTES, archives.MOST_SWELLING, archives.HARMLESS)
    assert (10_000, 16 * 1024**3, 200, 64 * 1024**2) == limits
    assert 1024**3 == sources.MOST_BYTES


# Encodings and delimiters


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-16-be", ",")],
)
def test_encoding_and_delimiter_do_not_matter(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    """The same file in another encoding, delimited otherwise, yields the same tables."""
    plain = exports.SUBSTACK["posts.csv"].replace("first-words", "wörter")
    (tmp_path / "a.csv").write_text(plain)
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    (tmp_path / "b.csv").write_bytes((mark + plain.replace(",", delimiter)).encode(encoding))
    assert_same(loaded(tmp_path / "a.csv"), loaded(tmp_path / "b.csv"))


def test_two_encodings_in_one_file(tmp_path: Path) -> None:
    """A line that is no UTF-8 is read as Latin-1, and the other lines stay what they are."""
    head = exports.SUBSCRIBERS.encode()
    date = ",true,,false,2026-01-01T00:00:00Z,\n"
    (tmp_path / "a.csv").write_bytes(
        head + f"ö1@example.org{date}".encode() + f"ö2@example.org{date}".encode("latin-1")
    )
    people = loaded(tmp_path / "a.csv").conversions["person_id"]
    expected = {privacy.person_id(f"ö{n}@example.org", "email", KEY) for n in (1, 2)}
    assert expected == set(people)


def test_lines_above_the_header_and_blank_ones_are_no_rows(tmp_path: Path) -> None:
    """Preamble and blank lines are not read, and rows keep their number in the file."""
    path = tmp_path / "posts.csv"
    text = exports.SUBSTACK["posts.csv"].replace("\n12.", "\n\n12.").replace("\n", "\r\n")
    path.write_bytes(("Exported for you\r\n\r\n" + text + "\r\n\r\n").encode())
    engagement = loaded(path)
    assert 4 == engagement.receipt["read"].sum()
    assert "1 draft (row 7); 1 page, not a post (row 8)" == lines(engagement)["posts.csv"]


def test_long_ids_survive(tmp_path: Path) -> None:
    """Nineteen digits stay nineteen digits and zeros in front stay, next to a blank as well."""
    for names in (["2074000000000000001", ""], ["2074000000000000001", "0012"]):
        rows = [instagram_row(name, Views="1") for name in names]
        ids = loaded(instagram(tmp_path, *rows)).posts["post_id"]
        assert {f"instagram:{name}" for name in names if name} == set(ids)


# Many files


def test_order_and_names_of_files_do_not_matter(tmp_path: Path) -> None:
    """The same files under other names, in another order, yield the same tables."""
    first = everything(tmp_path / "first")
    second = tmp_path / "second"
    for number, path in enumerate(sorted(first.iterdir(), reverse=True)):
        (second / str(number)).mkdir(parents=True)
        shutil.copy2(path, second / str(number) / f"{number}{path.suffix}")
    assert_same(loaded(first), loaded(second))


def test_loading_twice_yields_the_same(tmp_path: Path) -> None:
    """The second load is the first, receipt included."""
    folder = everything(tmp_path)
    once, again = loaded(folder), loaded(folder)
    assert_same(once, again, (*SCHEMAS, "receipt"))


def test_same_exports_twice_add_nothing(tmp_path: Path) -> None:
    """Copies change no table: each of their records is set aside as a duplicate."""
    folder = everything(tmp_path)
    once = loaded(folder)
    shutil.copytree(folder, folder / "copy")
    twice = loaded(folder)
    assert_same(once, twice)
    assert once.receipt["kept"].sum() == twice.receipt["kept"].sum()
    assert 2 * once.receipt["read"].sum() == twice.receipt["read"].sum()


@pytest.mark.parametrize("newest", ["a.csv", "b.csv"])
def test_latest_export_stands(tmp_path: Path, newest: str) -> None:
    """Of two totals for one post the later export's stands; what only one has is kept."""
    older = {"a.csv": "b.csv", "b.csv": "a.csv"}[newest]
    rows = [instagram_row("1", Likes="9", Saves="2"), instagram_row("2", Likes="1")]
    instagram(tmp_path, *rows, name=older)
    instagram(tmp_path, instagram_row("1", Likes="8"), instagram_row("3"), name=newest)
    os.utime(tmp_path / older, (1_000_000_000, 1_000_000_000))
    os.utime(tmp_path / newest, (1_100_000_000, 1_100_000_000))
    engagement = loaded(tmp_path)
    first = engagement.tallies[engagement.tallies["post_id"] == "instagram:1"]
    assert {"like": 8, "save": 2} == dict(zip(first["kind"], first["count"], strict=True))
    assert {"": 2} == engagement.receipt["why"].value_counts().to_dict()


def test_superseded_rows_are_counted(tmp_path: Path) -> None:
    """A row of which nothing stands is set aside; dates in names come before file dates."""
    earlier = instagram(tmp_path, instagram_row("1", Likes="7"), name="2026-04-01_2026-04-30.csv")
    instagram(tmp_path, instagram_row("1", Likes="9"), name="Apr-01-2026_May-02-2026_1.csv")
    os.utime(earlier, (2_000_000_000, 2_000_000_000))
    engagement = loaded(tmp_path)
    assert [9] == engagement.tallies["count"].tolist()
    assert {
        "2026-04-01_2026-04-30.csv": "1 row superseded by a later export (row 2)",
        "Apr-01-2026_May-02-2026_1.csv": "",
    } == lines(engagement)


def test_overlapping_lists_of_acts_are_joined(tmp_path: Path) -> None:
    """Deliveries in two exports count once, those in one of them too."""
    line = "11,2026-01-15T10:00:0{}.000Z,{}@example.org,newsletter,everyone,false\n"
    (tmp_path / "a.csv").write_text(
        exports.DELIVERS + line.format(1, "ada") + line.format(1, "ben")
    )
    (tmp_path / "b.csv").write_text(
        exports.DELIVERS + line.format(1, "ben") + line.format(2, "eve")
    )
    engagement = loaded(tmp_path)
    assert 3 == len(engagement.responses)
    assert [("delivery", "people", 3)] == list(
        engagement.tallies[["kind", "unit", "count"]].itertuples(index=False, name=None)
    )
    assert [1, 0] == sorted(engagement.receipt["set_aside"], reverse=True)


def test_latest_export_says_whether_a_sale_was_returned(tmp_path: Path) -> None:
    """A dispute that was won later undoes the return that the earlier export had."""
    earlier = gumroad(tmp_path, {"Disputed?": "1"}, name="Sales 2026-03-01.csv")
    later = {"Disputed?": "1", "Dispute Won?": "1"}
    gumroad(tmp_path, later, name="Sales 2026-04-01.csv")
    assert [1] == loaded(tmp_path).conversions["quantity"].tolist()
    assert [1, -1] == loaded(earlier).conversions["quantity"].tolist()


def test_same_reader_is_matched_across_platforms(tmp_path: Path) -> None:
    """Whoever opened a newsletter and bought under the same address is one person."""
    engagement = loaded(everything(tmp_path))
    opened = engagement.responses.query("kind == 'open'")["person_id"].unique()
    assert opened.tolist() == engagement.conversions.query("kind == 'sale'")["person_id"].unique()


def test_written_tables_are_read_as_they_are(tmp_path: Path) -> None:
    """A folder that holds tables already is not searched for exports."""
    once = loaded(everything(tmp_path / "exports"))
    once.write(tmp_path / "tables")
    assert_same(once, load.load(tmp_path / "tables", key=KEY), (*SCHEMAS, "receipt"))


# Privacy


def personal(folder: Path) -> Path:
    """Write exports with a name, an address and a text in every cell that may hold one."""
    name, word, slug = CANARIES
    address = f"{name}.{word}@example.org"
    folder.mkdir(exist_ok=True)
    instagram(
        folder,
        instagram_row("1", Description=f"{name} {word}", **{"Account name": name, "Likes": "1"}),
        instagram_row("2", Likes=f"{name}"),
        instagram_row(f"{name} {word}"),
        instagram_row("3", address),
        name=f"{address}.csv",
    )
    gumroad(
        folder,
        {
            "Buyer Name": name,
            "Purchase Email": address,
            "Item Name": word,
            "Referrer": f"https://{slug}@example.org/{word}?to={address}",
            "UTM Term": address,
        },
        {"Purchase ID": f"{name} {word}", "Quantity": word},
        {"Purchase ID": word},
    )
    members = {
        "posts.csv": f"{exports.POSTS}11.{slug},2026-01-15T10:00:00Z,true,,x,all,{name},{word},\n"
        f"{slug},{name},true,,x,all,,,\n",
        f"posts/11.{slug}.html": f"<p>{name}</p>",
        "posts/11.delivers.csv": f"{exports.DELIVERS}11,2026-01-15T10:00:00Z,{address},x,x,x\n",
        "posts/11.opens.csv": f"{exports.OPENS}11,{word},{address},{name},{name}\n",
        "email_list.x.csv": f"{exports.SUBSCRIBERS}{address},true,,false,2026-01-15T10:00:00Z,\n",
    }
    exports.substack(folder / "export.zip", members)
    written = post("1", text=f"{name} {word}", labels=[name])
    reply = post("2", f"did:plc:{word}", f"{name} {word}")
    answer(folder, {"post": written, "$type": "x", "replies": [{"post": reply}]})
    answer(folder, {"likes": [{"actor": {"did": name, "handle": word}}, word]}, "odd.json")
    (folder / "notes.csv").write_text(f"{name},{word}\n{address},{slug}\n")
    return folder


def test_no_name_address_or_text_goes_further(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Planted names, addresses and texts are in no table, receipt, log or output."""
    with caplog.at_level(logging.DEBUG):
        engagement = loaded(personal(tmp_path))
    seen = "".join(getattr(engagement, name).to_csv() for name in (*SCHEMAS, "receipt"))
    seen += caplog.text + "".join(capfd.readouterr()) + repr(engagement)
    assert 4 <= len(engagement.receipt.query("kept > 0"))
    assert [] == [word for word in CANARIES if word.casefold() in seen.casefold()]
    assert {"bluesky", "email"} == {
        person.partition(":")[0]
        for person in (*engagement.responses["person_id"], *engagement.conversions["person_id"])
    }
    assert AUTHOR not in seen


@pytest.mark.parametrize("file", ["address", "folder"])
def test_no_refusal_quotes_what_is_personal(tmp_path: Path, file: str) -> None:
    """Planted texts are in no message, nor in what an exception drags along."""
    name, word, _ = CANARIES
    folder = tmp_path / f"{name}.{word}@example.org"
    personal(folder)
    if file == "folder":
        for path in folder.iterdir():
            path.write_text(f"{name} {word}\n" * 9)
    message = refusal(folder)
    assert [] == [text for text in CANARIES if text in message]
