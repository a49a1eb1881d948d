"""A visit, and all that it stands on."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.connections.models import CareTeamMember, Connection
from portal.domain.practices.models import Provider
from portal.kernel import clock, database
from tests.factories import appointments, practices
from tests.people import Staff, staff_of


class Care(NamedTuple):
    """The patient's chart, their provider, and a reason that this provider sees people for (inner ids)."""

    chart: int
    provider: int
    reason: int

    def visit(self, days: float = 10, state: str = "booked", **more: object) -> UUID:
        """A visit so many days from now. Its outer id."""
        starts_at = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
        return appointments.an_appointment(self.chart, self.provider, self.reason, starts_at, state, **more)


@pytest.fixture
def care(office, patient):
    with database.writing() as session:
        chart = session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()
        provider = session.scalars(select(CareTeamMember.provider_id)).one()
    reason = appointments.a_reason(office.id, provider, name="Yearly check-up", name_es="Chequeo anual", minutes=40)
    return Care(chart, provider, reason)


class Opened(NamedTuple):
    """A provider who has hours from Monday to Friday, 9 to 5 with a break, and one reason of 20 minutes."""

    office: practices.NewOffice
    provider_id: int
    provider: UUID
    reason_id: int


@pytest.fixture
def opened(app) -> Opened:
    """An office that can be asked for a time."""
    office = practices.an_office()
    provider = practices.a_provider(office.id)
    appointments.some_hours(provider)
    reason = appointments.a_reason(office.id, provider)
    with database.writing() as session:
        public_id = session.scalar(select(Provider.public_id).where(Provider.id == provider))
    return Opened(office, provider, public_id, reason)


@pytest.fixture
def keeper(opened) -> Staff:
    """The administrator of that office."""
    return staff_of(opened.office, "administrator")
