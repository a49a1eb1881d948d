"""Who the tests are about: a patient, a stranger, and people who work in offices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.domain.viewer import Actor
from tests.factories import accounts, connections, practices


@dataclass(frozen=True)
class Patient:
    """Somebody with an account."""

    person_id: int
    account_id: int
    username: str
    password: str

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return Actor("patient", self.account_id)


@dataclass(frozen=True)
class Staff:
    """Somebody who works in an office; `office` None for the operator."""

    staff_id: int
    username: str
    password: str
    totp_secret: str
    office: UUID | None
    office_id: int | None

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return Actor("staff", self.staff_id)

    @property
    def place(self) -> str:
        """How the office is written in a URL."""
        return str(self.office) if self.office else "all"


def a_patient(**person: Any) -> Patient:
    """A new person with an account and one address."""
    person_id = accounts.a_person(**person)
    accounts.an_address(person_id)
    made = accounts.an_account(person_id)
    return Patient(person_id, made.account_id, made.username, made.password)


def a_connected_patient(office_id: int, **person: Any) -> Patient:
    """The same, bound to an office and its one provider."""
    patient = a_patient(**person)
    connections.a_connection(patient.person_id, office_id, practices.a_provider(office_id))
    return patient


def staff_of(office: practices.NewOffice | None, role: str = "front_desk") -> Staff:
    """Somebody employed in an office in a role, or (None) the operator."""
    made = practices.a_staff_member(is_operator=office is None)
    if office is not None:
        practices.a_position(office.id, made.staff_id, role)
    return Staff(*made, office.public_id if office else None, office.id if office else None)
