from __future__ import annotations

from flask import Blueprint, Response

from portal.domain.home import queries
from portal.kernel import clock
from portal.web.access import viewer
from portal.web.hypermedia import page

bp = Blueprint("home", __name__)


@bp.get("/")
def today() -> Response:
    """What needs the person today."""
    return page("home/today.html", items=[], viewer=viewer(), today=clock.today(viewer().time_zone))
