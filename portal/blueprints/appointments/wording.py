from __future__ import annotations

from typing import Any

from portal.domain.appointments.types import PartOfDay, State
from portal.web import wording
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.texts import ngettext

#: What each state is called where people see it; color never says it alone.
STATES: dict[State, Any] = {
    State.HELD: _l("Held for you"),
    State.PENDING: _l("Pending appointment"),
    State.PROPOSED: _l("Choose a time"),
    State.BOOKED: _l("Confirmed"),
    State.ARRIVED: _l("You are here"),
    State.FULFILLED: _l("Past"),
    State.CANCELLED: _l("Canceled"),
    State.NO_SHOW: _l("Missed"),
}

PARTS_OF_DAY: dict[PartOfDay, Any] = {
    PartOfDay.ANY: _l("Any time of day"),
    PartOfDay.MORNING: _l("Morning"),
    PartOfDay.AFTERNOON: _l("Afternoon"),
}

_OVER: dict[str, Any] = {
    State.CANCELLED: _l("This appointment is canceled already."),
    State.FULFILLED: _l("This appointment is over."),
    State.NO_SHOW: _l("This appointment is over."),
    State.ARRIVED: _l("You are marked as arrived. Tell the front desk."),
}

REASONS: dict[str, wording.Words] = {
    "time_taken": lambda _facts: _("Somebody else took this time a moment ago. Choose another one."),
    "appointment_over": lambda facts: str(_OVER.get(facts["state"], _OVER[State.FULFILLED])),
    "too_late_to_cancel": lambda facts: ngettext(
        "You can cancel here until %(num)s hour before. Call the office now, so that somebody else can have the time.",
        "You can cancel here until %(num)s hours before. Call the office now, so that somebody else can have the time.",
        facts["hours"],
    ),
}
wording.add(REASONS)
