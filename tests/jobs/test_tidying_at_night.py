from datetime import timedelta

from sqlalchemy import select

from portal import jobs
from portal.domain.address_book.models import EmergencyContact
from portal.domain.notifications.models import Receipt
from portal.domain.outbox.models import NightlyRun
from portal.domain.sign_in.models import ParkedForm, SignInSession, Throttle
from portal.jobs import nightly
from portal.jobs.delivery import deliver
from portal.kernel import clock, database
from tests.factories import accounts
from tests.factories.outbox import a_notice, a_recipient, row_of


def add(*rows):
    with database.writing() as session:
        session.add_all(rows)


def left(model, *columns):
    with database.writing() as session:
        return list(session.execute(select(*(columns or (model.__table__.primary_key.columns[0],)))).scalars())


def test_words_of_notices_go_after_thirty_days_and_the_row_stays(app, sink):
    old, fresh = a_notice(a_recipient(), device="Firefox"), a_notice(a_recipient())
    deliver(old)
    clock.shift(timedelta(days=30, minutes=1))
    deliver(fresh)
    assert nightly.tidy()["outbox words"] == 1
    gone, kept = row_of(old), row_of(fresh)
    assert (gone.state, gone.rendered, gone.address, gone.facts) == ("sent", None, None, {})
    assert kept.rendered


def test_throttles_sessions_and_parked_forms_go_in_their_time(app, sink):
    now, account = clock.now(), accounts.an_account(accounts.a_person()).account_id
    session = {"account_id": account, "opened_at": now, "stepped_up_at": now, "device": "Firefox"}
    month, day = timedelta(days=31), timedelta(hours=25)
    add(
        Throttle(key=b"old", tries=1, since=now - month, touched_at=now - month),
        Throttle(key=b"new", tries=1, since=now - month, touched_at=now),
        ParkedForm(account_id=account, parked_at=now - day, form=b"x"),
        ParkedForm(account_id=account, parked_at=now, form=b"y"),
        SignInSession(token_hash=b"a", seen_at=now - month, ended_at=now - month, **session),
        SignInSession(token_hash=b"b", seen_at=now - month, ended_at=None, **session),
        SignInSession(token_hash=b"c", seen_at=now, ended_at=now, **session),
    )
    nightly.tidy()
    assert left(Throttle) == [b"new"]
    assert left(ParkedForm, ParkedForm.form) == [b"y"]
    assert left(SignInSession, SignInSession.token_hash) == [b"c"]


def test_the_answer_of_a_form_goes_and_its_receipt_stays(app, sink):
    receipt = {"body_hash": b"b", "actor_kind": "patient", "actor_id": 1, "subject_kind": "person", "subject_id": 1}
    add(
        Receipt(form_key=b"1", number="R-1", deed="x", at=clock.now() - timedelta(hours=25), answer=b"page", **receipt),
        Receipt(form_key=b"2", number="R-2", deed="x", at=clock.now(), answer=b"page", **receipt),
    )
    nightly.tidy()
    assert sorted(left(Receipt, Receipt.answer), key=str) == sorted([None, b"page"], key=str)


def test_a_deleted_contact_is_gone_after_thirty_days(app, sink):
    person, now = accounts.a_person(), clock.now()
    contact = {"person_id": person, "name": "N", "relationship": "friend", "phone": "+12025550123"}
    add(*(EmergencyContact(deleted_at=when, **contact) for when in (now - timedelta(days=31), now, None)))
    assert nightly.tidy()["address book"] == 1
    assert len(left(EmergencyContact)) == 2


def test_the_night_is_done_once_by_one_process(app, sink):
    assert nightly.tidy_if_due()
    assert not nightly.tidy_if_due()
    (report,) = left(NightlyRun, NightlyRun.report)
    assert set(report) == {name for name, _ in nightly.CHORES} | {"audit seal"}
    assert report["audit seal"] == 1 and list((app.config["PORTAL"].data / "seals").glob("*.json"))
    clock.shift(timedelta(days=1))
    assert nightly.tidy_if_due()


def test_a_night_that_broke_off_is_taken_over_after_an_hour(app, sink):
    day = (clock.now() - timedelta(hours=8)).date()
    add(NightlyRun(day=day, started_at=clock.now(), report={}))
    assert not nightly.tidy_if_due()
    clock.shift(timedelta(minutes=61))
    add_day = (clock.now() - timedelta(hours=8)).date()
    assert nightly.tidy_if_due() or add_day != day


def test_a_chore_that_fails_does_not_keep_the_others_from_their_work(app, sink, monkeypatch):
    def broken(_):
        raise ValueError

    done = []
    chores = (("broken", broken), ("sound", lambda now: done.append(now) or 0))
    monkeypatch.setattr(nightly, "CHORES", chores)
    assert nightly.tidy() == {"broken": -1, "sound": 0}
    assert jobs and len(done) == 1
