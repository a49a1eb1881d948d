"""Announcements that run, are planned, and have ended; for patients, staff, and everyone; some with a Spanish twin."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from portal.commands.demo.world import World
from portal.domain.announcements.models import Announcement


class _Said(NamedTuple):
    """Office (None: the operator to all), author, audience, first and last day from today, words."""

    office: str | None
    author: str
    audience: str
    begins: int
    ends: int
    title: str
    body: str
    title_es: str | None = None
    body_es: str | None = None


_ANNOUNCEMENTS = (
    _Said(
        None,
        "orla",
        "everyone",
        -2,
        28,
        "This is a demonstration",
        "All offices and people here are invented. Nothing that you type reaches a real office.",
        "Esto es una demostración",
        "Todos los consultorios y las personas son inventados. Nada de lo que escriba llega a un consultorio real.",
    ),
    _Said(
        "L",
        "adeline",
        "patients",
        -5,
        40,
        "Flu shots on Saturday mornings",
        "Both our locations give flu shots on Saturdays from 9 a.m. to noon. No appointment is needed.",
        "Vacunas contra la gripe los sábados por la mañana",
        "Nuestros dos consultorios vacunan contra la gripe los sábados de 9 a. m. a 12 p. m. No necesita cita.",
    ),
    _Said(
        "R",
        "sabine",
        "patients",
        -1,
        20,
        "New phone hours",
        "You can now call us from 7 a.m. to 7 p.m. Pacific time on weekdays.",
    ),
    _Said(
        "L",
        "adeline",
        "staff",
        -1,
        6,
        "The back parking lot is closed this week",
        "Please use the lot on Old Ferry Road. The side door stays open until 8 p.m.",
    ),
    _Said(
        "R",
        "sabine",
        "everyone",
        4,
        12,
        "We are moving to Quarry Road",
        "The Juniper Court location closes for two days while we move the waiting room furniture.",
        "Nos mudamos a Quarry Road",
        "El consultorio de Juniper Court cierra dos días mientras mudamos los muebles de la sala de espera.",
    ),
    _Said(
        None,
        "orla",
        "staff",
        3,
        5,
        "Maintenance on Sunday night",
        "The portal rests from 11 p.m. to midnight Eastern time. Nothing that you have saved is lost.",
    ),
    _Said(
        "L",
        "adeline",
        "patients",
        -40,
        -10,
        "Closed for the town fair",
        "Both locations were closed on the day of the town fair.",
    ),
    _Said("R", "sabine", "staff", -30, -9, "New badges are here", "Please pick up yours at the front desk."),
)


def add(world: World) -> None:
    """All of them, from whole days around now."""
    for said in _ANNOUNCEMENTS:
        office = world.offices[said.office].id if said.office else None
        world.keep(
            Announcement(
                public_id=world.uuid(),
                office_id=office,
                author_id=world.staff[said.author].id,
                audience=said.audience,
                title=said.title,
                body=said.body,
                title_es=said.title_es,
                body_es=said.body_es,
                starts_at=world.now + timedelta(days=said.begins),
                ends_at=world.now + timedelta(days=said.ends),
            )
        )
