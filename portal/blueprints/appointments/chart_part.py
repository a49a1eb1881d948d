"""The tabs "Visits", "Wait list" and "Questions for a time" of a chart."""

from __future__ import annotations

from typing import Any

from portal.blueprints.appointments import waiting_wording
from portal.blueprints.appointments.office_wording import state_words
from portal.blueprints.appointments.wording import KINDS
from portal.domain.appointments import charted, question_queries, waiting_queries
from portal.domain.charts.types import OpenChart
from portal.domain.viewer import StaffViewer
from portal.kernel import clock
from portal.web.chart_parts import CLINICAL, Part, add_part
from portal.web.texts import lazy_gettext as _l


def _visits(viewer: StaffViewer, chart: OpenChart) -> dict[str, Any]:
    found, now = charted.visits_of(viewer, chart), clock.now()
    return {
        "ahead": [visit for visit in reversed(found) if visit.starts_at > now],
        "past": [visit for visit in found if visit.starts_at <= now],
        "state_words": state_words,
        "kinds": KINDS,
        "zone": viewer.time_zone,
        "is_full": len(found) == charted.LISTED,
    }


def _waits(viewer: StaffViewer, chart: OpenChart) -> dict[str, Any]:
    found = waiting_queries.of_chart(viewer, chart)
    return {"waits": found, "wish_words": waiting_wording.wish_words, "zone": viewer.time_zone}


def _questions(viewer: StaffViewer, chart: OpenChart) -> dict[str, Any]:
    return {"questions": question_queries.of_chart(viewer, chart), "zone": viewer.time_zone}


add_part(Part("appointments", _l("Visits"), _visits, "partials/appointments/chart.html", CLINICAL, order=20))
add_part(Part("wait_list", _l("Wait list"), _waits, "partials/appointments/chart_waits.html", CLINICAL, order=21))
add_part(
    Part(
        "time_questions",
        _l("Questions for a time"),
        _questions,
        "partials/appointments/chart_questions.html",
        CLINICAL,
        order=22,
    )
)
