"""Two offices: "L" takes registrations and invitations and is in the East, "R" enrolls in person only, in the West."""

from __future__ import annotations

from portal.commands.demo.world import World
from portal.domain.practices.models import Location, Office, Provider

_OFFICES = {
    "L": ("Larkhaven Family Medicine", "America/New_York", "+13155550100", "desk@larkhaven.example.com"),
    "R": ("Redtail Pediatrics and Medicine", "America/Los_Angeles", "+15305550100", "desk@redtail.example.com"),
}
_OPEN = {"L"}
_PALETTES = {"L": "fig", "R": "lagoon"}
#: In English and Spanish; "R" has said nothing, so the policy alone speaks.
_WELCOME = {
    "L": (
        "New here? Come by on any weekday before 4 p.m., or ask us to send you an invitation.",
        "¿Es nuevo aquí? Venga cualquier día de semana antes de las 4 p. m., o pídanos una invitación.",
    ),
}
_LOCATIONS = (
    ("L", "Mill Street", "12 Mill Street", "Larkhaven", "NY", "00101", "+13155550101"),
    ("L", "Harborside", "340 Old Ferry Road", "Wendermere", "NY", "00104", "+13155550102"),
    ("R", "Juniper Court", "7 Juniper Court", "Redtail Springs", "CA", "00171", "+15305550101"),
    ("R", "Quarry Road", "88 Quarry Road", "Alder Flats", "CA", "00173", "+15305550102"),
)
#: office, place among its locations, name, letters, field; then what they take part in: m, a, d, p.
_PROVIDERS = (
    ("L", 0, "Imogen", "Alderquist", "MD", "Family medicine", "madp"),
    ("L", 0, "Tobias", "Fennimark", "NP", "Family medicine", "ma"),
    ("L", 1, "Rosalind", "Okonvale", "MD", "Internal medicine", "mdp"),
    ("R", 0, "Casimir", "Brightmoor", "MD", "Pediatrics", "madp"),
    ("R", 0, "Yesenia", "Valdorado", "DO", "Internal medicine", "ad"),
    ("R", 1, "Halvard", "Stenquill", "PA", "Pediatrics", "p"),
)


def add(world: World) -> None:
    """Offices, their locations, six providers with differing participation."""
    for key, (name, zone, phone, email) in _OFFICES.items():
        _, _, line1, city, state, postal_code, _ = next(place for place in _LOCATIONS if place[0] == key)
        welcome, welcome_es = _WELCOME.get(key, (None, None))
        world.offices[key] = Office(
            public_id=world.uuid(),
            name=name,
            time_zone=zone,
            phone=phone,
            email=email,
            line1=line1,
            city=city,
            state=state,
            postal_code=postal_code,
            palette=_PALETTES[key],
            welcome=welcome,
            welcome_es=welcome_es,
            enrolls_openly=key in _OPEN,
            enrolls_by_invitation=key in _OPEN,
            enrolls_in_person=True,
        )
    world.keep(*world.offices.values())
    _add_locations(world)
    _add_providers(world)


def _add_locations(world: World) -> None:
    for key, name, line1, city, state, postal_code, phone in _LOCATIONS:
        location = Location(
            public_id=world.uuid(),
            office_id=world.offices[key].id,
            name=name,
            line1=line1,
            city=city,
            state=state,
            postal_code=postal_code,
            phone=phone,
        )
        world.keep(location)
        world.locations.setdefault(key, []).append(location)


def _add_providers(world: World) -> None:
    for key, place, given, family, letters, specialty, parts in _PROVIDERS:
        provider = Provider(
            public_id=world.uuid(),
            office_id=world.offices[key].id,
            location_id=world.locations[key][place].id,
            given=given,
            family=family,
            credentials=letters,
            specialty=specialty,
            takes_messages="m" in parts,
            takes_appointments="a" in parts,
            takes_documents="d" in parts,
            takes_payments="p" in parts,
        )
        world.keep(provider)
        world.providers.setdefault(key, []).append(provider)
