"""Attacks on codes that are sent (SECURITY N10-N12), each also against a twin that lacks one named defence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from time import sleep

import pytest
from sqlalchemy import select

from portal import gateways, jobs
from portal.domain.outbox import rules as outbox_rules
from portal.domain.outbox import sealing
from portal.domain.outbox.models import OutboxMessage
from portal.domain.outbox.types import Addressee
from portal.domain.sign_in import codes, rules
from portal.domain.sign_in.codes import Asking
from portal.domain.sign_in.models import OneTimeCode
from portal.domain.sign_in.rules import Limit
from portal.gateways import queue
from portal.jobs import delivery, runner
from portal.kernel import clock, database
from portal.kernel.refusal import Refused
from tests.text_provider import text_provider

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
PHONE = Addressee("+13155550142", "en", "America/New_York")
HERE = Asking("attack", "account:1", b"h" * 32)
NO_LIMIT = Limit(most=10**6, window=None)


@pytest.fixture
def provider(app):
    """Notices are delivered by this process; texts go to a provider."""
    jobs.use(app)
    with text_provider() as provider:
        account = {"text_account": "AC1", "text_token": "t0ken", "text_from": "+12025550100"}
        gateways.use(replace(app.config["PORTAL"], text_url=provider.url, **account))
        yield provider
    runner.stop()
    queue.hang(None)


def send(asking=HERE, to=PHONE, source="127.0.0.1"):
    """Whether a code was on its way."""
    try:
        with database.writing() as session:
            codes.send(asking, to, "sms", source=source, now=clock.now())
            session.info.pop("outbox", None)
    except Refused:
        return False
    return True


def the_code():
    with database.writing() as session:
        row = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)).one()
        return str(sealing.secrets_of(row.public_id, row.facts)["code"])


def wrong_ones(code):
    return (f"{number:06}" for number in range(10**6) if f"{number:06}" != code)


def said(typed, asking=HERE):
    """`right`, or why not."""
    try:
        codes.prove(asking, typed, clock.now())
    except Refused as refused:
        return refused.refusal.code
    return "right"


@twin
def test_the_sixth_try_is_the_right_one(app, weak, monkeypatch):
    """N10. The twin takes as many tries as one likes."""
    if weak:
        monkeypatch.setattr(rules, "CODE_TRIES", 10**6)
    assert send()
    code = the_code()
    for _, wrong in zip(range(5), wrong_ones(code)):
        said(wrong)
    assert (said(code) == "right") == weak


@twin
def test_asking_anew_for_more_tries(app, weak, monkeypatch):
    """N10. In the twin a new code begins its count anew, three times over."""
    carried_over = codes._replace

    def from_nothing(asking, *how):
        codes.forget(asking)
        carried_over(asking, *how)

    if weak:
        monkeypatch.setattr(codes, "_replace", from_nothing)
    looked_at = 0
    for _ in range(3):
        assert send()
        code = the_code()
        looked_at += sum(said(wrong) == "code_wrong" for _, wrong in zip(range(4), wrong_ones(code)))
    assert (looked_at > 5) == weak


@twin
def test_fifty_tries_at_the_same_moment(app, weak, monkeypatch):
    """N10. The twin reads how often it was tried, thinks, and then writes."""

    def careless(asking):
        with database.apart() as session:
            row = session.get(OneTimeCode, asking)
            found = rules.SentCode(row.tries + 1, row.code_hash, row.expires_at, row.proven_at)
        sleep(0.02)
        with database.apart() as session:
            session.get(OneTimeCode, asking).tries = found.tries
        return found

    if weak:
        monkeypatch.setattr(codes, "_count", careless)
    assert send()
    wrong = [one for _, one in zip(range(50), wrong_ones(the_code()))]

    def one(typed):
        with app.app_context():
            told = said(typed)
            database.let_go()
            return told

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(one, wrong))
    # The fifth is looked at as well, and told that it was the last.
    assert (answers.count("code_wrong") > 4) == weak


@twin
@pytest.mark.parametrize(
    "elsewhere", [HERE._replace(asker=b"f" * 32), HERE._replace(purpose="reset"), HERE._replace(subject="account:2")]
)
def test_a_code_of_another_browser_purpose_or_person(app, weak, elsewhere, monkeypatch):
    """N11. The twin looks at the code only."""
    hashed = codes._hash
    if weak:
        monkeypatch.setattr(codes, "_of", lambda _: (OneTimeCode.purpose == HERE.purpose,))
        monkeypatch.setattr(codes, "_hash", lambda _, code: hashed(HERE, code))
    assert send()
    assert (said(the_code(), elsewhere) == "right") == weak


@twin
def test_a_code_once_more(app, weak, monkeypatch):
    """N11. The twin does not write down that it was used."""
    if weak:
        monkeypatch.setattr(codes, "_use", lambda *_: True)
    assert send()
    code = the_code()
    assert said(code) == "right"
    assert (said(code) == "right") == weak


@twin
def test_a_code_that_is_late_by_a_second(app, weak, monkeypatch):
    """R2. The twin's codes last as long as one likes."""
    if weak:
        monkeypatch.setattr(rules, "CODE_LASTS", timedelta(days=9))
    assert send()
    code = the_code()
    clock.shift(rules.EMAIL_CODE_LASTS + timedelta(seconds=1))
    assert (said(code) == "right") == weak


@twin
def test_ringing_somebody_a_hundred_times(app, weak, monkeypatch):
    """N12, R13. The twin does not count what goes to one number."""
    if weak:
        monkeypatch.setattr(rules, "SENDS", (NO_LIMIT,))
    sent = sum(send(source=f"10.0.{number}.1") for number in range(100))
    assert (sent > 3) == weak


@twin
def test_texts_to_numbers_that_somebody_earns_from(provider, weak, monkeypatch):
    """N12. Asks for many numbers, at home and abroad. The twin knows neither a cap nor countries."""
    monkeypatch.setattr(outbox_rules, "DAILY_TEXTS", 5)
    if weak:
        monkeypatch.setattr(outbox_rules, "why_not_text", lambda *_: None)
    abroad = ["+3725555501", "+2215555502", "+18765555503", "+447911123456"]
    at_home = [f"+1315555{number:04}" for number in range(100, 112)]
    for place, number in enumerate(abroad + at_home):
        assert send(HERE._replace(subject=f"account:{place}"), PHONE._replace(address=number), f"10.9.{place}.1")
    with database.writing() as session:
        rows = list(session.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id)))
    for row in rows:
        delivery.deliver(row)
    numbers = [fields["To"] for _, fields, _ in provider.taken]
    assert bool(set(numbers) & set(abroad)) == weak
    assert (len(numbers) > 5) == weak
