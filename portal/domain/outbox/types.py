from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID


class Addressee(NamedTuple):
    """Somebody who is told at an address (email) or number (E.164) that no account has, or has no longer.

    `language` and `zone` (IANA) as their notice is written.
    """

    address: str
    language: str
    zone: str


class Claimant(NamedTuple):
    """Somebody who only says who they are. Whether there is such a person, and where they are told, is looked up when
    the notice is delivered: so asking is the same for everybody. `claim`: what they said; sealed with the notice.
    """

    claim: Mapping[str, str]


class Leased(NamedTuple):
    """A row that this process alone may deliver, until `leased_until`. `crashes` counts this lease too."""

    id: int
    public_id: UUID
    message: str
    channel: str
    to_kind: str
    to_id: int
    about: UUID | None
    facts: dict[str, Any]
    attempts: int
    crashes: int
    queued_at: datetime
    lapses_at: datetime | None
    leased_until: datetime


class CalendarPart(NamedTuple):
    """What a mail tells a calendar (RFC 6047). `method`: REQUEST or CANCEL, as `text` (iCalendar) says too."""

    method: str
    text: str


class Brought(NamedTuple):
    """What a message says beside its own facts, looked up when it is delivered."""

    values: Mapping[str, Any]
    calendar: CalendarPart | None = None


class Written(NamedTuple):
    """A notice in words, as one channel carries it. A text and a call have neither `html` nor `calendar`."""

    to: str
    subject: str
    body: str
    html: str
    codes: tuple[str, ...] = ()
    calendar: CalendarPart | None = None


class Shown(NamedTuple):
    """A row of the demonstration outbox; words are empty until it was tried, and again when they are forgotten."""

    public_id: UUID
    channel: str
    message: str
    state: str
    queued_at: datetime
    settled_at: datetime | None
    problem: str | None
    words: Written


class Trouble(NamedTuple):
    """A notice that did not arrive, for the office it was sent for."""

    public_id: UUID
    message: str
    channel: str
    to_kind: str
    to_id: int
    state: str
    problem: str | None
    queued_at: datetime
    settled_at: datetime | None
