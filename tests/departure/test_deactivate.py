"""Closing one's account: for good, with password and a typed word; the offices are told and keep their charts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.domain.accounts.models import Account, Address, Person
from portal.domain.address_book.models import Insurance
from portal.domain.audit.models import AuditEntry
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection
from portal.domain.departure import closing
from portal.domain.outbox import sealing
from portal.domain.outbox.models import OutboxMessage
from portal.domain.sign_in.models import KnownDevice, SignInSession
from portal.domain.tables import ALL
from portal.kernel import clock, database, ledger
from portal.kernel.database import Base
from tests.factories import address_book, practices
from tests.people import a_connected_patient, staff_of

PAGE = "/me/departure/"


def leave(browser, who, *, htmx=False, **fields):
    """Through the page, as a person does."""
    made = browser(who, htmx=htmx)
    page = made.get(PAGE)
    status = fields.pop("status", 200)
    typed = {"word": "deactivate", "password": who.password} | fields
    return made, made.submit(page, "#deactivate form", status, **typed)


def stored(model, *where):
    with database.writing() as session:
        return list(session.scalars(select(model).where(*where)))


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
def test_a_person_closes_their_account(browser, patient, htmx):
    address_book.an_insurance(patient.person_id)
    made, page = leave(browser, patient, htmx=htmx, status=204 if htmx else 200)
    if htmx:
        assert page.headers["HX-Redirect"].startswith("/farewell/?receipt=R-")
    else:
        assert page.one("h1").text == "Your account is closed" and "R-" in page
    assert made._send("get", "/me/").status_code == 303
    [account] = stored(Account)
    assert (account.state, account.data_key, account.password_hash, account.email) == ("deactivated", b"", "", "")
    assert account.phone is None and account.authenticator is None
    assert not stored(Address) and not stored(Insurance) and not stored(KnownDevice)
    assert all(row.ended_at and row.end_reason == "deactivated" for row in stored(SignInSession))


def test_the_browser_keeps_nothing(browser, patient):
    made = browser(patient)
    fields = dict(made.get(PAGE).form("#deactivate form").form_values())
    fields |= {"word": "Deactivate", "password": patient.password}
    answer = made._send("post", f"{PAGE}deactivate", data=fields)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    taken = [line for line in answer.headers.getlist("Set-Cookie") if "Max-Age=0" in line]
    assert {line.partition("=")[0] for line in taken} == {"sid", "device"}


def test_the_offices_are_told_and_keep_their_charts(browser, office, patient, front_desk):
    [chart] = stored(Chart)
    leave(browser, patient)
    [kept] = stored(Chart)
    assert (kept.given, kept.number, kept.person_id) == (chart.given, chart.number, None)
    [connection] = stored(Connection)
    assert connection.ended_at and connection.end_reason == "deactivated"
    [told] = stored(OutboxMessage, OutboxMessage.message == "patient_left")
    assert (told.to_kind, told.to_id) == ("office", office.id)
    desk = browser(front_desk)
    assert "A person closed their account" in desk.get(f"/office/{office.public_id}/")
    page = desk.get(f"/office/{office.public_id}/departure/")
    assert f"Chart {chart.number}" in page and chart.family not in page
    desk.get(page.one("main li a").get("href"))


def test_another_office_is_told_nothing(browser, patient, app):
    other = practices.an_office()
    leave(browser, patient)
    desk = browser(staff_of(other))
    assert "closed their account" not in desk.get(f"/office/{other.public_id}/")
    assert "Nobody closed their account." in desk.get(f"/office/{other.public_id}/departure/")


def test_after_a_month_it_is_not_on_today_any_more(browser, patient, office, front_desk):
    leave(browser, patient)
    clock.shift(timedelta(days=31))
    assert "closed their account" not in browser(front_desk).get(f"/office/{office.public_id}/")


def test_the_old_address_is_told(browser, patient):
    [account] = stored(Account)
    leave(browser, patient)
    [row] = stored(OutboxMessage, OutboxMessage.message == "account_deactivated")
    assert sealing.secrets_of(row.public_id, row.facts)["to"][0] == account.email
    assert account.email not in str(row.facts)


def test_it_stands_in_the_audit(browser, patient):
    leave(browser, patient)
    events = [row.event for row in stored(AuditEntry, AuditEntry.subject_id == patient.person_id)]
    assert events.count("account.deactivated") == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"word": ""}, "Type the word DEACTIVATE."),
        ({"word": "yes"}, "so that we know you mean it"),
        ({"password": ""}, "Type your password."),
        ({"password": "four other plain words"}, "That is not your password."),
    ],
)
@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
def test_without_word_and_password_nothing_happens(browser, patient, fields, words, htmx):
    made, page = leave(browser, patient, htmx=htmx, status=422, **fields)
    assert words in page
    assert made.get("/me/")
    assert stored(Account)[0].state == "active" and not ledger.read().ended


def test_the_word_may_be_spanish(browser, office):
    patient = a_connected_patient(office.id, language="es")
    _, page = leave(browser, patient, word=" desactivar ")
    assert page.one("h1").text == "Su cuenta está cerrada"
    assert stored(Account)[0].state == "deactivated"


def test_who_came_back_by_a_reset_code_waits_a_day(browser, patient):
    with database.writing() as session:
        session.get_one(Account, patient.account_id).frozen_until = clock.now() + timedelta(hours=24)
    made = browser(patient)
    page = made.get(PAGE)
    assert "24 hours after that" in page and not page.css("#deactivate form")
    clock.shift(timedelta(hours=25))
    leave(browser, patient)
    assert stored(Account)[0].state == "deactivated"


def test_guessing_the_password_here_is_counted_as_at_the_door(browser, patient):
    made = browser(patient)
    for _ in range(5):
        made.submit(made.get(PAGE), "#deactivate form", 422, word="deactivate", password="not these words here")
    page = made.submit(made.get(PAGE), "#deactivate form", 429, word="deactivate", password=patient.password)
    assert "wait" in page.text.casefold() or "try again" in page.text.casefold()
    assert stored(Account)[0].state == "active"


def test_somebody_elses_account_does_not_exist(browser, patient, stranger):
    public_id = stored(Person, Person.id == patient.person_id)[0].public_id
    made = browser(stranger)
    made.get(f"/{public_id}/departure/", 404)
    token = made.get(PAGE).form("#deactivate form").form_values()
    made.post(f"/{public_id}/departure/deactivate", dict(token) | {"word": "deactivate", "password": "x"}, 404)
    assert {row.state for row in stored(Account)} == {"active"}


def test_only_ones_own_goes(browser, patient, stranger):
    leave(browser, patient)
    assert stored(Account, Account.id == stranger.account_id)[0].state == "active"
    assert stored(Address, Address.person_id == stranger.person_id)


def test_each_table_that_hangs_on_a_person_was_thought_of():
    """What hangs on an account goes by itself; for what hangs on a person somebody has to decide."""
    assert ALL
    tables = {
        key.parent.table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "person"
    }
    assert tables == closing.GOES_OF_PERSON | set(closing.STAYS_OF_PERSON)
    hanging = {table.name for table in Base.metadata.sorted_tables if "account_id" in table.c}
    assert set(closing.STAYS_OF_ACCOUNT) <= hanging


def test_nothing_is_left_that_opens_what_was_sealed(browser, patient):
    leave(browser, patient)
    with database.writing() as session:
        assert session.scalar(select(func.length(Account.data_key))) == 0
