"""What notices about visits say beside "something waits": when, where and a calendar entry, for who asked for them."""

from __future__ import annotations

from typing import Literal

from portal.domain.appointments.entries import Entry, told
from portal.domain.notifications.types import Recipient
from portal.domain.outbox.types import Brought, CalendarPart, Leased
from portal.formats.icalendar import invitation
from portal.gateways import settings
from portal.web.calendar_entries import event_of, place_of

_VISITS = "/me/appointments/"
#: Those that have one visit and its time to tell of.
MESSAGES = (
    "appointment_cancelled",
    "appointment_confirmed",
    "appointment_moved",
    "appointment_reminder",
    "appointment_requested",
)
#: Those that change what stands in a calendar.
_CHANGING = ("appointment_cancelled", "appointment_confirmed", "appointment_moved")


def brought(leased: Leased, recipient: Recipient) -> Brought:
    """When and where, for the mail of somebody who wants them there; as the visit is now, not as it was."""
    entry = told(leased.to_id, leased.about) if leased.about and leased.channel == "email" else None
    if entry is None or not entry.in_mail:
        return Brought({"visit": None})
    visit = {"starts_at": entry.starts_at, "zone": entry.zone, "place": place_of(entry)}
    return Brought({"visit": visit}, _part(leased, recipient, entry))


def _part(leased: Leased, recipient: Recipient, entry: Entry) -> CalendarPart | None:
    if leased.message not in _CHANGING or not (entry.is_agreed or entry.is_called_off):
        return None
    event = event_of(entry, recipient.language, attendee=recipient.address, url=f"{settings().public_url}{_VISITS}")
    method: Literal["REQUEST", "CANCEL"] = "REQUEST" if entry.is_agreed else "CANCEL"
    return CalendarPart(method, invitation(event, method).decode())
