"""What went out: invitations that wait are delivered, as the jobs do it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from portal import gateways, jobs
from portal.domain.outbox import queries
from portal.domain.outbox.types import Written
from portal.gateways import queue
from portal.jobs import runner
from portal.jobs.delivery import deliver
from portal.kernel import clock

Posted = Callable[[], list[Written]]


@pytest.fixture
def posted(app: Flask) -> Iterator[Posted]:
    """Deliver what waits; every letter that went out so far, newest first."""
    jobs.use(app)
    gateways.use(app.config["PORTAL"])

    def everything() -> list[Written]:
        for row in queries.due_ids(clock.now(), 100):
            deliver(row)
        return [one.words for one in queries.newest(100) if one.state == "sent"]

    yield everything
    runner.stop()
    queue.hang(None)


def link_in(letter: Written) -> str:
    """The path of an invitation's link."""
    found = re.search(r"/practices/join/[\w-]+", letter.body)
    assert found, letter.body
    return found[0]
