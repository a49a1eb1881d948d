from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.domain.address_book.models import Insurance, InsuranceCard
from portal.domain.address_book.queries import of_person
from portal.domain.address_book.types import ContactFacts, InsuranceFacts, Kind, ProviderFacts
from portal.domain.copies import Part, Resource, Sheet, Stored, Whose, contact_point
from portal.domain.files.models import StoredFile
from portal.kernel import database
from portal.kernel.rows import Flat

_FILES = (
    select(Insurance.public_id, InsuranceCard.side, StoredFile.kind, StoredFile.name, StoredFile.key)
    .select_from(Insurance)
    .join(InsuranceCard, InsuranceCard.insurance_id == Insurance.id)
    .join(StoredFile, StoredFile.id == InsuranceCard.file_id)
    .where(Insurance.person_id == bindparam("person_id"), Insurance.deleted_at.is_(None), StoredFile.state == "ready")
    .order_by(Insurance.id, InsuranceCard.side)
)


def sheets(whose: Whose) -> Iterator[Sheet]:
    """Insurance (FHIR Coverage), emergency contacts (RelatedPerson), own providers (Practitioner)."""
    cards = _cards_of(whose.person_id)
    for kind, (name, shaped) in _SHAPES.items():
        entries = of_person(whose.person_id, kind)
        yield Sheet(name, [shaped(entry.id, entry.facts) | cards.get(entry.id, {}) for entry in entries])


def files(whose: Whose) -> Iterator[Stored]:
    """Pictures of insurance cards, each called after its insurance and its side."""
    for key, side, kind, name, sealed in database.read(Flat, _FILES, person_id=whose.person_id):
        yield Stored(_path(key, side, kind), name, sealed)


def _cards_of(person_id: int) -> dict[UUID, Resource]:
    """What each insurance that has pictures says of them; FHIR has no place for those."""
    found: dict[UUID, Resource] = {}
    for key, side, kind, *_ in database.read(Flat, _FILES, person_id=person_id):
        found.setdefault(key, {"card": []})["card"].append({"title": side, "url": _path(key, side, kind)})
    return found


def _path(key: UUID, side: str, kind: str) -> str:
    return f"{key}-{side}.{kind}"


def _coverage(key: UUID, facts: InsuranceFacts) -> Resource:
    return {
        "resourceType": "Coverage",
        "id": key,
        "status": "active",
        "type": {"text": facts.kind},
        "payor": [{"display": facts.company}],
        "subscriberId": facts.member_id,
        **({"subscriber": {"display": facts.subscriber}} if facts.subscriber else {}),
        "class": [{"type": {"text": "group"}, "value": facts.group_number}] if facts.group_number else [],
        **({"period": {"end": facts.good_until}} if facts.good_until else {}),
        "telecom": contact_point("phone", facts.phone),
    }


def _contact(key: UUID, facts: ContactFacts) -> Resource:
    telecom = contact_point("phone", facts.phone) + contact_point("phone", facts.other_phone)
    return {
        "resourceType": "RelatedPerson",
        "id": key,
        "name": [{"text": facts.name}],
        "relationship": [{"text": facts.relationship}],
        "telecom": telecom + contact_point("email", facts.email),
    }


def _provider(key: UUID, facts: ProviderFacts) -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": key,
        "name": [{"text": facts.name}],
        "qualification": [{"code": {"text": facts.specialty}}] if facts.specialty else [],
        "telecom": contact_point("phone", facts.phone),
        "address": [{"text": facts.address}] if facts.address else [],
        **({"practice": facts.practice} if facts.practice else {}),
    }


_SHAPES: dict[Kind, tuple[str, Callable[[UUID, Any], Resource]]] = {
    Kind.INSURANCE: ("Coverage", _coverage),
    Kind.CONTACTS: ("RelatedPerson", _contact),
    Kind.PROVIDERS: ("Practitioner", _provider),
}
PART = Part("address_book", sheets, files)
