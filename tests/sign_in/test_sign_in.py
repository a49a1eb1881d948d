"""A person gets in with user name and password, and nobody else does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from portal.domain.audit.queries import chain_of
from portal.domain.sign_in import rules
from portal.kernel import clock, database, passwords


@pytest.fixture
def doorway(browser):
    """A browser that stands before the door."""
    made = browser()
    made.get("/sign_in/")
    return made


def enter(browser, username, password, status=200, **more):
    return browser.submit(browser.get("/sign_in/"), status=status, username=username, password=password, **more)


def test_a_patient_signs_in_with_the_name_in_any_case(doorway, patient):
    page = enter(doorway, f"  {patient.username.upper()} ", patient.password)
    assert page.url == "/me/"


@pytest.mark.parametrize("username,password", [("nobody", "x" * 15), (None, "wrong wrong wrong")])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(doorway, patient, username, password):
    page = enter(doorway, username or patient.username, password, status=422)
    assert "The username or the password is not right" in page
    assert page.one("#username").get("value") == (username or patient.username)
    assert not page.one("#password").get("value")


def test_an_empty_form_says_what_to_type(doorway):
    page = enter(doorway, "", "", status=422)
    assert [link.get("href") for link in page.css(".problem a")] == ["#username", "#password"]
    assert page.one("title").text_content().startswith("Error:")


@pytest.mark.parametrize("change", ["x", "", "\0", " "])
def test_every_character_of_a_long_password_counts(app, change):
    """SECURITY N7: nothing is cut off at 72 characters, at a NUL, or anywhere else."""
    long = "a" * 200 + "é"
    stored = passwords.hash_password(long)
    assert passwords.matches(long, stored)
    assert passwords.matches("a" * 200 + "e\N{COMBINING ACUTE ACCENT}", stored)
    assert not passwords.matches(long[:-1] + change, stored)
    assert not passwords.matches(long[:72], stored)


def test_the_page_that_was_asked_for_opens_after_the_sign_in(doorway, patient):
    page = doorway.get("/me/address_book/", status=303)
    door = doorway.get(page.headers["Location"])
    assert doorway.submit(door, username=patient.username, password=patient.password).url == "/me/address_book/"


@pytest.mark.parametrize(
    "place",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "/x\r\nSet-Cookie: a=b"],
)
def test_nobody_is_led_away_to_another_site(doorway, patient, place):
    page = enter(doorway, patient.username, patient.password, next=place)
    assert page.url == "/me/"


def test_the_token_is_new_after_the_sign_in(doorway, patient):
    """SECURITY A18: a token that somebody planted beforehand is worth nothing."""
    before = doorway.client.get_cookie("sid").value
    enter(doorway, patient.username, patient.password)
    after = doorway.client.get_cookie("sid").value
    assert before != after
    doorway.client.set_cookie("sid", before)
    doorway.get("/me/", status=303)


def test_signing_out_ends_the_session_for_good(doorway, patient):
    page = enter(doorway, patient.username, patient.password)
    token = doorway.client.get_cookie("sid").value
    out = doorway.post("/sign_in/out", dict(page.form(".who form").form_values()), status=303)
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert doorway.client.get_cookie("sid") is None and doorway.client.get_cookie("device") is not None
    doorway.client.set_cookie("sid", token)
    doorway.get("/me/", status=303)


def test_five_wrong_passwords_make_that_network_wait(doorway, browser, patient):
    for _ in range(5):
        enter(doorway, patient.username, "wrong wrong wrong", status=422)
    page = enter(doorway, patient.username, patient.password, status=429)
    assert "Wait less than 1 minute" in page and 0 < int(page.headers["Retry-After"]) <= 30
    clock.shift(timedelta(seconds=31))
    assert enter(doorway, patient.username, patient.password).url == "/me/"


def test_somebody_elses_wrong_tries_do_not_keep_the_owner_out(doorway, browser, patient):
    """SECURITY N4: the owner's own device has throttles of its own."""
    enter(doorway, patient.username, patient.password)
    device = doorway.client.get_cookie("device").value
    foe = browser()
    for _ in range(12):
        page = foe.get("/sign_in/")
        foe.client.post(
            "/sign_in/", data=dict(page.form().form_values()) | {"username": patient.username, "password": "no"}
        )
    owner = browser()
    owner.client.set_cookie("device", device)
    assert enter(owner, patient.username, patient.password).url == "/me/"


def test_a_waiting_try_is_not_counted(doorway, patient):
    for _ in range(30):
        page = doorway.get("/sign_in/")
        doorway.client.post(
            "/sign_in/", data=dict(page.form().form_values()) | {"username": patient.username, "password": "no"}
        )
    clock.shift(timedelta(seconds=31))
    assert enter(doorway, patient.username, patient.password).url == "/me/"


def test_the_oldest_of_eleven_sessions_ends(browser, patient):
    browsers = [browser(patient) for _ in range(11)]
    browsers[0].get("/me/", status=303)
    browsers[1].get("/me/")
    browsers[10].get("/me/")


def test_a_patients_session_opens_no_office(browser, patient, office):
    browser(patient).get(f"/office/{office.public_id}/", status=303)


def test_a_flood_of_tries_wakes_somebody_and_keeps_nobody_out(doorway, patient, monkeypatch, caplog):
    """SECURITY A7: the limit of everybody together is an alert, never a denial."""
    monkeypatch.setattr(rules, "EVERYBODY", rules.Limit(most=2, window=timedelta(minutes=5), alerts=True))
    for number in range(3):
        enter(doorway, f"nobody{number}", "wrong wrong wrong", status=422)
    assert "sign-in alert" in caplog.text
    assert enter(doorway, patient.username, patient.password).url == "/me/"


def test_a_sign_in_waits_for_the_disk_twice(doorway, patient, monkeypatch):
    """The try is counted before the password is looked at; all the rest is one transaction, and none is apart."""
    writes, counted = [], database.together_apart
    monkeypatch.setattr(database, "together_apart", lambda deed: (writes.append("apart"), counted(deed))[1])
    monkeypatch.setattr(database, "write_apart", lambda *_, **__: writes.append("alone"))
    form = dict(doorway.get("/sign_in/").form().form_values())
    event.listen(database.engine(), "commit", note := lambda _: writes.append("the rest"))
    doorway._send("post", "/sign_in/", data=form | {"username": patient.username, "password": patient.password})
    event.remove(database.engine(), "commit", note)
    assert writes == ["apart", "the rest"]


def test_in_a_browser_that_is_known_both_times_it_waits_apart(doorway, patient, monkeypatch):
    """Nothing is told to anybody then: the session, the audit row and the tries that are taken back go together."""
    enter(doorway, patient.username, patient.password)
    enter(doorway, patient.username, patient.password)
    writes, together = [], database.together_apart
    monkeypatch.setattr(database, "together_apart", lambda deed: (writes.append("apart"), together(deed))[1])
    form = dict(doorway.get("/sign_in/").form().form_values())
    event.listen(database.engine(), "commit", note := lambda _: writes.append("the rest"))
    doorway._send("post", "/sign_in/", data=form | {"username": patient.username, "password": patient.password})
    event.remove(database.engine(), "commit", note)
    assert writes == ["apart", "apart"]
    chain = chain_of("person", patient.person_id)
    assert [one.event for one in chain].count("sign_in.opened") == 3
