"""A patient signs in, reads, changes their own record and leaves. The same in three browsers."""

from __future__ import annotations

from portal.domain.accounts.models import Address, Person
from portal.domain.address_book.models import Insurance
from portal.domain.announcements.models import Dismissal
from portal.domain.sign_in.models import SignInSession
from tests.factories.announcements import an_announcement
from tests.journeys.stored import deeds_of, rows
from tests.journeys.visitors import spanish


def test_closing_an_announcement(visitor, patient, office):
    an_announcement(office.id, title="Closed on Friday", body="We are back on Monday.")
    visitor.sign_in(patient)
    visitor.sees("Closed on Friday")
    visitor.press("Close this announcement")
    visitor.misses("Closed on Friday")
    visitor.open("/me/")
    visitor.misses("Closed on Friday")
    assert [(row.reader_kind, row.reader_id) for row in rows(Dismissal)] == [("patient", patient.account_id)]


def test_keeping_an_insurance(visitor, patient):
    visitor.sign_in(patient)
    visitor.follow("Address Book")
    visitor.follow("Insurance")
    visitor.follow("Add insurance")
    visitor.fill("Insurance company", "Bluefern Mutual")
    visitor.fill("Member ID", "B1234")
    visitor.press("Save")
    visitor.sees("ends in 34")
    assert rows(Insurance, person_id=patient.person_id)[0].member_id == "B1234"

    visitor.follow("Edit Bluefern Mutual")
    visitor.fill("Member ID", "B3456")
    visitor.press("Save")
    visitor.sees("ends in 56")
    stored = rows(Insurance, person_id=patient.person_id)
    assert [(row.member_id, row.version) for row in stored] == [("B3456", 2)]

    visitor.follow("Delete Bluefern Mutual")
    visitor.press("Delete")
    visitor.sees("Undo")
    visitor.misses("Edit Bluefern Mutual")
    assert rows(Insurance, person_id=patient.person_id)[0].deleted_at
    visitor.press("Undo")
    visitor.sees("Edit Bluefern Mutual")
    assert not rows(Insurance, person_id=patient.person_id)[0].deleted_at
    deeds = [event.partition(".")[2] for event in deeds_of(patient.person_id) if event.startswith("insurance.")]
    assert deeds == ["added", "changed", "deleted", "restored"]


def test_reading_in_spanish_and_back(visitor, patient):
    visitor.sign_in(patient)
    visitor.follow("Settings")
    visitor.follow("Edit about you")
    visitor.choose("Language", "Español")
    visitor.press("Save")
    visitor.sees(spanish("About you"))
    assert rows(Person, id=patient.person_id)[0].language == "es"
    visitor.follow(f"{spanish('Edit')} {spanish('about you')}")
    visitor.choose(spanish("Language"), "English")
    visitor.press(spanish("Save"))
    visitor.sees("About you")
    assert rows(Person, id=patient.person_id)[0].language == "en"


def test_moving_to_another_address(visitor, patient):
    visitor.sign_in(patient)
    visitor.follow("Settings")
    visitor.fill("Name for this address", "Lake house")
    visitor.fill("Street", "5 Windfall Street")
    visitor.fill("City", "Larkfield")
    visitor.choose("State", "Oregon")
    visitor.fill("ZIP code", "97000")
    visitor.press("Add Address")
    visitor.sees("Make Default Lake house")
    visitor.press("Make Default Lake house")
    visitor.sees("Make Default Home")
    stored = rows(Address, person_id=patient.person_id)
    assert {row.label: row.is_default for row in stored} == {"Home": False, "Lake house": True}


def test_signing_out(visitor, patient):
    visitor.sign_in(patient)
    visitor.press("Sign out")
    visitor.sees("You are signed out.")
    assert all(row.ended_at for row in rows(SignInSession, account_id=patient.account_id))
    visitor.open("/me/address_book/")
    assert visitor.path() == "/sign_in/"
