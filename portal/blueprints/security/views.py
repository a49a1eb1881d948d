"""Settings, Security: how one signs in, and where one is signed in (ACC-4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.blueprints.security import passwords, wording
from portal.blueprints.security.forms import NewPasswordForm
from portal.domain.sign_in import password_rules, sessions
from portal.domain.sign_in.overview import overview_of
from portal.kernel import clock
from portal.web import way_back
from portal.web.access import viewer
from portal.web.hypermedia import done, go, page
from portal.web.navigation import settings_tabs
from portal.web.step_up import stepped_up
from portal.web.texts import gettext as _
from portal.web.transaction import first

bp = Blueprint("security", __name__)
assert wording.REASONS
_CARD, _PLACES = "partials/security/signing_in.html", "partials/security/places.html"


@bp.get("/security")
def overview() -> Response:
    """Password, email, phone, and where one is signed in."""
    return page("security/overview.html", fragment=_CARD, **shown())


@bp.get("/password")
def edit_password() -> Response:
    """The row of the password, as a form."""
    return _ask_password(NewPasswordForm(), 200)


def _prepared() -> Response | None:
    form = NewPasswordForm()
    status = passwords.prepare(viewer(), form)
    return _ask_password(form, status) if status else None


@bp.post("/password")
@first(_prepared)
def change_password() -> Response:
    """Save it; other browsers are signed out. The whole page comes anew: its forms carry tokens of the new session."""
    passwords.save(viewer())
    return go(url_for(".overview", receipt=g.receipt_number))


@bp.post("/sessions/<uuid:session_id>/end")
def end_session(session_id: UUID) -> Response:
    """Sign one browser out."""
    sessions.end_session(viewer(), session_id, clock.now())
    g.said = _("That device is signed out.")
    return done(_PLACES, instead=url_for(".overview"), **shown())


@bp.post("/sessions/end")
@stepped_up
def end_others() -> Response:
    """Sign out everywhere but here."""
    sessions.end_others(viewer(), clock.now())
    g.said = _("All other devices are signed out.")
    return done(_PLACES, instead=url_for(".overview"), **shown())


@bp.post("/devices/<device_id>/forget")
def forget_device(device_id: str) -> Response:
    """Let go of a browser that was known."""
    sessions.forget_device(viewer(), device_id)
    g.said = _("We forgot that device.")
    return done(_PLACES, instead=url_for(".overview"), **shown())


def shown(editing: str = "") -> dict[str, Any]:
    """What the page is made of. `editing`: the row that is open as a form."""
    found = overview_of(viewer(), clock.now())
    return {
        "own": found,
        "editing": editing,
        "least": password_rules.least(has_second_step=found.has_second_step),
        "zone": viewer().time_zone,
        "base": url_for("security.overview"),
        "trip": way_back.visit(),
        "tabs": settings_tabs(),
    }


def _ask_password(form: NewPasswordForm, status: int) -> Response:
    return page("security/overview.html", fragment=_CARD, status=status, form=form, **shown("password"))
