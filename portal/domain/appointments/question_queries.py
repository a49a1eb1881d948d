"""Questions for a time, as the person and as the office see them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Date, bindparam, cast, func, literal, null, or_, select, text

from portal.domain.appointments.models import Appointment, VisitReason
from portal.domain.appointments.question_models import TimeQuestion
from portal.domain.audit.queries import with_head
from portal.domain.charts.models import Chart
from portal.domain.charts.types import OpenChart
from portal.domain.connections.models import Connection
from portal.domain.practices.models import Office, Provider
from portal.domain.viewer import Head, StaffViewer, Viewer
from portal.kernel import database
from portal.kernel.database import Moment
from portal.kernel.refusal import Missing
from portal.kernel.rows import Flat

#: What is over is shown to its person for so long, and on home for a week.
TOLD_FOR, NEW_FOR = timedelta(days=90), timedelta(days=7)
#: The words of the partial index, as they stand there.
OPEN = text("time_question.state = 'open'")


class Question(NamedTuple):
    """A question as its person sees it. `visit`: the one whose times the office offers, or that it booked."""

    id: UUID
    version: int
    state: str
    weekdays: int
    part: str
    words: str
    by_phone: bool
    answer: str | None
    asked_at: datetime
    ended_at: datetime | None
    reason: str
    reason_es: str | None
    provider: str
    office: str
    phone: str
    zone: str
    visit: UUID | None
    visit_state: str | None

    def called(self, language: str) -> str:
        """What the visit is for, in a language where the office wrote it in that."""
        return self.reason_es if language == "es" and self.reason_es else self.reason


class OfficeQuestion(NamedTuple):
    """The same as the office sees it, and whose it is. `provider_id`, `reason_id`: outer ids."""

    question: Question
    chart: UUID
    number: str
    person_id: int | None
    given: str
    family: str
    birth_date: date
    phone_on_file: str | None
    provider_id: UUID
    reason_id: UUID
    head: Head

    @property
    def name(self) -> str:
        """Oakhurst, Maribel."""
        return f"{self.family}, {self.given}"


def _asked() -> Any:
    return (
        select(
            TimeQuestion.public_id,
            TimeQuestion.version,
            TimeQuestion.state,
            TimeQuestion.weekdays,
            TimeQuestion.part_of_day,
            TimeQuestion.words,
            TimeQuestion.by_phone,
            TimeQuestion.answer,
            TimeQuestion.asked_at,
            TimeQuestion.ended_at,
            VisitReason.name,
            VisitReason.name_es,
            (Provider.given + " " + Provider.family + ", " + Provider.credentials).label("provider"),
            Office.name.label("office"),
            Office.phone,
            Office.time_zone,
            Appointment.public_id.label("visit"),
            Appointment.state.label("visit_state"),
        )
        .select_from(TimeQuestion)
        .join(VisitReason, VisitReason.id == TimeQuestion.reason_id)
        .join(Provider, Provider.id == TimeQuestion.provider_id)
        .join(Office, Office.id == TimeQuestion.office_id)
        .outerjoin(
            Appointment,
            (Appointment.office_id == TimeQuestion.office_id) & (Appointment.id == TimeQuestion.appointment_id),
        )
    )


_OF_PERSON = (
    _asked()
    .join(Connection, (Connection.office_id == TimeQuestion.office_id) & (Connection.chart_id == TimeQuestion.chart_id))
    .where(Connection.person_id == bindparam("person_id"), Connection.ended_at.is_(None))
)
_LATELY = _OF_PERSON.where(
    or_(TimeQuestion.ended_at.is_(None), TimeQuestion.ended_at > bindparam("told_since", type_=Moment()))
).order_by(TimeQuestion.id.desc())
_EVERY = _OF_PERSON.order_by(TimeQuestion.id)
_ONE = _OF_PERSON.where(TimeQuestion.public_id == bindparam("public_id"))
_AT_OFFICE = with_head(
    _asked()
    .join(Chart, Chart.id == TimeQuestion.chart_id)
    .add_columns(
        *(Chart.public_id.label("chart"), Chart.number, Chart.person_id, Chart.given, Chart.family, Chart.birth_date),
        *(Chart.phone_on_file, Provider.public_id.label("provider_id"), VisitReason.public_id.label("reason_id")),
    )
    .where(TimeQuestion.office_id == bindparam("office_id"), TimeQuestion.public_id == bindparam("public_id")),
    "person",
    Chart.person_id,
)
_OF_CHART = (
    _asked()
    .where(TimeQuestion.office_id == bindparam("office_id"), TimeQuestion.chart_id == bindparam("chart_id"))
    .order_by(TimeQuestion.id.desc())
    .limit(20)
)
_WIDTH = len(Question._fields)
#: For home: kind, count, first_at. Values: person_id, answered_since.
ANSWERED = (
    select(literal("time_answered").label("kind"), func.count().label("count"), cast(null(), Date).label("first_at"))
    .select_from(Connection)
    .join(
        TimeQuestion, (TimeQuestion.office_id == Connection.office_id) & (TimeQuestion.chart_id == Connection.chart_id)
    )
    .where(
        Connection.person_id == bindparam("person_id"),
        Connection.ended_at.is_(None),
        TimeQuestion.state == "answered",
        TimeQuestion.ended_at > bindparam("answered_since", type_=Moment()),
    )
    .having(func.count() > 0)
)
#: For the office's Today: kind, number. Values: office_id.
TO_ANSWER = (
    select(literal("time_questions").label("kind"), func.count().label("number"))
    .where(TimeQuestion.office_id == bindparam("office_id"), OPEN)
    .having(func.count() > 0)
)


def questions_of(viewer: Viewer, now: datetime) -> list[Question]:
    """What the person asked, newest first; what is over, for 90 days."""
    return database.read(Question, _LATELY, person_id=viewer.person_id, told_since=now - TOLD_FOR)


def all_of_person(person_id: int) -> list[Question]:
    """Everything that a person asked, for their copy."""
    return database.read(Question, _EVERY, person_id=person_id)


def question_of(viewer: Viewer, question_id: UUID) -> Question:
    """One question of the person.

    Raises:
        Missing: there is none, or it is somebody else's.
    """
    found = database.read_one(Question, _ONE, person_id=viewer.person_id, public_id=question_id)
    if found is None:
        raise Missing
    return found


def office_question_of(viewer: StaffViewer, question_id: UUID) -> OfficeQuestion:
    """One question at the viewer's office.

    Raises:
        Missing: there is none, or it is another office's.
    """
    row = database.read_one(Flat, _AT_OFFICE, office_id=viewer.office_id, public_id=question_id)
    if row is None:
        raise Missing
    return OfficeQuestion._make((Question._make(row[:_WIDTH]), *row[_WIDTH:-2], Head.of(*row[-2:])))


def of_chart(viewer: StaffViewer, chart: OpenChart) -> list[Question]:
    """What the person of a chart asked, newest first; 20 at most."""
    return database.read(Question, _OF_CHART, office_id=viewer.office_id, chart_id=chart.id)
