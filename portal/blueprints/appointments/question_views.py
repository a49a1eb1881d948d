""" "Can't find a time?": the person asks the office, and reads its answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.blueprints.appointments import question_wording
from portal.blueprints.appointments.question_forms import QuestionForm
from portal.blueprints.appointments.weekdays import when_words
from portal.domain.appointments import offering, question_queries, questions
from portal.domain.appointments.question_queries import Question
from portal.kernel import clock
from portal.kernel.refusal import Missing, Refused
from portal.web.access import viewer
from portal.web.hypermedia import done, go, page
from portal.web.texts import gettext as _
from portal.web.wording import words_for

assert question_wording.REASONS
bp = Blueprint("appointments_questions", __name__)
_PROVIDER, _QUESTION = "/provider/<uuid:provider_id>", "/<uuid:question_id>"
_ASK, _ONE = "partials/appointments/ask_office.html", "partials/appointments/question.html"


@bp.get("/")
def listing() -> Response:
    """What the person asked, newest first."""
    found = question_queries.questions_of(viewer(), clock.now())
    return page("appointments/questions.html", questions=found, **_words())


@bp.get(_PROVIDER)
def start(provider_id: UUID) -> Response:
    """When could you come?"""
    return _ask(provider_id)


@bp.post(_PROVIDER)
def ask(provider_id: UUID) -> Response:
    """Send it."""
    form = QuestionForm()
    if form.wanted_reason is None:
        raise Missing
    if not form.validate():
        return _ask(provider_id, form, 422)
    try:
        question = questions.ask(viewer(), provider_id, form.wanted_reason, form.asking(), clock.now())
    except Refused as refused:
        form.form_errors.append(words_for(refused.refusal))
        return _ask(provider_id, form, 409)
    return go(url_for(".one", question_id=question, receipt=g.receipt_number))


@bp.get(f"{_QUESTION}/")
def one(question_id: UUID) -> Response:
    """A question, and what became of it."""
    return _one(question_queries.question_of(viewer(), question_id))


@bp.post(f"{_QUESTION}/take_back")
def take_back(question_id: UUID) -> Response:
    """No answer is needed any more."""
    try:
        questions.take_back(viewer(), question_id, clock.now())
    except Refused as refused:
        return _one(question_queries.question_of(viewer(), question_id), 409, words_for(refused.refusal))
    g.said = _("Your question is taken back.")
    question = question_queries.question_of(viewer(), question_id)
    return done(_ONE, instead=url_for(".one", question_id=question_id), question=question, refused="", **_words())


def _ask(provider_id: UUID, form: QuestionForm | None = None, status: int = 200) -> Response:
    offer = offering.offering_of(viewer(), provider_id, clock.now())
    wanted = form.wanted_reason if form else request.args.get("reason", type=UUID)
    reason = offer.reason(wanted)
    if reason is None:
        raise Missing
    return page(
        "appointments/ask_office.html",
        fragment=_ASK,
        status=status,
        form=form or QuestionForm(data={"reason": str(reason.public_id)}),
        offer=offer,
        reason=reason.called(viewer().language),
        here=url_for(".start", provider_id=provider_id, reason=reason.public_id),
        back=url_for("appointments_asking.times", provider_id=provider_id, reason=reason.public_id),
    )


def _one(question: Question, status: int = 200, refused: str = "") -> Response:
    return page(
        "appointments/question.html", fragment=_ONE, status=status, question=question, refused=refused, **_words()
    )


def _words() -> dict[str, Any]:
    return {"spoken": viewer().language, "when_words": when_words, "own_zone": viewer().time_zone}
