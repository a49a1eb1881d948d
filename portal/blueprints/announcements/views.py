from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, url_for

from portal.domain.announcements import actions
from portal.kernel import clock
from portal.web.access import viewer
from portal.web.hypermedia import go, wants_fragment
from portal.web.once import exempt

bp = Blueprint("announcements", __name__)


@bp.post("/<uuid:announcement_id>/close")
@exempt
def close(announcement_id: UUID) -> Response:
    """The X. Twice is the same as once, so no receipt is kept; htmx puts the empty answer in the banner's place."""
    actions.close(viewer(), announcement_id, now=clock.now())
    return make_response("") if wants_fragment() else go(url_for("home.today"))
