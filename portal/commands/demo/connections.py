"""Requests to connect to the office that enrolls openly: two wait, one of them with a chart there; one was declined.

And changes of profiles: two wait for a chart, one was taken, one left with a reason.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal.commands.demo.world import World
from portal.domain.charts.models import Chart
from portal.domain.connections.models import ConnectionRequest, ProfileChange
from portal.kernel import database

#: Who asks, and how many hours ago; with a reason, the office said no.
_ASKED = (("Nadia", 30, None), ("Joaquín", 5, None), ("Anselm", 52, "details_differ"))
_HOME = ("line1", "line2", "city", "state", "postal_code")
#: Whose, which field, from what to what, how many hours ago, and what came of it.
_CHANGES: tuple[tuple[str, str, dict[str, str | None], dict[str, str | None], int, str], ...] = (
    (
        "Marisol",
        "address",
        dict(zip(_HOME, ("19 Bellwether Square", "Apt 3", "Wendermere", "NY", "00104"), strict=True)),
        dict(zip(_HOME, ("14 Lanternfish Lane", None, "Larkhaven", "NY", "00101"), strict=True)),
        26,
        "waiting",
    ),
    ("Bertram", "preferred", {"preferred": None}, {"preferred": "Bert"}, 7, "waiting"),
    ("Delphine", "language", {"language": "es"}, {"language": "en"}, 300, "taken"),
    ("Delphine", "family", {"family": "Harkwell"}, {"family": "Harkwell-Roth"}, 90, "left"),
)
_NOTE = "We have another street for you. Please call us, then ask again."


def add(world: World) -> None:
    """People of the other office ask this one."""
    _add_chart(world)
    _add_changes(world)
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


def _add_changes(world: World) -> None:
    for given, field, before, after, hours, state in _CHANGES:
        person = next(one.person for one in world.people if one.person.given == given)
        chart = select(Chart.id).where(Chart.person_id == person.id, Chart.office_id == world.offices["L"].id)
        answered = state != "waiting"
        world.keep(
            ProfileChange(
                public_id=world.uuid(),
                office_id=world.offices["L"].id,
                chart_id=database.session().scalars(chart).one(),
                person_id=person.id,
                field=field,
                before=before,
                after=after,
                state=state,
                told_at=world.now - timedelta(hours=hours),
                answered_at=world.now - timedelta(hours=hours - 20) if answered else None,
                staff_member_id=world.staff["tamsin"].id if answered else None,
                why="papers" if state == "left" else None,
                note=None,
            )
        )
