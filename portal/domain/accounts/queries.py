from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.domain.accounts.models import Address, Person
from portal.domain.accounts.rules import version_of
from portal.domain.accounts.types import About, KeptAddress, PostalAddress, Profile
from portal.domain.viewer import Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing


class _Row(NamedTuple):
    """A person beside one of their addresses; the address is empty for somebody who has none."""

    given: str
    family: str
    preferred: str | None
    marital_status: str
    language: str
    time_zone: str
    birth_date: date
    version: int
    address_id: UUID | None
    is_default: bool | None
    label: str
    line1: str
    line2: str | None
    city: str
    state: str
    postal_code: str


_ABOUT = tuple(getattr(Person, name) for name in About._fields)
_ADDRESS = tuple(getattr(Address, name) for name in PostalAddress._fields)
_PROFILE = (
    select(
        *_ABOUT, Person.birth_date, Person.version, Address.public_id.label("address_id"), Address.is_default, *_ADDRESS
    )
    .select_from(Person)
    .outerjoin(Address, Address.person_id == Person.id)
    .where(Person.id == bindparam("person_id"))
    .order_by(Address.id)
)


def profile_of(viewer: Viewer) -> Profile:
    """The profile of the person whose record is open, with their addresses, oldest first.

    Raises:
        Missing: there is no such person any more.
    """
    rows = database.read(_Row, _PROFILE, person_id=viewer.person_id)
    if not rows:
        raise Missing
    first, here = rows[0], len(About._fields)
    addresses = tuple(_kept(row, row.address_id) for row in rows if row.address_id is not None)
    return Profile(About._make(first[:here]), first.birth_date, str(first.version), addresses)


def _kept(row: _Row, address_id: UUID) -> KeptAddress:
    words = PostalAddress._make(row[-len(PostalAddress._fields) :])
    return KeptAddress(address_id, words, bool(row.is_default), version_of(words))
