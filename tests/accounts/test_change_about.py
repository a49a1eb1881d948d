"""A person changes what the portal knows about them (ACC-5)."""

from __future__ import annotations

import pytest

from tests.accounts.traces import events_of, offices_told, person

ABOUT = "/me/accounts/profile/about"
both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


@both
def test_a_person_changes_their_marital_status(browser, patient, htmx):
    me = browser(patient, htmx=htmx)
    page = me.submit(me.get(ABOUT, htmx=htmx), "#about form", marital_status="W")
    assert "Widowed" in page
    assert "Receipt" in page
    assert person(patient.person_id).marital_status == "W"
    assert page.one("#about").tag == "section"


@both
def test_a_new_name_stands_in_the_menu_at_once(browser, patient, office, htmx):
    me = browser(patient, htmx=htmx)
    page = me.submit(me.get(ABOUT), "#about form", 204 if htmx else 200, given=" Mara ", preferred="Mari")
    page = me.get(page.headers["HX-Redirect"]) if htmx else page
    assert page.one(".who b").text_content() == "Mari Oakhurst"
    assert "Legal name Mara Oakhurst" in page
    assert "Done." in page.one("#said").text_content()
    assert events_of(patient.person_id) == ["person.changed"]
    assert offices_told() == [office.id]


@both
def test_another_language_answers_at_once(browser, patient, htmx):
    me = browser(patient, htmx=htmx)
    page = me.submit(me.get(ABOUT), "#about form", 204 if htmx else 200, language="es")
    page = me.get(page.headers["HX-Redirect"]) if htmx else page
    assert page.root.get("lang") == "es-US"
    assert "Español" in page.one("#about").text_content()


def test_a_time_zone_is_nothing_for_the_offices(browser, patient):
    me = browser(patient)
    me.submit(me.get(ABOUT), "#about form", time_zone="Pacific/Honolulu")
    assert events_of(patient.person_id) == ["person.changed"]
    assert offices_told() == []


def test_saving_what_stands_there_changes_nothing(browser, patient):
    me = browser(patient)
    page = me.submit(me.get(ABOUT), "#about form")
    assert "Done." in page
    assert (events_of(patient.person_id), offices_told()) == ([], [])
    assert person(patient.person_id).version == 1


@both
def test_bad_input_gets_a_sentence_and_stays(browser, patient, htmx):
    me = browser(patient, htmx=htmx)
    page = me.submit(
        me.get(ABOUT),
        "#about form",
        422,
        given=" ",
        family="x" * 81,
        language="fr",
        marital_status="Z",
        time_zone="Mars/Olympus",
        preferred="Mari",
    )
    summary = page.one("#problem")
    assert "Please fix 5 things" in summary.text_content()
    for field, words in {
        "given": "Type your first name.",
        "family": "Please use 80 letters or fewer.",
        "language": "Choose English or Spanish.",
        "marital_status": "Choose your marital status from the list.",
        "time_zone": "Choose your time zone from the list.",
    }.items():
        assert page.one(f"#problem a[href='#{field}']").text_content() == words
        assert words in page.one(f"#{field}-e").text_content()
        assert page.one(f"#{field}").get("aria-invalid") == "true"
    assert page.one("#family").get("value") == "x" * 81
    assert page.one("#preferred").get("value") == "Mari"
    assert htmx or page.one("title").text_content().startswith("Error: ")
    assert person(patient.person_id).given == "Maribel"
    good = {"given": "Maribel", "family": "Oakhurst", "preferred": "", "language": "en", "time_zone": "Pacific/Guam"}
    me.submit(page, "#about form", **good, marital_status="M")


@both
def test_two_windows_lose_nothing_without_saying_so(browser, patient, htmx):
    first, second = browser(patient, htmx=htmx), browser(patient, htmx=htmx)
    early, late = first.get(ABOUT), second.get(ABOUT)
    first.submit(early, "#about form", marital_status="D")
    page = second.submit(late, "#about form", 409, marital_status="M", preferred="")
    told = page.one("#problem").text_content()
    assert "Marital status" in told
    assert "Divorced" in told
    assert "Language" not in told
    assert page.one("#marital_status option[selected]").get("value") == "M"
    assert person(patient.person_id).marital_status == "D"
    second.submit(page, "#about form")
    assert person(patient.person_id).marital_status == "M"


def test_both_windows_saying_the_same_is_no_quarrel(browser, patient):
    first, second = browser(patient), browser(patient)
    early, late = first.get(ABOUT), second.get(ABOUT)
    first.submit(early, "#about form", marital_status="D")
    second.submit(late, "#about form", marital_status="D")


def test_the_birth_date_is_not_theirs_to_change(browser, patient):
    me = browser(patient)
    page = me.get(ABOUT)
    assert not page.css("[name=birth_date]")
    me.submit(page, "#about form", birth_date="01/01/2001", marital_status="M")
    assert str(person(patient.person_id).birth_date) == "1958-05-14"


def test_a_stranger_changes_only_themselves(browser, patient, stranger):
    me = browser(stranger)
    public_id = person(patient.person_id).public_id
    page = me.get(ABOUT)
    fields = dict(page.form("#about form").form_values())
    me.post(f"/{public_id}/accounts/profile/about", fields, 404)
    assert events_of(patient.person_id) == []


def test_a_forged_post_is_refused(browser, patient):
    me = browser(patient)
    fields = dict(me.get(ABOUT).form("#about form").form_values())
    me.post(ABOUT, {**fields, "csrf_token": "x"}, 403)
    me.post(ABOUT, {name: value for name, value in fields.items() if name != "csrf_token"}, 403)


def test_what_was_typed_is_text_and_nothing_else(browser, patient):
    me = browser(patient)
    name = """<img src=x onerror=alert(1)> {{7*7}} "quoted" 'n \x00Ünïcode"""
    page = me.submit(me.get(ABOUT), "#about form", given=name)
    assert name.replace("\x00", "") in page.text
    assert not page.css("#about img")
