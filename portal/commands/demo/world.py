"""What the files of the demonstration hand on to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from portal.domain.accounts.models import Account, Person, StaffMember
from portal.domain.practices.models import Location, Office, Provider
from portal.kernel import database

_SEED = 20260301


@dataclass
class Someone:
    """One of the forty. `offices` are keys of World.offices; `phone` is the one that the offices have on file."""

    person: Person
    account: Account | None
    family: str
    offices: str
    email: str
    phone: str
    age: int


@dataclass
class World:
    """What was made so far, by short names."""

    now: datetime
    password_hash: str
    random: Random = field(default_factory=lambda: Random(_SEED))  # noqa: S311 (the same every time is the point)
    offices: dict[str, Office] = field(default_factory=dict)
    locations: dict[str, list[Location]] = field(default_factory=dict)
    providers: dict[str, list[Provider]] = field(default_factory=dict)
    staff: dict[str, StaffMember] = field(default_factory=dict)
    people: list[Someone] = field(default_factory=list)

    def uuid(self) -> UUID:
        """The next id for a URL; the same every time."""
        return UUID(int=self.random.getrandbits(128), version=4)

    def birth_date(self, age: int) -> date:
        """Some day on which somebody of that age was born."""
        days = self.random.randrange(20, 340)
        return self.now.date() - timedelta(days=int(age * 365.25) + days)

    def keep(self, *rows: Any) -> None:
        """Add rows and give them their inner ids."""
        database.session().add_all(rows)
        database.session().flush()
