"""In each office somebody who closed their account a few days ago: the chart is still there."""

from __future__ import annotations

from datetime import timedelta

from portal.commands.demo.world import World
from portal.domain.accounts.models import Person
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection
from portal.domain.connections.queries import DEACTIVATED

_LEFT = {"L": ("Ignatius", "Fernsby", 66, "+13155550189"), "R": ("Rosalind", "Tidewater", 35, "+15305550189")}


def add(world: World) -> None:
    """A chart, and a connection that is over."""
    for days, (key, (given, family, age, phone)) in enumerate(_LEFT.items(), 3):
        office, born = world.offices[key], world.birth_date(age)
        person = Person(public_id=world.uuid(), given=given, family=family, birth_date=born, time_zone=office.time_zone)
        chart = Chart(
            public_id=world.uuid(),
            office_id=office.id,
            person_id=None,
            number=f"{key}-3000",
            given=given,
            family=family,
            birth_date=born,
            phone_on_file=phone,
        )
        world.keep(person, chart)
        world.keep(
            Connection(
                office_id=office.id,
                chart_id=chart.id,
                person_id=person.id,
                since=world.now - timedelta(days=400),
                ended_at=world.now - timedelta(days=days),
                end_reason=DEACTIVATED,
            )
        )
