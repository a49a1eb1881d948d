from __future__ import annotations

from flask import Blueprint, Response, g, url_for

from portal.blueprints.office.wording import (
    CHANNELS,
    ROLES,
    SEEN_BY,
    Told,
    no_office,
    told,
    why_not_delivered,
)
from portal.domain.announcements import queries as announcements
from portal.domain.home.desk import desk_of
from portal.domain.practices import queries as practices
from portal.domain.viewer import Role, StaffViewer
from portal.gateways import files
from portal.kernel import clock
from portal.web.access import staff
from portal.web.hypermedia import go, page

bp = Blueprint("office", __name__)
choice = Blueprint("office_choice", __name__)
_MOST_TROUBLE = 20


@choice.get("/")
def choose() -> Response:
    """The offices that somebody works in; where there is nothing to choose, straight into the one."""
    member = g.staff_member
    if member.is_operator:
        return go(url_for("office.today", office="all"))
    places = practices.workplaces_of(member.staff_member_id)
    if len(places) == 1:
        return go(url_for("office.today", office=places[0].public_id))
    return page("office/choose.html", places=[(place, ROLES[Role(place.role)]) for place in places])


@bp.get("/")
def today() -> Response:
    """What is told to staff, what the office tells, and what did not arrive."""
    viewer, now = staff(), clock.now()
    current = announcements.current_for(viewer, now)
    desk = desk_of(viewer, now, _MOST_TROUBLE) if viewer.office_id is not None else None
    lines = [told(line) for line in desk.lines if viewer.role in SEEN_BY[line.kind]] if desk else _of_operator(viewer)
    return page(
        "office/today.html",
        today=clock.today(viewer.time_zone),
        role=ROLES[viewer.role],
        banners=[banner.shown_to(viewer.language, viewer.office_name) for banner in current.banners],
        close="announcements_office.close",
        own=current.own,
        has_room=files.has_room(),
        lines=lines,
        finds=viewer.office_id is not None,
        zone=viewer.time_zone,
        trouble=desk.trouble if desk else None,
        channels=CHANNELS,
        why=why_not_delivered,
    )


def _of_operator(viewer: StaffViewer) -> list[Told]:
    return [] if practices.offices_of(viewer) else [no_office()]
