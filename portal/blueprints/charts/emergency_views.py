"""Who opened, in an emergency, what their role leaves out: for the office administrator."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from portal.domain.charts import emergency
from portal.web.access import staff
from portal.web.hypermedia import page

bp = Blueprint("charts_emergency", __name__)


@bp.get("/")
def listing() -> Response:
    """The latest first. A chart is told by its number: its name is one look further, which is written down."""
    return page(
        "charts/emergencies.html",
        opened=emergency.opened_in(staff()),
        zone=staff().time_zone,
        leave_url=url_for("charts.find"),
    )
