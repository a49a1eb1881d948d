"""Emergency access: what a role leaves out opens with a reason, for an hour, and the administrators are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain.audit.queries import chain_of
from portal.domain.charts.models import Chart, EmergencyAccess
from portal.domain.outbox.models import OutboxMessage
from portal.kernel import clock, database
from tests.factories import practices
from tests.factories.charts import a_chart
from tests.people import staff_of

WHY = "The pharmacy is on the phone and asks for the doctor."


def url(who, chart, part="care_team"):
    return f"/office/{who.place}/charts/{chart.public_id}/{part}"


@pytest.fixture
def clerk(office):
    return staff_of(office, "billing")


@pytest.fixture
def chart(clerk, patient):
    with database.writing() as session:
        return session.scalars(select(Chart).where(Chart.person_id == patient.person_id)).one()


def told():
    with database.writing() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.message == "emergency_access"))
        return [(row.to_kind, row.to_id) for row in rows]


def open_it(made, who, chart, reason=WHY, status=200):
    return made.submit(made.get(url(who, chart)), "#closed form", status, reason=reason)


def test_billing_does_not_see_who_treats(browser, clerk, chart):
    page = browser(clerk).get(url(clerk, chart))
    assert "not part of your role" in page and "Fenwick-Osei" not in page
    assert not page.css("#care-team")


def test_with_a_reason_it_opens(browser, clerk, administrator, front_desk, patient, chart):
    made = browser(clerk)
    page = open_it(made, clerk, chart)
    assert "Fenwick-Osei" in page.one("#care-team").text_content()
    assert "You opened this in an emergency." in page
    events = [(one.event, one.section) for one in chain_of("person", patient.person_id)]
    assert ("chart.opened_in_emergency", "emergency") in events and events[-1] == ("chart.viewed", "care_team")
    assert told() == [("staff", administrator.staff_id)]
    listing = browser(administrator).get(f"/office/{administrator.place}/charts/emergency/")
    told_there = listing.one("section li").text_content()
    assert WHY in told_there and "Dana Whitlock" in told_there and "Oakhurst" not in told_there
    assert chain_of("staff", administrator.staff_id)[-1].event == "charts.emergencies_viewed"


def test_an_hour_later_it_is_closed(browser, clerk, chart):
    made = browser(clerk)
    open_it(made, clerk, chart)
    for minutes, closed in ((14, False), (28, False), (42, False), (56, False), (61, True)):
        clock.shift(timedelta(minutes=minutes))
        assert bool(made.get(url(clerk, chart)).css("#closed")) == closed


def test_it_opens_this_chart_to_this_person_alone(browser, office, clerk, chart):
    open_it(browser(clerk), clerk, chart)
    other = staff_of(office, "billing")
    assert browser(other).get(url(other, chart)).css("#closed")
    assert browser(clerk).get(url(clerk, a_chart(office.id))).css("#closed")


@pytest.mark.parametrize("reason,words", [("", "Type why"), ("   ", "Type why"), ("because", "Say a little more")])
def test_without_a_reason_it_stays_closed(browser, clerk, chart, reason, words):
    page = open_it(browser(clerk), clerk, chart, reason, 422)
    assert words in page.one("#reason-e").text_content()
    with database.writing() as session:
        assert not session.scalars(select(EmergencyAccess)).all()
    assert told() == []


def test_without_an_administrator_the_office_is_told(browser, clerk, chart):
    open_it(browser(clerk), clerk, chart)
    assert told() == [("office", clerk.office_id)]


def test_who_may_see_it_needs_no_emergency(browser, office, chart, patient):
    doctor = staff_of(office, "clinician")
    made = browser(doctor)
    page = made.get(url(doctor, chart))
    assert page.css("#care-team") and "in an emergency" not in page
    token = page.css("input[name=csrf_token]")[0].get("value")
    fields = {"csrf_token": token, "once": "x" * 22, "reason": WHY}
    assert made._send("post", f"{url(doctor, chart)}/open", data=fields).status_code == 303
    assert told() == []


@pytest.mark.parametrize("part", ["changes", "demographics", "nothing"])
def test_other_parts_know_no_emergency(browser, clerk, chart, part):
    made = browser(clerk)
    token = made.get(url(clerk, chart)).css("input[name=csrf_token]")[0].get("value")
    fields = {"csrf_token": token, "once": "x" * 22, "reason": WHY}
    assert made._send("post", f"{url(clerk, chart, part)}/open", data=fields).status_code == 404


def test_another_offices_chart_opens_in_no_emergency(browser, clerk, chart):
    """SECURITY Z2."""
    theirs = a_chart(practices.an_office("Harbor Point Medical").id)
    made = browser(clerk)
    form = made.get(url(clerk, chart)).form("#closed form")
    form.set("action", f"{url(clerk, theirs)}/open")
    made.submit(form, status=404, reason=WHY)
    assert told() == []


@pytest.mark.parametrize("role", ["front_desk", "clinician", "billing"])
def test_the_list_is_the_administrators(browser, office, role):
    member = staff_of(office, role)
    browser(member).get(f"/office/{member.place}/charts/emergency/", 404)


def test_another_offices_list_is_its_own(browser, clerk, chart):
    open_it(browser(clerk), clerk, chart)
    other = staff_of(practices.an_office("Harbor Point Medical"), "administrator")
    assert "Nobody has used emergency access." in browser(other).get(f"/office/{other.place}/charts/emergency/")
