import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from helpers import paths, privacy

KEY = bytes(range(32))


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty private folder that the project's key would lie in."""
    monkeypatch.setattr(paths, "private", lambda: tmp_path)
    return tmp_path


def test_person_id_is_hmac_sha256_cut_to_twenty_digits() -> None:
    """The known answer, made with openssl dgst -sha256 -mac HMAC."""
    assert "email:aaf2ca8ee596a1ffc721" == privacy.person_id("ada@example.org", "email", KEY)


@pytest.mark.parametrize("spelling", [" ADA@example.org", "Ada@Example.ORG\t", "ａda@example.org"])
def test_spellings_of_one_address_are_one_person(spelling: str) -> None:
    """Case, blanks around and compatibility forms of letters do not make another person."""
    expected = privacy.person_id("ada@example.org", "email", KEY)
    assert expected == privacy.person_id(spelling, "email", KEY)


def test_only_addresses_are_folded() -> None:
    """Account ids that differ in case are different people."""
    lower, upper = (privacy.person_id(name, "bluesky", KEY) for name in ("did:x", "DID:x"))
    assert lower != upper


def test_spaces_and_keys_keep_people_apart() -> None:
    """The same text in another space or under another key yields another hash."""
    hashes = {
        privacy.person_id("ada", space, key).partition(":")[2]
        for space in ("email", "bluesky")
        for key in (KEY, KEY[::-1])
    }
    assert 4 == len(hashes)


def test_series_is_hashed_like_its_values() -> None:
    """Each value gets its own hash, repeated ones the same, missing ones none."""
    people = pd.Series(["ada@example.org", None, "ADA@example.org", "ben@example.org"], dtype="str")
    ada, ben = (
        privacy.person_id(name, "email", KEY) for name in ("ada@example.org", "ben@example.org")
    )
    expected = pd.Series([ada, None, ada, ben], dtype="str")
    pd.testing.assert_series_equal(expected, privacy.person_ids(people, "email", KEY))


@pytest.mark.parametrize("key", [b"", b"fifteen bytes.."])
def test_short_key_is_refused(key: bytes) -> None:
    """A key that could be guessed is refused, with its length and what to do."""
    message = f"The key has {len(key)} bytes; it must have at least 16. Use privacy.project_key()."
    with pytest.raises(privacy.PrivacyError, match=f"^{re.escape(message)}$"):
        privacy.person_ids(pd.Series(["ada"]), "email", key)


def test_key_of_text_is_refused() -> None:
    """A password is no key."""
    message = "The key is of type 'str'; it must be bytes. Use privacy.project_key()."
    with pytest.raises(privacy.PrivacyError, match=f"^{re.escape(message)}$"):
        privacy.check_key("a password of many letters")  # type: ignore[arg-type]


def test_blank_identifier_is_refused() -> None:
    """Nobody is not a person."""
    message = "A blank identifier names nobody. Leave the person missing instead."
    with pytest.raises(privacy.PrivacyError, match=f"^{re.escape(message)}$"):
        privacy.person_id("  ", "email", KEY)


def test_project_key_is_made_once_for_its_owner(private: Path) -> None:
    """The first call makes 32 bytes that only the owner may read; the second reads them."""
    key = privacy.project_key()
    assert 32 == len(key)
    assert key == privacy.project_key()
    assert ["hash.key"] == os.listdir(private)  # noqa: PTH208
    assert 0o600 == stat.S_IMODE((private / "hash.key").stat().st_mode)


def test_processes_that_start_together_get_one_key(private: Path) -> None:
    """However many make the key at once, one key remains and nothing else."""
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: privacy.project_key(), range(64)))
    assert 1 == len(keys)
    assert ["hash.key"] == [path.name for path in private.iterdir()]


def test_second_of_two_keeps_the_first_key(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that saw no key just before another made one takes that one."""
    key = privacy.project_key()
    monkeypatch.setattr(Path, "exists", lambda _: False)
    assert key == privacy.project_key() == (private / "hash.key").read_bytes()


def test_cut_key_file_is_refused(private: Path) -> None:
    """A key file that was cut off is never used."""
    (private / "hash.key").write_bytes(b"short")
    message = (
        "hash.key holds 5 bytes; a key has at least 16. "
        "Put the right file back, or delete it for a new key and load every export again."
    )
    with pytest.raises(privacy.PrivacyError, match=f"^{re.escape(message)}$"):
        privacy.project_key()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("letters to ada.b+x@mail.example.org.csv", "letters to [e-mail]"),
        ("utm=ada%40example.org&x=1", "utm=[e-mail]&x=1"),
        ("<ada@example.org>, ben@example.org", "<[e-mail]>, [e-mail]"),
        ("Sales @ 2026", "Sales @ 2026"),
        ("https://ada:p@mail.example.org/x", "https://[e-mail]mail.example.org/x"),
        ("https://example.org/@ada", "https://example.org/@ada"),
    ],
)
def test_addresses_are_hidden(text: str, expected: str) -> None:
    """What looks like an e-mail address is hidden, in one text and in a series."""
    assert expected == privacy.redact(text)
    assert [expected] == privacy.redact_all(pd.Series([text], dtype="str")).tolist()
