"""The cookie that holds an enrollment: a 256-bit token of which only the SHA-256 is stored. It lasts until the browser
is closed and opens nothing but that one enrollment. A new enrollment gets a new one."""

from __future__ import annotations

from flask import after_this_request, current_app, request
from werkzeug.wrappers import Response

from portal.kernel import secrets

_LONGEST = 64


def present() -> bytes | None:
    """What this browser holds."""
    token = request.cookies.get(_name(), "")
    return secrets.token_hash(token) if 0 < len(token) <= _LONGEST else None


def fresh() -> bytes:
    """A new one, given to the browser with this answer where that is no refusal."""
    token = secrets.random_token()

    @after_this_request
    def give(answer: Response) -> Response:
        if answer.status_code < 400:
            secure = current_app.config["PORTAL"].secure
            answer.set_cookie(_name(), token, httponly=True, samesite="Lax", secure=secure)
        return answer

    return secrets.token_hash(token)


def forget() -> None:
    """Take it back."""

    @after_this_request
    def take(answer: Response) -> Response:
        secure = current_app.config["PORTAL"].secure
        answer.delete_cookie(_name(), httponly=True, samesite="Lax", secure=secure)
        return answer


def _name() -> str:
    return "__Host-enroll" if current_app.config["PORTAL"].secure else "enroll"
