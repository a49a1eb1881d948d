"""Pictures of insurance cards, front and back: added, replaced, removed; and who may open them.

Each deed is one audit line about the insurance: insurance_card.added, insurance_card.removed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, select

from portal.domain.accounts.models import Person
from portal.domain.address_book.models import EntryRow, Insurance, InsuranceCard
from portal.domain.address_book.types import Side
from portal.domain.audit.actions import record
from portal.domain.files import actions as files
from portal.domain.files.models import StoredFile
from portal.domain.files.queries import FILE
from portal.domain.files.types import FileRow, NewFile
from portal.domain.viewer import Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, Refusal, refuse_if


def _of_cards(*columns: Any) -> Select[Any]:
    """Of insurance that is not deleted."""
    return (
        select(*columns)
        .select_from(InsuranceCard)
        .join(Insurance, Insurance.id == InsuranceCard.insurance_id)
        .join(StoredFile, StoredFile.id == InsuranceCard.file_id)
        .where(Insurance.person_id == bindparam("person_id"), Insurance.deleted_at.is_(None))
    )


_FILE = _of_cards(*FILE).where(StoredFile.public_id == bindparam("public_id"))


def add(viewer: Viewer, entry_id: UUID, side: Side, new: NewFile, now: datetime) -> tuple[bool, str | None]:
    """Put a picture in the place of a side; one that was there goes.

    Whether the new one is kept (the same one twice is once), and the name of bytes that are of no use any more.

    Raises:
        Missing: no such insurance, or somebody else's.
        Refused: `entry_deleted`, `file_day_full`, `file_all_full`.
    """
    row = _for_update(viewer, entry_id)
    refuse_if(Refusal("entry_deleted") if row.deleted_at else None)
    of_side = (InsuranceCard.insurance_id == row.id, InsuranceCard.side == side)
    session = database.session()
    session.execute(select(Person.id).where(Person.id == viewer.person_id).with_for_update())  # one after the other
    digest, name = _stored(*of_side)
    if digest == new.digest:
        return False, None
    _forget(*of_side)
    file = files.add(new, viewer.person_id, viewer.actor, now)
    session.add(InsuranceCard(insurance_id=row.id, side=side, file_id=file.id))
    session.flush()
    record("insurance_card.added", by=viewer, about=row.public_id, section="address_book")
    return True, name


def remove(viewer: Viewer, entry_id: UUID, side: Side) -> str | None:
    """Take the picture of a side away; where there is none, it is away. The name of its bytes, of no use any more.

    Raises:
        Missing: no such insurance, or somebody else's.
    """
    row = _for_update(viewer, entry_id)
    of_side = (InsuranceCard.insurance_id == row.id, InsuranceCard.side == side)
    _, name = _stored(*of_side)
    if name is not None:
        _forget(*of_side)
        record("insurance_card.removed", by=viewer, about=row.public_id, section="address_book")
    return name


def file_of(viewer: Viewer, file_id: UUID) -> FileRow:
    """A picture of a card of the person.

    Raises:
        Missing: there is none, or somebody else's.
    """
    found = database.read_one(FileRow, _FILE, person_id=viewer.person_id, public_id=file_id)
    if found is None:
        raise Missing
    return found


def how_many(row: EntryRow) -> int:
    """Of how many sides of the card of an insurance there are pictures."""
    mine = select(func.count()).select_from(InsuranceCard).where(InsuranceCard.insurance_id == row.id)
    return database.session().scalar(mine) or 0


def forget_of(person_id: int) -> int:
    """All of a person: they close their account. How many."""
    return forget_of_insurance(select(Insurance.id).where(Insurance.person_id == person_id))


def forget_of_insurance(ids: Select[Any]) -> int:
    """All of some insurance (inner ids), before it goes itself. How many."""
    return _forget(InsuranceCard.insurance_id.in_(ids))


def _for_update(viewer: Viewer, entry_id: UUID) -> Insurance:
    mine = select(Insurance).where(Insurance.public_id == entry_id, Insurance.person_id == viewer.person_id)
    row = database.session().scalar(mine.with_for_update())
    if row is None:
        raise Missing
    return row


def _stored(*of_side: ColumnElement[bool]) -> tuple[bytes | None, str | None]:
    """Digest and name of the picture that is there."""
    there = select(StoredFile.digest, StoredFile.name).join(InsuranceCard, InsuranceCard.file_id == StoredFile.id)
    found = database.session().execute(there.where(*of_side)).one_or_none()
    return (found.digest, found.name) if found else (None, None)


def _forget(*which: ColumnElement[bool]) -> int:
    session = database.session()
    ids = list(session.scalars(select(InsuranceCard.file_id).where(*which)))
    session.execute(delete(InsuranceCard).where(InsuranceCard.file_id.in_(ids)))
    return files.forget(ids)
