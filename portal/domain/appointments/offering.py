"""What a provider offers: reasons, places, hours less what is off, and which of the times are free.

All of it comes in one statement for whoever chooses a time: a person (`offering_of`, `offerings_of`) or the office
(`office_offering_of`, `office_offerings_of`). Times are walked from it day by day, so that nobody expands more than is
looked at; what is taken comes as one row for each provider, read from the primary key of the claims alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from portal.domain.appointments import offering_rows, slots
from portal.domain.appointments.busy import Busy
from portal.domain.appointments.types import Hours, Off, PartOfDay, Reason, Slot, grain
from portal.domain.viewer import StaffViewer, Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing

#: So many days ahead the list of providers looks for a free time.
WEEK = 7
#: So far from the time that was missed others are looked for first.
_NEAR_DAYS = 10


class Place(NamedTuple):
    """Where a provider sees people."""

    id: int
    public_id: UUID
    name: str
    line1: str
    city: str


class Mine(NamedTuple):
    """A time that the person holds, or a visit of theirs that is not over. `reason`: outer id of its reason."""

    id: UUID
    state: str
    starts_at: datetime
    held_until: datetime | None
    provider_id: int
    reason: UUID


class Offering(NamedTuple):
    """A provider, and all that decides which times they offer.

    `chart_id`: the person's chart at the office (None where staff look). Times are offered from `book_ahead` from now
    on; a visit is moved or canceled here up to `notice` before it. `reasons`: in the order that the office made them.
    `taken`: from today on. `mine`: what the person holds or expects, at whatever office; empty where
    staff look.
    """

    provider_id: int
    public_id: UUID
    office_id: int
    chart_id: int | None
    given: str
    family: str
    credentials: str
    specialty: str
    office: str
    phone: str
    time_zone: str
    takes_requests: bool
    book_ahead: timedelta
    notice: timedelta
    reasons: list[Reason]
    places: dict[int, Place]
    hours: list[Hours]
    offs: list[Off]
    taken: Busy
    mine: list[Mine]

    @property
    def name(self) -> str:
        """Amara Fenwick-Osei, MD."""
        return f"{self.given} {self.family}, {self.credentials}"

    @property
    def zone(self) -> ZoneInfo:
        """In which its days and hours are meant."""
        return ZoneInfo(self.time_zone)

    @property
    def is_open(self) -> bool:
        """Whether requests are taken, and there is anything to choose."""
        return self.takes_requests and bool(self.reasons) and bool(self.hours)

    def reason(self, public_id: UUID | None) -> Reason | None:
        """A reason that the provider sees people for, by its outer id."""
        return next((one for one in self.reasons if one.public_id == public_id), None)

    def days(self, now: datetime) -> list[date]:
        """Those on which times are offered, from today on."""
        return slots.days(now.astimezone(self.zone).date(), slots.DAYS_AHEAD)


def free_times(
    offering: Offering,
    reason: Reason,
    days: Iterable[date],
    now: datetime,
    *,
    part: PartOfDay = PartOfDay.ANY,
    location_id: int | None = None,
) -> Iterator[Slot]:
    """Times on these days that can be asked for now, in order; walked as far as they are taken from the iterator."""
    since, zone = now + offering.book_ahead, offering.zone
    for day in days:
        there = slots.walk(offering.hours, offering.offs, day, zone, since)
        wanted = slots.within(there, part=part, location_id=location_id)
        yield from slots.free(wanted, offering.taken, reason.length, since=since)


def first_free(offering: Offering, now: datetime, within: int = slots.DAYS_AHEAD) -> Slot | None:
    """The first time within so many days, for the shortest of the provider's reasons."""
    shortest = min(offering.reasons, key=lambda one: sum(one.length), default=None)
    days = slots.days(now.astimezone(offering.zone).date(), within)
    return next(free_times(offering, shortest, days, now), None) if shortest else None


def nearest_free(offering: Offering, reason: Reason, to: datetime, now: datetime, most: int = 3) -> list[Slot]:
    """The few free times that are closest to a moment, for who came too late for it; in order."""
    day, there = to.astimezone(offering.zone).date(), offering.days(now)
    found: list[Slot] = []
    for away in range(_NEAR_DAYS + 1):
        if len(found) == most and _reaches(found, to) <= timedelta(days=away - 1, hours=-1):
            break  # whatever is on days so far away is farther than these, also where the clocks change
        beside = [one for one in there if abs((one - day).days) == away]
        found = slots.nearest([*found, *free_times(offering, reason, beside, now)], to, most)
    return found or list(_first(free_times(offering, reason, there, now), most))


def _reaches(found: list[Slot], to: datetime) -> timedelta:
    return max(abs(one.starts_at - to) for one in found)


def slot_at(offering: Offering, starts_at: datetime, minutes: int = 0) -> Slot | None:
    """The time that the rules give at that moment with room for so many minutes, whoever has it."""
    day, ends_at = starts_at.astimezone(offering.zone).date(), starts_at + timedelta(minutes=minutes)
    there = slots.expand(offering.hours, offering.offs, [day], offering.zone)
    return next((one for one in there if one.starts_at == starts_at and ends_at <= one.closes_at), None)


def _first(found: Iterator[Slot], most: int) -> Iterator[Slot]:
    return (slot for slot, _ in zip(found, range(most), strict=False))


def offering_of(viewer: Viewer, provider: UUID, now: datetime) -> Offering:
    """A provider of one of the person's offices, by the outer id.

    Raises:
        Missing: there is none, or at an office that the person is not connected to.
    """
    values = {**_span(now, slots.DAYS_AHEAD), "provider": provider, "person_id": viewer.person_id}
    return _only(_read(offering_rows.ONE_OF_PERSON, values))


def offerings_of(viewer: Viewer, now: datetime) -> list[Offering]:
    """The providers of the person's offices, by office and name; what is taken, for the next seven days alone."""
    return _read(offering_rows.ALL_OF_PERSON, {**_span(now, WEEK), "person_id": viewer.person_id})


def office_offering_of(viewer: StaffViewer, provider: UUID, now: datetime) -> Offering:
    """A provider of the viewer's office, for whoever books for others.

    Raises:
        Missing: there is none, or another office's.
    """
    values = {**_span(now, slots.DAYS_AHEAD), "provider": provider, "office_id": viewer.office_id}
    return _only(_read(offering_rows.ONE_OF_OFFICE, values))


def office_offerings_of(office_id: int, now: datetime) -> list[Offering]:
    """All providers of an office; what is taken, on all the days that times are offered."""
    return _read(offering_rows.ALL_OF_OFFICE, {**_span(now, slots.DAYS_AHEAD), "office_id": office_id})


def _span(now: datetime, how_many: int) -> dict[str, Any]:
    """From yesterday (in whatever zone that is) on, so many days and a day more."""
    first = grain(now - timedelta(hours=1))
    days = timedelta(days=how_many + 1)
    return {"now": now, "today": (now - timedelta(days=1)).date(), "first": first, "after": grain(now + days)}


def _only(found: list[Offering]) -> Offering:
    if not found:
        raise Missing
    return found[0]


def _read(statement: Any, values: dict[str, Any]) -> list[Offering]:
    by_kind: dict[tuple[str, int | None], list[offering_rows.OfferedRow]] = {}
    providers, mine, places = [], [], {}
    for row in database.read(offering_rows.OfferedRow, statement, **values):
        if row.kind == "provider":
            providers.append(row)
        elif row.kind == "mine":
            mine.append(Mine(row.uuid, row.s, row.at, row.until, row.provider_id, row.other_uuid))  # type: ignore[arg-type]
        elif row.kind == "place":
            places[row.a] = Place(row.a, row.uuid, row.s, row.t, row.u)  # type: ignore[arg-type]
        else:
            by_kind.setdefault((row.kind, row.provider_id), []).append(row)
    found = [_offering(row, by_kind, places, mine) for row in providers]
    return sorted(found, key=lambda one: (one.office, one.family, one.given, one.provider_id))


def _offering(
    row: Any, by_kind: dict[tuple[str, int | None], list[Any]], places: dict[int | None, Place], mine: list[Mine]
) -> Offering:
    reasons, hours, offs, claims, lapsed = (
        by_kind.get((kind, row.provider_id), []) for kind in ("reason", "hours", "off", "claims", "lapsed")
    )
    return Offering(
        row.provider_id,
        row.uuid,
        *(row.a, row.b),
        *(row.s, row.t, row.u, row.v),
        *(row.w, row.x, row.y),
        bool(row.c),
        timedelta(minutes=row.d),
        timedelta(hours=row.e),
        sorted((_reason(one) for one in reasons), key=lambda one: one.id),
        {place_id: places[place_id] for place_id in sorted({one.a for one in hours})},
        [Hours(one.a, one.b, one.c, one.d, one.e, one.f, one.g, one.h, one.day, one.last_day) for one in hours],
        [Off(one.day, one.last_day, one.a, one.b) for one in offs],
        _busy(claims).without(_busy(lapsed)).filled() if lapsed else _busy(claims).filled(),
        mine,
    )


def _busy(rows: list[Any]) -> Busy:
    return Busy.written(rows[0].s) if rows and rows[0].s else Busy()


def _reason(row: Any) -> Reason:
    return Reason(row.a, row.uuid, row.s, row.t, row.b, row.c, bool(row.d), bool(row.e))
