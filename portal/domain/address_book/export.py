from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from portal.domain.address_book.queries import of_person
from portal.domain.address_book.types import ContactFacts, InsuranceFacts, Kind, ProviderFacts
from portal.domain.copies import Part, Resource, Sheet, Whose, contact_point


def sheets(whose: Whose) -> Iterator[Sheet]:
    """Insurance (FHIR Coverage), emergency contacts (RelatedPerson), own providers (Practitioner)."""
    for kind, (name, shaped) in _SHAPES.items():
        yield Sheet(name, [shaped(entry.id, entry.facts) for entry in of_person(whose.person_id, kind)])


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
PART = Part("address_book", sheets)
