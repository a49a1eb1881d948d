"""Which language: the person's own, else what they clicked, else what their browser asks for."""

from __future__ import annotations

from flask import Flask, Response, g, request
from flask_babel import refresh

from portal.extensions import babel
from portal.web.templates import LANGUAGES

_COOKIE = "lang"
_CLICKED_FOR = 180 * 24 * 3600


def choose() -> None:
    """Before anybody is known: the click, the cookie, the browser."""
    asked = request.args.get("lang") or request.cookies.get(_COOKIE)
    g.language = asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "en"


def speak(language: str) -> None:
    """From here on, this person's language."""
    g.language = language if language in LANGUAGES else "en"
    refresh()


def remember(answer: Response) -> Response:
    """Keep a click on "Español" for the pages before sign-in."""
    asked = request.args.get("lang")
    if asked in LANGUAGES and request.method == "GET":
        answer.set_cookie(_COOKIE, asked, max_age=_CLICKED_FOR, httponly=True, samesite="Lax", secure=request.is_secure)
    return answer


def join(app: Flask) -> None:
    """Bind to the application."""
    babel.init_app(app, locale_selector=lambda: g.get("language", "en"), default_translation_directories="translations")
    app.before_request(choose)
    app.after_request(remember)
