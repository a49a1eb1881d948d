"""C3: kill -9, of the process that waits and of the one that works."""

import itertools
import random
import time
from collections import Counter

import psutil
import pytest
from sqlalchemy import update

from portal.domain.outbox import rules
from portal.domain.outbox.models import OutboxMessage
from portal.gateways import queue
from portal.kernel import clock, database
from tests.factories.outbox import a_notice, a_recipient, row_of
from tests.faults.conftest import LONG, until

pytestmark = pytest.mark.postgresql  # workers need PostgreSQL (config.py refuses them with SQLite)

_RUN_OUT = (
    update(OutboxMessage)
    .where(OutboxMessage.state == "queued", OutboxMessage.leased_until.is_not(None))
    .values(leased_until=clock.now())
)


def let_leases_run_out():
    """A minute goes by. (The long run waits for real.)"""
    if not LONG:
        with database.writing() as session:
            session.execute(_RUN_OUT)


def test_killed_eight_times_every_notice_is_sent(ringing, workers, sink):
    sink.slow(0.1)
    rows = [a_notice(a_recipient()) for _ in range(60)]
    wanted = {f"<{row_of(row).public_id}@127.0.0.1>" for row in rows}
    workers.start()
    began = time.monotonic()
    queue.ring(rows)
    until(lambda: len(sink.messages) > 3)
    kills = itertools.count()
    chance = random.Random(8)
    while next(kills) < 8:
        until(lambda: workers.kill_one(chance.randrange(3)))
        time.sleep(0.4)
    if not LONG:
        until(lambda: not queue_is_moving(sink), within=60)
    let_leases_run_out()
    until(lambda: {received.message_id for received in sink.messages} == wanted, within=rules.LEASE.seconds + 60)
    until(lambda: all(row_of(row).state == "sent" for row in rows), within=rules.LEASE.seconds + 60)
    assert time.monotonic() - began < 180
    sent = Counter(received.message_id for received in sink.messages)
    assert sum(sent.values()) - len(sent) <= 8


def queue_is_moving(sink):
    before = len(sink.messages)
    time.sleep(1.5)
    return len(sink.messages) > before


def test_a_job_that_outlives_its_worker_is_not_done_twice(ringing, workers, sink):
    """Only the waiting process is killed: the work horse ends its mail, and nobody sends it again."""
    sink.slow(1.0)
    row = a_notice(a_recipient())
    workers.start(processes=1)
    queue.ring([row])
    until(lambda: row_of(row).leased_until)
    crew = psutil.Process(workers._process.pid).children()
    max(crew, key=lambda process: len(process.children())).kill()
    until(lambda: row_of(row).state == "sent")
    time.sleep(3)
    assert len(sink.messages) == 1


def test_when_the_head_is_killed_nobody_stays_behind(ringing, workers):
    workers.start()
    until(lambda: len(psutil.Process(workers._process.pid).children()) == 3)
    time.sleep(1)
    left = workers.kill_head()
    gone, alive = psutil.wait_procs(left, timeout=15)
    assert (len(gone), alive) == (3, [])


def test_asked_to_end_they_finish_the_mail_under_way(ringing, workers, sink):
    sink.slow(1.0)
    rows = [a_notice(a_recipient()) for _ in range(2)]
    workers.start()
    queue.ring(rows)
    until(lambda: all(row_of(row).leased_until for row in rows))
    assert workers.stop() == 0
    assert {row_of(row).state for row in rows} == {"sent"}
    assert len(sink.messages) == 2
