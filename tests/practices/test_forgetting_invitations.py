"""An invitation to staff that came to nothing is kept for 30 days after its link stopped working, then goes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.practices import retention
from portal.kernel import clock, database
from tests.attacks.test_practice_twins import an_invitation
from tests.practices.office_rows import invitations_of


@pytest.mark.parametrize(
    "state,days,gone",
    [
        ("waiting", 31, True),
        ("void", 31, True),
        ("accepted", 31, False),
        ("waiting", 29, False),
        ("waiting", -1, False),
    ],
)
def test_what_came_to_nothing_goes(administrator, state, days, gone):
    an_invitation(administrator, state=state, expires_at=clock.now() - timedelta(days=days))
    with database.writing():
        assert retention.forget_invitations(clock.now()) == int(gone)
    assert bool(invitations_of(administrator.office_id)) != gone
