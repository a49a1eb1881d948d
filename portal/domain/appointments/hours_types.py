"""What an office reads and types about its hours."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from portal.domain.appointments.types import Hours, Off
from portal.domain.practices.rules import mark_of


class HoursFacts(NamedTuple):
    """A weekly rule as it is typed: one weekday (0 is Monday), minutes of the local day, from a day until another."""

    weekday: int
    location: UUID
    starts: int
    ends: int
    pause_starts: int | None
    pause_ends: int | None
    slot_minutes: int
    capacity: int
    from_day: date
    until_day: date | None

    @property
    def hours(self) -> Hours:
        """As slots.py walks it; where it is does not matter there."""
        return Hours(0, self.weekday, *self[2:])


class KeptHours(NamedTuple):
    """A weekly rule as it is stored."""

    id: UUID
    provider: str
    location_name: str
    facts: HoursFacts

    @property
    def mark(self) -> str:
        """What stands for the facts in a form that is open."""
        return mark_of(self.facts)


class KeptOff(NamedTuple):
    """Days off as they are stored; `is_holiday`: of the whole office."""

    id: UUID
    from_day: date
    until_day: date
    starts: int | None
    ends: int | None
    why: str | None
    is_holiday: bool

    @property
    def off(self) -> Off:
        """As slots.py walks it."""
        return Off(self.from_day, self.until_day, self.starts, self.ends)


class Beside(NamedTuple):
    """A visit that is agreed or asked for, and lies outside the hours as they are now; by the chart's number."""

    id: UUID
    chart: UUID
    number: str
    starts_at: datetime
    minutes: int
    state: str


class Week(NamedTuple):
    """All about one provider's hours. `beside`: what stays booked although the hours do not say so any more."""

    provider: UUID
    name: str
    rules: list[KeptHours]
    offs: list[KeptOff]
    beside: list[Beside]


class ProviderHours(NamedTuple):
    """A provider in the list: on how many weekdays they have hours now or later."""

    id: UUID
    name: str
    specialty: str
    takes_appointments: bool
    weekdays: int
