"""Insurance, emergency contacts and own providers of the people who have an account."""

from __future__ import annotations

from datetime import date

from portal.commands.demo import cards
from portal.commands.demo.world import Someone, World
from portal.domain.address_book.models import EmergencyContact, Insurance, OwnProvider

_COMPANIES = ("Bluefern Mutual", "Harvest Oak Health", "Copperline Benefit Trust")
_SENIOR, _SENIOR_AGE = "Silverbrook Senior Plan", 65
_OWN = (
    ("Dr. Quentin Molarsky", "Dentist", "Bright Harbor Dental"),
    ("Dr. Lenore Visconde", "Eye doctor", "Clearwater Eye Care"),
    ("Fabian Strideman", "Physical therapist", None),
)


def add(world: World) -> None:
    """An address book for each account; some have more in it than others."""
    for place, someone in enumerate(one for one in world.people if one.account):
        _add_insurance(world, someone, place)
        _add_contacts(world, someone)
        if place % 4 == 0:
            _add_own_provider(world, someone, place)


def _add_insurance(world: World, someone: Someone, place: int) -> None:
    company = _SENIOR if someone.age >= _SENIOR_AGE else _COMPANIES[len(someone.family) % len(_COMPANIES)]
    number = world.random.randrange(10**8, 10**9)
    medical = _insurance(world, someone, company, f"{company[0]}{number}", "medical", _year_end(world))
    world.keep(medical)
    if place == 0:
        cards.show(world, someone, medical)
    if place % 3 == 0:
        world.keep(_insurance(world, someone, "Pearl and Enamel Dental", f"PE{number % 10**6}", "dental", None))


def _insurance(
    world: World, someone: Someone, company: str, member_id: str, kind: str, good_until: date | None
) -> Insurance:
    return Insurance(
        public_id=world.uuid(),
        person_id=someone.person.id,
        version=1,
        deleted_at=None,
        company=company,
        member_id=member_id,
        group_number=f"G-{4000 + len(someone.family)}",
        phone="+18005550150",
        kind=kind,
        subscriber=None,
        good_until=good_until,
    )


def _year_end(world: World) -> date:
    return date(world.now.year + 1, 12, 31)


def _add_contacts(world: World, someone: Someone) -> None:
    relatives = [one for one in world.people if one.family == someone.family and one is not someone and one.account]
    for relative in relatives[:2]:
        world.keep(_contact(world, someone, relative.person.given, relative.person.family, "Family", relative.phone))
    if not relatives:
        world.keep(_contact(world, someone, "Cordelia", "Ashgrove", "Friend", "+13155550190"))


def _contact(
    world: World, someone: Someone, given: str, family: str, relationship: str, phone: str
) -> EmergencyContact:
    return EmergencyContact(
        public_id=world.uuid(),
        person_id=someone.person.id,
        version=1,
        deleted_at=None,
        name=f"{given} {family}",
        relationship=relationship,
        phone=phone,
        other_phone=None,
        email=None,
    )


def _add_own_provider(world: World, someone: Someone, place: int) -> None:
    name, specialty, practice = _OWN[place // 4 % len(_OWN)]
    world.keep(
        OwnProvider(
            public_id=world.uuid(),
            person_id=someone.person.id,
            version=1,
            deleted_at=None,
            name=name,
            specialty=specialty,
            practice=practice,
            phone="+13155550195",
            address="52 Orchard Plaza, Larkhaven, NY 00101",
        )
    )
