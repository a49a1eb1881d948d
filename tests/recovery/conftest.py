"""What went out: every notice that waits is delivered, as the jobs do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from portal import gateways, jobs
from portal.domain.outbox import queries
from portal.domain.outbox.types import Shown
from portal.gateways import queue
from portal.jobs import runner
from portal.jobs.delivery import deliver
from portal.kernel import clock

Posted = Callable[[], list[Shown]]


@pytest.fixture
def posted(app: Flask) -> Iterator[Posted]:
    """Deliver what waits; what arrived since the last time, oldest first."""
    jobs.use(app)
    gateways.use(app.config["PORTAL"])
    seen: set[object] = set()

    def everything() -> list[Shown]:
        for row in queries.due_ids(clock.now(), 500):
            deliver(row)
        new = [one for one in reversed(queries.newest(500)) if one.public_id not in seen]
        seen.update(one.public_id for one in new)
        return [one for one in new if one.state == "sent"]

    yield everything
    runner.stop()
    queue.hang(None)
