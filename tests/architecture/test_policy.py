"""One policy: which role comes through which door of the office console (SECURITY Z1, Z5, Z6).

The table is written by hand, apart from DOORS: who changes one has to change the other and say so. Every route of the
URL map is knocked at by every kind of visitor, with every method that it has; real ids stand in the URLs of what is in
the office, so that a 404 can only be the door's. A door that lets in what it should not breaks the same test (`weak`).
"""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from flask import Response

from portal import blueprints
from portal.domain.viewer import Role
from portal.web import access, viewers
from tests.architecture.test_doors import routes
from tests.factories import charts, practices
from tests.factories.kiosks import a_kiosk
from tests.people import staff_of

ABOVE, INSIDE = "the operator above all offices", "the operator in an office"
FRONT_DESK, CLINICIAN, BILLING, ADMINISTRATOR = (role.value for role in Role if role is not Role.OPERATOR)
WORKS_HERE = (FRONT_DESK, CLINICIAN, BILLING, ADMINISTRATOR)
COUNTER = (FRONT_DESK, ADMINISTRATOR)
RUNS_IT = (ADMINISTRATOR, INSIDE)
VISITORS = (*WORKS_HERE, ABOVE, INSIDE)
#: Who comes in, by blueprint.
POLICY = {
    "office": (*WORKS_HERE, ABOVE),
    "announcements_office": (*WORKS_HERE, ABOVE),
    "notifications_office": (*WORKS_HERE, ABOVE),
    "security_office": (*WORKS_HERE, ABOVE),
    "security_counter": COUNTER,
    "appointments_office": (FRONT_DESK, CLINICIAN, ADMINISTRATOR),
    "appointments_booking": (FRONT_DESK, CLINICIAN, ADMINISTRATOR),
    "appointments_arrivals": (FRONT_DESK, CLINICIAN, ADMINISTRATOR),
    "appointments_proposing": (FRONT_DESK, CLINICIAN, ADMINISTRATOR),
    "appointments_schedule": (FRONT_DESK, CLINICIAN, ADMINISTRATOR),
    "messaging_files_office": (FRONT_DESK, CLINICIAN, ADMINISTRATOR),
    "messaging_office": (FRONT_DESK, CLINICIAN, ADMINISTRATOR),
    "messaging_saved": (FRONT_DESK, CLINICIAN, ADMINISTRATOR),
    "messaging_search_office": (FRONT_DESK, CLINICIAN, ADMINISTRATOR),
    "appointments_questions_office": (FRONT_DESK, CLINICIAN, ADMINISTRATOR),
    "appointments_waiting_office": (FRONT_DESK, CLINICIAN, ADMINISTRATOR),
    "address_book_office": WORKS_HERE,
    "charts": WORKS_HERE,
    "charts_import": COUNTER,
    "charts_merge": COUNTER,
    "charts_emergency": (ADMINISTRATOR,),
    "departure_office": WORKS_HERE,
    "kiosks_office": COUNTER,
    "enrollment_office": COUNTER,
    "connections_changes": (FRONT_DESK, CLINICIAN, ADMINISTRATOR),
    "connections_ending": COUNTER,
    "connections_office": (FRONT_DESK, CLINICIAN, ADMINISTRATOR),
    "practices_office": RUNS_IT,
    "practices_locations": RUNS_IT,
    "practices_providers": RUNS_IT,
    "appointments_hours": RUNS_IT,
    "appointments_time_off": RUNS_IT,
    "appointments_reasons": RUNS_IT,
    "practices_staff": RUNS_IT,
    "practices_offices": (ABOVE,),
}
#: Whoever works nowhere here, and is let into nothing.
OUTSIDERS = (
    "nobody",
    "a patient",
    "a kiosk of the office",
    "an administrator of another office",
    "somebody who was switched off",
)
_ID = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")


def office_routes(app):
    """Every rule of the office console, with each of its methods."""
    rules = [rule for rule in routes(app) if rule.rule.startswith("/office/<office:office>")]
    return [(rule, method) for rule in rules for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]


def address(rule, place, chart):
    """The rule's URL in an office, with a chart of that office."""
    values = {"office": str(place), "chart": str(chart)}
    chosen = {name: options.split(",")[0] for options, name in re.findall(r"<any\(([^)]*)\):(\w+)>", rule.rule)}
    return _ID.sub(lambda found: str((values | chosen).get(found[1], uuid4())), rule.rule)


@pytest.fixture
def knocking(app, browser, office):
    """`knocking(visitor)`: for each route, whether its door opens; behind it stands a view that does nothing."""
    chart = charts.a_chart(office.id).public_id
    for rule, _ in office_routes(app):
        app.view_functions[rule.endpoint] = lambda **_values: Response("in", 202)

    def knock(visitor, made=None):
        made, place = made or browser(_who(visitor, office)), "all" if visitor == ABOVE else office.public_id
        token = _token(made)
        return {
            (rule.endpoint, method): made._send(
                method.lower(), address(rule, place, chart), **({} if method == "GET" else {"data": token})
            ).status_code
            for rule, method in office_routes(app)
        }

    return knock


def _who(visitor, office):
    return staff_of(None) if visitor in {ABOVE, INSIDE} else staff_of(office, visitor)


def _token(made):
    page = made._send("get", "/sign_in/").get_data(as_text=True)
    return {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1]}


def wanted(app, visitor):
    """What the table says: the status at every route."""
    return {
        (rule.endpoint, method): 202 if visitor in POLICY.get(rule.endpoint.split(".")[0], ()) else 404
        for rule, method in office_routes(app)
    }


def test_the_table_has_every_door(app):
    doors = {door.blueprint.name for door in blueprints.DOORS if door.prefix.startswith("/office/<office")}
    assert set(POLICY) == doors


@pytest.mark.parametrize("visitor", VISITORS)
def test_each_role_comes_through_its_doors_and_no_other(app, knocking, visitor):
    assert len(office_routes(app)) > 60
    assert knocking(visitor) == wanted(app, visitor)


@pytest.mark.parametrize("visitor", OUTSIDERS)
def test_an_outsider_comes_through_none(app, browser, office, patient, knocking, visitor):
    """404 for who is at work elsewhere; the way to the sign-in for who is not staff at all."""
    made = browser(_outsider(visitor, office, patient))
    if visitor == "a kiosk of the office":
        made.client.set_cookie("kiosk", a_kiosk(office.id).token)
    statuses = set(knocking(visitor, made).values())
    at_work = visitor in {"an administrator of another office", "somebody who was switched off"}
    assert statuses == ({404} if at_work else {303})


def _outsider(visitor, office, patient):
    if visitor == "an administrator of another office":
        return staff_of(practices.an_office("Harbor Point Medical"), ADMINISTRATOR)
    if visitor == "somebody who was switched off":
        who = staff_of(office, ADMINISTRATOR)
        practices.leave(office.id, who.staff_id)
        return who
    return patient if visitor == "a patient" else None


def test_an_office_that_is_not_there_is_nobodys(app, browser, operator, administrator):
    for who in (operator, administrator):
        made = browser(who)
        for rule, method in office_routes(app):
            if method == "GET":
                assert made._send("get", address(rule, uuid4(), uuid4())).status_code == 404, rule.rule


#: Every role that works in an office comes in, and every address names a chart, of which the operator has none.
ALL_AT_A_CHART = {"address_book_office"}


@pytest.mark.parametrize(
    "word",
    [word for word, who in POLICY.items() if set(who) != set(VISITORS) - {INSIDE} and word not in ALL_AT_A_CHART],
)
def test_a_door_that_asks_for_no_role_is_found_out(app, knocking, word, monkeypatch):
    """The twin's door lets in everybody who works here."""
    monkeypatch.setitem(blueprints._GUARDS, word, access.staff_of_office(*Role))
    assert any(knocking(visitor) != wanted(app, visitor) for visitor in VISITORS)


def test_a_door_that_does_not_ask_for_the_office_is_found_out(app, browser, office, knocking, monkeypatch):
    """The twin takes a role anywhere for a role here."""
    elsewhere = practices.an_office("Harbor Point Medical")
    monkeypatch.setattr(access.viewers, "staff_of", _as_at_home(elsewhere.public_id))
    made = browser(staff_of(elsewhere, ADMINISTRATOR))
    assert 202 in knocking("an administrator of another office", made).values()


def _as_at_home(home):
    staff_of_any = viewers.staff_of
    return lambda token_hash, _office: staff_of_any(token_hash, home)


def test_a_door_that_forgets_who_left_is_found_out(app, browser, office, knocking, monkeypatch):
    """The twin reads a place that has ended as one that has not."""
    who = staff_of(office, ADMINISTRATOR)
    practices.leave(office.id, who.staff_id)
    whole = viewers.StaffRow.viewer
    monkeypatch.setattr(
        viewers.StaffRow, "viewer", lambda row, **how: whole(row._replace(role=row.role or ADMINISTRATOR), **how)
    )
    assert 202 in knocking("somebody who was switched off", browser(who)).values()
