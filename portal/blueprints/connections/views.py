from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, url_for

from portal.blueprints.connections.forms import AskForm
from portal.blueprints.connections.wording import FIELDS, WHY_ENDED, WHY_LEFT, WHY_NOT, shown
from portal.domain.connections import actions, profile_changes, requests
from portal.domain.connections.types import WhyEnded, WhyLeft, WhyNot
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web.access import viewer
from portal.web.hypermedia import done, page
from portal.web.navigation import settings_tabs
from portal.web.transaction import first
from portal.web.wording import tell

bp = Blueprint("connections", __name__)
_MINE = "partials/connections/mine.html"


@bp.get("/")
def mine() -> Response:
    """One's offices, and the requests that wait or were declined."""
    return page("connections/mine.html", fragment=_MINE, **_shown())


def _shown() -> dict[str, Any]:
    found = requests.mine_of(viewer(), clock.now())
    return {
        "tabs": settings_tabs(),
        "offices": found.connected,
        "requests": [(one, WHY_NOT[WhyNot(one.why)] if one.why else "") for one in found.asked],
        "ended": [(one, WHY_ENDED[WhyEnded(one.why)]) for one in found.ended],
        "zone": viewer().time_zone,
    }


@bp.get("/new")
def choose() -> Response:
    """Connect to an office: which one?"""
    return _choose(AskForm(requests.offices_to_ask(viewer())))


def _count_an_ask() -> Response | None:
    refusal = actions.count_an_ask(viewer(), clock.now())
    if refusal is None:
        return None
    form = AskForm(requests.offices_to_ask(viewer()))
    tell(form, refusal)
    answer = _choose(form, 429)
    answer.headers["Retry-After"] = str(max(int((refusal.facts["until"] - clock.now()).total_seconds()), 1))
    return answer


@bp.post("/new")
@first(_count_an_ask)
def ask() -> Response:
    """Send the request. Asked twice is once."""
    form = AskForm(requests.offices_to_ask(viewer()))
    if not form.is_good():
        return _choose(form, 422)
    try:
        actions.ask(viewer(), form.chosen(), clock.now())
    except Refused as refused:
        tell(form, refused.refusal)
        return _choose(form, 409)
    return done(_MINE, instead=url_for(".mine"), **_shown())


@bp.get("/changes")
def changes() -> Response:
    """What the offices did with what the person changed."""
    mine = [
        (one, FIELDS[one.field], shown(one.field, one.after), WHY_LEFT[WhyLeft(one.why)] if one.why else "")
        for one in profile_changes.mine_of(viewer())
    ]
    return page(
        "connections/changes.html", changes=mine, zone=viewer().time_zone, leave_url=url_for("accounts.profile")
    )


@bp.post("/<uuid:request_id>/withdraw")
def withdraw(request_id: UUID) -> Response:
    """Take a request back."""
    actions.withdraw(viewer(), request_id, clock.now())
    return done(_MINE, instead=url_for(".mine"), **_shown())


def _choose(form: AskForm, status: int = 200) -> Response:
    return page(
        "connections/choose.html",
        fragment="partials/connections/choose.html",
        status=status,
        form=form,
        leave_url=url_for(".mine"),
    )
