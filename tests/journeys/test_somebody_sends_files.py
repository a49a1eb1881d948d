"""A first message with a picture and a letter, and the office's answer with a plan, in three browsers (MSG-2)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.domain.connections.models import Connection
from portal.domain.files.models import StoredFile
from portal.domain.messaging.models import Attachment, Conversation, Draft
from portal.kernel import database
from tests.factories.files import PDF, a_picture
from tests.factories.messaging import a_conversation
from tests.journeys.stored import deeds_of, rows
from tests.journeys.test_the_office_tells_something import come_in


@pytest.fixture
def papers(tmp_path):
    """A picture and a letter on somebody's machine."""
    picture, letter = tmp_path / "knee.jpg", tmp_path / "letter.pdf"
    picture.write_bytes(a_picture())
    letter.write_bytes(PDF)
    return picture, letter


@pytest.fixture
def begun(office, patient):
    """A conversation of the patient. Its outer id."""
    with database.writing() as session:
        chart = session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()
    return a_conversation(chart, patient.person_id, office.id, patient.account_id, "May I run?")


def add(visitor, file, browser):
    """A script sends it when it is chosen; without one there is a button."""
    visitor.choose_file("Attachments", file)
    if browser != "htmx":
        visitor.press("Add the file")
    visitor.sees(f"{file.name} (")


def test_a_first_message_with_two_files(request, visitor, patient, office, papers):
    browser = request.node.callspec.params["visitor"]
    visitor.sign_in(patient)
    visitor.open("/me/messaging/new")
    visitor.choose("Provider", "Amara Fenwick-Osei, MD")
    visitor.fill("Subject", "My knee")
    visitor.fill("Message", "Look at this.")
    for file in papers:
        add(visitor, file, browser)
    add_and_remove(visitor, papers[1].with_name("cat.txt"), browser)
    visitor.press("send message")
    visitor.sees("The office has your message")
    visitor.sees("Look at this.")
    visitor.sees("knee.jpg (")
    visitor.sees("letter.pdf (")
    (begun,) = rows(Conversation)
    assert begun.subject == "My knee"
    assert [(one.number, one.place) for one in rows(Attachment)] == [(1, None), (1, None)]
    assert "conversation.started" in deeds_of(patient.person_id)


def add_and_remove(visitor, file, browser):
    file.write_text("Not this one.")
    add(visitor, file, browser)
    visitor.press("Remove cat.txt")
    visitor.misses("cat.txt (")


def test_the_office_answers_with_a_file(request, visitor, patient, front_desk, begun, papers):
    browser = request.node.callspec.params["visitor"]
    come_in(visitor, front_desk)
    visitor.open(f"/office/{front_desk.place}/messaging/{begun}/")
    visitor.fill("Your answer", "This is your plan.")
    add(visitor, papers[1], browser)
    visitor.press("Send answer")
    visitor.sees("This is your plan.")
    visitor.sees("letter.pdf (")
    (file,) = rows(StoredFile)
    assert (file.by_kind, file.title, file.person_id) == ("staff", "letter.pdf", patient.person_id)


def test_what_is_not_taken_leaves_the_rest_as_it_is(request, visitor, patient, office, papers):
    browser = request.node.callspec.params["visitor"]
    program = papers[0].with_name("game.exe")
    program.write_bytes(b"MZ\x90\0\3\0")
    visitor.sign_in(patient)
    visitor.open("/me/messaging/new")
    visitor.fill("Message", "Look at this.")
    visitor.choose_file("Attachments", program)
    if browser != "htmx":
        visitor.press("Add the file")
    visitor.sees("Only photos")
    assert not rows(StoredFile)
    visitor.press("Save draft")
    visitor.sees("Draft saved on")
    visitor.open("/me/messaging/new")
    visitor.sees("Draft saved on")
    assert [one.place for one in rows(Draft)] == ["new"]
    assert not rows(Conversation)


def test_chromium_saves_a_file_and_shows_none(with_htmx, patient, begun, papers):
    with_htmx.sign_in(patient)
    with_htmx.open(f"/me/messaging/{begun}/")
    add(with_htmx, papers[1], "htmx")
    with_htmx.fill("Message", "My letter.")
    with_htmx.press("send message")
    with_htmx.sees("letter.pdf (")
    with with_htmx.tab.expect_download() as saved:
        with_htmx.tab.locator("a.file").last.click()
    assert saved.value.suggested_filename == "letter.pdf"
    assert saved.value.path().read_bytes() == PDF
