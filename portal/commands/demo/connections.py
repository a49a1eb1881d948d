"""Requests to connect to the office that enrolls openly: two wait, one of them with a chart there; one was declined."""

from __future__ import annotations

from datetime import timedelta

from portal.commands.demo.world import World
from portal.domain.charts.models import Chart
from portal.domain.connections.models import ConnectionRequest

#: Who asks, and how many hours ago; with a reason, the office said no.
_ASKED = (("Nadia", 30, None), ("Joaquín", 5, None), ("Anselm", 52, "details_differ"))
_NOTE = "We have another street for you. Please call us, then ask again."


def add(world: World) -> None:
    """People of the other office ask this one."""
    _add_chart(world)
    for given, hours, why in _ASKED:
        person = next(one.person for one in world.people if one.person.given == given)
        world.keep(
            ConnectionRequest(
                public_id=world.uuid(),
                office_id=world.offices["L"].id,
                person_id=person.id,
                state="declined" if why else "waiting",
                asked_at=world.now - timedelta(hours=hours),
                answered_at=world.now - timedelta(hours=20) if why else None,
                staff_member_id=world.staff["tamsin"].id if why else None,
                why=why,
                note=_NOTE if why else None,
            )
        )


def _add_chart(world: World) -> None:
    """The first of them was here years ago, under another phone."""
    person = next(one.person for one in world.people if one.person.given == _ASKED[0][0])
    world.keep(
        Chart(
            public_id=world.uuid(),
            office_id=world.offices["L"].id,
            number="L-3001",
            given=person.given,
            family=person.family,
            birth_date=person.birth_date,
            phone_on_file="+13155550198",
        )
    )
