"""A person chooses how they are reminded, and what may stand in their mail (NTF-1, APT-10)."""

from __future__ import annotations

import pytest

from portal.domain.accounts.models import Account
from portal.domain.notifications.models import NoticePreference
from portal.kernel import database
from tests.appointments.traces import events_of

URL = "/me/notifications/preferences/"
both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def kept(patient):
    with database.writing() as session:
        row = session.get(NoticePreference, (patient.person_id, "appointments"))
        return row and (row.remind_by, row.in_mail)


def give_phone(patient):
    with database.writing() as session:
        session.get_one(Account, patient.account_id).phone = "+15415550199"


def test_who_chose_nothing_is_reminded_by_email_and_told_nothing_in_it(browser, patient):
    page = browser(patient).get(URL)
    assert page.one("input[name=remind_by][checked]").get("value") == "email"
    assert page.one("input[name=in_mail]").get("checked") is None
    assert page.one(".tabs [aria-current]").text_content().strip() == "Notifications"
    assert kept(patient) is None


@both
def test_a_person_chooses_texts_and_all_in_the_mail(browser, patient, htmx):
    give_phone(patient)
    me = browser(patient, htmx=htmx)
    page = me.submit(me.get(URL, htmx=htmx), "#preferences form", remind_by="sms", in_mail="y")
    assert "Receipt" in page and "541-555-0199" in page
    assert kept(patient) == ("sms", True)
    assert page.one("input[name=remind_by][checked]").get("value") == "sms"
    assert page.one("input[name=in_mail]").get("checked") is not None
    assert "notices.chosen" in events_of("person", patient.person_id)


@both
def test_and_takes_it_back(browser, patient, htmx):
    me = browser(patient, htmx=htmx)
    me.submit(me.get(URL), "#preferences form", in_mail="y")
    me.submit(me.get(URL), "#preferences form", remind_by="none", in_mail=None)
    assert kept(patient) == ("none", False)


@both
@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_a_text_or_call_needs_a_number(browser, patient, htmx, channel):
    me = browser(patient, htmx=htmx)
    page = me.submit(me.get(URL), "#preferences form", 409, remind_by=channel)
    assert "There is no phone number in your account." in page.one("#problem").text_content()
    assert kept(patient) is None


def test_a_channel_that_there_is_not_is_said(browser, patient):
    me = browser(patient)
    page = me.submit(me.get(URL), "#preferences form", 422, remind_by="pigeon")
    assert "Choose how we should remind you." in page


def test_a_stranger_chooses_for_themselves_only(browser, patient, stranger):
    me = browser(stranger)
    me.submit(me.get(URL), "#preferences form", remind_by="none")
    assert (kept(patient), kept(stranger)) == (None, ("none", False))
