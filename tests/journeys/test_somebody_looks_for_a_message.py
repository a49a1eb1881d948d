"""Finding what was written, putting it away, and having it new again, in three browsers (MSG-6)."""

from __future__ import annotations

from sqlalchemy import select

from portal.domain.connections.models import Connection
from portal.domain.messaging.models import ReadMark
from portal.kernel import database
from tests.factories.messaging import a_conversation
from tests.journeys.stored import rows


def begun(patient, office, body, **more):
    with database.writing() as session:
        chart = session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()
    return a_conversation(chart, patient.person_id, office.id, patient.account_id, body, **more)


def test_a_message_is_found_archived_and_marked(visitor, patient, office):
    begun(patient, office, "¿La vacunación duele?", subject="Shots")
    begun(patient, office, "Is there parking?", subject="Parking")
    visitor.sign_in(patient)
    visitor.follow("Messaging")
    visitor.follow("Search in messages")
    visitor.fill("Search in messages", "v")
    visitor.press("Search")
    visitor.sees("at least 2 letters")
    visitor.fill("Search in messages", "VACUNACION")
    visitor.press("Search")
    visitor.sees("1 message")
    visitor.sees("duele?")
    visitor.misses("Is there parking?")
    visitor.follow("Shots")
    visitor.sees("¿La vacunación duele?")

    visitor.press("Mark as not read")
    visitor.sees("1 new")
    assert sorted(one.unread for one in rows(ReadMark)) == [0, 1]
    visitor.follow("Shots")
    visitor.press("Archive")
    visitor.sees("Parking")
    visitor.misses("Shots")
    visitor.follow("Archived")
    visitor.sees("Shots")
    visitor.open("/me/messaging/search/")
    visitor.fill("Search in messages", "shots")
    visitor.press("Search")
    visitor.sees("1 message")
    visitor.sees("duele?")
