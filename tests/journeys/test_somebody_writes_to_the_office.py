"""A first message, the office's answer, and going on, in three browsers (MSG-1 to MSG-5)."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy import select

from portal.domain.messaging import answering
from portal.domain.messaging.models import Conversation, Message
from portal.domain.viewer import Actor, Head, Role, StaffViewer
from portal.kernel import clock, database
from tests.factories import practices
from tests.journeys.stored import deeds_of, rows


def answer(office, body):
    """Somebody at the office answers what waits."""
    made, now = practices.a_staff_member("Hana", "Brightwater"), clock.now()
    practices.a_position(office.id, made.staff_id, "clinician")
    actor, place = Actor("staff", made.staff_id), (office.id, office.public_id, "", "America/New_York")
    who = StaffViewer(actor, 0, "Hana Brightwater", "en", Role.CLINICIAN, *place, Head(0, b""), now, now)
    with database.writing() as session:
        begun = session.scalars(select(Conversation)).one().public_id
        answering.reply(who, begun, body=body, now=clock.now())


def test_a_question_and_its_answer(visitor, patient, office):
    visitor.sign_in(patient)
    visitor.follow("Messaging")
    visitor.sees("There are no conversations here yet.")
    visitor.follow("start a new conversation")
    visitor.sees("business days: by")
    visitor.sees("Call 911 now")
    visitor.choose("Provider", "Amara Fenwick-Osei, MD")
    visitor.fill("Subject", "My knee")
    visitor.fill("Message", "May I run?")
    visitor.press("send message")
    visitor.sees("The office has your message")
    visitor.sees("May I run?")
    begun = rows(Conversation)[0]
    assert (begun.state, begun.subject) == ("waiting", "My knee")

    answer(office, "Wait a week.")
    visitor.open("/me/")
    visitor.sees("A message waits for you")
    visitor.follow("A message waits for you")
    visitor.sees("1 new")
    visitor.follow("My knee")
    visitor.sees("Wait a week.")
    visitor.sees("Hana Brightwater, clinician")
    visitor.fill("Message", "Thank you!")
    visitor.press("send message")
    visitor.sees("Thank you!")
    assert [one.body for one in rows(Message)] == ["May I run?", "Wait a week.", "Thank you!"]
    assert "conversation.replied" in deeds_of(patient.person_id)
    visitor.open("/me/")
    visitor.misses("A message waits for you")


def test_what_is_too_long_is_not_lost(with_htmx, patient):
    with_htmx.sign_in(patient)
    with_htmx.open("/me/messaging/new")
    with_htmx.fill("Subject", "My knee")
    with_htmx.fill("Message", "x" * 20_003)
    with_htmx.press("send message")
    with_htmx.sees("3 letters too long")
    assert len(with_htmx.tab.locator("textarea").input_value()) == 20_003
    with_htmx.fill("Message", "x" * 20_000)
    with_htmx.press("send message")
    with_htmx.sees("The office has your message")
    assert len(rows(Message)[0].body) == 20_000


def test_an_answer_comes_and_words_are_kept_while_somebody_types(with_htmx, patient, office):
    with_htmx.sign_in(patient)
    with_htmx.open("/me/messaging/new")
    with_htmx.fill("Subject", "My knee")
    with_htmx.fill("Message", "May I run?")
    with_htmx.press("send message")
    with_htmx.sees("The office has your message")
    with_htmx.fill("Message", "And may I")
    answer(office, "Wait a week.")
    expect(with_htmx.tab.locator("#talk")).to_contain_text("Wait a week.", timeout=6_000)
    assert with_htmx.tab.locator("textarea").input_value() == "And may I"
    with_htmx.tab.locator("textarea").blur()
    with_htmx.sees("Draft saved on")
    with_htmx.open("/me/messaging/")
    with_htmx.follow("My knee")
    assert with_htmx.tab.locator("textarea").input_value() == "And may I"
    with_htmx.fill("Message", "And may I swim?")
    with_htmx.press("Save draft")
    with_htmx.press("send message")
    with_htmx.sees("And may I swim?")
    expect(with_htmx.tab.locator("textarea")).to_have_value("")
    with_htmx.open("/me/messaging/")
    with_htmx.follow("My knee")
    assert with_htmx.tab.locator("textarea").input_value() == ""
