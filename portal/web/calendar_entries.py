"""A visit in words as a calendar shows it: where, and nothing of why. In the language of the request or message."""

from __future__ import annotations

from email.utils import parseaddr
from urllib.parse import urlsplit

from portal.domain.appointments.entries import Entry
from portal.domain.appointments.types import State
from portal.formats.icalendar import Event, Mailbox, Status
from portal.gateways import settings
from portal.kernel import clock
from portal.web.texts import gettext as _

_STATUSES: dict[str, Status] = {
    State.PENDING: "TENTATIVE",
    State.PROPOSED: "TENTATIVE",
    State.CANCELLED: "CANCELLED",
    State.NO_SHOW: "CANCELLED",
}


def event_of(entry: Entry, language: str, *, attendee: str | None = None, url: str | None = None) -> Event:
    """What is written into a calendar. `attendee`: whose calendar it is, for a mail; `url`: a link that it shows.

    It comes from the portal's own address, for a calendar takes changes from nobody but who sent the first one.
    """
    now = clock.now()
    return Event(
        uid=f"{entry.uid}@{urlsplit(settings().public_url).hostname}",
        sequence=entry.sequence,
        starts_at=entry.starts_at,
        minutes=entry.minutes,
        zone=entry.zone,
        summary=_("Appointment at %(office)s", office=entry.office),
        location=place_of(entry),
        url=url,
        organizer=Mailbox(entry.office, parseaddr(settings().mail_from)[1]),
        attendee=attendee,
        status=_STATUSES.get(entry.state, "CONFIRMED"),
        stamp=now,
        last_modified=entry.changed_at or now,
        language=language,
    )


def place_of(entry: Entry) -> str:
    """Where to go."""
    return _("By video") if entry.by_video else entry.place
