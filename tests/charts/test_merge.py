"""One person, two charts: one takes the other's place, links move, and it can be undone."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.domain.audit.queries import chain_of
from portal.domain.charts.models import Chart
from portal.domain.connections.models import CareTeamMember, Connection, ProfileChange
from portal.kernel import clock, database
from tests.factories import practices
from tests.factories.charts import a_chart, stored
from tests.factories.connections import a_connection
from tests.people import a_patient, staff_of


def url(who, chart, part=""):
    return f"/office/{who.place}/charts/{chart.public_id}/{part}"


def chart_of(person_id):
    with database.writing() as session:
        session.expire_all()
        return session.scalars(select(Chart).where(Chart.person_id == person_id).order_by(Chart.id.desc())).first()


def open_connections():
    with database.writing() as session:
        rows = session.scalars(select(Connection).where(Connection.ended_at.is_(None)).order_by(Connection.id))
        return [(row.chart_id, row.person_id) for row in rows]


def team_of(chart):
    with database.writing() as session:
        return set(session.scalars(select(CareTeamMember.provider_id).where(CareTeamMember.chart_id == chart.id)))


def merge(browser, who, chart, other, status=200, stays="this"):
    made = browser(who)
    page = made.submit(made.get(url(who, chart, "merge")), "form:has(#number)", number=other.number)
    return made.submit(page, "form[action$=done]", status, stays=stays)


def undo(browser, who, chart, status=200):
    made = browser(who)
    changes = made.get(url(who, chart, "changes"))
    return made.submit(made.get(changes.one("#changes a").get("href")), "form[action$=undo]", status)


@pytest.fixture
def bound(front_desk, patient):
    """The chart of somebody with an account."""
    return chart_of(patient.person_id)


@pytest.fixture
def loose(front_desk):
    """A second chart of the same person, that nobody's account is connected to."""
    made = a_chart(front_desk.office_id, "Maribel", "Oakhurts", birth_date=date(1958, 5, 14))
    return stored(made.public_id)


def test_the_chart_without_account_gives_its_place(browser, front_desk, patient, bound, loose):
    page = merge(browser, front_desk, bound, loose)
    assert page.one("h1").text == "Oakhurst, Maribel" and page.url == url(front_desk, bound)
    assert stored(loose.public_id).merged_into_id == bound.id
    assert open_connections() == [(bound.id, patient.person_id)]
    made = browser(front_desk)
    assert made.get(url(front_desk, loose), 303).headers["Location"] == url(front_desk, bound), "its address leads on"
    history = made.get(url(front_desk, bound, "changes"))
    assert f"Chart {loose.number} was merged into this one" in history
    assert "charts.merged" in [one.event for one in chain_of("person", patient.person_id)]
    search = made.submit(made.get(f"/office/{front_desk.place}/charts/"), "#search form", q="oakhur")
    assert [link.text for link in search.css("#search li a")] == ["Oakhurst, Maribel"]


def test_the_account_follows_to_the_chart_that_stays(browser, front_desk, patient, bound, loose):
    doctor = practices.a_provider(front_desk.office_id, "Tobias", "Fennimark")
    with database.writing() as session:
        session.add(CareTeamMember(office_id=front_desk.office_id, chart_id=loose.id, provider_id=doctor))
    before = team_of(bound)
    merge(browser, front_desk, bound, loose, stays="other")
    assert open_connections() == [(loose.id, patient.person_id)]
    assert team_of(loose) == before | {doctor}
    assert stored(loose.public_id).person_id == patient.person_id
    book = browser(patient).get("/me/address_book/")
    assert "Tobias Fennimark" in book and "Amara Fenwick-Osei" in book


@pytest.mark.parametrize("stays", ["this", "other"])
def test_undone_it_is_as_it_was(browser, front_desk, patient, bound, loose, stays):
    doctor = practices.a_provider(front_desk.office_id, "Tobias", "Fennimark")
    with database.writing() as session:
        session.add(CareTeamMember(office_id=front_desk.office_id, chart_id=loose.id, provider_id=doctor))
    before = (open_connections(), team_of(bound), team_of(loose))
    merge(browser, front_desk, bound, loose, stays=stays)
    kept = bound if stays == "this" else loose
    undo(browser, front_desk, kept)
    assert (open_connections(), team_of(bound), team_of(loose)) == before
    assert stored(bound.public_id).person_id == patient.person_id
    assert stored(loose.public_id).person_id is None
    assert {stored(one.public_id).merged_into_id for one in (bound, loose)} == {None}
    for one, other in ((bound, loose), (loose, bound)):
        history = browser(front_desk).get(url(front_desk, one, "changes"))
        assert f"Parted again from chart {other.number}" in history


def test_two_connections_of_one_person_become_one_and_two_again(browser, front_desk, patient, bound):
    second = a_connection(patient.person_id, front_desk.office_id)
    with database.writing() as session:
        other = session.get_one(Chart, second)
    before = open_connections()
    assert len(before) == 2
    merge(browser, front_desk, bound, other)
    assert open_connections() == [(bound.id, patient.person_id)]
    undo(browser, front_desk, bound)
    assert open_connections() == before


def test_who_left_the_portal_meanwhile_is_not_connected_again(browser, front_desk, patient, bound):
    second = a_connection(patient.person_id, front_desk.office_id)
    with database.writing() as session:
        other = session.get_one(Chart, second)
    merge(browser, front_desk, bound, other)
    with database.writing() as session:
        for row in session.scalars(select(Connection).where(Connection.ended_at.is_(None))):
            row.ended_at = clock.now()
    undo(browser, front_desk, bound)
    assert open_connections() == []


def test_accounts_of_two_people_stay_apart(browser, front_desk, patient, bound):
    somebody = a_patient(given="Jonas", family="Pemberly")
    theirs = a_connection(somebody.person_id, front_desk.office_id)
    with database.writing() as session:
        other = session.get_one(Chart, theirs)
    made = browser(front_desk)
    page = made.submit(made.get(url(front_desk, bound, "merge")), "form:has(#number)", number=other.number)
    assert "Accounts of two different people are connected to these charts" in page
    assert not page.css("form[action$=done]")
    fields = {"csrf_token": page.css("input[name=csrf_token]")[0].get("value"), "once": "x" * 22, "stays": "this"}
    answer = made._send("post", url(front_desk, bound, "merge/done"), data=fields | {"other": str(other.public_id)})
    assert answer.status_code == 409
    assert len(open_connections()) == 2 and stored(other.public_id).merged_into_id is None


def test_merges_are_undone_from_the_last_to_the_first(browser, front_desk, patient, bound, loose):
    third = stored(a_chart(front_desk.office_id, "Mari", "Oakhurst").public_id)
    before = open_connections()
    merge(browser, front_desk, loose, bound)  # the account follows to `loose`
    first = browser(front_desk).get(url(front_desk, loose, "merges"))
    merge(browser, front_desk, third, loose)  # and on to `third`
    assert open_connections() == [(third.id, patient.person_id)]
    form = first.form("form[action$=undo]")
    token = browser(front_desk).get(url(front_desk, third)).css("input[name=csrf_token]")[0].get("value")
    made = browser(front_desk)
    token = made.get(url(front_desk, third)).css("input[name=csrf_token]")[0].get("value")
    assert "Undo that first." in made.submit(form, status=409, csrf_token=token)
    undo(browser, front_desk, third)
    undo(browser, front_desk, loose)
    assert open_connections() == before
    assert {stored(one.public_id).merged_into_id for one in (bound, loose, third)} == {None}


def test_a_merged_chart_takes_part_in_no_other_merge(browser, front_desk, bound, loose):
    third = stored(a_chart(front_desk.office_id, "Mari", "Oakhurst").public_id)
    merge(browser, front_desk, bound, loose)
    made = browser(front_desk)
    page = made.submit(made.get(url(front_desk, third, "merge")), "form:has(#number)", number=loose.number)
    assert "was merged already" in page
    assert made.get(url(front_desk, loose, "merge"), 409)
    assert made.get(url(front_desk, loose, "edit"), 409)


def test_those_that_are_alike_are_offered(browser, front_desk, bound, loose):
    a_chart(front_desk.office_id)
    made = browser(front_desk)
    page = made.submit(made.get(url(front_desk, bound, "merge")), "section[aria-labelledby=alike-h] form")
    offered = page.css("section[aria-labelledby=alike-h] li h3")
    assert [one.text for one in offered] == ["Oakhurts, Maribel"]
    assert "charts.compared" in [one.event for one in chain_of("staff", front_desk.staff_id)]
    compared = made.submit(page, "section[aria-labelledby=alike-h] li form")
    assert "Are these the same person?" in compared


@pytest.mark.parametrize("number", ["nothing", "its own"])
def test_no_other_chart(browser, front_desk, bound, number):
    made = browser(front_desk)
    typed = bound.number if number == "its own" else number
    page = made.submit(made.get(url(front_desk, bound, "merge")), "form:has(#number)", 422, number=typed)
    assert "There is no other chart with this number." in page.one("#number-e").text_content()


def test_another_offices_charts_can_not_be_merged(browser, front_desk, bound):
    """SECURITY Z2: by number, by id, as the one or as the other."""
    theirs = stored(a_chart(practices.an_office("Harbor Point Medical").id, number="H-1").public_id)
    made = browser(front_desk)
    page = made.get(url(front_desk, bound, "merge"))
    made.submit(page, "form:has(#number)", 422, number="H-1")
    token = page.css("input[name=csrf_token]")[0].get("value")
    fields = {"csrf_token": token, "once": "x" * 22, "stays": "this"}
    for path, other in ((url(front_desk, bound), theirs), (url(front_desk, theirs), bound)):
        for deed in ("merge", "merge/done"):
            answer = made._send("post", f"{path}{deed}", data=fields | {"other": str(other.public_id)})
            assert answer.status_code in {404, 422}
    assert stored(theirs.public_id).merged_into_id is None and stored(bound.public_id).merged_into_id is None


@pytest.mark.parametrize("role", ["clinician", "billing"])
def test_other_roles_merge_nothing(browser, office, bound, loose, role):
    member = staff_of(office, role)
    browser(member).get(url(member, bound, "merge"), 404)
    assert "Merge" not in browser(member).get(url(member, bound))


def test_twice_is_once(browser, front_desk, bound, loose):
    made = browser(front_desk)
    page = made.submit(made.get(url(front_desk, bound, "merge")), "form:has(#number)", number=loose.number)
    for _ in range(3):
        made.submit(page, "form[action$=done]")
    listed = made.get(url(front_desk, bound, "merges"))
    assert len(listed.css("form[action$=undo]")) == 1
    for _ in range(3):
        made.submit(listed, "form[action$=undo]")
    assert stored(loose.public_id).merged_into_id is None


def test_changes_that_wait_for_an_answer_follow(browser, front_desk, patient, bound, loose):
    with database.writing() as session:
        session.add(
            ProfileChange(
                office_id=front_desk.office_id, chart_id=bound.id, person_id=patient.person_id, field="phone",
                before={"phone_on_file": None}, after={"phone_on_file": "+18005550122"}, told_at=clock.now(),
            )
        )  # fmt: skip

    def waits_at():
        with database.writing() as session:
            return list(session.scalars(select(ProfileChange.chart_id).where(ProfileChange.state == "waiting")))

    merge(browser, front_desk, bound, loose, stays="other")
    assert waits_at() == [loose.id]
    undo(browser, front_desk, loose)
    assert waits_at() == [bound.id]
