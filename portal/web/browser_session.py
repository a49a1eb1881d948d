"""The cookie: an opaque 256-bit token, and the CSRF secret that follows from it.

Nothing is stored in the cookie and nothing in this process. Who the token stands for is looked up by web/access in
`sign_in_session`; a token that nobody signed in with still carries a CSRF secret, so that the sign-in form has one.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, Response, current_app
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.http import parse_cookie

from portal.kernel import secrets

CSRF = "csrf_token"
_LONGEST = 64


class BrowserSession(dict[str, Any], SessionMixin):
    """What Flask calls the session: the token, and `csrf_token` for Flask-WTF."""

    def __init__(self, token: str | None) -> None:
        super().__init__()
        self.token, self.renewed, self.forgotten = token, False, False

    def become(self, token: str) -> None:
        """Give the browser a new token (a visitor's first, sign-in, step-up)."""
        self.token, self.renewed = token, True
        self.pop(CSRF, None)

    def forget(self) -> None:
        """Take the cookie back."""
        self.token, self.renewed, self.forgotten = None, False, True

    def __contains__(self, name: object) -> bool:
        return name == CSRF or super().__contains__(name)

    def __missing__(self, name: str) -> str:
        if name != CSRF:
            raise KeyError(name)
        if self.token is None:
            self.become(secrets.random_token())
        self[CSRF] = secrets.keyed_hash("csrf", str(self.token)).hex()
        return str(super().__getitem__(CSRF))


class BrowserSessions(SessionInterface):
    """Reads the token from the cookie; writes it only when it is new."""

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        cookies = parse_cookie(request.environ.get("HTTP_COOKIE"))  # request.cookies walks through every header
        token = cookies.get(cookie_name(app))
        return BrowserSession(token if token and len(token) <= _LONGEST else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, BrowserSession)
        if session.renewed and session.token:
            response.set_cookie(
                cookie_name(app), session.token, httponly=True, samesite="Lax", secure=app.config["PORTAL"].secure
            )
        elif session.forgotten:
            response.delete_cookie(cookie_name(app), httponly=True, samesite="Lax", secure=app.config["PORTAL"].secure)


def cookie_name(app: Flask | None = None) -> str:
    """`__Host-sid`; plain `sid` over http on this machine, where text browsers take no Secure cookie."""
    return "__Host-sid" if (app or current_app).config["PORTAL"].secure else "sid"
