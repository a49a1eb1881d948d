"""Change demographics: what was before stands in the history, and nobody's typing gets lost."""

from __future__ import annotations

import pytest

from portal.domain.audit.queries import chain_of
from tests.factories import practices
from tests.factories.charts import a_chart, stored
from tests.people import staff_of

BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def url(who, chart, part=""):
    return f"/office/{who.place}/charts/{chart.public_id}/{part}"


def history(browser, who, chart):
    page = browser(who).get(url(who, chart, "changes"))
    return [" ".join(line.text_content().split()) for line in page.css("#changes li p")]


@BOTH
def test_changed(browser, front_desk, htmx):
    chart = a_chart(front_desk.office_id, email="odell@example.com")
    made = browser(front_desk, htmx=htmx)
    opened = made.get(url(front_desk, chart, "edit"))
    page = made.submit(
        opened, "#demographics form", family="Thackeray-Lee", phone_on_file="800-555-0122", email="", language="es"
    )
    assert page.one("h1").text == "Thackeray-Lee, Odell"
    assert "800-555-0122" in page.one("#demographics").text_content()
    row = stored(chart.public_id)
    assert (row.family, row.phone_on_file, row.email, row.version) == ("Thackeray-Lee", "+18005550122", None, 2)
    assert set(history(browser, front_desk, chart)) == {
        "Dana Whitlock",
        "Email: removed (it was odell@example.com)",
        "Language: English became Spanish",
        "Phone on file: 800-555-0111 became 800-555-0122",
        "Legal last name: Thackeray became Thackeray-Lee",
    }
    assert "chart.changed" in [one.event for one in chain_of("staff", front_desk.staff_id)]


def test_saving_what_is_there_changes_nothing(browser, front_desk):
    chart = a_chart(front_desk.office_id)
    made = browser(front_desk)
    made.submit(made.get(url(front_desk, chart, "edit")), "#demographics form")
    assert stored(chart.public_id).version == 1
    assert history(browser, front_desk, chart) == []


@BOTH
def test_two_people_change_two_things(browser, front_desk, administrator, htmx):
    """The slow one sees what the fast one saved, and loses neither."""
    chart = a_chart(front_desk.office_id)
    slow, fast = browser(front_desk, htmx=htmx), browser(administrator)
    opened = slow.get(url(front_desk, chart, "edit"))
    fast.submit(fast.get(url(administrator, chart, "edit")), "#demographics form", phone_on_file="800-555-0122")
    again = slow.submit(opened, "#demographics form", 409, email="odell@example.com")
    assert "800-555-0122" in again.one(".problem dl").text_content()
    fields = dict(again.form("#demographics form").form_values())
    assert (fields["email"], fields["phone_on_file"]) == ("odell@example.com", "800-555-0122")
    slow.submit(again, "#demographics form")
    row = stored(chart.public_id)
    assert (row.email, row.phone_on_file) == ("odell@example.com", "+18005550122")


@BOTH
def test_two_people_change_the_same_thing(browser, front_desk, administrator, htmx):
    chart = a_chart(front_desk.office_id)
    slow, fast = browser(front_desk, htmx=htmx), browser(administrator)
    opened = slow.get(url(front_desk, chart, "edit"))
    fast.submit(fast.get(url(administrator, chart, "edit")), "#demographics form", given="Odella")
    again = slow.submit(opened, "#demographics form", 409, given="Odelle")
    assert "Odella" in again.one(".problem dl").text_content()
    assert dict(again.form("#demographics form").form_values())["given"] == "Odelle"
    assert stored(chart.public_id).given == "Odella"
    slow.submit(again, "#demographics form")
    assert stored(chart.public_id).given == "Odelle"
    assert "Legal first name: Odella became Odelle" in history(browser, front_desk, chart)


@pytest.mark.parametrize("version", ["", "0", "-1", "9" * 30, "x", None])
def test_a_tampered_version_is_stale(browser, front_desk, version):
    chart = a_chart(front_desk.office_id)
    made = browser(front_desk)
    page = made.get(url(front_desk, chart, "edit"))
    made.submit(page, "#demographics form", 409, version=version, given="Mallory")
    assert stored(chart.public_id).given == "Odell"


def test_a_bad_form_comes_back_with_what_was_typed(browser, front_desk):
    chart = a_chart(front_desk.office_id)
    made = browser(front_desk)
    page = made.submit(made.get(url(front_desk, chart, "edit")), "#demographics form", 422, birth_date="soon", city="X")
    fields = dict(page.form("#demographics form").form_values())
    assert (fields["birth_date"], fields["city"]) == ("soon", "X")
    page = made.submit(page, "#demographics form", 409, birth_date="01/01/2190")
    assert "still to come" in page.one("#birth_date-e").text_content()


def test_another_offices_chart_can_not_be_changed(browser, front_desk):
    theirs = a_chart(practices.an_office("Harbor Point Medical").id)
    mine = a_chart(front_desk.office_id)
    made = browser(front_desk)
    form = made.get(url(front_desk, mine, "edit")).form("#demographics form")
    form.set("action", url(front_desk, theirs, "edit"))
    made.submit(form, status=404, given="Mallory")
    made.get(url(front_desk, theirs, "edit"), 404)
    assert stored(theirs.public_id).given == "Odell"


def test_billing_changes_nothing(browser, front_desk, office):
    clerk, chart = staff_of(office, "billing"), a_chart(office.id)
    made, desk = browser(clerk), browser(front_desk)
    fields = dict(desk.get(url(front_desk, chart, "edit")).form("#demographics form").form_values())
    token = made.get(url(clerk, chart)).css("input[name=csrf_token]")[0].get("value")
    answer = made._send("post", url(clerk, chart, "edit"), data=fields | {"csrf_token": token, "given": "Mallory"})
    assert answer.status_code == 409 and stored(chart.public_id).given == "Odell"
