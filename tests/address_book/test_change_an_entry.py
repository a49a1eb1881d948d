"""Editing in place, and what happens when two do it at once (ADR-2, ADR-3; SECURITY A40, C25)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.address_book.types import Kind
from portal.kernel import clock
from tests.address_book.book import LISTS, TITLE, deeds_of, stored, url_of
from tests.factories.address_book import a_contact, an_entry, an_insurance

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


@both_ways
@pytest.mark.parametrize("kind", Kind)
def test_a_patient_edits_an_entry(browser, patient, kind, htmx):
    entry = an_entry(patient.person_id, kind)
    me, (field, _, new) = browser(patient, htmx=htmx), TITLE[kind]
    page = me.get(url_of(kind, entry, "edit"), htmx=htmx)
    after = me.submit(page, f"[name={field}]", **{field: new})
    assert after.is_fragment == htmx
    (heading,) = after.css(f"#{kind}-{entry.hex[:8]} h3")
    assert heading.text_content() == new
    (row,) = stored(kind, entry)
    assert (row["version"], row[field]) == (2, new)
    assert len(deeds_of(patient)) == 1


def test_the_form_takes_the_place_of_the_card_and_gives_it_back(browser, patient):
    entry = an_insurance(patient.person_id)
    me = browser(patient)
    place = f"#insurance-{entry.hex[:8]}"
    edit = me.get(LISTS[Kind.INSURANCE]).one(f"{place} a.edit")
    assert edit.get("data-hx-target") == place
    form = me.get(edit.get("data-hx-get"), htmx=True)
    assert form.one(f"section{place} form").get("data-hx-target") == place
    leave = form.one(".actions a")
    assert leave.text_content() == "Do not save"
    assert len(me.get(leave.get("data-hx-get"), htmx=True).css(f"section{place}.card h3")) == 1


def test_two_forms_open_on_one_page_have_different_ids(browser, patient):
    me = browser(patient)
    forms = [me.get(url_of(Kind.CONTACTS, a_contact(patient.person_id), "edit"), htmx=True) for _ in range(2)]
    first, second = ({element.get("id") for element in form.css("[id]")} for form in forms)
    assert not first & second


@both_ways
@pytest.mark.parametrize("kind", Kind)
def test_the_second_of_two_sees_both_values_and_loses_nothing(browser, patient, kind, htmx):
    entry = an_entry(patient.person_id, kind)
    me, other, (field, old, new) = browser(patient, htmx=htmx), browser(patient), TITLE[kind]
    mine = me.get(url_of(kind, entry, "edit"), htmx=htmx)
    other.submit(other.get(url_of(kind, entry, "edit")), f"[name={field}]", **{field: "Theirs"})
    answer = me.submit(mine, f"[name={field}]", 409, **{field: new})
    assert "Theirs" in answer.one(".problem dl").text_content()
    assert answer.one(f"[name={field}]").get("value") == new
    assert stored(kind, entry)[0][field] == "Theirs"
    me.submit(answer, f"[name={field}]")
    assert stored(kind, entry)[0][field] == new
    assert old != new


def test_saving_the_same_words_twice_is_no_conflict(browser, patient):
    entry = a_contact(patient.person_id)
    one, two = browser(patient), browser(patient)
    page = two.get(url_of(Kind.CONTACTS, entry, "edit"))
    one.submit(one.get(url_of(Kind.CONTACTS, entry, "edit")), "[name=name]", name="Ines O. Brook")
    two.submit(page, "[name=name]", name="Ines O. Brook")


@pytest.mark.parametrize("version", ["", "0", "abc", "99999999999999999999", None])
def test_a_version_that_nobody_saw_saves_nothing(browser, patient, version):
    entry = a_contact(patient.person_id)
    me = browser(patient)
    me.submit(me.get(url_of(Kind.CONTACTS, entry, "edit")), "[name=name]", 409, name="Other", version=version)
    assert stored(Kind.CONTACTS, entry)[0]["name"] == "Ines Oakhurst"


@both_ways
def test_what_was_deleted_meanwhile_keeps_what_was_typed(browser, patient, htmx):
    entry = a_contact(patient.person_id)
    me, other = browser(patient, htmx=htmx), browser(patient)
    mine = me.get(url_of(Kind.CONTACTS, entry, "edit"), htmx=htmx)
    other.submit(other.get(url_of(Kind.CONTACTS, entry, "delete")), "button.stop")
    answer = me.submit(mine, "[name=name]", 409, name="Ines Brook")
    assert "This was deleted in another window." in answer.one(".problem").text_content()
    assert answer.one("[name=name]").get("value") == "Ines Brook"
    assert "Undo" in me.get(url_of(Kind.CONTACTS, entry, "edit"))


@both_ways
def test_a_mistake_is_told_where_the_form_stands(browser, patient, htmx):
    entry = an_insurance(patient.person_id)
    me = browser(patient, htmx=htmx)
    answer = me.submit(me.get(url_of(Kind.INSURANCE, entry, "edit"), htmx=htmx), "[name=phone]", 422, phone="12")
    assert answer.one(".problem a").get("href") == f"#phone-{entry.hex[:8]}"
    assert answer.one("[name=phone]").get("value") == "12"
    assert answer.one("[name=member_id]").get("value") == "TW 2210 0093"


@both_ways
def test_what_was_typed_outlives_the_end_of_the_session(browser, patient, htmx):
    entry = a_contact(patient.person_id)
    me = browser(patient, htmx=htmx)
    page = me.get(url_of(Kind.CONTACTS, entry, "edit"), htmx=htmx)
    clock.shift(timedelta(minutes=20))
    me.submit(page, "[name=name]", 401 if htmx else 200, name="Ines Brook")
    me.sign_in(patient.actor)
    kept = me.get(f"{url_of(Kind.CONTACTS, entry, 'edit')}?kept=1")
    assert kept.one("[name=name]").get("value") == "Ines Brook"
    me.submit(kept, "[name=name]")
    assert stored(Kind.CONTACTS, entry)[0]["name"] == "Ines Brook"


@pytest.mark.parametrize("kind", Kind)
def test_somebody_elses_entry_can_not_be_changed(browser, patient, stranger, kind):
    entry = an_entry(patient.person_id, kind)
    before = stored(kind)
    them = browser(stranger)
    own = an_entry(stranger.person_id, kind, deleted_at=clock.now())
    form = them.get(url_of(kind, own)).form("section form")
    data = {**dict(form.form_values()), "version": "1", TITLE[kind][0]: "Mine now"}
    theirs = them.post(url_of(kind, entry, "edit"), data, 404)
    form = browser(stranger).get(url_of(kind, own)).form("section form")
    nobodys = them.post(url_of(kind, "00000000-0000-4000-8000-000000000000", "edit"), {**data, **_once(form)}, 404)
    assert theirs.source == nobodys.source
    assert before == [row for row in stored(kind) if row["public_id"] == entry]


def _once(form):
    return {"once": dict(form.form_values())["once"]}
