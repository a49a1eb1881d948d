"""What a paired device shows."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, url_for

from portal.blueprints.kiosks.wording import welcome_in
from portal.domain.kiosks import visits
from portal.kernel import clock
from portal.web import kiosk_device, language
from portal.web.hypermedia import go, page
from portal.web.once import exempt
from portal.web.templates import LANGUAGES

bp = Blueprint("kiosks", __name__)


@bp.get("/")
def welcome() -> Response:
    """Nobody is enrolling here now."""
    first = language.present()
    return page(
        "kiosks/welcome.html", welcomes=[welcome_in(one) for one in sorted(LANGUAGES, key=lambda one: one != first)]
    )


@bp.get("/watch")
def watch() -> Response:
    """Whether there is anything new: the page asks every three seconds."""
    return make_response("", 204)


@bp.get("/help")
def help_comes() -> Response:
    """Somebody comes."""
    return page("kiosks/call_staff.html")


@bp.post("/help")
@exempt
def ask_for_help() -> Response:
    """The staff screen says so."""
    visits.ask_for_help(kiosk_device.here(), now=clock.now())
    return go(url_for(".help_comes"))


@bp.post("/alone")
@exempt
def go_on_alone() -> Response:
    """ "Keep going by myself"."""
    visits.go_on_alone(kiosk_device.here())
    return go(url_for(".welcome"))
