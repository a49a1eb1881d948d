"""What the office's Today says of visits: selects of kind and number, some with when the first of them is."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, literal, or_, select, text

from portal.domain.appointments import question_queries
from portal.domain.appointments.models import Appointment, AppointmentEvent
from portal.domain.appointments.rules import OPEN
from portal.domain.appointments.types import State
from portal.domain.practices.models import Provider
from portal.kernel.database import Moment

# The words of the partial indexes stand in the statements as they stand there, so that both databases use them.
PENDING = text("appointment.state = 'pending'")
LEAVING = (text("appointment.cancel_asked_at is not null"), Appointment.state == State.BOOKED)
#: What somebody canceled by themselves since yesterday, while its time is still ahead.
CANCELED_AT = (
    select(func.max(AppointmentEvent.at))
    .where(
        AppointmentEvent.office_id == Appointment.office_id,
        AppointmentEvent.appointment_id == Appointment.id,
        AppointmentEvent.deed == "cancelled",
        AppointmentEvent.by_kind == "patient",
    )
    .scalar_subquery()
)
GONE = (
    text("appointment.cancelled_by = 'patient'"),
    Appointment.state == State.CANCELLED,
    Appointment.confirmed_at.is_not(None),
    Appointment.starts_at > bindparam("now", type_=Moment()),
    bindparam("yesterday", type_=Moment()) < CANCELED_AT,
)
#: Values of all: office_id; now, yesterday, of_today.
TO_ANSWER = (
    select(literal("visit_requests").label("kind"), func.count().label("number"))
    .where(Appointment.office_id == bindparam("office_id"), PENDING)
    .having(func.count() > 0)
)
TO_CANCEL = (
    select(literal("visit_cancellations").label("kind"), func.count().label("number"))
    .where(Appointment.office_id == bindparam("office_id"), *LEAVING)
    .having(func.count() > 0)
)
#: Who has arrived lately and was not seen yet.
IN_LINE = (
    select(literal("visits_in_line").label("kind"), func.count().label("number"))
    .where(
        Appointment.office_id == bindparam("office_id"),
        Appointment.state == State.ARRIVED,
        Appointment.starts_at > bindparam("of_today", type_=Moment()),
    )
    .having(func.count() > 0)
)
#: What patients canceled by themselves since yesterday; `first_at` is the first time that is free again. Value: now.
FREED = (
    select(
        literal("visits_canceled").label("kind"),
        func.count().label("number"),
        func.min(Appointment.starts_at).label("first_at"),
    )
    .where(Appointment.office_id == bindparam("office_id"), *GONE)
    .having(func.count() > 0)
)
#: Visits ahead with a provider who was taken off; `first_at` is the first of them. Value: now.
LEFT_BEHIND = (
    select(
        literal("visits_left_behind").label("kind"),
        func.count().label("number"),
        func.min(Appointment.starts_at).label("first_at"),
    )
    .join(Provider, (Provider.office_id == Appointment.office_id) & (Provider.id == Appointment.provider_id))
    .where(
        Provider.office_id == bindparam("office_id"),
        Provider.ended_at.is_not(None),
        Appointment.office_id == bindparam("office_id"),
        or_(*(Appointment.state == state for state in OPEN)),
        Appointment.starts_at > bindparam("now", type_=Moment()),
    )
    .having(func.count() > 0)
)
DESK_SUMMARIES = (TO_ANSWER, TO_CANCEL, question_queries.TO_ANSWER, FREED, LEFT_BEHIND, IN_LINE)


def since_yesterday(now: datetime) -> datetime:
    """From when on what was canceled is still news."""
    return now - timedelta(hours=36)
