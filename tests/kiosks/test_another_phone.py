"""Another phone than the one in the chart: at a kiosk, after a look at the papers, if the office lets it (R9)."""

from __future__ import annotations

import pytest

from portal.domain.accounts.models import Account
from portal.domain.audit.models import AuditEntry
from portal.domain.connections.models import ProfileChange
from portal.domain.practices.models import Office
from portal.kernel import database
from tests.factories.enrollment import chart_of, sent_to
from tests.journeys.stored import rows
from tests.kiosks import counter
from tests.kiosks.counter import BORN

OTHER = "315-555-0188"
both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def let(office, phone_match=False):
    """Set the office's switch."""
    with database.writing() as session:
        session.get_one(Office, office.id).phone_match = phone_match


def to_phone(device):
    counter.start(device)
    return counter.answer(device, **BORN)


def other_phone(device, page):
    """Open the page for another phone, and type one."""
    link = next(one for one in page.css("#step a.btn") if "not my phone" in one.text_content())
    device.get(link.get("href"))
    return counter.answer(device, phone=OTHER)


@both_ways
def test_the_code_goes_there_and_the_chart_stays_as_it_is(browser, front_desk, office, chart, device, sent, htmx):
    let(office)
    page = other_phone(device, to_phone(device))
    assert "the phone that ends in 88" in page and sent_to("code") == ["+13155550188"]
    counter.answer(device, code=counter.sent_code("sms"))
    desk = browser(front_desk, htmx=htmx)
    followed = desk.get(counter.session_url(sent))
    assert "another phone than the one in the chart" in followed and "0188" not in followed.source
    counter.choose_login(device)
    assert "All set" in counter.prove_email(device)
    assert rows(Account, username="clementine68")[0].phone == "+13155550188"
    assert chart_of(chart.id).phone_on_file == "+13155550170"
    assert "another phone" in desk.get(counter.session_url(sent))
    assert "enrollment.other_phone" in {one.event for one in rows(AuditEntry, about=chart.public_id)}


@both_ways
def test_the_office_takes_it_over_by_its_own_edit(browser, front_desk, office, chart, device, sent, htmx):
    let(office)
    other_phone(device, to_phone(device))
    counter.answer(device, code=counter.sent_code("sms"))
    counter.choose_login(device)
    counter.prove_email(device)
    told = rows(ProfileChange, chart_id=chart.id)[0]
    assert (told.field, told.state, told.after) == ("phone", "waiting", {"phone_on_file": "+13155550188"})
    desk = browser(front_desk, htmx=htmx)
    page = desk.get(f"/office/{front_desk.office}/connections/changes/{chart.public_id}")
    desk.submit(page, "main form.flow", **{f"change-{told.public_id}": "take"})
    assert chart_of(chart.id).phone_on_file == "+13155550188"


def test_the_phone_on_file_after_all(office, device, sent):
    """A code for one phone is of no use for the other; who goes back gets one on the phone on file."""
    let(office)
    page = other_phone(device, to_phone(device))
    code = counter.sent_code("sms")
    device.get("/kiosk/phone?again=1")
    page = counter.answer(device)
    assert "ends in 70" in page and sent_to("code") == ["+13155550188", "+13155550170"]
    if counter.sent_code("sms") != code:
        assert page.css("#step input[name=code]") and counter.answer(device, code=code).css(".problem")
    counter.answer(device, code=counter.sent_code("sms"))
    counter.choose_login(device)
    counter.prove_email(device)
    assert rows(Account, username="clementine68")[0].phone == "+13155550170" and not rows(ProfileChange)


def test_the_same_number_again_is_the_phone_on_file(office, device, sent):
    let(office)
    page = to_phone(device)
    link = next(one for one in page.css("#step a.btn") if "not my phone" in one.text_content())
    device.get(link.get("href"))
    assert "ends in 70" in counter.answer(device, phone="(315) 555-0170")
    counter.answer(device, code=counter.sent_code("sms"))
    assert not counter.sessions()[0].other_phone


def test_what_is_no_phone_is_told_in_place(office, device, sent):
    let(office)
    page = to_phone(device)
    device.get(next(one.get("href") for one in page.css("#step a.btn")))
    page = counter.answer(device, phone="12")
    assert page.url.startswith("/kiosk/other_phone") and "10 digits" in page and sent_to("code") == []


def test_start_over_forgets_it(office, device, sent):
    let(office)
    other_phone(device, to_phone(device))
    counter.answer(device, code=counter.sent_code("sms"))
    counter.press(device, "start-over")
    assert not counter.sessions()[0].other_phone
    assert "ends in 70" in to_phone(device)


def test_where_the_office_does_not_let_it_help_comes(office, device, sent):
    page = to_phone(device)
    assert not page.css("#step a.btn")
    assert device._send("get", "/kiosk/other_phone?again=1").headers["Location"] == "/kiosk/phone"
    form = page.form("#step")
    form.set("action", "/kiosk/help")
    assert "Help is on the way" in device.submit(form)


def test_the_office_sets_it_and_its_public_page_says_it(browser, administrator):
    me, base = browser(administrator), f"/office/{administrator.place}/settings"
    page = me.get(f"{base}/enrollment/edit")
    assert page.one("input[name=phone_match]").get("checked") is not None
    page = me.submit(page, "#set-enrollment form", phone_match=None)
    assert "at your kiosk another one too" in me.get(f"{base}/")
    public = f"/practices/{administrator.office}/"
    assert "bring it along" in browser().get(public)
    me.submit(me.get(f"{base}/enrollment/edit"), "#set-enrollment form", phone_match="y")
    assert "Tell us first" in browser().get(public)
