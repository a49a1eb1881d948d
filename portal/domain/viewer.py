"""Who is looking: the first argument of every query and action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Role(StrEnum):
    """What somebody may be in an office; the operator stands above all offices."""

    FRONT_DESK = "front_desk"
    CLINICIAN = "clinician"
    BILLING = "billing"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"


class Actor(NamedTuple):
    """Who acts, as audit and receipts keep it: kind ("patient", "staff", "portal") and inner id."""

    kind: str
    id: int


class Head(NamedTuple):
    """The last link of an audit chain: its number and its hash (32 bytes); 0 and empty for a new chain."""

    seq: int
    hash: bytes

    @classmethod
    def of(cls, seq: int | None, hashed: bytes | None) -> Head:
        """From a row that joins it (audit.queries.with_head), where there may be none yet."""
        return cls(seq or 0, bytes(hashed or b""))


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person, and whose record they look at (their own, until records are shared)."""

    actor: Actor
    session_id: int
    person_id: int
    person_public_id: UUID
    name: str
    language: str
    time_zone: str
    brand: str | None
    chain: Head
    seen_at: datetime
    stepped_up_at: datetime
    palette: str | None = None

    @property
    def subject(self) -> tuple[str, int]:
        """The audit chain of the record that is looked at."""
        return ("person", self.person_id)


@dataclass(frozen=True, slots=True)
class StaffViewer:
    """A member of staff at work in one office, or the operator (office_id None)."""

    actor: Actor
    session_id: int
    name: str
    language: str
    role: Role
    office_id: int | None
    office_public_id: UUID | None
    office_name: str | None
    time_zone: str
    chain: Head
    seen_at: datetime
    stepped_up_at: datetime
    palette: str | None = None

    @property
    def subject(self) -> tuple[str, int]:
        """The audit chain of what this person does to nobody's record in particular."""
        return ("staff", self.actor.id)


Anybody = Viewer | StaffViewer
