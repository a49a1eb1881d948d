"""Attacks on pictures of insurance cards (SECURITY Z2, Z3), each also against a weakened twin."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.blueprints.address_book import card_views
from portal.domain.address_book.types import Kind
from portal.domain.files.models import StoredFile
from portal.web import access
from tests.address_book.book import url_of
from tests.address_book.cards import put
from tests.factories.address_book import an_insurance
from tests.factories.files import a_picture, sent
from tests.journeys.stored import rows
from tests.pages.world import uuid_of_nothing

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])


@pytest.fixture
def theirs(browser, patient):
    """The insurance of somebody, with a picture of its front: the outer ids of both."""
    entry = an_insurance(patient.person_id)
    put(browser(patient), entry, "front")
    return entry, rows(StoredFile)[0].public_id


def as_somebody_else(monkeypatch, person_id):
    """The twin's views believe that everybody is that person."""
    monkeypatch.setattr(card_views, "viewer", lambda: replace(access.viewer(), person_id=person_id))


@twin
def test_opening_somebody_elses_card_by_its_id(browser, patient, stranger, theirs, weak, monkeypatch):
    """Z2. Not there and not theirs is the same to the byte. The twin does not ask whose it is."""
    foe = browser(stranger)
    if weak:
        as_somebody_else(monkeypatch, patient.person_id)
    answers = [foe._send("get", f"/me/address_book/cards/{key}") for key in (theirs[1], uuid_of_nothing())]
    assert (answers[0].get_data() == answers[1].get_data() and answers[0].status_code == 404) is not weak


@twin
def test_putting_a_picture_on_somebody_elses_card(browser, patient, stranger, theirs, weak, monkeypatch):
    """Z3. Nothing of theirs is changed. The twin does not ask whose it is."""
    foe = browser(stranger, htmx=True)
    page = foe.get(url_of(Kind.INSURANCE, an_insurance(stranger.person_id)))
    if weak:
        as_somebody_else(monkeypatch, patient.person_id)
    put(foe, theirs[0], "front", sent(a_picture("PNG"), "forged.png"), page=page, status=200 if weak else 404)
    assert ([one.title for one in rows(StoredFile)] == ["card.jpg"]) is not weak
