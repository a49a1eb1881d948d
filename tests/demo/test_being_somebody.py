"""/demo/people lets a visitor in with one click; /demo/sign-ins.json tells programs; both only in the demonstration."""

from __future__ import annotations

from dataclasses import replace

import pyotp
import pytest

from portal import create_app
from portal.commands import demo
from portal.domain.demo import PASSPHRASE
from portal.kernel import clock, database


@pytest.fixture
def visitor(app, browser):
    """Somebody who is not signed in, before a loaded demonstration."""
    demo.load(clock.now())
    return browser()


def use(visitor, username):
    """Press their button; where it leads."""
    page = visitor.get("/demo/people")
    button = page.css(f'button[name=who][value="{username}"]')[0]  # who is in two offices is there twice
    token = page.one('input[name="csrf_token"]').get("value")
    return visitor.post("/demo/use", {"csrf_token": token, "who": button.get("value")}, 303).headers["Location"]


def test_a_patient_is_inside_with_one_click(visitor):
    assert use(visitor, "esperanza") == "/me/"
    assert visitor.get("/me/").root.get("lang") == "es-US"


def test_staff_are_inside_without_a_code(visitor):
    assert use(visitor, "adeline") == "/office/"
    only_one = visitor.get("/office/", 303).headers["Location"]
    assert "Adeline" in visitor.get(only_one)


def test_a_kiosk_opens_with_one_click_and_knows_nobody(visitor):
    use(visitor, "tamsin")
    page = visitor.get("/demo/people")
    token = page.one('input[name="csrf_token"]').get("value")
    kiosk = page.css("button[name=kiosk]")[0].get("value")
    assert visitor.post("/demo/kiosk", {"csrf_token": token, "kiosk": kiosk}, 303).headers["Location"] == "/kiosk/"
    assert "Larkhaven Family Medicine" in visitor.get("/kiosk/")
    assert visitor.get("/office/", 303).headers["Location"].startswith("/sign_in/")


@pytest.mark.parametrize("kiosk", ["", "nonsense", "00000000-0000-4000-8000-000000000007"])
def test_no_other_kiosk_can_be_opened(visitor, kiosk):
    token = visitor.get("/demo/people").one('input[name="csrf_token"]').get("value")
    visitor.post("/demo/kiosk", {"csrf_token": token, "kiosk": kiosk}, 404)


def test_the_page_tells_everybody_by_office_with_present_codes(visitor):
    page, people = visitor.get("/demo/people"), sign_ins(visitor)
    assert [one.text for one in page.css("h2")] == [
        "Larkhaven Family Medicine",
        "Redtail Pediatrics and Medicine",
        "Above all offices",
        "Kiosks",
    ]
    assert len(page.css("button[name=who]")) == sum(len(one["offices"]) or 1 for one in people)
    code = pyotp.TOTP(next(one["totp_secret"] for one in people if one["username"] == "orla")).at(clock.now())
    assert code in page
    assert PASSPHRASE in page


def test_the_json_has_what_a_program_needs_to_sign_in(visitor):
    people = sign_ins(visitor)
    assert all({"username", "password", "role", "office"} <= set(one) for one in people)
    assert {one["role"] for one in people} == {
        "patient",
        "front_desk",
        "clinician",
        "billing",
        "administrator",
        "operator",
    }
    assert {"totp_secret" in one for one in people if one["role"] != "patient"} == {True}
    assert {one["username"] for one in people if one["role"] == "patient" and "totp_secret" in one} == {"temperance"}


def sign_ins(visitor) -> list:
    return visitor.get("/demo/sign-ins.json").response.get_json()


def test_nobody_else_can_be_used(visitor):
    page = visitor.get("/demo/people")
    token = page.one('input[name="csrf_token"]').get("value")
    visitor.post("/demo/use", {"csrf_token": token, "who": "nobody"}, 404)
    visitor.post("/demo/use", {"who": "marisol"}, 403)


@pytest.mark.parametrize("path", ["/demo/people", "/demo/sign-ins.json", "/demo/outbox", "/demo/outbox.json"])
def test_there_is_no_such_thing_outside_the_demonstration(settings, path):
    app = create_app(replace(settings, demo=False))
    client = app.test_client()
    assert client.get(path).status_code == 404
    assert client.post("/demo/use", data={"who": "marisol"}).status_code in {403, 404}
    with app.app_context():
        database.let_go()
        database.engine().dispose()
