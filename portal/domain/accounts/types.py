from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from portal.kernel.refusal import Missing


class About(NamedTuple):
    """What a person may change about themselves. `marital_status` is FHIR's code, `time_zone` an IANA name."""

    given: str
    family: str
    preferred: str | None
    marital_status: str
    language: str
    time_zone: str


class PostalAddress(NamedTuple):
    """A US address in words: `state` two letters, `postal_code` 12345 or 12345-6789."""

    label: str
    line1: str
    line2: str | None
    city: str
    state: str
    postal_code: str


class KeptAddress(NamedTuple):
    """One of a person's addresses. `version` stands for the words in it (rules.version_of)."""

    id: UUID
    words: PostalAddress
    is_default: bool
    version: str


class Profile(NamedTuple):
    """A person's own page about themselves; addresses oldest first."""

    about: About
    birth_date: date
    version: str
    addresses: tuple[KeptAddress, ...]

    def address(self, address_id: UUID) -> KeptAddress:
        """One of the addresses.

        Raises:
            Missing: this person has no such address.
        """
        for address in self.addresses:
            if address.id == address_id:
                return address
        raise Missing
