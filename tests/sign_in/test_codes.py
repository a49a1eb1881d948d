"""Codes that are sent: once, in time, for one asking, five tries, and only so many."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.outbox import sealing
from portal.domain.outbox.models import OutboxMessage
from portal.domain.outbox.types import Addressee
from portal.domain.sign_in import codes
from portal.domain.sign_in.codes import Asking
from portal.jobs import delivery
from portal.kernel import clock, database
from portal.kernel.refusal import Refused

PHONE = Addressee("+13155550142", "en", "America/New_York")
MAIL = Addressee("ann@example.com", "es", "America/New_York")
HERE = Asking("tests", "account:1", b"h" * 32)


def sent(asking=HERE, to=PHONE, channel="sms", source="127.0.0.1"):
    """Ask for a code, and read it where it waits."""
    with database.writing() as session:
        codes.send(asking, to, channel, source=source, now=clock.now())
        session.flush()
        session.info.pop("outbox", None)
    with database.writing() as session:
        row = session.query(OutboxMessage).order_by(OutboxMessage.id.desc()).first()
        return str(sealing.secrets_of(row.public_id, row.facts)["code"]) if row else ""


def prove(code, asking=HERE):
    codes.prove(asking, code, clock.now())


def why(code, asking=HERE):
    with pytest.raises(Refused) as refused:
        prove(code, asking)
    return refused.value.refusal.code


def test_a_code_of_six_digits_is_taken_once(app):
    code = sent()
    assert len(code) == 6 and code.isdecimal()
    prove(f" {code[:3]} {code[3:]} ")
    assert codes.is_proven(HERE, clock.now())
    assert why(code) == "code_dead"


def test_a_code_by_email_is_longer_and_forgives_look_alikes(app, sink):
    code = sent(to=MAIL, channel="email")
    assert len(code) == 10
    with database.writing() as session:
        row = session.query(OutboxMessage).one().id
    delivery.deliver(row)
    (received,) = sink.messages
    assert received.recipients == ("ann@example.com",) and code in received.body
    prove(code.lower().replace("0", "o").replace("1", "l"))


def test_the_sixth_try_is_dead_though_right_and_asking_again_does_not_help(app):
    code = sent()
    wrong = "000000" if code != "000000" else "111111"
    assert [why(wrong) for _ in range(5)] == ["code_wrong"] * 4 + ["code_dead"]
    assert why(code) == "code_dead"
    assert why(sent()) == "code_dead"
    clock.shift(timedelta(minutes=11))
    prove(sent())


def test_a_code_is_of_no_use_late_elsewhere_or_for_another_purpose(app):
    code = sent()
    assert why(code, HERE._replace(asker=b"x" * 32)) == "code_dead"
    assert why(code, HERE._replace(purpose="reset")) == "code_dead"
    clock.shift(timedelta(minutes=10))
    assert why(code) == "code_late"


def test_a_new_code_kills_the_old_one(app):
    old, new = sent(), sent()
    if old != new:
        assert why(old) == "code_wrong"
    prove(new)


def test_proof_is_good_for_a_quarter_of_an_hour(app):
    prove(sent())
    clock.shift(timedelta(minutes=15))
    assert not codes.is_proven(HERE, clock.now())


def test_only_so_many_are_sent_to_one_number(app):
    for number in range(3):
        sent(source=f"10.0.0.{number}")
    with pytest.raises(Refused) as refused:
        sent(source="10.0.0.9")
    assert refused.value.refusal.code == "wait"


def test_nobody_is_sent_nothing_and_asks_as_often(app):
    for _ in range(3):
        assert sent(to=None) == ""
    with pytest.raises(Refused):
        sent(to=None)
    assert why("123456") in {"code_wrong", "code_dead"}
