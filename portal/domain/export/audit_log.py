"""Who looked at the person's records and did what: all of it, a few hundred lines at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, text

from portal.domain.accounts.models import StaffMember
from portal.domain.audit.models import AuditEntry, AuditSubject
from portal.domain.copies import Part, Resource, Sheet, Whose
from portal.domain.practices.models import Office
from portal.kernel import database

_AT_ONCE = 500


class _Look(NamedTuple):
    seq: int
    at: datetime
    actor_kind: str
    event: str
    section: str
    given: str | None
    family: str | None
    office: str | None


_WHAT = (
    AuditEntry.seq,
    AuditEntry.at,
    AuditEntry.actor_kind,
    AuditEntry.event,
    AuditEntry.section,
    StaffMember.given,
    StaffMember.family,
    Office.name.label("office"),
)
_LOOKS = (
    select(*_WHAT)
    .outerjoin(StaffMember, (AuditEntry.actor_kind == "staff") & (StaffMember.id == AuditEntry.actor_id))
    .outerjoin(Office, Office.id == AuditEntry.office_id)
    .where(
        AuditEntry.chain == "person",
        AuditEntry.subject_id == bindparam("person_id"),
        AuditEntry.seq > bindparam("after"),
    )
    .order_by(AuditEntry.seq)
    .limit(_AT_ONCE)
)


#: Lists that staff saw and that had the person in them: each stands in the chain of whoever looked.
_LISTS = (
    select(*_WHAT)
    .select_from(AuditSubject)
    .join(AuditEntry, (AuditEntry.about == AuditSubject.about) & text("audit_entry.chain = 'staff'"))
    .join(StaffMember, StaffMember.id == AuditEntry.actor_id)
    .outerjoin(Office, Office.id == AuditEntry.office_id)
    .where(AuditSubject.person_id == bindparam("person_id"), AuditEntry.about.is_not(None))
    .order_by(AuditEntry.at)
)


def sheets(whose: Whose) -> Iterator[Sheet]:
    """FHIR AuditEvent, oldest first: looks and deeds of their own, then lists that showed them among others."""
    yield Sheet("AuditEvent", _all(whose.person_id))
    yield Sheet("lists", map(_event, database.read(_Look, _LISTS, person_id=whose.person_id)))


def _all(person_id: int) -> Iterator[Resource]:
    after = 0
    while rows := database.read(_Look, _LOOKS, person_id=person_id, after=after):
        yield from map(_event, rows)
        after = rows[-1].seq


def _event(one: _Look) -> Resource:
    staff = f"{one.given} {one.family}" if one.given else None
    return {
        "resourceType": "AuditEvent",
        "recorded": one.at,
        "type": {"code": one.event},
        "subtype": [{"code": one.section}],
        "agent": [{"type": {"text": one.actor_kind}, **({"who": {"display": staff}} if staff else {})}],
        **({"source": {"site": one.office}} if one.office else {}),
    }


PART = Part("export", sheets)
