"""What an office reads about its hours: the weekly rules of each provider, days off, and what is booked beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CompoundSelect,
    Date,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from portal.domain.appointments import slots
from portal.domain.appointments.hours_types import Beside, HoursFacts, KeptHours, KeptOff, ProviderHours, Week
from portal.domain.appointments.models import Appointment, TimeOff, WeeklyHours
from portal.domain.appointments.rules import OPEN
from portal.domain.charts.models import Chart
from portal.domain.practices.models import Location, Provider
from portal.domain.viewer import Role, StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing
from portal.kernel.rows import Flat

_ITS_HOURS = and_(
    WeeklyHours.office_id == Provider.office_id,
    WeeklyHours.provider_id == Provider.id,
    or_(WeeklyHours.until_day.is_(None), WeeklyHours.until_day >= bindparam("today", type_=Date())),
)
_NAME = (Provider.given + " " + Provider.family + ", " + Provider.credentials).label("name")
_PROVIDERS = (
    select(
        Provider.public_id,
        _NAME,
        Provider.specialty,
        Provider.takes_appointments,
        func.count(WeeklyHours.weekday.distinct()).label("weekdays"),
    )
    .outerjoin(WeeklyHours, _ITS_HOURS)
    .where(Provider.office_id == bindparam("office_id"), Provider.ended_at.is_(None))
    .group_by(Provider.id)
    .order_by(Provider.family, Provider.given, Provider.id)
)
_FACTS = tuple(getattr(WeeklyHours, name) for name in HoursFacts._fields[2:])
_OFF_COLUMNS = tuple(getattr(TimeOff, name) for name in ("public_id", "from_day", "until_day", "starts", "ends", "why"))
_WHOSE = (Provider.office_id == bindparam("office_id"), Provider.public_id == bindparam("public_id"))
_ENDS = TimeOff.until_day >= bindparam("today", type_=Date())


def _nothing(kind: Any) -> Any:
    return cast(null(), kind)


#: One statement for a provider's week: who they are, their rules (none is a row of its own), then their days off.
_WEEK: CompoundSelect[Any] = union_all(
    select(
        literal(0).label("sort"),
        _NAME,
        WeeklyHours.public_id.label("row"),
        Location.name.label("location_name"),
        WeeklyHours.weekday,
        Location.public_id.label("location"),
        *_FACTS,
        _nothing(String()).label("why"),
        literal(False).label("is_holiday"),  # noqa: FBT003
    )
    .select_from(Provider)
    .outerjoin(WeeklyHours, _ITS_HOURS)
    .outerjoin(Location, Location.id == WeeklyHours.location_id)
    .where(*_WHOSE),
    select(
        literal(1),
        _NAME,
        TimeOff.public_id,
        _nothing(String()),
        _nothing(Integer()),
        _nothing(Uuid()),
        TimeOff.starts,
        TimeOff.ends,
        *[_nothing(Integer())] * 4,
        TimeOff.from_day,
        TimeOff.until_day,
        TimeOff.why,
        TimeOff.provider_id.is_(None),
    )
    .select_from(TimeOff)
    .join(Provider, Provider.office_id == TimeOff.office_id)
    .where(*_WHOSE, or_(TimeOff.provider_id.is_(None), TimeOff.provider_id == Provider.id), _ENDS),
).order_by("sort", "weekday", "from_day", "starts", "row")
_HOLIDAYS = (
    select(*_OFF_COLUMNS, literal(True).label("is_holiday"))
    .where(
        TimeOff.office_id == bindparam("office_id"),
        _ENDS,
        TimeOff.provider_id.is_(None),
    )
    .order_by(TimeOff.from_day, TimeOff.id)
)
_VISITS = (
    select(
        Appointment.public_id,
        Chart.public_id.label("chart"),
        Chart.number,
        Appointment.starts_at,
        Appointment.minutes,
        Appointment.state,
    )
    .join(Chart, Chart.id == Appointment.chart_id)
    .join(Provider, Provider.id == Appointment.provider_id)
    .where(
        *_WHOSE,
        Appointment.office_id == bindparam("office_id"),
        Appointment.starts_at >= bindparam("now"),
        or_(*(Appointment.state == state.value for state in OPEN)),
    )
    .order_by(Appointment.starts_at, Appointment.id)
)
_HELD = (
    select(
        _NAME,
        WeeklyHours.public_id,
        Location.name.label("location_name"),
        WeeklyHours.weekday,
        Location.public_id.label("location"),
        *_FACTS,
    )
    .join(Location, Location.id == WeeklyHours.location_id)
    .join(Provider, Provider.id == WeeklyHours.provider_id)
    .where(
        WeeklyHours.office_id == bindparam("office_id"),
        Provider.public_id == bindparam("provider"),
        WeeklyHours.public_id == bindparam("public_id"),
    )
)
_OFF = select(*_OFF_COLUMNS, TimeOff.provider_id.is_(None).label("is_holiday")).where(
    TimeOff.office_id == bindparam("office_id"), TimeOff.public_id == bindparam("public_id")
)


def providers_of(viewer: StaffViewer, today: date) -> list[ProviderHours]:
    """The clinicians of the viewer's office, by name."""
    return database.read(ProviderHours, _PROVIDERS, office_id=viewer.office_id or 0, today=today)


def holidays_of(viewer: StaffViewer, today: date) -> list[KeptOff]:
    """Days on which the whole office is closed, from today on."""
    return database.read(KeptOff, _HOLIDAYS, office_id=viewer.office_id or 0, today=today)


def week_of(viewer: StaffViewer, provider: UUID, now: datetime) -> Week:
    """One provider's rules, days off, and visits beside them.

    Raises:
        Missing: they are not there, or another office's.
    """
    zone = ZoneInfo(viewer.time_zone)
    office, today = viewer.office_id or 0, now.astimezone(zone).date()
    rows = database.read(Flat, _WEEK, office_id=office, public_id=provider, today=today)
    if not rows:
        raise Missing
    name = rows[0][1]
    rules = [_kept(name, row[2:14]) for row in rows if row[0] == 0 and row[2] is not None]
    offs = [KeptOff(row[2], row[12], row[13], row[6], row[7], row[14], bool(row[15])) for row in rows if row[0] == 1]
    return Week(provider, name, rules, offs, _beside(ahead_of(viewer, provider, now), rules, offs, zone))


def ahead_of(viewer: StaffViewer, provider: UUID, now: datetime) -> list[Beside]:
    """The visits with a provider that are still to come, soonest first; none for the operator, who sees no charts."""
    if viewer.role is Role.OPERATOR:
        return []
    return database.read(Beside, _VISITS, office_id=viewer.office_id or 0, public_id=provider, now=now)


def hours_of(viewer: StaffViewer, provider: UUID, hours_id: UUID) -> KeptHours:
    """One weekly rule.

    Raises:
        Missing: it is not there, or another office's or provider's.
    """
    found = database.read_one(Flat, _HELD, office_id=viewer.office_id or 0, provider=provider, public_id=hours_id)
    if found is None:
        raise Missing
    return _kept(found[0], found[1:])


def off_of(viewer: StaffViewer, off_id: UUID) -> KeptOff:
    """Some days off.

    Raises:
        Missing: they are not there, or another office's.
    """
    found = database.read_one(KeptOff, _OFF, office_id=viewer.office_id or 0, public_id=off_id)
    if found is None:
        raise Missing
    return found


def _kept(provider: str, row: Sequence[Any]) -> KeptHours:
    return KeptHours(row[0], provider, row[1], HoursFacts._make(row[2:]))


def _beside(visits: list[Beside], rules: Sequence[KeptHours], offs: Sequence[KeptOff], zone: ZoneInfo) -> list[Beside]:
    hours, closed = [rule.facts.hours for rule in rules], [one.off for one in offs]
    return [one for one in visits if not slots.covers(hours, closed, one.starts_at, one.minutes, zone)]
