"""Forty people in fourteen families. Children have no account; a family shares one email address (ENR-5)."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from portal.commands.demo.world import Someone, World
from portal.domain.accounts.enrolling import make_account, patient_key, seal_authenticator
from portal.domain.accounts.models import Account, Address, Person
from portal.domain.sign_in import recovery_codes

_GROWN = 18


class _Family(NamedTuple):
    """Who lives together: language, offices, street, {given name: age}."""

    name: str
    language: str
    offices: str
    street: str
    members: dict[str, int]


_FAMILIES = (
    _Family("Quillmark", "en", "L", "14 Lanternfish Lane", {"Marisol": 41, "Jasper": 43, "Odette": 12, "Finn": 0}),
    _Family(
        "Montaluna",
        "es",
        "LR",
        "5 Windfall Street",
        {"Esperanza": 68, "Ignacio": 71, "Lucía": 39, "Mateo": 8, "Alba": 2},
    ),
    _Family("Fairwillow", "en", "L", "210 Thimble Avenue", {"Winifred": 90, "Bertram": 64}),
    _Family("Tessandri", "en", "R", "9 Copperleaf Way", {"Nadia": 35, "Kellan": 37, "Juniper": 5, "Rowan": 3}),
    _Family("Okeyloft", "en", "LR", "77 Saltmarsh Road", {"Obadiah": 52, "Temperance": 50, "Simeon": 19}),
    _Family("Rivasombra", "es", "R", "31 Hummingbird Court", {"Celestina": 29, "Joaquín": 31, "Inés": 0}),
    _Family("Harkwell", "en", "L", "2 Candlewick Row", {"Delphine": 27}),
    _Family("Linhmarsh", "en", "LR", "118 Kitemaker Street", {"Minh-Anh": 46, "Beatrix": 14}),
    _Family("Stormvale", "en", "R", "63 Driftwood Terrace", {"Leopold": 78, "Philippa": 76}),
    _Family("Arroyoclaro", "es", "L", "45 Appleyard Road", {"Dolores": 55, "Ramiro": 57, "Noelia": 22, "Tadeo": 16}),
    _Family("Greymantle", "en", "L", "8 Tinderbox Alley", {"Ambrose": 33, "Saffron": 33, "Piper": 1}),
    _Family("Petrowick", "en", "R", "150 Skylark Drive", {"Ludmila": 61, "Anselm": 24}),
    _Family("Dovecourt", "en", "L", "27 Marigold Close", {"Ottilie": 45, "Hugo": 9, "Nell": 6}),
    _Family("Zephyrin", "en", "LR", "1 Lighthouse Point", {"Marguerite": 83, "Lazare": 85}),
)
_TOWNS = {"L": ("Larkhaven", "NY", "00101", "315"), "R": ("Redtail Springs", "CA", "00171", "530")}
_PREFERRED = {"Bertram": "Bert", "Philippa": "Pip", "Temperance": "Tempe"}
#: Who has the second step on; the secret of their app is the same every time, as those of staff are.
_SECOND_STEP = {"Temperance": "LANTERNRIVERQUIETMAPLETWOSTEPS22"}
_MOVED = {"Marisol", "Lucía", "Nadia", "Obadiah"}


def add(world: World) -> None:
    """Families, one by one."""
    for family in _FAMILIES:
        for given, age in family.members.items():
            world.people.append(_someone(world, family, given, age))


def username_of(given: str) -> str:
    """The given name as one types it anywhere: no capitals, no accents."""
    plain = unicodedata.normalize("NFKD", given).encode("ascii", "ignore").decode()
    return plain.lower()


def _someone(world: World, family: _Family, given: str, age: int) -> Someone:
    office = world.offices[family.offices[0]]
    person = Person(
        public_id=world.uuid(),
        given=given,
        family=family.name,
        preferred=_PREFERRED.get(given),
        birth_date=world.birth_date(age),
        marital_status=_marital_status(family, age),
        language=family.language,
        time_zone=office.time_zone,
    )
    world.keep(person)
    email = f"{username_of(family.name)}@example.com"
    phone = _phone(world, family)
    _add_addresses(world, family, person)
    account = _account(world, person, email, phone) if age >= _GROWN else None
    return Someone(person, account, family.name, family.offices, email, phone, age)


def _account(world: World, person: Person, email: str, phone: str) -> Account:
    account = make_account(
        person.id,
        username=username_of(person.given),
        password_hash=world.password_hash,
        email=email,
        phone=phone,
        public_id=world.uuid(),
    )
    world.keep(account)
    if secret := _SECOND_STEP.get(person.given):
        account.authenticator = seal_authenticator(patient_key(account.username_key, account.data_key), secret)
        recovery_codes.put(account.id, recovery_codes.fresh().hashes)
    return account


def _marital_status(family: _Family, age: int) -> str:
    """FHIR's codes (v3-MaritalStatus): two grown-ups of about one age are taken for a couple."""
    if age < _GROWN:
        return "S"
    near = [other for other in family.members.values() if abs(other - age) <= 4 and other >= _GROWN]
    return "M" if len(near) > 1 else "W" if age > 60 else "UNK"


def _phone(world: World, family: _Family) -> str:
    return f"+1{_TOWNS[family.offices[0]][3]}55501{20 + len(world.people):02}"


def _add_addresses(world: World, family: _Family, person: Person) -> None:
    city, state, postal_code, _ = _TOWNS[family.offices[0]]
    world.keep(
        Address(
            public_id=world.uuid(),
            person_id=person.id,
            label="Home",
            line1=family.street,
            city=city,
            state=state,
            postal_code=postal_code,
            is_default=True,
        )
    )
    if person.given in _MOVED:
        world.keep(
            Address(
                public_id=world.uuid(),
                person_id=person.id,
                label="Before",
                line1="19 Bellwether Square",
                line2="Apt 3",
                city="Wendermere",
                state="NY",
                postal_code="00104",
                is_default=False,
            )
        )
