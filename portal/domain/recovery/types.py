from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Channel(StrEnum):
    """How a code is sent."""

    EMAIL = "email"
    SMS = "sms"
    VOICE = "voice"


class NameClaim(NamedTuple):
    """Who somebody says they are, who forgot their username."""

    given: str
    family: str
    birth_date: date
    email: str


class Held(NamedTuple):
    """An account as it is compared with what somebody says; `username` as it was chosen."""

    account_id: int
    person_id: int
    username: str
    given: str
    family: str
    preferred: str | None
    email: str
    language: str
    time_zone: str


class Found(NamedTuple):
    """Whom a claim is about and where they are told: an email address or a number (E.164); `zone` an IANA name.

    `usernames` are those of `person_ids`, in the same order.
    """

    address: str
    language: str
    zone: str
    usernames: tuple[str, ...]
    person_ids: tuple[int, ...]
