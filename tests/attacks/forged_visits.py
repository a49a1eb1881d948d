"""An office that can be asked for a time, for attackers: forms that no page gave, and what is stored afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.domain.appointments.models import Appointment, VisitReason
from portal.domain.connections.models import Connection
from portal.domain.practices.models import Provider
from portal.kernel import clock, database
from tests.factories import appointments, practices

HERE = ZoneInfo("America/New_York")
MINE = "/me/appointments/"


class Opened:
    """A provider who can be asked for a time around the clock, a visit of the patient there, and where things are."""

    def __init__(self, office, patient, **provider):
        self.office, self.patient = office, patient
        self.provider = practices.a_provider(office.id, "Imre", "Lindgren-Ash", **provider)
        self.reason = appointments.a_reason(office.id, self.provider)
        appointments.some_hours(self.provider, 0, 24 * 60, weekdays=range(7), pause_starts=None, pause_ends=None)
        with database.writing() as session:
            mine = select(Connection.chart_id).where(Connection.person_id == patient.person_id)
            self.chart = session.scalars(mine).first()
            self.provider_id = session.get_one(Provider, self.provider).public_id
            self.reason_id = session.get_one(VisitReason, self.reason).public_id

    def visit(self, hours=240, state="booked", **more) -> UUID:
        """One of the patient, so many hours from now."""
        starts_at = datetime.fromtimestamp(self.at(hours), HERE)
        return appointments.an_appointment(self.chart, self.provider, self.reason, starts_at, state, **more)

    def at(self, hours) -> int:
        """A full hour, so many hours from now, in seconds since 1970."""
        return int((clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)).timestamp())

    def asking(self, hours, **more) -> dict[str, str]:
        """The fields of the form that holds a time, or asks for it."""
        return {"reason": str(self.reason_id), "at": str(self.at(hours)), **more}

    def url(self, deed="hold") -> str:
        """Where it is sent to."""
        return f"{MINE}request/{self.provider_id}/{deed}"


def send(made, url, once="a", start=MINE, **fields):
    """A form that no page gave: its token is right, everything else is the attacker's."""
    token = made.get(start).css("input[name=csrf_token]")[0].get("value")
    return made._send("post", url, data={"csrf_token": token, "once": once * 22, **fields})


def stored(*states):
    """All visits in these states."""
    with database.writing() as session:
        rows = list(session.scalars(select(Appointment).where(Appointment.state.in_(states))))
        session.expunge_all()
        return rows
