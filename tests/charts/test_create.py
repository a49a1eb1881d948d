"""Create a chart; those that may be of the same person are shown first."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.domain.audit.queries import chain_of
from portal.domain.charts.models import Chart
from portal.kernel import database
from tests.factories import practices
from tests.factories.charts import a_chart
from tests.people import staff_of

BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
FIELDS = {
    "given": "Odell",
    "family": "Thackeray",
    "birth_date": "02/03/1949",
    "phone_on_file": "(800) 555-0111",
    "postal_code": "970001234",
    "state": "OR",
}


def new(who):
    return f"/office/{who.place}/charts/new"


def charts():
    with database.writing() as session:
        return session.scalars(select(Chart).order_by(Chart.id)).all()


@BOTH
def test_created(browser, front_desk, htmx):
    made = browser(front_desk, htmx=htmx)
    answer = made.submit(made.get(new(front_desk)), "#new-chart form", 204 if htmx else 200, **FIELDS)
    (chart,) = charts()
    where = f"/office/{front_desk.place}/charts/{chart.public_id}/"
    assert (answer.headers["HX-Redirect"] if htmx else answer.url) == where
    assert (chart.office_id, chart.person_id, chart.phone_on_file) == (front_desk.office_id, None, "+18005550111")
    assert (chart.birth_date, chart.postal_code, chart.state) == (date(1949, 2, 3), "97000-1234", "OR")
    assert len(chart.number) == 7 and chart.number.isdigit()
    assert chain_of("staff", front_desk.staff_id)[-1 if htmx else -2].event == "chart.created"
    assert "Chart created" in made.get(f"{where}changes")


def test_with_the_offices_own_number(browser, front_desk):
    made = browser(front_desk)
    made.submit(made.get(new(front_desk)), "#new-chart form", number="L-77", **FIELDS)
    assert charts()[0].number == "L-77"
    other = {**FIELDS, "given": "Ulrike", "birth_date": "05/05/1999", "phone_on_file": ""}
    page = made.submit(made.get(new(front_desk)), "#new-chart form", 409, number="L-77", **other)
    assert "Another chart has this number." in page.one("#number-e").text_content()
    assert len(charts()) == 1


def test_numbers_are_an_offices_own(browser, front_desk):
    a_chart(practices.an_office("Harbor Point Medical").id, number="L-77")
    made = browser(front_desk)
    made.submit(made.get(new(front_desk)), "#new-chart form", number="L-77", **FIELDS)
    assert len(charts()) == 2


@BOTH
@pytest.mark.parametrize(
    "other",
    [
        {"given": "Odel", "family": "Thackery", "phone_on_file": None},
        {"given": "Thackeray", "family": "Odell", "phone_on_file": None},
        {"given": "O.", "family": "Thackeray", "phone_on_file": None},
        {"given": "Somebody", "family": "Else", "birth_date": date(1949, 2, 3)},
        {"given": "Odell", "family": "Thackeray", "birth_date": date(1948, 3, 2)},
    ],
    ids=["typed wrong", "names swapped", "initial", "birth date and phone", "name and phone"],
)
def test_somebody_alike_is_shown_first(browser, front_desk, other, htmx):
    there = a_chart(front_desk.office_id, **other)
    made = browser(front_desk, htmx=htmx)
    warned = made.submit(made.get(new(front_desk)), "#new-chart form", 409, **FIELDS)
    assert warned.one("#new-chart li h3 a").get("href").endswith(f"{there.public_id}/")
    assert dict(warned.form("#new-chart form").form_values())["given"] == "Odell", "nothing is typed twice"
    assert len(charts()) == 1
    made.submit(warned, "#new-chart form", 204 if htmx else 200)
    assert len(charts()) == 2


def test_another_one_alike_is_shown_too(browser, front_desk):
    a_chart(front_desk.office_id, phone_on_file=None)
    made = browser(front_desk)
    warned = made.submit(made.get(new(front_desk)), "#new-chart form", 409, **FIELDS)
    a_chart(front_desk.office_id, "Odel", "Thackeray", phone_on_file=None)
    again = made.submit(warned, "#new-chart form", 409)
    assert len(again.css("#new-chart li h3")) == 2
    made.submit(again, "#new-chart form")


@pytest.mark.parametrize(
    "other",
    [
        {"given": "Marta", "family": "Thackeray", "birth_date": date(1950, 1, 1)},
        {"given": "Jonas", "family": "Pemberly", "phone_on_file": None},
        {"given": "Odell", "family": "Thackeray", "birth_date": date(1980, 1, 1), "phone_on_file": None},
    ],
    ids=["same phone alone", "same birth date alone", "same name alone"],
)
def test_one_thing_in_common_is_no_reason(browser, front_desk, other):
    a_chart(front_desk.office_id, **other)
    made = browser(front_desk)
    made.submit(made.get(new(front_desk)), "#new-chart form", **FIELDS)
    assert len(charts()) == 2


def test_another_offices_charts_are_not_told(browser, front_desk):
    a_chart(practices.an_office("Harbor Point Medical").id)
    made = browser(front_desk)
    made.submit(made.get(new(front_desk)), "#new-chart form", **FIELDS)


@BOTH
@pytest.mark.parametrize(
    "field,typed,words",
    [
        ("given", "", "Type the first name."),
        ("family", " ", "Type the last name."),
        ("birth_date", "", "Type the date of birth"),
        ("birth_date", "13/45/1999", "Type the date as month, day and year"),
        ("phone_on_file", "555-0111", "Phone number needs 10 digits"),
        ("email", "odell", "Check the email address."),
        ("postal_code", "970", "ZIP code needs 5 or 9 digits"),
        ("state", "ZZ", "Choose a state"),
        ("language", "fr", "Choose English or Spanish."),
        ("family", "x" * 81, "80 letters or fewer"),
        ("number", "x" * 21, "20 letters or fewer"),
    ],
)
def test_what_can_not_be_is_told(browser, front_desk, field, typed, words, htmx):
    made = browser(front_desk, htmx=htmx)
    page = made.submit(made.get(new(front_desk)), "#new-chart form", 422, **{**FIELDS, field: typed})
    assert words in page.one(f"#{field}-e").text_content() and not charts()


@pytest.mark.parametrize("typed,words", [("01/01/2199", "still to come"), ("01/01/1900", None)])
def test_a_day_on_which_nobody_was_born(browser, front_desk, typed, words):
    made = browser(front_desk)
    fields = {**FIELDS, "birth_date": typed}
    page = made.submit(made.get(new(front_desk)), "#new-chart form", 409 if words else 200, **fields)
    assert not words or words in page.one("#birth_date-e").text_content()


def test_billing_reads_only(browser, office):
    clerk = staff_of(office, "billing")
    chart = a_chart(office.id)
    assert "Billing can read charts." in browser(clerk).get(new(clerk), 409)
    page = browser(clerk).get(f"/office/{clerk.place}/charts/{chart.public_id}/")
    assert "Edit" not in [link.text_content().strip() for link in page.css("main a")]
    browser(clerk).get(f"/office/{clerk.place}/charts/{chart.public_id}/edit", 409)


def test_twenty_clicks_are_one_chart(browser, front_desk):
    made = browser(front_desk)
    page = made.get(new(front_desk))
    for _ in range(20):
        made.submit(page, "#new-chart form", **FIELDS)
    assert len(charts()) == 1
