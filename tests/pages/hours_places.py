"""Where an office sets its hours, and what the addresses there are called."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.domain.appointments.models import TimeOff, VisitReason, WeeklyHours
from tests.pages.lines import Line

_RUNS = ("administrator", "operator inside")
_OFFICE = {"office": "office"}
_OF_PROVIDER = {**_OFFICE, "provider_id": "clinician"}

HOURS = (
    Line("appointments_hours.listing", _RUNS, _OFFICE),
    Line("appointments_hours.week", _RUNS, _OF_PROVIDER),
    Line("appointments_hours.new", _RUNS, _OF_PROVIDER),
    *(
        Line(f"appointments_hours.{part}", _RUNS, {**_OF_PROVIDER, "hours_id": "hours"})
        for part in ("edit", "ask_to_remove")
    ),
    Line("appointments_time_off.new", _RUNS, _OFFICE),
    Line("appointments_time_off.new", _RUNS, _OF_PROVIDER),
    Line("appointments_time_off.ask_to_remove", _RUNS, {**_OFFICE, "off_id": "holiday"}),
    Line("appointments_reasons.listing", _RUNS, _OFFICE),
    Line("appointments_reasons.new", _RUNS, _OFFICE),
    Line("appointments_reasons.edit", _RUNS, {**_OFFICE, "reason_id": "visit reason"}),
)


def names(session: Any, office_id: int) -> dict[str, UUID]:
    """What the demonstration has for these addresses: the first of each, in one office."""
    found = {}
    for name, table in (("hours", WeeklyHours), ("holiday", TimeOff), ("visit reason", VisitReason)):
        first = select(table.public_id).where(table.office_id == office_id).order_by(table.id).limit(1)
        found[name] = session.scalars(first).one()
    return found
