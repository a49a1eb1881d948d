"""What a person sees of how a conversation stands: received, with whom, answered, by when (MSG-3, MSG-4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from portal.domain.accounts.models import Person, StaffMember
from portal.domain.appointments.models import TimeOff
from portal.domain.practices.models import Position
from portal.kernel import clock, database
from tests.factories.appointments import some_hours
from tests.messaging import traces
from tests.people import staff_of

MINE = "/me/messaging/"
A_FRIDAY = datetime(2031, 3, 14, 15, tzinfo=UTC)


def give(them, care, one, member):
    with database.writing() as session:
        chosen = session.get_one(StaffMember, member.staff_id).public_id
    url = f"/office/{care.office}/messaging/{one}/assign"
    them.submit(them.get(url), "main form", member=str(chosen))


def test_the_role_of_who_has_it_and_nothing_else_of_the_office(browser, front_desk, patient, care, office):
    """Before an answer too. Who has it is a role: names and notes are the office's own affair."""
    one, clinician = care.conversation(), staff_of(office, "clinician")
    me, them, place = browser(patient), browser(front_desk), f"/office/{care.office}/messaging/"
    assert "With: clinician at " in me.get(f"{MINE}{one}/")
    them.submit(them.get(f"{place}{one}/"), "form[action$=take]")
    page = me.get(f"{MINE}{one}/")
    assert "Received" in page and "With: front desk at " in page and "Whitlock" not in page
    give(them, care, one, clinician)
    assert "With: clinician at " in me.get(f"{MINE}{one}/")
    with database.writing() as session:
        gone = update(Position).where(Position.staff_member_id == clinician.staff_id)
        session.execute(gone.values(ended_at=clock.now()))
    them.submit(them.get(f"{place}{one}/"), "form[action$=pool]")
    assert "With: front desk at " in me.get(f"{MINE}{one}/")
    them.submit(them.get(f"{place}{one}/"), "form[action$=reply]", body="Wait a week.")
    page = me.get(f"{MINE}{one}/")
    assert "Answered" in page and "With: front desk" in page
    them.submit(them.get(f"{place}{one}/"), "form[action$=close]")
    page = me.get(f"{MINE}{one}/")
    assert "Closed" in page and "With: front desk" not in page


def test_an_open_page_learns_who_has_it(browser, front_desk, patient, care):
    one = care.conversation()
    me, them = browser(patient), browser(front_desk)
    url = me.get(f"{MINE}{one}/").one("#talk").get("data-hx-get")
    me.get(url, status=204, htmx=True)
    them.submit(them.get(f"/office/{care.office}/messaging/{one}/"), "form[action$=take]")
    assert "With: front desk at " in me.get(url, htmx=True)


@pytest.mark.parametrize(
    "days,closed,day", [((), False, "March 19"), ((5,), False, "March 18"), ((5,), True, "March 20")]
)
def test_an_answer_is_promised_by_the_hours_of_the_office(browser, patient, care, days, closed, day):
    """Three days on which the office works, from a Friday on: the same day before typing, and after sending."""
    clock.shift(A_FRIDAY - datetime.now(UTC))
    some_hours(care.provider_id, weekdays=days)
    if closed:
        off = {"office_id": care.office_id, "from_day": A_FRIDAY.date() + timedelta(days=3), "why": "Holiday"}
        with database.writing() as session:
            session.add(TimeOff(**off, until_day=A_FRIDAY.date() + timedelta(days=4)))
    me = browser(patient)
    page = me.get(MINE + "new")
    assert f"by {datetime(2031, 3, int(day[-2:]), tzinfo=UTC):%A}, {day}, 2031" in page
    page = me.submit(page, "#new-conversation form", to=str(care.provider), subject="Knee", body="It hurts.")
    assert f"You get an answer by {day}, 2031" in page
    assert traces.conversations()[0].due_at == datetime(2031, 3, int(day[-2:]), 21, tzinfo=UTC)


def test_the_same_day_in_spanish(browser, patient, care):
    clock.shift(A_FRIDAY - datetime.now(UTC))
    some_hours(care.provider_id, weekdays=(5,))
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == patient.person_id).values(language="es"))
    assert "martes, 18 de marzo de 2031" in browser(patient).get(MINE + "new")
