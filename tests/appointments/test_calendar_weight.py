"""A provider's calendar as a fragment weighs 3 KB at most (issue 4), also the fullest one that an office has."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import brotli
import pytest
from sqlalchemy import select

from portal.domain.accounts.models import Person
from portal.domain.connections.models import Connection
from portal.domain.practices.models import Location, Provider
from portal.kernel import database
from tests.factories import appointments, practices

HERE = ZoneInfo("America/New_York")
_MOST = 3 * 1024


@pytest.fixture
def fullest(office, patient):
    """Ten minutes each from 8 to 6 on six days a week at three places, for eight reasons; with visits."""
    provider = practices.a_provider(office.id, "Bartholomew", "Featherstonehaugh-Osei")
    reasons = [appointments.a_reason(office.id, provider, name=f"Visit of sort {one}", minutes=10) for one in range(8)]
    with database.writing() as session:
        first = session.get_one(Provider, provider).location_id
        there = session.get_one(Location, first)
        values = {"city": there.city, "state": there.state, "postal_code": there.postal_code, "phone": there.phone}
        more = [
            Location(office_id=office.id, name=f"Annex {one}", line1=f"{one} Elm Street", **values) for one in (1, 2)
        ]
        session.add_all(more)
        session.flush()
        places = [first, *(one.id for one in more)]
        chart = session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()
        public_id = session.get_one(Provider, provider).public_id
    for place, hours in zip(places, ((480, 720), (720, 900), (900, 1080)), strict=True):
        some = {"weekdays": range(6), "location_id": place, "slot_minutes": 10}
        appointments.some_hours(provider, *hours, pause_starts=None, pause_ends=None, **some)
    for days in (8, 15, 22):
        starts_at = datetime.combine(_today() + timedelta(days=days), datetime.min.time(), HERE) + timedelta(hours=9)
        appointments.an_appointment(chart, provider, reasons[0], starts_at)
    return f"/me/appointments/request/{public_id}/"


def _today():
    return datetime.now(HERE).date()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("view", ["month", "week", "day"])
def test_the_fullest_calendar_is_light(browser, patient, fullest, view, language):
    day = _today() + timedelta(days=14 - _today().weekday())
    with database.writing() as session:
        session.get_one(Person, patient.person_id).language = language
    me = browser(patient)
    asked = {"month": f"month={day:%Y-%m}", "week": f"week={day}", "day": f"day={day}"}[view]
    page = me.get(f"{fullest}?{asked}", htmx=True)
    size = len(brotli.compress(page.source.encode(), quality=5))
    assert page.is_fragment and page.css(".slots a, .cal a") and ("Mañana" in page) == (language == "es")
    assert size <= _MOST


def test_a_full_day_of_the_week_leads_to_all_of_its_times(browser, patient, fullest):
    day = _today() + timedelta(days=14 - _today().weekday())
    page = browser(patient).get(f"{fullest}?week={day}")
    more = next(link for link in page.css("a.hit") if link.text_content() == "All times of this day")
    assert len(page.css("#calendar .slots li")) == 6 * 2 * 9
    assert len(browser(patient).get(more.get("href")).css("#day .slots li")) == 60
