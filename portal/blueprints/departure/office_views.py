from __future__ import annotations

from flask import Blueprint, Response

from portal.domain.connections import queries
from portal.kernel import clock
from portal.web.access import staff
from portal.web.hypermedia import page

bp = Blueprint("departure_office", __name__)


@bp.get("/")
def left() -> Response:
    """Whose account was closed lately: their charts by number, which open the record."""
    return page("departure/left.html", left=queries.left_lately(staff(), clock.now()), zone=staff().time_zone)
