"""Somebody who works in an office, as the domain knows them."""

from __future__ import annotations

from portal.domain.viewer import Head, Role, StaffViewer
from portal.kernel import clock
from tests.people import Staff


def viewer_of(staff: Staff, role: Role) -> StaffViewer:
    """A viewer without a session."""
    now = clock.now()
    return StaffViewer(
        staff.actor,
        0,
        "Dana Whitlock",
        "en",
        role,
        staff.office_id,
        staff.office,
        "Larkfield Family Clinic",
        "America/New_York",
        Head(0, b""),
        now,
        now,
    )
