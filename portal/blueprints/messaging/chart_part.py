"""The tab "Messages" of a chart."""

from __future__ import annotations

from typing import Any

from portal.blueprints.messaging.wording import OFFICE_STATES, called
from portal.domain.charts.types import OpenChart
from portal.domain.messaging import charted
from portal.domain.viewer import StaffViewer
from portal.kernel import clock
from portal.web.chart_parts import CLINICAL, Part, add_part
from portal.web.texts import lazy_gettext as _l


def _conversations(viewer: StaffViewer, chart: OpenChart) -> dict[str, Any]:
    found = charted.conversations_of(viewer, chart)
    return {
        "found": found,
        "states": OFFICE_STATES,
        "called": called,
        "zone": viewer.time_zone,
        "now": clock.now(),
        "is_full": len(found) == charted.LISTED,
    }


add_part(Part("messaging", _l("Messages"), _conversations, "partials/messaging/chart.html", CLINICAL, order=15))
