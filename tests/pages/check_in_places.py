"""Places of somebody who checks in, and the visits that these are about, as in places.py: endpoint, roles, values."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from portal.domain.appointments.check_in_models import CheckInStep
from portal.domain.appointments.models import Appointment, VisitReason
from portal.kernel import clock, database
from tests.factories import appointments

if TYPE_CHECKING:
    from tests.pages.world import World

_PATIENT = ("patient",)
_ONE = "check_in."
_SOON = {"appointment_id": "visit soon"}
_NEAR = (
    "visit soon",
    "visit here",
    "visit by video",
    "visit checked in",
    "visit half done",
    "pending visit",
    "fulfilled visit",
)

CHECK_IN: tuple[tuple[Any, ...], ...] = (
    *((_ONE + "show", _PATIENT, {"appointment_id": name}) for name in _NEAR),
    # "address" is the name of one here: its page is that of a visit for which the phone was said yes to.
    *((_ONE + "ask", _PATIENT, {"step": step, **_SOON}) for step in ("phone", "insurance")),
    (_ONE + "ask", _PATIENT, {"step": "phone", "appointment_id": "pending visit"}),
    *((_ONE + "place", _PATIENT, {"appointment_id": name}) for name in ("visit here", "fulfilled visit")),
    *(("appointments.details", _PATIENT, {"appointment_id": name}) for name in _NEAR[:5]),
    ("address_book.new", _PATIENT, {"kind": "insurance", "check_in": "visit soon"}),
    ("address_book.edit", _PATIENT, {"kind": "insurance", "entry_id": "insurance 1", "check_in": "visit soon"}),
    ("accounts.new_address", _PATIENT, {"check_in": "visit soon"}),
    ("security_contacts.edit", _PATIENT, {"kind": "phone", "check_in": "visit soon"}),
    ("appointments_office.look_at", ("front_desk",), {"office": "office", "appointment_id": "visit checked in"}),
)


def set_out(world: World) -> None:
    """Visits of the patient in every state in which somebody checks in."""
    now = clock.now()
    with database.writing() as session:
        booked = Appointment.public_id == world.named["booked visit"]
        like = session.scalars(select(Appointment).where(booked)).one()
        chart, provider, reason = like.chart_id, like.provider_id, like.reason_id
        by_video = select(VisitReason.id).where(VisitReason.office_id == like.office_id, VisitReason.by_video)
        video = session.scalars(by_video).first() or reason
    made = {
        "visit soon": (reason, 40, "booked", {}),
        "visit here": (reason, 20, "arrived", {"arrived_at": now}),
        "visit by video": (video, 90, "booked", {"checked_in_at": now, "video_link": "https://video.example.com/r"}),
        "visit checked in": (reason, 24 * 60, "booked", {"checked_in_at": now}),
        "visit half done": (reason, 26 * 60, "booked", {}),
    }
    for name, (what, minutes, state, more) in made.items():
        at = (now + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
        world.named[name] = appointments.an_appointment(chart, provider, what, at, state, **more)
    _say(world.named["visit half done"], "phone", changed_at=now)
    for step in ("phone", "address", "insurance"):
        _say(world.named["visit checked in"], step, changed_at=now if step == "insurance" else None)


def _say(visit: UUID, step: str, *, changed_at: datetime | None) -> None:
    with database.writing() as session:
        row = session.scalars(select(Appointment).where(Appointment.public_id == visit)).one()
        session.add(
            CheckInStep(
                appointment_id=row.id,
                step=step,
                office_id=row.office_id,
                at=clock.now(),
                by_kind="patient",
                by_id=1,
                changed_at=changed_at,
            )
        )
