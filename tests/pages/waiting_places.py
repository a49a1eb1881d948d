"""Places of the wait list, and the wishes that they are about, as in places.py: endpoint, roles, values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.domain.appointments.models import Appointment
from portal.domain.appointments.waiting_models import WaitListEntry
from portal.domain.connections.models import Connection

_MINE, _OFFICE = "appointments_waiting.", "appointments_waiting_office."
_PATIENT, _DESK = ("patient",), ("front_desk", "clinician", "administrator")
_AT = {"office": "office"}

WAITING: tuple[tuple[Any, ...], ...] = (
    (_MINE + "listing", ("patient", "patient of two offices", "patient who was declined"), {}),
    (_MINE + "one", _PATIENT, {"entry_id": "wish with an offer"}),
    (_MINE + "ask_earlier", _PATIENT, {"appointment_id": "booked visit"}),
    (_MINE + "ask_any", _PATIENT, {"provider_id": "open provider", "reason": "offered reason"}),
    ("appointments.details", _PATIENT, {"appointment_id": "offered visit"}),
    (_OFFICE + "listing", _DESK, _AT),
    (_OFFICE + "ask_to_remove", _DESK, _AT | {"entry_id": "wish with an offer"}),
    ("charts.show_part", _DESK, _AT | {"chart": "chart", "part": "wait_list"}),
)


def name_wishes(session: Any, patient: int) -> dict[str, Any]:
    """The wish of the patient that has an offer."""
    theirs = (
        select(WaitListEntry.public_id)
        .join(Connection, Connection.chart_id == WaitListEntry.chart_id)
        .join(Appointment, Appointment.id == WaitListEntry.offer_id)
        .where(Connection.person_id == patient)
    )
    return {"wish with an offer": session.scalars(theirs).one()}
