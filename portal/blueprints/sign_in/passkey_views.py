"""Signing in with a passkey: both steps at once, and no name to type. Its page has a script; the doorway has none."""

from __future__ import annotations

from flask import Blueprint, Response, session, url_for

from portal.blueprints.sign_in.forms import PasskeyForm
from portal.domain.sign_in import actions, parking, passkeys
from portal.kernel import clock, secrets
from portal.kernel.refusal import Missing, Refused
from portal.web import origin, passkey_site, security_headers
from portal.web.hypermedia import go, page
from portal.web.once import exempt
from portal.web.wording import tell

bp = Blueprint("sign_in_passkeys", __name__)


@bp.post("/begin")
@exempt
def begin() -> Response:
    """A challenge for this browser."""
    passkeys.begin(_asker(), clock.now())
    return go(url_for(".ask"))


@bp.get("/")
def ask() -> Response:
    """The button that asks the device."""
    options = _options()
    return _ask(PasskeyForm(), 200, options) if options else go(url_for("sign_in.ask"))


@bp.post("/")
@exempt
def enter() -> Response:
    """What the device signed."""
    form, attempt = PasskeyForm(), origin.attempt("patient", "", "")
    if not form.validate():
        return _ask(form, 422, _options())
    try:
        passkeys.take_a_try(attempt, clock.now())
        actor = passkeys.owner_of(passkey_site.present(), _asker(), str(form.credential.data), clock.now())
    except Refused as refused:
        tell(form, refused.refusal)
        return _ask(form, 429 if refused.refusal.code == "wait" else 422, _options())
    token, device = actions.open_session(actor, attempt, awaiting_code=False)
    session.become(token)  # type: ignore[attr-defined]
    origin.know(device)
    late = parking.offer_parked(actor)
    return go(f"{late}?kept=1" if late else "/me/")


def _options() -> str:
    """What the device is asked; nothing (any more), where that was answered or too long ago."""
    try:
        return passkeys.asked_to_sign(passkey_site.present(), _asker(), clock.now())
    except Missing:
        return ""


def _ask(form: PasskeyForm, status: int, options: str) -> Response:
    return page("sign_in/passkey.html", status=status, form=form, options=options, nonce=security_headers.nonce())


def _asker() -> bytes:
    """This browser; nothing was begun by one that came without a token."""
    return secrets.token_hash(f"passkey:{session.token or secrets.random_token()}")  # type: ignore[attr-defined]
