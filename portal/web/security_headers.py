"""What every answer says to the browser (SECURITY A25-A27), and what no request may be (A31-A33)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request

_FIXED = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ("X-Frame-Options", "DENY"),
]
_LASTING = [("Strict-Transport-Security", "max-age=63072000; includeSubDomains; preload")]
_POLICY = (
    "default-src 'none'; script-src {script}; style-src {style}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'; report-uri /csp"
)
_SAFE = {"GET", "HEAD", "OPTIONS"}


def nonce() -> str:
    """The 128-bit word that lets this page's one script run."""
    here = g._get_current_object()
    if "nonce" not in here:
        here.nonce = secrets.token_urlsafe(16)
    return str(here.nonce)


def allow_inline_styles(hashed: str) -> None:
    """Let this page carry the stylesheet whose hash is given."""
    g.inline_styles = hashed


def add_headers(answer: Response) -> Response:
    """Runs on every answer, errors and redirects included: what differs from page to page."""
    here, headers = g._get_current_object(), answer.headers
    if "Cache-Control" not in headers:
        headers.add("Cache-Control", "no-store")
    if "Content-Security-Policy" in headers:  # a file that is to be saved has a stricter one
        return answer
    script = f"'nonce-{here.nonce}'" if "nonce" in here else "'none'"
    style = f"'self' {here.inline_styles}" if "inline_styles" in here else "'self'"
    headers.add("Content-Security-Policy", _POLICY.format(script=script, style=style))
    return answer


def _with_fixed(app: Callable[..., Any], fixed: list[tuple[str, str]]) -> Callable[..., Any]:
    """What is the same on every answer is put there in one go; a call for each line took longer than routing does."""

    def answering(environ: Any, start_response: Callable[..., Any]) -> Any:
        return app(environ, lambda status, headers, *more: start_response(status, headers + fixed, *more))

    return answering


def refuse_foreign_posts() -> None:
    """A post that another site sent is refused before anything reads it; text browsers send neither header."""
    if request.method in _SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    if site not in {"same-origin", "none"} or (origin is not None and not _ours(origin)):
        abort(403)


def refuse_foreign_hosts() -> None:
    """Answer only to the names that this portal has; nothing is ever built from the Host header."""
    if _hostname(request.host) not in current_app.config["PORTAL"].trusted_hosts:
        abort(400)


@lru_cache(maxsize=64)
def _hostname(host: str) -> str | None:
    return urlsplit(f"//{host}").hostname


def _ours(origin: str) -> bool:
    """Whether an Origin is this portal's: its public address, or on this machine the address that was asked."""
    settings = current_app.config["PORTAL"]
    if settings.secure:
        return bool(origin == settings.public_url)
    return origin in {settings.public_url, f"http://{request.host}"}


def join(app: Flask) -> None:
    """Bind to the application."""
    app.before_request(refuse_foreign_hosts)
    app.before_request(refuse_foreign_posts)
    app.after_request(add_headers)
    fixed = _FIXED + _LASTING if app.config["PORTAL"].secure else _FIXED
    app.wsgi_app = _with_fixed(app.wsgi_app, fixed)  # type: ignore[method-assign]
