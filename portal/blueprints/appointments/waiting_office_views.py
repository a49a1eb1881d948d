"""The wait list of an office: who waits for whom, what was offered, and taking somebody off it."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.blueprints.appointments import waiting_wording
from portal.blueprints.appointments.answer_forms import WhyForm
from portal.domain.appointments import waiting_desk, waiting_queries
from portal.domain.appointments.waiting_queries import InLine
from portal.domain.charts.actions import note_look
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web.access import staff
from portal.web.hypermedia import go, page
from portal.web.wording import words_for

bp = Blueprint("appointments_waiting_office", __name__)
_ENTRY = "/<uuid:entry_id>"


@bp.get("/")
def listing() -> Response:
    """Who waits, first to last, for each provider."""
    return page("appointments/office_waits.html", **_shown())


def _shown() -> dict[str, object]:
    found = waiting_queries.line_of(staff())
    by_provider = groupby(sorted(found, key=_whom), key=_whom)
    return {
        "lines": [(provider, list(line)) for provider, line in by_provider],
        "zone": staff().time_zone,
        "wish_words": waiting_wording.wish_words,
        "became": waiting_wording.BECAME,
    }


def _whom(one: InLine) -> str:
    return one.provider or ""


@bp.get(f"{_ENTRY}/remove")
def ask_to_remove(entry_id: UUID) -> Response:
    """Why?"""
    entry, head = waiting_queries.in_line_of(staff(), entry_id)
    note_look(staff(), entry.chart, entry.person_id, head, "appointments")
    return _ask(entry, WhyForm(formdata=None))


@bp.post(f"{_ENTRY}/remove")
def remove(entry_id: UUID) -> Response:
    """Off the list, and why."""
    form = WhyForm()
    if not form.validate():
        return _ask(waiting_queries.in_line_of(staff(), entry_id)[0], form, 422)
    try:
        waiting_desk.remove(staff(), entry_id, because=form.because.data, now=clock.now())
    except Refused as refused:
        form.form_errors = [words_for(refused.refusal)]
        return _ask(waiting_queries.in_line_of(staff(), entry_id)[0], form, 409)
    return go(url_for(".listing", receipt=g.receipt_number))


def _ask(entry: InLine, form: WhyForm, status: int = 200) -> Response:
    return page(
        "appointments/office_wait_remove.html",
        fragment="partials/appointments/office_wait_remove.html",
        status=status,
        entry=entry,
        form=form,
        zone=staff().time_zone,
    )
