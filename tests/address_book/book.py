"""What the tests of the Address Book share: addresses, what people type, and what is stored."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.domain.address_book.models import MODELS
from portal.domain.address_book.types import FACTS, Kind
from portal.domain.audit.models import AuditEntry
from portal.kernel import database
from tests.people import Patient

BOOK = "/me/address_book/"
LISTS = {Kind.PROVIDERS: BOOK, Kind.INSURANCE: f"{BOOK}insurance/", Kind.CONTACTS: f"{BOOK}contacts/"}
TYPED = {
    Kind.INSURANCE: {
        "company": "Meadowlark Health Plan",
        "member_id": "MHP 8834471",
        "group_number": "88-201",
        "phone": "(800) 555-0166",
        "kind": "medical",
        "good_until": "12/31/2097",
    },
    Kind.CONTACTS: {"name": "Tomas Oakhurst", "relationship": "Brother", "phone": "503 555 0110"},
    Kind.PROVIDERS: {"name": "Dr. Oren Whitcombe", "phone": "503-555-0119", "address": "4 Mill Street\nLarkfield"},
}
#: The name that a card goes by: the field, and what the factory and TYPED put there.
TITLE = {
    Kind.INSURANCE: ("company", "Tidewell Vision", "Meadowlark Health Plan"),
    Kind.CONTACTS: ("name", "Ines Oakhurst", "Tomas Oakhurst"),
    Kind.PROVIDERS: ("name", "Dr. Petra Lindqvist", "Dr. Oren Whitcombe"),
}


def url_of(kind: Kind, entry: UUID, deed: str = "") -> str:
    """The page of a deed."""
    return f"{BOOK}{kind}/{entry}/{deed}"


def stored(kind: Kind, entry: UUID | None = None) -> list[dict[str, Any]]:
    """The rows of a kind (or the one of that id), as plain values."""
    model = MODELS[kind]
    statement = select(model).where(model.public_id == entry) if entry else select(model)
    names = ("public_id", "version", "deleted_at", *FACTS[kind]._fields)
    rows = [{name: getattr(row, name) for name in names} for row in database.session().scalars(statement)]
    database.session().rollback()
    database.session().expunge_all()
    return rows


def deeds_of(patient: Patient) -> list[str]:
    """What the audit chain of this person tells, views left out."""
    chain = select(AuditEntry.event).where(AuditEntry.chain == "person", AuditEntry.subject_id == patient.person_id)
    events = list(database.session().scalars(chain.order_by(AuditEntry.seq)))
    database.session().rollback()
    return [event for event in events if event.endswith((".added", ".changed", ".removed", ".deleted", ".restored"))]
