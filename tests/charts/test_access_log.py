"""Who did what with a chart: for the office administrator."""

from __future__ import annotations

import pytest

from tests.factories import practices
from tests.factories.charts import a_chart
from tests.people import staff_of


def url(who, chart, part=""):
    return f"/office/{who.place}/charts/{chart.public_id}/{part}"


def log(browser, who, chart):
    page = browser(who).get(url(who, chart, "access_log"))
    return [" ".join(line.cssselect("p")[0].text_content().split()) for line in page.css("#access-log li")]


def test_what_staff_did_newest_first(browser, administrator, front_desk):
    chart = a_chart(front_desk.office_id)
    made = browser(front_desk)
    made.get(url(front_desk, chart))
    made.submit(made.get(url(front_desk, chart, "edit")), "#demographics form", family="Thackeray-Lee")
    assert log(browser, administrator, chart) == [
        "Looked at: Demographics",
        "Changed demographics",
        "Looked at: Demographics",
        "Looked at: Demographics",
    ]
    assert len(log(browser, administrator, chart)) == 4, "looks at the log do not fill the log"


def test_it_is_of_one_chart_and_one_office(browser, administrator, front_desk):
    chart, other = a_chart(front_desk.office_id), a_chart(front_desk.office_id, "Jonas", "Pemberly")
    browser(front_desk).get(url(front_desk, other))
    assert log(browser, administrator, chart) == []
    elsewhere = staff_of(practices.an_office("Harbor Point Medical"), "administrator")
    browser(elsewhere).get(url(elsewhere, chart, "access_log"), 404)


@pytest.mark.parametrize("role", ["front_desk", "clinician", "billing"])
def test_other_roles_do_not_see_it(browser, office, role):
    member, chart = staff_of(office, role), a_chart(office.id)
    browser(member).get(url(member, chart, "access_log"), 404)
    assert "Access log" not in browser(member).get(url(member, chart))
