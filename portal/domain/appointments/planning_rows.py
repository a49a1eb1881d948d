"""The columns that the parts of the schedule's one statement share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Date, Integer, String, Uuid, cast, literal, null, select

from portal.kernel.database import Moment


class Row(NamedTuple):
    """A provider, a rule of hours, time off, a taken grain, a visit, or what somebody changed before theirs.

    `kind` says which; the columns of the others are empty.
    """

    kind: str
    provider_id: int | None
    public_id: UUID | None
    words: str | None
    location_id: int | None
    weekday: int | None
    starts: int | None
    ends: int | None
    pause_starts: int | None
    pause_ends: int | None
    slot_minutes: int | None
    capacity: int | None
    from_day: date | None
    until_day: date | None
    grain: int | None
    seat: int | None
    starts_at: datetime | None
    minutes: int | None
    state: str | None
    reason: str | None
    given: str | None
    family: str | None
    birth_date: date | None
    phone: str | None
    chart: UUID | None
    person_id: int | None
    version: int | None
    is_overbooked: bool | None
    leaves: bool | None
    checked_in_at: datetime | None
    arrived_at: datetime | None


_TYPES: dict[str, Any] = {
    **dict.fromkeys(("kind", "words", "state", "reason", "given", "family", "phone"), String()),
    **dict.fromkeys(("provider_id", "location_id", "grain", "person_id"), BigInteger()),
    **dict.fromkeys(("weekday", "starts", "ends", "pause_starts", "pause_ends", "slot_minutes"), Integer()),
    **dict.fromkeys(("capacity", "seat", "minutes", "version"), Integer()),
    **dict.fromkeys(("public_id", "chart"), Uuid()),
    **dict.fromkeys(("from_day", "until_day", "birth_date"), Date()),
    **dict.fromkeys(("starts_at", "checked_in_at", "arrived_at"), Moment()),
    **dict.fromkeys(("is_overbooked", "leaves"), Boolean()),
}


def part(kind: str, **filled: Any) -> Any:
    """The columns of `Row`; what is not filled is an empty value of its type (PostgreSQL wants to know)."""
    known = {"kind": literal(kind), **filled}
    return select(*(known.get(name, cast(null(), _TYPES[name])).label(name) for name in Row._fields))


def same(table: Any, *names: str) -> dict[str, Any]:
    """The columns of a table that are called as those of `Row` are."""
    return {name: getattr(table, name) for name in names}
