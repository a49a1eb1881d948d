"""Hours, days off and reasons in words."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from portal.domain.appointments.hours_types import HoursFacts, KeptOff
from portal.domain.appointments.reasons import KeptReason
from portal.web import clock_times, wording
from portal.web.filters import date_words
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.texts import ngettext

WEEKDAYS = {
    "0": _l("Monday"),
    "1": _l("Tuesday"),
    "2": _l("Wednesday"),
    "3": _l("Thursday"),
    "4": _l("Friday"),
    "5": _l("Saturday"),
    "6": _l("Sunday"),
}

REASONS: dict[str, wording.Words] = {
    "hours_backwards": lambda facts: _("They end before they begin. Check both times."),
    "hours_too_short": lambda facts: _("The hours are shorter than one visit time of %(minutes)s minutes.", **facts),
    "pause_half": lambda facts: _("Type both times of the break, or none."),
    "pause_outside": lambda facts: _("The break must lie inside the hours and end after it begins."),
    "days_backwards": lambda facts: _("The last day is before the first one."),
    "days_over": lambda facts: _("These days are over. Choose days from today on."),
    "off_half": lambda facts: _("Type both times, or none for the whole day."),
    "hours_over_others": lambda facts: _(
        "There are other hours at that time: %(day)s, %(times)s. Change those instead.",
        day=WEEKDAYS[str(facts["weekday"])],
        times=times_words(facts["starts"], facts["ends"]),
    ),
    "reason_length": lambda facts: _("Choose the minutes from the list."),
}
DEEDS = {
    "appointments_hours.add": lambda: _("Hours added"),
    "appointments_hours.change": lambda: _("Hours changed"),
    "appointments_hours.remove": lambda: _("Hours removed"),
    "appointments_time_off.add": lambda: _("Days off added"),
    "appointments_time_off.remove": lambda: _("Days off removed"),
    "appointments_reasons.add": lambda: _("Visit reason added"),
    "appointments_reasons.change": lambda: _("Visit reason changed"),
    "appointments_reasons.end": lambda: _("Visit reason taken off"),
    "appointments_reasons.put_back": lambda: _("Visit reason put back"),
}
wording.add(REASONS, DEEDS)


def minutes_words(minutes: int) -> str:
    """ "20 minutes"; nothing at all is "none"."""
    return ngettext("%(num)s minute", "%(num)s minutes", minutes) if minutes else _("none")


def clock_words(minute: int) -> str:
    """9:30 AM of a day's minute; in Spanish 9:30 a. m. as people there write it."""
    return clock_times.told(time(minute // 60 % 24, minute % 60))


def times_words(starts: int, ends: int) -> str:
    """9:00 AM to 5:00 PM."""
    return _("%(start)s to %(end)s", start=clock_words(starts), end=clock_words(ends))


def days_words(first: date, last: date) -> str:
    """One day, or from when to when."""
    if first == last:
        return date_words(first)
    return _("%(start)s to %(end)s", start=date_words(first), end=date_words(last))


def off_words(one: KeptOff) -> str:
    """The days, and the times where only a part of each is off."""
    days = days_words(one.from_day, one.until_day)
    if one.starts is None or one.ends is None:
        return days
    return _("%(days)s, %(times)s", days=days, times=times_words(one.starts, one.ends))


def hours_facts(facts: HoursFacts) -> list[str]:
    """What stands under the times of a rule, one thought a line."""
    told = []
    if facts.pause_starts is not None and facts.pause_ends is not None:
        told.append(_("Break %(times)s", times=times_words(facts.pause_starts, facts.pause_ends)))
    told.append(_("A new time every %(minutes)s", minutes=minutes_words(facts.slot_minutes)))
    if facts.capacity > 1:
        told.append(_("%(num)s people at the same time", num=facts.capacity))
    return told


def in_force_words(facts: HoursFacts, today: date) -> str:
    """From when, and until when, where that is not simply always."""
    if facts.from_day > today and facts.until_day:
        return _("%(start)s to %(end)s", start=date_words(facts.from_day), end=date_words(facts.until_day))
    if facts.from_day > today:
        return _("From %(day)s", day=date_words(facts.from_day))
    return _("Until %(day)s", day=date_words(facts.until_day)) if facts.until_day else ""


def saved_hours(theirs: Any) -> list[tuple[str, str]]:
    """What somebody else saved meanwhile."""
    facts: HoursFacts = theirs.facts
    return [
        (str(WEEKDAYS[str(facts.weekday)]), times_words(facts.starts, facts.ends)),
        (_("Location"), theirs.location_name),
        (_("Details"), "; ".join(hours_facts(facts))),
    ]


def reason_facts(kept: KeptReason) -> list[str]:
    """How long, what after it, and how it is booked."""
    facts = kept.facts
    told = [minutes_words(facts.minutes)]
    if facts.buffer_minutes:
        told.append(_("%(minutes)s after it", minutes=minutes_words(facts.buffer_minutes)))
    if facts.at_once:
        told.append(_("booked at once"))
    if facts.by_video:
        told.append(_("by video"))
    return told
