"""C4 to C6: the doorbell is gone, forgets everything, or hangs. The outbox is the truth."""

import time

import pytest

from portal.gateways import queue
from portal.kernel import database
from tests.factories.outbox import a_recipient, actions
from tests.faults.conftest import LONG, until

pytestmark = pytest.mark.postgresql  # workers need PostgreSQL (config.py refuses them with SQLite)


def write_and_ring(recipient):
    """What the door does after a deed: commit, then ring. Seconds that the ringing took."""
    with database.writing() as session:
        actions.queue("new_device", to=recipient)
        session.commit()
        rows = [row.id for row in session.info.pop("outbox")]
    began = time.monotonic()
    queue.ring(rows)
    return time.monotonic() - began


@pytest.fixture
def recipients(ringing):
    return [a_recipient() for _ in range(20)]


def arrived(sink):
    return len({received.message_id for received in sink.messages})


def test_while_redis_is_down_deeds_succeed_and_their_mail_goes_out(recipients, redis, workers, sink, monkeypatch):
    """C4: 200 writes. The sweep delivers by itself what nobody could be told of; afterwards the bell works again."""
    monkeypatch.setattr(queue, "_QUIET_SECONDS", 10 if LONG else 1)
    workers.start()
    redis.stop()
    spent = [write_and_ring(recipients[n % 20]) for n in range(200)]
    assert max(spent) < 1.5 and sorted(spent)[190] < 0.05
    redis.start()
    until(lambda: arrived(sink) == 200, within=60)
    assert len(sink.messages) == 200
    time.sleep(queue._QUIET_SECONDS + 0.1)  # so long the web process leaves a silent Redis alone
    write_and_ring(recipients[0])
    until(lambda: arrived(sink) == 201, within=20)


def test_what_was_queued_when_redis_forgot_everything_is_sent(recipients, redis, workers, sink):
    """C5: FLUSHALL with jobs waiting."""
    many = 500 if LONG else 100
    for n in range(many):
        write_and_ring(recipients[n % 20])
    client = redis.client()
    assert client.llen("rq:queue:outbox") == many
    redis.flushall()
    assert client.dbsize() == 0
    workers.start()
    until(lambda: arrived(sink) == many, within=120)
    assert len(sink.messages) == many


def test_flushed_while_they_work_the_workers_go_on(recipients, redis, workers, sink):
    workers.start()
    for n in range(60):
        write_and_ring(recipients[n % 20])
        if n % 15 == 14:
            redis.flushall()
    until(lambda: arrived(sink) == 60, within=60)
    assert len(sink.messages) == 60


def test_a_hung_redis_costs_one_second_once_and_then_nothing(recipients, redis):
    """C6."""
    write_and_ring(recipients[0])
    redis.freeze()
    try:
        first, *others = [write_and_ring(recipients[n]) for n in range(20)]
        assert 0.5 < first < 1.5
        assert max(others) < 0.05
    finally:
        redis.resume()


def test_a_row_rung_twenty_times_is_one_job(recipients, redis):
    for again in (False, True):
        for _ in range(20):
            queue.ring([7], again=again)
    assert redis.client().llen("rq:queue:outbox") in {2, 3}  # one for the deed, one a minute for the sweep


def test_a_crowded_queue_is_not_rung_again(recipients, redis, monkeypatch):
    monkeypatch.setattr(queue, "_CROWDED", 5)
    queue.ring(list(range(10)))
    assert queue.ring(list(range(100)), again=True)
    assert redis.client().llen("rq:queue:outbox") == 10
