"""Registering in a browser, and the account that waits: a new code, active, and no door open before."""

from __future__ import annotations

import pytest

from portal.domain.accounts.models import Account
from portal.domain.enrollment.models import EnrollmentRun
from portal.domain.sign_in.models import SignInSession
from portal.kernel import database
from portal.web.browser_session import cookie_name
from tests.architecture.test_doors import routes, url
from tests.enrollment import trip
from tests.enrollment.test_by_invitation import go_on, typed
from tests.factories import accounts, enrollment, practices

ME = {
    "given": "Lysander",
    "family": "Wickham-Dale",
    "birth_date": "02/20/1987",
    "email": "lysander@example.com",
    "phone": "530-555-0172",
}
LOGIN = {"username": "lysander", "password": trip.PASSWORD, "again": trip.PASSWORD}


def registered(visitor):
    page = go_on(visitor, visitor.get("/enroll/register"), **ME)
    page = go_on(visitor, go_on(visitor, page), code=enrollment.sent_code("email"))
    page = go_on(visitor, go_on(visitor, page, channel="voice"), code=enrollment.sent_code("voice"))
    page = go_on(visitor, page, **LOGIN)
    return visitor.submit(page, "main form[action='/enroll/finish']")


def signed_in(visitor):
    return visitor.submit(visitor.get("/sign_in/"), username="lysander", password=trip.PASSWORD)


def state():
    with database.writing() as session:
        return session.query(Account).one().state


def test_from_registering_to_the_first_sign_in(browser, office):
    visitor = browser()
    page = registered(visitor)
    assert "lysander@example.com" in page and state() == "waiting"
    waits = signed_in(visitor)
    assert waits.url == "/enroll/waiting" and "waits for its activation code" in waits
    page = typed(visitor, enrollment.sent_code("email"))
    assert not page.css("input[name=postal_code]")
    page = go_on(visitor, page, birth_date=ME["birth_date"])
    page = visitor.submit(page, "main form[action='/enroll/finish']")
    assert "Your account is active" in page and state() == "active"
    assert signed_in(visitor).url == "/me/"


def test_a_new_code_makes_the_old_one_void(browser, office):
    visitor = browser()
    registered(visitor)
    old = enrollment.sent_code("email")
    signed_in(visitor)
    page = visitor.submit(visitor.get("/enroll/waiting"), "main form[action='/enroll/waiting']")
    assert "A new code is on its way" in page
    page = typed(browser(), old, status=422)
    assert "A newer code was sent" in page and "technical support" in page
    assert typed(visitor, enrollment.sent_code("email"))


def test_only_so_many_codes_are_sent(browser, office):
    visitor = browser()
    registered(visitor)
    signed_in(visitor)
    # the code that proved the address was the first of the three
    for status in (200, 200, 429):
        visitor.submit(visitor.get("/enroll/waiting"), "main form[action='/enroll/waiting']", status=status)
    assert enrollment.sent_to("activation") == ["lysander@example.com"] * 3


def test_behind_a_waiting_account_no_door_is_open(app, browser, office):
    visitor = browser()
    registered(visitor)
    signed_in(visitor)
    for rule in [
        rule for rule in routes(app) if rule.rule.startswith(("/<person", "/office")) and "GET" in rule.methods
    ]:
        assert visitor._send("get", url(rule, office=office.public_id)).status_code in {303, 404}, rule.rule


def test_a_waiting_session_ends_with_signing_out_and_does_not_become_a_full_one(browser, office):
    visitor, other = browser(), browser()
    registered(visitor)
    signed_in(visitor)
    signed_in(other)
    kept = visitor.client.get_cookie(cookie_name(visitor.app)).value
    visitor.submit(visitor.get("/enroll/waiting"), "main form[action='/sign_in/out']")
    page = go_on(other, typed(other, enrollment.sent_code("email")), birth_date=ME["birth_date"])
    other.submit(page, "main form[action='/enroll/finish']")
    assert other._send("get", "/me/").status_code == 303
    visitor.client.set_cookie(cookie_name(visitor.app), kept)
    assert visitor._send("get", "/me/").status_code == 303
    with database.writing() as session:
        reasons = {row.end_reason for row in session.query(SignInSession)}
    assert reasons == {"signed_out", "activated"}


def test_the_wrong_password_says_nothing_of_waiting(browser, office):
    registered(browser())
    visitor = browser()
    page = visitor.submit(visitor.get("/sign_in/"), username="lysander", password="wrong words", status=422)
    assert "is not right" in page and "waits" not in page


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"birth_date": "02/20/2015"}, "from the age of 18"),
        ({"email": "no address"}, "Check the email address"),
        ({"phone": "12"}, "10 digits"),
        ({"given": ""}, "Type your first name"),
    ],
)
def test_what_does_not_fit_is_told(browser, office, field, words):
    visitor = browser()
    assert words in go_on(visitor, visitor.get("/enroll/register"), status=422, **{**ME, **field})


def test_where_no_office_takes_people_so_it_says_so(browser, app):
    practices.an_office()
    page = browser().get("/enroll/register")
    assert "Ask your clinic for an invitation" in page and not page.css("input[name=given]")


def test_nobody_learns_who_is_known_here(browser, office):
    """SECURITY N5: the same answer for an address and a person that have an account, and for ones that have none."""
    accounts.an_account(
        accounts.a_person(given="Lysander", family="Wickham-Dale"), email=ME["email"], phone="+15305550172"
    )
    known, unknown = browser(), browser()
    pages = [
        go_on(known, known.get("/enroll/register"), **ME),
        go_on(unknown, unknown.get("/enroll/register"), **{**ME, "email": "nobody@example.com"}),
    ]
    texts = [page.text.replace("lysander@", "nobody@") for page in pages]
    assert texts[0] == texts[1]


def test_a_registration_that_was_left_leaves_nothing_but_its_row(browser, office):
    visitor = browser()
    go_on(visitor, visitor.get("/enroll/register"), **ME)
    with database.writing() as session:
        assert session.query(EnrollmentRun).count() == 1 and session.query(Account).count() == 0
