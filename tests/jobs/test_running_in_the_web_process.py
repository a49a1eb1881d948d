import time

import pytest

from portal import jobs
from portal.gateways import queue
from portal.jobs import runner
from tests.factories.outbox import a_notice, a_recipient, row_of


def until(true, within=5.0):
    ends = time.monotonic() + within
    while not true():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.02)


def test_what_is_rung_goes_out_at_once(app, sink):
    runner.start_embedded_runner(app)
    time.sleep(0.5)  # the first sweep is over, the next far away
    row = a_notice(a_recipient())
    began = time.monotonic()
    assert queue.ring([row])
    until(lambda: sink.messages)
    assert time.monotonic() - began < 2


def test_what_waited_from_before_is_found_by_the_first_sweep(app, sink):
    rows = [a_notice(a_recipient()) for _ in range(20)]
    runner.start_embedded_runner(app)
    until(lambda: len(sink.messages) == 20)
    until(lambda: all(row_of(row).state == "sent" for row in rows))


def test_many_to_one_person_keep_their_order(app, sink):
    ann = a_recipient()
    rows = [a_notice(ann) for _ in range(12)]
    runner.start_embedded_runner(app)
    until(lambda: len(sink.messages) == 12)
    order = [received.message_id for received in sink.messages]
    assert order == [f"<{row_of(row).public_id}@127.0.0.1>" for row in rows]


def test_after_stop_nothing_is_taken_any_more(app, sink):
    runner.start_embedded_runner(app)
    runner.stop()
    row = a_notice(a_recipient())
    queue.ring([row])
    time.sleep(0.3)
    assert (sink.messages, row_of(row).state) == ([], "queued")


def test_without_a_bell_nothing_is_heard_and_nothing_breaks(app):
    queue.hang(None)
    assert queue.ring([1]) is False


def test_a_job_in_a_process_without_a_portal_says_how_to_start_one(app):
    jobs._apps.clear()
    with pytest.raises(RuntimeError, match="flask worker"), jobs.application():
        pass
