from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.domain.connections.models import Connection, ConnectionRequest, ProfileChange
from portal.domain.connections.queries import CARE_ORDER, CARE_TEAM, CareProvider
from portal.domain.copies import Part, Resource, Sheet, Whose, contact_point
from portal.domain.practices.models import Office
from portal.kernel import database


class _Bound(NamedTuple):
    public_id: UUID
    name: str
    phone: str
    email: str
    since: datetime
    ended_at: datetime | None
    end_note: str | None


class _Change(NamedTuple):
    name: str
    field: str
    before: dict[str, Any]
    after: dict[str, Any]
    state: str
    told_at: datetime


class _Asked(NamedTuple):
    name: str
    state: str
    asked_at: datetime
    answered_at: datetime | None
    note: str | None


_BOUND = (
    select(
        *(Office.public_id, Office.name, Office.phone, Office.email),
        *(Connection.since, Connection.ended_at, Connection.end_note),
    )
    .join(Connection, Connection.office_id == Office.id)
    .where(Connection.person_id == bindparam("person_id"))
    .order_by(Connection.id)
)
_ASKED = (
    select(
        Office.name,
        ConnectionRequest.state,
        ConnectionRequest.asked_at,
        ConnectionRequest.answered_at,
        ConnectionRequest.note,
    )
    .join(Office, Office.id == ConnectionRequest.office_id)
    .where(ConnectionRequest.person_id == bindparam("person_id"))
    .order_by(ConnectionRequest.id)
)
_CHANGES = (
    select(
        Office.name,
        ProfileChange.field,
        ProfileChange.before,
        ProfileChange.after,
        ProfileChange.state,
        ProfileChange.told_at,
    )
    .join(Office, Office.id == ProfileChange.office_id)
    .where(ProfileChange.person_id == bindparam("person_id"))
    .order_by(ProfileChange.id)
)
_TEAM = CARE_TEAM.order_by(*CARE_ORDER)


def sheets(whose: Whose) -> Iterator[Sheet]:
    """Offices that the person is or was connected to (FHIR Organization) or asked to be, and who looks after them."""
    yield Sheet("Organization", [_office(one) for one in database.read(_Bound, _BOUND, person_id=whose.person_id)])
    yield Sheet(
        "Practitioner", [_provider(one) for one in database.read(CareProvider, _TEAM, person_id=whose.person_id)]
    )
    asked = database.read(_Asked, _ASKED, person_id=whose.person_id)
    yield Sheet(
        "requests",
        [
            {
                "office": one.name,
                "state": one.state,
                "asked": one.asked_at,
                "answered": one.answered_at,
                "note": one.note,
            }
            for one in asked
        ],
    )
    told = database.read(_Change, _CHANGES, person_id=whose.person_id)
    yield Sheet("changes", [_change(one) for one in told])


def _office(one: _Bound) -> Resource:
    return {
        "resourceType": "Organization",
        "id": one.public_id,
        "name": one.name,
        "telecom": contact_point("phone", one.phone) + contact_point("email", one.email),
        "connected": {"start": one.since, **({"end": one.ended_at} if one.ended_at else {})},
        **({"note": one.end_note} if one.end_note else {}),
    }


def _provider(one: CareProvider) -> Resource:
    address = {"line": [one.line1], "city": one.city, "state": one.state, "postalCode": one.postal_code}
    return {
        "resourceType": "Practitioner",
        "name": [{"text": one.name, "suffix": [one.credentials]}],
        "qualification": [{"code": {"text": one.specialty}}],
        "telecom": contact_point("phone", one.phone),
        "address": [address],
        "office": one.office,
    }


def _change(one: _Change) -> Resource:
    told = {"told": one.told_at, "state": one.state}
    return {"office": one.name, "field": one.field, "before": one.before, "after": one.after, **told}


PART = Part("connections", sheets)
