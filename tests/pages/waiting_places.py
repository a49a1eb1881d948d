"""Places of the wait list and of questions for a time: endpoint, roles, and values of the URL, as in places.py."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.domain.appointments.models import Appointment
from portal.domain.appointments.question_models import TimeQuestion
from portal.domain.appointments.waiting_models import WaitListEntry
from portal.domain.connections.models import Connection

_MINE, _OFFICE = "appointments_waiting.", "appointments_waiting_office."
_ASKED = "appointments_questions_office."
_PATIENT, _DESK = ("patient",), ("front_desk", "clinician", "administrator")
_AT = {"office": "office"}

WAITING: tuple[tuple[Any, ...], ...] = (
    (_MINE + "listing", ("patient", "patient of two offices", "patient who was declined"), {}),
    (_MINE + "one", _PATIENT, {"entry_id": "wish with an offer"}),
    (_MINE + "ask_earlier", _PATIENT, {"appointment_id": "booked visit"}),
    (_MINE + "ask_any", _PATIENT, {"provider_id": "open provider", "reason": "offered reason"}),
    ("appointments.details", _PATIENT, {"appointment_id": "offered visit"}),
    ("appointments_questions.listing", ("patient", "patient who was declined", "patient whose change was left"), {}),
    ("appointments_questions.start", _PATIENT, {"provider_id": "open provider", "reason": "offered reason"}),
    ("appointments_questions.one", _PATIENT, {"question_id": "question asked"}),
    ("appointments_questions.one", ("patient whose change was left",), {"question_id": "question answered"}),
    (_ASKED + "look_at", _DESK, _AT | {"question_id": "question asked"}),
    (_ASKED + "look_at", _DESK[:1], _AT | {"question_id": "question answered"}),
    (_ASKED + "ask_for_times", _DESK, _AT | {"question_id": "question asked"}),
    ("charts.show_part", _DESK, _AT | {"chart": "chart", "part": "time_questions"}),
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
    asked = session.execute(select(TimeQuestion.state, TimeQuestion.public_id).order_by(TimeQuestion.id))
    names = {"open": "question asked", "answered": "question answered"}
    return {"wish with an offer": session.scalars(theirs).one()} | {names[state]: one for state, one in asked}
