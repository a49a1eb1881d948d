"""A person who can write, and whom they write to."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import select, update

from portal.domain.connections.models import CareTeamMember, Connection
from portal.domain.practices.models import Provider
from portal.kernel import database
from tests.factories.messaging import a_conversation
from tests.people import Patient


class Care(NamedTuple):
    """The patient's chart (inner id), their provider, and the office."""

    patient: Patient
    office_id: int
    office: UUID
    chart: int
    provider_id: int
    provider: UUID

    def conversation(self, *bodies: str, pool: bool = False, **more: object) -> UUID:
        """A conversation of theirs with the provider, or the pool. Its outer id."""
        who = None if pool else self.provider_id
        person, account = self.patient.person_id, self.patient.account_id
        return a_conversation(self.chart, person, self.office_id, account, *bodies, provider_id=who, **more)

    def takes_no_messages(self, **values: object) -> None:
        """The provider's participation is switched off."""
        with database.writing() as session:
            off = values or {"takes_messages": False}
            session.execute(update(Provider).where(Provider.id == self.provider_id).values(**off))


@pytest.fixture
def care(office, patient) -> Care:
    with database.writing() as session:
        chart = session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()
        provider = session.scalars(select(CareTeamMember.provider_id)).one()
        public_id = session.scalar(select(Provider.public_id).where(Provider.id == provider))
    return Care(patient, office.id, office.public_id, chart, provider, public_id)
