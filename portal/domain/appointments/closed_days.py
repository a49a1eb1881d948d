"""Whole days on which the offices of a person are closed, for whoever counts business days."""

from __future__ import annotations

from sqlalchemy import Date, bindparam, select

from portal.domain.appointments.models import TimeOff
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
