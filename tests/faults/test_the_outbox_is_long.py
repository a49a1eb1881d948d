"""C30 to C32: a row that crashes its job, a day without workers, many sweepers at once."""

import multiprocessing
import time
from collections import Counter

import pytest

from portal import create_app
from portal.domain.outbox import actions, queries, rules
from portal.domain.outbox.models import OutboxMessage
from portal.jobs import runner
from portal.jobs.delivery import deliver
from portal.jobs.sweep import sweep
from portal.kernel import clock, database
from tests.factories.outbox import Actor, a_notice, a_recipient, row_of
from tests.faults.conftest import LONG, until


def many_notices(rows, recipients):
    """Rows in bulk, for existing accounts in turn."""
    with database.writing() as session:
        for n in range(rows):
            actions.queue("new_device", to=recipients[n % len(recipients)])
        session.info.pop("outbox")


def test_a_poisoned_row_is_parked_after_five_crashes_and_the_others_go(mailing, sink, later):
    """C30."""
    poison = a_notice(a_recipient())
    with database.writing() as session:
        session.get_one(OutboxMessage, poison).facts = {"secret": "00"}
    others = 500 if LONG else 50
    many_notices(others, [a_recipient() for _ in range(others)])
    crashes = 0
    for _ in range(8):
        for row in queries.due_ids(clock.now(), 1000):
            try:
                deliver(row)
            except Exception:
                crashes += 1
        assert len(sink.messages) == others
        later(seconds=61)
    assert (crashes, row_of(poison).state) == (rules.CRASHES, "parked")


def test_a_day_without_workers_is_seen_and_caught_up(mailing, sink, later):
    """C31: an alert after ten minutes; then the backlog goes, the oldest first."""
    many = 10_000 if LONG else 300
    many_notices(many, [a_recipient() for _ in range(200)])
    assert not rules.is_stale(queries.oldest_due(clock.now()), clock.now())
    later(minutes=10, seconds=1)
    assert rules.is_stale(queries.oldest_due(clock.now()), clock.now())
    assert mailing.test_client().get("/readyz").status_code == 503
    later(hours=24)
    began = time.monotonic()
    runner.start_embedded_runner(mailing)
    until(lambda: len(sink.messages) == many, within=600)
    rate = many / (time.monotonic() - began)
    print(f"\n{many} notices at {rate:.0f} a second")
    assert rate > 10_000 / 600
    assert max(Counter(received.message_id for received in sink.messages).values()) == 1


def _take_all(settings, rows, taken):
    app = create_app(settings)
    with app.app_context():
        for row in rows:
            with database.writing():
                if actions.lease(row, clock.now()):
                    taken.put(row)
    taken.put(None)


def test_four_sweepers_take_each_row_once(mailing, settings):
    """C32: in processes of their own."""
    many_notices(5000 if LONG else 120, [Actor("patient", n) for n in range(5000)])
    rows = queries.due_ids(clock.now(), 5000)
    database.let_go()
    processes = multiprocessing.get_context("spawn")
    taken, seen = processes.Queue(), []
    sweepers = [processes.Process(target=_take_all, args=(settings, rows, taken)) for _ in range(4)]
    for sweeper in sweepers:
        sweeper.start()
    for _ in sweepers:
        seen += iter(lambda: taken.get(timeout=120), None)
    for sweeper in sweepers:
        sweeper.join()
    assert sorted(seen) == sorted(rows)


def test_what_nobody_hears_is_delivered_by_hand(mailing, sink):
    rows = [a_notice(a_recipient()) for _ in range(3)]
    heard = []
    assert sweep(heard.extend) is False
    assert heard == rows


@pytest.mark.parametrize("broken", [ConnectionError, ValueError])
def test_a_sweep_that_crashes_is_followed_by_another(mailing, sink, monkeypatch, broken):
    calls, whole = [], runner.sweep

    def once_broken(by_hand):
        calls.append(1)
        if len(calls) == 1:
            raise broken
        return whole(by_hand)

    monkeypatch.setattr(runner, "sweep", once_broken)
    a_notice(a_recipient())
    runner.beside(mailing, sweep_every=0.1)
    until(lambda: sink.messages)
