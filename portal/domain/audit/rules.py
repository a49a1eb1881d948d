"""The arithmetic of a chain (MODEL, Audit): pure, so that anybody can check it again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

START = b""
#: The events of lists of people; a new kind of list names itself here, so that verifying knows that it has subjects.
LISTS = frozenset(
    {
        "charts.searched",
        "charts.compared",
        "charts.imported",
        "appointments.queued",
        "appointments.scheduled",
        "appointments.waiting",
        "messaging.listed",
        "messaging.searched",
    }
)


class Entry(NamedTuple):
    """A link as it is stored. `at` aware, `hash` 32 bytes."""

    chain: str
    subject_id: int
    seq: int
    at: datetime
    actor_kind: str
    actor_id: int
    office_id: int | None
    event: str
    section: str
    about: UUID | None
    hash: bytes


def canonical(entry: Entry) -> bytes:
    """The bytes that are hashed: every column but the hash, as JSON with fixed order and UTC time."""
    at = entry.at.astimezone(UTC).isoformat(" ", "microseconds")
    about = entry.about.hex if entry.about else None
    return json.dumps([*entry[:3], at, *entry[4:9], about], separators=(",", ":")).encode()


def link(entry: Entry, before: bytes) -> Entry:
    """The entry with its hash: SHA-256 over the hash before it and its own canonical bytes."""
    return entry._replace(hash=sha256(before + canonical(entry)).digest())


def list_id(actor: tuple[str, int], at: datetime, subjects: Iterable[UUID]) -> UUID:
    """What stands in `about` of the link of a list: 122 bits of the SHA-256 over who looked, when, at whom.

    So the chain vouches for the table of subjects too.
    """
    told = json.dumps([*actor, at.astimezone(UTC).isoformat(" ", "microseconds"), sorted(one.hex for one in subjects)])
    return UUID(bytes=sha256(told.encode()).digest()[:16], version=4)


def is_list_as_written(entry: Entry, subjects: Iterable[UUID]) -> bool:
    """Whether those whom a list showed are the ones that its link vouches for. Any other link is none of a list."""
    return entry.event not in LISTS or entry.about == list_id((entry.actor_kind, entry.actor_id), entry.at, subjects)


def first_bad(entries: list[Entry]) -> int | None:
    """The number of the first link that does not follow from the one before, None when all do.

    `entries` is one whole chain as stored, ordered by `seq`.
    """
    before = START
    for place, entry in enumerate(entries, start=1):
        if entry.seq != place or link(entry, before).hash != entry.hash:
            return place
        before = entry.hash
    return None
