"""The steps themselves: what each proves, what it refuses, and what is there at the end, and not before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.domain.accounts.models import Account, Address, Person
from portal.domain.audit.models import AuditEntry
from portal.domain.connections.models import CareTeamMember, Connection
from portal.domain.enrollment import runs, steps
from portal.domain.enrollment.models import ActivationCode, EnrollmentRun
from portal.domain.enrollment.types import Enrolled, Step, Way
from portal.domain.outbox.models import OutboxMessage
from portal.domain.sign_in import queries as sign_in
from portal.kernel import clock, database, passwords
from portal.kernel.refusal import Missing, Refused
from tests.enrollment import trip
from tests.enrollment.trip import HERE, THERE, do, why
from tests.factories import accounts, enrollment, practices

COUNTED = (Person, Account, Connection, CareTeamMember, Address)


def rows(*models):
    with database.writing() as session:
        return [session.query(model).count() for model in models]


def test_from_code_to_account(office, chart, desk):
    provider = practices.a_provider(office.id)
    code = enrollment.invited(desk, chart).code
    trip.all_but_the_end(code.lower().replace("-", " "))
    assert rows(*COUNTED) == [0] * 5
    assert trip.finish() == Enrolled(Way.INVITED, "Clementine", "clementine68", "Larkfield Family Clinic", 1)
    with database.writing() as session:
        account, person = session.query(Account).one(), session.query(Person).one()
        assert (account.state, account.email, account.phone) == ("active", "clementine@example.com", "+13155550170")
        assert (person.given, person.birth_date, person.time_zone) == ("Clementine", trip.BORN, "America/New_York")
        assert session.query(Address).one().line1 == "100 Lantern Street"
        connection, member = session.query(Connection).one(), session.query(CareTeamMember).one()
        assert (connection.chart_id, connection.person_id, member.provider_id) == (chart.id, person.id, provider)
        events = [row.event for row in session.query(AuditEntry).filter_by(chain="person")]
        assert events == ["enrollment.invited"]
        assert session.query(EnrollmentRun).one().password_hash is None
        told = session.query(OutboxMessage).filter_by(message="enrolled").one()
        assert (told.to_kind, told.to_id) == ("patient", account.id)
    stored = sign_in.credentials_of("patient", "Clementine68", None, clock.now())
    assert passwords.matches(trip.PASSWORD, stored.password_hash)


def test_finishing_twice_is_finishing_once(chart, desk):
    trip.all_but_the_end(enrollment.invited(desk, chart).code)
    first = trip.finish()
    assert trip.finish() == first
    assert rows(Account, Connection) == [1, 1]


def test_the_office_s_own_address_is_told_when_another_email_was_chosen(chart, desk):
    trip.begin(enrollment.invited(desk, chart).code)
    trip.say_who()
    trip.prove_phone(channel="voice")
    trip.choose()
    trip.prove_email(email="other@example.com")
    trip.finish()
    assert enrollment.sent_to("enrolled_elsewhere") == ["clementine@example.com"]


def test_a_link_opens_the_same_enrollment_and_looking_uses_nothing_up(chart, desk):
    token = enrollment.invited(desk, chart).token
    for holder in (HERE, THERE):
        do(runs.begin_with_link, token, holder=holder, now=clock.now())
        assert trip.step_of(holder) is Step.WHO
    with database.writing() as session:
        assert session.query(ActivationCode).one().used_at is None


def test_a_code_says_why_it_opens_nothing(chart, desk):
    old = enrollment.invited(desk, chart)
    new = enrollment.invited(desk, chart)
    begin = {"holder": HERE, "source": "127.0.0.1"}
    assert why(runs.begin_with_code, old.code, now=clock.now(), **begin) == "activation_replaced"
    assert why(runs.begin_with_code, "nonsense", now=clock.now(), **begin) == "activation_wrong"
    mistyped = new.code[:-1] + ("1" if new.code[-1] == "0" else "0")
    assert why(runs.begin_with_code, mistyped, now=clock.now(), **begin) == "activation_wrong"
    trip.all_but_the_end(new.code)
    trip.finish()
    assert why(runs.begin_with_code, new.code, now=clock.now(), **begin) == "activation_used"
    assert why(runs.begin_with_link, old.token, holder=THERE, now=clock.now()) == "activation_replaced"


def test_a_code_ends_after_ninety_days(chart, desk):
    plain = enrollment.invited(desk, chart)
    clock.shift(timedelta(days=90, seconds=1))
    assert why(runs.begin_with_link, plain.token, holder=HERE, now=clock.now()) == "activation_expired"


def test_wrong_answers_are_counted_and_the_right_one_takes_them_back(chart, desk):
    trip.begin(enrollment.invited(desk, chart).code)
    for _ in range(4):
        assert why(steps.say_who, HERE, date(1968, 9, 4), "00101", now=clock.now()) == "not_matching"
    trip.say_who()
    trip.begin(enrollment.invited(desk, chart).code)
    for _ in range(5):
        assert why(steps.say_who, HERE, date(1968, 9, 4), "00101", now=clock.now()) == "not_matching"
    assert why(steps.say_who, HERE, trip.BORN, "00101", now=clock.now()) == "wait"
    clock.shift(timedelta(minutes=16))
    trip.say_who()


def test_no_step_is_jumped_over_and_one_behind_changes_nothing(chart, desk):
    trip.begin(enrollment.invited(desk, chart).code)
    now = clock.now()
    assert why(steps.send_phone_code, HERE, "sms", source="here", now=now) == "step_comes_later"
    assert why(steps.choose_login, HERE, "somebody", trip.PASSWORD, source="here", now=now) == "step_comes_later"
    assert why(steps.prove_email, HERE, "0" * 10, now) == "step_comes_later"
    with pytest.raises(Refused):
        trip.finish()
    trip.say_who()
    do(steps.say_who, HERE, date(1900, 1, 1), None, now=now)
    assert trip.step_of() is Step.PHONE


def test_the_code_goes_to_the_phone_on_file_and_to_no_other(chart, desk):
    trip.begin(enrollment.invited(desk, chart).code)
    trip.say_who()
    do(steps.send_phone_code, HERE, "sms", source="here", now=clock.now())
    assert enrollment.sent_to("code") == ["+13155550170"] and trip.run_of().phone_ends == "70"


def test_a_code_of_an_enrollment_that_was_left_is_of_no_use_in_the_next(office, chart, desk):
    other = enrollment.a_chart(office.id, phone_on_file="+13155550199")
    codes = [enrollment.invited(desk, one).code for one in (chart, other)]
    trip.begin(codes[0])
    trip.say_who()
    do(steps.send_phone_code, HERE, "sms", source="here", now=clock.now())
    sent = enrollment.sent_code("sms")
    trip.begin(codes[1])
    trip.say_who()
    assert why(steps.prove_phone, HERE, sent, clock.now()) == "code_dead"


def test_a_taken_username_is_told_with_free_ones_and_kept_while_somebody_enrolls(office, chart, desk):
    accounts.an_account(accounts.a_person(), username="Clementine68")
    other = enrollment.a_chart(office.id, given="Thaddeus", family="Moonraker")
    for holder, one in ((HERE, chart), (THERE, other)):
        trip.begin(enrollment.invited(desk, one).code, holder)
        trip.say_who(holder)
        trip.prove_phone(holder)
    with pytest.raises(Refused) as refused:
        trip.choose(username="cLEMENTINE68 ")
    assert refused.value.refusal.code == "username_not_free"
    suggested = refused.value.refusal.facts["suggestions"]
    assert suggested == ["clementine.ashgrove", "ashgrove.clementine", "c.ashgrove"]
    trip.choose(username=suggested[0])
    assert (
        why(steps.choose_login, THERE, suggested[0], trip.PASSWORD, source="x", now=clock.now()) == "username_not_free"
    )
    clock.shift(timedelta(minutes=61))
    trip.begin(enrollment.invited(desk, other).code, THERE)
    trip.say_who(THERE)
    prove = (steps.send_phone_code, THERE, "voice")
    do(*prove, source="elsewhere", now=clock.now())
    do(steps.prove_phone, THERE, enrollment.sent_code("voice"), clock.now())
    trip.choose(THERE, username=suggested[0])


def test_a_short_or_guessable_password_is_refused_with_its_reason(chart, desk):
    trip.begin(enrollment.invited(desk, chart).code)
    trip.say_who()
    trip.prove_phone()
    now = clock.now()
    assert why(steps.choose_login, HERE, "clem68", "short", source="x", now=now) == "password_short"
    guess = "clementineashgrove1"
    assert why(steps.choose_login, HERE, "clem68", guess, source="x", now=now) == "password_about_you"


def test_an_enrollment_that_ran_out_is_gone(chart, desk):
    trip.begin(enrollment.invited(desk, chart).code)
    clock.shift(timedelta(minutes=61))
    with pytest.raises(Missing):
        trip.say_who()
    assert rows(Person, Account) == [0, 0]


def test_somebody_known_from_elsewhere_gets_an_account_for_the_same_person(office, desk):
    person = accounts.a_person(given="Clementine", family="Ashgrove", birth_date=trip.BORN)
    chart = enrollment.a_chart(office.id, person_id=person)
    trip.all_but_the_end(enrollment.invited(desk, chart).code)
    trip.finish()
    with database.writing() as session:
        assert session.query(Account).one().person_id == person and session.query(Person).count() == 1


def test_a_chart_of_somebody_with_an_account_is_joined_only_with_that_account(office, desk):
    person = accounts.a_person(given="Clementine", family="Ashgrove", birth_date=trip.BORN)
    account = accounts.an_account(person)
    chart = enrollment.a_chart(office.id, person_id=person)
    code = enrollment.invited(desk, chart).code
    trip.begin(code)
    trip.say_who()
    trip.prove_phone()
    names = {"username": "clementine68", "source": "here", "now": clock.now()}
    assert why(steps.choose_login, HERE, password=trip.PASSWORD, **names) == "account_is_there"
    assert why(steps.check_name, HERE, **names) == "account_is_there"
    trip.begin(code, account_id=account.account_id)
    trip.say_who()
    clock.shift(timedelta(minutes=16))
    trip.prove_phone()
    assert trip.finish().username is None
    assert rows(Account, Connection) == [1, 1]


def test_a_signed_in_person_can_not_take_somebody_elses_invitation(chart, desk):
    mother = accounts.an_account(accounts.a_person(birth_date=date(1940, 1, 1)))
    trip.begin(enrollment.invited(desk, chart).code, account_id=mother.account_id)
    assert why(steps.say_who, HERE, trip.BORN, "00101", now=clock.now()) == "invitation_of_another"


def test_at_the_counter_it_begins_in_time_or_not_at_all(office, chart, desk):
    row = enrollment.chart_of(chart.id)
    send = {"holder": HERE, "evidence": "passport"}
    do(runs.begin_in_person, desk, row, now=clock.now(), **send)
    clock.shift(timedelta(minutes=11))
    with pytest.raises(Missing):
        do(steps.arrive, HERE, clock.now())
    do(runs.begin_in_person, desk, row, now=clock.now(), **send)
    do(steps.arrive, HERE, clock.now())
    clock.shift(timedelta(minutes=25))
    assert trip.step_of() is Step.WHO
    with database.writing() as session:
        events = [entry.event for entry in session.query(AuditEntry).filter_by(chain="staff")]
    assert events == ["enrollment.begun.passport"] * 2


def test_enrolled_at_the_counter_the_letter_at_home_is_used_up(chart, desk):
    letter = enrollment.invited(desk, chart)
    row = enrollment.chart_of(chart.id)
    do(runs.begin_in_person, desk, row, holder=HERE, evidence="license", now=clock.now())
    trip.say_who()
    trip.prove_phone()
    trip.choose()
    trip.prove_email()
    trip.finish()
    assert why(runs.begin_with_link, letter.token, holder=THERE, now=clock.now()) == "activation_used"
    assert why(enrollment.invited, desk, chart) == "enrolled_before"


def test_starting_over_leaves_nothing(chart, desk):
    trip.all_but_the_end(enrollment.invited(desk, chart).code)
    do(runs.drop, HERE)
    assert rows(EnrollmentRun, *COUNTED) == [0] * 6
