"""The day itself: arrived, in line, seen, or missed (APT-11)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from portal.kernel import clock
from tests.appointments.traces import claimed, happened, visit
from tests.factories import appointments, charts, connections, practices
from tests.people import staff_of


@pytest.fixture
def made(office, patient):
    """`made(minutes, …)`: a visit of the patient so many minutes from now."""
    provider = practices.a_provider(office.id, "Imre", "Lindgren-Ash")
    chart = connections.a_connection(patient.person_id, office.id)
    reason = appointments.a_reason(office.id, provider)
    start = clock.now().replace(second=0, microsecond=0)

    def make(minutes=0, state="booked"):
        return appointments.an_appointment(chart, provider, reason, start + timedelta(minutes=minutes), state)

    return make


def deed(desk, who, public_id, name, status=303):
    token = desk.get(f"/office/{who.place}/").css("input[name=csrf_token]")[0].get("value")
    fields = {"csrf_token": token, "once": uuid4().hex, "version": str(visit(public_id).version)}
    return desk.post(f"/office/{who.place}/appointments/{public_id}/{name}", fields, status)


def test_arriving_standing_in_line_and_being_seen(browser, front_desk, made):
    first, second = made(-10), made(20)
    desk = browser(front_desk)
    deed(desk, front_desk, second, "arrive")
    deed(desk, front_desk, first, "arrive")
    assert visit(second).state == "arrived" and visit(second).arrived_at
    assert "2 people have arrived" in desk.get(f"/office/{front_desk.place}/")
    deed(desk, front_desk, second, "finish")
    assert visit(second).state == "fulfilled"
    assert happened(second) == [("arrived", "staff"), ("fulfilled", "staff")]
    assert "1 person has arrived" in desk.get(f"/office/{front_desk.place}/")


def test_the_list_of_the_day_has_the_buttons_and_the_places(browser, front_desk, made):
    here = made(0)
    desk = browser(front_desk)
    page = desk.get(f"/office/{front_desk.place}/appointments/schedule/list")
    page = desk.submit(page, f"#visit-{here} form[action$='arrive']")
    assert "Place 1 in line" in page and "Arrived" in page
    page = desk.submit(page, f"#visit-{here} form[action$='finish']")
    assert "Place 1 in line" not in page and visit(here).state == "fulfilled"


def test_a_visit_is_missed_when_its_time_has_come(browser, front_desk, made):
    gone, ahead, far = made(-30), made(60), made(5 * 24 * 60)
    desk = browser(front_desk)
    deed(desk, front_desk, gone, "miss")
    assert visit(gone).state == "noshow"
    assert "still ahead" in deed(desk, front_desk, ahead, "miss", 409)
    assert "another day" in deed(desk, front_desk, far, "arrive", 409)
    deed(desk, front_desk, gone, "arrive", 409)
    assert visit(ahead).state == visit(far).state == "booked"


def test_another_office_and_billing_mark_nothing(browser, office, made):
    here = made(0)
    for who in (staff_of(practices.an_office("Harbor Point Medical")), staff_of(office, "billing")):
        for name in ("arrive", "finish", "miss", "put_back"):
            deed(browser(who), who, here, name, 404)
    assert visit(here).state == "booked"


def test_a_slip_of_the_hand_is_undone_the_same_day(browser, front_desk, made):
    here = made(0)
    desk = browser(front_desk)
    page = desk.get(f"/office/{front_desk.place}/appointments/schedule/list")
    undo = f"#visit-{here} form[action$='put_back']"
    page = desk.submit(page, f"#visit-{here} form[action$='arrive']")
    page = desk.submit(page, f"#visit-{here} form[action$='finish']")
    page = desk.submit(page, undo)
    assert visit(here).state == "arrived" and visit(here).arrived_at and "Place 1 in line" in page
    page = desk.submit(page, undo)
    assert visit(here).state == "booked" and visit(here).arrived_at is None
    assert happened(here)[-2:] == [("put_back", "staff"), ("put_back", "staff")]
    assert not page.css(undo)


def test_undo_is_of_the_day_alone(browser, front_desk, made):
    here = made(-30)
    desk = browser(front_desk)
    deed(desk, front_desk, here, "miss")
    clock.shift(timedelta(hours=20))
    assert "another day" in deed(browser(front_desk), front_desk, here, "put_back", 409)
    assert visit(here).state == "noshow"


def test_a_missed_visit_frees_what_is_ahead_and_undo_takes_it_back(browser, front_desk, made):
    here = made(-10)
    desk = browser(front_desk)
    assert claimed(here) in (4, 5)
    deed(desk, front_desk, here, "miss")
    left = claimed(here)
    assert 2 <= left <= 3
    deed(desk, front_desk, here, "put_back")
    assert visit(here).state == "booked" and claimed(here) in (4, 5)


def test_who_came_after_all_sits_beside_whoever_took_the_time(browser, front_desk, office, made):
    here = made(-1)
    desk, row = browser(front_desk), visit(here)
    deed(desk, front_desk, here, "miss")
    soon = clock.now().replace(minute=clock.now().minute // 5 * 5, second=0, microsecond=0) + timedelta(minutes=5)
    other = charts.a_chart(office.id)
    taken = appointments.an_appointment(other.id, row.provider_id, row.reason_id, soon)
    deed(desk, front_desk, here, "put_back")
    assert visit(here).state == "booked" and claimed(here) >= 4 and claimed(taken) == 4
