from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import select

from portal.domain.accounts import rules
from portal.domain.accounts.models import Address, Person
from portal.domain.accounts.types import About, KeptAddress, PostalAddress
from portal.domain.audit.actions import record
from portal.domain.viewer import Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, Stale, refuse_if

_SECTION = "accounts"


def change_about(viewer: Viewer, about: About, *, version: str) -> None:
    """Save what a person changed about themselves. Saving what stands there already is fine.

    Raises:
        Stale: somebody saved something else since `version`; it carries that About.
    """
    person = _person_for_update(viewer)
    before = About._make(getattr(person, name) for name in About._fields)
    if before == about:
        return
    if str(person.version) != version:
        raise Stale(before)
    for name, value in about._asdict().items():
        setattr(person, name, value)
    record("person.changed", by=viewer, about=viewer.person_public_id, section=_SECTION)


def add_address(viewer: Viewer, words: PostalAddress) -> UUID:
    """Add an address; the first one becomes the default.

    Raises:
        Refused: `too_many_addresses`.
    """
    rows = _addresses_for_update(viewer)
    refuse_if(rules.why_not_add(_kept(rows)))
    row = Address(public_id=uuid4(), person_id=viewer.person_id, is_default=not rows, **words._asdict())
    database.session().add(row)
    _changed("address.added", viewer, row.public_id)
    return row.public_id


def change_address(viewer: Viewer, address_id: UUID, words: PostalAddress, *, version: str) -> None:
    """Save the new words of an address.

    Raises:
        Missing: this person has no such address.
        Stale: somebody saved something else since `version`; it carries that PostalAddress.
    """
    row = _one_of(_addresses_for_update(viewer), address_id)
    before = _words(row)
    if before == words:
        return
    if rules.version_of(before) != version:
        raise Stale(before)
    for name, value in words._asdict().items():
        setattr(row, name, value)
    _changed("address.changed", viewer, address_id)


def make_default(viewer: Viewer, address_id: UUID) -> None:
    """From now on this address fills in forms.

    Raises:
        Missing: this person has no such address.
    """
    rows = _addresses_for_update(viewer)
    chosen = _one_of(rows, address_id)
    if chosen.is_default:
        return
    _only_default(rows, chosen.public_id)
    _changed("address.made_default", viewer, address_id)


def delete_address(viewer: Viewer, address_id: UUID) -> None:
    """Delete an address. Where it was the default, the oldest of the others is from now on.

    Raises:
        Missing: this person has no such address.
        Refused: `last_address`.
    """
    rows = _addresses_for_update(viewer)
    leaving = _one_of(rows, address_id)
    refuse_if(rules.why_not_delete(_kept(rows)))
    heir = rules.default_after(_kept(rows), address_id)
    database.session().delete(leaving)
    database.session().flush()
    if heir is not None:
        _only_default([row for row in rows if row is not leaving], heir.id)
    _changed("address.deleted", viewer, address_id)


def _person_for_update(viewer: Viewer) -> Person:
    """The person, held against all other changes of their profile until the commit."""
    person = database.session().get(Person, viewer.person_id, with_for_update={"key_share": True})
    if person is None:
        raise Missing
    return person


def _addresses_for_update(viewer: Viewer) -> list[Address]:
    """All addresses, oldest first. The person is held, so that counting them and adding one can not be parted."""
    _person_for_update(viewer)
    found = select(Address).where(Address.person_id == viewer.person_id).order_by(Address.id)
    return list(database.session().scalars(found, execution_options={"populate_existing": True}))


def _one_of(rows: Sequence[Address], address_id: UUID) -> Address:
    for row in rows:
        if row.public_id == address_id:
            return row
    raise Missing


def _only_default(rows: Sequence[Address], chosen: UUID) -> None:
    """One default: the old one steps back first, for the index never sees two."""
    for row in rows:
        row.is_default = row.is_default and row.public_id == chosen
    database.session().flush()
    _one_of(rows, chosen).is_default = True


def _words(row: Address) -> PostalAddress:
    return PostalAddress._make(getattr(row, name) for name in PostalAddress._fields)


def _kept(rows: Sequence[Address]) -> list[KeptAddress]:
    return [KeptAddress(row.public_id, _words(row), row.is_default, rules.version_of(_words(row))) for row in rows]


def _changed(event: str, viewer: Viewer, address_id: UUID) -> None:
    record(event, by=viewer, about=address_id, section=_SECTION)
