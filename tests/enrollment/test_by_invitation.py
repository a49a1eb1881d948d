"""An invitation in a browser: from the code or link to "All set", each step at its address and safe to send twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.accounts.models import Account
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection
from portal.domain.enrollment.models import ActivationCode, EnrollmentRun
from portal.kernel import clock, database
from tests.enrollment import trip
from tests.factories import accounts, enrollment, practices
from tests.people import Patient

LOGIN = {"username": "clementine68", "password": trip.PASSWORD, "again": trip.PASSWORD}
WHO = {"birth_date": "09/03/1968", "postal_code": "00101"}


@pytest.fixture
def invitation(office, chart, desk):
    practices.a_provider(office.id)
    return enrollment.invited(desk, chart, "email")


def typed(visitor, code, status=200):
    return visitor.submit(visitor.get("/enroll/"), code=code, status=status)


def go_on(visitor, page, status=200, **fields):
    return visitor.submit(page, "main form.flow", status=status, **fields)


def to_login(visitor, page):
    page = go_on(visitor, page, **WHO)
    page = go_on(visitor, page, channel="sms")
    return go_on(visitor, page, code=enrollment.sent_code("sms"))


def to_the_end(visitor, page):
    page = go_on(visitor, to_login(visitor, page), **LOGIN)
    page = go_on(visitor, page)
    return go_on(visitor, page, code=enrollment.sent_code("email"))


def merge(chart, into):
    with database.writing() as session:
        session.get_one(Chart, chart.id).merged_into_id = into


def count(*models):
    with database.writing() as session:
        return [session.query(model).count() for model in models]


@pytest.mark.parametrize("by", ["code", "link"])
def test_from_invitation_to_the_first_sign_in(browser, invitation, by):
    visitor = browser()
    if by == "code":
        page = typed(visitor, f" {invitation.code.lower()} ")
    else:
        page = visitor.submit(visitor.get(f"/enroll/link/{invitation.token}"))
    page = to_the_end(visitor, page)
    assert "clementine68" in page and count(Account, Connection) == [0, 0]
    page = visitor.submit(page, "main form[action='/enroll/finish']")
    assert "All set, Clementine" in page and count(Account, Connection) == [1, 1]
    assert visitor._send("get", "/me/").status_code == 303
    home = visitor.submit(visitor.get("/sign_in/"), username="Clementine68", password=trip.PASSWORD)
    assert home.url == "/me/"


def test_the_link_page_lets_no_address_out_and_looking_changes_nothing(browser, invitation):
    visitor = browser()
    for _ in range(3):
        page = visitor.get(f"/enroll/link/{invitation.token}")
    assert page.one("meta[name=referrer]").get("content") == "strict-origin"
    assert count(EnrollmentRun) == [0]
    with database.writing() as session:
        assert session.query(ActivationCode).one().used_at is None


def test_the_code_of_a_merged_chart_is_told_at_once_and_works_again_when_that_is_undone(
    browser, office, chart, invitation
):
    other = enrollment.a_chart(office.id)
    merge(chart, other.id)
    visitor = browser()
    told = typed(visitor, invitation.code, status=422)
    assert "Your records were put together" in told and "Larkfield Family Clinic" in told
    assert "Your records were put together" in visitor.get(f"/enroll/link/{invitation.token}", status=409)
    assert count(EnrollmentRun) == [0]
    merge(chart, None)
    assert "/enroll/who" in typed(visitor, invitation.code).url


def test_an_invitation_from_before_an_office_knew_that_it_is_a_childs(browser, office, chart, invitation):
    with database.writing() as session:
        session.get_one(Chart, chart.id).birth_date = clock.today("America/New_York") - timedelta(days=15 * 365)
    visitor = browser()
    told = typed(visitor, invitation.code, status=422)
    assert "This code is for somebody under 18." in told and "grown-up" in told and "Larkfield Family Clinic" in told
    assert count(EnrollmentRun) == [0]


def test_wrong_used_replaced_and_old_codes_say_what_to_do_and_whom_to_ask(browser, chart, desk, invitation):
    assert "not an activation code that we know" in typed(browser(), "AAAA-AAAA-AAAA-AAAAA", status=422)
    newer = enrollment.invited(desk, chart, "email")
    page = typed(browser(), invitation.code, status=422)
    assert "A newer code was sent" in page and "Larkfield Family Clinic" in page and "800-555-0100" in page
    visitor = browser()
    visitor.submit(to_the_end(visitor, typed(visitor, newer.code)), "main form[action='/enroll/finish']")
    page = browser().get(f"/enroll/link/{newer.token}", status=409)
    assert "was used before" in page and "800-555-0100" in page


def test_an_old_code_says_so(browser, invitation):
    clock.shift(timedelta(days=91))
    page = typed(browser(), invitation.code, status=422)
    assert "too old" in page and "Larkfield Family Clinic" in page


def test_wrong_answers_are_told_in_one_way(browser, invitation):
    visitor = browser()
    page = typed(visitor, invitation.code)
    told = [
        go_on(visitor, page, birth_date="09/04/1968", postal_code="00101", status=422).css(".problem li")[0].text,
        go_on(visitor, page, birth_date="09/03/1968", postal_code="00102", status=422).css(".problem li")[0].text,
    ]
    assert told[0] == told[1] and "does not match" in told[0] and "800-555-0100" in told[0]


def test_a_step_sent_twice_and_back_and_forward_are_safe(browser, invitation):
    visitor = browser()
    who = typed(visitor, invitation.code)
    for _ in range(2):
        phone = go_on(visitor, who, **WHO)
    assert "ends in 70" in phone
    assert visitor._send("get", "/enroll/who").headers["Location"] == "/enroll/phone"
    assert visitor._send("get", "/enroll/finish").headers["Location"] == "/enroll/phone"
    login = go_on(visitor, go_on(visitor, phone, channel="voice"), code=enrollment.sent_code("voice"))
    email = go_on(visitor, login, **LOGIN)
    assert go_on(visitor, login, **{**LOGIN, "username": "somebodyelse"}).url == email.url
    finish = go_on(visitor, go_on(visitor, email), code=enrollment.sent_code("email"))
    for _ in range(2):
        assert "All set" in visitor.submit(finish, "main form[action='/enroll/finish']")
    assert count(Account) == [1]


def test_it_goes_on_in_the_same_browser_and_in_no_other(browser, invitation):
    visitor, other = browser(), browser()
    go_on(visitor, typed(visitor, invitation.code), **WHO)
    start = visitor.get("/enroll/")
    assert "Go on where you were" in start
    assert other._send("get", "/enroll/phone").headers["Location"] == "/enroll/?why=over"
    assert "Go on where you were" not in other.get("/enroll/")


def test_an_hour_later_it_begins_anew(browser, invitation):
    visitor = browser()
    page = typed(visitor, invitation.code)
    clock.shift(timedelta(minutes=61))
    assert "Please start again" in go_on(visitor, page, **WHO)


def test_an_old_phone_leads_to_the_counter(browser, invitation):
    visitor = browser()
    page = go_on(visitor, typed(visitor, invitation.code), **WHO)
    link = page.css("a[href='/enroll/phone/other']")[0]
    page = visitor.get(link.get("href"))
    assert "front desk" in page and "800-555-0100" in page
    assert not page.css("input[type=tel]")


def test_start_over_leaves_nothing(browser, invitation):
    visitor = browser()
    page = to_login(visitor, typed(visitor, invitation.code))
    visitor.submit(page, "main form[action='/enroll/over']")
    assert count(EnrollmentRun) == [0]


@pytest.mark.parametrize(
    ("field", "typed_there"),
    [
        ("username", {"username": "x"}),
        ("password", {"password": "four lamps", "again": "four lamps"}),
        ("birth_date", {"birth_date": "02/30/1968"}),
    ],
)
def test_a_reason_stands_at_its_field_and_leads_there(browser, invitation, field, typed_there):
    visitor = browser()
    page = typed(visitor, invitation.code)
    known = WHO if field == "birth_date" else LOGIN
    page = page if field == "birth_date" else to_login(visitor, page)
    page = go_on(visitor, page, status=422, **known | typed_there)
    (reason,) = [link.text for link in page.css(f".problem a[href='#{field}']")]
    assert reason in page.one(f".bad-field:has(#{field}) .err").text_content()


def test_a_taken_username_comes_with_free_ones(browser, invitation):
    accounts.an_account(accounts.a_person(), username="clementine68")
    visitor = browser()
    page = go_on(visitor, to_login(visitor, typed(visitor, invitation.code)), status=422, **LOGIN)
    assert "has this username already" in page, page.text
    assert "clementine.ashgrove" in page


def test_two_passwords_must_be_the_same(browser, invitation):
    visitor = browser()
    page = to_login(visitor, typed(visitor, invitation.code))
    assert "not the same password" in go_on(visitor, page, status=422, **{**LOGIN, "again": "another one"})


def test_a_signed_in_person_adds_the_clinic_to_their_account(browser, office, invitation):
    person = accounts.a_person(given="Clementine", family="Ashgrove", birth_date=trip.BORN)
    made = accounts.an_account(person)
    visitor = browser(Patient(person, made.account_id, made.username, made.password))
    page = go_on(visitor, typed(visitor, invitation.code), **WHO)
    page = go_on(visitor, go_on(visitor, page, channel="sms"), code=enrollment.sent_code("sms"))
    page = visitor.submit(page, "main form[action='/enroll/finish']")
    assert "is in your account now" in page and count(Account, Connection) == [1, 1]
    assert visitor.get("/me/")


def test_who_is_signed_in_reads_their_own_language(browser, invitation):
    person = accounts.a_person(birth_date=trip.BORN, language="es")
    made = accounts.an_account(person)
    visitor = browser(Patient(person, made.account_id, made.username, made.password))
    assert "Díganos quién es usted" in typed(visitor, invitation.code)


def test_who_has_an_account_can_sign_in_on_the_way(browser, invitation):
    person = accounts.a_person(given="Clementine", family="Ashgrove", birth_date=trip.BORN)
    made = accounts.an_account(person)
    visitor = browser()
    page = typed(visitor, invitation.code)
    answer = visitor._send("get", page.css("a[href='/enroll/join']")[0].get("href"))
    door = visitor.get(answer.headers["Location"])
    page = visitor.submit(door, username=made.username, password=made.password)
    assert page.url == "/enroll/join"
    page = visitor.submit(page)
    page = go_on(visitor, page, **WHO)
    page = go_on(visitor, go_on(visitor, page, channel="sms"), code=enrollment.sent_code("sms"))
    visitor.submit(page, "main form[action='/enroll/finish']")
    with database.writing() as session:
        assert session.query(Connection).one().person_id == person


def test_joining_ends_where_the_account_signed_out(browser, invitation):
    person = accounts.a_person(given="Clementine", family="Ashgrove", birth_date=trip.BORN)
    made = accounts.an_account(person)
    visitor = browser(Patient(person, made.account_id, made.username, made.password))
    page = go_on(visitor, typed(visitor, invitation.code), **WHO)
    page = go_on(visitor, go_on(visitor, page, channel="sms"), code=enrollment.sent_code("sms"))
    visitor.client.delete_cookie("sid")
    start = visitor.get("/enroll/")
    token = start.css("input[name=csrf_token]")[0].get("value")
    visitor.post("/enroll/finish", {"csrf_token": token}, status=303)
    assert count(Connection) == [0]


def test_a_family_shares_an_email(browser, office, desk):
    for number, (given, username) in enumerate((("Clementine", "clementine68"), ("Thaddeus", "thaddeus.a"))):
        one = enrollment.a_chart(office.id, given=given, phone_on_file=f"+1315555017{number}")
        visitor = browser()
        page = to_login(visitor, typed(visitor, enrollment.invited(desk, one).code))
        page = go_on(visitor, page, **{**LOGIN, "username": username})
        page = go_on(visitor, go_on(visitor, page, email="family@example.com"), code=enrollment.sent_code("email"))
        visitor.submit(page, "main form[action='/enroll/finish']")
    with database.writing() as session:
        assert [row.email for row in session.query(Account)] == ["family@example.com"] * 2
