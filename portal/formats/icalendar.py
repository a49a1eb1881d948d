"""A visit as calendars take it: a file to add (RFC 5545), and what a calendar mail carries (RFC 5546, RFC 6047).

The library takes 45 ms to load, so it is loaded where an entry is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress
    from icalendar import Event as Entry

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_PRODUCT = "-//Patient portal//Appointments//EN"
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: What stands in an address of an email as it is (RFC 6068).
_IN_ADDRESSES = "@!$'*+-/=?^_`{|}~."
_IN_LINKS = ":/?#[]@!$&'()*+,;=%-._~"
#: Who asked for a time has said yes to it.
_ANSWERS = {"CONFIRMED": "ACCEPTED", "TENTATIVE": "TENTATIVE", "CANCELLED": "DECLINED"}


class Mailbox(NamedTuple):
    """Somebody who is written to: a name, which may be empty, and an address."""

    name: str
    email: str


class Event(NamedTuple):
    """An entry of a calendar. `uid` stays for good and `sequence` rises with each change, so that calendars move it.

    `starts_at`, `stamp` (when this was written) and `last_modified` are aware; `zone` is an IANA name; `minutes` is how
    long it takes; `language` that of the texts (RFC 5646).
    """

    uid: str
    sequence: int
    starts_at: datetime
    minutes: int
    zone: str
    summary: str
    location: str
    url: str | None
    organizer: Mailbox
    attendee: str | None
    status: Status
    stamp: datetime
    last_modified: datetime
    language: str


class _Onset(NamedTuple):
    """When a zone's clocks are set: the time that they show just before, their distance from UTC before and after."""

    shown: datetime
    before: timedelta
    after: timedelta
    name: str


def calendar_file(event: Event) -> bytes:
    """A file that adds the entry to a calendar, or takes its place there. UTF-8, lines of RFC 5545."""
    return _written(event._replace(attendee=None), "PUBLISH")


def invitation(event: Event, method: Literal["REQUEST", "CANCEL"] = "REQUEST") -> bytes:
    """What a mail tells the calendar of `event.attendee`: put it there or move it, or take it away. UTF-8.

    No answer is asked for.
    """
    return _written(event._replace(status="CANCELLED") if method == "CANCEL" else event, method)


def _written(event: Event, method: str) -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("PRODID", _PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method)
    _add_entry(calendar, event)
    content: bytes = calendar.to_ical()
    return content


def _add_entry(calendar: Calendar, event: Event) -> None:
    from icalendar import Event as Entry

    entry = Entry()
    entry.add("UID", _line(event.uid))
    entry.add("SEQUENCE", event.sequence)
    entry.add("DTSTAMP", event.stamp.astimezone(UTC))
    entry.add("LAST-MODIFIED", event.last_modified.astimezone(UTC))
    for name, moment in zip(("DTSTART", "DTEND"), _from_to(event), strict=True):
        entry.add(name, moment)
        if moment.tzinfo is not UTC and not calendar.timezones:
            calendar.add_component(_timezone(event.zone, moment.year))
    entry.add("SUMMARY", _text(event.summary), parameters={"LANGUAGE": _line(event.language)})
    entry.add("LOCATION", _text(event.location), parameters={"LANGUAGE": _line(event.language)})
    entry.add("STATUS", event.status)
    entry.add("TRANSP", "TRANSPARENT" if event.status == "CANCELLED" else "OPAQUE")
    entry.add("CLASS", "PRIVATE")  # who shares a calendar shows that they are busy, not where they are
    _add_people_and_link(entry, event)
    calendar.add_component(entry)


def _add_people_and_link(entry: Entry, event: Event) -> None:
    if event.url:
        entry.add("URL", quote(event.url, safe=_IN_LINKS))
    entry.add("ORGANIZER", _mailbox(event.organizer))
    if event.attendee:
        attendee = _mailbox(Mailbox("", event.attendee))
        attendee.params.update(CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", RSVP="FALSE")
        attendee.params["PARTSTAT"] = _ANSWERS[event.status]
        entry.add("ATTENDEE", attendee)


def _mailbox(mailbox: Mailbox) -> vCalAddress:
    from icalendar import vCalAddress

    address = vCalAddress(f"mailto:{quote(mailbox.email, safe=_IN_ADDRESSES)}")
    if name := _line(mailbox.name).replace('"', "'"):
        address.params["CN"] = name
    return address


def _text(words: str) -> str:
    """Text whose lines end with a line feed, and that has nothing else which is not to be seen."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_line(line) for line in lines)


def _line(words: str) -> str:
    return "".join(" " if sign < " " or sign in "\x7f\x85\u2028\u2029" else sign for sign in words).strip()


def _from_to(event: Event) -> tuple[datetime, datetime]:
    """Begin and end as the zone's clocks show them; in UTC where they show a time for the second time.

    A local time in a file is always the first of two (RFC 5545 section 3.3.5), so the second can not be told by it.
    """
    ends_at = event.starts_at.astimezone(UTC) + timedelta(minutes=event.minutes)
    zone = ZoneInfo(event.zone)
    shown = event.starts_at.astimezone(zone), ends_at.astimezone(zone)
    return (event.starts_at.astimezone(UTC), ends_at) if any(moment.fold for moment in shown) else shown


@lru_cache(maxsize=64)
def _timezone(name: str, year: int) -> Timezone:
    """The rules of a zone that hold in a year.

    Made here, because what the library finds out by itself sets the clocks an hour late in spring (decision 14).
    """
    from icalendar import Timezone

    zone, onsets = Timezone(), list(_onsets(ZoneInfo(name), year - 1, year + 1))
    zone.add("TZID", name)
    by_rule = len(onsets) == 6 and all(_rule(*onsets[kind::2]) for kind in (0, 1))
    told = onsets[:2] if by_rule else [_at_first(name, year - 1), *onsets]
    for place, onset in enumerate(told):
        zone.add_component(_observance(onset, _rule(*onsets[place::2]) if by_rule else None))
    return zone


def _observance(onset: _Onset, rule: dict[str, object] | None) -> TimezoneDaylight | TimezoneStandard:
    from icalendar import TimezoneDaylight, TimezoneStandard

    part = TimezoneDaylight() if onset.after > onset.before else TimezoneStandard()
    part.add("DTSTART", onset.shown)
    part.add("TZOFFSETFROM", onset.before)
    part.add("TZOFFSETTO", onset.after)
    part.add("TZNAME", onset.name)
    if rule:
        part.add("RRULE", rule)
    return part


def _at_first(name: str, year: int) -> _Onset:
    """What holds when a year begins."""
    offset, called = _told(datetime(year, 1, 1, tzinfo=UTC), ZoneInfo(name))
    return _Onset(_LONG_AGO, offset, offset, called)


def _rule(*onsets: _Onset) -> dict[str, object] | None:
    """The day of a month on which all of these fall ("the second Sunday of March"); None: there is none."""
    first = onsets[0]
    same = {(one.shown.month, one.shown.weekday(), one.shown.time(), one.before, one.after) for one in onsets}
    places = set.intersection(*({(one.shown.day - 1) // 7 + 1, *_if_last(one.shown)} for one in onsets))
    if len(same) > 1 or not places:
        return None
    day = f"{max(places)}{_WEEKDAYS[first.shown.weekday()]}"
    return {"FREQ": "YEARLY", "BYMONTH": first.shown.month, "BYDAY": day}


def _if_last(day: datetime) -> set[int]:
    return {-1} if (day + timedelta(days=7)).month != day.month else set()


def _onsets(zone: ZoneInfo, first: int, last: int) -> Iterator[_Onset]:
    """Whenever the clocks of a zone are set in these years."""
    day, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    while day < end:
        following = day + timedelta(days=1)
        if _told(day, zone) != _told(following, zone):
            yield _onset(day, following, zone)
        day = following


def _onset(early: datetime, late: datetime, zone: ZoneInfo) -> _Onset:
    """The one between two moments, found by halving."""
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        early, late = (middle, late) if _told(middle, zone) == _told(early, zone) else (early, middle)
    (before, _), (after, name) = _told(early, zone), _told(late, zone)
    return _Onset((late + before).replace(tzinfo=None), before, after, name)


def _told(moment: datetime, zone: ZoneInfo) -> tuple[timedelta, str]:
    there = moment.astimezone(zone)
    return there.utcoffset() or timedelta(), there.tzname() or ""
