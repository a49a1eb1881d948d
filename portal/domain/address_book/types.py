"""What stands in the book: three kinds of entries, each with facts of its own."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Kind(StrEnum):
    """A kind of entry, written as in its URL."""

    PROVIDERS = "providers"
    INSURANCE = "insurance"
    CONTACTS = "contacts"


class InsuranceFacts(NamedTuple):
    """A plan that pays. `kind` is what it covers (a code of COVERS); the phone is E.164."""

    company: str
    member_id: str
    group_number: str | None
    phone: str | None
    kind: str
    subscriber: str | None
    good_until: date | None

    @property
    def title(self) -> str:
        """What people call this entry."""
        return self.company

    @property
    def member_id_end(self) -> str:
        """The end of the member ID: enough to know the card by, never more than half of it."""
        return self.member_id[-min(4, max(1, len(self.member_id) // 2)) :]

    def has_ended(self, today: date) -> bool:
        """Whether the card's last day has passed."""
        return self.good_until is not None and self.good_until < today


class ContactFacts(NamedTuple):
    """Somebody to call in an emergency. Phones are E.164."""

    name: str
    relationship: str
    phone: str
    other_phone: str | None
    email: str | None

    @property
    def title(self) -> str:
        """What people call this entry."""
        return self.name


class ProviderFacts(NamedTuple):
    """A clinician outside this portal. The phone is E.164."""

    name: str
    specialty: str | None
    practice: str | None
    phone: str
    address: str | None

    @property
    def title(self) -> str:
        """What people call this entry."""
        return self.name


class Side(StrEnum):
    """A side of an insurance card, written as in its URL."""

    FRONT = "front"
    BACK = "back"


class Card(NamedTuple):
    """The picture of one side. `file_id`: its outer id; `size` in bytes; `state` as of StoredFile."""

    side: str
    file_id: UUID
    size: int
    state: str


class Plan(NamedTuple):
    """An insurance as an office sees it: what stands on the card, and the pictures of it, front first."""

    facts: InsuranceFacts
    cards: list[Card]


Facts = InsuranceFacts | ContactFacts | ProviderFacts
FACTS: dict[Kind, type[InsuranceFacts] | type[ContactFacts] | type[ProviderFacts]] = {
    Kind.INSURANCE: InsuranceFacts,
    Kind.CONTACTS: ContactFacts,
    Kind.PROVIDERS: ProviderFacts,
}

#: What a plan may cover.
COVERS = ("medical", "vision", "dental", "drugs", "other")


class Entry(NamedTuple):
    """One entry; `version` counts how often it was saved. A deleted one is kept for a while.

    `cards`: of how many sides of its card there are pictures (insurance alone has any).
    """

    id: UUID
    version: int
    deleted_at: datetime | None
    facts: Facts
    cards: int = 0
