"""Keyed hashes of people: the only form in which a person enters a table.

A *space* is the kind of identifier that was hashed (`email`, `bluesky`, …);
hashes of different spaces can never be matched. The *key* is the project's own
secret: without it nobody can hash a list of addresses and look for them here.
"""

import contextlib
import hashlib
import os
import re
import secrets
import unicodedata
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers import hashing, paths

KEY_FILE = "hash.key"
KEY_BYTES = 32
SHORTEST_KEY = 16
HASH_LENGTH = 20
_BLANKS = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"  # what str.strip takes away
_SIGN = r"[^\s@<>,;:'\"()\[\]{}/\\|=&?%]"
_LOGIN = r"(?<=//)[^\s/@]*@"
EMAIL = rf"{_LOGIN}|(?<!{_SIGN}){_SIGN}++(?:@|%40){_SIGN}+\.{_SIGN}+"  # in time linear in the text
HIDDEN = "[e-mail]"
LONGEST_LOOK = 24
_PLAIN = " .,:;/%+-_()'$€£¥#@&=?!*"
_FIGURES = r"-?\d[\d.,:/ %-]*"
_INSTANT = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
_PERSONAL = r"\d{7}|\d+\.\d+\.\d+\.\d+|(?:\d[ -]?){9}"


class PrivacyError(ValueError):
    """A key or an identifier that cannot hide anybody."""


def redact(text: str) -> str:
    """Return `text` with everything that looks like an e-mail address hidden."""
    return re.sub(EMAIL, HIDDEN, text)


def redact_all(texts: pd.Series) -> pd.Series:
    """Return a series of texts with everything that looks like an e-mail address hidden."""
    return texts.str.replace(EMAIL, HIDDEN, regex=True)


def look(text: str) -> str:
    """Return how a cell looks without what it says: letters as x, digits as 9.

    A short number or date is shown as it is: what may be an address of a computer, a
    telephone or an account is not.
    """
    text = " ".join(text.split())[:LONGEST_LOOK]
    is_plain = re.fullmatch(_FIGURES, text) and not re.search(_PERSONAL, text)
    if is_plain or re.fullmatch(_INSTANT, text):
        return text
    return "".join(_mask(sign) for sign in text)


def _mask(sign: str) -> str:
    if sign.isalpha():
        return "x"
    if sign.isdigit():
        return "9"
    return sign if sign in _PLAIN else "·"


def check_key(key: bytes) -> None:
    """Refuse a key that could be guessed.

    Raises
    ------
    PrivacyError
        If the key is not bytes or has fewer than 16 of them.
    """
    if not isinstance(key, bytes):
        raise PrivacyError(
            f"The key is of type {type(key).__name__!r}; it must be bytes. "
            f"Use privacy.project_key()."
        )
    if len(key) < SHORTEST_KEY:
        raise PrivacyError(
            f"The key has {len(key)} bytes; it must have at least {SHORTEST_KEY}. "
            f"Use privacy.project_key()."
        )


def normalise(identifier: str, space: str) -> str:
    """Return the one spelling of an identifier that is hashed.

    E-mail addresses are folded (NFKC, lower case, no blanks around); identifiers of
    other spaces only lose the blanks around them.
    """
    if space == "email":
        return unicodedata.normalize("NFKC", identifier).lower().strip()
    return identifier.strip()


def person_id(identifier: str, space: str, key: bytes) -> str:
    """Return the keyed hash of one person.

    Parameters
    ----------
    identifier : str
        What the export calls the person: an e-mail address, an account's id.
    space : str
        The kind of identifier, lower-case letters; it becomes the prefix.
    key : bytes
        The project's secret, at least 16 bytes (see `project_key`).

    Returns
    -------
    str
        `"<space>:"` and the first 20 hex digits of HMAC-SHA256 (RFC 2104).

    Raises
    ------
    PrivacyError
        If the key is too short or the identifier is blank.
    """
    return str(person_ids(pd.Series([identifier], dtype="str"), space, key).iloc[0])


def person_ids(identifiers: pd.Series, space: str, key: bytes) -> pd.Series:
    """Return the keyed hash of each person; missing stays missing.

    Each distinct identifier is hashed once. See `person_id` for the rest.
    """
    check_key(key)
    found = pa.table([identifiers], [space])[0].cast(pa.large_string())
    found = found.combine_chunks().dictionary_encode()
    spelt = _spelt(found.dictionary, space)
    if pc.any(pc.equal(spelt, "")).as_py():
        raise PrivacyError("A blank identifier names nobody. Leave the person missing instead.")
    hashes = _hashed(spelt, space, key).take(found.indices)
    return pd.Series(pd.array(hashes, dtype="str"), index=identifiers.index)


def _spelt(names: pa.LargeStringArray, space: str) -> pa.LargeStringArray:
    """Return the one spelling of each identifier: of plain letters all at once."""
    if pc.all(pc.string_is_ascii(names)).as_py():
        folded = pc.ascii_lower(names) if space == "email" else names
        return pc.ascii_trim(folded, _BLANKS)
    spelt = [normalise(name, space) for name in names.to_pylist()]
    return pa.array(spelt, pa.large_string())


def _hashed(names: pa.LargeStringArray, space: str, key: bytes) -> pa.LargeStringArray:
    """Return the keyed hash of each name, with its space before it."""
    prefix = f"{space}:"
    digits = hashing.keyed(names, prefix.encode(), key, HASH_LENGTH)
    first, nothing = (pa.scalar(text, pa.large_string()) for text in (prefix, ""))
    return pc.binary_join_element_wise(first, digits, nothing)


def digest(text: str) -> str:
    """Return 16 hex digits of the SHA-256 of what need not be secret: a public address."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def project_key() -> bytes:
    """Return the project's key, making it on first use.

    The key is 32 random bytes in `data/private/hash.key`, readable by its owner only.
    Two processes that start together get the same key. Lose the file and people
    loaded from then on no longer match those loaded before.

    Raises
    ------
    PrivacyError
        If the file holds fewer than 16 bytes.
    """
    path = paths.private() / KEY_FILE
    if not path.exists():
        _create(path)
    key = path.read_bytes()
    if len(key) < SHORTEST_KEY:
        raise PrivacyError(
            f"{KEY_FILE} holds {len(key)} bytes; a key has at least {SHORTEST_KEY}. "
            f"Put the right file back, or delete it for a new key and load every export again."
        )
    return key


def _create(path: Path) -> None:
    """Put a new key at `path` unless another process was first; never a part of one."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(os.urandom(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
