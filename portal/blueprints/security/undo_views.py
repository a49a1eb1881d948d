"""The link that an old address gets when a new one takes its place. Looking at it changes nothing; the button does."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from portal.domain.connections import taken_back
from portal.domain.sign_in import contacts
from portal.kernel import clock
from portal.kernel.refusal import Refusal, Refused
from portal.web.hypermedia import go, page
from portal.web.once import exempt
from portal.web.wording import words_for

bp = Blueprint("security_undo", __name__)


@bp.get("/<token>")
def ask(token: str) -> Response:
    """What happened, and a button to take it back."""
    return _page(token, contacts.why_not_undo(token, clock.now()))


@bp.post("/<token>")
@exempt
def undo(token: str) -> Response:
    """Take it back."""
    try:
        taken_back.take_back(contacts.undo(token, clock.now()), clock.now())
    except Refused as refused:
        return _page(token, refused.refusal)
    return go(url_for(".undone"))


@bp.get("/")
def undone() -> Response:
    """What was done, and what to do now."""
    return page("security/undone.html")


def _page(token: str, refusal: Refusal | None) -> Response:
    return page(
        "security/undo.html",
        status=409 if refusal else 200,
        token=token,
        refusal=words_for(refusal) if refusal else None,
    )
