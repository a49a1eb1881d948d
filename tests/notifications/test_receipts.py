"""A receipt with a number and a printable page for everything that was sent in (NTF-3)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.domain.notifications.models import Receipt
from portal.kernel import database
from tests.factories.practices import an_office
from tests.people import a_patient

LIST = "/me/notifications/receipts"


def a_receipt(who, number="R-7K3M-0Q9T", deed="accounts.add_address", at=datetime(2027, 3, 16, 13, 30, tzinfo=UTC)):
    """A receipt of somebody, as web/once.py stores it."""
    with database.writing() as session:
        session.add(
            Receipt(
                form_key=number.encode().ljust(32),
                body_hash=b"b" * 32,
                number=number,
                actor_kind=who.actor.kind,
                actor_id=who.actor.id,
                subject_kind="person",
                subject_id=1,
                deed=deed,
                at=at,
                answer=None,
            )
        )
    return number


def test_a_receipt_says_what_when_who_and_where(browser, patient):
    page = browser(patient).get(f"{LIST}/{a_receipt(patient)}")
    assert page.one("h1").text_content() == "Receipt"
    assert page.one("title").text_content() == "Receipt - Larkfield Family Clinic"
    facts = {row[0].text_content(): row[1].text_content() for row in page.css("dl > div")}
    assert facts == {
        "Receipt number": "R-7K3M-0Q9T",
        "Date and time": "March 16, 2027, 9:30 AM, Eastern Time",
        "Done by": "Maribel Oakhurst",
        "Portal": "Larkfield Family Clinic",
    }
    assert page.one("#receipt h2").text_content() == "Address added"
    assert "To keep a copy, print this page." in page


def test_the_time_is_the_persons_own(app, browser):
    far = a_patient(time_zone="Pacific/Honolulu")
    assert "March 16, 2027, 3:30 AM, Hawaii-Aleutian Time" in browser(far).get(f"{LIST}/{a_receipt(far)}")


def test_the_list_is_newest_first_and_leads_to_each(browser, patient):
    for number in range(52):
        a_receipt(patient, f"R-0000-{number:04}")
    me = browser(patient)
    page = me.get(LIST)
    links = page.css("#receipts h3 a")
    assert len(links) == 50
    assert "Older ones open by their number." in page
    assert links[0].get("href") == f"{LIST}/R-0000-0051"
    me.get(links[0].get("href"))
    assert "R-0000-0000" in me.get(f"{LIST}/R-0000-0000")


def test_nothing_sent_yet_says_so(browser, patient):
    assert "Nothing yet." in browser(patient).get(LIST)


def test_a_deed_that_has_no_words_still_has_a_receipt(browser, patient):
    assert "Something was saved" in browser(patient).get(f"{LIST}/{a_receipt(patient, deed='gone.long_ago')}")


@pytest.mark.parametrize("number", ["R-0000-0000", "r-7k3m-0q9t", "x", "R-7K3M-0Q9T'--", "%00", "a" * 500])
def test_a_number_that_there_is_not(browser, patient, number):
    a_receipt(patient)
    browser(patient).get(f"{LIST}/{number}", 404)


def test_somebody_elses_receipt_does_not_exist(browser, patient, stranger, front_desk):
    number = a_receipt(patient)
    me = browser(stranger)
    assert me.get(f"{LIST}/{number}", 404).source == me.get(f"{LIST}/R-0000-0000", 404).source
    assert number not in me.get(LIST)
    browser(front_desk).get(f"/office/{front_desk.place}/notifications/receipts/{number}", 404)


def test_the_same_inner_id_of_another_kind_is_another_person(browser, patient, front_desk):
    """Account 1 and staff member 1 are two people."""
    assert patient.actor.id == front_desk.actor.id
    number = a_receipt(front_desk)
    browser(patient).get(f"{LIST}/{number}", 404)


def test_staff_have_their_own(browser, front_desk):
    url, number = f"/office/{front_desk.place}/notifications/receipts", a_receipt(front_desk)
    me = browser(front_desk)
    assert number in me.get(url)
    page = me.get(me.page.one("#receipts h3 a").get("href"))
    assert "Dana Whitlock" in page
    assert "Larkfield Family Clinic" in page


def test_the_operator_has_their_own(browser, operator):
    me, number = browser(operator), a_receipt(operator)
    assert number in me.get(f"/office/all/notifications/receipts/{number}")


def test_staff_read_nothing_in_an_office_that_is_not_theirs(browser, front_desk):
    other = an_office("Harborview Clinic").public_id
    browser(front_desk).get(f"/office/{other}/notifications/receipts", 404)


def test_nobody_reads_without_signing_in(browser):
    for url in (LIST, "/office/all/notifications/receipts"):
        assert browser()._send("get", url).status_code == 303
