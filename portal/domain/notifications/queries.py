from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import bindparam, func, literal, select

from portal.domain.accounts.models import Account, Person, StaffMember
from portal.domain.notifications.types import Recipient
from portal.domain.practices.models import Office, Position
from portal.domain.recovery import queries as recovery
from portal.kernel import database


class _Row(NamedTuple):
    address: str | None
    language: str
    zone: str


_OF_ACCOUNT = (Account.id == bindparam("to_id"), Account.state == "active")
_STAFF_ZONE = (
    select(func.min(Office.time_zone))
    .join(Position, Position.office_id == Office.id)
    .where(Position.staff_member_id == bindparam("to_id"))
    .scalar_subquery()
)
_BY_EMAIL = {
    "patient": select(Account.email, Person.language, Person.time_zone)
    .join(Person, Person.id == Account.person_id)
    .where(*_OF_ACCOUNT),
    "staff": select(StaffMember.email, StaffMember.language, func.coalesce(_STAFF_ZONE, "UTC")).where(
        StaffMember.id == bindparam("to_id"), StaffMember.state == "active"
    ),
    "office": select(Office.email, literal("en"), Office.time_zone).where(Office.id == bindparam("to_id")),
}
_BY_PHONE = {
    "patient": select(Account.phone, Person.language, Person.time_zone)
    .join(Person, Person.id == Account.person_id)
    .where(*_OF_ACCOUNT),
}


def recipient_of(kind: str, to_id: int, channel: str) -> Recipient | None:
    """Where and how to tell somebody: a patient in their language, staff in theirs, an office in English.

    None when they are not there any more, or that channel does not reach them.
    """
    statement = (_BY_EMAIL if channel == "email" else _BY_PHONE).get(kind)
    found = database.read_one(_Row, statement, to_id=to_id) if statement is not None else None
    return Recipient(*found) if found and found.address else None


def claimed(claim: Mapping[str, str], channel: str) -> Recipient | None:
    """Whom somebody is who only said who they are, in their language. None: nobody, or that channel is not theirs."""
    found = recovery.found_by(claim, channel)
    return Recipient(found.address, found.language, found.zone, {"usernames": found.usernames}) if found else None
