"""Hashing: many names under one key at once, by HMAC-SHA256 (RFC 2104)."""

import hashlib
import hmac

import duckdb
import pyarrow as pa

from helpers.sameness import MANY

PART = 50_000  # names that one thread hashes at a time
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
    hashed = _of_many if len(names) > MANY else _of_few
    return hashed(names.cast(pa.large_binary()), before, key, length)


def _of_few(names: pa.LargeBinaryArray, before: bytes, key: bytes, length: int) -> pa.Array:
    """Return hashes one by one; the key's part of the work, the same for all, is done once."""
    started, hashes = hmac.new(key, before, "sha256"), []
    for name in names.to_pylist():
        one = started.copy()
        one.update(name)
        hashes.append(one.hexdigest()[:length])
    return pa.array(hashes, pa.large_string())


def _of_many(names: pa.LargeBinaryArray, before: bytes, key: bytes, length: int) -> pa.Array:
    """Return the same hashes, while other threads of Python go on; nothing goes to the disk."""
    block = hashlib.sha256(key).digest() if len(key) > _BLOCK else key
    block = block.ljust(_BLOCK, b"\0")
    inner = bytes(byte ^ 0x36 for byte in block) + before
    given = {"inner": inner, "outer": bytes(byte ^ 0x5C for byte in block), "length": length}
    with duckdb.connect(config={"temp_directory": ""}) as database:
        parts = pa.table({"name": names}).to_batches(max_chunksize=PART)
        database.register("names", pa.Table.from_batches(parts))
        found = database.sql(_MANY, params=given).to_arrow_table()
    return found["digits"].cast(pa.large_string()).combine_chunks()
