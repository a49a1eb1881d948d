from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.domain.accounts.models import Account, Address, Person
from portal.domain.copies import Part, Resource, Sheet, Whose, contact_point
from portal.kernel import database


class _Owner(NamedTuple):
    public_id: UUID
    given: str
    family: str
    preferred: str | None
    birth_date: date
    marital_status: str
    language: str
    time_zone: str
    username: str
    email: str
    phone: str | None
    created_at: datetime


class _Address(NamedTuple):
    label: str
    line1: str
    line2: str | None
    city: str
    state: str
    postal_code: str
    is_default: bool


_OWNER = (
    select(
        *(getattr(Person, name) for name in _Owner._fields[:8]),
        *(getattr(Account, name) for name in _Owner._fields[8:]),
    )
    .join(Account, Account.person_id == Person.id)
    .where(Account.id == bindparam("account_id"))
)
_ADDRESSES = (
    select(*(getattr(Address, name) for name in _Address._fields))
    .where(Address.person_id == bindparam("person_id"))
    .order_by(Address.id)
)


def sheets(whose: Whose) -> Iterator[Sheet]:
    """Who the person is (FHIR Patient), and the account."""
    owner = database.read_one(_Owner, _OWNER, account_id=whose.account_id)
    if owner is None:
        return
    addresses = database.read(_Address, _ADDRESSES, person_id=whose.person_id)
    yield Sheet("Patient", [_patient(owner, addresses)])
    yield Sheet("account", [{"username": owner.username, "created": owner.created_at, "timeZone": owner.time_zone}])


def _patient(owner: _Owner, addresses: list[_Address]) -> Resource:
    names = [{"use": "official", "family": owner.family, "given": [owner.given]}]
    status = {"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": owner.marital_status}
    return {
        "resourceType": "Patient",
        "id": owner.public_id,
        "name": [*names, {"use": "usual", "given": [owner.preferred]}] if owner.preferred else names,
        "telecom": contact_point("email", owner.email) + contact_point("phone", owner.phone, "mobile"),
        "birthDate": owner.birth_date,
        "maritalStatus": {"coding": [status]},
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": owner.language}]}}],
        "address": [_address(one) for one in addresses],
    }


def _address(one: _Address) -> Resource:
    return {
        "text": one.label,
        "line": [line for line in (one.line1, one.line2) if line],
        "city": one.city,
        "state": one.state,
        "postalCode": one.postal_code,
        "country": "US",
        "default": one.is_default,
    }


PART = Part("accounts", sheets)
