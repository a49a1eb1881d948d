"""What a person does before a visit: yes to each thing on file, or the news of another one; then "I am here"."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from portal.domain.address_book.models import Insurance
from portal.domain.appointments import arrivals, cancelling
from portal.domain.appointments.check_in_models import CheckInStep
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.types import State
from portal.domain.audit.actions import record
from portal.domain.charts.models import Chart
from portal.domain.check_in import queries, rules
from portal.domain.check_in.types import CheckIn, Step
from portal.domain.connections import profile_changes
from portal.domain.connections.models import ProfileChange
from portal.domain.viewer import Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if

_SECTION = "check_in"


def confirm(viewer: Viewer, appointment_id: UUID, step: Step, *, seen: str, now: datetime) -> bool:
    """Yes, that is right. The last yes ends the check-in.

    Args:
        seen: the version of what the person had before their eyes.

    Returns:
        Whether the person has checked in by now.

    Raises:
        Missing: no such visit, or somebody else's.
        Refused: what rules.why_not_check_in says; `check_in_changed`.
    """
    visit, found = _open(viewer, appointment_id, now)
    refuse_if(rules.why_not_as_seen(rules.version_of(found, step), seen))
    return _say(viewer, visit, step, now)


def tell_own(viewer: Viewer, appointment_id: UUID, step: Step, *, seen: str, now: datetime) -> bool:
    """Not what the office has, but what account or profile have: the office is told, and takes it or says why not.

    Args, Returns, Raises: as `confirm`; Missing also where there is nothing else to tell.
    """
    visit, found = _open(viewer, appointment_id, now)
    other = found.on_file[step].other
    if other is None:
        raise Missing
    refuse_if(rules.why_not_as_seen(rules.version_of_words(other), seen))
    chart = database.session().get_one(Chart, visit.chart_id)
    profile_changes.tell_chart(chart, viewer.person_id, step, other, now)
    database.session().flush()
    return _say(viewer, visit, step, now)


def arrive(viewer: Viewer, appointment_id: UUID, *, now: datetime) -> None:
    """ "I am here." Twice is once.

    Raises:
        Missing: no such visit, or somebody else's.
        Refused: what rules.why_not_arrive says.
    """
    visit = cancelling.for_update(viewer, appointment_id)
    if visit.state == State.ARRIVED:
        return
    refuse_if(rules.why_not_arrive(queries.check_in_of(viewer, appointment_id, now).visit, now))
    arrivals.arrive_oneself(viewer, visit, now)


def _open(viewer: Viewer, appointment_id: UUID, now: datetime) -> tuple[Appointment, CheckIn]:
    visit = cancelling.for_update(viewer, appointment_id)
    found = queries.check_in_of(viewer, appointment_id, now)
    refuse_if(rules.why_not_check_in(found.visit, now))
    return visit, found


def _say(viewer: Viewer, visit: Appointment, step: Step, now: datetime) -> bool:
    session = database.session()
    line = session.get(CheckInStep, (visit.id, step)) or CheckInStep(
        appointment_id=visit.id, step=step, office_id=visit.office_id
    )
    line.at, (line.by_kind, line.by_id) = now, viewer.actor
    line.changed_at = rules.since_last(_changed_at(viewer, visit, step), _last_visit(visit))
    session.add(line)
    session.flush()
    record(f"check_in.{step}", by=viewer, about=visit.public_id, section=_SECTION)
    said = select(func.count()).where(CheckInStep.office_id == visit.office_id, CheckInStep.appointment_id == visit.id)
    if visit.checked_in_at is None and session.scalar(said) == len(Step):
        # Not by the entity: that would count its version, and the desk's open list would be refused for nothing.
        session.execute(update(Appointment).where(Appointment.id == visit.id).values(checked_in_at=now))
        cancelling.write_down(viewer, visit, "checked_in", now)
    return visit.checked_in_at is not None


def _changed_at(viewer: Viewer, visit: Appointment, step: Step) -> datetime | None:
    """When what a step is about was changed last, as the portal knows it."""
    newest: Any
    if step is Step.INSURANCE:
        newest = select(func.max(Insurance.changed_at)).where(Insurance.person_id == viewer.person_id)
    else:
        newest = select(func.max(ProfileChange.told_at)).where(
            ProfileChange.office_id == visit.office_id,
            ProfileChange.chart_id == visit.chart_id,
            ProfileChange.field == step,
            ProfileChange.state != "gone",
        )
    found: datetime | None = database.session().scalar(newest)
    return found


def _last_visit(visit: Appointment) -> datetime | None:
    seen = select(func.max(Appointment.starts_at)).where(
        Appointment.office_id == visit.office_id,
        Appointment.chart_id == visit.chart_id,
        Appointment.state == State.FULFILLED,
    )
    return database.session().scalar(seen)
