"""Demonstration mode: what was sent, to look at and for programs (ARCHITECTURE §5)."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, jsonify

from portal.domain.outbox import queries
from portal.domain.outbox.types import Shown
from portal.web.hypermedia import page

bp = Blueprint("demo_outbox", __name__)
_LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:]")
_ON_PAGE, _IN_JSON = 20, 200


@bp.get("/outbox")
def outbox() -> Response:
    """The newest messages as a page."""
    return page("demo/outbox.html", messages=[_entry(shown) for shown in queries.newest(_ON_PAGE)])


@bp.get("/outbox.json")
def outbox_json() -> Response:
    """The newest messages for programs, newest first."""
    return jsonify([_entry(shown) for shown in queries.newest(_IN_JSON)])


def _entry(shown: Shown) -> dict[str, Any]:
    """Before it was tried once, a message has no words and no address yet."""
    words = shown.words
    return {
        "channel": shown.channel,
        "to": words.to,
        "subject": words.subject,
        "body": words.body,
        "links": _LINK.findall(words.body),
        "codes": list(words.codes),
        "calendar": words.calendar.text if words.calendar else None,
        "state": shown.state,
        "at": (shown.settled_at or shown.queued_at).isoformat(),
        "message": shown.message,
        "problem": shown.problem,
    }
