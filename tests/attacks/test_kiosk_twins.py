"""Attacks on kiosks (SECURITY R11, A16, A17, A21, S3, S6, S9, Z5, Z6), each also against a twin that lacks one named
defence. What Chromium keeps of a kiosk is in test_kiosk_profile_twins.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.blueprints.kiosks import following
from portal.domain.accounts.models import Account
from portal.domain.charts.models import Chart
from portal.domain.enrollment import rules as enrollment_rules
from portal.domain.enrollment.models import EnrollmentRun
from portal.domain.kiosks import pairing, rules, visits
from portal.domain.kiosks.models import Kiosk
from portal.kernel import clock, database
from portal.web import access, kiosk_device, security_headers
from tests.browser import Browser
from tests.factories import enrollment, kiosks
from tests.factories.practices import an_office
from tests.journeys.stored import rows
from tests.kiosks import counter
from tests.people import staff_of

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
HTMX = {"HX-Request": "true"}


@pytest.fixture
def kiosk(office):
    """A paired kiosk."""
    return kiosks.a_kiosk(office.id)


@pytest.fixture
def device(app, kiosk):
    """Its browser."""
    return at(app, kiosk)


@pytest.fixture
def chart(office):
    """Somebody to enroll."""
    return enrollment.a_chart(office.id)


@pytest.fixture
def sent(browser, front_desk, chart, kiosk):
    """Their enrollment, waiting at the kiosk."""
    return counter.send(browser(front_desk), front_desk, chart, kiosk)


def at(app, kiosk):
    """A browser of a kiosk."""
    made = Browser(app)
    made.client.set_cookie("kiosk", kiosk.token)
    return made


def wait(seconds):
    """Time goes by."""
    clock.shift(clock._shift + timedelta(seconds=seconds))


def token_of(made, path="/kiosk/pair"):
    """A token for forms, as anybody gets one."""
    return made.get(path).css("input[name=csrf_token]")[0].get("value")


@twin
def test_guessing_pairing_codes(browser, office, weak, monkeypatch):
    """A16, A17: of a hundred from one address ten are looked at. The twin counts nothing."""
    kiosks.a_kiosk(office.id, paired=False)
    looked_at, take = [], pairing.pair
    monkeypatch.setattr(pairing, "pair", lambda typed, now: looked_at.append(typed) or take(typed, now=now))
    if weak:
        monkeypatch.setattr(pairing, "take_a_try", lambda *_: None)
    foe = browser()
    token = token_of(foe)
    for number in range(40):
        fields = {"csrf_token": token, "code": f"GUESS{number:03}"}
        foe._send("post", "/kiosk/pair", data=fields, headers={"X-Forwarded-For": f"10.0.0.{number}"})
    assert (len(looked_at) > 10) == weak


@twin
def test_a_pairing_code_of_yesterday(browser, front_desk, weak, monkeypatch):
    """A17. The twin makes codes that work for a week."""
    if weak:
        monkeypatch.setattr(rules, "CODE_LASTS", timedelta(days=7))
    desk, foe = browser(front_desk), browser()
    page = desk.submit(desk.get(f"/office/{front_desk.office}/kiosks/add"), name="Kiosk 2")
    wait(16 * 60)
    foe._send("post", "/kiosk/pair", data={"csrf_token": token_of(foe), "code": page.one(".code").text_content()})
    assert (foe._send("get", "/kiosk/").status_code == 200) == weak


def test_enrolling_without_staff(device, chart):
    """R11: no route of a kiosk begins or goes on with anything that staff did not send there."""
    fields = {"csrf_token": token_of(device), **counter.BORN, **counter.LOGIN, "email": "foe@example.com", "code": "1"}
    for path in ("begin", "who", "phone", "phone_code", "login", "password", "email", "email_code", "finish"):
        assert device._send("post", f"/kiosk/{path}", data=fields).headers["Location"] == "/kiosk/"
    assert not rows(Account, email="foe@example.com") and not rows(EnrollmentRun)


@twin
def test_an_account_for_a_child(browser, front_desk, office, kiosk, weak, monkeypatch):
    """SHR-4: whatever the form says, a child's chart goes to no kiosk. The twin takes everybody for grown up."""
    child = enrollment.a_chart(office.id, birth_date=date(2015, 4, 2))
    grown = enrollment.a_chart(office.id, given="Thaddeus", family="Moonraker")
    desk = browser(front_desk)
    page = desk.get(f"/office/{front_desk.office}/kiosks/send/{grown.public_id}")
    form = page.form()
    form.set("action", form.get("action").replace(str(grown.public_id), str(child.public_id)))
    if weak:
        monkeypatch.setattr(enrollment_rules, "age_on", lambda *_: 99)
    desk.submit(form, status=200 if weak else 409, kiosk=str(kiosk.public_id), paper="passport")
    assert (len(rows(EnrollmentRun)) == 1) == weak


@twin
def test_beginning_what_was_sent_long_ago(browser, front_desk, chart, kiosk, device, weak, monkeypatch):
    """R11, A17: ten minutes to begin, then staff look at the papers again. The twin waits all day."""
    if weak:
        monkeypatch.setattr(rules, "TO_BEGIN", timedelta(days=1))
        monkeypatch.setattr(enrollment_rules, "KIOSK_BEGINS", timedelta(days=1))
    counter.send(browser(front_desk), front_desk, chart, kiosk)
    wait(11 * 60)
    device._send("post", "/kiosk/begin", data={"csrf_token": token_of(device)})
    assert (device._send("get", "/kiosk/who").status_code == 200) == weak


@twin
def test_a_second_browser_with_the_devices_cookie(app, kiosk, device, sent, weak, monkeypatch):
    """S9: only the browser in which it was begun goes on. The twin asks for the device's cookie alone."""
    counter.start(device)
    counter.answer(device, **counter.BORN)
    if weak:
        monkeypatch.setattr(rules, "is_own", lambda *_: True)
    assert (at(app, kiosk)._send("get", "/kiosk/phone").status_code == 200) == weak


@twin
def test_the_next_person_after_a_crash(browser, front_desk, office, kiosk, device, sent, weak, monkeypatch):
    """S9: the browser came back with the cookies of the first, and the next enrollment waits: it is wiped before it
    shows anything. The twin goes on as it is, with the first one's pages behind Back. Their drafts never meet."""
    page = counter.start(device)
    device.submit(page, "#step", month="7", day="31", year="1777", postal_code="")
    wait(121)
    other = enrollment.a_chart(office.id, given="Thaddeus", family="Moonraker")
    counter.send(browser(front_desk), front_desk, other, kiosk)
    if weak:
        monkeypatch.setattr(rules, "must_clear", lambda *_: False)
    answer = device._send("get", "/kiosk/who")
    assert ("Clear-Site-Data" not in answer.headers) == weak
    assert "1777" not in answer.get_data(as_text=True)
    if not weak:
        assert "1777" not in counter.start(device).source


@twin
def test_a_screen_that_polls_keeps_itself_awake(device, sent, weak, monkeypatch):
    """S3, A21. In the twin the page's own question counts as a touch."""
    counter.start(device)
    if weak:
        monkeypatch.setattr(access, "request_view", lambda: None)
    for _ in range(45):
        wait(3)
        last = device._send("get", "/kiosk/watch?at=who", headers=HTMX)
    assert (last.headers.get("HX-Redirect") != "/kiosk/over") == weak


@twin
def test_a_device_that_was_sent_away(browser, front_desk, device, kiosk, weak, monkeypatch):
    """A17: unpairing ends it at once. The twin only writes down that it did, and leaves the device its token."""
    if weak:
        token_hash = kiosks.stored(kiosk.public_id).token_hash
    desk = browser(front_desk)
    desk.submit(desk.get(f"/office/{front_desk.office}/kiosks/{kiosk.public_id}/unpair"))
    if weak:
        with database.writing() as session:
            session.scalars(select(Kiosk).where(Kiosk.public_id == kiosk.public_id)).one().token_hash = token_hash
    assert (device._send("get", "/kiosk/").status_code == 200) == weak


@twin
def test_staff_of_another_office(browser, chart, kiosk, sent, weak, monkeypatch):
    """Z6. In the twin the queries of kiosks forget whose they are."""
    theirs = an_office(name="Redwater Clinic")
    foe = staff_of(theirs)
    if weak:
        own = access.staff
        monkeypatch.setattr(following, "staff", lambda: replace(own(), office_id=rows(Chart)[0].office_id))
    answer = browser(foe)._send("get", f"/office/{theirs.public_id}/kiosks/sessions/{counter.id_of(sent)}")
    assert (answer.status_code == 200) == weak


@pytest.mark.parametrize("path", ["/me/", "/me/accounts/profile", "/office/", "/office/all/"])
def test_a_kiosk_is_nobody_elsewhere(device, sent, front_desk, path):
    """Z5: its cookies open no door but its own."""
    counter.start(device)
    for url in (path, f"/office/{front_desk.office}/kiosks/", f"/office/{front_desk.office}/charts/"):
        assert device._send("get", url).headers["Location"].startswith("/sign_in/")


@twin
def test_a_kiosk_within_another_page(app, device, sent, weak):
    """S6. The twin sends no policy."""
    counter.start(device)
    if weak:
        app.after_request_funcs[None].remove(security_headers.add_headers)
    for path in ("/kiosk/", "/kiosk/who", "/kiosk/help", "/kiosk/still-there", "/kiosk/over", "/kiosk/pair"):
        policy = device._send("get", path).headers.get("Content-Security-Policy", "")
        assert ("frame-ancestors 'none'" not in policy) == weak


@twin
def test_a_ticket_of_a_wipe_used_elsewhere(app, device, sent, weak, monkeypatch):
    """A28: what brings the device's cookie back works for a minute, and not once the device has it. The twin lets it
    lie there for good."""
    counter.start(device)
    fields = {"csrf_token": device.page.css("input[name=csrf_token]")[0].get("value")}
    back = device._send("post", "/kiosk/start-over", data=fields).headers["Location"]
    device._send("get", back)
    wait(30)
    device.get("/kiosk/")
    wait(40)
    if weak:
        monkeypatch.setattr(kiosk_device, "_TICKET", timedelta(days=1))
        monkeypatch.setattr(kiosk_device.queries, "seen", lambda _: kiosk_device.queries.Seen(None))
    assert (Browser(app)._send("get", back).headers["Location"] == "/kiosk/") == weak


@twin
def test_a_planted_session_cookie(app, device, sent, weak, monkeypatch):
    """A18: the browser in front of the kiosk was given a token by somebody else. The twin keeps it."""
    planted = "p" * 43
    if weak:
        monkeypatch.setattr(visits.secrets, "random_token", lambda: planted)
    counter.start(device)
    foe = Browser(app)
    foe.client.set_cookie("kiosk", device.client.get_cookie("kiosk").value)
    foe.client.set_cookie("kiosk_session", planted)
    assert (foe._send("get", "/kiosk/who").status_code == 200) == weak
