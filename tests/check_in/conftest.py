"""Somebody who has a visit soon, at an office that knows their phone and address."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.appointments.check_in_models import CheckInStep
from portal.domain.appointments.models import Appointment
from portal.domain.charts.models import Chart
from portal.domain.connections.models import CareTeamMember, Connection
from portal.kernel import clock, database
from tests.factories import appointments


class Coming(NamedTuple):
    """The patient's chart, their provider, and a reason (inner ids)."""

    office_id: int
    chart: int
    provider: int
    reason: int

    def visit(self, minutes: float = 24 * 60, state: str = "booked", **more: object) -> UUID:
        """A visit so many minutes from now. Its outer id."""
        starts_at = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=minutes)
        return appointments.an_appointment(self.chart, self.provider, self.reason, starts_at, state, **more)


@pytest.fixture
def coming(office, patient):
    with database.writing() as session:
        chart = session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()
        provider = session.scalars(select(CareTeamMember.provider_id)).one()
        row = session.get_one(Chart, chart)
        row.phone_on_file = "+13155550199"
        row.line1, row.city, row.state, row.postal_code = "4 Oak Street", "Larkfield", "NY", "13901"
    return Coming(office.id, chart, provider, appointments.a_reason(office.id, provider, name="Yearly check-up"))


def said(visit: UUID) -> dict[str, CheckInStep]:
    """What was said yes to, by step."""
    lines = select(CheckInStep).join(Appointment, Appointment.id == CheckInStep.appointment_id)
    with database.writing() as session:
        found = {line.step: line for line in session.scalars(lines.where(Appointment.public_id == visit))}
        session.expunge_all()
        return found
