"""Entries of somebody's Address Book. Each call is one committed transaction and gives back the outer id."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from portal.domain.address_book.models import MODELS
from portal.domain.address_book.types import Kind
from portal.kernel import database

FACTS: dict[Kind, dict[str, Any]] = {
    Kind.INSURANCE: {
        "company": "Tidewell Vision",
        "member_id": "TW 2210 0093",
        "group_number": "TV-15",
        "phone": "+18005550181",
        "kind": "vision",
        "subscriber": None,
        "good_until": date(2097, 6, 30),
    },
    Kind.CONTACTS: {
        "name": "Ines Oakhurst",
        "relationship": "Daughter",
        "phone": "+15035550144",
        "other_phone": None,
        "email": "ines@example.com",
    },
    Kind.PROVIDERS: {
        "name": "Dr. Petra Lindqvist",
        "specialty": "Dentist",
        "practice": "Lindqvist Dental",
        "phone": "+15035550177",
        "address": "9 Quarry Road, Larkfield, OR 97000",
    },
}


def an_entry(person_id: int, kind: Kind, /, **facts: Any) -> UUID:
    """One entry of a kind; `facts` change its columns (deleted_at too)."""
    with database.writing() as session:
        row = MODELS[kind](person_id=person_id, **{**FACTS[kind], **facts})
        session.add(row)
        session.flush()
        return row.public_id


def an_insurance(person_id: int, **facts: Any) -> UUID:
    """An insurance that is good for a long time."""
    return an_entry(person_id, Kind.INSURANCE, **facts)


def a_contact(person_id: int, **facts: Any) -> UUID:
    """Somebody to call."""
    return an_entry(person_id, Kind.CONTACTS, **facts)


def an_own_provider(person_id: int, **facts: Any) -> UUID:
    """A provider whom the person added."""
    return an_entry(person_id, Kind.PROVIDERS, **facts)
