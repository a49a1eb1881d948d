"""Deleting asks first and can be undone (ADR-2, ADR-3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.address_book import retention
from portal.domain.address_book.types import Kind
from portal.kernel import clock, database
from tests.address_book.book import BOOK, LISTS, TITLE, deeds_of, stored, url_of
from tests.factories.address_book import a_contact, an_entry, an_insurance

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
NOBODYS = "00000000-0000-4000-8000-000000000000"


@both_ways
@pytest.mark.parametrize("kind", Kind)
def test_a_patient_deletes_an_entry_and_takes_it_back(browser, patient, kind, htmx):
    entry = an_entry(patient.person_id, kind)
    me, place = browser(patient, htmx=htmx), f"#{kind}-{entry.hex[:8]}"
    question = me.get(url_of(kind, entry, "delete"), htmx=htmx)
    assert question.one("h3" if htmx else "h1").text_content() == f"Delete {TITLE[kind][1]}?"
    assert question.one(".actions a").text_content() == "Keep it"
    after = me.submit(question, "button.stop")
    assert "Deleted" in after
    assert not after.css(f"{place} a.edit")
    assert stored(kind, entry)[0]["deleted_at"]
    assert TITLE[kind][1] not in [heading.text_content() for heading in me.get(LISTS[kind]).css("h3")]
    back = me.submit(after, "form[action$=restore]")
    assert back.is_fragment == htmx
    (heading,) = back.css(f"{place} h3")
    assert heading.text_content() == TITLE[kind][1]
    assert [deed.split(".")[1] for deed in deeds_of(patient)] == ["deleted", "restored"]


def test_keeping_it_gives_the_card_back(browser, patient):
    entry = an_insurance(patient.person_id)
    me = browser(patient)
    question = me.get(url_of(Kind.INSURANCE, entry, "delete"), htmx=True)
    for leave in question.css(".x, .actions a"):
        assert len(me.get(leave.get("data-hx-get"), htmx=True).css("section.card h3")) == 1
    assert me.get(url_of(Kind.INSURANCE, entry, "delete")).one(".actions a").get("href") == LISTS[Kind.INSURANCE]


@both_ways
def test_what_was_changed_since_is_shown_before_it_is_deleted(browser, patient, htmx):
    entry = a_contact(patient.person_id)
    me, other = browser(patient, htmx=htmx), browser(patient)
    question = me.get(url_of(Kind.CONTACTS, entry, "delete"), htmx=htmx)
    other.submit(other.get(url_of(Kind.CONTACTS, entry, "edit")), "[name=name]", relationship="Wife")
    answer = me.submit(question, "button.stop", 409)
    assert "This was changed after you opened it" in answer
    assert "Wife" in answer.one("dl").text_content()
    assert not stored(Kind.CONTACTS, entry)[0]["deleted_at"]
    me.submit(answer, "button.stop")
    assert stored(Kind.CONTACTS, entry)[0]["deleted_at"]


def test_deleting_in_two_windows_is_deleting_once(browser, patient):
    entry = a_contact(patient.person_id)
    me, other = browser(patient), browser(patient)
    question = me.get(url_of(Kind.CONTACTS, entry, "delete"))
    other.submit(other.get(url_of(Kind.CONTACTS, entry, "delete")), "button.stop")
    assert "Undo" in me.submit(question, "button.stop")
    assert len(deeds_of(patient)) == 1


def test_undoing_in_two_windows_is_undoing_once(browser, patient):
    entry = a_contact(patient.person_id, deleted_at=clock.now())
    me = browser(patient)
    first, second = me.get(url_of(Kind.CONTACTS, entry)), me.get(url_of(Kind.CONTACTS, entry))
    me.submit(first, "form[action$=restore]")
    assert "Ines Oakhurst" in me.submit(second, "form[action$=restore]").one("h3").text_content()
    assert len(deeds_of(patient)) == 1


@both_ways
@pytest.mark.parametrize("days", [29, 31])
def test_undo_works_for_thirty_days(browser, patient, htmx, days):
    entry = a_contact(patient.person_id, deleted_at=clock.now() - timedelta(days=days))
    me = browser(patient, htmx=htmx)
    gone = me.get(url_of(Kind.CONTACTS, entry), htmx=htmx)
    answer = me.submit(gone, "form[action$=restore]", 200 if days < 30 else 409)
    assert ("This was deleted more than 30 days ago" in answer) == (days > 30)
    assert bool(stored(Kind.CONTACTS, entry)[0]["deleted_at"]) == (days > 30)


def test_undo_into_a_full_list_is_refused_in_words(browser, patient):
    entry = a_contact(patient.person_id, deleted_at=clock.now())
    for _ in range(20):
        a_contact(patient.person_id)
    me = browser(patient)
    answer = me.submit(me.get(url_of(Kind.CONTACTS, entry)), "form[action$=restore]", 409)
    assert "There is room for 20 here" in answer


def test_after_thirty_days_it_is_gone(app, browser, patient):
    entry = a_contact(patient.person_id, deleted_at=clock.now() - timedelta(days=31))
    with database.writing():
        assert retention.forget_deleted(clock.now()) == 1
    browser(patient).get(url_of(Kind.CONTACTS, entry), 404)


@pytest.mark.parametrize("asked", ["x", "' or 1=1", ""])
def test_no_undo_is_offered_for_what_is_no_id(browser, patient, asked):
    assert "Undo" not in browser(patient).get(f"{LISTS[Kind.INSURANCE]}?deleted={asked}")


def test_an_undo_of_nobodys_entry_leads_nowhere(browser, patient):
    me = browser(patient)
    me.submit(me.get(f"{LISTS[Kind.INSURANCE]}?deleted={NOBODYS}"), "#undo form", 404)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("deed", ["delete", "restore"])
def test_somebody_elses_entry_stays_as_it_is(browser, patient, stranger, kind, deed):
    entry = an_entry(patient.person_id, kind, deleted_at=clock.now() if deed == "restore" else None)
    before, them = stored(kind, entry), browser(stranger)

    def answer(about: object) -> str:
        token = dict(them.get(f"{BOOK}{kind}/add").form("section form").form_values())
        return them.post(url_of(kind, about, deed), {**token, "version": "1"}, 404).source

    assert answer(entry) == answer(NOBODYS)
    assert stored(kind, entry) == before
