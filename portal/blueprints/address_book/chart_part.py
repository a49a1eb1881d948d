"""The tab "Insurance" of a chart."""

from __future__ import annotations

from typing import Any

from portal.blueprints.address_book.wording import COVERS, SIDES
from portal.domain.address_book import charted
from portal.domain.charts.types import OpenChart
from portal.domain.viewer import StaffViewer
from portal.kernel import clock
from portal.web.chart_parts import Part, add_part
from portal.web.texts import lazy_gettext as _l


def _insurance(viewer: StaffViewer, chart: OpenChart) -> dict[str, Any]:
    return {
        "plans": charted.insurance_of(viewer, chart),
        "covers": COVERS,
        "sides": SIDES,
        "today": clock.today(viewer.time_zone),
    }


add_part(Part("insurance", _l("Insurance"), _insurance, "partials/address_book/chart.html", order=12))
