"""A person searches in their own conversations; archived ones too."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, url_for

from portal.blueprints.messaging import searching as shown
from portal.blueprints.messaging.wording import ROLES, called
from portal.domain.messaging import searching
from portal.domain.messaging.search_types import Hit
from portal.web.access import viewer
from portal.web.once import exempt
from portal.web.texts import gettext as _

bp = Blueprint("messaging_search", __name__)
_PAGE = "messaging/search.html"


@bp.get("/")
def find() -> Response:
    """An empty box."""
    return shown.empty(_PAGE, search_url=url_for(".search"))


@bp.post("/")
@exempt
def search() -> Response:
    """Messages with all the words, newest first."""
    found = partial(searching.in_own, viewer())
    to = {"search_url": url_for(".search"), "zone": viewer().time_zone}
    return shown.answer(_PAGE, found, _told, endpoint="messaging.thread", **to)


def _told(one: Hit) -> tuple[str, str]:
    who = _("You") if one.by_kind == "patient" else f"{one.name}, {ROLES[one.by_role]}"
    return who, called(one.with_name) if one.with_name else f"{called(None)}, {one.office_name}"
