from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.appointments import slots
from portal.domain.appointments.types import PartOfDay, State
from portal.domain.viewer import Viewer
from portal.web import wording
from portal.web.filters import weekday_name, zone_words
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.texts import ngettext

_A_SUNDAY = date(2027, 3, 7)

#: What each state is called where people see it; color never says it alone.
STATES: dict[State, Any] = {
    State.HELD: _l("Held for you"),
    State.OFFERED: _l("Offered to you"),
    State.PENDING: _l("Pending appointment"),
    State.PROPOSED: _l("Choose a time"),
    State.BOOKED: _l("Confirmed"),
    State.ARRIVED: _l("You are here"),
    State.FULFILLED: _l("Past"),
    State.CANCELLED: _l("Canceled"),
    State.NO_SHOW: _l("Missed"),
}

#: The same, short enough for a day of the calendar.
IN_A_DAY: dict[State, Any] = {
    State.OFFERED: _l("Offer"),
    State.PENDING: _l("Pending"),
    State.PROPOSED: _l("Choose"),
    State.BOOKED: _l("Visit"),
    State.ARRIVED: _l("Visit"),
    State.FULFILLED: _l("Visit"),
    State.CANCELLED: _l("Canceled"),
    State.NO_SHOW: _l("Missed"),
}

#: The color and the picture of each state, as the stylesheet and icons.svg call them.
KINDS: dict[State, tuple[str, str]] = {
    State.HELD: ("pending", "clock"),
    State.OFFERED: ("pending", "clock"),
    State.PENDING: ("pending", "clock"),
    State.PROPOSED: ("pending", "clock"),
    State.BOOKED: ("confirmed", "check"),
    State.ARRIVED: ("confirmed", "pin"),
    State.FULFILLED: ("", "check"),
    State.CANCELLED: ("gone", "x"),
    State.NO_SHOW: ("gone", "x"),
}

#: A line of the history: who did it stands before it where that is somebody else.
EVENTS: dict[str, Any] = {
    "requested": _l("Asked for"),
    "booked": _l("Booked"),
    "approved": _l("Confirmed by the office"),
    "rejected": _l("Not possible, said the office"),
    "proposed": _l("The office offered other times"),
    "offered": _l("Offered from the wait list"),
    "picked": _l("You chose a time"),
    "moved": _l("Moved to another time"),
    "cancel_asked": _l("You asked to cancel"),
    "cancelled": _l("Canceled"),
    "kept": _l("The office kept the appointment"),
    "confirmed": _l("You said that you will be there"),
    "checked_in": _l("You checked in"),
    "arrived": _l("Arrived"),
    "fulfilled": _l("The visit took place"),
    "noshow": _l("Nobody came"),
    "put_back": _l("Corrected by the office"),
    "lapsed": _l("The offered times ran out. The office looks for others"),
}

PARTS_OF_DAY: dict[PartOfDay, Any] = {
    PartOfDay.ANY: _l("Any time of day"),
    PartOfDay.MORNING: _l("Morning"),
    PartOfDay.AFTERNOON: _l("Afternoon"),
}


def shown(viewer: Viewer) -> dict[str, Any]:
    """What templates need to show visits in words."""
    return {
        "states": STATES,
        "in_a_day": IN_A_DAY,
        "kinds": KINDS,
        "events": EVENTS,
        "spoken": viewer.language,
        "own_zone": viewer.time_zone,
        "zone_told": zone_told,
    }


def zone_told(moment: datetime, zone: str, own_zone: str) -> str:
    """The name of the office's zone, where the person's clock shows another time just then."""
    differ = moment.astimezone(ZoneInfo(zone)).utcoffset() != moment.astimezone(ZoneInfo(own_zone)).utcoffset()
    return zone_words(zone) if differ else ""


def weekdays() -> list[tuple[str, str]]:
    """Sun, Sunday and the other days of a week."""
    return [(weekday_name(day), weekday_name(day, whole=True)) for day in slots.days(_A_SUNDAY, 7)]


def seconds(moment: datetime) -> str:
    """A moment as addresses and forms carry it: seconds since 1970."""
    return str(int(moment.timestamp()))


def moment_of(written: str | None) -> datetime | None:
    """The moment that `seconds` wrote, or None for anything else."""
    is_number = written is not None and written.isascii() and written.isdecimal() and len(written) < 11
    return datetime.fromtimestamp(int(written or 0), UTC) if is_number else None


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
    "cancel_asked_before": lambda _facts: _("You asked the office to cancel this. It will answer you."),
    "appointment_changed": lambda _facts: _("The office changed this a moment ago. This is how it is now."),
    "not_to_confirm": lambda _facts: _("There is nothing to confirm here any more."),
}
DEEDS = {
    "appointments.cancel": lambda: _("Appointment canceled"),
    "appointments.confirm": lambda: _("You said that you will be there"),
}
wording.add(REASONS, DEEDS)
