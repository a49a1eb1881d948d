"""A device that is not a kiosk yet."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from portal.blueprints.kiosks import wording
from portal.blueprints.kiosks.forms import PairingForm
from portal.domain.kiosks import pairing
from portal.kernel import clock
from portal.kernel.refusal import Refusal, Refused
from portal.web import access, kiosk_device, origin
from portal.web.hypermedia import go, page
from portal.web.once import exempt
from portal.web.wording import tell

bp = Blueprint("kiosks_pairing", __name__)
assert wording.REASONS


@bp.get("/pair")
def ask() -> Response:
    """Which kiosk shall this device be?"""
    return _ask(PairingForm())


@bp.post("/pair")
@exempt
def pair() -> Response:
    """It is, from here on, until staff unpair it."""
    form = PairingForm()
    if access.whoever() is not None:
        return _ask(form, 409)
    if not form.validate():
        return _ask(form, 422)
    refusal = pairing.take_a_try(origin.address(), clock.now())
    if refusal is not None:
        return _refused(form, refusal, 429)
    try:
        token = pairing.pair(str(form.code.data), now=clock.now())
    except Refused as refused:
        return _refused(form, refused.refusal, 422)
    return kiosk_device.give(go(url_for("kiosks.welcome")), token)


@bp.get("/back")
def come_back() -> Response:
    """The second step of a wipe: nothing is left in this browser, and it is that kiosk again."""
    return kiosk_device.come_back(request.args.get("ticket", "")) or go(url_for(".ask"))


def _refused(form: PairingForm, refusal: Refusal, status: int) -> Response:
    tell(form, refusal)
    return _ask(form, status)


def _ask(form: PairingForm, status: int = 200) -> Response:
    return page("kiosks/pair.html", status=status, form=form, is_somebodys=access.whoever() is not None)
