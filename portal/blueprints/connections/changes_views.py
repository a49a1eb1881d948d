from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, url_for

from portal.blueprints.connections.forms import AnswerForm
from portal.blueprints.connections.wording import FIELDS, shown
from portal.domain.charts.types import OpenChart
from portal.domain.connections import profile_changes, rules
from portal.domain.connections.types import Change, WhyLeft
from portal.domain.viewer import Role, StaffViewer
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web.access import chart, staff
from portal.web.chart_parts import Part, add_part
from portal.web.hypermedia import done, page
from portal.web.texts import lazy_gettext as _l
from portal.web.wording import tell, words_for

bp = Blueprint("connections_changes", __name__)
_ENDERS = (Role.FRONT_DESK, Role.ADMINISTRATOR)
_LIST, _FORM = "partials/connections/changed_charts.html", "partials/connections/answer.html"


@bp.get("/")
def listing() -> Response:
    """Charts with changes that wait, by their numbers."""
    return page("connections/changed_charts.html", fragment=_LIST, **_listed())


def _listed() -> dict[str, Any]:
    return {"charts": profile_changes.charts_with_changes(staff()), "zone": staff().time_zone}


@bp.get("/<uuid:chart>")
def look_at() -> Response:
    """What the person changed, beside what the chart has."""
    return _ask(AnswerForm())


@bp.post("/<uuid:chart>")
def answer() -> Response:
    """Take some, leave others and say why."""
    form, waiting = AnswerForm(), profile_changes.waiting_at(staff(), chart())
    if not form.validate():
        return _ask(form, 422)
    why = WhyLeft(form.why.data) if form.why.data else None
    try:
        profile_changes.answer(
            staff(), chart().public_id, form.answers(waiting), why=why, note=form.note.data, now=clock.now()
        )
    except Refused as refused:
        if refused.refusal.code == "say_why_left":
            form.why.errors = [words_for(refused.refusal)]
            return _ask(form, 422)
        tell(form, refused.refusal)
        return _ask(form, 409)
    return done(_LIST, instead=url_for(".listing"), **_listed())


def _ask(form: AnswerForm, status: int = 200) -> Response:
    g.section = "connections"
    opened = chart()
    waiting = [(one, *_told(opened, one), form.chosen(one)) for one in profile_changes.waiting_at(staff(), opened)]
    return page(
        "connections/answer.html",
        fragment=_FORM,
        status=status,
        form=form,
        chart=opened,
        waiting=waiting,
        zone=staff().time_zone,
        leave_url=url_for(".listing"),
    )


def _told(opened: OpenChart, change: Change) -> tuple[Any, str, str]:
    """The label, what the chart has, what the person says."""
    has = {name: getattr(opened.facts, name) for name in rules.FIELDS[change.field]}
    return FIELDS[change.field], shown(change.field, has), shown(change.field, change.after)


def _connection(viewer: StaffViewer, opened: OpenChart) -> dict[str, Any]:
    return {"bond": profile_changes.bond_of(viewer, opened), "may_end": viewer.role in _ENDERS}


add_part(Part("connection", _l("Connection"), _connection, "partials/connections/bond.html", order=30))
