"""A new email or phone: proven with a code, told to the old address, undoable for a day (ACC-4, SECURITY R12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain.charts.models import Chart
from portal.domain.outbox.models import OutboxMessage
from portal.domain.sign_in.models import ContactChange
from portal.domain.sign_in.retention import forget_contact_changes
from portal.kernel import clock, database
from tests.factories.charts import a_chart
from tests.security.sent import code_to, links_to, messages_to
from tests.security.traces import account, events_of, open_sessions

URL = "/me/sign_in"
OLD = {"email": "maribel@example.com", "phone": "+18005550119"}
NEW = {"email": "mara@example.org", "phone": "+15415550199"}
TYPED = {"email": {"email": "mara@example.org"}, "phone": {"phone": "(541) 555-0199", "consent": "y"}}
both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
each = pytest.mark.parametrize("kind", ["email", "phone"])


@pytest.fixture
def person(patient):
    """The patient, with an email and a phone of their own."""
    with database.writing() as session:
        found = session.get(type(account(patient)), patient.account_id)
        found.email, found.phone = OLD["email"], OLD["phone"]
    return patient


def ask(me, kind, status=200, htmx=False, **typed):
    """Say the new one; the page where the code is typed."""
    page = me.submit(me.get(f"{URL}/{kind}", htmx=htmx), "#signing-in form", status, **(TYPED[kind] | typed))
    return me.get(page.headers["HX-Redirect"]) if status == 204 else page


def change(me, kind):
    """All of it."""
    return me.submit(ask(me, kind), "#sent-code form", code=code_to(NEW[kind]))


@both
@each
def test_a_proven_address_takes_the_old_ones_place(browser, person, kind, htmx):
    me = browser(person, htmx=htmx)
    page = ask(me, kind, 204 if htmx else 200, htmx=htmx)
    assert "ending in 0199" in page if kind == "phone" else NEW["email"] in page
    assert getattr(account(person), kind) == OLD[kind]
    page = me.submit(page, "#sent-code form", 204 if htmx else 200, code=code_to(NEW[kind]))
    page = me.get(page.headers["HX-Redirect"]) if htmx else page
    assert "Done." in page and getattr(account(person), kind) == NEW[kind]
    assert events_of(person) == [f"{kind}.changed"]


@each
def test_every_address_of_before_is_told_with_a_link(browser, person, kind):
    change(browser(person), kind)
    told = [messages_to(OLD["email"]), messages_to(OLD["phone"])]
    assert all(len(one) == 1 and one[0].message == "contact_changed" for one in told)
    assert not [one for one in messages_to(NEW[kind]) if one.message != "code"]
    assert links_to(OLD["email"]) == links_to(OLD["phone"]) != []


def test_the_phone_on_file_stays(browser, person, office):
    chart = a_chart(office.id, person_id=person.person_id, phone_on_file="+18005550142")
    change(browser(person), "phone")
    with database.apart() as session:
        assert session.scalar(select(Chart.phone_on_file).where(Chart.id == chart.id)) == "+18005550142"


@both
@pytest.mark.parametrize(
    "kind,typed,words",
    [
        ("phone", {"phone": "555-0199"}, "Phone number needs 10 digits"),
        ("phone", {"consent": None}, "Check the box"),
        ("phone", {"phone": "800-555-0119"}, "That is what we have now"),
        ("phone", {"phone": "+44 20 7946 0958"}, "United States and Canada only"),
        ("phone", {"phone": "+1 876 555 0123"}, "United States and Canada only"),
        ("email", {"email": "nowhere"}, "Check the email address"),
        ("email", {"email": "MARIBEL@example.com"}, "That is what we have now"),
        ("email", {"email": ""}, "Type the new email address"),
    ],
)
def test_what_can_not_be_is_told_and_nothing_is_sent(browser, person, kind, typed, words, htmx):
    page = ask(browser(person, htmx=htmx), kind, 422, htmx, **typed)
    assert words in page and page.css(".bad-field")
    with database.apart() as session:
        assert not session.scalars(select(OutboxMessage)).all()


def test_the_sixth_try_is_dead_though_right(browser, person):
    """SECURITY N10; another code keeps the count."""
    me = browser(person)
    page = ask(me, "phone")
    for _ in range(4):
        page = me.submit(page, "#sent-code form", 422, code="000000")
    page = me.submit(page, "#sent-code > form:last-of-type")
    page = me.submit(page, "#sent-code form", 422, code="000000")
    assert "does not work any more" in me.submit(page, "#sent-code form", 422, code=code_to(NEW["phone"]))
    assert account(person).phone == OLD["phone"]


def test_a_code_for_one_number_proves_no_other(browser, person):
    me = browser(person)
    ask(me, "phone")
    first = code_to(NEW["phone"])
    page = ask(me, "phone", phone="541-555-0177")
    me.submit(page, "#sent-code form", 422, code=first)
    assert account(person).phone == OLD["phone"]


def test_another_session_can_not_use_it(browser, person):
    """SECURITY N11, R2."""
    ask(browser(person), "email")
    browser(person).get(f"{URL}/email/code", status=404)


def test_a_code_that_is_too_late_is_told(browser, person):
    me = browser(person)
    page = ask(me, "phone")
    code = code_to(NEW["phone"])
    clock.shift(timedelta(minutes=10, seconds=1))
    assert "too old" in me.submit(page, "#sent-code form", 422, code=code)


@each
def test_the_password_is_asked_for_again_first(browser, person, kind):
    """SECURITY A23, R12."""
    me = browser(person)
    form = me.get(f"{URL}/{kind}")
    clock.shift(timedelta(minutes=6))
    assert "Is it you?" in me.submit(form, "#signing-in form", **TYPED[kind])
    assert messages_to(NEW[kind]) == []
    asked = me.get(f"{URL}/{kind}", status=303)
    back = me.submit(me.get(asked.headers["Location"]), password=person.password)
    assert back.url == f"{URL}/{kind}?kept=1" or back.url == f"{URL}/{kind}"


def test_four_texts_in_a_quarter_of_an_hour_are_too_many(browser, person):
    """SECURITY A10."""
    me = browser(person)
    for _ in range(3):
        ask(me, "phone")
    assert "too many tries" in ask(me, "phone", 422)


def test_while_frozen_nothing_changes(browser, person):
    """SECURITY A13."""
    with database.writing() as session:
        session.get(type(account(person)), person.account_id).frozen_until = clock.now() + timedelta(hours=3)
    assert "in 3 hours" in ask(browser(person), "email", 422)


@each
def test_the_link_puts_the_old_one_back_once(browser, person, kind):
    me = browser(person)
    change(me, kind)
    (link,) = links_to(OLD["email"])
    owner = browser()
    page = owner.get(link)
    assert getattr(account(person), kind) == NEW[kind], "looking changes nothing"
    assert "The change is undone" in owner.submit(page)
    assert getattr(account(person), kind) == OLD[kind]
    assert open_sessions(person) == []
    assert events_of(person) == [f"{kind}.changed", f"{kind}.restored"]
    assert messages_to(OLD["email"])[-1].message in {"contact_changed", "contact_restored"}
    assert "used before" in owner.get(link, status=409)
    assert "used before" in owner.submit(page, status=409)
    again = browser(person)
    assert "in 24 hours" in ask(again, kind, 422)


def test_the_first_link_undoes_what_came_after_too(browser, person):
    """A thief changes one after the other; the link that they get themselves brings nothing back."""
    thief = browser(person)
    change(thief, "email")
    (owners,) = links_to(OLD["email"])
    change(thief, "phone")
    (thiefs,) = links_to(NEW["email"])
    owner = browser()
    owner.submit(owner.get(owners))
    stored = account(person)
    assert (stored.email, stored.phone) == (OLD["email"], OLD["phone"])
    browser().get(thiefs, status=409)


def test_after_a_day_the_link_is_too_late(browser, person):
    change(browser(person), "email")
    (link,) = links_to(OLD["email"])
    owner = browser()
    page = owner.get(link)
    clock.shift(timedelta(hours=24, seconds=1))
    assert "worked for 24 hours" in owner.get(link, status=409)
    owner.submit(page, status=409)
    assert account(person).email == NEW["email"]


def test_a_link_of_nobody_leads_nowhere(browser):
    browser().get("/sign_in/undo/" + "x" * 43, status=404)


def test_what_is_kept_of_addresses_is_sealed_and_goes(browser, person):
    change(browser(person), "email")
    with database.writing() as session:
        (kept,) = session.scalars(select(ContactChange)).all()
        assert OLD["email"].encode() not in kept.old and NEW["email"].encode() not in kept.new
        assert forget_contact_changes(clock.now() + timedelta(hours=47)) == 0
        assert forget_contact_changes(clock.now() + timedelta(hours=49)) == 1
