"""What an enrollment leaves behind goes by itself."""

from __future__ import annotations

from datetime import timedelta

from portal.domain.enrollment.models import ActivationCode, EnrollmentRun
from portal.jobs import nightly
from portal.kernel import clock, database
from tests.enrollment import trip
from tests.factories import enrollment


def left():
    with database.writing() as session:
        return session.query(EnrollmentRun).count(), session.query(ActivationCode).count()


def after(**time):
    clock.shift(timedelta(**time))
    nightly.tidy()
    return left()


def test_an_enrollment_that_was_left_is_gone_a_day_later_and_a_code_after_a_year(chart, desk):
    trip.all_but_the_end(enrollment.invited(desk, chart).code)
    assert after(hours=24) == (1, 1)
    assert after(hours=26) == (0, 1)
    assert after(days=90 + 364) == (0, 1)
    assert after(days=90 + 366) == (0, 0)


def test_a_finished_one_goes_too_and_the_account_stays(chart, desk):
    trip.all_but_the_end(enrollment.invited(desk, chart).code)
    made = trip.finish()
    assert after(days=2) == (0, 1)
    with database.writing():
        from portal.domain.sign_in.queries import credentials_of

        assert credentials_of("patient", str(made.username), None, clock.now()) is not None
