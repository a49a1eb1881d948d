"""Several addresses, one of them the default, and one that always stays (ACC-5)."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.accounts.traces import addresses, default_of, events_of, offices_told
from tests.factories import accounts
from tests.factories.accounts import an_address
from tests.people import Patient

PROFILE = "/me/accounts/profile"
WORK = {
    "label": "Work",
    "line1": "9 Saguaro Court",
    "line2": "Unit 3",
    "city": "Mesa Blanca",
    "state": "AZ",
    "postal_code": "850001234",
}
both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


@pytest.fixture
def cabin(patient):
    """A second address of the patient."""
    return an_address(patient.person_id, "Cabin", is_default=False, line1="1 Fir Road", city="Pinedale", state="WY")


@both
def test_a_person_adds_an_address(browser, patient, office, htmx):
    me = browser(patient, htmx=htmx)
    page = me.submit(me.get(PROFILE), "#add-address form", **WORK)
    assert "9 Saguaro Court, Unit 3" in page.one("#addresses").text_content()
    assert "Mesa Blanca, AZ 85000-1234" in page
    assert page.one("#label").get("value") == ""
    assert [address.label for address in addresses(patient.person_id)] == ["Home", "Work"]
    assert default_of(patient.person_id) == ["Home"]
    assert events_of(patient.person_id) == ["address.added"]
    assert offices_told() == []  # it is not the default one
    again = me.submit(page, "#add-address form", **{**WORK, "label": "Work 2"})
    assert "Work 2" in again


def test_the_first_address_is_the_default(app, browser):
    person = accounts.a_person()
    me = browser(Patient(person, *accounts.an_account(person)))
    me.submit(me.get(PROFILE), "#add-address form", **WORK)
    assert default_of(person) == ["Work"]


@both
def test_bad_input_gets_a_sentence_and_stays(browser, patient, htmx):
    me = browser(patient, htmx=htmx)
    bad = {**WORK, "label": "", "state": "ZZ", "postal_code": "8500", "city": " "}
    page = me.submit(me.get(PROFILE), "#add-address form", 422, **bad)
    told = page.one("#problem-new").text_content()
    for field, words in {
        "label": "Type a name for this address, like Work.",
        "city": "Type the city.",
        "state": "Choose a state from the list.",
        "postal_code": "ZIP code needs 5 or 9 digits, like 97000.",
    }.items():
        assert words in told
        assert words in page.one(f"#{field}-e").text_content()
    assert page.one("#line1").get("value") == "9 Saguaro Court"
    assert page.one("#postal_code").get("value") == "8500"
    assert len(addresses(patient.person_id)) == 1
    me.submit(page, "#add-address form", **WORK)
    assert len(addresses(patient.person_id)) == 2


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("97000", "97000"), ("97000-1234", "97000-1234"), ("97000 1234", "97000-1234"), (" 970001234 ", "97000-1234")],
)
def test_a_zip_code_is_kept_as_the_post_writes_it(browser, patient, typed, kept):
    me = browser(patient)
    me.submit(me.get(PROFILE), "#add-address form", **{**WORK, "postal_code": typed})
    assert addresses(patient.person_id)[1].postal_code == kept


@pytest.mark.parametrize("typed", ["9700", "970000", "97000-12", "ABCDE", "97000-12345", "9７000"])
def test_no_other_zip_code_is(browser, patient, typed):
    me = browser(patient)
    me.submit(me.get(PROFILE), "#add-address form", 422, **{**WORK, "postal_code": typed})


@both
def test_ten_are_the_most(browser, patient, htmx):
    for number in range(2, 10):
        an_address(patient.person_id, f"House {number}", is_default=False)
    me = browser(patient, htmx=htmx)
    old = me.get(PROFILE)
    page = me.submit(old, "#add-address form", **WORK)
    assert "You have 10 addresses" in page
    assert not page.css("#add-address form")
    fresh = browser(patient, htmx=htmx)
    refused = fresh.submit(old, "#add-address form", 403, **WORK)  # another browser's token
    assert refused.status == 403
    refused = me.submit(old, "#add-address form", 409, **WORK, once="k" * 22)
    assert "You have 10 addresses" in refused.one("#problem-new").text_content()
    assert refused.one("#line1").get("value") == "9 Saguaro Court"
    assert len(addresses(patient.person_id)) == 10


@both
def test_room_is_there_again_after_deleting(browser, patient, htmx):
    for number in range(2, 11):
        an_address(patient.person_id, f"House {number}", is_default=False)
    me = browser(patient, htmx=htmx)
    url = f"{PROFILE}/addresses/{addresses(patient.person_id)[3].public_id}/delete"
    page = me.submit(me.get(url, htmx=htmx), f"form[action='{url}']")
    assert page.css("#add-address form")
    assert len(addresses(patient.person_id)) == 9


@both
def test_another_address_becomes_the_default(browser, patient, cabin, office, htmx):
    me = browser(patient, htmx=htmx)
    page = me.submit(me.get(PROFILE), f"form[action$='{cabin}/default']")
    assert default_of(patient.person_id) == ["Cabin"]
    assert "Default" in page.one(f"#address-{cabin} .tag").text_content()
    assert events_of(patient.person_id) == ["address.made_default"]
    assert offices_told() == [office.id]


@both
def test_an_address_is_changed_in_its_row(browser, patient, cabin, htmx):
    me = browser(patient, htmx=htmx)
    page = me.get(f"{PROFILE}/addresses/{cabin}", htmx=htmx)
    assert page.one("#kept-city").get("value") == "Pinedale"
    page = me.submit(page, f"#address-{cabin} form", **{"kept-city": "Cora", "kept-line2": "Back door"})
    assert "1 Fir Road, Back door" in page
    assert addresses(patient.person_id)[1].city == "Cora"
    assert events_of(patient.person_id) == ["address.changed"]


@both
def test_a_bad_change_stays_in_its_row(browser, patient, cabin, htmx):
    me = browser(patient, htmx=htmx)
    page = me.get(f"{PROFILE}/addresses/{cabin}", htmx=htmx)
    page = me.submit(page, f"#address-{cabin} form", 422, **{"kept-city": "", "kept-line1": "2 Fir Road"})
    assert page.one("#problem-address a[href='#kept-city']").text_content() == "Type the city."
    assert page.one("#kept-line1").get("value") == "2 Fir Road"


@both
def test_two_windows_change_one_address(browser, patient, cabin, htmx):
    url, row = f"{PROFILE}/addresses/{cabin}", f"#address-{cabin} form"
    first, second = browser(patient, htmx=htmx), browser(patient, htmx=htmx)
    early, late = first.get(url, htmx=htmx), second.get(url, htmx=htmx)
    first.submit(early, row, **{"kept-city": "Cora"})
    page = second.submit(late, row, 409, **{"kept-city": "Daniel"})
    told = page.one("#problem-address").text_content()
    assert "City" in told
    assert "Cora" in told
    assert page.one("#kept-city").get("value") == "Daniel"
    assert addresses(patient.person_id)[1].city == "Cora"
    second.submit(page, row)
    assert addresses(patient.person_id)[1].city == "Daniel"


@both
def test_an_address_is_deleted_after_a_question(browser, patient, cabin, office, htmx):
    me = browser(patient, htmx=htmx)
    assert me.get(PROFILE).one(f"a[href$='{cabin}/delete']").get("class") == "tool trash"
    page = me.get(f"{PROFILE}/addresses/{cabin}/delete", htmx=htmx)
    assert "Delete this address?" in page
    assert "Keep it" in page
    page = me.submit(page, f"form[action$='{cabin}/delete']")
    assert "Fir Road" not in page
    assert events_of(patient.person_id) == ["address.deleted"]
    assert offices_told() == []  # it is not the default one


@both
def test_deleting_the_default_makes_the_oldest_other_the_default(browser, patient, cabin, htmx):
    an_address(patient.person_id, "Third", is_default=False)
    home = addresses(patient.person_id)[0].public_id
    me = browser(patient, htmx=htmx)
    page = me.get(f"{PROFILE}/addresses/{home}/delete", htmx=htmx)
    assert "Your default will then be: Cabin" in page
    me.submit(page, f"form[action$='{home}/delete']")
    assert default_of(patient.person_id) == ["Cabin"]


@both
def test_the_last_address_stays_and_says_why(browser, patient, cabin, htmx):
    why = "This is your only address, so it stays. To delete it, add another one first."
    me = browser(patient, htmx=htmx)
    home = addresses(patient.person_id)[0].public_id
    question = me.get(f"{PROFILE}/addresses/{home}/delete", htmx=htmx)
    me.submit(me.get(f"{PROFILE}/addresses/{cabin}/delete", htmx=htmx), f"form[action$='{cabin}/delete']")
    refused = me.submit(question, f"form[action$='{home}/delete']", 409)
    assert why in refused
    page = me.get(PROFILE)
    assert why in page
    assert not page.css("a.trash")
    assert default_of(patient.person_id) == ["Home"]


def test_somebody_elses_address_does_not_exist(browser, stranger, cabin):
    me = browser(stranger)
    tokens = dict(me.get(PROFILE).form("#add-address form").form_values())
    for url in (f"{PROFILE}/addresses/{cabin}", f"{PROFILE}/addresses/{cabin}/delete"):
        theirs, nobodys = me.get(url, 404), me.get(url.replace(str(cabin), str(uuid4())), 404)
        assert theirs.source == nobodys.source
    for deed in ("", "/default", "/delete"):
        me.post(f"{PROFILE}/addresses/{cabin}{deed}", {**tokens, "once": "k" * 22}, 404)
