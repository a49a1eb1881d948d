"""Help, for everybody: questions and answers, whom to call, browsers, privacy (NAV-2, NAV-4)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app

from portal.blueprints.help.topics import OF_THE_SITE, of_capabilities
from portal.kernel.refusal import Missing
from portal.web.access import greet
from portal.web.hypermedia import page

bp = Blueprint("help", __name__)


@bp.get("/")
def answers() -> Response:
    """Whom to call, and what there are answers about."""
    settings = current_app.config["PORTAL"]
    return _page(
        "help/page.html",
        topics=of_capabilities(),
        of_the_site=OF_THE_SITE,
        support_email=settings.support_email,
        support_phone=settings.support_phone,
    )


@bp.get("/<word>")
def topic(word: str) -> Response:
    """The questions and answers about one thing."""
    file = (of_capabilities() | OF_THE_SITE).get(word)
    if file is None:
        raise Missing
    return _page("help/topic.html", file=file)


def _page(template: str, **values: Any) -> Response:
    """Who is signed in keeps their menu."""
    layout = "layouts/page.html" if greet() else "layouts/public.html"
    return page(template, layout=layout, **values)
