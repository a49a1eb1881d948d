"""Places of appointments, and the visits that they are about, as in places.py: endpoint, roles, values, status."""

from __future__ import annotations

from itertools import islice
from typing import Any

from sqlalchemy import select

from portal.domain.appointments import offering
from portal.domain.appointments.models import Appointment
from portal.domain.connections.models import Connection
from portal.kernel import clock
from tests.pages.waiting_places import name_wishes

_MINE = "appointments."
_PATIENT = ("patient",)
_ASK = "appointments_asking."
_TIME = {"reason": "offered reason", "at": "offered time"}
_STATES = ("booked", "pending", "fulfilled", "cancelled", "noshow")

APPOINTMENTS: tuple[tuple[Any, ...], ...] = (
    (_MINE + "calendar", ("patient", "patient of two offices", "patient who was declined"), {}),
    (_MINE + "calendar", _PATIENT, {"month": "of no reach"}),
    (_MINE + "past", ("patient", "patient who was declined"), {}),
    (_ASK + "providers", ("patient", "patient of two offices", "patient who was declined"), {}),
    (_ASK + "times", ("patient", "patient of two offices"), {"provider_id": "open provider"}),
    (_ASK + "times", _PATIENT, {"provider_id": "open provider", "week": "2020-01-01", "part": "afternoon"}),
    (_ASK + "times", _PATIENT, {"provider_id": "open provider", **_TIME}),
    (_ASK + "times", _PATIENT, {"provider_id": "open provider", "replaces": "booked visit"}),
    (_ASK + "times", _PATIENT, {"provider_id": "provider without requests"}),
    (_ASK + "check", _PATIENT, {"provider_id": "open provider", **_TIME}),
    (_ASK + "left", _PATIENT, {"provider_id": "open provider", **_TIME}),
    (_ASK + "move", _PATIENT, {"appointment_id": "booked visit"}, 303),
    (_ASK + "sent", _PATIENT, {"appointment_id": "pending visit"}),
    (_ASK + "sent", _PATIENT, {"appointment_id": "booked visit"}),
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
    """A visit of the patient in each state, by its state; and what they could ask for."""
    visits = select(Appointment).join(Connection, Connection.chart_id == Appointment.chart_id)
    found = session.scalars(visits.where(Connection.person_id == patient).order_by(Appointment.id))
    offices = select(Connection.office_id).where(Connection.person_id == patient).order_by(Connection.id)
    return (
        {f"{one.state} visit": one.public_id for one in found}
        | name_wishes(session, patient)
        | _offers(session.scalars(offices).first())
    )


def _offers(office_id: int) -> dict[str, Any]:
    """A provider who takes requests, one who does not, and a free time of the first."""
    now = clock.now()
    found = offering.office_offerings_of(office_id, now)
    one = next(each for each in found if each.is_open)
    slot = list(islice(offering.free_times(one, one.reasons[0], one.days(now), now), 30))[-1]
    return {
        "open provider": one.public_id,
        "provider without requests": next(each.public_id for each in found if not each.is_open),
        "offered reason": one.reasons[0].public_id,
        "offered time": int(slot.starts_at.timestamp()),
    }
