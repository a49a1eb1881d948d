"""What a provider offers, read in one statement, and the times that are walked from it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from portal.domain.appointments import offering
from portal.domain.appointments.types import PartOfDay
from portal.domain.practices.models import Provider
from portal.domain.viewer import Role
from portal.kernel import clock, database
from portal.kernel.refusal import Missing
from tests.appointments.viewers import viewer_of
from tests.factories import appointments, practices
from tests.people import staff_of
from tests.practices.viewers import viewer_of as staff_viewer
from tests.statements import statements

HERE = ZoneInfo("America/New_York")


@pytest.fixture
def open_care(care):
    appointments.some_hours(care.provider)
    return care


def outer(provider_id: int) -> UUID:
    with database.writing() as session:
        return session.get_one(Provider, provider_id).public_id


def monday(weeks: int = 1) -> date:
    """A Monday to come."""
    today = datetime.now(HERE).date()
    return today + timedelta(days=7 * weeks - today.weekday())


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HERE)


def read(patient, care):
    return offering.offering_of(viewer_of(patient), outer(care.provider), clock.now())


def times(found, day, **how):
    free = offering.free_times(found, found.reasons[0], [day], clock.now(), **how)
    return [slot.starts_at.astimezone(HERE).strftime("%H:%M") for slot in free]


def test_all_of_it_comes_in_one_statement(patient, open_care):
    provider = outer(open_care.provider)
    with statements() as ran:
        found = offering.offering_of(viewer_of(patient), provider, clock.now())
    assert len(ran) == 1
    assert found.is_open and found.reasons[0].name == "Yearly check-up" and len(found.hours) == 5
    assert [place.line1 for place in found.places.values()] == ["118 Juniper Street"]


def test_what_somebody_has_is_not_offered(patient, open_care):
    day = monday()
    appointments.an_appointment(open_care.chart, open_care.provider, open_care.reason, at(day, 9, 20))
    found = read(patient, open_care)
    assert times(found, day)[:4] == ["10:00", "10:20", "10:40", "11:00"], "a visit takes 40 minutes"
    assert [one.state for one in found.mine] == ["booked"]


def test_days_off_holidays_and_filters(patient, office, open_care):
    day = monday()
    appointments.time_off(office.id, day, provider_id=open_care.provider)
    appointments.time_off(office.id, day + timedelta(days=1), starts=0, ends=12 * 60)
    found = read(patient, open_care)
    assert times(found, day) == []
    assert times(found, day + timedelta(days=1))[0] == "13:00"
    assert times(found, day + timedelta(days=2), part=PartOfDay.AFTERNOON)[0] == "13:00"
    assert times(found, day + timedelta(days=2), location_id=-1) == []


def test_times_of_an_earlier_rule_and_too_soon_are_not_offered(patient, care):
    appointments.some_hours(care.provider, weekdays=range(7), starts=0, ends=24 * 60, pause_starts=None)
    found, now = read(patient, care), clock.now()
    first = next(offering.free_times(found, found.reasons[0], found.days(now), now))
    assert first.starts_at >= now + timedelta(hours=2)
    assert first == offering.first_free(found, now)


def test_the_nearest_times_are_told_to_who_comes_too_late(patient, open_care):
    day = monday()
    appointments.an_appointment(open_care.chart, open_care.provider, open_care.reason, at(day, 10, 20))
    found = read(patient, open_care)
    near = offering.nearest_free(found, found.reasons[0], at(day, 10, 20), clock.now())
    assert [slot.starts_at.astimezone(HERE).strftime("%H:%M") for slot in near] == ["09:20", "09:40", "11:00"]


def test_who_was_switched_off_or_has_no_hours_offers_nothing(patient, office, care):
    assert not read(patient, care).is_open
    other = practices.a_provider(office.id, "Hana", "Brightwater", takes_appointments=False)
    found = offering.offerings_of(viewer_of(patient), clock.now())
    assert [(one.provider_id, one.is_open) for one in found] == [(other, False), (care.provider, False)]


def test_a_stranger_is_offered_nothing(stranger, open_care):
    with pytest.raises(Missing):
        read(stranger, open_care)
    assert offering.offerings_of(viewer_of(stranger), clock.now()) == []


def test_the_office_reads_the_same(office, front_desk, patient, open_care):
    day, staff = monday(), staff_viewer(front_desk, Role.FRONT_DESK)
    found = offering.office_offering_of(staff, outer(open_care.provider), clock.now())
    assert times(found, day) == times(read(patient, open_care), day)
    assert found.chart_id is None and found.mine == []
    assert [one.provider_id for one in offering.office_offerings_of(office.id, clock.now())] == [open_care.provider]
    with pytest.raises(Missing):
        offering.office_offering_of(
            staff_viewer(staff_of(practices.an_office(), "front_desk"), Role.FRONT_DESK),
            outer(open_care.provider),
            clock.now(),
        )


def test_a_full_calendar_comes_as_one_row(patient, open_care):
    for number in range(6):
        starts_at = at(monday(), 9) + timedelta(days=number % 5, minutes=40 * (number // 5))
        appointments.an_appointment(open_care.chart, open_care.provider, open_care.reason, starts_at)
    found = read(patient, open_care)
    assert len(found.taken) == 6 * 8
    assert len(list(islice(offering.free_times(found, found.reasons[0], [monday()], clock.now()), 99))) > 5


def test_the_list_looks_at_the_whole_week(patient, office, care):
    """Hours on the sixth day from now alone: its first time is somebody's, so the second one is told."""
    here = clock.now().astimezone(HERE)
    day = here.date() + timedelta(days=5)
    appointments.some_hours(care.provider, weekdays=[day.weekday()])
    other = practices.a_provider(office.id, "Hana", "Brightwater")
    appointments.a_reason(office.id, other)
    appointments.some_hours(other, weekdays=range(7), starts=0, ends=24 * 60, pause_starts=None)
    appointments.an_appointment(care.chart, care.provider, care.reason, at(day, 9))
    found = {one.provider_id: one for one in offering.offerings_of(viewer_of(patient), clock.now())}
    late = offering.first_free(found[care.provider], clock.now(), offering.WEEK)
    assert late.starts_at == at(day, 9, 40)
    assert offering.first_free(found[other], clock.now(), offering.WEEK).starts_at < clock.now() + timedelta(days=1)
