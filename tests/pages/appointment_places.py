"""Places of appointments, and the visits that they are about, as in places.py: endpoint, roles, values, status."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.domain.appointments.models import Appointment
from portal.domain.connections.models import Connection

_MINE = "appointments."
_PATIENT = ("patient",)
_STATES = ("booked", "pending", "fulfilled", "cancelled", "noshow")

APPOINTMENTS: tuple[tuple[Any, ...], ...] = (
    (_MINE + "calendar", ("patient", "patient of two offices", "patient who was declined"), {}),
    (_MINE + "calendar", _PATIENT, {"month": "of no reach"}),
    (_MINE + "past", ("patient", "patient who was declined"), {}),
    *((_MINE + "details", _PATIENT, {"appointment_id": f"{state} visit"}) for state in _STATES),
    (
        "charts.show_part",
        ("front_desk", "clinician", "administrator"),
        {"office": "office", "chart": "chart", "part": "appointments"},
    ),
    (_MINE + "add_to_calendar", _PATIENT, {"appointment_id": "booked visit"}),
    *((_MINE + "ask_to_cancel", _PATIENT, {"appointment_id": f"{state} visit"}) for state in _STATES),
)


def name_visits(session: Any, patient: int) -> dict[str, Any]:
    """A visit of the patient in each state, by its state."""
    visits = select(Appointment).join(Connection, Connection.chart_id == Appointment.chart_id)
    found = session.scalars(visits.where(Connection.person_id == patient).order_by(Appointment.id))
    return {f"{one.state} visit": one.public_id for one in found}
