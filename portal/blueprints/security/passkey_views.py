"""A person's passkeys: made, listed, deleted. Making one takes a script; everything else here does not (ACC-1)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.blueprints.security.forms import NewPasskeyForm, PasskeyForm
from portal.domain.sign_in import passkeys
from portal.kernel import clock, secrets
from portal.kernel.refusal import Missing, Refused
from portal.web import passkey_site
from portal.web.access import viewer
from portal.web.hypermedia import done, go, page
from portal.web.navigation import settings_tabs
from portal.web.step_up import stepped_up
from portal.web.texts import gettext as _
from portal.web.wording import tell

bp = Blueprint("security_passkeys", __name__)
_LIST = "partials/security/passkeys.html"


@bp.get("/")
def listing() -> Response:
    """Those that there are, and a form for one more."""
    return _list(NewPasskeyForm(), 200)


@bp.post("/")
@stepped_up
def begin() -> Response:
    """What the new one is called; then the device is asked."""
    form = NewPasskeyForm()
    if not form.validate():
        return _list(form, 422)
    passkeys.begin(_asker(), clock.now(), name=str(form.name.data))
    return go(url_for(".ask"))


@bp.get("/new")
@stepped_up
def ask() -> Response:
    """The button that asks the device."""
    options = _options()
    return _ask(PasskeyForm(), 200, options) if options else go(url_for(".listing"))


@bp.post("/new")
@stepped_up
def add() -> Response:
    """Keep what the device made."""
    form = PasskeyForm()
    if not form.validate():
        return _ask(form, 422, _options())
    try:
        passkeys.add(viewer(), passkey_site.present(), _asker(), str(form.credential.data), clock.now())
    except Refused as refused:
        tell(form, refused.refusal)
        return _ask(form, 422, _options())
    return go(url_for(".listing", receipt=g.receipt_number))


@bp.post("/<uuid:passkey_id>/delete")
@stepped_up
def remove(passkey_id: UUID) -> Response:
    """It signs in nobody any more."""
    passkeys.remove(viewer(), passkey_id)
    g.said = _("Deleted.")
    return done(_LIST, instead=url_for(".listing"), kept=passkeys.passkeys_of(viewer()), zone=viewer().time_zone)


def _list(form: NewPasskeyForm, status: int) -> Response:
    kept, zone = passkeys.passkeys_of(viewer()), viewer().time_zone
    return page("security/passkeys.html", status=status, form=form, kept=kept, zone=zone, tabs=settings_tabs())


def _options() -> str:
    """What the device is asked; nothing (any more), where that was answered or too long ago."""
    try:
        return passkeys.asked_to_make(viewer(), passkey_site.present(), _asker(), clock.now())
    except Missing:
        return ""


def _ask(form: PasskeyForm, status: int, options: str) -> Response:
    return page("security/passkey_new.html", status=status, form=form, options=options, tabs=settings_tabs())


def _asker() -> bytes:
    """The session, whatever token it has by now."""
    return secrets.token_hash(f"passkey:{viewer().session_id}")
