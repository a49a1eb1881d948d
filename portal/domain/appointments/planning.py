"""The times of an office's providers on some days, in one statement: who sees people when, and what is taken of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    Date,
    Uuid,
    bindparam,
    exists,
    or_,
    union_all,
)

from portal.domain.appointments.busy import Busy
from portal.domain.appointments.check_in_models import CheckInStep
from portal.domain.appointments.models import Appointment, Claim, TimeOff, VisitReason, WeeklyHours
from portal.domain.appointments.planning_rows import Row, part, same
from portal.domain.appointments.types import Hours, Off, State, grain
from portal.domain.audit.actions import record_list, record_list_apart
from portal.domain.charts.models import Chart
from portal.domain.practices.models import Location, Provider
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.database import Moment
from portal.kernel.refusal import Missing


class Working(NamedTuple):
    """A provider of the office. `id` is the inner one."""

    id: int
    public_id: UUID
    name: str


class DayOff(NamedTuple):
    """Time off of a provider, or (None) of the office; `why` is for staff."""

    provider_id: int | None
    off: Off
    why: str | None


class Planned(NamedTuple):
    """A visit in the plan; one that somebody only holds has no name yet."""

    provider_id: int
    public_id: UUID
    starts_at: datetime
    minutes: int
    state: str
    reason: str
    given: str
    family: str
    birth_date: date
    phone: str | None
    chart: UUID
    person_id: int | None
    version: int
    is_overbooked: bool
    leaves: bool
    checked_in_at: datetime | None
    arrived_at: datetime | None
    location: str

    @property
    def is_held(self) -> bool:
        """Whether somebody is choosing it just now."""
        return self.state == State.HELD

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def name(self) -> str:
        """Oakhurst, Maribel."""
        return f"{self.family}, {self.given}"


class Plan(NamedTuple):
    """What one statement brings. Hours and what is taken by the provider's inner id; visits in order of time;
    `changed` by visit: what its person changed since the last one (phone, address, insurance), and when."""

    zone: ZoneInfo
    providers: list[Working]
    hours: dict[int, list[Hours]]
    locations: dict[int, str]
    days_off: list[DayOff]
    taken: dict[int, Busy]
    visits: list[Planned]
    changed: dict[UUID, list[tuple[str, datetime]]]

    def offs(self, provider_id: int) -> list[Off]:
        """When that provider is off, or the office closed."""
        return [one.off for one in self.days_off if one.provider_id in (None, provider_id)]

    def provider(self, public_id: UUID) -> Working:
        """One of the providers.

        Raises:
            Missing: this office has none of that id.
        """
        for one in self.providers:
            if one.public_id == public_id:
                return one
        raise Missing


_OFFICE: BindParameter[int] = bindparam("office_id", type_=BigInteger())
#: The provider asked for, unless everybody is.
_WHOSE = bindparam("provider", type_=Uuid())
_EVERYBODY = bindparam("everybody", type_=Boolean())
_FIRST, _LAST = bindparam("first", type_=Date()), bindparam("last", type_=Date())
#: Who was taken off stands there as long as somebody expects to be seen by them.
_HAS_VISITS = exists().where(
    Appointment.office_id == _OFFICE,
    Appointment.provider_id == Provider.id,
    Appointment.starts_at >= bindparam("since", type_=Moment()),
    Appointment.starts_at < bindparam("before", type_=Moment()),
    Appointment.state != State.CANCELLED,
)
_PROVIDERS = part(
    "provider", provider_id=Provider.id, public_id=Provider.public_id, words=Provider.family + ", " + Provider.given
).where(Provider.office_id == _OFFICE, or_(Provider.ended_at.is_(None), _HAS_VISITS))
_HOURS = (
    part(
        "hours",
        words=Location.name,
        **same(WeeklyHours, "provider_id", "location_id", "weekday", "starts", "ends", "pause_starts", "pause_ends"),
        **same(WeeklyHours, "slot_minutes", "capacity", "from_day", "until_day"),
    )
    .join_from(WeeklyHours, Location, Location.id == WeeklyHours.location_id)
    .join(Provider, Provider.id == WeeklyHours.provider_id)
    .where(
        WeeklyHours.office_id == _OFFICE,
        or_(_EVERYBODY, Provider.public_id == _WHOSE),
        Location.ended_at.is_(None),
        WeeklyHours.from_day <= _LAST,
        or_(WeeklyHours.until_day.is_(None), WeeklyHours.until_day >= _FIRST),
    )
)
_OFFS = part("off", words=TimeOff.why, **same(TimeOff, "provider_id", "from_day", "until_day", "starts", "ends")).where(
    TimeOff.office_id == _OFFICE, TimeOff.from_day <= _LAST, TimeOff.until_day >= _FIRST
)
_TAKEN = (
    part("taken", **same(Claim, "provider_id", "grain", "seat"))
    .join_from(Provider, Claim, Claim.provider_id == Provider.id)
    .where(
        Provider.office_id == _OFFICE,
        or_(_EVERYBODY, Provider.public_id == _WHOSE),
        Claim.grain >= bindparam("first_grain", type_=BigInteger()),
        Claim.grain < bindparam("after_grain", type_=BigInteger()),
    )
)
_OF_DAYS = (
    Appointment.office_id == _OFFICE,
    or_(_EVERYBODY, Provider.public_id == _WHOSE),
    Appointment.starts_at >= bindparam("since", type_=Moment()),
    Appointment.starts_at < bindparam("before", type_=Moment()),
)
_VISITS = (
    part(
        "visit",
        words=Location.name,
        reason=VisitReason.name,
        phone=Chart.phone_on_file,
        chart=Chart.public_id,
        leaves=Appointment.cancel_asked_at.is_not(None),
        **same(Appointment, "provider_id", "public_id", "starts_at", "minutes", "state", "version", "is_overbooked"),
        **same(Appointment, "checked_in_at", "arrived_at"),
        **same(Chart, "given", "family", "birth_date", "person_id"),
    )
    .join_from(Appointment, Chart, Chart.id == Appointment.chart_id)
    .join(Provider, Provider.id == Appointment.provider_id)
    .join(Location, Location.id == Appointment.location_id)
    .join(VisitReason, VisitReason.id == Appointment.reason_id)
    .where(
        *_OF_DAYS,
        Appointment.state != State.CANCELLED,
        or_(Appointment.state != State.HELD, Appointment.held_until > bindparam("now", type_=Moment())),
    )
)
#: What somebody changed since their last visit, as they said when they checked in: of which visit, what, and when.
_CHANGED = (
    part("changed", public_id=Appointment.public_id, words=CheckInStep.step, starts_at=CheckInStep.changed_at)
    .join_from(Appointment, Provider, Provider.id == Appointment.provider_id)
    .join(
        CheckInStep,
        (CheckInStep.office_id == Appointment.office_id) & (CheckInStep.appointment_id == Appointment.id),
    )
    .where(*_OF_DAYS, Appointment.state != State.CANCELLED, CheckInStep.changed_at.is_not(None))
)
_SCHEDULE = union_all(_PROVIDERS, _HOURS, _OFFS, _TAKEN, _VISITS, _CHANGED)


def schedule_of(viewer: StaffViewer, days: Sequence[date], now: datetime, provider: UUID | None = None) -> Plan:
    """What the office's providers (or one of them) offer on these days, what is taken of it, and by whom."""
    zone = ZoneInfo(viewer.time_zone)
    since, before = _midnight(days[0], zone), _midnight(days[-1] + timedelta(days=1), zone)
    values = {"first": days[0], "last": days[-1], "first_grain": grain(since), "after_grain": grain(before)}
    values |= {"everybody": provider is None, "provider": provider or UUID(int=0)}
    values |= {"since": since, "before": before, "now": now}
    plan = Plan(zone, [], {}, {}, [], {}, [], {})
    for row in database.read(Row, _SCHEDULE, office_id=viewer.office_id or 0, **values):
        _TAKE[row.kind](plan, row)
    plan.taken.update({provider_id: taken.filled() for provider_id, taken in plan.taken.items()})
    plan.providers.sort(key=lambda one: (one.name, one.id))
    plan.visits.sort(key=lambda one: (one.starts_at, one.name))
    return plan


def _take_hours(plan: Plan, row: Row) -> None:
    plan.hours.setdefault(row.provider_id or 0, []).append(Hours._make(row[4:14]))
    plan.locations[row.location_id or 0] = row.words or ""


def _take_taken(plan: Plan, row: Row) -> None:
    plan.taken.setdefault(row.provider_id or 0, Busy()).add(row.grain or 0, row.seat or 0)


def _take_visit(plan: Plan, row: Row) -> None:
    plan.visits.append(Planned._make((row.provider_id, row.public_id, *row[16:], row.words)))


_TAKE: dict[str, Any] = {
    "provider": lambda plan, row: plan.providers.append(Working(row.provider_id, row.public_id, row.words)),
    "hours": _take_hours,
    "off": lambda plan, row: plan.days_off.append(
        DayOff(row.provider_id, Off(row.from_day, row.until_day, row.starts, row.ends), row.words)
    ),
    "taken": _take_taken,
    "visit": _take_visit,
    "changed": lambda plan, row: plan.changed.setdefault(row.public_id, []).append((row.words, row.starts_at)),
}


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def note_list(viewer: StaffViewer, visits: Sequence[Planned], *, apart: bool) -> None:
    """That visits were shown with names is written down: `apart` before a page is sent, else with the deed."""
    subjects = {one.chart: one.person_id for one in visits if not one.is_held}
    write = record_list_apart if apart else record_list
    write("appointments.scheduled", by=viewer, subjects=subjects, section="appointments")
