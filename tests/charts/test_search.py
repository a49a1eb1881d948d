"""Find a chart by name, birth date, number or phone; what was shown is written down, and nobody searches all day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.domain.audit import rules as audit
from portal.domain.audit.models import AuditSubject
from portal.domain.audit.queries import chain_of
from portal.domain.charts import names
from portal.kernel import clock, database
from tests.factories import practices
from tests.factories.charts import a_chart
from tests.factories.connections import a_connection
from tests.people import staff_of
from tests.statements import statements

BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def charts_of(who):
    return f"/office/{who.place}/charts/"


def search(browser, who, words, status=200, htmx=False):
    made = browser(who, htmx=htmx)
    return made.submit(made.get(charts_of(who)), "#search form", status, q=words)


def found(page):
    return [link.text for link in page.css("#search li a")]


@BOTH
def test_by_the_beginning_of_a_name(browser, front_desk, htmx):
    a_chart(front_desk.office_id, "Odell", "Thackeray")
    a_chart(front_desk.office_id, "Ulrike", "Thackeray-Núñez")
    a_chart(front_desk.office_id, "Thaddeus", "Moonraker")
    a_chart(front_desk.office_id, "Jonas", "Pemberly")
    page = search(browser, front_desk, "thack", htmx=htmx)
    assert found(page) == ["Thackeray, Odell", "Thackeray-Núñez, Ulrike"]
    assert found(search(browser, front_desk, "tha")) == ["Moonraker, Thaddeus", *found(page)]


@pytest.mark.parametrize(
    "typed", ["Nunez", "NÚÑEZ, LU", "lucia nun", "Lucía Núñez", "nunez lucia", "Nunez  Lucia ", "lucia nunez o brien"]
)
def test_however_a_name_is_written(browser, front_desk, typed):
    a_chart(front_desk.office_id, "Lucía", "Núñez O'Brien")
    a_chart(front_desk.office_id, "Lucas", "Nunley")
    words = typed if "brien" not in typed else "lucia nunez obrien"
    assert found(search(browser, front_desk, words)) == ["Núñez O'Brien, Lucía"]


@pytest.mark.parametrize(
    "typed", ["03/25/1961", "1961-03-25", "3/25/1961", "l-1001", "L-1001", "800-555-0177", "8005550177"]
)
def test_by_what_has_figures(browser, front_desk, typed):
    a_chart(
        front_desk.office_id, "Ottilie", "Dovecourt", birth_date=date(1961, 3, 25), number="L-1001",
        phone_on_file="+18005550177",
    )  # fmt: skip
    a_chart(front_desk.office_id)
    assert found(search(browser, front_desk, typed)) == ["Dovecourt, Ottilie"]


def test_nobody_fits(browser, front_desk):
    assert "No chart fits." in search(browser, front_desk, "Zzyzx")


@BOTH
@pytest.mark.parametrize("typed", ["", "  ", "o", "-", "%%", "__"])
def test_too_little_is_told(browser, front_desk, typed, htmx):
    a_chart(front_desk.office_id)
    page = search(browser, front_desk, typed, 422, htmx=htmx)
    assert page.css("#search .problem") and not page.css("#search li h3")


def test_a_list_has_an_end(browser, front_desk):
    for number in range(27):
        a_chart(front_desk.office_id, f"Given{number:02}", "Quillmark")
    page = search(browser, front_desk, "quill")
    assert len(found(page)) == 25 and "There are more." in page


def test_another_office_has_its_own(browser, front_desk):
    a_chart(practices.an_office("Harbor Point Medical").id, number="H-1")
    for words in ("Thackeray", "02/03/1949", "H-1", "800-555-0111"):
        assert "No chart fits." in search(browser, front_desk, words)


def test_the_list_stands_in_the_audit_with_those_whom_it_showed(browser, front_desk, patient):
    mine = a_chart(front_desk.office_id, "Maribel", "Oakfield")
    a_chart(front_desk.office_id, "Jonas", "Pemberly")
    search(browser, front_desk, "oak")
    (entry,) = [one for one in chain_of("staff", front_desk.staff_id) if one.event == "charts.searched"]
    with database.writing() as session:
        rows = session.execute(
            select(AuditSubject.subject, AuditSubject.person_id).where(AuditSubject.about == entry.about)
        ).all()
    assert {row.person_id for row in rows} == {None, patient.person_id}
    assert mine.public_id in {row.subject for row in rows} and len(rows) == 2
    assert entry.about == audit.list_id(front_desk.actor, entry.at, [row.subject for row in rows])


def test_nothing_that_was_typed_stands_in_a_url_or_in_the_audit(browser, front_desk):
    a_chart(front_desk.office_id)
    page = search(browser, front_desk, "Thackeray")
    assert page.url == charts_of(front_desk)
    assert "data-hx-push-url" not in page.source


def test_sixty_searches_and_then_a_rest(browser, front_desk, administrator):
    made = browser(front_desk)
    form = made.get(charts_of(front_desk)).form("#search form")
    for _ in range(60):
        made.submit(form, q="Zzyzx")
    assert "You can search again at" in made.submit(form, status=429, q="Zzyzx")
    assert "No chart fits." in search(browser, administrator, "Zzyzx"), "each has their own"
    clock.shift(timedelta(minutes=5, seconds=1))
    made.submit(made.get(charts_of(front_desk)), "#search form", q="Zzyzx")


@pytest.mark.parametrize("role", ["front_desk", "clinician", "billing", "administrator"])
def test_every_role_of_an_office_finds_charts(browser, office, role):
    a_chart(office.id)
    member = staff_of(office, role)
    assert found(search(browser, member, "thack")) == ["Thackeray, Odell"]
    assert "Charts" in browser(member).get(f"/office/{member.place}/").one(".topbar").text_content()


def test_the_operator_and_patients_see_no_charts(browser, operator, patient, office):
    browser(operator).get("/office/all/charts/", 404)
    assert "Charts" not in browser(operator).get("/office/all/").one(".topbar").text_content()
    assert "/sign_in/" in browser(patient).get(f"/office/{office.public_id}/charts/", 303).headers["Location"]


def test_a_search_has_few_statements(browser, front_desk):
    a_chart(front_desk.office_id)
    made = browser(front_desk)
    form = made.get(charts_of(front_desk)).form("#search form")
    made.submit(form, q="thack")
    with statements() as ran:
        made.submit(form, q="thack")
    assert len([words for words in ran if words.lstrip().upper().startswith("SELECT")]) <= 7


def test_folding():
    assert names.folded(" Núñez-O’Brien,  JR. ") == "nunez obrien jr"
    assert names.folded("Müßig Łukasz Ørsted") == "mussig lukasz orsted"
    assert names.folded("李 小龙") == "李 小龙"
    assert names.folded("%_'\"") == ""
    assert len(names.name_key("x" * 300, "y" * 300)) == 200


def test_renaming_is_followed(app, office):
    made = a_connection_of(office)
    from portal.domain.charts.models import Chart

    with database.writing() as session:
        chart = session.get_one(Chart, made)
        chart.family = "Ångström"
        session.flush()
        assert (chart.name_key, chart.given_key) == ("angstrom  maribel", "maribel  angstrom")


def a_connection_of(office):
    from tests.factories.accounts import a_person

    return a_connection(a_person(), office.id)


def test_from_today(browser, front_desk, operator):
    a_chart(front_desk.office_id)
    made = browser(front_desk)
    page = made.submit(made.get(f"/office/{front_desk.place}/"), "form[role=search]", q="thack")
    assert found(page) == ["Thackeray, Odell"]
    assert not browser(operator).get("/office/all/").css("form[role=search]")
