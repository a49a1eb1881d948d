"""The office ends a connection: access and care team end, the person is told, and can be connected again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain.appointments.question_models import TimeQuestion
from portal.domain.charts.models import Chart, ChartChange
from portal.domain.connections.binding import bind
from portal.domain.connections.models import CareTeamMember, Connection, ProfileChange
from portal.domain.practices.models import Office
from portal.kernel import clock, database
from tests.appointments.traces import claimed, happened, visit
from tests.connections.traces import connections as connections_of
from tests.connections.traces import events_of, told
from tests.factories import appointments, connections, practices
from tests.factories.charts import a_chart, stored
from tests.people import a_connected_patient, staff_of

both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


@pytest.fixture
def maribel(office):
    return a_connected_patient(office.id, given="Maribel", family="Oakhurst")


@pytest.fixture
def chart(maribel):
    with database.writing() as session:
        return session.scalars(select(Chart.public_id).where(Chart.person_id == maribel.person_id)).one()


def at(who, chart, part="connections/ending"):
    return f"/office/{who.place}/{part}/{chart}"


def all_of(statement):
    with database.apart() as session:
        return list(session.scalars(statement))


@both
def test_it_ends_with_a_reason_and_the_person_is_told(browser, front_desk, maribel, chart, htmx):
    assert "Fenwick-Osei" in browser(maribel).get("/me/address_book/")
    desk = browser(front_desk, htmx=htmx)
    page = desk.get(at(front_desk, chart, "charts") + "/connection")
    page = desk.get(page.one("#bond a").get("href"))
    page = desk.submit(page, "form.flow", why="wrong_person", note="Please bring your ID.")
    assert "is not connected to an account" in page and "Receipt" in page
    assert connections_of(maribel.person_id) == []
    (bond,) = all_of(select(Connection).where(Connection.person_id == maribel.person_id))
    assert (bond.end_reason, bond.end_note) == ("wrong_person", "Please bring your ID.")
    assert (stored(chart).person_id, all_of(select(CareTeamMember))) == (None, [])
    assert told() == [("connection_ended", "patient", maribel.account_id)]
    assert "connection.ended" in events_of(maribel.person_id)
    assert "Parted from the account" in desk.get(at(front_desk, chart, "charts") + "/changes")
    me = browser(maribel)
    assert "An office ended its connection" in me.get("/me/")
    page = me.get("/me/connections/")
    assert "this was not your chart" in page and "Please bring your ID." in page
    assert "Fenwick-Osei" not in me.get("/me/address_book/")


@both
def test_without_a_reason_nothing_ends(browser, front_desk, maribel, chart, htmx):
    desk = browser(front_desk, htmx=htmx)
    page = desk.submit(desk.get(at(front_desk, chart)), "form.flow", 422, note="Bye")
    assert "Choose why it ends." in page and "Bye" in page.one("textarea").text
    assert len(connections_of(maribel.person_id)) == 1


def test_what_is_not_connected_is_not_ended(browser, front_desk, office, maribel, chart):
    desk = browser(front_desk)
    page, again = desk.get(at(front_desk, chart)), desk.get(at(front_desk, chart))
    desk.submit(page, "form.flow", why="not_ours")
    assert "not connected to an account any more" in desk.submit(again, "form.flow", 409, why="not_ours")
    page = desk.get(at(front_desk, a_chart(office.id).public_id))
    assert "not connected" in page and not page.css("form.flow")
    assert len(told()) == 1


def test_a_new_invitation_connects_again(browser, front_desk, office, maribel, chart):
    with database.writing() as session:
        session.get_one(Office, office.id).enrolls_by_invitation = True
    desk = browser(front_desk)
    invite = f"/office/{front_desk.place}/enrollment/{chart}/invite/letter"
    desk.get(invite, 409)
    desk.submit(desk.get(at(front_desk, chart)), "form.flow", why="asked_for")
    assert desk.get(invite).css("main form")
    with database.writing() as session:
        bind(session.scalars(select(Chart).where(Chart.public_id == chart)).one(), maribel.person_id, clock.now())
    assert len(connections_of(maribel.person_id)) == 1
    me = browser(maribel)
    assert "Fenwick-Osei" in me.get("/me/address_book/")
    assert "Ended connections" not in me.get("/me/connections/")
    assert "ended its connection" not in me.get("/me/")


def test_what_waited_and_what_was_merged_goes_with_it(browser, front_desk, office, maribel, chart):
    kept = stored(chart)
    merged = a_chart(office.id, person_id=maribel.person_id, merged_into_id=kept.id)
    with database.writing() as session:
        session.add(
            ProfileChange(
                office_id=office.id, chart_id=kept.id, person_id=maribel.person_id, field="given",
                before={"given": "Maribel"}, after={"given": "Mari"}, told_at=clock.now(),
            )
        )  # fmt: skip
    desk = browser(front_desk)
    desk.submit(desk.get(at(front_desk, chart)), "form.flow", why="not_ours")
    assert stored(merged.public_id).person_id is None
    assert [one.state for one in all_of(select(ProfileChange))] == ["gone"]
    assert [one.after for one in all_of(select(ChartChange).filter_by(field="disconnected"))] == ["not_ours"]


def test_other_charts_of_the_person_stay_connected(browser, front_desk, office, maribel, chart):
    elsewhere = practices.an_office("Harbor Point Medical")
    connections.a_connection(maribel.person_id, elsewhere.id, practices.a_provider(elsewhere.id, "Ivo", "Lindgren"))
    desk = browser(front_desk)
    desk.submit(desk.get(at(front_desk, chart)), "form.flow", why="not_ours")
    assert [one.office_id for one in connections_of(maribel.person_id)] == [elsewhere.id]
    assert "Lindgren" in browser(maribel).get("/me/address_book/")


@pytest.mark.parametrize(
    "role,status", [("front_desk", 200), ("administrator", 200), ("clinician", 404), ("billing", 404)]
)
def test_who_may(browser, office, chart, role, status):
    member = staff_of(office, role)
    browser(member).get(at(member, chart), status)
    page = browser(member).get(at(member, chart, "charts") + "/connection")
    assert bool(page.css("#bond a")) == (status == 200)


def test_another_offices_chart_does_not_exist(browser, maribel, chart):
    foe = staff_of(practices.an_office("Harbor Point Medical"))
    them = browser(foe)
    them.get(at(foe, chart), 404)
    form = dict(them.get(f"/office/{foe.place}/charts/new").form("#main form").form_values())
    tokens = {name: form[name] for name in ("csrf_token", "once")}
    them.post(at(foe, chart), {**tokens, "why": "not_ours"}, 404)
    assert len(connections_of(maribel.person_id)) == 1


def test_visits_ahead_go_with_it_and_staff_are_told_how_many(browser, front_desk, office, maribel, chart):
    with database.writing() as session:
        inner, provider = session.execute(
            select(Chart.id, CareTeamMember.provider_id)
            .join(CareTeamMember, CareTeamMember.chart_id == Chart.id)
            .where(Chart.public_id == chart)
        ).first()
    reason = appointments.a_reason(office.id, provider)
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    ahead = [
        appointments.an_appointment(inner, provider, reason, now + timedelta(days=days), state)
        for days, state in ((3, "booked"), (5, "pending"))
    ]
    past = appointments.an_appointment(inner, provider, reason, now - timedelta(days=3), "fulfilled")
    question = appointments.a_question(inner, provider, reason)
    desk = browser(front_desk)
    page = desk.get(at(front_desk, chart))
    assert "They have 2 visits ahead here." in page
    desk.submit(page, "form.flow", why="wrong_person")
    rows = [visit(one) for one in ahead]
    assert [(row.state, row.cancelled_by, claimed(row.public_id)) for row in rows] == [("cancelled", "staff", 0)] * 2
    assert visit(past).state == "fulfilled" and happened(ahead[0])[-1] == ("cancelled", "staff")
    with database.apart() as session:
        assert session.scalar(select(TimeQuestion.state).where(TimeQuestion.public_id == question)) == "withdrawn"
    assert told() == [("connection_ended", "patient", maribel.account_id)]
    assert events_of(maribel.person_id).count("appointment.cancelled") == 2
