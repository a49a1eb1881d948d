from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain.connections.types import WhyNot
from portal.web import wording

REASONS: dict[str, wording.Words] = {
    "connected_before": lambda facts: _("You are connected to this office already."),
    "takes_no_requests": lambda facts: _("This office takes no requests online. Call it, or ask at its front desk."),
    "request_answered": lambda facts: _("This request was answered before, or it was taken back."),
    "chart_of_another": lambda facts: _("This chart belongs to another person of the portal. Choose another chart."),
    "born_on_another_day": lambda facts: _(
        "The date of birth of this chart is another one. Put the chart right first, or choose another chart."
    ),
}
DEEDS = {
    "connections.ask": lambda: _("Request to connect sent"),
    "connections.withdraw": lambda: _("Request to connect taken back"),
    "connections_office.connect": lambda: _("Person connected to their chart"),
    "connections_office.connect_new": lambda: _("Chart created and person connected"),
    "connections_office.decline": lambda: _("Request to connect declined"),
}
wording.add(REASONS, DEEDS)

#: What the person reads of a request that was declined.
WHY_NOT: dict[WhyNot, Any] = {
    WhyNot.NO_CHART: _l("The office found no chart that fits what you told us."),
    WhyNot.DETAILS: _l("Some of your details are not the ones that the office has. Check your Profile, or call."),
    WhyNot.NO_ROOM: _l("The office takes no new patients now."),
    WhyNot.CALL: _l("The office asks you to call."),
}
#: The same, as staff choose it.
CHOICES: dict[WhyNot, Any] = {
    WhyNot.NO_CHART: _l("We found no chart that fits"),
    WhyNot.DETAILS: _l("The details are not the ones that we have"),
    WhyNot.NO_ROOM: _l("We take no new patients"),
    WhyNot.CALL: _l("They should call us"),
}
