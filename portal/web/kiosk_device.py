"""A clinic device: the cookie that it is known by. No one signs in with it, and no staff credential is in it (A17)."""

from __future__ import annotations

from flask import Response, current_app, g, request

from portal.domain.kiosks import queries, visits
from portal.domain.kiosks.types import KioskViewer
from portal.kernel import clock, secrets

#: As long as browsers keep a cookie at most; each visit of the device renews it.
_KEPT = 400 * 24 * 3600
_LONGEST = 64


def cookie_name() -> str:
    """`__Host-kiosk`; plain `kiosk` over http on this machine."""
    return "__Host-kiosk" if current_app.config["PORTAL"].secure else "kiosk"


def present() -> KioskViewer | None:
    """The paired device that this request comes from."""
    token = request.cookies.get(cookie_name(), "")
    found = queries.device_of(secrets.token_hash(token)) if 0 < len(token) <= _LONGEST else None
    if found is not None:
        visits.note(found, clock.now())
    return found


def here() -> KioskViewer:
    """The device at a kiosk's door."""
    found: KioskViewer = g.kiosk
    return found


def give(answer: Response, token: str) -> Response:
    """Let the device keep its token."""
    answer.set_cookie(
        cookie_name(),
        token,
        max_age=_KEPT,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["PORTAL"].secure,
    )
    return answer
