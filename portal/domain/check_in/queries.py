from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from portal.domain.accounts.models import Account, Address
from portal.domain.address_book import queries as address_book
from portal.domain.address_book.types import Entry, Kind
from portal.domain.appointments.check_in_models import CheckInStep
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.queries import VISITS, Visit
from portal.domain.appointments.types import State
from portal.domain.charts.models import Chart
from portal.domain.check_in.types import CheckIn, OnFile, Step, Words
from portal.domain.connections.models import Connection, ProfileChange
from portal.domain.connections.rules import FIELDS
from portal.domain.practices.models import Location
from portal.domain.viewer import Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing


class _Row(tuple[Any, ...]):
    """A row as it comes."""

    @classmethod
    def _make(cls, row: Any) -> _Row:
        return cls(row)


class _Place(NamedTuple):
    before: int


_CHECK_IN = (
    VISITS.join(Location, Location.id == Appointment.location_id)
    .outerjoin(
        CheckInStep,
        and_(CheckInStep.office_id == Appointment.office_id, CheckInStep.appointment_id == Appointment.id),
    )
    .where(Appointment.public_id == bindparam("public_id"))
    .add_columns(CheckInStep.step, CheckInStep.at, Location.phone, Appointment.video_link)
)
_MINE = (
    Appointment.public_id == bindparam("public_id"),
    Connection.person_id == bindparam("person_id"),
    Connection.ended_at.is_(None),
)
_OF_CONNECTION = and_(Connection.office_id == Appointment.office_id, Connection.chart_id == Appointment.chart_id)
_ADDRESS = FIELDS["address"]
_TOLD = ("told", "told_at")


def _on_file(field: str, *chart_and_own: Any) -> Any:
    """The columns of the chart, those that the person has elsewhere, and what waits for the office's answer."""
    return (
        select(*chart_and_own, ProfileChange.after.label(_TOLD[0]), ProfileChange.told_at)
        .select_from(Appointment)
        .join(Connection, _OF_CONNECTION)
        .join(Chart, Chart.id == Appointment.chart_id)
        .outerjoin(Account, Account.person_id == Connection.person_id)
        .outerjoin(Address, and_(Address.person_id == Connection.person_id, Address.is_default))
        .outerjoin(
            ProfileChange,
            and_(
                ProfileChange.office_id == Appointment.office_id,
                ProfileChange.chart_id == Appointment.chart_id,
                ProfileChange.state == "waiting",
                ProfileChange.field == field,
            ),
        )
        .where(*_MINE)
    )


_ON_FILE = {
    Step.PHONE: _on_file(
        "phone", Chart.phone_on_file, Account.phone.label("own_phone"), Account.public_id.label("own_id")
    ),
    Step.ADDRESS: _on_file(
        "address",
        *(getattr(Chart, name) for name in _ADDRESS),
        *(getattr(Address, name).label(f"own_{name}") for name in _ADDRESS),
        Address.public_id.label("own_id"),
    ),
}
_other = aliased(Appointment)
#: How many came before, of those whom the same provider sees on that day. Nothing else of them leaves the database.
_BEFORE = (
    select(func.count(_other.id))
    .select_from(Appointment)
    .join(Connection, _OF_CONNECTION)
    .outerjoin(
        _other,
        and_(
            _other.office_id == Appointment.office_id,
            _other.provider_id == Appointment.provider_id,
            _other.starts_at >= bindparam("since"),
            _other.starts_at < bindparam("until"),
            _other.state == State.ARRIVED,
            or_(
                _other.arrived_at < Appointment.arrived_at,
                and_(_other.arrived_at == Appointment.arrived_at, _other.starts_at < Appointment.starts_at),
            ),
        ),
    )
    .where(*_MINE)
)


def check_in_of(viewer: Viewer, appointment_id: UUID) -> CheckIn:
    """A visit of the person, and how far they are with checking in.

    Raises:
        Missing: there is none, or it is somebody else's.
    """
    rows = database.read(_Row, _CHECK_IN, person_id=viewer.person_id, public_id=appointment_id)
    if not rows:
        raise Missing
    width = len(Visit._fields)
    said = {Step(row[width]): row[width + 1] for row in rows if row[width]}
    return CheckIn(Visit(*rows[0][:width]), said, *rows[0][width + 2 :])


def on_file(viewer: Viewer, appointment_id: UUID, step: Step) -> OnFile:
    """The phone or address that the office of a visit has of the person.

    Raises:
        Missing: no such visit, or somebody else's.
    """
    row = database.read_one(_Row, _ON_FILE[step], person_id=viewer.person_id, public_id=appointment_id)
    if row is None:
        raise Missing
    columns = FIELDS[step]
    width = len(columns)
    told = tuple(row[-2].get(name) for name in columns) if row[-2] else None
    return OnFile(_words(row[:width]), _words(row[width : 2 * width]), row[-3], told, row[-1])


def _words(columns: Words) -> Words | None:
    return tuple(columns) if any(columns) else None


def insurance_of(viewer: Viewer) -> list[Entry]:
    """The person's insurance cards."""
    return address_book.entries_of(viewer, Kind.INSURANCE)


def place_of(viewer: Viewer, visit: Visit) -> int:
    """The place in line of somebody who has arrived: 1 is next. The desk's list of that day counts the same."""
    zone = ZoneInfo(visit.zone)
    day = visit.starts_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    bounds = {"since": _utc(day), "until": _utc(day + timedelta(days=1))}
    found = database.read_one(_Place, _BEFORE, person_id=viewer.person_id, public_id=visit.id, **bounds)
    return (found.before if found else 0) + 1


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
