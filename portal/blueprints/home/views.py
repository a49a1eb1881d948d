from __future__ import annotations

from flask import Blueprint, Response

from portal.blueprints.home.wording import greeting, told
from portal.domain.check_in import rules as check_in
from portal.domain.home import queries
from portal.kernel import clock
from portal.web.access import viewer
from portal.web.hypermedia import page

bp = Blueprint("home", __name__)


@bp.get("/")
def today() -> Response:
    """What needs the person today."""
    reader, now = viewer(), clock.now()
    home = queries.home_of(reader, now)
    return page(
        "home/today.html",
        today=clock.today(reader.time_zone),
        greeting=greeting(home.called, now, reader.time_zone),
        banners=[banner.shown_to(reader.language, reader.brand) for banner in home.banners],
        lines=[told(line) for line in home.lines],
        close="announcements.close",
        visit=home.next_visit,
        near=check_in.offers(home.next_visit, now) if home.next_visit else (),
        spoken=reader.language,
    )
