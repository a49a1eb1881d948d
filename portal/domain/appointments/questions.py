"""A person finds no time and asks the office for one; or takes the question back."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from portal.domain.accounts.models import Person
from portal.domain.appointments import asking_rules, offering, question_rules
from portal.domain.appointments.question_models import TimeQuestion
from portal.domain.appointments.types import PartOfDay
from portal.domain.audit.actions import record
from portal.domain.charts.types import OpenChart
from portal.domain.connections.models import Connection
from portal.domain.viewer import StaffViewer, Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if


class Asking(NamedTuple):
    """What somebody asks: `weekdays` bits, Monday is 1; `by_phone`: they want a call."""

    part: PartOfDay
    weekdays: int
    words: str
    by_phone: bool


def ask(viewer: Viewer, provider: UUID, reason: UUID, asking: Asking, now: datetime) -> UUID:
    """Ask the provider's office; the question's outer id.

    Raises:
        Missing: no such provider or reason at the person's offices.
        Refused: `provider_takes_no_requests`, `many_questions`.
    """
    offer = offering.offering_of(viewer, provider, now)
    refuse_if(asking_rules.why_not_choose(is_open=offer.is_open))
    wanted = offer.reason(reason)
    if wanted is None or offer.chart_id is None:
        raise Missing
    session = database.session()
    session.execute(select(Person.id).where(Person.id == viewer.person_id).with_for_update())
    waiting = select(func.count()).where(
        TimeQuestion.office_id == offer.office_id,
        TimeQuestion.chart_id == offer.chart_id,
        TimeQuestion.state == "open",
    )
    refuse_if(question_rules.why_not_ask(session.scalar(waiting) or 0))
    row = TimeQuestion(
        office_id=offer.office_id,
        chart_id=offer.chart_id,
        provider_id=offer.provider_id,
        reason_id=wanted.id,
        weekdays=asking.weekdays,
        part_of_day=asking.part,
        words=asking.words,
        by_phone=asking.by_phone,
        asked_at=now,
    )
    session.add(row)
    session.flush()
    record("time_question.asked", by=viewer, about=row.public_id, section="appointments")
    return row.public_id


def take_back(viewer: Viewer, question_id: UUID, now: datetime) -> None:
    """The person needs no answer any more.

    Raises:
        Missing: no such question, or somebody else's.
        Refused: `question_over`.
    """
    mine = (
        select(TimeQuestion)
        .join(
            Connection,
            (Connection.office_id == TimeQuestion.office_id) & (Connection.chart_id == TimeQuestion.chart_id),
        )
        .where(
            TimeQuestion.public_id == question_id,
            Connection.person_id == viewer.person_id,
            Connection.ended_at.is_(None),
        )
        .with_for_update(of=TimeQuestion)
    )
    row = database.session().scalar(mine)
    if row is None:
        raise Missing
    refuse_if(question_rules.why_not_take_back(row.state))
    row.state, row.ended_at = "withdrawn", now
    record("time_question.withdrawn", by=viewer, about=row.public_id, section="appointments")


def leave(person_id: int, now: datetime) -> None:
    """Somebody closes their account: nobody would read the answers."""
    theirs = (
        select(TimeQuestion)
        .join(
            Connection,
            (Connection.office_id == TimeQuestion.office_id) & (Connection.chart_id == TimeQuestion.chart_id),
        )
        .where(Connection.person_id == person_id, Connection.ended_at.is_(None), TimeQuestion.state == "open")
    )
    for row in list(database.session().scalars(theirs.with_for_update(of=TimeQuestion))):
        row.state, row.ended_at = "withdrawn", now


def part(viewer: StaffViewer, chart: OpenChart, now: datetime) -> None:
    """An office ends a connection: who asked could not read an answer any more."""
    theirs = select(TimeQuestion).where(
        TimeQuestion.office_id == viewer.office_id, TimeQuestion.chart_id == chart.id, TimeQuestion.state == "open"
    )
    for row in list(database.session().scalars(theirs.with_for_update())):
        row.state, row.ended_at = "withdrawn", now
