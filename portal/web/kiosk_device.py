"""A clinic device: what it is known by, and taking everything back from its browser (SECURITY A17, A21, A27-A29).

Two cookies: the device's own, and one for each enrollment, of the browser in which it was begun. A browser that holds
the second for something that is over shows nothing any more: it is wiped first. The wipe has two steps, because a
browser clears the cookies that the same answer sets: all goes, and a sealed ticket brings the device's own back.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta

from flask import Response, current_app, g, request, session, url_for

from portal.domain.kiosks import endings, queries, rules, visits
from portal.domain.kiosks.types import KioskViewer, Session, State
from portal.kernel import clock, database, secrets
from portal.web import hypermedia, language

#: As long as browsers keep a cookie at most; each wipe renews it.
_KEPT = 400 * 24 * 3600
_LONGEST = 64
_TICKET = timedelta(seconds=60)
_WIPE = '"cache", "cookies", "storage"'


def here() -> KioskViewer:
    """The device at a kiosk's door."""
    found: KioskViewer = g.kiosk
    return found


def at_the_door(*, counts: bool) -> Response | None:
    """Who is here, and what of it is over. `counts`: whether this request is somebody's touch."""
    kiosk = _paired()
    if kiosk is None:
        return hypermedia.go(url_for("kiosks_pairing.ask"))
    visits.note(kiosk, clock.now())
    kiosk = replace(kiosk, session=_lasting(kiosk.session))
    token, begun = request.cookies.get(_name("kiosk_session")), kiosk.session.token_hash if kiosk.session else None
    held = secrets.token_hash(token) if token else None
    if rules.must_clear(held, begun):
        return leave()
    g.kiosk = kiosk = kiosk if rules.is_own(held, begun) else replace(kiosk, session=None)
    if kiosk.session is not None:
        language.speak(kiosk.session.language)
        if counts:
            visits.touch(kiosk.session, clock.now())
    return None


def _paired() -> KioskViewer | None:
    token, held = request.cookies.get(_name("kiosk"), ""), request.cookies.get(_name("kiosk_session"), "")
    if not 0 < len(token) <= _LONGEST:
        return None
    return queries.device_of(secrets.token_hash(token), secrets.token_hash(held[:_LONGEST]))


def _lasting(found: Session | None) -> Session | None:
    """The session, unless it is over; what ends by itself is written down now."""
    if found is None or found.state == State.DONE:
        return found if found and found.ended_at and rules.is_shown(found.ended_at, clock.now()) else None
    if found.ended_at is not None:
        return None
    over = rules.why_over(found.begun_at, found.sent_at, found.touched_at, clock.now())
    if over is None:
        return found
    with database.writing():
        endings.end_by_itself(found.id, over, clock.now())
    return None


def leave() -> Response:
    """Everything goes from this browser, and it comes back as a kiosk at rest."""
    if hypermedia.wants_fragment():
        return hypermedia.go(url_for("kiosks.over"))
    ticket = f"{clock.now().timestamp()} {request.cookies[_name('kiosk')]}"
    sealed = secrets.seal("kiosks", ticket.encode(), "ticket")
    answer = hypermedia.go(url_for("kiosks_pairing.come_back", ticket=urlsafe_b64encode(sealed).decode()))
    answer.headers["Clear-Site-Data"] = _WIPE
    for name in (_name("kiosk_session"), "lang"):  # for browsers that do not know the header
        answer.delete_cookie(name, httponly=True, samesite="Lax", secure=current_app.config["PORTAL"].secure)
    session.forget()  # type: ignore[attr-defined]
    return answer


def come_back(ticket: str) -> Response | None:
    """The second step of the wipe: the device's own cookie again. None: the ticket is no good, or was used."""
    try:
        opened = secrets.unseal("kiosks", urlsafe_b64decode(ticket.encode()), "ticket").decode()
    except (ValueError, IndexError):
        return None
    moment, token = opened.split(" ", 1)
    since = clock.now().timestamp() - float(moment)
    seen = queries.seen(secrets.token_hash(token))
    if not 0 <= since < _TICKET.total_seconds() or seen is None:
        return None
    if seen.at is not None and seen.at.timestamp() > float(moment):
        return None
    return give(hypermedia.go(url_for("kiosks.welcome")), token)


def give(answer: Response, token: str) -> Response:
    """Let the device keep its token."""
    return _set(answer, "kiosk", token, _KEPT)


def give_session(answer: Response, token: str) -> Response:
    """Let its browser hold an enrollment, until it is closed or wiped."""
    return _set(answer, "kiosk_session", token, None)


def _set(answer: Response, name: str, token: str, lasts: int | None) -> Response:
    answer.set_cookie(
        _name(name),
        token,
        max_age=lasts,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["PORTAL"].secure,
    )
    return answer


def _name(name: str) -> str:
    """`__Host-kiosk`; plain `kiosk` over http on this machine."""
    return f"__Host-{name}" if current_app.config["PORTAL"].secure else name
