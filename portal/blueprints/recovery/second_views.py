"""Somebody who lost their second step too proves a second code, from another place than the first (SECURITY A12)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, session, url_for

from portal.blueprints.recovery import wording
from portal.blueprints.recovery.forms import CodeForm, SecondCodeForm
from portal.blueprints.recovery.views import again, asker
from portal.domain.recovery import actions, queries, second_code
from portal.domain.recovery.queries import Owner
from portal.domain.recovery.types import Channel
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web import origin
from portal.web.hypermedia import go, page
from portal.web.once import exempt

bp = Blueprint("recovery_second", __name__)


@bp.get("/")
def ask() -> Response:
    """How should it come? Or where to go, where it can not."""
    return _for_owner(lambda owner: page("recovery/second.html", form=SecondCodeForm(_ways(owner))))


@bp.post("/")
@exempt
def send() -> Response:
    """It is on its way."""
    return _for_owner(_send)


@bp.get("/code")
def ask_code() -> Response:
    """Type it."""
    return _for_owner(lambda _: _ask_code(CodeForm()))


@bp.post("/code")
@exempt
def enter_code() -> Response:
    """It is right: the new password is asked for, and no second step any more."""
    return _for_owner(_enter)


def _send(owner: Owner) -> Response:
    form = SecondCodeForm(_ways(owner))
    if not form.validate():
        return page("recovery/second.html", status=422, form=form)
    channel, now = Channel(form.via.data), clock.now()
    try:
        second_code.ask(owner, channel, asker=asker(), source=origin.source(), now=now)
    except Refused as refused:
        return again("recovery/second.html", form, refused.refusal)
    return go(url_for(".ask_code"))


def _enter(owner: Owner) -> Response:
    form = CodeForm()
    if not form.validate():
        return _ask_code(form, 422)
    try:
        token = second_code.prove(owner, str(form.code.data), asker=asker(), now=clock.now())
    except Refused as refused:
        return again("recovery/second_code.html", form, refused.refusal, sent=_sent())
    session.become(token)
    return go(url_for("recovery.ask_password"))


def _ask_code(form: CodeForm, status: int = 200) -> Response:
    sent = _sent()
    return page("recovery/second_code.html", status=status, form=form, sent=sent) if sent else go(url_for(".ask"))


def _sent() -> object:
    way = queries.way_of(asker())
    return wording.SENT_TOO[Channel(way.second_channel)] if way and way.second_channel else None


def _for_owner(show: Callable[[Owner], Response]) -> Response:
    """What a browser is shown that proved a first code for somebody with a second step; others begin again."""
    try:
        owner = actions.owner_proven(asker(), clock.now())
    except Refused:
        return go(url_for("recovery.ask_reset"))
    return show(owner) if owner.has_second_step else go(url_for("recovery.ask_password"))


def _ways(owner: Owner) -> list[Channel]:
    return second_code.ways_of(owner, asker())
