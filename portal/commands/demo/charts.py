"""Each office's own records: charts of the forty with connections and care teams, seven strangers, and doubles.

The strangers have a chart and nothing else: the portal does not know them yet, they are there to be invited.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal.commands.demo import doubles
from portal.commands.demo.world import Someone, World
from portal.domain.charts.models import Chart, EmergencyAccess
from portal.domain.charts.rules import EMERGENCY_LASTS
from portal.domain.connections.models import CareTeamMember, Connection
from portal.domain.practices.models import Provider
from portal.kernel import database

_TO_INVITE = {
    "L": (
        ("Clementine", "Ashgrove", 58),
        ("Thaddeus", "Moonraker", 30),
        ("Graciela", "Puertaluz", 47),
        ("Percival", "Inkwell", 72),
    ),
    "R": (("Araminta", "Fogbourne", 26), ("Evaristo", "Campoalto", 63), ("Lysander", "Wickham-Dale", 40)),
}
_CHILDRENS = "Pediatrics"


def add(world: World) -> None:
    """Charts, connections and care teams."""
    for someone in world.people:
        for key in someone.offices:
            _add_chart(world, key, someone)
    for key, strangers in _TO_INVITE.items():
        for place, (given, family, age) in enumerate(strangers):
            _add_stranger(world, key, place, given, family, age)
    doubles.add(world)
    _add_emergency(world)


def _add_emergency(world: World) -> None:
    """Billing opened what their role leaves out, a few days ago."""
    office = world.offices["L"].id
    chart = database.session().scalars(select(Chart).filter_by(office_id=office, number="L-2001")).one()
    at = world.now - timedelta(days=4)
    world.keep(
        EmergencyAccess(
            public_id=world.uuid(),
            office_id=office,
            chart_id=chart.id,
            staff_member_id=world.staff["corwin"].id,
            reason="The hospital called at night and asked who treats him. Nobody else was in the office.",
            at=at,
            until=at + EMERGENCY_LASTS,
        )
    )


def _add_chart(world: World, key: str, someone: Someone) -> None:
    person, office = someone.person, world.offices[key]
    chart = Chart(
        public_id=world.uuid(),
        office_id=office.id,
        person_id=person.id,
        number=f"{key}-{1000 + person.id}",
        given=person.given,
        family=person.family,
        birth_date=person.birth_date,
        phone_on_file=someone.phone,
        email=someone.email,
    )
    world.keep(chart)
    if someone.account:
        since = world.now - timedelta(days=world.random.randrange(30, 700))
        world.keep(Connection(office_id=office.id, chart_id=chart.id, person_id=person.id, since=since))
    world.keep(
        *(
            CareTeamMember(office_id=office.id, chart_id=chart.id, provider_id=provider.id)
            for provider in _team(world.providers[key], someone.age)
        )
    )


def _team(providers: list[Provider], age: int) -> list[Provider]:
    """Who looks after somebody of that age: one, and a second one for every third person."""
    fitting = [one for one in providers if (one.specialty == _CHILDRENS) == (age < 18)] or providers
    first = fitting[age % len(fitting)]
    second = fitting[(age + 1) % len(fitting)]
    return [first, second] if age % 3 == 0 and second is not first else [first]


def _add_stranger(world: World, key: str, place: int, given: str, family: str, age: int) -> None:
    area = "315" if key == "L" else "530"
    world.keep(
        Chart(
            public_id=world.uuid(),
            office_id=world.offices[key].id,
            person_id=None,
            number=f"{key}-{2000 + place}",
            given=given,
            family=family,
            birth_date=world.birth_date(age),
            phone_on_file=f"+1{area}55501{70 + place}",
            email=f"{given.lower()}@example.com",
            line1=f"{100 + place} Lantern Street",
            city="Larkhaven" if key == "L" else "Redtail Springs",
            state="NY" if key == "L" else "CA",
            postal_code="00101" if key == "L" else "00171",
        )
    )
