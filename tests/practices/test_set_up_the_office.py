"""Settings: each section is seen, changed, refused with its reason, and kept from who does not run the office."""

from __future__ import annotations

import pytest

from portal.domain.practices.types import Section
from tests.factories import practices
from tests.people import staff_of
from tests.practices.office_rows import deeds_of, office_row
from tests.statements import statements

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
ABOUT = {"line1": "9 Fernhill Road", "city": "Fernhill", "state": "OR", "postal_code": "97001 1234", "name": "Fernhill"}
#: For each section: what is typed (None: a box that is cleared), and what stands there then.
CHANGES = {
    "about": (
        ABOUT | {"time_zone": "America/Denver", "phone": "(800) 555-0177", "email": "Desk@Example.com"},
        {"name": "Fernhill", "phone": "+18005550177", "postal_code": "97001-1234", "time_zone": "America/Denver"},
    ),
    "enrollment": (
        {"enrolls_openly": "y", "enrolls_in_person": None, "code_days": "30", "adult_age": "19"},
        {"enrolls_openly": True, "enrolls_in_person": False, "code_days": 30, "adult_age": 19},
    ),
    "welcome": (
        {"welcome": "Bring your card.", "welcome_es": "Traiga su tarjeta."},
        {"welcome": "Bring your card.", "welcome_es": "Traiga su tarjeta."},
    ),
    "messages": ({"answer_days": "1"}, {"answer_days": 1}),
    "visits": (
        {"book_ahead_minutes": "240", "cancel_notice_hours": "48", "cancels_at_once": None},
        {"book_ahead_minutes": 240, "cancel_notice_hours": 48, "cancels_at_once": False},
    ),
    "passwords": ({"resets_by_voice": None}, {"resets_by_voice": False, "resets_by_email": True}),
    "look": ({"palette": "slate"}, {"palette": "slate"}),
}
#: For each section: what no office can be set up with, and why.
REFUSED = {
    "about": ({"phone": "12", "name": "", "time_zone": "Mars/Base"}, "Type the name of the office."),
    "enrollment": (
        {"enrolls_openly": None, "enrolls_by_invitation": None, "enrolls_in_person": None},
        "Choose at least one way. Without one, nobody can enroll.",
    ),
    "messages": ({"answer_days": "11"}, "Choose a number of days from the list."),
    "visits": ({"cancel_notice_hours": "3"}, "Choose a time from the list."),
    "passwords": (
        {"resets_by_email": None, "resets_by_sms": None, "resets_by_voice": None},
        "Choose at least one way. People forget their passwords.",
    ),
    "look": ({"palette": "hot pink"}, "Choose colors from the list."),
}


def settings(who, section=""):
    return f"/office/{who.place}/settings/{section}"


@both_ways
@pytest.mark.parametrize("section", CHANGES)
def test_an_administrator_sets_a_section(browser, administrator, section, htmx):
    me, (typed, wanted) = browser(administrator, htmx=htmx), CHANGES[section]
    page = me.get(settings(administrator, f"{section}/edit"), htmx=htmx)
    if htmx and section in {"about", "look"}:  # the name and the colors stand around the page: it comes anew
        answer = me.submit(page, f"#set-{section} form", 204, **typed)
        assert answer.headers["HX-Redirect"].startswith(settings(administrator))
    else:
        assert me.submit(page, f"#set-{section} form", **typed).is_fragment == htmx
    row = office_row(administrator.office_id)
    assert {name: getattr(row, name) for name in wanted} == wanted
    assert deeds_of(administrator) == [f"practice.{section}_changed"]


@pytest.mark.parametrize("section", REFUSED)
def test_what_no_office_can_be_is_refused_with_the_reason(browser, administrator, section):
    me, (typed, why) = browser(administrator), REFUSED[section]
    if section == "about":
        typed = ABOUT | typed
    answer = me.submit(me.get(settings(administrator, f"{section}/edit")), f"#set-{section} form", 422, **typed)
    assert why in answer.one(".problem").text_content()
    assert deeds_of(administrator) == []


@pytest.mark.parametrize("days", ["0", "91", "-1", "ten", "", "1e2", "9999999999", "٣"])
def test_a_code_works_for_one_to_ninety_days(browser, administrator, days):
    me = browser(administrator)
    page = me.get(settings(administrator, "enrollment/edit"))
    me.submit(page, "#set-enrollment form", 422 if days != "٣" else 200, code_days=days)
    assert office_row(administrator.office_id).code_days == (3 if days == "٣" else 90)


def test_saving_what_stands_there_changes_nothing(browser, administrator):
    me = browser(administrator)
    me.submit(me.get(settings(administrator, "enrollment/edit")), "#set-enrollment form")
    assert deeds_of(administrator) == []


@both_ways
def test_the_second_of_two_sees_what_the_first_set(browser, administrator, office, htmx):
    other = staff_of(office, "administrator")
    slow, fast = browser(administrator, htmx=htmx), browser(other)
    mine = slow.get(settings(administrator, "messages/edit"), htmx=htmx)
    fast.submit(fast.get(settings(other, "messages/edit")), "#set-messages form", answer_days="1")
    answer = slow.submit(mine, "#set-messages form", 409, answer_days="5")
    assert "1 business day" in answer.one(".problem dl").text_content()
    assert office_row(office.id).answer_days == 1
    slow.submit(answer, "#set-messages form")
    assert office_row(office.id).answer_days == 5


def test_two_sections_at_once_do_not_meet(browser, administrator, office):
    other = staff_of(office, "administrator")
    slow, fast = browser(administrator), browser(other)
    mine = slow.get(settings(administrator, "messages/edit"))
    fast.submit(fast.get(settings(other, "passwords/edit")), "#set-passwords form", resets_by_sms=None)
    slow.submit(mine, "#set-messages form", answer_days="2")
    assert (office_row(office.id).answer_days, office_row(office.id).resets_by_sms) == (2, False)


def test_the_operator_sets_up_every_office_from_inside(browser, operator, office):
    me, url = browser(operator), f"/office/{office.public_id}/settings"
    page = me.get(f"{url}/")
    assert not [link for link in page.css(".menu a") if str(office.public_id) in link.get("href")], "404 for them"
    me.submit(me.get(f"{url}/messages/edit"), "#set-messages form", answer_days="4")
    assert office_row(office.id).answer_days == 4
    me.get("/office/all/settings/", 404)


@pytest.mark.parametrize("role", ["front_desk", "clinician", "billing"])
def test_who_does_not_run_the_office_sees_no_settings(browser, office, role):
    me = browser(staff_of(office, role))
    for section in ("", *(f"{each}/edit" for each in Section)):
        me.get(f"/office/{office.public_id}/settings/{section}", 404)
    assert "Settings" not in me.get(f"/office/{office.public_id}/").one(".menu").text_content()


def test_another_offices_administrator_changes_nothing(browser, administrator, office):
    elsewhere = practices.an_office("Harbor Point Medical")
    me = browser(administrator)
    form = me.get(settings(administrator, "messages/edit")).form("#set-messages form")
    form.set("action", f"/office/{elsewhere.public_id}/settings/messages/edit")
    me.submit(form, status=404, answer_days="9")
    assert office_row(elsewhere.id).answer_days == 3


def test_at_most_four_statements(browser, administrator):
    me = browser(administrator)
    for url in ("", "about/edit", "locations/", "providers/", "providers/add"):
        me.get(settings(administrator, url))
        with statements() as ran:
            me.get(settings(administrator, url))
        assert len(ran) <= 4, "\n".join(ran)
