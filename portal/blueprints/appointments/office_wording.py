"""Visits in the words of the office console."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from portal.blueprints.appointments import wording as _words_of_patients  # noqa: F401 - their reasons are told here too
from portal.domain.appointments.types import Slot, State
from portal.domain.appointments.visits import Event
from portal.kernel import clock
from portal.web import wording
from portal.web.filters import time_words
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.texts import ngettext

#: What somebody else did while a page was open: of staff, by name; the patient and the portal, None.
_MEANWHILE: dict[str, Callable[[str, str], str]] = {
    "approved": lambda name, at: _("%(name)s approved this request at %(time)s.", name=name, time=at),
    "rejected": lambda name, at: _("%(name)s declined this request at %(time)s.", name=name, time=at),
    "proposed": lambda name, at: _("%(name)s offered other times at %(time)s.", name=name, time=at),
    "cancelled": lambda name, at: _("%(name)s canceled this visit at %(time)s.", name=name, time=at),
    "kept": lambda name, at: _("%(name)s answered at %(time)s that the visit stays.", name=name, time=at),
    "arrived": lambda name, at: _("%(name)s marked the person as arrived at %(time)s.", name=name, time=at),
    "fulfilled": lambda name, at: _("%(name)s marked the person as seen at %(time)s.", name=name, time=at),
    "noshow": lambda name, at: _("%(name)s marked the visit as missed at %(time)s.", name=name, time=at),
    "put_back": lambda name, at: _("%(name)s took the last mark back at %(time)s.", name=name, time=at),
}


def _meanwhile(facts: Mapping[str, Any]) -> str:
    at = time_words(facts["at"], facts["zone"])
    if facts["by_kind"] == "staff" and facts["deed"] in _MEANWHILE:
        return _MEANWHILE[facts["deed"]](facts["name"], at)
    return _("This visit changed at %(time)s. Look at it again.", time=at)


REASONS: dict[str, wording.Words] = {
    "visit_changed": lambda facts: _("This visit changed while you had it open. Look at it again."),
    "visit_answered": _meanwhile,
    "propose_none": lambda facts: _("Choose at least one time."),
    "propose_too_many": lambda facts: _("Choose %(num)s times at most.", num=facts["most"]),
    "propose_overlap": lambda facts: _("Two of these times overlap. Choose times that are apart."),
    "times_gone": lambda facts: _("These times are not offered any more. Ask for another visit, or call the office."),
    "book_steps": lambda facts: _("Use a time in steps of 5 minutes, like 9:05 AM."),
    "book_past": lambda facts: _("This time has gone by. Choose another one."),
    "book_too_far": lambda facts: _("Book within 2 years. Choose an earlier day."),
    "book_outside": lambda facts: _(
        "The provider has no hours there then. Choose another time, or say that you mean it."
    ),
    "visit_another_day": lambda facts: _("This visit is on another day. Check the date."),
    "visit_still_ahead": lambda facts: _("This visit is still ahead. Mark it as missed when its time has come."),
    "visit_time_past": lambda facts: _("This time has gone by. Offer other times, or decline and say why."),
}
DEEDS = {
    "appointments_arrivals.arrive": lambda: _("Person marked as arrived"),
    "appointments_arrivals.finish": lambda: _("Person marked as seen"),
    "appointments_arrivals.miss": lambda: _("Visit marked as missed"),
    "appointments_arrivals.put_back": lambda: _("Mark taken back"),
    "appointments_booking.book": lambda: _("Visit booked"),
    "appointments_proposing.propose": lambda: _("Other times offered"),
    "appointments_times.pick": lambda: _("Time picked"),
    "appointments_office.approve": lambda: _("Visit approved"),
    "appointments_office.reject": lambda: _("Visit request declined"),
    "appointments_office.accept_cancellation": lambda: _("Visit canceled for the person"),
    "appointments_office.keep": lambda: _("Visit kept, and the person told why"),
    "appointments_office.cancel": lambda: _("Visit canceled by the office"),
}
wording.add(REASONS, DEEDS)

_STATES: dict[State, Any] = {
    State.OFFERED: _l("Offered from the wait list"),
    State.PENDING: _l("Waits for your answer"),
    State.PROPOSED: _l("The person chooses a time"),
    State.BOOKED: _l("Confirmed"),
    State.ARRIVED: _l("Arrived"),
    State.FULFILLED: _l("Seen"),
    State.CANCELLED: _l("Canceled"),
    State.NO_SHOW: _l("Did not come"),
}
_EVENTS: dict[str, Any] = {
    "requested": _l("Asked for this visit"),
    "approved": _l("Approved"),
    "rejected": _l("Declined"),
    "proposed": _l("Offered other times"),
    "offered": _l("Offered from the wait list"),
    "picked": _l("Picked a time"),
    "moved": _l("Moved to another time"),
    "cancel_asked": _l("Asked to cancel"),
    "cancelled": _l("Canceled"),
    "kept": _l("Asked to keep it"),
    "confirmed": _l("Said that they will come"),
    "checked_in": _l("Checked in"),
    "arrived": _l("Arrived"),
    "fulfilled": _l("Seen"),
    "noshow": _l("Did not come"),
    "booked": _l("Booked"),
    "put_back": _l("Took the last mark back"),
    "lapsed": _l("Nobody picked a time in time"),
}
_SAID: dict[str, Any] = {"phone": _l("Phone"), "address": _l("Address"), "insurance": _l("Insurance")}
_CHANGED: dict[str, Any] = {
    "phone": _l("Phone changed %(ago)s"),
    "address": _l("Address changed %(ago)s"),
    "insurance": _l("Insurance changed %(ago)s"),
}
_OTHERS = {"patient": _l("The person"), "portal": _l("The portal")}


def state_words(state: str) -> str:
    """How a visit stands, as staff call it."""
    return str(_STATES[State(state)])


def event_words(event: Event) -> tuple[str, str]:
    """What was done, and by whom."""
    return str(_EVENTS.get(event.deed, event.deed)), event.name or str(_OTHERS.get(event.by_kind, ""))


def said_words(step: str) -> str:
    """What a person looked at when they checked in."""
    return str(_SAID[step])


def changed_words(changed: Iterable[tuple[str, datetime]], zone: str) -> list[str]:
    """Phone changed 2 days ago. `zone`: the office's, whose calendar counts the days."""
    return [str(_CHANGED[step]) % {"ago": _ago_words(at, zone)} for step, at in changed]


def _ago_words(at: datetime, zone: str) -> str:
    days = (clock.today(zone) - at.astimezone(ZoneInfo(zone)).date()).days
    if days <= 0:
        return _("today")
    return ngettext("%(num)s day ago", "%(num)s days ago", days)


def waited_words(waited: timedelta) -> str:
    """So many minutes, from an hour on hours; of the office's working time."""
    minutes = int(waited.total_seconds()) // 60
    if minutes < 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)


def by_day(slots: Iterable[Slot]) -> list[tuple[date, list[Slot]]]:
    """Times under their days."""
    return [(day, list(found)) for day, found in groupby(slots, key=lambda slot: slot.day)]
