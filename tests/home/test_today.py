"""Home: a greeting, what is announced, what needs the person; in one statement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.blueprints.home.wording import LINES, greeting
from portal.domain.home.queries import SUMMARIES
from portal.kernel import clock
from tests.factories import address_book, practices
from tests.factories.announcements import HOUR, an_announcement
from tests.people import a_connected_patient, a_patient
from tests.statements import statements


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (4, "Good morning"),
        (11, "Good morning"),
        (12, "Good afternoon"),
        (17, "Good afternoon"),
        (18, "Good evening"),
        (3, "Good evening"),
    ],
)
def test_the_greeting_goes_by_the_persons_own_clock(app, hour, words):
    eastern_noon = datetime(2027, 3, 9, hour, 59, tzinfo=UTC) + timedelta(hours=5)
    with app.test_request_context():
        assert greeting("Maribel", eastern_noon, "America/New_York") == f"{words}, Maribel"


def test_it_calls_people_as_they_want_to_be_called(browser, office):
    assert ", Maribel" in browser(a_connected_patient(office.id)).get("/me/").one("h1").text
    assert ", Ana Mari" in browser(a_patient(preferred="Ana Mari")).get("/me/").one("h1").text


def test_nothing_to_do_is_said(browser, patient):
    page = browser(patient).get("/me/")
    assert "Nothing needs you today." in page
    assert [link.text for link in page.css("main .rows a")] == ["Appointments", "Address Book", "Settings"]


def test_what_an_ended_insurance_needs(browser, patient, office):
    last = clock.today("America/New_York") - timedelta(days=3)
    address_book.an_insurance(patient.person_id, good_until=last)
    page = browser(patient).get("/me/")
    line = page.css("[aria-labelledby=todo] li")[0]
    assert "An insurance plan has ended" in line.text_content() and str(last.day) in line.text_content()
    assert "To do" in line.text_content() and "Nothing needs you" not in page
    browser(patient).get(page.css("[aria-labelledby=todo] a")[0].get("href"))
    assert "Nothing needs you today." in browser(a_connected_patient(office.id)).get("/me/")
    address_book.an_insurance(patient.person_id, good_until=last)
    assert "2 insurance plans have ended" in browser(patient).get("/me/")


def test_every_kind_of_line_has_words(app):
    told = {str(column) for summary in SUMMARIES for column in _kinds_of(summary)}
    assert told == set(LINES)


def _kinds_of(summary):
    return [summary.selected_columns["kind"].element.value]


def test_whom_an_announcement_is_for(browser, patient, stranger, office):
    other = practices.an_office("Harbor Point Medical")
    for number, (where, audience) in enumerate(
        [
            (office.id, "everyone"),
            (office.id, "patients"),
            (office.id, "staff"),
            (other.id, "everyone"),
            (None, "everyone"),
            (None, "patients"),
            (None, "staff"),
        ]
    ):
        an_announcement(where, audience, title=f"Number {number}", starts_in=-HOUR + timedelta(minutes=number))

    def titles(who):
        return [title.text[-1] for title in browser(who).get("/me/").css(".announce h2")]

    assert titles(patient) == ["0", "1", "4", "5"]
    assert titles(stranger) == ["4", "5"]


def test_an_ended_connection_ends_the_banners(browser, patient, office):
    from portal.domain.connections.models import Connection
    from portal.kernel import database

    an_announcement(office.id)
    with database.writing() as session:
        session.query(Connection).update({"ended_at": clock.now()})
    assert not browser(patient).get("/me/").css(".announce")


def test_readers_of_spanish_get_spanish_or_marked_english(browser, office):
    reader = a_connected_patient(office.id, language="es")
    an_announcement(office.id, title_es="Corte", body_es="El portal descansa.", starts_in=-2 * HOUR, lasts=9 * HOUR)
    an_announcement(office.id, title="Only in English")
    page = browser(reader).get("/me/")
    spanish, english = page.css(".announce h2")
    assert page.root.get("lang") == "es-US"
    assert (spanish.text, spanish.get("lang")) == ("Corte", None)
    assert (english.text, english.get("lang")) == ("Only in English", "en")


def test_readers_of_english_get_english(browser, patient, office):
    an_announcement(office.id, title_es="Corte", body_es="El portal descansa.")
    assert "Corte" not in browser(patient).get("/me/")


def test_home_is_one_statement(browser, patient, office):
    for number in range(5):
        an_announcement(office.id, title=f"Number {number}")
    reader = browser(patient)
    reader.get("/me/")
    with statements() as ran:
        reader.get("/me/")
    assert len(ran) <= 3, "who it is, home itself, the audit line\n" + "\n".join(ran)
