"""Places of visits in the office console: endpoint, roles, values of its URL, and its status, as in places.py."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.appointments.models import Appointment
from portal.domain.charts.models import Chart
from portal.domain.practices.models import Office

_DESK = ("front_desk", "clinician", "administrator")
_OFFICE = {"office": "office"}
_ONE = _OFFICE | {"appointment_id": "visit asked for"}

DESK: tuple[tuple[Any, ...], ...] = (
    ("appointments_office.queue", _DESK, _OFFICE),
    *(
        ("appointments_office.look_at", _DESK, _OFFICE | {"appointment_id": name})
        for name in ("visit asked for", "visit agreed on", "visit to cancel", "visit of the past")
    ),
    ("appointments_proposing.ask_for_times", _DESK, _ONE),
    ("appointments_booking.find", _DESK, _OFFICE),
    ("appointments_booking.ask", _DESK, _OFFICE | {"chart": "chart"}),
    ("appointments_booking.ask", _DESK[:1], _OFFICE | {"chart": "chart of nobody", "at": "1"}),
    ("appointments_booking.ask", _DESK[:1], _OFFICE | {"chart": "merged chart"}, 409),
    (
        "appointments_booking.booked",
        _DESK,
        _OFFICE | {"chart": "chart of the visit", "appointment_id": "visit agreed on"},
    ),
    ("appointments_times.ask_to_pick", ("patient whose change was left",), {"appointment_id": "visit to pick"}),
    *((f"appointments_schedule.{view}", _DESK, _OFFICE) for view in ("day", "week", "day_list")),
    *(
        (f"appointments_schedule.{view}", _DESK[:1], _OFFICE | {"day": "busy day"})
        for view in ("day", "week", "day_list")
    ),
    *((f"appointments_office.ask_to_{deed}", _DESK, _ONE) for deed in ("reject", "keep", "cancel")),
)
_NAMES = {
    "pending": "visit asked for",
    "booked": "visit agreed on",
    "fulfilled": "visit of the past",
    "proposed": "visit to pick",
}


def name_visits(named: dict[str, Any], session: Session) -> None:
    """Visits at the office by what became of them."""
    office = session.scalars(select(Office.id).where(Office.public_id == named["office"])).one()
    for one in session.scalars(select(Appointment).where(Appointment.office_id == office).order_by(Appointment.id)):
        name = "visit to cancel" if one.cancel_asked_at else _NAMES.get(one.state, "another visit")
        named.setdefault(name, one.public_id)
        if one.state == "booked" and name == "visit agreed on":
            named.setdefault("chart of the visit", session.get_one(Chart, one.chart_id).public_id)
        if one.state == "booked":
            named.setdefault("busy day", one.starts_at.date())
