"""The office answers who found no time: in words, with up to three times of which they pick one, or by booking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from portal.domain.appointments import history, proposing, question_rules
from portal.domain.appointments.desk_rules import OFFERED_FOR, why_not_propose
from portal.domain.appointments.models import Appointment, VisitReason
from portal.domain.appointments.question_models import TimeQuestion
from portal.domain.appointments.types import Length, State
from portal.domain.charts.actions import record_at
from portal.domain.charts.models import Chart
from portal.domain.outbox.actions import queue
from portal.domain.viewer import Actor, StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if


class _Asked(NamedTuple):
    row: TimeQuestion
    chart: Chart


def answer(viewer: StaffViewer, question_id: UUID, *, version: int, words: str, now: datetime) -> None:
    """In the office's words; also where a visit was booked for them, or they were called.

    Raises:
        Missing: no such question at the viewer's office.
        Refused: `question_answered`: somebody was quicker, or it was taken back.
    """
    asked = _as_seen(viewer, question_id, version)
    _end(viewer, asked, "answered", now)
    asked.row.answer = words
    account = history.account_of(asked.row.office_id, asked.row.chart_id)
    if account is not None:
        queue("time_question_answered", to=Actor("patient", account), office_id=asked.row.office_id)


def propose(
    viewer: StaffViewer, question_id: UUID, *, version: int, provider: UUID, times: Sequence[datetime], now: datetime
) -> UUID:
    """Offer times of a provider, all held until the person picks one; the visit's outer id.

    Raises:
        Missing: no such question or provider at the viewer's office.
        Refused: as `answer`; or no time, more than three, some that overlap, or one that is taken.
    """
    asked = _as_seen(viewer, question_id, version)
    session, row = database.session(), asked.row
    reason = session.get_one(VisitReason, row.reason_id)
    length = Length(reason.minutes, reason.buffer_minutes)
    refuse_if(why_not_propose(times, timedelta(minutes=sum(length)), now))
    offered = [proposing.slot_of(viewer, provider, one, now) for one in sorted(times)]
    first, last = offered[0], offered[-1]
    visit = Appointment(
        office_id=row.office_id,
        chart_id=row.chart_id,
        provider_id=first[0].provider_id,
        location_id=first[1].location_id,
        reason_id=row.reason_id,
        starts_at=first[1].starts_at,
        minutes=length.minutes,
        state=State.PROPOSED,
        held_until=min(now + OFFERED_FOR, last[1].starts_at),
        requested_at=row.asked_at,
        note=row.words,
    )
    session.add(visit)
    session.flush()
    proposing.claim_times(visit, offered, length, now)
    row.appointment_id = visit.id
    _end(viewer, asked, "proposed", now)
    history.note(visit, "proposed", by=viewer.actor, now=now)
    history.tell_person("appointment_proposed", visit)
    return visit.public_id


def answer_with(viewer: StaffViewer, chart: Chart, question_id: UUID, visit: Appointment, now: datetime) -> None:
    """A visit is booked for who asked: that is the answer, where none was given before. Called where it is booked.

    Raises:
        Missing: the chart has no such question.
    """
    theirs = select(TimeQuestion).where(
        TimeQuestion.public_id == question_id,
        TimeQuestion.office_id == viewer.office_id,
        TimeQuestion.chart_id == chart.id,
    )
    row = database.session().scalar(theirs.with_for_update())
    if row is None:
        raise Missing
    if row.state == "open":
        row.appointment_id = visit.id
        _end(viewer, _Asked(row, chart), "booked", now)


def _as_seen(viewer: StaffViewer, question_id: UUID, version: int) -> _Asked:
    session = database.session()
    mine = select(TimeQuestion).where(TimeQuestion.public_id == question_id, TimeQuestion.office_id == viewer.office_id)
    row = session.scalar(mine.with_for_update())
    if row is None:
        raise Missing
    refuse_if(question_rules.why_not_answer(row.state, row.version, version))
    return _Asked(row, session.get_one(Chart, row.chart_id))


def _end(viewer: StaffViewer, asked: _Asked, deed: str, now: datetime) -> None:
    asked.row.state, asked.row.ended_at = "answered", now
    record_at(asked.chart, f"time_question.{deed}", by=viewer, section="appointments")
