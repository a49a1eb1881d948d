"""Adding to the Address Book (ADR-1 to ADR-3)."""

from __future__ import annotations

import pytest

from portal.domain.address_book.types import Kind
from tests.address_book.book import BOOK, LISTS, TITLE, TYPED, deeds_of, stored
from tests.factories.address_book import an_entry

EVENTS = {
    Kind.INSURANCE: "insurance.added",
    Kind.CONTACTS: "emergency_contact.added",
    Kind.PROVIDERS: "own_provider.added",
}


@pytest.mark.parametrize("kind", Kind)
def test_a_patient_adds_an_entry(browser, patient, kind):
    me = browser(patient)
    page = me.get(f"{BOOK}{kind}/add")
    assert page.one("button.go").text_content().strip() == "Save"
    after = me.submit(page, "section form", **TYPED[kind])
    assert after.url.startswith(LISTS[kind])
    assert TITLE[kind][2] in after.one(f"#{kind} h3").text_content()
    assert after.one("#said a").text_content().startswith("R-")
    assert deeds_of(patient) == [EVENTS[kind]]
    (row,) = stored(kind)
    assert row["version"] == 1
    assert row["phone"].startswith("+1")


def test_htmx_that_posts_gets_the_card(browser, patient):
    me = browser(patient)
    form = me.get(f"{BOOK}contacts/add").form("section form")
    data = {**dict(form.form_values()), **TYPED[Kind.CONTACTS]}
    card = me.post(f"{BOOK}contacts/add", data, htmx=True)
    assert card.one("section.card h3").text_content() == "Tomas Oakhurst"
    assert card.one("#said").get("data-hx-swap-oob") == "innerHTML"


def test_sending_the_same_form_twice_adds_one(browser, patient):
    me = browser(patient)
    page = me.get(f"{BOOK}insurance/add")
    first = me.submit(page, "section form", **TYPED[Kind.INSURANCE])
    again = me.submit(page, "section form", **TYPED[Kind.INSURANCE])
    assert len(stored(Kind.INSURANCE)) == 1
    assert first.one("#said a").text_content() == again.one("#said a").text_content()


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("company", "", "Type the name of the insurance company."),
        ("company", "x" * 121, "Please use 120 letters or fewer."),
        ("member_id", "   ", "Type your member ID. It is on your card."),
        ("phone", "800-555-01", "Phone number needs 10 digits, like 800-555-0166."),
        ("kind", "gold", "Choose what the plan covers from the list."),
        ("good_until", "31/12/2027", "Type the date as month, day and year, like 03/16/2027."),
    ],
)
def test_what_is_wrong_is_told_at_the_field_and_in_the_list_above(browser, patient, field, typed, words):
    me = browser(patient)
    page = me.get(f"{BOOK}insurance/add")
    answer = me.submit(page, "section form", 422, **{**TYPED[Kind.INSURANCE], field: typed})
    assert answer.one("title").text_content().startswith("Error: Add insurance")
    link = answer.one(".problem a")
    assert link.text_content() == words
    wrong = answer.one(link.get("href"))
    assert wrong.get("name") == field
    assert wrong.get("aria-invalid") == "true"
    assert words in answer.one(f"#{wrong.get('id')}-e").text_content()
    assert answer.one("[name=group_number]").get("value") == "88-201"
    assert answer.one("[name=phone]").get("value") == (typed if field == "phone" else "(800) 555-0166")
    assert stored(Kind.INSURANCE) == []


@pytest.mark.parametrize(("kind", "missing"), [(Kind.CONTACTS, 3), (Kind.PROVIDERS, 2)])
def test_an_empty_form_says_all_that_is_missing(browser, patient, kind, missing):
    me = browser(patient)
    answer = me.submit(me.get(f"{BOOK}{kind}/add"), "section form", 422)
    assert len(answer.css(".problem a")) == missing
    assert f"Please fix {missing} things" in answer


@pytest.mark.parametrize("kind", Kind)
def test_the_twenty_first_is_refused_in_words_and_nothing_typed_is_lost(browser, patient, kind):
    me = browser(patient)
    page = me.get(f"{BOOK}{kind}/add")
    for _ in range(20):
        an_entry(patient.person_id, kind)
    answer = me.submit(page, "section form", 409, **TYPED[kind])
    assert "There is room for 20 here, and all are taken." in answer.one(".problem").text_content()
    assert answer.one(f"[name={TITLE[kind][0]}]").get("value") == TITLE[kind][2]
    assert "There is room for 20 here" in me.get(f"{BOOK}{kind}/add")
    assert len(stored(kind)) == 20


def test_whose_entry_it_is_can_not_be_sent_along(browser, patient, stranger):
    me = browser(patient)
    form = me.get(f"{BOOK}contacts/add").form("section form")
    data = {**dict(form.form_values()), **TYPED[Kind.CONTACTS], "person_id": stranger.person_id, "version": "7"}
    me.post(f"{BOOK}contacts/add?person_id={stranger.person_id}", data, 303)
    assert "Tomas Oakhurst" in me.get(LISTS[Kind.CONTACTS])
    assert "Tomas Oakhurst" not in browser(stranger).get(LISTS[Kind.CONTACTS])
