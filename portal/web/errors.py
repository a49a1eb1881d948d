"""Every way in which a request can fail, as a page or a fragment that tells a person what to do next."""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from portal.kernel.database import Unavailable
from portal.kernel.engines import WriterBusy
from portal.kernel.passwords import Busy
from portal.kernel.refusal import Missing, Refused, Stale
from portal.kernel.secrets import KeyFileError
from portal.web import form_tokens, hypermedia, language, navigation, templates, wording
from portal.web.texts import gettext as _

_log = logging.getLogger("portal.error")
_RETRY_SECONDS = "10"


class Problem(NamedTuple):
    """What went wrong, in words, and what to do next."""

    code: int
    title: str
    words: str
    next_url: str
    next_words: str
    icon: str


def answer(code: int, words: str | None = None, next_url: str | None = None, next_words: str | None = None) -> Response:
    """The answer for a status code: the whole page, or htmx's problem region."""
    title, told, icon = _told().get(code) or _told()[500]
    problem = Problem(code, title, words or told, next_url or _way_on(code), next_words or _way_on_words(code), icon)
    g.outside, spoken = True, language.present()
    if hypermedia.wants_fragment():
        html = templates.render("partials/problem.html", spoken, **form_tokens.tools(), error=problem)
    else:
        values = {**navigation.frame(), **form_tokens.tools(), "error": problem}
        html = templates.render("errors/page.html", spoken, **values)
    response = Response(html, code, content_type="text/html; charset=utf-8")
    response.headers["Vary"] = "HX-Request"
    response.headers["HX-Push-Url"] = "false"
    response.headers["HX-Retarget"] = "#problem-region"
    response.headers["HX-Reswap"] = "outerHTML"
    if code in {429, 503}:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _told() -> dict[int, tuple[str, str, str]]:
    """Title, words and icon of each code."""
    return {
        400: (_("We could not read that"), _("Go back, load the page again, and try once more."), "alert"),
        401: (_("Please sign in"), _("You are not signed in now."), "lock"),
        403: (_("You cannot see this page"), _("This page is not open to you."), "lock"),
        404: (
            _("We cannot find that page"),
            _("The link may be old, or a letter may be wrong. Your records are safe."),
            "search",
        ),
        405: (_("That does not work here"), _("Go back and use the buttons on the page."), "alert"),
        408: (
            _("That took too long to arrive"),
            _("Your connection may be slow. Nothing was saved. Go back and send it again."),
            "clock",
        ),
        411: (_("We could not read that"), _("Go back, load the page again, and try once more."), "alert"),
        409: (_("This was not saved"), _("Go back, load the page again, and look at what it says now."), "alert"),
        413: (_("That is too big"), _("Please send something smaller."), "alert"),
        422: (_("Please check what you typed"), _("Go back and look at the fields."), "alert"),
        429: (_("Please wait a little"), _("There were too many tries. Wait a few minutes and try again."), "clock"),
        500: (
            _("Something went wrong on our side"),
            _("Nothing is lost. We wrote down what happened. Please try again."),
            "alert",
        ),
        503: (
            _("We are very busy, or resting for a moment"),
            _("Nothing is lost. Please try again in a few seconds."),
            "clock",
        ),
    }


def _way_on(code: int) -> str:
    if code == 503 and request.method == "GET":
        return request.path
    return next((start for start in ("/office/", "/kiosk/") if request.path.startswith(start)), "/")


def _way_on_words(code: int) -> str:
    if request.path.startswith("/kiosk/"):
        return str(_("Go on"))
    return str(_("Try again") if code == 503 and request.method == "GET" else _("Go to Home"))


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if code == 308 and error.response is not None:  # a missing slash at the end
        return Response(status=308, headers=dict(error.response.headers))
    response = answer(code)
    if code == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response


def _refused(error: Refused) -> Response:
    return answer(409, words=wording.words_for(error.refusal))


def _token(_error: CSRFError) -> Response:
    """The token of the page is too old (signed in again meanwhile, or cookies are off)."""
    return answer(
        403,
        words=_("This page was open too long, or cookies are off. Go back, load the page again, and send it again."),
        next_url=request.path if request.method == "POST" and request.endpoint == "sign_in.enter" else None,
    )


def _unavailable(error: Exception) -> Response:
    _log.error("unavailable", exc_info=error)
    return answer(503)


def _broken(error: InternalServerError) -> Response:
    cause = error.original_exception
    if isinstance(cause, _DOWN):
        return _unavailable(cause)
    _log.error("broken", exc_info=cause or error)
    return answer(500)


_DOWN: tuple[type[Exception], ...] = (Unavailable, WriterBusy, Busy, PoolTimeout, KeyFileError)


def _database(error: SQLAlchemyError) -> Response:
    """The driver's own troubles are 503; a mistake in a statement is ours and 500."""
    if isinstance(error, DBAPIError) and type(error).__name__ in {"OperationalError", "InterfaceError"}:
        return _unavailable(error)
    _log.error("broken", exc_info=error)
    return answer(500)


def join(app: Flask) -> None:
    """Bind to the application."""
    handlers: list[tuple[Any, Any]] = [
        (HTTPException, _http),
        (CSRFError, _token),
        (Missing, lambda _error: answer(404)),
        (Refused, _refused),
        (Stale, lambda _error: answer(409)),
        (StaleDataError, lambda _error: answer(409)),
        (SQLAlchemyError, _database),
        (InternalServerError, _broken),
        *((kind, _unavailable) for kind in _DOWN),
    ]
    for kind, handler in handlers:
        app.register_error_handler(kind, handler)
