"""The office searches in its conversations; not in what its staff note among each other."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, url_for

from portal.blueprints.messaging import searching as shown
from portal.blueprints.messaging.wording import ROLES
from portal.domain.messaging import searching
from portal.domain.messaging.search_types import OfficeHit
from portal.web.access import staff
from portal.web.filters import typed_date
from portal.web.once import exempt

bp = Blueprint("messaging_search_office", __name__)
_PAGE = "messaging/office_search.html"


@bp.get("/")
def find() -> Response:
    """An empty box."""
    return shown.empty(_PAGE, search_url=url_for(".search"))


@bp.post("/")
@exempt
def search() -> Response:
    """Messages with all the words, newest first. Whose they are is written down before they are sent."""
    found = partial(searching.in_office, staff())
    to = {"search_url": url_for(".search"), "zone": staff().time_zone}
    return shown.answer(_PAGE, found, _told, endpoint="messaging_office.thread", **to)


def _told(one: OfficeHit) -> tuple[str, str]:
    about = f"{one.family}, {one.given}"
    who = about if one.by_kind == "patient" else f"{one.name}, {ROLES[one.by_role]}"
    return who, f"{about}, {typed_date(one.birth_date)}"
