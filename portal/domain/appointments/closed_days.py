"""When the offices of a person work, and the whole days on which they do not, for whoever counts business days."""

from __future__ import annotations

from sqlalchemy import Date, bindparam, func, or_, select

from portal.domain.appointments.models import TimeOff, WeeklyHours
from portal.domain.connections.models import Connection
from portal.domain.practices.models import Office

#: Columns office (outer id), from_day, until_day; values person_id, today.
CLOSED_FOR_PERSON = (
    select(Office.public_id.label("office"), TimeOff.from_day, TimeOff.until_day)
    .select_from(Connection)
    .join(TimeOff, TimeOff.office_id == Connection.office_id)
    .join(Office, Office.id == Connection.office_id)
    .where(
        Connection.person_id == bindparam("person_id"),
        Connection.ended_at.is_(None),
        TimeOff.provider_id.is_(None),
        TimeOff.starts.is_(None),
        TimeOff.until_day >= bindparam("today", type_=Date()),
    )
)
#: Columns office (outer id), weekday, opens, closes (minutes, of all its providers together); values person_id, today.
HOURS_FOR_PERSON = (
    select(
        Office.public_id.label("office"),
        WeeklyHours.weekday,
        func.min(WeeklyHours.starts).label("opens"),
        func.max(WeeklyHours.ends).label("closes"),
    )
    .select_from(Connection)
    .join(WeeklyHours, WeeklyHours.office_id == Connection.office_id)
    .join(Office, Office.id == Connection.office_id)
    .where(
        Connection.person_id == bindparam("person_id"),
        Connection.ended_at.is_(None),
        or_(WeeklyHours.until_day.is_(None), WeeklyHours.until_day >= bindparam("today", type_=Date())),
    )
    .group_by(Office.public_id, WeeklyHours.weekday)
)
