"""The office invites: by email or letter, from the chart, once at a time; and sees what became of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.domain.audit.models import AuditEntry
from portal.domain.connections.models import CareTeamMember
from portal.domain.enrollment.models import ActivationCode
from portal.domain.outbox.models import OutboxMessage
from portal.kernel import clock, database
from tests.enrollment import trip
from tests.factories import enrollment, practices
from tests.people import staff_of


@pytest.fixture
def at_work(browser, office):
    member = staff_of(office)
    return browser(member)


def base(office):
    return f"/office/{office.public_id}/enrollment"


def invited(at_work, office, chart, channel="email", status=200, **fields):
    page = at_work.get(f"{base(office)}/{chart.public_id}/invite/{channel}")
    return at_work.submit(page, "main form.flow", status=status, **fields)


def codes():
    with database.writing() as session:
        rows = list(session.query(ActivationCode).order_by(ActivationCode.id))
        session.expunge_all()
        return rows


def test_by_email_with_code_and_link(at_work, office, chart):
    page = invited(at_work, office, chart)
    assert "/charts/" in page.url and "Not used yet" in page
    assert enrollment.sent_to("invitation") == ["clementine@example.com"]
    trip.begin(enrollment.sent_code("email"))
    with database.writing() as session:
        events = [row.event for row in session.query(AuditEntry).filter(AuditEntry.event.like("enrollment%"))]
    assert events == ["enrollment.invited.email"]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Dear Clementine Ashgrove"), ("es", "Hola, Clementine Ashgrove")]
)
def test_by_letter_in_the_language_of_the_chart(at_work, office, language, words):
    chart = enrollment.a_chart(office.id, email=None, language=language)
    page = invited(at_work, office, chart, "letter")
    assert words in page and page.one("#letter").get("lang") == f"{language}-US"
    assert page.css("#letter svg[role=img]")
    code = page.one("#letter .code").text_content()
    trip.begin(code)
    assert enrollment.sent_to("invitation") == []


def test_the_same_letter_form_sent_twice_makes_one_code(at_work, office, chart):
    page = at_work.get(f"{base(office)}/{chart.public_id}/invite/letter")
    first, second = (at_work.submit(page, "main form.flow") for _ in range(2))
    assert first.one("#letter .code").text == second.one("#letter .code").text
    assert len(codes()) == 1


def test_a_new_invitation_makes_the_old_one_void(at_work, office, chart):
    invited(at_work, office, chart)
    page = at_work.get(f"{base(office)}/{chart.public_id}/invite/email")
    assert "Its code stops working" in page and "Send a new invitation" in page
    page = at_work.submit(page, "main form.flow")
    assert "Replaced by a newer one" in page
    assert [row.replaced_at is None for row in codes()] == [False, True]


@pytest.mark.parametrize("role", ["administrator", "front_desk"])
def test_where_nobody_can_be_invited_the_administrator_is_led_to_the_setting(browser, role):
    elsewhere = practices.an_office("Harbor Point Medical")
    member, chart = staff_of(elsewhere, role), enrollment.a_chart(elsewhere.id)
    page = browser(member).get(f"/office/{elsewhere.public_id}/charts/{chart.public_id}/enrollment")
    led = [link.get("href") for link in page.css("#enrollment a")]
    assert led == ([f"/office/{elsewhere.public_id}/settings/enrollment/edit"] if role == "administrator" else [])


def test_without_an_email_there_is_the_letter(at_work, office):
    chart = enrollment.a_chart(office.id, email=None)
    page = at_work.get(f"/office/{office.public_id}/charts/{chart.public_id}/enrollment")
    assert "Print a letter" in page and "Invite by email" not in page
    at_work.get(f"{base(office)}/{chart.public_id}/invite/email", status=409)


@pytest.mark.parametrize(
    ("office_facts", "facts", "words"),
    [
        ({"enrolls_by_invitation": False}, {}, "does not enroll by invitation"),
        ({"enrolls_by_invitation": True}, {"phone_on_file": None}, "Add a phone number"),
        ({"enrolls_by_invitation": True}, {"birth_date": date(2015, 4, 2)}, "through a grown-up's account"),
    ],
)
def test_why_not_is_told_and_enforced(browser, office_facts, facts, words):
    office = practices.an_office(**office_facts)
    chart = enrollment.a_chart(office.id, **facts)
    at_work = browser(staff_of(office))
    url = f"{base(office)}/{chart.public_id}/invite/letter"
    page = at_work.get(url, status=409)
    assert words in page and not page.css("main form.flow")
    token = page.css("input[name=csrf_token]")[0].get("value")
    assert words in at_work.post(url, {"csrf_token": token, "once": "x" * 22}, status=409)
    assert codes() == []


def test_a_childs_chart_says_why_before_anybody_tries(at_work, office):
    chart = enrollment.a_chart(office.id, birth_date=date(2015, 4, 2))
    page = at_work.get(f"/office/{office.public_id}/charts/{chart.public_id}/enrollment")
    assert "This person is under 18." in page and "Settings, Share" in page and "Print a letter" not in page


def test_an_enrolled_person_is_not_invited_again(at_work, office, chart, desk):
    trip.all_but_the_end(enrollment.invited(desk, chart).code)
    trip.finish()
    page = at_work.get(f"/office/{office.public_id}/charts/{chart.public_id}/enrollment")
    assert "has an account that is connected" in page and "Used on" in page and "Invite by email" not in page
    at_work.get(f"{base(office)}/{chart.public_id}/invite/letter", status=409)


def test_the_provider_who_invites_joins_the_care_team(at_work, office, chart):
    practices.a_provider(office.id)
    second = practices.a_provider(office.id, given="Oren", family="Whitcombe")
    page = at_work.get(f"{base(office)}/{chart.public_id}/invite/email")
    assert "Choose the provider" in at_work.submit(page, "main form.flow", status=422)
    value = next(one.get("value") for one in page.css("select option") if "Whitcombe" in one.text)
    at_work.submit(page, "main form.flow", provider=value)
    trip.all_but_the_end(enrollment.sent_code("email"))
    trip.finish()
    with database.writing() as session:
        assert session.query(CareTeamMember).one().provider_id == second


def test_the_list_says_what_became_of_each_and_no_names(at_work, office, chart):
    invited(at_work, office, chart)
    with database.writing() as session:
        row = session.query(OutboxMessage).filter_by(message="invitation").one()
        row.state, row.settled_at = "failed", clock.now()
    page = at_work.get(f"{base(office)}/")
    assert "did not arrive" in page and "Not used yet" in page and "Clementine" not in page.source
    today = at_work.get(f"/office/{office.public_id}/")
    assert "An invitation did not arrive" in today
    clock.shift(timedelta(days=80))
    fresh = at_work
    fresh.sign_in(staff_of(office).actor)
    assert "An invitation that nobody used ends soon" in fresh.get(f"/office/{office.public_id}/")


def test_another_office_s_chart_does_not_exist(browser, office, chart):
    other = practices.an_office("Harbor Point Medical", enrolls_by_invitation=True)
    stranger = browser(staff_of(other))
    for channel in ("email", "letter"):
        stranger.get(f"{base(other)}/{chart.public_id}/invite/{channel}", status=404)
        stranger.get(f"{base(office)}/{chart.public_id}/invite/{channel}", status=404)


@pytest.mark.parametrize("role", ["clinician", "billing"])
def test_only_the_counter_invites(browser, office, chart, role):
    member = browser(staff_of(office, role))
    member.get(f"{base(office)}/", status=404)
    member.get(f"{base(office)}/{chart.public_id}/invite/email", status=404)
    page = member.get(f"/office/{office.public_id}/charts/{chart.public_id}/enrollment")
    assert "Invite by email" not in page
