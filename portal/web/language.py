"""Which language: the person's own, else what they clicked, else what their browser asks for."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, Response, g, has_request_context, request
from flask_babel import refresh
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from portal.extensions import babel
from portal.web.templates import LANGUAGES

_COOKIE = "lang"
_CLICKED_FOR = 180 * 24 * 3600


def present() -> str:
    """The language of this request; what the browser asks for is read only when nobody is signed in."""
    here = g._get_current_object()
    if "language" not in here:
        choose()
    return str(here.language)


def choose() -> None:
    """Before anybody is known: the click, the cookie, the browser."""
    if not has_request_context():
        g.language = "en"
        return
    asked = request.args.get("lang") or request.cookies.get(_COOKIE)
    g.language = asked if asked in LANGUAGES else _best(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=256)
def _best(accepted: str) -> str:
    return parse_accept_header(accepted, LanguageAccept).best_match(LANGUAGES) or "en"


def speak(language: str) -> None:
    """From here on, this person's language."""
    here = g._get_current_object()
    asked_before = "language" in here
    here.language = language if language in LANGUAGES else "en"
    if asked_before:
        refresh()


def remember(answer: Response) -> Response:
    """Keep a click on "Español" for the pages before sign-in."""
    if b"lang=" not in request.query_string:
        return answer
    asked = request.args.get("lang")
    if asked in LANGUAGES and request.method == "GET":
        answer.set_cookie(_COOKIE, asked, max_age=_CLICKED_FOR, httponly=True, samesite="Lax", secure=request.is_secure)
    return answer


def join(app: Flask) -> None:
    """Bind to the application."""
    babel.init_app(app, locale_selector=present, default_translation_directories="translations")
    app.after_request(remember)
