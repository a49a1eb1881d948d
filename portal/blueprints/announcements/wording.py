from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from portal.domain.announcements.types import Audience, State
from portal.web import filters, wording
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

AUDIENCES = {
    Audience.PATIENTS: _l("Patients"),
    Audience.STAFF: _l("Staff"),
    Audience.EVERYONE: _l("Patients and staff"),
}
STATES = {State.RUNNING: _l("Showing now"), State.PLANNED: _l("Planned"), State.ENDED: _l("Ended")}

REASONS: dict[str, wording.Words] = {
    "announcement_not_yours_to_write": lambda facts: _(
        "Only the front desk and office administrators write announcements. Please ask one of them."
    ),
    "announcement_for_nobody": lambda facts: _("Choose who should see it."),
    "announcement_ends_before_start": lambda facts: _("The end must come after the start. Choose a later end."),
    "announcement_ends_in_past": lambda facts: _("This end has passed, so nobody would see it. Choose a later end."),
    "announcement_over": lambda facts: _(
        "This announcement has ended, so it stays as it was. Write a new one instead."
    ),
}
DEEDS = {
    "announcements_office.publish": lambda: _("Announcement published"),
    "announcements_office.publish_changed": lambda: _("Announcement changed"),
    "announcements_office.end_now": lambda: _("Announcement ended"),
}
wording.add(REASONS, DEEDS)


def when(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """From March 16, 2027, 9:30 AM to 11:00 AM: the second date only where it is another day."""
    same_day = starts_at.astimezone(ZoneInfo(zone)).date() == ends_at.astimezone(ZoneInfo(zone)).date()
    end = filters.time_words(ends_at, zone) if same_day else filters.moment_words(ends_at, zone)
    return _("From %(start)s to %(end)s", start=filters.moment_words(starts_at, zone), end=end)
