"""The office reads what waits, answers with saved words, and takes care of it; the person reads it (MSG-3, MSG-5)."""

from __future__ import annotations

from sqlalchemy import select

from portal.domain.connections.models import Connection
from portal.domain.messaging.models import Conversation, ConversationEvent, Message, SavedReply, StaffNote
from portal.kernel import database
from tests.factories.messaging import a_conversation, a_saved_reply
from tests.journeys.stored import deeds_of, rows
from tests.journeys.test_the_office_keeps_its_charts import come_in


def ask(patient, office):
    """What the patient wrote to the front desk."""
    with database.writing() as session:
        chart = session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()
    return a_conversation(chart, patient.person_id, office.id, patient.account_id, "May I run?", subject="My knee")


def test_answering_with_saved_words(visitor, patient, front_desk, office):
    ask(patient, office)
    a_saved_reply(office.id, "Rest", "Hello {patient}, please rest for a week.")
    come_in(visitor, front_desk)
    visitor.follow("Messages")
    visitor.follow("My knee")
    visitor.sees("May I run?")
    visitor.fill("New note", "Ask the doctor first.")
    visitor.press("Add the note")
    visitor.sees("Ask the doctor first.")
    visitor.choose("Saved reply", "Rest")
    visitor.press("Use it")
    visitor.press("Send answer")
    visitor.sees("Hello Maribel, please rest for a week.")
    assert [one.body for one in rows(Message)] == ["May I run?", "Hello Maribel, please rest for a week."]
    assert [one.body for one in rows(StaffNote)] == ["Ask the doctor first."]
    assert "conversation.noted" in deeds_of(patient.person_id)


def test_taking_it_closing_it_and_opening_it_again(visitor, patient, front_desk, office):
    ask(patient, office)
    come_in(visitor, front_desk)
    visitor.follow("Messages")
    visitor.sees("Unclaimed")
    visitor.follow("My knee")
    visitor.press("Take it")
    visitor.sees("You have it")
    visitor.press("Close")
    visitor.sees("Open again")
    visitor.press("Open again")
    visitor.sees("Opened again")
    visitor.follow("Give it to somebody")
    visitor.choose("Who takes care of it?", "Nobody in particular")
    visitor.press("Save")
    visitor.sees("Given to nobody in particular")
    deeds = [one.deed for one in rows(ConversationEvent)]
    assert deeds == ["assigned", "closed", "reopened", "unassigned"]
    assert rows(Conversation)[0].assigned_to is None


def test_keeping_saved_replies(visitor, front_desk):
    come_in(visitor, front_desk)
    visitor.follow("Messages")
    visitor.follow("Saved replies")
    visitor.follow("Add a saved reply")
    visitor.fill("What is it called?", "Refill is ready")
    visitor.fill("What does it say?", "Hello {name}")
    visitor.press("Save")
    visitor.sees("Nothing can be filled in for {name}.")
    visitor.fill("What does it say?", "Hello {patient}")
    visitor.press("Save")
    visitor.sees("Delete")
    assert [one.body for one in rows(SavedReply)] == ["Hello {patient}"]
    visitor.follow("Delete")
    visitor.sees("Delete this saved reply?")
    visitor.press("Delete it")
    visitor.sees("There are none yet.")
    assert rows(SavedReply) == []


def test_the_person_sees_with_whom_it_is_and_goes_on(visitor, patient, office):
    ask(patient, office)
    visitor.sign_in(patient)
    visitor.follow("Messaging")
    visitor.sees("Received")
    visitor.follow("My knee")
    visitor.sees("With: front desk at")
    visitor.fill("Message", "It is better now.")
    visitor.press("send message")
    visitor.sees("It is better now.")
    assert len(rows(Message)) == 2


def test_a_draft_is_never_sent_instead(visitor, patient, office):
    """Also where the browser knows no second address of a form."""
    ask(patient, office)
    visitor.sign_in(patient)
    visitor.follow("Messaging")
    visitor.follow("My knee")
    visitor.fill("Message", "Half a sentence")
    visitor.press("Save draft")
    visitor.sees("Draft saved on")
    assert len(rows(Message)) == 1
