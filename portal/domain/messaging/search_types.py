from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID


class Place(NamedTuple):
    """A message, as addresses and forms name it."""

    conversation: UUID
    number: int


class Hit(NamedTuple):
    """A message that a person looked for. `messages`: how many its conversation has."""

    public_id: UUID
    subject: str
    messages: int
    number: int
    at: datetime
    by_kind: str
    by_role: str
    name: str | None
    body: str
    with_name: str | None
    office_name: str

    @property
    def place(self) -> Place:
        """Which message it is."""
        return Place(self.public_id, self.number)


class OfficeHit(NamedTuple):
    """A message that the office looked for, and whose chart it is in."""

    public_id: UUID
    subject: str
    messages: int
    number: int
    at: datetime
    by_kind: str
    by_role: str
    name: str | None
    body: str
    with_name: str | None
    chart: UUID
    person_id: int | None
    given: str
    family: str
    birth_date: date

    @property
    def place(self) -> Place:
        """Which message it is."""
        return Place(self.public_id, self.number)
