"""Staff come in with a password and a code of their authenticator app."""

from __future__ import annotations

from datetime import timedelta

import pyotp

from portal.kernel import clock


def first_step(browser, staff):
    made = browser()
    page = made.submit(made.get("/sign_in/office"), username=staff.username, password=staff.password)
    assert page.url == "/sign_in/code"
    return made, page


def code_of(staff, minutes=0):
    return pyotp.TOTP(staff.totp_secret).at(clock.now() + timedelta(minutes=minutes))


def test_the_front_desk_signs_in_with_a_code(browser, front_desk):
    made, page = first_step(browser, front_desk)
    page = made.submit(page, code=code_of(front_desk))
    assert page.url == f"/office/{front_desk.place}/"


def test_the_password_alone_opens_nothing(app, browser, front_desk):
    """SECURITY N9."""
    made, _ = first_step(browser, front_desk)
    made.get("/office/", status=303)
    made.get(f"/office/{front_desk.place}/", status=303)
    made.get(f"/office/{front_desk.place}/announcements/", status=303)


def test_a_wrong_code_is_told_and_the_sixth_is_not_looked_at(browser, front_desk):
    made, page = first_step(browser, front_desk)
    for _ in range(5):
        page = made.submit(page, status=422, code="000 000")
        assert "That code is not right" in page
    page = made.submit(page, status=429, code=code_of(front_desk))
    assert "too many tries" in page


def test_a_code_works_once(browser, front_desk):
    """SECURITY N11."""
    code = code_of(front_desk)
    made, page = first_step(browser, front_desk)
    made.submit(page, code=code)
    again, page = first_step(browser, front_desk)
    assert "used before" in again.submit(page, status=422, code=code)


def test_an_old_code_is_not_taken(browser, front_desk):
    made, page = first_step(browser, front_desk)
    made.submit(page, status=422, code=code_of(front_desk, minutes=-5))


def test_another_office_does_not_exist_for_them(browser, front_desk, app):
    from tests.factories import practices

    other = practices.an_office("Harbor Point Pediatrics")
    browser(front_desk).get(f"/office/{other.public_id}/", status=404)
    browser(front_desk).get("/office/all/", status=404)


def test_the_code_page_needs_the_first_step(browser):
    browser().get("/sign_in/code", status=404)
