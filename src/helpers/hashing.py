"""Hashing: many names under one key at once, by HMAC-SHA256 (RFC 2104)."""

import hashlib

import duckdb
import pyarrow as pa

from helpers.sameness import MANY

_BLOCK = 64  # bytes that SHA-256 takes in at a time
_MANY = "SELECT left(sha256($outer || unhex(sha256($inner || name))), $length) AS digits FROM names"


def keyed(names: pa.LargeStringArray, before: bytes, key: bytes, length: int) -> pa.Array:
    """Return the first hexadecimal digits of each name's keyed hash.

    Parameters
    ----------
    names : pyarrow.LargeStringArray
        What is hashed, in UTF-8.
    before : bytes
        What is put before each name.
    key : bytes
        The secret.
    length : int
        How many digits of 64 are kept.
    """
    block = hashlib.sha256(key).digest() if len(key) > _BLOCK else key
    block = block.ljust(_BLOCK, b"\0")
    inner = bytes(byte ^ 0x36 for byte in block) + before
    outer = bytes(byte ^ 0x5C for byte in block)
    hashed = _of_many if len(names) > MANY else _of_few
    return hashed(names.cast(pa.large_binary()), inner, outer, length)


def _of_few(names: pa.LargeBinaryArray, inner: bytes, outer: bytes, length: int) -> pa.Array:
    """Return hashes one by one; the key's part of the work, the same for all, is done once."""
    inside, outside = hashlib.sha256(inner), hashlib.sha256(outer)
    hashes = []
    for name in names.to_pylist():
        one, other = inside.copy(), outside.copy()
        one.update(name)
        other.update(one.digest())
        hashes.append(other.hexdigest()[:length])
    return pa.array(hashes, pa.large_string())


def _of_many(names: pa.LargeBinaryArray, inner: bytes, outer: bytes, length: int) -> pa.Array:
    """Return the same hashes, while other threads of Python go on; nothing goes to the disk."""
    given = {"inner": inner, "outer": outer, "length": length}
    with duckdb.connect(config={"temp_directory": ""}) as database:
        database.register("names", pa.table({"name": names}))
        found = database.sql(_MANY, params=given).to_arrow_table()
    return found["digits"].cast(pa.large_string()).combine_chunks()
