"""Registering by oneself: both codes first, then a name; the account waits for its activation code."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.domain.accounts.models import Account
from portal.domain.enrollment import runs, steps
from portal.domain.enrollment.types import About, Step, Way
from portal.kernel import clock, database
from tests.enrollment import trip
from tests.enrollment.trip import HERE, THERE, do, why
from tests.factories import enrollment, practices

TODAY = date(2027, 3, 16)
ME = About("Lysander", "Wickham-Dale", date(1987, 2, 20), "lysander@example.com", "+15305550172", "en")


def register(about=ME):
    do(runs.begin_openly, about, holder=HERE, source="127.0.0.1", today=TODAY, now=clock.now())


def through():
    register()
    trip.prove_email(email=ME.email)
    trip.prove_phone()
    trip.choose(username="lysander")
    return trip.finish()


def the_account() -> Account:
    with database.writing() as session:
        row = session.query(Account).one()
        session.expunge(row)
        return row


def test_both_codes_come_before_the_username(office):
    register()
    assert trip.step_of() is Step.EMAIL
    now = clock.now()
    assert why(steps.choose_login, HERE, "lysander", trip.PASSWORD, source="x", now=now) == "step_comes_later"
    trip.prove_email(email=ME.email)
    assert trip.step_of() is Step.PHONE
    assert why(steps.choose_login, HERE, "lysander", trip.PASSWORD, source="x", now=now) == "step_comes_later"
    trip.prove_phone()
    assert trip.step_of() is Step.LOGIN


def test_the_account_waits_for_its_code_which_works_once(office):
    assert through().way is Way.OPEN
    assert (the_account().state, the_account().phone) == ("waiting", ME.phone)
    assert enrollment.sent_to("activation") == [ME.email]
    code = enrollment.sent_code("email")
    trip.begin(code, THERE)
    assert trip.run_of(THERE).way is Way.ACTIVATING
    assert why(steps.say_who, THERE, date(1987, 2, 21), None, now=clock.now()) == "not_matching"
    trip.say_who(THERE, ME.birth_date, None)
    trip.finish(THERE)
    assert the_account().state == "active"
    begin = {"holder": THERE, "source": "127.0.0.1", "now": clock.now()}
    assert why(runs.begin_with_code, code, **begin) == "activation_used"


def test_after_ninety_days_the_code_is_too_old(office):
    through()
    code = enrollment.sent_code("email")
    clock.shift(timedelta(days=90, seconds=1))
    begin = {"holder": THERE, "source": "127.0.0.1", "now": clock.now()}
    assert why(runs.begin_with_code, code, **begin) == "activation_expired"


@pytest.mark.parametrize("open_offices", [0, 1])
def test_only_where_an_office_takes_people_so(app, open_offices):
    practices.an_office(enrolls_openly=bool(open_offices))
    now = clock.now()
    if open_offices:
        register()
    else:
        assert why(runs.begin_openly, ME, holder=HERE, source="x", today=TODAY, now=now) == "not_open"


def test_a_child_is_told_to_ask_a_parent(office):
    child = ME._replace(birth_date=date(2012, 5, 5))
    assert why(runs.begin_openly, child, holder=HERE, source="x", today=TODAY, now=clock.now()) == "adults_only"


def test_a_family_shares_one_email(office):
    for name in ("lysander", "araminta"):
        register(ME._replace(given=name.title(), phone=f"+1530555018{len(name)}"))
        trip.prove_email(email=ME.email)
        trip.prove_phone()
        trip.choose(username=name)
        trip.finish()
    with database.writing() as session:
        assert {row.email for row in session.query(Account)} == {ME.email} and session.query(Account).count() == 2
