"""When the check-in opens and ends, by the office's calendar; when "I am here" is of use; what is news."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import pytest

from portal.domain.address_book.types import Entry, InsuranceFacts
from portal.domain.check_in import rules
from portal.domain.check_in.types import Offer, OnFile

NOON = datetime(2027, 3, 16, 16, tzinfo=UTC)  # noon in New York, two days after its clocks went ahead


class Visit(NamedTuple):
    state: str = "booked"
    starts_at: datetime = NOON
    minutes: int = 20
    zone: str = "America/New_York"
    by_video: bool = False
    cancel_asked_at: datetime | None = None
    checked_in_at: datetime | None = None


def code(refusal):
    return refusal.code if refusal else None


@pytest.mark.parametrize(
    ("ahead", "why"),
    [
        (timedelta(days=3, hours=-1, minutes=1), "check_in_early"),  # over the change of the clocks an hour less
        (timedelta(days=3, hours=-1), None),
        (timedelta(minutes=1), None),
        (timedelta(0), "check_in_late"),
    ],
)
def test_it_is_open_for_three_days_of_the_calendar(ahead, why):
    refusal = rules.why_not_check_in(Visit(), NOON - ahead)
    assert code(refusal) == why
    if why == "check_in_early":
        assert refusal.facts["opens_at"] == datetime(2027, 3, 13, 17, tzinfo=UTC), "noon on the wall"


@pytest.mark.parametrize("state", ["held", "pending", "proposed", "fulfilled", "cancelled", "noshow"])
def test_only_an_agreed_visit_has_a_check_in(state):
    now = NOON - timedelta(minutes=30)
    assert code(rules.why_not_check_in(Visit(state), now)) == "check_in_not_agreed"
    assert code(rules.why_not_arrive(Visit(state), now)) == "check_in_not_agreed"


def test_who_wants_out_checks_in_for_nothing_but_may_come():
    visit = Visit(cancel_asked_at=NOON)
    assert code(rules.why_not_check_in(visit, NOON - timedelta(minutes=30))) == "check_in_leaving"
    assert rules.why_not_arrive(visit, NOON - timedelta(minutes=30)) is None


@pytest.mark.parametrize(
    ("minutes", "why"), [(-61, "arrive_early"), (-60, None), (0, None), (19, None), (20, "arrive_late")]
)
def test_people_are_here_from_an_hour_before_until_the_end(minutes, why):
    assert code(rules.why_not_arrive(Visit(), NOON + timedelta(minutes=minutes))) == why


def test_nobody_comes_to_a_video():
    assert code(rules.why_not_arrive(Visit(by_video=True), NOON)) == "arrive_by_video"


@pytest.mark.parametrize(
    ("visit", "ahead", "wanted"),
    [
        (Visit(), 120, {Offer.CHECK_IN}),
        (Visit(), 30, {Offer.CHECK_IN, Offer.ARRIVE}),
        (Visit(checked_in_at=NOON), 30, {Offer.ARRIVE}),
        (Visit(checked_in_at=NOON), 120, set()),
        (Visit("arrived"), 30, {Offer.CHECK_IN, Offer.WAIT}),
        (Visit("arrived", checked_in_at=NOON), 30, {Offer.WAIT}),
        (Visit("fulfilled"), -30, set()),
    ],
)
def test_what_is_offered(visit, ahead, wanted):
    assert rules.offers(visit, NOON - timedelta(minutes=ahead)) == wanted


def test_what_stands_for_the_facts_changes_with_them():
    facts = InsuranceFacts("Tidewell", "TW 1", None, None, "medical", None, date(2097, 1, 1))
    one, two = (Entry(UUID(int=1), version, None, facts) for version in (1, 2))
    assert len({rules.version_of_entries(cards) for cards in ([], [one], [two], [one, two])}) == 4
    assert rules.version_of_words(("+1",)) != rules.version_of_words(None) == rules.version_of_words(None)


@pytest.mark.parametrize(
    ("changed", "last", "wanted"), [(None, None, None), (NOON, None, NOON), (NOON, NOON, None), (None, NOON, None)]
)
def test_news_is_what_came_after_the_last_visit(changed, last, wanted):
    assert rules.since_last(changed, last) == wanted


def test_the_newest_that_the_office_heard_is_asked_about():
    known = OnFile(("1",), ("2",), None, ("2",), NOON)
    assert known.shown == ("2",) and known.other is None
    assert OnFile(("1",), ("2",), None, None, None).other == ("2",)
    assert OnFile(("1",), None, None, None, None).other is None
