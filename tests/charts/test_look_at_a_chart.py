"""The chart page: demographics first, and what each capability adds as a tab."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask_babel import lazy_gettext as _l

from portal.domain.audit.queries import chain_of
from portal.domain.viewer import Role
from portal.web import chart_parts
from portal.web.chart_parts import Deed, Part
from tests.factories import practices
from tests.factories.charts import a_chart
from tests.people import staff_of


def url(who, chart, part=""):
    return f"/office/{who.place}/charts/{chart.public_id}/{part}"


@pytest.mark.parametrize("role", ["front_desk", "clinician", "billing", "administrator"])
def test_demographics(browser, office, role):
    member = staff_of(office, role)
    chart = a_chart(
        office.id, email="odell@example.com", preferred="Dell", language="es", line1="27 Thistle Lane",
        city="Larkfield", state="OR", postal_code="97000",
    )  # fmt: skip
    page = browser(member).get(url(member, chart))
    assert page.one("h1").text == "Thackeray, Odell"
    told = page.one("#demographics").text_content()
    for words in ("Dell", "February 3, 1949", "Spanish", "800-555-0111", "odell@example.com", "Larkfield, OR 97000"):
        assert words in told
    assert "Thackeray" not in page.one("title").text


def test_another_offices_chart_does_not_exist(browser, front_desk, operator):
    """SECURITY Z2, Z6: no word differs from an id that nothing has."""
    theirs = a_chart(practices.an_office("Harbor Point Medical").id)
    made = browser(front_desk)
    refused = made.get(url(front_desk, theirs), 404)
    assert refused.source == made.get(f"/office/{front_desk.place}/charts/{uuid4()}/", 404).source
    browser(operator).get(f"/office/all/charts/{theirs.public_id}/", 404)


def test_a_look_stands_in_the_persons_own_chain(browser, clinician, patient):
    from portal.domain.charts.models import Chart
    from portal.kernel import database

    with database.writing() as session:
        chart = session.query(Chart).filter_by(person_id=patient.person_id).one()
    browser(clinician).get(url(clinician, chart))
    entry = chain_of("person", patient.person_id)[-1]
    assert (entry.event, entry.section, entry.about) == ("chart.viewed", "demographics", chart.public_id)
    assert (entry.actor_kind, entry.actor_id, entry.office_id) == ("staff", clinician.staff_id, clinician.office_id)


def test_a_look_at_nobodys_chart_stands_in_ones_own(browser, clinician):
    chart = a_chart(clinician.office_id)
    for _ in range(3):
        browser(clinician).get(url(clinician, chart))
    looks = [one for one in chain_of("staff", clinician.staff_id) if one.event == "chart.viewed"]
    assert [one.about for one in looks] == [chart.public_id] * 3


@pytest.fixture
def clinician(office):
    return staff_of(office, "clinician")


@pytest.fixture
def registered(monkeypatch):
    """A part and a deed of some capability."""
    monkeypatch.setattr(chart_parts, "_parts", dict(chart_parts._parts))
    monkeypatch.setattr(chart_parts, "_deeds", dict(chart_parts._deeds))
    part = Part(
        "shoes", _l("Vital Signs"), lambda viewer, chart: {"languages": {"en": f"size of {chart.name}"}},
        "partials/charts/demographics.html", (Role.CLINICIAN,), order=90,
    )  # fmt: skip
    chart_parts.add_part(part)
    chart_parts.add_deed(
        Deed("charts.show", _l("Print"), (Role.CLINICIAN,), fits=lambda chart: chart.facts.language == "en")
    )


@pytest.mark.usefixtures("registered")
def test_a_capability_adds_its_part(browser, clinician, front_desk):
    chart = a_chart(clinician.office_id)
    page = browser(clinician).get(url(clinician, chart))
    tabs = {link.text: link.get("href") for link in page.css(".tabs a")}
    assert "size of Thackeray, Odell" in browser(clinician).get(tabs["Vital Signs"])
    assert chain_of("staff", clinician.staff_id)[-1].section == "shoes"
    assert [link.text_content().strip() for link in page.css(".head a")] == ["Edit", "Book a visit", "Print"]


@pytest.mark.usefixtures("registered")
def test_other_roles_have_no_such_part(browser, front_desk):
    chart = a_chart(front_desk.office_id)
    page = browser(front_desk).get(url(front_desk, chart))
    assert "Vital Signs" not in page and "Print" not in page
    browser(front_desk).get(url(front_desk, chart, "shoes"), 404)


@pytest.mark.parametrize("part", ["nothing", "demographics", "_", "%2e%2e"])
def test_a_part_that_nobody_added_does_not_exist(browser, front_desk, part):
    browser(front_desk).get(url(front_desk, a_chart(front_desk.office_id), part), 404)


def test_the_care_team(browser, front_desk, patient):
    from portal.domain.charts.models import Chart
    from portal.kernel import database

    with database.writing() as session:
        chart = session.query(Chart).filter_by(person_id=patient.person_id).one()
    page = browser(front_desk).get(url(front_desk, chart, "care_team"))
    assert page.one("#care-team h3").text == "Amara Fenwick-Osei, MD"
    nobody = browser(front_desk).get(url(front_desk, a_chart(front_desk.office_id), "care_team"))
    assert "Nobody is on the care team yet." in nobody
