"""The blocklist of passwords that others try first (SECURITY A2; NIST SP 800-63B-4 3.1.1.2), as a set of short hashes.

It holds passwords of twelve characters and more only: shorter ones are refused for their length already, so a place
spent on them would keep nobody from anything. `portal/commands/common_passwords.py` makes the file, and says of what.

The file: 2^12 + 1 offsets of 4 bytes, then for each of the 2^12 buckets its entries of 3 bytes, in order. A password is
in it when the first 12 bits of its SHA-256 name a bucket that holds the next 24. Asking reads some 120 bytes of the
file; nothing stays in memory. One good password in half a million is taken for a common one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from struct import pack, unpack
from typing import NamedTuple

FILE = Path(__file__).with_name("common_passwords.bin")
LEAST = 12
_BUCKETS, _OFFSET, _ENTRY = 2**12, 4, 3


class _Place(NamedTuple):
    bucket: int
    entry: bytes


def is_common(password: str, file: Path = FILE) -> bool:
    """Whether a password, as a whole and in whatever capitals, is one of those that many people have."""
    place = _place(password)
    with file.open("rb", buffering=0) as table:
        table.seek(place.bucket * _OFFSET)
        begin, end = unpack(">2I", table.read(2 * _OFFSET))
        table.seek(begin)
        entries = table.read(end - begin)
    return place.entry in {entries[at : at + _ENTRY] for at in range(0, len(entries), _ENTRY)}


def packed(words: Iterable[str]) -> bytes:
    """The file of these passwords."""
    buckets: list[set[bytes]] = [set() for _ in range(_BUCKETS)]
    for word in words:
        place = _place(word)
        buckets[place.bucket].add(place.entry)
    at, offsets = (_BUCKETS + 1) * _OFFSET, []
    for bucket in buckets:
        offsets.append(at)
        at += len(bucket) * _ENTRY
    body = b"".join(entry for bucket in buckets for entry in sorted(bucket))
    return pack(f">{_BUCKETS + 1}I", *offsets, at) + body


def size(file: Path = FILE) -> int:
    """How many passwords there are in it."""
    return (file.stat().st_size - (_BUCKETS + 1) * _OFFSET) // _ENTRY


def plain(password: str) -> str:
    """The form in which passwords are compared here: one spelling of each letter (NFC), no capitals."""
    return unicodedata.normalize("NFC", password).casefold()


def _place(password: str) -> _Place:
    digest = sha256(plain(password).encode()).digest()
    whole = int.from_bytes(digest[:5]) >> 4
    return _Place(whole >> 24, (whole & 0xFFFFFF).to_bytes(_ENTRY))
