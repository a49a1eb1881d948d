"""Asking for a visit, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.blueprints.appointments import wording as _shared_words  # noqa: F401 - its reasons are told here too
from portal.blueprints.appointments.choosing import Looking
from portal.domain.appointments import asking_rules, offering
from portal.domain.appointments.offering import Offering
from portal.domain.appointments.types import State
from portal.kernel.refusal import Refusal, Refused
from portal.web import wording
from portal.web.filters import phone_words, time_words, weekday_words
from portal.web.texts import gettext as _
from portal.web.texts import ngettext

REASONS: dict[str, wording.Words] = {
    "provider_takes_no_requests": lambda _facts: _("This provider takes no requests here now. Please call the office."),
    "time_not_offered": lambda _facts: _("The office does not offer this time any more. Choose another one."),
    "many_requests": lambda facts: ngettext(
        "%(num)s request of yours waits for an answer already. Please wait for it, or call the office.",
        "%(num)s requests of yours wait for an answer already. Please wait for one, or call the office.",
        facts["most"],
    ),
    "is_moving": lambda _facts: _("You asked for another time already. The office will answer you."),
    "too_late_to_move": lambda facts: ngettext(
        "You can choose another time here until %(num)s hour before the visit. Please call the office now.",
        "You can choose another time here until %(num)s hours before the visit. Please call the office now.",
        facts["hours"],
    ),
}
DEEDS = {
    "appointments_asking.hold": lambda: _("Time held for you"),
    "appointments_asking.submit": lambda: _("Appointment asked for"),
    "appointments_asking.let_go": lambda: _("Time given back"),
}
wording.add(REASONS, DEEDS)


def next_time(offer: Offering, now: datetime) -> str:
    """Today, 3:40 PM: the first free time in the days that the list of providers looks ahead; empty where none is."""
    slot = offering.first_free(offer, now, offering.WEEK)
    if slot is None:
        return ""
    near = {0: _("Today"), 1: _("Tomorrow")}
    days = (slot.day - offer.days(now)[0]).days
    return f"{near.get(days) or weekday_words(slot.day)}, {time_words(slot.starts_at, offer.time_zone)}"


def why_gone(refused: Refused | None) -> str:
    """Why a time is not to be had: what refused it, or that somebody else has it."""
    return wording.words_for(refused.refusal if refused else Refusal("time_taken"))


def why_not_move(look: Looking) -> str:
    """Why the visit that somebody wants to move has to stay, told before they choose; and whom to call."""
    old = look.old
    if old is None:
        return ""
    refusal = asking_rules.why_not_move(State(old.state), old.starts_at, look.offer.notice, look.now)
    return f"{wording.words_for(refusal)} {phone_words(look.offer.phone)}" if refusal else ""


def minutes_words(left: timedelta) -> str:
    """How long a time is still held: whole minutes, the last one begun counts."""
    return ngettext("%(num)s minute left", "%(num)s minutes left", -(-int(left.total_seconds()) // 60))
