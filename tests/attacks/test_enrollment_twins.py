"""Attacks on enrolling (SECURITY R8-R11, N5, N9-N11, Z15), each also against a twin that lacks one named defence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import request

from portal.domain.accounts.models import Account
from portal.domain.connections.models import Connection
from portal.domain.enrollment import finishing, queries, rules, runs, steps
from portal.domain.enrollment.models import ActivationCode, EnrollmentRun
from portal.domain.practices.models import Office
from portal.domain.sign_in import actions as sign_in
from portal.domain.sign_in.codes import Asking
from portal.domain.viewer import Actor
from portal.kernel import clock, database, passwords
from portal.kernel.refusal import Missing, Refused
from tests.enrollment import conftest as enrollment_fixtures
from tests.enrollment import trip
from tests.enrollment.test_by_invitation import WHO, go_on, typed
from tests.enrollment.trip import HERE, THERE, do
from tests.factories import accounts, enrollment

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
office, chart, desk = enrollment_fixtures.office, enrollment_fixtures.chart, enrollment_fixtures.desk
NO_LIMIT = rules.Limit(most=10**6, window=None)


def said(deed, *given, **named):
    """`done`, or why not."""
    try:
        do(deed, *given, **named)
    except Missing:
        return "missing"
    except Refused as refused:
        return refused.refusal.code
    return "done"


def begin(code, holder=HERE, source="10.0.0.1"):
    return said(runs.begin_with_code, code, holder=holder, source=source, now=clock.now())


@pytest.fixture
def hashed(monkeypatch):
    """How often a hash was computed."""
    counted, digest = [], passwords._digest
    monkeypatch.setattr(passwords, "_digest", lambda *how: counted.append(1) or digest(*how))
    return counted


@twin
def test_guessing_codes(chart, desk, hashed, weak, monkeypatch):
    """R8, A16: a hundred from one place, ten of them looked at, and nobody else's code suffers."""
    plain = enrollment.invited(desk, chart)
    if weak:
        monkeypatch.setattr(rules, "GUESSES", NO_LIMIT)
    hashed.clear()
    answers = [begin(f"{plain.code[:4]}{number:013}") for number in range(100)]
    assert "done" not in answers
    assert (len(hashed) > 10) == weak
    assert begin(plain.code, source="10.0.0.2") == "done"


@twin
def test_telling_whether_a_code_begins_right(chart, desk, hashed, weak, monkeypatch):
    """N5, N6: the first four signs right or wrong, the same words and the same work. The twin looks up and is done."""
    plain = enrollment.invited(desk, chart)
    if weak:
        monkeypatch.setattr(passwords, "waste_time", lambda _: False)
    work = []
    for code in (plain.code[:4] + "0" * 13, "ZZZZ" + "0" * 13, "no code at all"):
        hashed.clear()
        assert begin(code) == "activation_wrong"
        work.append(len(hashed))
    assert (work != [1, 1, 1]) == weak


@twin
@pytest.mark.parametrize("why", ["used", "replaced", "late"])
def test_a_code_that_is_over(chart, desk, why, weak, monkeypatch):
    """R9, R2."""
    plain = enrollment.invited(desk, chart)
    if weak:
        monkeypatch.setattr(rules, "why_not_open", lambda *_: None)
    if why == "used":
        with database.writing() as session:
            session.query(ActivationCode).one().used_at = clock.now()
    elif why == "replaced":
        enrollment.invited(desk, chart)
    else:
        clock.shift(timedelta(days=90, seconds=1))
    assert (begin(plain.code) == "done") == weak
    assert (said(runs.begin_with_link, plain.token, holder=THERE, now=clock.now()) == "done") == weak


@twin
def test_a_stolen_letter_and_another_birth_date(chart, desk, weak, monkeypatch):
    """R9: five tries, all wrong, and then not even the right one. The twin asks nothing."""
    begin(enrollment.invited(desk, chart).code)
    if weak:
        monkeypatch.setattr(rules, "why_not_known", lambda *_: None)
    answers = [said(steps.say_who, HERE, date(1968, 9, day), "00101", now=clock.now()) for day in range(4, 9)]
    assert ("done" in answers) == weak
    if not weak:
        assert said(steps.say_who, HERE, trip.BORN, "00101", now=clock.now()) == "wait"


@twin
def test_answers_from_many_browsers(chart, desk, weak, monkeypatch):
    """R9: the tries are counted for the chart, whoever makes them. The twin counts none."""
    code = enrollment.invited(desk, chart).code
    if weak:
        monkeypatch.setattr(rules, "ANSWERS", (NO_LIMIT,))
    looked_at = 0
    for place in range(12):
        holder = bytes([place]) * 32
        begin(code, holder, source=f"10.0.{place}.1")
        answer = said(steps.say_who, holder, date(1950, 1, place + 1), "00101", now=clock.now())
        looked_at += answer == "not_matching"
    assert (looked_at > 5) == weak


@twin
def test_a_phone_of_ones_own_in_the_request(browser, chart, desk, weak, monkeypatch):
    """R9, R3: the code goes to the phone on file, whatever else is sent. The twin believes the form."""
    run_of = queries.run_of

    def believing(holder, now):
        run = run_of(holder, now)
        return run and run._replace(phone=request.form.get("phone", run.phone))

    foe = browser()
    page = go_on(foe, typed(foe, enrollment.invited(desk, chart).code), **WHO)
    if weak:
        monkeypatch.setattr(queries, "run_of", believing)
    foe.submit(page, "main form.flow", channel="sms", phone="+13155550100", to="+13155550100")
    assert (enrollment.sent_to("code") == ["+13155550100"]) == weak


@twin
def test_walking_around_the_phone(browser, chart, desk, weak, monkeypatch):
    """N9, B4: posting a later step. The twin keeps no order."""
    foe = browser()
    page = go_on(foe, typed(foe, enrollment.invited(desk, chart).code), **WHO)
    token = page.css("input[name=csrf_token]")[0].get("value")
    if weak:
        monkeypatch.setattr(rules, "why_not_step", lambda *_: None)
    fields = {"csrf_token": token, "username": "mallory", "password": trip.PASSWORD, "again": trip.PASSWORD}
    foe.post("/enroll/login", fields, status=303)
    with database.writing() as session:
        assert (session.query(EnrollmentRun).one().username == "mallory") == weak


@twin
def test_a_code_that_another_browser_asked_for(chart, desk, weak, monkeypatch):
    """N11. The twin forgets who asked."""
    code = enrollment.invited(desk, chart).code
    for holder in (HERE, THERE):
        begin(code, holder)
        trip.say_who(holder)
    if weak:
        monkeypatch.setattr(steps, "_asking", lambda run, holder, step, place: Asking("enroll", "all", b"-" * 32))
    do(steps.send_phone_code, HERE, "sms", source="here", now=clock.now())
    assert (said(steps.prove_phone, THERE, enrollment.sent_code("sms"), clock.now()) == "done") == weak


@twin
def test_from_home_where_the_clinic_enrolls_in_person_only(office, chart, desk, weak, monkeypatch):
    """R11: a code that was sent before the office changed its mind. The twin does not ask the office again."""
    plain, late = enrollment.invited(desk, chart), enrollment.a_chart(office.id)
    trip.all_but_the_end(enrollment.invited(desk, late).code, THERE)
    with database.writing() as session:
        session.query(Office).one().enrolls_by_invitation = False
    if weak:
        monkeypatch.setattr(rules, "_why_not_by_invitation", lambda *_: None)
    assert (begin(plain.code) == "done") == weak
    assert (said(finishing.finish, THERE, clock.now()) == "done") == weak


@twin
def test_a_child_s_chart_in_the_mother_s_account(chart, desk, weak, monkeypatch):
    """R9, wrong patient: somebody signed in takes an invitation of another. The twin asks the chart only."""
    mother = accounts.an_account(accounts.a_person(birth_date=date(1940, 1, 1)))
    trip.begin(enrollment.invited(desk, chart).code, account_id=mother.account_id)
    known = rules.why_not_known
    if weak:
        monkeypatch.setattr(
            rules, "why_not_known", lambda run, *how: known(run._replace(persons_birth_date=run.birth_date), *how)
        )
    assert (said(steps.say_who, HERE, trip.BORN, "00101", now=clock.now()) == "done") == weak


@twin
def test_an_invitation_for_an_account_that_was_closed(chart, desk, weak, monkeypatch):
    """Z15: no invitation wakes it. The twin takes any account."""
    person = accounts.a_person(given="Clementine", family="Ashgrove", birth_date=trip.BORN)
    closed = accounts.an_account(person)
    trip.begin(enrollment.invited(desk, chart).code, account_id=closed.account_id)
    trip.say_who()
    trip.prove_phone()
    with database.writing() as session:
        session.get_one(Account, closed.account_id).state = "deactivated"
    if weak:
        take = finishing._active_account

        def waking(row, now):
            database.session().get_one(Account, row.account_id).state = "active"
            return take(row, now)

        monkeypatch.setattr(finishing, "_active_account", waking)
    assert (said(finishing.finish, HERE, clock.now()) == "done") == weak
    with database.writing() as session:
        assert (session.query(Connection).count() == 1) == weak


@twin
def test_the_next_person_at_the_same_browser(browser, office, chart, desk, weak, monkeypatch):
    """S9: whoever begins anew sees nothing of who was there before. The twin keeps the holder and the run."""
    made = browser()
    page = go_on(made, typed(made, enrollment.invited(desk, chart).code), **WHO)
    assert page.url == "/enroll/phone"
    if weak:
        monkeypatch.setattr(runs, "_put", lambda *_, **__: None)
        monkeypatch.setattr("portal.blueprints.enrollment.holder.fresh", lambda: None)
        monkeypatch.setattr(runs, "drop", lambda *_: None)
    other = enrollment.a_chart(office.id, given="Thaddeus")
    typed(made, enrollment.invited(desk, other).code)
    assert (made._send("get", "/enroll/phone").status_code == 200) == weak


@twin
def test_an_invitation_into_an_account_after_the_password_alone(browser, chart, desk, weak, monkeypatch):
    """N9: whose second step is still to come takes no invitation into that account. The twin looks at the password."""
    person = accounts.a_person(given="Clementine", family="Ashgrove", birth_date=trip.BORN)
    made = accounts.an_account(person)
    foe, opened = browser(), sign_in.open_session
    with monkeypatch.context() as half:
        half.setattr(
            sign_in, "open_session", lambda actor, attempt, **_: opened(actor, attempt, awaiting_code=not weak)
        )
        foe.sign_in(Actor("patient", made.account_id))
    typed(foe, enrollment.invited(desk, chart).code)
    with database.writing() as session:
        assert (session.query(EnrollmentRun).one().account_id == made.account_id) == weak
