"""The two ways to answer: a page, or the fragment of it that htmx asked for. The only place that knows HX- headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, g, make_response, redirect, request

from portal.web import form_tokens, language, navigation, security_headers, static_files, templates

_MARK = "the-form-token-of-this-visitor"  # noqa: S105 - what stands there until it is known


def wants_fragment() -> bool:
    """Whether htmx asks (and not for a page out of its history)."""
    sent = request.environ
    return sent.get("HTTP_HX_REQUEST") == "true" and sent.get("HTTP_HX_HISTORY_RESTORE_REQUEST") != "true"


def page(template: str, fragment: str | None = None, status: int = 200, **values: Any) -> Response:
    """A whole page, or only `fragment` where htmx asks for it. A page includes that same fragment."""
    chosen = fragment if fragment and wants_fragment() else template
    if chosen is template:
        values = {**navigation.frame(), **values}
    return _answer(_rendered(chosen, values), status, varies=bool(fragment))


def page_for_everybody(template: str, values: Callable[[], dict[str, Any]]) -> Response:
    """A whole page that differs from one visitor to the next by its form token alone: rendered once for each address.

    `values` is asked the first time. Never for a page behind a door.
    """
    kept = current_app.extensions.setdefault("pages_for_everybody", {})
    place = (template, language.present(), request.path)
    if place not in kept:
        tools = {**form_tokens.tools(), "csrf": lambda: _MARK}
        kept[place] = templates.render(template, place[1], **tools, **navigation.frame(), **values())
    security_headers.allow_inline_styles(static_files.inline_styles()[1])
    return _answer(kept[place].replace(_MARK, form_tokens.form_token()), 200, varies=False)


def done(fragment: str, instead: str, **values: Any) -> Response:
    """The answer to a deed: the changed fragment and a few words to htmx, a redirect to a plain form."""
    if not wants_fragment():
        return _to(_with_said(instead))
    said = _rendered("partials/said.html", {"said": navigation.said_now(), "oob": True})
    return _answer(_rendered(fragment, values) + said, 200, varies=True)


def go(url: str) -> Response:
    """Leave for another page, whoever asks."""
    if wants_fragment():
        answer = make_response("", 204)
        answer.headers["HX-Redirect"] = url
        return answer
    return _to(url)


def leave(url: str, status: int, *, kept: bool = False) -> Response:
    """Send a plain request to sign in; htmx is told in the problem region, and the page stays."""
    if not wants_fragment():
        return _to(url)
    return _answer(_rendered("partials/sign_in/ended.html", {"url": url, "kept": kept}), status, varies=True)


def _to(url: str) -> Response:
    return redirect(url, 303, Response)  # type: ignore[return-value]


def _rendered(template: str, values: dict[str, Any]) -> str:
    return templates.render(template, language.present(), **form_tokens.tools(), **values)


def _with_said(url: str) -> str:
    number = g.get("receipt_number")
    if not number:
        return url
    path, _, place = url.partition("#")
    joint = "&" if "?" in path else "?"
    return f"{path}{joint}receipt={number}" + (f"#{place}" if place else "")


def _answer(html: str, status: int, *, varies: bool) -> Response:
    answer = Response(html, status, content_type="text/html; charset=utf-8")
    if varies:
        answer.headers["Vary"] = "HX-Request"
    return answer
