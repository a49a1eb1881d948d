"""A member of staff comes in with a code and tells people something. The same in three browsers."""

from __future__ import annotations

from datetime import timedelta

import pyotp

from portal.domain.announcements.models import Announcement
from portal.domain.audit.models import AuditEntry
from portal.kernel import clock
from tests.journeys.stored import rows


def come_in(visitor, staff):
    visitor.open("/sign_in/office")
    visitor.fill("Username", staff.username)
    visitor.fill("Password", staff.password)
    visitor.press("Sign in")
    visitor.fill("Code from your authenticator app", pyotp.TOTP(staff.totp_secret).at(clock.now()))
    visitor.press("Verify")
    visitor.sees("Signed in as")


def test_writing_an_announcement_after_a_look_at_it(visitor, administrator, patient):
    come_in(visitor, administrator)
    visitor.follow("Announcements")
    visitor.follow("Write an announcement")
    visitor.tick("Patients and staff")
    visitor.fill("Title", "Closed on Friday")
    visitor.fill("Words", "We are back on Monday.")
    day = clock.today("America/New_York")
    visitor.fill("Start date", f"{day - timedelta(days=1):%m/%d/%Y}")
    visitor.fill("Start time", "9:00 AM")
    visitor.fill("End date", f"{day + timedelta(days=3):%m/%d/%Y}")
    visitor.fill("End time", "5:00 PM")
    visitor.press("See it first")
    visitor.sees("This is how people will see it")
    assert not rows(Announcement)

    visitor.press("Publish")
    visitor.sees("Showing now")
    stored = rows(Announcement)
    assert [(row.title, row.audience, row.office_id) for row in stored] == [
        ("Closed on Friday", "everyone", administrator.office_id)
    ]
    told = [
        row
        for row in rows(AuditEntry, actor_kind="staff", actor_id=administrator.staff_id)
        if row.about == stored[0].public_id
    ]
    assert [row.event for row in told] == ["announcement.published"]
    visitor.press("Sign out")
    visitor.sees("You are signed out.")
    visitor.sign_in(patient)
    visitor.sees("Closed on Friday")
