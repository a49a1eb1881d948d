"""Who did what with a chart: for the office administrator."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.audit.actions import append
from portal.domain.charts.models import ChartChange
from portal.kernel import clock, database
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


@pytest.fixture
def visited(front_desk):
    """A chart that was opened 120 times, a day apart."""
    chart = a_chart(front_desk.office_id)
    with database.writing():
        for day in range(120):
            clock.shift(timedelta(days=day))
            append(
                "chart.viewed", chain=("staff", front_desk.staff_id), actor=front_desk.actor, section="demographics",
                office_id=front_desk.office_id, about=chart.public_id,
            )  # fmt: skip
    return chart


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain links"])
def test_older_looks_are_a_page_further(browser, administrator, visited, htmx):
    """What is done meanwhile shifts nothing."""
    me, seen = browser(administrator), []
    page = me.get(url(administrator, visited, "access_log"))
    assert not [link for link in page.css("#access-log a") if link.text_content().strip() == "Newest"]
    for _page in range(5):
        seen += [line.cssselect("p")[-1].text_content() for line in page.css("#access-log li")]
        older = [link for link in page.css("#access-log a") if link.text_content().strip() == "Older"]
        if not older:
            break
        browser(administrator).get(url(administrator, visited))
        page = me.get(older[0].get("data-hx-get" if htmx else "href"), htmx=htmx)
        assert "Newest" in page.one("#access-log").text_content()
    assert len(seen) == len(set(seen)) == 120


def test_a_page_that_is_no_page(browser, administrator, visited):
    browser(administrator).get(url(administrator, visited, "access_log?before=long-ago"), 404)
    assert "Nothing is older" in browser(administrator).get(
        url(administrator, visited, "access_log?before=19990101T000000.000000Z")
    )


def test_older_changes_are_a_page_further(browser, front_desk):
    """What was saved together stays together."""
    chart = a_chart(front_desk.office_id)
    with database.writing() as session:
        for number in range(40):
            at = clock.now() + timedelta(minutes=number)
            for field in ("given", "family"):
                session.add(
                    ChartChange(
                        office_id=front_desk.office_id, chart_id=chart.id, staff_member_id=front_desk.staff_id, at=at,
                        version=number + 2, field=field, before="Old", after=f"New{number}",
                    )
                )  # fmt: skip
    me = browser(front_desk)
    first = me.get(url(front_desk, chart, "changes"))
    older = next(link for link in first.css("#changes a") if link.text_content().strip() == "Older")
    second = me.get(older.get("href"))
    assert (len(first.css("#changes li")), len(second.css("#changes li"))) == (25, 15)
    assert all(len(line.cssselect("p")) == 3 for line in first.css("#changes li") + second.css("#changes li"))
    me.get(second.css("#changes a")[0].get("href"))
