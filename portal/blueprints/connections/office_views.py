from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.blueprints.connections.forms import DeclineForm, SearchForm
from portal.domain.charts import actions as charts
from portal.domain.charts.rules import MOST_FOUND
from portal.domain.charts.types import Found
from portal.domain.connections import actions, requests, rules
from portal.domain.connections.types import Asked, WhyNot
from portal.kernel import clock
from portal.kernel.refusal import Refusal, Refused
from portal.web import errors
from portal.web.access import chart, staff
from portal.web.hypermedia import done, page
from portal.web.once import exempt
from portal.web.transaction import first
from portal.web.wording import tell, words_for

bp = Blueprint("connections_office", __name__)
_LIST, _REQUEST = "partials/connections/listing.html", "partials/connections/request.html"


@bp.get("/")
def listing() -> Response:
    """Who asks to be connected."""
    return page("connections/listing.html", fragment=_LIST, **_listed())


def _listed() -> dict[str, Any]:
    return {"waiting": requests.waiting_at(staff()), "zone": staff().time_zone}


def _back_to_the_list() -> Response:
    return done(_LIST, instead=url_for(".listing"), **_listed())


@bp.get("/<uuid:request_id>")
def look_at(request_id: UUID) -> Response:
    """One request, and the charts that may be this person's."""
    request, found = requests.asked_beside(staff(), request_id)
    actions.note_look(staff(), request)
    return _look_at(request, SearchForm(), found)


def _count_a_search(request_id: UUID) -> Response | None:
    refusal = charts.count_a_search(staff(), clock.now())
    if refusal is None:
        return None
    return errors.answer(429, words_for(refusal))


@bp.post("/<uuid:request_id>")
@exempt
@first(_count_a_search)
def search(request_id: UUID) -> Response:
    """Charts by a name or a birth date."""
    (request, beside), form = requests.asked_beside(staff(), request_id), SearchForm()
    if not form.validate():
        return _look_at(request, form, beside, 422)
    try:
        found = charts.search(staff(), form.wanted())
    except Refused as refused:
        form.q.errors = [words_for(refused.refusal)]
        return _look_at(request, form, beside, 422)
    return _look_at(request, form, found[:MOST_FOUND])


def _look_at(request: Asked, form: SearchForm, found: list[Found], status: int = 200) -> Response:
    answered = rules.why_not_answer(request.state)
    return page(
        "connections/request.html",
        fragment=_REQUEST,
        status=status,
        request=request,
        form=form,
        found=found,
        searched=bool(form.q.data) and status == 200,
        why_not=words_for(answered) if answered else "",
        zone=staff().time_zone,
        leave_url=url_for(".listing"),
    )


@bp.get("/<uuid:request_id>/charts/<uuid:chart>")
def compare(request_id: UUID) -> Response:
    """Is this chart theirs? The look stands in the chain of whoever asks, unless the chart has an owner."""
    request = requests.asked(staff(), request_id)
    if chart().person_id is None:
        g.chart, g.chart_head = chart()._replace(person_id=request.person_id), request.head
    return _compare(request)


@bp.post("/<uuid:request_id>/charts/<uuid:chart>")
def connect(request_id: UUID) -> Response:
    """It is."""
    try:
        actions.connect(staff(), request_id, chart().public_id, clock.now())
    except Refused as refused:
        return _compare(requests.asked(staff(), request_id), refused.refusal, 409)
    return _back_to_the_list()


def _compare(request: Asked, refusal: Refusal | None = None, status: int = 200) -> Response:
    opened = chart()
    refusal, g.section = refusal or _why_not_connect(request), "connections"
    return page(
        "connections/compare.html",
        fragment="partials/connections/compare.html",
        status=status,
        request=request,
        said=request.facts,
        chart=opened,
        why_not=words_for(refusal) if refusal else "",
        leave_url=url_for(".look_at", request_id=request.public_id),
    )


def _why_not_connect(request: Asked) -> Refusal | None:
    opened = chart()
    return rules.why_not_answer(request.state) or rules.why_not_connect(
        is_merged=opened.merged_into is not None,
        chart_person_id=opened.person_id,
        chart_born=opened.facts.birth_date,
        person_id=request.person_id,
        person_born=request.facts.birth_date,
    )


@bp.post("/<uuid:request_id>/new_chart")
def connect_new(request_id: UUID) -> Response:
    """None of the charts is theirs: a new one, of what they say."""
    try:
        actions.connect_new(staff(), request_id, clock.now())
    except Refused as refused:
        request, beside = requests.asked_beside(staff(), request_id)
        form = SearchForm(formdata=None)
        tell(form, refused.refusal)
        return _look_at(request, form, beside, 409)
    return _back_to_the_list()


@bp.get("/<uuid:request_id>/decline")
def ask_to_decline(request_id: UUID) -> Response:
    """Why not?"""
    request = requests.asked(staff(), request_id)
    actions.note_look(staff(), request)
    return _decline(request, DeclineForm())


@bp.post("/<uuid:request_id>/decline")
def decline(request_id: UUID) -> Response:
    """The person is told that there is an answer."""
    form = DeclineForm()
    if not form.validate():
        return _decline(requests.asked(staff(), request_id), form, 422)
    try:
        actions.decline(staff(), request_id, WhyNot(form.why.data), form.note.data, clock.now())
    except Refused as refused:
        tell(form, refused.refusal)
        return _decline(requests.asked(staff(), request_id), form, 409)
    return _back_to_the_list()


def _decline(request: Asked, form: DeclineForm, status: int = 200) -> Response:
    return page(
        "connections/decline.html",
        fragment="partials/connections/decline.html",
        status=status,
        request=request,
        form=form,
        leave_url=url_for(".look_at", request_id=request.public_id),
    )
