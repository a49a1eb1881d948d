"""R9 with the office's switch `phone_match` on and off: another phone only at a kiosk that staff opened, and only where
the office lets it. Each attack also against a twin that lacks the one rule, or that writes the chart."""

from __future__ import annotations

import pytest

from portal.domain.connections import profile_changes
from portal.domain.enrollment import rules, runs, steps
from portal.domain.enrollment.models import EnrollmentRun
from portal.domain.practices.models import Office
from portal.domain.sign_in import rules as limits
from portal.kernel import clock, database
from portal.kernel.refusal import Refused
from tests.attacks.test_kiosk_twins import at
from tests.enrollment import trip
from tests.enrollment.conftest import viewer_of
from tests.factories import enrollment, kiosks
from tests.kiosks import counter
from tests.people import staff_of

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
both_settings = pytest.mark.parametrize("phone_match", [True, False], ids=["on", "off"])
FOE = "+13155550199"


def set_switch(office, phone_match):
    with database.writing() as session:
        row = session.get_one(Office, office.id)
        row.phone_match, row.enrolls_by_invitation = phone_match, True


@pytest.fixture
def chart(office):
    """Somebody whose letter fell into the wrong hands, or who stands at the counter."""
    return enrollment.a_chart(office.id)


@pytest.fixture
def device(app, office, front_desk, browser, chart):
    """A kiosk to which their enrollment was sent."""
    kiosk = kiosks.a_kiosk(office.id)
    counter.send(browser(front_desk), front_desk, chart, kiosk)
    return at(app, kiosk)


def asks(holder, phone=FOE):
    try:
        trip.do(steps.send_code_to_other_phone, holder, phone, "sms", source="foe", now=clock.now())
    except Refused as refused:
        return refused.refusal.code
    return "done"


@twin
@both_settings
def test_from_home_with_a_stolen_letter(browser, office, chart, phone_match, weak, monkeypatch):
    """Whatever the switch says: no page takes a phone, and no deed. The twin has no rule."""
    set_switch(office, phone_match)
    desk = viewer_of(staff_of(office), office)
    trip.begin(enrollment.invited(desk, chart).code)
    trip.say_who()
    if weak:
        monkeypatch.setattr(rules, "why_not_other_phone", lambda _: None)
    assert (asks(trip.HERE) == "done") == weak
    assert (FOE in enrollment.sent_to("code")) == weak
    foe = browser()
    for path in ("/enroll/other_phone", "/enroll/phone/other/send", "/kiosk/other_phone"):
        assert foe._send("post", path, data={"phone": FOE, "channel": "sms"}).status_code in {303, 403, 404, 405}


@twin
def test_at_a_kiosk_of_an_office_that_does_not_let_it(office, device, weak, monkeypatch):
    """The page is not there, and its address posts to no other phone. The twin has no rule."""
    counter.start(device)
    page = counter.answer(device, **counter.BORN)
    form = page.form("#step")
    form.set("action", "/kiosk/other_phone")
    if weak:
        monkeypatch.setattr(rules, "why_not_other_phone", lambda _: None)
    device.post("/kiosk/other_phone", dict(form.form_values()) | {"phone": FOE}, status=303)
    assert (FOE in enrollment.sent_to("code")) == weak


@twin
def test_the_switch_goes_on_meanwhile(office, device, weak, monkeypatch):
    """What another phone proved while it was off opens nothing any more at the end. The twin asks once."""
    set_switch(office, False)
    counter.start(device)
    counter.answer(device, **counter.BORN)
    device.get("/kiosk/other_phone?again=1")
    counter.answer(device, phone=FOE)
    counter.answer(device, code=counter.sent_code("sms"))
    counter.choose_login(device)
    set_switch(office, True)
    if weak:
        monkeypatch.setattr(rules, "why_not_finish", lambda _: None)
    assert ("All set" in counter.prove_email(device)) == weak


@twin
def test_calling_many_phones_from_one_kiosk(office, device, weak, monkeypatch):
    """N12, A10: the sends are counted by the enrollment. The twin counts them by the number alone."""
    set_switch(office, False)
    if weak:
        monkeypatch.setattr(limits, "SENDS_FROM", limits.Limit(most=10**6, window=limits.SENDS_FROM.window))
    counter.start(device)
    counter.answer(device, **counter.BORN)
    for number in range(12):
        device.get("/kiosk/other_phone?again=1")
        counter.answer(device, phone=f"315-555-01{number:02}")
    assert (len(enrollment.sent_to("code")) > 5) == weak


@twin
def test_the_chart_is_never_changed_silently(office, device, chart, weak, monkeypatch):
    """MODEL: the account's phone and the one on file are two. The twin writes it into the chart."""

    def writes(chart, person_id, phone, now):
        chart.phone_on_file = phone

    set_switch(office, False)
    if weak:
        monkeypatch.setattr(profile_changes, "tell_phone", writes)
    counter.start(device)
    counter.answer(device, **counter.BORN)
    device.get("/kiosk/other_phone?again=1")
    counter.answer(device, phone=FOE)
    counter.answer(device, code=counter.sent_code("sms"))
    counter.choose_login(device)
    counter.prove_email(device)
    assert (enrollment.chart_of(chart.id).phone_on_file == FOE) == weak
    with database.writing() as session:
        assert session.query(EnrollmentRun).one().other_phone == FOE
    assert runs.is_connected(chart.id)
