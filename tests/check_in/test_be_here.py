""" "I am here", the place in line, and what a visit by video needs instead (APT-11)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from portal.domain.appointments.models import VisitReason
from portal.kernel import clock, database
from tests.appointments.traces import events_of, happened, visit
from tests.check_in.test_check_in import start
from tests.factories import appointments, connections, practices
from tests.people import a_patient, staff_of

HERE = "form[action$='/here']"


def say_so(me, visit_id, status):
    token = me.get("/me/").css("input[name=csrf_token]")[0].get("value")
    return me.post(f"{start(visit_id)}here", {"csrf_token": token, "once": uuid4().hex}, status)


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
def test_who_comes_says_so_and_stands_in_line(browser, patient, front_desk, coming, htmx):
    now = coming.visit(50)
    me = browser(patient, htmx=htmx)
    page = me.submit(me.get(f"/me/appointments/{now}/"), HERE)
    assert "You are here" in page and "You are next." in page
    assert visit(now).state == "arrived" and visit(now).arrived_at
    assert happened(now) == [("arrived", "patient")]
    assert events_of("person", patient.person_id).count("appointment.arrived") == 1
    desk = browser(front_desk)
    assert "1 person has arrived" in desk.get(f"/office/{front_desk.place}/")
    assert "Place 1 in line" in desk.get(f"/office/{front_desk.place}/appointments/schedule/list")
    assert "See your place in line" in me.get("/me/")


def test_twice_is_once(browser, patient, coming):
    now = coming.visit(50)
    me = browser(patient)
    say_so(me, now, 303)
    at = visit(now).arrived_at
    say_so(me, now, 303)
    assert visit(now).arrived_at == at and happened(now) == [("arrived", "patient")]


@pytest.mark.parametrize(("minutes", "state"), [(65, "booked"), (-25, "booked"), (30, "pending"), (30, "cancelled")])
def test_not_from_home_not_when_it_is_over_and_not_without_a_visit(browser, patient, coming, minutes, state):
    other = coming.visit(minutes, state)
    me = browser(patient)
    assert not me.get(f"/me/appointments/{other}/").css(HERE) and not me.get(start(other)).css(HERE)
    say_so(me, other, 409)
    assert visit(other).state == state


def test_who_wanted_to_cancel_and_comes_is_here(browser, patient, coming):
    now = coming.visit(20, cancel_asked_at=clock.now())
    say_so(browser(patient), now, 303)
    assert visit(now).state == "arrived" and visit(now).cancel_asked_at is None


def test_a_visit_by_video_has_a_link_and_no_line(browser, patient, coming):
    now = coming.visit(20, video_link="https://video.example.com/room")
    with database.writing() as session:
        session.execute(update(VisitReason).values(by_video=True))
    me = browser(patient)
    for step in ("phone", "address", "insurance"):
        me.submit(me.get(start(now)), f"form[action$='/{step}']")
    page = me.get(start(now))
    assert "You are checked in" in page and page.css("a[href='https://video.example.com/room']")
    assert not page.css(HERE) and "You do not have to come" in page
    assert "by video" in say_so(me, now, 409)


def test_the_line_is_that_of_ones_provider_and_day_and_says_a_number_alone(browser, patient, office, coming):
    """Two came before; another provider's, another day's and one who was seen do not count."""
    others = [(-20, "arrived"), (60, "arrived"), (-40, "fulfilled"), (-20 * 60, "arrived"), (10, "booked")]
    early = clock.now() - timedelta(minutes=45)
    for minutes, state in others:
        at = early if minutes > -60 else clock.now() - timedelta(hours=20)
        coming.visit(minutes, state, arrived_at=at if state == "arrived" else None)
    elsewhere = practices.a_provider(office.id, "Imre", "Lindgren-Ash")
    them = a_patient(given="Zebulon", family="Quartermain")
    chart = connections.a_connection(them.person_id, office.id)
    reason = appointments.a_reason(office.id, elsewhere)
    soon = clock.now() + timedelta(minutes=10)
    apart = appointments.an_appointment(chart, elsewhere, reason, soon, "arrived", arrived_at=early)
    now = coming.visit(30)
    me = browser(patient)
    say_so(me, now, 303)
    page = me.get(f"{start(now)}place", htmx=True)
    assert "Place 3 in line" in page
    assert page.one("#place").get("data-hx-get") == f"{start(now)}place"
    assert "Place 3 in line" in me.get(start(now)), "the same by a plain look"
    assert "Quartermain" not in me.get(start(now)).source and str(apart) not in page.source


def test_asking_again_and_again_is_no_sign_of_life_and_no_look(browser, app, patient, coming):
    now = coming.visit(30, "arrived")
    before = events_of("person", patient.person_id)
    me = browser(patient)
    for _ in range(3):
        me.get(f"{start(now)}place", htmx=True)
    assert [one for one in events_of("person", patient.person_id) if one not in before] == ["sign_in.opened"]
    assert app.view_functions["check_in.place"].is_quiet


def test_who_was_seen_is_asked_for_no_more(browser, patient, coming):
    now = coming.visit(-10, "fulfilled")
    page = browser(patient).get(f"{start(now)}place", htmx=True)
    assert "took place" in page and not page.one("#place").get("data-hx-get")


def test_the_desk_sees_who_checked_in_and_what_is_new(browser, patient, front_desk, coming):
    now = coming.visit(30)
    me, desk = browser(patient), browser(front_desk)
    place = f"/office/{front_desk.place}/appointments"
    assert "Checked in" not in desk.get(f"{place}/schedule/list")
    me.submit(me.get(f"{start(now)}address"), "form[action$='/own']")
    for step in ("phone", "insurance"):
        me.submit(me.get(f"{start(now)}{step}"), f"form[action$='/{step}']")
    listed, one = desk.get(f"{place}/schedule/list"), desk.get(f"{place}/{now}/")
    for page in (listed, one):
        assert "Checked in" in page and "Address changed today" in page and "Phone changed" not in page
    assert "Said yes to: Insurance" in one
    assert "checked in" in desk.get(f"{place}/schedule/")


def test_the_desk_of_another_office_sees_nothing(browser, patient, coming):
    now = coming.visit(30)
    other = staff_of(practices.an_office("Harbor Point Medical"))
    browser(other).get(f"/office/{other.place}/appointments/{now}/", 404)
