from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, select

from portal.domain.accounts.enrolling import open_authenticator, patient_key, totp_secret_of
from portal.domain.accounts.models import Account, Person, StaffMember
from portal.domain.connections.models import Connection
from portal.domain.kiosks.models import Kiosk
from portal.domain.practices.models import Office, Position
from portal.domain.viewer import Role
from portal.kernel import database


class Place(NamedTuple):
    """What somebody is, and where; `office` None for the operator and for people without one yet."""

    role: str
    office: str | None


class SignIn(NamedTuple):
    """Somebody to try the portal as. `kind` is "patient" or "staff".

    `totp_secret` (base32): staff have one, and patients whose second step is on.
    """

    kind: str
    username: str
    name: str
    places: tuple[Place, ...]
    language: str
    born: date | None
    totp_secret: str | None


class Device(NamedTuple):
    """A paired kiosk to try."""

    public_id: UUID
    name: str
    office: str


class _PatientRow(NamedTuple):
    username: str
    given: str
    family: str
    language: str
    birth_date: date
    username_key: str
    data_key: bytes
    authenticator: bytes | None
    office: str | None


class _StaffRow(NamedTuple):
    username: str
    given: str
    family: str
    language: str
    is_operator: bool
    username_key: str
    data_key: bytes
    authenticator: bytes
    office: str | None
    role: str | None


_PATIENTS = (
    select(
        Account.username,
        Person.given,
        Person.family,
        Person.language,
        Person.birth_date,
        Account.username_key,
        Account.data_key,
        Account.authenticator,
        Office.name.label("office"),
    )
    .select_from(Account)
    .join(Person, Person.id == Account.person_id)
    .outerjoin(Connection, and_(Connection.person_id == Person.id, Connection.ended_at.is_(None)))
    .outerjoin(Office, Office.id == Connection.office_id)
    .where(Account.state == "active")
    .order_by(Account.id, Office.id)
)
_STAFF = (
    select(
        StaffMember.username,
        StaffMember.given,
        StaffMember.family,
        StaffMember.language,
        StaffMember.is_operator,
        StaffMember.username_key,
        StaffMember.data_key,
        StaffMember.authenticator,
        Office.name.label("office"),
        Position.role,
    )
    .select_from(StaffMember)
    .outerjoin(Position, and_(Position.staff_member_id == StaffMember.id, Position.ended_at.is_(None)))
    .outerjoin(Office, Office.id == Position.office_id)
    .where(StaffMember.state == "active")
    .order_by(StaffMember.id, Office.id)
)

_KIOSKS = (
    select(Kiosk.public_id, Kiosk.name, Office.name.label("office"))
    .join(Office, Office.id == Kiosk.office_id)
    .where(Kiosk.paired_at.is_not(None))
    .order_by(Kiosk.id)
)


def sign_ins() -> list[SignIn]:
    """Patients first, then staff, in the order in which they were made."""
    return [*_patients(database.read(_PatientRow, _PATIENTS)), *_staff(database.read(_StaffRow, _STAFF))]


def kiosks() -> list[Device]:
    """Every paired kiosk, in the order in which they were made."""
    return database.read(Device, _KIOSKS)


def sign_in_of(username: str) -> SignIn | None:
    """One of them by user name."""
    return next((one for one in sign_ins() if one.username == username), None)


def _patients(rows: Iterable[_PatientRow]) -> Iterable[SignIn]:
    for _, group in groupby(rows, key=lambda row: row.username):
        same = list(group)
        first, places = same[0], tuple(Place("patient", row.office) for row in same)
        name = f"{first.given} {first.family}"
        secret = _secret_of(first)
        yield SignIn("patient", first.username, name, places, first.language, first.birth_date, secret)


def _secret_of(row: _PatientRow) -> str | None:
    if row.authenticator is None:
        return None
    return open_authenticator(patient_key(row.username_key, row.data_key), row.authenticator)


def _staff(rows: Iterable[_StaffRow]) -> Iterable[SignIn]:
    for _, group in groupby(rows, key=lambda row: row.username):
        same = list(group)
        first = same[0]
        above = (Place(Role.OPERATOR.value, None),) if first.is_operator else ()
        places = above or tuple(Place(row.role, row.office) for row in same if row.role)
        if not places:  # switched off everywhere: there is nothing that they could show
            continue
        secret = totp_secret_of(first.username_key, first.data_key, first.authenticator)
        yield SignIn("staff", first.username, f"{first.given} {first.family}", places, first.language, None, secret)
