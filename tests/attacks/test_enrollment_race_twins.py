"""Many at the same moment: one code, one account; one name, one person (R10). The twin looks first, then writes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal.domain.accounts.models import Account
from portal.domain.enrollment import activation, finishing, steps
from portal.domain.enrollment.models import ActivationCode, EnrollmentRun
from portal.kernel import clock, database, passwords
from tests.attacks.test_enrollment_twins import said
from tests.enrollment import conftest as enrollment_fixtures
from tests.enrollment import trip
from tests.factories import enrollment

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
office, chart, desk = enrollment_fixtures.office, enrollment_fixtures.chart, enrollment_fixtures.desk


def accounts_now():
    with database.writing() as session:
        return session.query(Account).count()


@twin
def test_fifty_browsers_with_one_code(app, chart, desk, weak, monkeypatch):
    """R10: all of them finish at the same moment, and one account comes of it. The twin takes a code without looking
    and binds without the database's word."""
    count = 50
    enrollment.invited(desk, chart)
    now = clock.now()
    with database.writing() as session:
        code = session.query(ActivationCode).one()
        for place in range(count):
            session.add(_proven(code, place, now))
    if weak:
        monkeypatch.setattr(activation, "use", lambda *_: True)
        monkeypatch.setattr(finishing, "_bind", lambda *_: None)

    def one(place):
        with app.app_context():
            try:
                return said(finishing.finish, _holder(place), clock.now())
            except Exception as error:  # a lock that was waited for in vain
                return type(error).__name__
            finally:
                database.let_go()

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(one, range(count)))
    assert (answers.count("done") > 1) == weak
    assert (accounts_now() > 1) == weak
    assert accounts_now() == answers.count("done")


def _holder(place):
    return place.to_bytes(32)


def _proven(code, place, now):
    return EnrollmentRun(
        holder=_holder(place),
        way="invited",
        door="web",
        office_id=code.office_id,
        chart_id=code.chart_id,
        code_id=code.id,
        begun_at=now,
        expires_at=now + timedelta(hours=1),
        known_at=now,
        phone_proven_at=now,
        email="clementine@example.com",
        email_asked_at=now,
        email_proven_at=now,
        username=f"name{place}",
        username_key=f"name{place}",
        password_hash="-",
    )


def test_twenty_choose_one_name_at_the_same_moment(app, office, desk):
    """A username is one person's, on both databases: the index says so."""
    count, now = 20, clock.now()
    enrollment.invited(desk, enrollment.a_chart(office.id))
    with database.writing() as session:
        code = session.query(ActivationCode).one()
        for place in range(count):
            run = _proven(code, place, now)
            run.username = run.username_key = run.password_hash = run.email_proven_at = None
            session.add(run)

    def one(place):
        with app.app_context():
            try:
                given = (_holder(place), "clementine68", trip.PASSWORD)
                return said(steps.choose_login, *given, source=f"10.0.{place}.1", now=clock.now())
            except passwords.Busy:
                return "busy"
            finally:
                database.let_go()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(count)))
    assert answers.count("done") == 1 and set(answers) <= {"done", "username_not_free", "busy"}
