"""The office parts a chart and the account that is connected to it."""

from __future__ import annotations

from flask import Blueprint, Response, g, url_for

from portal.blueprints.connections.forms import EndForm
from portal.domain.appointments import parting
from portal.domain.connections import ending, rules
from portal.domain.connections.types import WhyEnded
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web.access import chart, staff
from portal.web.hypermedia import go, page
from portal.web.wording import tell, words_for

bp = Blueprint("connections_ending", __name__)


@bp.get("/<uuid:chart>")
def ask() -> Response:
    """Really, and why?"""
    return _ask(EndForm())


@bp.post("/<uuid:chart>")
def end() -> Response:
    """The account reaches the chart no more; the person is told."""
    form = EndForm()
    if not form.validate():
        return _ask(form, 422)
    parting.part(staff(), chart(), clock.now())
    try:
        ending.end(staff(), chart().public_id, WhyEnded(form.why.data), form.note.data or None, clock.now())
    except Refused as refused:
        tell(form, refused.refusal)
        return _ask(form, 409)
    return go(_url(receipt=g.receipt_number))


def _ask(form: EndForm, status: int = 200) -> Response:
    g.section = "connections"
    found = parting.parting_of(staff(), chart(), clock.now())
    refusal = rules.why_not_end(is_connected=found.is_connected)
    return page(
        "connections/end.html",
        status=status,
        form=form,
        chart=chart(),
        visits=found.visits,
        why_not=words_for(refusal) if refusal else "",
        leave_url=_url(),
    )


def _url(**more: str | None) -> str:
    return url_for("charts.show_part", chart=chart().public_id, part="connection", **more)
