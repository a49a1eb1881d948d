"""Requests for visits, and people who want to cancel: the office answers, oldest first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, url_for

from portal.blueprints.appointments.answer_forms import AnswerForm, WhyForm
from portal.blueprints.appointments.office_wording import (
    changed_words,
    event_words,
    said_words,
    state_words,
    waited_words,
)
from portal.domain.appointments import answering, desk, desk_rules, visits
from portal.domain.appointments.types import State
from portal.domain.charts.actions import note_look
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web.access import staff
from portal.web.hypermedia import done, page
from portal.web.transaction import afterwards
from portal.web.wording import words_for

bp = Blueprint("appointments_office", __name__)
_QUEUE, _WHY = "partials/appointments/office_queue.html", "partials/appointments/office_why.html"
_VISIT = "/<uuid:appointment_id>"


@bp.get("/")
def queue() -> Response:
    """Who waits for an answer."""
    values = _queued()
    desk.note_list(staff(), [*values["waiting"], *values["gone"]], apart=True)
    return page("appointments/office_queue.html", fragment=_QUEUE, **values)


def _queued(refused: Refused | None = None) -> dict[str, Any]:
    found = desk.queue_of(staff(), clock.now())
    return {
        "waiting": [one for one in found if not one.is_gone],
        "gone": [one for one in found if one.is_gone],
        "why_not": words_for(refused.refusal) if refused else "",
        "zone": staff().time_zone,
        "waited_words": waited_words,
    }


def _back_to_the_queue() -> Response:
    values = _queued()
    desk.note_list(staff(), [*values["waiting"], *values["gone"]], apart=False)
    return done(_QUEUE, instead=url_for(".queue"), **values)


def _not_done(refused: Refused) -> Response:
    """The queue as it is by now, and what somebody else did meanwhile."""
    values = _queued(refused)
    afterwards(partial(desk.note_list, staff(), [*values["waiting"], *values["gone"]], apart=False))
    return page("appointments/office_queue.html", fragment=_QUEUE, status=409, **values)


@bp.get(f"{_VISIT}/")
def look_at(appointment_id: UUID) -> Response:
    """One visit, and what happened to it."""
    visit = visits.visit_of(staff(), appointment_id)
    note_look(staff(), visit.chart, visit.person_id, visit.head, "appointments")
    return page(
        "appointments/office_visit.html",
        visit=visit,
        offers=desk_rules.offers(State(visit.state), asks_to_cancel=visit.cancel_asked_at is not None),
        state=state_words(visit.state),
        said=[(said_words(one.step), one.at) for one in visit.said],
        changed=changed_words(visit.changed, staff().time_zone),
        events=[(event_words(event), event.at, event.because) for event in visit.events],
        zone=staff().time_zone,
    )


@bp.post(f"{_VISIT}/approve")
def approve(appointment_id: UUID) -> Response:
    """Yes."""
    return _answer(partial(answering.approve, staff(), appointment_id))


@bp.post(f"{_VISIT}/accept")
def accept_cancellation(appointment_id: UUID) -> Response:
    """They may cancel."""
    return _answer(partial(answering.accept_cancellation, staff(), appointment_id))


def _answer(deed: Callable[..., None]) -> Response:
    try:
        deed(version=AnswerForm().known_version, now=clock.now())
    except Refused as refused:
        return _not_done(refused)
    return _back_to_the_queue()


@bp.get(f"{_VISIT}/reject")
def ask_to_reject(appointment_id: UUID) -> Response:
    """Why not?"""
    return _ask_first(appointment_id, "reject")


@bp.post(f"{_VISIT}/reject")
def reject(appointment_id: UUID) -> Response:
    """No, and why."""
    return _say_why(appointment_id, "reject", answering.reject)


@bp.get(f"{_VISIT}/keep")
def ask_to_keep(appointment_id: UUID) -> Response:
    """Why can it not be canceled?"""
    return _ask_first(appointment_id, "keep")


@bp.post(f"{_VISIT}/keep")
def keep(appointment_id: UUID) -> Response:
    """It stays, and why."""
    return _say_why(appointment_id, "keep", answering.keep)


@bp.get(f"{_VISIT}/cancel")
def ask_to_cancel(appointment_id: UUID) -> Response:
    """Why does the office call it off?"""
    return _ask_first(appointment_id, "cancel")


@bp.post(f"{_VISIT}/cancel")
def cancel(appointment_id: UUID) -> Response:
    """Called off, and why."""
    return _say_why(appointment_id, "cancel", answering.cancel)


def _ask_first(appointment_id: UUID, deed: str) -> Response:
    visit = visits.visit_of(staff(), appointment_id)
    note_look(staff(), visit.chart, visit.person_id, visit.head, "appointments")
    return _ask_why(visit, deed, WhyForm(data={"version": str(visit.version)}))


def _say_why(appointment_id: UUID, deed: str, say: Callable[..., None]) -> Response:
    form = WhyForm()
    if not form.validate():
        return _ask_why(visits.visit_of(staff(), appointment_id), deed, form, 422)
    try:
        say(staff(), appointment_id, version=form.known_version, because=form.because.data, now=clock.now())
    except Refused as refused:
        return _not_done(refused)
    return _back_to_the_queue()


def _ask_why(visit: visits.OfficeVisit, deed: str, form: WhyForm, status: int = 200) -> Response:
    return page(
        "appointments/office_why.html",
        fragment=_WHY,
        status=status,
        visit=visit,
        deed=deed,
        form=form,
        zone=staff().time_zone,
        leave_url=url_for(".look_at", appointment_id=visit.public_id),
    )
