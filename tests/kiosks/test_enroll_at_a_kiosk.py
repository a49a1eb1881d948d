"""Staff send an enrollment to a kiosk; its person does the rest there (ENR-4)."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.accounts.models import Account
from portal.domain.audit.models import AuditEntry
from portal.domain.connections.models import Connection
from portal.domain.enrollment.models import EnrollmentRun
from tests.browser import Browser
from tests.factories.enrollment import chart_of
from tests.journeys.stored import rows
from tests.kiosks import counter
from tests.kiosks.conftest import at_kiosk
from tests.kiosks.counter import BORN, LOGIN

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


@both_ways
def test_from_the_papers_to_the_first_sign_in(app, browser, front_desk, chart, kiosk, device, htmx):
    assert "Please see the front desk" in device.get("/kiosk/")
    desk = browser(front_desk, htmx=htmx)
    followed = counter.send(desk, front_desk, chart, kiosk)
    assert "Nobody has pressed Start yet" in followed and "Passport" in followed
    assert (
        device._send("get", "/kiosk/watch?at=rest", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/kiosk/"
    )

    page = counter.start(device)
    assert "Tell us who you are" in page and "Ashgrove" not in page.source
    assert "Check your phone" in counter.answer(device, **BORN)
    page = counter.answer(device)
    assert "the phone that ends in 70" in page and "0170" not in page.source
    page = counter.answer(device, code=counter.sent_code("sms"))
    assert "Choose your username" in page
    assert "Step" in desk.get(f"/office/{front_desk.office}/kiosks/")
    assert "Check your email" in counter.choose_login(device)
    page = counter.prove_email(device)
    assert "All set, Clementine" in page and "clementine68" in page and page.css("main svg[role=img]")

    account = rows(Account, username="clementine68")[0]
    assert account.state == "active" and account.email == counter.EMAIL
    assert chart_of(chart.id).person_id == account.person_id
    assert len(rows(Connection, chart_id=chart.id, person_id=account.person_id)) == 1
    assert "The person has an account now" in desk.get(counter.session_url(followed))

    at_home = Browser(app)
    form = at_home.get("/sign_in/")
    assert "For you today" in at_home.submit(form, username="clementine68", password=LOGIN["password"])


def test_who_looked_at_which_paper_is_in_the_audit(browser, front_desk, chart, kiosk, device, sent):
    counter.whole(device)
    account = rows(Account, username="clementine68")[0]
    mine = rows(AuditEntry, chain="staff", subject_id=front_desk.staff_id)
    assert {"enrollment.begun.passport", "kiosk.sent"} <= {one.event for one in mine}
    theirs = {one.event: (one.actor_kind, one.actor_id) for one in rows(AuditEntry, subject_id=account.person_id)}
    assert theirs["enrollment.papers.passport"] == ("staff", front_desk.staff_id)


def test_staff_see_each_step(browser, front_desk, device, sent):
    desk, url = browser(front_desk), counter.session_url(sent)

    def now_at():
        current = desk.get(url).css(".steps [aria-current=step]")
        return current[0].text_content().strip() if current else None

    assert now_at() is None
    counter.start(device)
    assert now_at() == "You"
    counter.answer(device, **BORN)
    assert now_at() == "Phone"
    counter.prove_phone(device)
    assert now_at() == "Login"
    counter.choose_login(device)
    assert now_at() == "Email"
    counter.prove_email(device)
    assert "The person has an account now" in desk.get(url)


def test_the_staff_screen_is_told_only_what_changed(browser, front_desk, device, sent):
    desk, asked = browser(front_desk), sent.one("#kiosk-session").get("data-hx-get")
    assert desk._send("get", asked, headers={"HX-Request": "true"}).status_code == 204
    counter.start(device)
    page = desk.get(asked, htmx=True)
    assert "The person is at the kiosk" in page and page.one("#kiosk-session").get("data-hx-get") != asked


@both_ways
def test_staff_stop_it_and_nothing_is_left(browser, front_desk, device, sent, htmx):
    counter.start(device)
    counter.answer(device, **BORN)
    counter.prove_phone(device)
    counter.choose_login(device)
    desk = browser(front_desk, htmx=htmx)
    page = desk.submit(desk.get(counter.session_url(sent)), "form[action$='/stop']")
    assert "Stopped by the office" in page
    watched = device._send("get", "/kiosk/watch?at=email", headers={"HX-Request": "true"})
    assert watched.headers["HX-Redirect"] == "/kiosk/over"
    assert not rows(EnrollmentRun) and not rows(Account, username="clementine68")
    assert "Welcome" in counter.press(device, "start-over")


def test_a_stopped_one_can_be_sent_again_and_the_name_is_free(browser, front_desk, chart, kiosk, device, sent):
    counter.start(device)
    counter.answer(device, **BORN)
    counter.prove_phone(device)
    counter.choose_login(device)
    desk = browser(front_desk)
    page = desk.submit(desk.get(counter.session_url(sent)), "form[action$='/stop']")
    desk.get(page.one("a.go").get("href"))
    device._send("get", "/kiosk/")
    counter.send(desk, front_desk, chart, kiosk)
    assert "All set" in counter.whole(device)


def test_one_enrollment_a_kiosk_at_a_time(app, browser, front_desk, office, chart, kiosk, sent):
    from tests.factories.enrollment import a_chart

    desk, other = browser(front_desk), a_chart(office.id, given="Thaddeus", family="Moonraker")
    page = desk.get(f"/office/{front_desk.office}/kiosks/send/{other.public_id}")
    assert "No kiosk is free" in page and not page.css("form input[name=paper]")


def test_it_needs_a_paper_and_a_kiosk(browser, front_desk, chart, kiosk):
    desk = browser(front_desk)
    page = desk.get(f"/office/{front_desk.office}/kiosks/send/{chart.public_id}")
    page = desk.submit(page, status=422, paper=None)
    assert "Choose the paper that you looked at." in page
    assert not counter.sessions()


@pytest.mark.parametrize("why", ["no in person", "enrolled", "no phone", "a child"])
def test_why_a_chart_cannot_be_sent(app, browser, why):
    from tests.factories import connections, enrollment, kiosks, practices
    from tests.people import a_patient, staff_of

    office = practices.an_office(enrolls_in_person=why != "no in person")
    kiosks.a_kiosk(office.id)
    facts = {"no phone": {"phone_on_file": None}, "a child": {"birth_date": date(2015, 4, 2)}}
    chart = enrollment.a_chart(office.id, **facts.get(why, {}))
    if why == "enrolled":
        chart_id = connections.a_connection(a_patient().person_id, office.id)
        chart = enrollment.NewChart(chart_id, enrollment.chart_of(chart_id).public_id)
    desk = browser(staff_of(office))
    page = desk.get(f"/office/{office.public_id}/kiosks/send/{chart.public_id}")
    told = {
        "no in person": "does not enroll in person",
        "enrolled": "There is an account",
        "no phone": "Add a phone",
        "a child": "opened through a grown-up's account",
    }
    assert told[why] in page and not page.css("main form input[name=paper]")


def test_another_offices_enrollment_does_not_exist(browser, elsewhere, chart, kiosk, sent):
    desk, base = browser(elsewhere), f"/office/{elsewhere.office}/kiosks"
    here = counter.id_of(sent)
    for path in (f"send/{chart.public_id}", f"sessions/{here}", f"sessions/{here}/state"):
        desk.get(f"{base}/{path}", 404)
    fields = dict(desk.get(f"{base}/add").form().form_values()) | {"kiosk": str(kiosk.public_id), "paper": "passport"}
    desk.post(f"{base}/sessions/{here}/stop", fields, 404)
    desk.post(f"{base}/send/{chart.public_id}", fields, 404)
    assert [one.state for one in counter.sessions()] == ["sent"]


def test_a_kiosk_of_another_office_is_not_sent_to(app, browser, front_desk, chart, elsewhere, kiosk):
    from tests.factories.kiosks import a_kiosk

    theirs, desk = a_kiosk(elsewhere.office_id), browser(front_desk)
    counter.send(desk, front_desk, chart, theirs, status=404)
    assert not counter.sessions() and "Please see the front desk" in at_kiosk(app, theirs).get("/kiosk/")


def test_in_spanish_from_the_first_button_on(device, sent):
    page = counter.start(device, language="es")
    assert page.root.get("lang") == "es-US" and "Díganos quién es usted" in page
    page = device.submit(page, "#step", month="x")
    assert page.root.get("lang") == "es-US" and page.css(".problem")
