"""Somebody who lost phone and codes stands at the counter, and staff turn the second step off (SECURITY A12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain.audit.models import AuditEntry
from portal.kernel import clock, database
from tests.factories import practices
from tests.factories.charts import a_chart
from tests.factories.security import a_second_step
from tests.people import staff_of
from tests.security.traces import account, open_sessions, told

both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


@pytest.fixture
def page_of(office, patient):
    """Where it is done for the patient."""
    chart = a_chart(office.id, person_id=patient.person_id)
    return f"/office/{office.public_id}/charts/second_step/{chart.public_id}"


@both
@pytest.mark.parametrize("role", ["front_desk", "administrator"])
def test_staff_turn_it_off_with_a_paper(browser, office, patient, page_of, role, htmx):
    a_second_step(patient.account_id)
    owner, desk = browser(patient), browser(staff_of(office, role), htmx=htmx)
    page = desk.submit(desk.get(page_of), "#counter form", paper="passport")
    assert "second step of this person is off" in page
    assert account(patient).authenticator is None and told()[-1] == "second_step_off"
    owner.get("/me/", status=303)
    assert open_sessions(patient) == []
    with database.apart() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.event == "second_step.taken_away.passport")).all()
    assert [(row.chain, row.subject_id, row.actor_kind, row.office_id) for row in rows] == [
        ("person", patient.person_id, "staff", office.id)
    ]
    made = browser()
    page = made.submit(made.get("/sign_in/"), username=patient.username, password=patient.password)
    assert page.url == "/me/"


@pytest.mark.parametrize("paper", [None, "", "a smile"])
def test_without_a_paper_nothing_changes(browser, front_desk, patient, page_of, paper):
    a_second_step(patient.account_id)
    desk = browser(front_desk)
    page = desk.submit(desk.get(page_of), "#counter form", 422, paper=paper)
    assert "Choose the paper" in page and account(patient).authenticator


def test_it_needs_a_fresh_password(browser, front_desk, patient, page_of):
    a_second_step(patient.account_id)
    desk = browser(front_desk)
    page = desk.get(page_of)
    clock.shift(timedelta(minutes=6))
    assert "Is it you?" in desk.submit(page, "#counter form", paper="passport")
    assert account(patient).authenticator


def test_what_is_off_is_told(browser, front_desk, patient, page_of):
    step = a_second_step(patient.account_id)
    assert step.secret
    desk = browser(front_desk)
    form = desk.get(page_of)
    desk.submit(form, "#counter form", paper="passport")
    assert "is off" in desk.get(page_of)


def test_a_chart_of_nobody_has_none(browser, office, front_desk):
    chart = a_chart(office.id)
    page = browser(front_desk).get(f"/office/{office.public_id}/charts/second_step/{chart.public_id}")
    assert "no account" in page and not page.css("#counter form")


def test_others_find_nothing(browser, office, patient, page_of):
    """SECURITY Z5, Z6."""
    other = practices.an_office("Harbor Point Pediatrics")
    browser(staff_of(other, "administrator")).get(page_of, status=404)
    browser(staff_of(office, "clinician")).get(page_of, status=404)
    browser(patient).get(page_of, status=303)
