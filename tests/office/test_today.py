"""The office's first page, and the choice of an office before it."""

from __future__ import annotations

import shutil
from collections import namedtuple

import pytest

from portal.blueprints.office.wording import LINES, SEEN_BY
from portal.domain.home.desk import SUMMARIES
from portal.domain.practices.models import Office
from portal.kernel import clock, database
from tests.factories import outbox, practices
from tests.factories.announcements import HOUR, an_announcement
from tests.factories.charts import a_chart
from tests.people import Staff, staff_of
from tests.statements import statements

GIB = 1024**3


@pytest.mark.parametrize("role", ["front_desk", "clinician", "billing", "administrator"])
def test_every_role_gets_today(browser, office, role):
    member = staff_of(office, role)
    an_announcement(office.id, "staff", title="Fire drill at noon")
    an_announcement(office.id, "patients", title="Flu shots are here")
    page = browser(member).get(f"/office/{member.place}/")
    assert [title.text for title in page.css(".announce h2")] == ["Fire drill at noon"]
    assert "Flu shots are here" in page.one("#own-announcements").text_content()
    assert "Dana Whitlock" in page


def test_what_the_office_plans_stands_there_too(browser, front_desk):
    an_announcement(front_desk.office_id, title="Later", starts_in=HOUR)
    an_announcement(front_desk.office_id, title="Over", starts_in=-3 * HOUR)
    an_announcement(None, "staff", title="From the operator")
    page = browser(front_desk).get(f"/office/{front_desk.place}/")
    own = page.one("#own-announcements").text_content()
    assert "Later" in own and "Planned" in own and "Over" not in own and "From the operator" not in own
    assert page.one(".announce h2").text == "From the operator"


def test_what_did_not_arrive_is_told(browser, front_desk):
    to = outbox.a_recipient()
    _fail(outbox.a_notice(to, office_id=front_desk.office_id))
    _fail(outbox.a_notice(to, office_id=practices.an_office("Harbor Point Medical").id))
    page = browser(front_desk).get(f"/office/{front_desk.place}/")
    told = page.one("#trouble li").text_content()
    assert "Email" in told and "The email address does not work." in told


def _fail(row_id):
    from portal.domain.outbox.models import OutboxMessage

    with database.writing() as session:
        row = session.get_one(OutboxMessage, row_id)
        row.state, row.problem, row.settled_at = "failed", "address", clock.now()


def test_a_new_office_is_told_to_begin_with_charts(browser, office, administrator):
    assert "Your office has no charts yet" in browser(administrator).get(f"/office/{office.public_id}/")
    assert "no charts yet" not in browser(staff_of(office, "billing")).get(f"/office/{office.public_id}/")
    a_chart(office.id)
    assert "no charts yet" not in browser(administrator).get(f"/office/{office.public_id}/")


def test_the_operator_of_a_new_portal_is_told_to_add_an_office(browser, operator):
    page = browser(operator).get("/office/all/")
    assert page.one("#waiting a").get("href") == "/office/all/offices/"
    practices.an_office()
    assert "Nothing waits for you now." in browser(operator).get("/office/all/")


def test_the_operator_has_a_today_without_an_office(browser, operator):
    an_announcement(None, title="For all offices")
    page = browser(operator).get("/office/all/")
    assert "For all offices" in page.one("#own-announcements").text_content()
    assert not page.css("#trouble")


def test_staff_are_told_when_the_disk_is_nearly_full(browser, front_desk, monkeypatch):
    """A35: no files are taken then, and pages go on working."""
    desk = browser(front_desk)
    assert "nearly full" not in desk.get(f"/office/{front_desk.place}/")
    full = namedtuple("usage", "total used free")(100 * GIB, 96 * GIB, 4 * GIB)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    assert "nearly full" in desk.get(f"/office/{front_desk.place}/")


def test_another_office_does_not_exist(browser, front_desk):
    browser(front_desk).get(f"/office/{practices.an_office('Harbor Point Medical').public_id}/", 404)
    browser(front_desk).get("/office/all/", 404)


def test_a_patient_does_not_get_in(browser, patient, office):
    for url in ("/office/", f"/office/{office.public_id}/"):
        assert "/sign_in/office" in browser(patient).get(url, 303).headers["Location"]


def test_one_office_is_no_choice(browser, front_desk, operator):
    assert browser(front_desk).get("/office/", 303).headers["Location"] == f"/office/{front_desk.place}/"
    assert browser(operator).get("/office/", 303).headers["Location"] == "/office/all/"


def test_of_several_offices_one_is_chosen(browser, front_desk):
    other = practices.an_office("Harbor Point Medical")
    practices.a_position(other.id, front_desk.staff_id, "clinician")
    page = browser(front_desk).get("/office/")
    assert [link.text for link in page.css("main li a")] == ["Harbor Point Medical", "Larkfield Family Clinic"]
    assert "As clinician" in page
    chosen = browser(front_desk).get(page.css("main li a")[0].get("href"))
    assert "Harbor Point Medical" in chosen.one(".brand").text_content()


def test_of_no_office_it_says_so(browser):
    made = practices.a_staff_member()
    page = browser(Staff(*made, None, None)).get("/office/")
    assert "No office has you on its list." in page


def test_at_most_four_statements(browser, front_desk):
    for audience in ("staff", "patients", "everyone"):
        an_announcement(front_desk.office_id, audience)
    reader = browser(front_desk)
    for url in ("", "announcements/", "announcements/new"):
        reader.get(f"/office/{front_desk.place}/{url}")
        with statements() as ran:
            reader.get(f"/office/{front_desk.place}/{url}")
        assert len(ran) <= 4, "\n".join(ran)


def test_every_line_for_an_office_has_words_and_says_whom_it_concerns():
    kinds = {summary.selected_columns["kind"].element.value for summary in SUMMARIES}
    assert kinds == set(LINES) == set(SEEN_BY)


def test_an_administrator_is_told_what_is_still_to_be_set_up(browser, operator, office, administrator, front_desk):
    page = browser(administrator).get(f"/office/{office.public_id}/")
    assert "Your office has no address yet" in page and "Your office has no provider yet" in page
    assert "Your office has no location yet" not in page
    for link in page.css("main ul.rows.card a"):
        browser(administrator).get(link.get("href"))
    assert "no address yet" not in browser(front_desk).get(f"/office/{office.public_id}/")
    practices.a_provider(office.id)
    with database.writing() as session:
        session.get_one(Office, office.id).line1 = "9 Fernhill Road"
    assert not browser(administrator).get(f"/office/{office.public_id}/").css("main ul.rows.card")


def test_an_administrator_is_told_who_has_not_come_yet(browser, office, administrator):
    me = browser(administrator)
    asked = {"given": "Bo", "family": "Dayton", "email": "bo@example.com", "role": "billing"}
    me.submit(me.get(f"/office/{office.public_id}/staff/invite"), "main form.flow", **asked)
    assert "1 invitation to staff waits" in me.get(f"/office/{office.public_id}/")
