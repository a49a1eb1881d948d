"""An office that invites, somebody to invite, and holders of enrollments."""

from __future__ import annotations

import pytest

from portal.domain.viewer import Head, Role, StaffViewer
from portal.kernel import clock
from tests.factories import enrollment, practices
from tests.people import Staff, staff_of


@pytest.fixture
def office(app) -> practices.NewOffice:
    """An office that enrolls in every way."""
    return practices.an_office(enrolls_by_invitation=True, enrolls_openly=True)


@pytest.fixture
def chart(office) -> enrollment.NewChart:
    """Somebody with a chart and no account."""
    return enrollment.a_chart(office.id)


@pytest.fixture
def desk(office) -> StaffViewer:
    """The front desk, as the domain knows it."""
    return viewer_of(staff_of(office), office)


def viewer_of(member: Staff, office: practices.NewOffice) -> StaffViewer:
    """A member of staff at work."""
    return StaffViewer(
        actor=member.actor,
        session_id=0,
        name="Dana Whitlock",
        language="en",
        role=Role.FRONT_DESK,
        office_id=office.id,
        office_public_id=office.public_id,
        office_name="Larkfield Family Clinic",
        time_zone="America/New_York",
        chain=Head(0, b""),
        seen_at=clock.now(),
        stepped_up_at=clock.now(),
    )
