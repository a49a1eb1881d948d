from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

from portal.domain.outbox import actions, queries, rules
from portal.domain.outbox.types import Written
from portal.domain.viewer import Actor
from portal.kernel import clock, database
from tests.factories.outbox import a_notice, row_of

ANN, BEN = Actor("patient", 1), Actor("patient", 2)
WORDS = Written("ann@example.com", "New sign-in", "Hello", "<p>Hello</p>")


def lease(row_id, now=None):
    with database.writing():
        return actions.lease(row_id, now or clock.now())


def settle(deed, *given, **named):
    with database.writing():
        return deed(*given, **named)


def test_a_row_is_leased_to_one_for_sixty_seconds(app):
    row, now = a_notice(ANN), clock.now()
    leased = lease(row, now)
    assert leased.leased_until == now + timedelta(seconds=60)
    assert leased.public_id == row_of(row).public_id
    assert lease(row, now + timedelta(seconds=59)) is None
    assert lease(row, now + timedelta(seconds=60)).crashes == 2


def test_of_many_who_take_at_once_one_gets_the_row(app):
    rows = [a_notice(Actor("patient", n)) for n in range(25)]
    taken, start = [], Barrier(4)

    def sweeper():
        with app.app_context():
            start.wait()
            taken.extend(row for row in rows if lease(row))
            database.let_go()

    threads = [Thread(target=sweeper) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == rows


def test_an_older_notice_to_the_same_person_goes_first(app):
    first, second, elsewhere = a_notice(ANN), a_notice(ANN), a_notice(BEN)
    assert lease(second) is None
    assert lease(elsewhere)
    settle(actions.settle_sent, lease(first), WORDS, None, clock.now())
    assert lease(second)


def test_a_text_does_not_wait_for_an_email(app):
    a_notice(ANN)
    assert lease(a_notice(ANN, channel="sms"))


def test_a_code_waits_for_older_codes_only(app):
    soon = clock.now() + timedelta(minutes=10)
    a_notice(ANN)
    code = a_notice(ANN, lapses_at=soon)
    later_code = a_notice(ANN, lapses_at=soon)
    assert lease(later_code) is None
    assert lease(code)


def test_a_notice_waits_for_the_code_before_it(app):
    code = a_notice(ANN, lapses_at=clock.now() + timedelta(minutes=10))
    notice = a_notice(ANN)
    assert lease(notice) is None
    assert queries.waiting_before(notice).id == code


def test_what_was_refused_for_now_is_due_by_the_table(app):
    row = a_notice(ANN)
    leased = lease(row)
    settle(actions.settle_failed, leased, "smtp_451", leased.queued_at, temporary=True)
    stored = row_of(row)
    assert (stored.state, stored.attempts, stored.crashes, stored.problem) == ("queued", 1, 0, "smtp_451")
    assert stored.due_at == stored.queued_at + timedelta(minutes=1)
    assert queries.due_ids(clock.now(), 10) == []
    assert queries.due_ids(clock.now() + timedelta(minutes=1), 10) == [row]


def test_what_was_refused_for_good_is_shown_to_the_office_without_its_words(app):
    row = a_notice(ANN, office_id=7, device="Firefox")
    settle(actions.settle_failed, lease(row), "smtp_550", clock.now(), temporary=False)
    (trouble,) = queries.trouble_of(7)
    assert (trouble.message, trouble.state, trouble.problem) == ("new_device", "failed", "smtp_550")
    assert queries.trouble_of(8) == []
    assert row_of(row).facts == {}
    assert queries.bounced(*ANN) and not queries.bounced(*BEN)


def test_who_lost_the_lease_can_not_call_it_failed(app):
    row, now = a_notice(ANN), clock.now()
    slow = lease(row, now)
    again = lease(row, now + rules.LEASE)
    settle(actions.settle_failed, slow, "smtp_no_answer", now, temporary=False)
    assert row_of(row).state == "queued"
    settle(actions.settle_sent, slow, WORDS, None, now)
    settle(actions.settle_failed, again, "smtp_no_answer", now, temporary=True)
    assert row_of(row).state == "sent"


def test_what_was_sent_is_stored_sealed_and_shown_newest_first(app):
    a_notice(ANN)
    row = a_notice(BEN)
    settle(actions.settle_sent, lease(row), WORDS, None, clock.now())
    stored = row_of(row)
    assert b"Hello" not in stored.rendered and b"ann@" not in stored.address
    newest, oldest = queries.newest(10)
    assert (newest.state, newest.words) == ("sent", WORDS)
    assert (oldest.state, oldest.words.body) == ("queued", "")


def test_a_code_is_never_stored_readable(app):
    row = row_of(a_notice(ANN, secret={"code": "824193"}))
    assert "824193" not in str(row.facts)


def test_the_provider_has_the_last_word_once(app):
    row = a_notice(ANN, channel="sms")
    settle(actions.settle_sent, lease(row), WORDS, "SM1", clock.now())
    outer = row_of(row).public_id
    assert settle(actions.settle_reported, outer, delivered=True, why=None, now=clock.now())
    assert not settle(actions.settle_reported, outer, delivered=False, why="provider_30003", now=clock.now())
    assert not settle(actions.settle_reported, uuid4(), delivered=True, why=None, now=clock.now())
    assert row_of(row).state == "delivered"
    assert queries.texts_since(clock.now() - timedelta(hours=1)) == 1
    assert queries.texts_since(clock.now() + timedelta(hours=1)) == 0


def test_the_oldest_due_row_is_known(app):
    assert queries.oldest_due(clock.now()) is None
    row = row_of(a_notice(ANN))
    assert queries.oldest_due(clock.now()) == row.due_at
    assert queries.oldest_due(row.due_at - timedelta(seconds=1)) is None


def test_a_queued_row_is_rung_after_the_commit(app):
    with database.writing() as session:
        row = actions.queue("new_device", to=ANN)
        assert session.info.pop("outbox") == [row]
