"""Searching in messages (MSG-6): a person in their own, the office in its own; the index is true whatever happens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, text, update

from portal.domain.messaging import answering, searching
from portal.domain.messaging.models import Message
from portal.domain.viewer import Actor, Head, Role, StaffViewer
from portal.kernel import clock, database
from tests.appointments.viewers import viewer_of
from tests.factories import practices
from tests.messaging import traces
from tests.people import a_connected_patient, staff_of

SEARCH = "/me/messaging/search/"
both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def look_for(who, words, url=SEARCH, status=200):
    return who.submit(who.get(url), "#search form", status, q=words)


def subjects(page):
    return [one.text for one in page.css("#search h3 a")]


@both_ways
def test_the_newest_comes_first_with_its_words_marked(browser, patient, care, htmx):
    now = clock.now()
    care.conversation("My knee hurts.", subject="Older", at=now - timedelta(days=2))
    care.conversation("It is fine.", "<b>Both</b> KNEES & my elbow hurt.", subject="Newer")
    care.conversation("My elbow.", subject="Other")
    page = look_for(browser(patient, htmx=htmx), "knee")
    assert subjects(page) == ["Newer", "Older"]
    assert [one.text for one in page.css("mark")] == ["KNEES", "knee"]
    assert "&lt;b&gt;Both&lt;/b&gt;" in page.source and "You" in page and "knee" not in page.url
    assert page.css("#search h3 a")[0].get("href").endswith("#m2")
    assert page.source.startswith("<!DOCTYPE") != htmx


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("vacunacion", True),
        ("VACUNACIÓN", True),
        ("vacunacio\u0301n", True),
        ("nino", True),
        ("vacu niño", True),
        ("cita", True),
        ("vacuna dolor", False),
        ("acuna", False),
        ("it's", True),
        ("12.5", True),
        ("x-ray", True),
        ("s", False),
    ],
)
def test_english_and_spanish_as_people_type_them(browser, patient, care, words, is_found):
    care.conversation("¿La Vacunación del Niño? It's 12.5 mg, after the X-ray.", subject="Cita de mayo")
    page = look_for(browser(patient), words, status=422 if words == "s" else 200)
    assert subjects(page) == (["Cita de mayo"] if is_found else [])


@pytest.mark.parametrize(
    "words", ["", "a", "a b c", "x" * 500, '"', "*", "\0", "...", "-", "'", "¿?", "%", "\ud7ff", "NEAR", "🙂"]
)
def test_what_can_not_be_looked_for_gets_a_sentence(browser, patient, care, words):
    page = look_for(browser(patient), words, status=422 if words not in ("NEAR",) else 200)
    assert page.css("#search .err" if words != "NEAR" else "#hits-h")


@pytest.mark.parametrize(
    "words",
    ['knee"', "knee*", "knee OR elbow", "NOT knee", "knee AND", "NEAR(knee)", "words:knee", "^knee", "knee & !x",
     "knee:*", "(knee", "knee'); drop table message; --", "p1 knee", "-knee", "{knee}", "knee\0", "\\knee", "knee|"],
)  # fmt: skip
def test_signs_of_the_index_are_nothing_special(browser, patient, care, words):
    care.conversation("My knee or elbow and not near x words drop table message p1.")
    assert len(subjects(look_for(browser(patient), words))) == 1


def test_it_goes_on_where_the_page_ended(browser, patient, care):
    for number in range(searching.FOUND + 3):
        care.conversation("My knee.", subject=f"No. {number}")
    me = browser(patient)
    page = look_for(me, "knee")
    assert len(subjects(page)) == searching.FOUND
    rest = me.submit(page, "#search section form")
    assert subjects(rest) == ["No. 2", "No. 1", "No. 0"] and not rest.css("#search section form")
    nonsense = me.submit(page, "#search section form", before="nonsense")
    assert subjects(nonsense) == subjects(page)


def test_an_old_message_of_a_long_conversation_is_led_to(browser, patient, care):
    care.conversation("The elbow.", *(f"Words {number}." for number in range(30)))
    me = browser(patient)
    url = look_for(me, "elbow").one("#search h3 a").get("href")
    assert me.get(url.partition("#")[0]).css("#m1")


def test_what_is_archived_is_found_and_notes_are_not(browser, patient, care, office, front_desk):
    one = care.conversation("My knee.")
    me = browser(patient)
    me.submit(me.get(f"/me/messaging/{one}/"), 'form[action$="archive"]')
    with database.writing():
        answering.write_note(_desk(front_desk, office), one, body="The elbow, says the knee doctor.", now=clock.now())
    assert len(subjects(look_for(me, "knee"))) == 1
    for who, url in ((me, SEARCH), (browser(front_desk), f"/office/{office.public_id}/messaging/search/")):
        assert not subjects(look_for(who, "elbow", url))


def _desk(made, office):
    now = clock.now()
    args = (Actor("staff", made.staff_id), 0, "", "en", Role.FRONT_DESK, office.id, office.public_id, "", "UTC")
    return StaffViewer(*args, Head(0, b""), now, now)


def test_others_find_nothing(browser, patient, care, office):
    care.conversation("My knee p1 o1.")
    other = a_connected_patient(office.id, given="Mallory", family="Grey")
    for words in ("knee", f"p{patient.person_id}", f"o{office.id}"):
        assert not subjects(look_for(browser(other), words))
    browser(other).get("/office/x/messaging/search/", status=404)


def test_the_office_finds_in_its_own(browser, patient, care, office, front_desk):
    care.conversation("My knee.", subject="Older")
    page = look_for(browser(front_desk), "knee", f"/office/{office.public_id}/messaging/search/")
    assert subjects(page) == ["Older"]
    elsewhere = practices.an_office("Harbor Point Medical")
    assert not subjects(
        look_for(browser(staff_of(elsewhere)), "knee", f"/office/{elsewhere.public_id}/messaging/search/")
    )


def test_that_messages_were_shown_is_written_down(browser, patient, care):
    care.conversation("My knee.")
    me = browser(patient)
    look_for(me, "elbow")
    seen = len(traces.events_of(patient.person_id))
    look_for(me, "knee")
    assert traces.events_of(patient.person_id)[seen:].count("messaging.viewed") == 2  # the box, and what it found


def test_the_index_follows_what_becomes_of_messages(patient, care):
    care.conversation("My toe.", "My elbow.")
    me = viewer_of(patient)

    def numbers(word):
        return [one.number for one in searching.in_own(me, (word,), None)[0]]

    assert (numbers("toe"), numbers("elbow")) == ([1], [2])
    with database.writing() as session:
        session.execute(update(Message).where(Message.number == 1).values(body="My wrist."))
        session.execute(delete(Message).where(Message.number == 2))
    assert (numbers("toe"), numbers("wrist"), numbers("elbow")) == ([], [1], [])
    with database.writing() as session:
        assert session.execute(text("select count(*) from message_words")).scalar() == 1


def test_it_does_not_matter_how_far_back_a_word_stands(patient, care):
    """PostgreSQL looks among the latest messages first, and goes on when those are not enough."""
    care.conversation("A toe.", *["Nothing."] * 1200, "A toe.", subject="No. 1")
    found, older = searching.in_own(viewer_of(patient), ("toe",), None)
    assert ([one.number for one in found], older) == ([1202, 1], None)
    found, older = searching.in_own(viewer_of(patient), ("nothing",), None)
    assert [one.number for one in found] == list(range(1201, 1181, -1))
    found, _ = searching.in_own(viewer_of(patient), ("nothing",), older)
    assert found[0].number == 1181
