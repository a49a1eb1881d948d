from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select

from portal.domain.appointments import question_queries, waiting_queries
from portal.domain.appointments.models import Appointment, VisitReason
from portal.domain.appointments.types import State
from portal.domain.connections.models import Connection
from portal.domain.copies import Part, Resource, Sheet, Whose
from portal.domain.practices.models import Location, Office, Provider
from portal.kernel import database
from portal.kernel.rows import Flat

_ALL = (
    select(
        Appointment.public_id,
        Appointment.state,
        Appointment.starts_at,
        Appointment.minutes,
        VisitReason.name,
        (Provider.given + " " + Provider.family).label("provider"),
        Office.name.label("office"),
        Location.name.label("location"),
        Office.time_zone,
        Appointment.requested_at,
        Appointment.note,
        Appointment.because,
        Appointment.checked_in_at,
    )
    .select_from(Connection)
    .join(
        Appointment,
        (Appointment.office_id == Connection.office_id) & (Appointment.chart_id == Connection.chart_id),
    )
    .join(Office, Office.id == Appointment.office_id)
    .join(Provider, Provider.id == Appointment.provider_id)
    .join(Location, Location.id == Appointment.location_id)
    .join(VisitReason, VisitReason.id == Appointment.reason_id)
    .where(
        Connection.person_id == bindparam("person_id"),
        Connection.ended_at.is_(None),
        Appointment.state != State.HELD,
        Appointment.state != State.OFFERED,
    )
    .order_by(Appointment.starts_at, Appointment.id)
)


def sheets(whose: Whose) -> Iterator[Sheet]:
    """Visits (FHIR Appointment), first to last; and what the person waits for, or waited for."""
    rows = database.read(Flat, _ALL, person_id=whose.person_id)
    yield Sheet("Appointment", (_appointment(*row) for row in rows))
    yield Sheet("TimeQuestion", (_question(one) for one in question_queries.all_of_person(whose.person_id)))
    yield Sheet("WaitList", (_wish(one) for one in waiting_queries.all_of_person(whose.person_id)))


def _appointment(*row: Any) -> Resource:
    (
        key,
        state,
        starts_at,
        minutes,
        reason,
        provider,
        office,
        location,
        zone,
        requested_at,
        note,
        because,
        checked_in_at,
    ) = row
    return {
        "resourceType": "Appointment",
        "id": key,
        "status": state,
        "serviceType": [{"text": reason}],
        "start": starts_at,
        "end": starts_at + timedelta(minutes=minutes),
        "minutesDuration": minutes,
        "timezone": zone,
        **({"created": requested_at} if requested_at else {}),
        **({"checkedIn": checked_in_at} if checked_in_at else {}),
        **({"comment": note} if note else {}),
        **({"cancelationReason": {"text": because}} if because else {}),
        "participant": [
            {"actor": {"display": provider}, "status": "accepted"},
            {"actor": {"display": f"{office}, {location}"}, "status": "accepted"},
        ],
    }


def _question(one: question_queries.Question) -> Resource:
    return {
        "resourceType": "Communication",
        "id": one.id,
        "status": one.state,
        "topic": {"text": one.reason},
        "sent": one.asked_at,
        "timezone": one.zone,
        "recipient": [{"display": f"{one.provider}, {one.office}"}],
        "payload": [{"contentString": one.words}],
        **({"note": [{"text": one.answer}]} if one.answer else {}),
    }


def _wish(one: waiting_queries.Waits) -> Resource:
    return {
        "resourceType": "Appointment",
        "id": one.id,
        "status": "waitlist" if one.is_open else one.state,
        "serviceType": [{"text": one.reason}],
        "timezone": one.zone,
        "created": one.asked_at,
        "participant": [{"actor": {"display": one.provider or one.office}, "status": "accepted"}],
        **({"start": one.offer_at} if one.offer_at else {}),
        **({"cancelationReason": {"text": one.because}} if one.because else {}),
    }


PART = Part("appointments", sheets)
