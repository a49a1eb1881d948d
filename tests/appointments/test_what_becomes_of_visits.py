"""Where visits go along: holds that lapse, charts that merge, accounts that close, copies, home, and the chart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import jobs
from portal.domain.accounts.models import Account
from portal.domain.appointments import export, leaving, retention
from portal.domain.appointments.models import Appointment, AppointmentEvent, Claim
from portal.domain.charts.models import Chart
from portal.domain.copies import Whose
from portal.domain.departure import closing
from portal.jobs.sweep import sweep
from portal.kernel import clock, database
from tests.charts.test_merge import merge, undo
from tests.factories.charts import a_chart, stored


def states():
    with database.writing() as session:
        return list(session.scalars(select(Appointment.state).order_by(Appointment.starts_at)))


def claimed():
    with database.writing() as session:
        return session.scalar(select(func.count()).select_from(Claim))


def test_the_sweep_lets_go_of_what_was_held_in_vain(app, care):
    jobs.use(app)
    care.visit(3, "held", held_until=clock.now() - timedelta(seconds=1))
    care.visit(4, "held")
    care.visit(5)
    sweep(lambda ids: None)
    assert states() == ["held", "booked"]
    with database.writing() as session:
        assert set(session.scalars(select(Claim.appointment_id))) == set(session.scalars(select(Appointment.id)))


def test_nobody_writes_where_nothing_lapsed(app, care):
    care.visit(4, "held")
    assert not retention.are_lapsed(clock.now())
    assert retention.are_lapsed(clock.now() + timedelta(minutes=10))


def test_visits_follow_to_the_chart_that_stays_and_back(browser, front_desk, patient, care):
    with database.writing() as session:
        bound = session.get_one(Chart, care.chart)
        session.expunge(bound)
    loose = stored(a_chart(front_desk.office_id).public_id)
    visit = care._replace(chart=loose.id).visit()
    care.visit(12)
    merge(browser, front_desk, bound, loose)
    assert "Confirmed" in browser(patient).get(f"/me/appointments/{visit}/")
    undo(browser, front_desk, bound)
    browser(patient).get(f"/me/appointments/{visit}/", status=404)
    with database.writing() as session:
        assert session.scalars(select(Appointment.chart_id).order_by(Appointment.id)).all() == [loose.id, care.chart]


def test_who_closes_their_account_takes_back_what_is_not_agreed_on(app, patient, care):
    for days, state in enumerate(("held", "pending", "proposed", "booked", "fulfilled"), 2):
        care.visit(days, state)
    with database.writing() as session:
        closing.close(session.get_one(Account, patient.account_id), clock.now())
    assert states() == ["cancelled", "cancelled", "booked", "fulfilled"]
    with database.writing() as session:
        assert list(session.scalars(select(AppointmentEvent.deed))) == ["cancelled"] * 2
        booked = session.scalars(select(Appointment).where(Appointment.state == "booked")).one()
        assert set(session.scalars(select(Claim.appointment_id))) == {booked.id}


def test_somebody_elses_visits_stay_when_an_account_closes(app, patient, stranger, care):
    care.visit(state="pending")
    with database.writing():
        leaving.leave(stranger.person_id, stranger.actor, clock.now())
    assert states() == ["pending"]


def test_a_copy_of_everything_has_the_visits(app, patient, care):
    care.visit(-3, "fulfilled", note="Bring my list")
    care.visit(3, "held")
    sheet, *_others = export.sheets(Whose(patient.account_id, patient.person_id, "en", "America/New_York"))
    (row,) = list(sheet.rows)
    assert (sheet.name, row["status"], row["comment"]) == ("Appointment", "fulfilled", "Bring my list")
    assert row["end"] - row["start"] == timedelta(minutes=40)


def test_home_has_the_next_visit_and_no_other(browser, patient, care):
    me = browser(patient)
    assert not me.get("/me/").css("#next-visit")
    care.visit(2, "pending")
    visit = care.visit(4)
    care.visit(6)
    page = me.get("/me/")
    assert "Next appointment" in page
    assert page.one("#next-visit a").get("href") == f"/me/appointments/{visit}/"


def test_the_chart_has_its_visits(browser, front_desk, care):
    visit = care.visit(4)
    care.visit(-4, "fulfilled")
    with database.writing() as session:
        chart = session.get_one(Chart, care.chart).public_id
    page = browser(front_desk).get(f"/office/{front_desk.place}/charts/{chart}/appointments")
    links = [link.get("href") for link in page.css("#visits h3 a")]
    assert len(links) == 2
    assert links[0].endswith(f"/appointments/{visit}/")


@pytest.mark.parametrize("days", [2])
def test_claims_of_past_times_are_forgotten(app, care, days):
    care.visit(1)
    assert claimed() == 8
    with database.writing():
        assert retention.forget_claims(clock.now() + timedelta(days=days + 1)) == 8
    assert states() == ["booked"]
