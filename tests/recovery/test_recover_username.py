"""A forgotten username goes by email to whom it belongs; everybody who asks sees the same page."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.audit.models import AuditEntry
from portal.domain.recovery import rules
from portal.domain.recovery.types import Held, NameClaim
from portal.kernel import database
from tests.factories import accounts
from tests.recovery.ways import EMAIL, ask_for_name, somebody

HELD = Held(1, 1, "ann", "José María", "Núñez-O'Brien", "Pepe", "Pepe@example.com", "es", "UTC")


def test_the_username_comes_by_email(browser, posted):
    owner = somebody()
    page = ask_for_name(browser(), given="MARIBEL ", family="oakhurst")
    assert page.url == "/recovery/username/sent" and EMAIL not in page.source
    (told,) = posted()
    assert told.words.to == EMAIL and owner.username in told.words.body
    with database.writing() as session:
        (entry,) = session.query(AuditEntry).filter_by(chain="person", subject_id=owner.person_id)
        assert entry.event == "recovery.username_sent"


def test_a_familys_shared_email_gives_only_the_matching_name(browser, posted):
    """SECURITY R7, ENR-5."""
    owner, other = somebody(), somebody(given="Ines")
    ask_for_name(browser())
    (told,) = posted()
    assert owner.username in told.words.body and other.username not in told.words.body


@pytest.mark.parametrize(
    "said", [{"given": "Mirabel"}, {"family": "Oakhearst"}, {"birth_date": "05/15/1958"}, {"email": "x@example.com"}]
)
def test_who_is_not_known_gets_the_same_page_and_no_mail(browser, posted, said):
    somebody()
    assert ask_for_name(browser(), **said).source == ask_for_name(browser()).source
    assert len(posted()) == 1


@pytest.mark.parametrize("state", ["waiting", "deactivated"])
def test_an_account_that_is_not_in_use_is_not_told(browser, posted, state):
    somebody(state=state)
    assert ask_for_name(browser()).url == "/recovery/username/sent"
    assert posted() == []


def test_the_language_is_the_persons(browser, posted):
    person = accounts.a_person(language="es")
    accounts.an_account(person, email=EMAIL)
    ask_for_name(browser())
    assert "nombre de usuario" in posted()[0].words.body


def test_an_empty_form_says_what_to_type(browser):
    page = ask_for_name(browser(), status=422, given="", family="", birth_date="", email="")
    assert [link.get("href") for link in page.css(".problem a")] == ["#given", "#family", "#birth_date", "#email"]


@pytest.mark.parametrize(
    "claim,is_right",
    [
        (("Jose Maria", "Nunez OBrien", "pepe@EXAMPLE.com"), True),
        (("pepe", "NÚÑEZ-O'BRIEN", "pepe@example.com"), True),
        (("José", "Núñez-O'Brien", "pepe@example.com"), False),
        (("Pepe", "Núñez", "pepe@example.com"), False),
        (("Pepe", "Núñez-O'Brien", "pepe@example.org"), False),
    ],
)
def test_capitals_and_accents_do_not_count(claim, is_right):
    given, family, email = claim
    assert rules.is_about(NameClaim(given, family, date(1958, 5, 14), email), HELD) is is_right
