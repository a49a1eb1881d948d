"""Somebody found no time: the office answers in words, with times to pick from, or by booking."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, url_for

from portal.blueprints.appointments import offered_times, question_wording
from portal.blueprints.appointments.answer_forms import ProposeForm
from portal.blueprints.appointments.offered_times import About
from portal.blueprints.appointments.question_forms import SentenceForm
from portal.blueprints.appointments.weekdays import when_words
from portal.domain.appointments import question_desk, question_queries
from portal.domain.appointments.question_queries import OfficeQuestion
from portal.domain.charts.actions import note_look
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web.access import staff
from portal.web.hypermedia import go, page
from portal.web.wording import words_for

assert question_wording.REASONS
bp = Blueprint("appointments_questions_office", __name__)
_QUESTION = "/<uuid:question_id>"


@bp.get(f"{_QUESTION}/")
def look_at(question_id: UUID) -> Response:
    """What somebody asks, and the ways to answer."""
    found = question_queries.office_question_of(staff(), question_id)
    note_look(staff(), found.chart, found.person_id, found.head, "appointments")
    return _look_at(found, SentenceForm(formdata=None, data={"version": str(found.question.version)}))


@bp.post(f"{_QUESTION}/")
def answer(question_id: UUID) -> Response:
    """In words."""
    form = SentenceForm()
    if not form.validate():
        return _look_at(question_queries.office_question_of(staff(), question_id), form, 422)
    try:
        question_desk.answer(staff(), question_id, version=form.known_version, words=form.words.data, now=clock.now())
    except Refused as refused:
        form.form_errors = [words_for(refused.refusal)]
        return _look_at(question_queries.office_question_of(staff(), question_id), form, 409)
    return go(url_for("appointments_office.queue", receipt=g.receipt_number))


@bp.get(f"{_QUESTION}/times")
def ask_for_times(question_id: UUID) -> Response:
    """Free times to offer. Who asks stands on the question's own page."""
    found = question_queries.office_question_of(staff(), question_id)
    return _times(found, ProposeForm(formdata=None, data={"version": str(found.question.version)}))


@bp.post(f"{_QUESTION}/times")
def propose(question_id: UUID) -> Response:
    """These."""
    form = ProposeForm()
    try:
        visit = question_desk.propose(
            staff(),
            question_id,
            version=form.known_version,
            provider=form.chosen_provider,
            times=form.chosen_times(),
            now=clock.now(),
        )
    except Refused as refused:
        form.form_errors = [words_for(refused.refusal)]
        return _times(question_queries.office_question_of(staff(), question_id), form, 409)
    return go(url_for("appointments_office.look_at", appointment_id=visit))


def _look_at(found: OfficeQuestion, form: SentenceForm, status: int = 200) -> Response:
    return page(
        "appointments/office_question.html",
        fragment="partials/appointments/office_question.html",
        status=status,
        found=found,
        question=found.question,
        form=form,
        zone=staff().time_zone,
        when_words=when_words,
    )


def _times(found: OfficeQuestion, form: ProposeForm, status: int = 200) -> Response:
    place: dict[str, Any] = {"question_id": found.question.id}
    today = clock.now().astimezone(ZoneInfo(staff().time_zone)).date()
    about = About(found.reason_id, found.provider_id, today)
    return page(
        "appointments/office_times.html",
        fragment="partials/appointments/office_times.html",
        status=status,
        about=f"{found.question.reason}, {when_words(found.question.weekdays, found.question.part)}",
        **offered_times.values(about, form, url_for(".ask_for_times", **place), url_for(".look_at", **place)),
    )
