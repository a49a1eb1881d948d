"""The rules alone, and the select that home shows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from portal.blueprints.address_book import wording
from portal.domain.address_book import queries, rules
from portal.domain.address_book.types import COVERS, ContactFacts, Entry, InsuranceFacts
from portal.kernel import clock, database
from tests.factories.address_book import an_insurance

CONTACT = ContactFacts("Ines", "Daughter", "+15035550144", None, None)


@given(st.text(min_size=1, max_size=40))
def test_a_card_never_shows_more_than_half_of_a_member_id(member_id):
    card = InsuranceFacts("Plan", member_id, None, None, "medical", None, None)
    assert 1 <= len(card.member_id_end) <= 4
    assert member_id.endswith(card.member_id_end)
    assert len(member_id) == 1 or len(card.member_id_end) <= len(member_id) / 2


@given(st.dates(), st.dates())
def test_a_card_is_good_through_its_last_day(last, today):
    assert InsuranceFacts("P", "1", None, None, "other", None, last).has_ended(today) == (today > last)


@given(st.integers(0, 40), st.integers(0, 60 * 24 * 60))
def test_undo_needs_room_and_thirty_days(how_many, minutes):
    now = clock.now()
    entry = Entry(uuid4(), 2, now - timedelta(minutes=minutes), CONTACT)
    refusal = rules.why_not_restore(entry, how_many, now)
    assert (refusal is None) == (minutes <= 30 * 24 * 60 and how_many < rules.MOST)


def test_every_kind_of_plan_has_words():
    assert tuple(wording.COVERS) == COVERS


class _Line(NamedTuple):
    kind: str
    count: int
    first_at: date


def test_home_hears_of_ended_cards_and_of_nothing_else(app, patient):
    def told() -> list[_Line]:
        return database.read(_Line, queries.SUMMARY, person_id=patient.person_id, today=date(2027, 3, 1))

    an_insurance(patient.person_id, good_until=date(2027, 3, 1))
    an_insurance(patient.person_id, good_until=None)
    an_insurance(patient.person_id, good_until=date(2020, 1, 1), deleted_at=clock.now())
    assert told() == []
    an_insurance(patient.person_id, good_until=date(2027, 2, 28))
    an_insurance(patient.person_id, good_until=date(2026, 2, 28))
    assert told() == [("insurance_ended", 2, date(2026, 2, 28))]
