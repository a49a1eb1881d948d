from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

#: Minutes of a grain: claims are made of them, and every length and time is a multiple.
GRAIN = 5


class State(StrEnum):
    """What became of a visit: FHIR's AppointmentStatus, and what takes time but is no visit yet.

    `held`: somebody is choosing. `offered`: to somebody on the wait list.
    """

    HELD = "held"
    OFFERED = "offered"
    PENDING = "pending"
    PROPOSED = "proposed"
    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NO_SHOW = "noshow"


class PartOfDay(StrEnum):
    """When people want to come; noon is where the afternoon begins."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class Hours(NamedTuple):
    """A weekly rule as slots.py walks it (models.WeeklyHours)."""

    location_id: int
    weekday: int
    starts: int
    ends: int
    pause_starts: int | None
    pause_ends: int | None
    slot_minutes: int
    capacity: int
    from_day: date
    until_day: date | None


class Off(NamedTuple):
    """Days, or a part of each, without hours (models.TimeOff)."""

    from_day: date
    until_day: date
    starts: int | None
    ends: int | None


class Slot(NamedTuple):
    """A time that may be offered.

    `starts_at` and `closes_at` (no visit may last longer) are UTC; `day` and `minute` are what calendar and clock on
    the office's wall show.
    """

    starts_at: datetime
    closes_at: datetime
    day: date
    minute: int
    location_id: int
    capacity: int

    @property
    def part_of_day(self) -> PartOfDay:
        """Morning or afternoon."""
        return PartOfDay.MORNING if self.minute < 12 * 60 else PartOfDay.AFTERNOON


class Length(NamedTuple):
    """How long a visit takes, and what the provider needs after it; in minutes, multiples of GRAIN."""

    minutes: int
    buffer_minutes: int = 0

    def grains(self, starts_at: datetime) -> range:
        """The grains that a visit at this moment takes."""
        return grains(starts_at, self.minutes + self.buffer_minutes)


class Reason(NamedTuple):
    """What a visit may be for."""

    id: int
    public_id: UUID
    name: str
    name_es: str | None
    minutes: int
    buffer_minutes: int
    at_once: bool
    by_video: bool

    @property
    def length(self) -> Length:
        """How much time a visit for it takes."""
        return Length(self.minutes, self.buffer_minutes)

    def called(self, language: str) -> str:
        """Its name in a language where the office wrote it in that."""
        return self.name_es if language == "es" and self.name_es else self.name


class Taken(NamedTuple):
    """A grain of a provider in which a seat is taken."""

    provider_id: int
    grain: int
    seat: int


def grain(moment: datetime) -> int:
    """The number of the five minutes in which a moment lies, counted since 1970."""
    return int(moment.timestamp()) // (GRAIN * 60)


def grains(starts_at: datetime, minutes: int) -> range:
    """The grains of so many minutes from a moment on."""
    return range(grain(starts_at), grain(starts_at + timedelta(minutes=minutes) - timedelta(microseconds=1)) + 1)
