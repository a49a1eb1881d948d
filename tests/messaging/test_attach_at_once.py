"""Many files for one message in the same moment (SECURITY A34)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from portal.domain.files import actions
from portal.domain.messaging import attaching
from portal.domain.messaging.models import Attachment
from portal.kernel import clock, database
from portal.kernel.refusal import Refused


def test_eight_at_once_are_five(app, patient):
    """Whoever counts has the person to themselves."""
    at_once = Barrier(8)

    def attach(number):
        with app.app_context():
            new, _ = actions.sealed(bytes([number]), f"{number}.txt", "txt", "ready")
            at_once.wait()
            try:
                with database.writing():
                    attaching.attach(patient.actor, "new", new, patient.person_id, clock.now())
            except Refused:
                return False
            finally:
                database.let_go()
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attach, range(8))) == 5
    with database.writing() as session:
        assert session.scalar(select(func.count()).select_from(Attachment)) == 5
