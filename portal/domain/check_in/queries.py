"""All about a check-in in one statement: a page has no more than that for what it shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from portal.domain.accounts.models import Account, Address
from portal.domain.address_book.models import Insurance
from portal.domain.address_book.types import Entry, InsuranceFacts
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
from portal.kernel.rows import Flat

#: Nobody waits longer; who came before that was forgotten on the list.
_IN_LINE = timedelta(hours=10)
#: Visits of a day begin within this of each other.
_A_DAY = timedelta(hours=26)


_other = aliased(Appointment)
#: How many came before, of those whom the same provider sees that day. Nothing else of them leaves the database.
_CAME_BEFORE = (
    select(func.count(_other.id))
    .where(
        _other.office_id == Appointment.office_id,
        _other.provider_id == Appointment.provider_id,
        _other.starts_at > bindparam("first"),
        _other.starts_at < bindparam("last"),
        _other.state == State.ARRIVED,
        _other.arrived_at > bindparam("since"),
        or_(
            _other.arrived_at < Appointment.arrived_at,
            and_(_other.arrived_at == Appointment.arrived_at, _other.starts_at < Appointment.starts_at),
        ),
    )
    .scalar_subquery()
)
_said = {step: aliased(CheckInStep) for step in Step}
_told = {step: aliased(ProfileChange) for step in (Step.PHONE, Step.ADDRESS)}
_ADDRESS = FIELDS[Step.ADDRESS]


def _joined() -> Any:
    """What hangs on a visit of the person, at most one row of each but the insurance cards."""
    found = (
        VISITS.join(Location, Location.id == Appointment.location_id)
        .join(Chart, Chart.id == Appointment.chart_id)
        .outerjoin(Account, Account.person_id == Connection.person_id)
        .outerjoin(Address, and_(Address.person_id == Connection.person_id, Address.is_default))
        .outerjoin(Insurance, and_(Insurance.person_id == Connection.person_id, Insurance.deleted_at.is_(None)))
    )
    for step, said in _said.items():
        found = found.outerjoin(said, and_(said.appointment_id == Appointment.id, said.step == step))
    for step, told in _told.items():
        waits = and_(told.chart_id == Appointment.chart_id, told.state == "waiting", told.field == step)
        found = found.outerjoin(told, and_(told.office_id == Appointment.office_id, waits))
    return found


_CHECK_IN = (
    _joined()
    .where(Appointment.public_id == bindparam("public_id"))
    .order_by(Insurance.id)
    .add_columns(
        Location.phone.label("office_phone"),
        Appointment.video_link,
        _CAME_BEFORE.label("came_before"),
        *(said.at.label(f"said_{step}") for step, said in _said.items()),
        *(Account.phone.label("own_phone"), Address.public_id.label("address_id")),
        *(told.after.label(f"told_{step}") for step, told in _told.items()),
        *(told.told_at.label(f"told_{step}_at") for step, told in _told.items()),
        Chart.phone_on_file,
        *(getattr(Chart, name) for name in _ADDRESS),
        *(getattr(Address, name).label(f"own_{name}") for name in _ADDRESS),
        Insurance.public_id.label("card_id"),
        Insurance.version.label("card_version"),
        *(getattr(Insurance, name).label(f"card_{name}") for name in InsuranceFacts._fields),
    )
)


def check_in_of(viewer: Viewer, appointment_id: UUID, now: datetime) -> CheckIn:
    """A visit of the person, and how far they are with checking in.

    Raises:
        Missing: there is none, or it is somebody else's.
    """
    near = {"since": now - _IN_LINE, "first": now - _A_DAY, "last": now + _A_DAY}
    rows = database.read(Flat, _CHECK_IN, person_id=viewer.person_id, public_id=appointment_id, **near)
    if not rows:
        raise Missing
    width, many = len(Visit._fields), len(_ADDRESS)
    office_phone, video_link, came_before, *said = rows[0][width : width + 6]
    own_phone, own_id, told_phone, told_address, phone_told_at, address_told_at = rows[0][width + 6 : width + 12]
    phone, lines = rows[0][width + 12 : width + 13], width + 13
    chart, own = rows[0][lines : lines + many], rows[0][lines + many : lines + 2 * many]
    cards = [row[lines + 2 * many :] for row in rows]
    return CheckIn(
        Visit(*rows[0][:width]),
        {step: at for step, at in zip(Step, said, strict=True) if at},
        office_phone,
        video_link,
        {
            Step.PHONE: _on_file(Step.PHONE, phone, (own_phone,), None, told_phone, phone_told_at),
            Step.ADDRESS: _on_file(Step.ADDRESS, chart, own, own_id, told_address, address_told_at),
        },
        [Entry(card[0], card[1], None, InsuranceFacts._make(card[2:])) for card in cards if card[0]],
        came_before,
    )


def _on_file(step: Step, chart: Words, own: Words, own_id: Any, told: Any, told_at: Any) -> OnFile:
    columns = tuple(told.get(name) for name in FIELDS[step]) if told else None
    return OnFile(_words(chart), _words(own), own_id, columns, told_at)


def _words(columns: Words) -> Words | None:
    return tuple(columns) if any(columns) else None
