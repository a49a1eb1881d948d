"""Adding, changing, deleting, bringing back. Each is one audit line, like insurance.added or own_provider.deleted."""

from __future__ import annotations

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import func, select

from portal.domain.accounts.models import Person
from portal.domain.address_book import cards, rules
from portal.domain.address_book.models import MODELS, EntryRow
from portal.domain.address_book.types import FACTS, Entry, Facts, Kind
from portal.domain.audit.actions import record
from portal.domain.viewer import Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, Stale, refuse_if


def add(viewer: Viewer, kind: Kind, facts: Facts, now: datetime) -> Entry:
    """Write a new entry.

    Raises:
        Refused: there are as many of this kind as there may be.
    """
    refuse_if(rules.why_not_add(_count_in_peace(viewer, kind)))
    row: EntryRow = MODELS[kind](person_id=viewer.person_id, **facts._asdict())
    database.session().add(row)
    return _done("added", viewer, kind, row, now)


def change(viewer: Viewer, kind: Kind, entry_id: UUID, version: int, facts: Facts, now: datetime) -> Entry:
    """Put new facts in place of those that the form was opened with.

    Raises:
        Missing: no such entry, or somebody else's.
        Refused: it was deleted meanwhile.
        Stale: somebody saved other facts meanwhile; `theirs` is the entry as it is now.
    """
    row = _for_update(viewer, kind, entry_id)
    entry = _entry(kind, row)
    refuse_if(rules.why_not_change(entry))
    if version != entry.version and facts != entry.facts:
        raise Stale(entry)
    for name, value in facts._asdict().items():
        setattr(row, name, value)
    return _done("changed", viewer, kind, row, now)


def delete(viewer: Viewer, kind: Kind, entry_id: UUID, version: int, now: datetime) -> Entry:
    """Take an entry out of the book; `restore` brings it back. Deleting twice is deleting once.

    Raises:
        Missing: no such entry, or somebody else's.
        Stale: it was changed after the person was asked; `theirs` is what would be deleted.
    """
    row = _for_update(viewer, kind, entry_id)
    if row.deleted_at:
        return _entry(kind, row)
    if version != row.version:
        raise Stale(_entry(kind, row))
    row.deleted_at = now
    return _done("deleted", viewer, kind, row, now)


def restore(viewer: Viewer, kind: Kind, entry_id: UUID, now: datetime) -> Entry:
    """Undo a deletion. Where nothing is deleted there is nothing to do.

    Raises:
        Missing: no such entry, or somebody else's.
        Refused: it was deleted long ago, or the list is full meanwhile.
    """
    how_many = _count_in_peace(viewer, kind)
    row = _for_update(viewer, kind, entry_id)
    if row.deleted_at is None:
        return _entry(kind, row)
    refuse_if(rules.why_not_restore(_entry(kind, row), how_many, now))
    row.deleted_at = None
    return _done("restored", viewer, kind, row, now)


def _for_update(viewer: Viewer, kind: Kind, entry_id: UUID) -> EntryRow:
    model = MODELS[kind]
    of_person = select(model).where(model.public_id == entry_id, model.person_id == viewer.person_id)
    row = database.session().scalar(of_person.with_for_update())
    if row is None:
        raise Missing
    return cast(EntryRow, row)


def _count_in_peace(viewer: Viewer, kind: Kind) -> int:
    """How many there are; nobody adds to this person's book until the transaction ends."""
    session, model = database.session(), MODELS[kind]
    session.execute(select(Person.id).where(Person.id == viewer.person_id).with_for_update())
    live = select(func.count()).where(model.person_id == viewer.person_id, model.deleted_at.is_(None))
    return session.scalar(live) or 0


def _done(deed: str, viewer: Viewer, kind: Kind, row: EntryRow, now: datetime) -> Entry:
    row.changed_at = now
    database.session().flush()
    record(f"{row.__tablename__}.{deed}", by=viewer, about=row.public_id, section="address_book")
    return _entry(kind, row)


def _entry(kind: Kind, row: EntryRow) -> Entry:
    facts = FACTS[kind]._make(getattr(row, name) for name in FACTS[kind]._fields)
    return Entry(
        row.public_id, row.version, row.deleted_at, facts, cards.how_many(row) if kind is Kind.INSURANCE else 0
    )
