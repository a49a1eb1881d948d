from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, bindparam, func, literal, select

from portal.domain.address_book.models import MODELS, Insurance
from portal.domain.address_book.types import FACTS, Entry, Kind
from portal.domain.viewer import Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing


class _Row(tuple[Any, ...]):
    """A row as it comes: id, version, deleted_at, then the facts of its kind in order."""

    @classmethod
    def _make(cls, row: Any) -> _Row:
        return cls(row)

    def entry(self, kind: Kind) -> Entry:
        return Entry(self[0], self[1], self[2], FACTS[kind]._make(self[3:]))


def _of_person(kind: Kind) -> Select[Any]:
    model, facts = MODELS[kind], FACTS[kind]._fields
    columns = [getattr(model, name) for name in ("public_id", "version", "deleted_at", *facts)]
    return select(*columns).where(model.person_id == bindparam("person_id"))


_LIST = {
    kind: _of_person(kind).where(model.deleted_at.is_(None)).order_by(model.id) for kind, model in MODELS.items()
}
_ONE = {kind: _of_person(kind).where(model.public_id == bindparam("public_id")) for kind, model in MODELS.items()}

#: For home: cards whose last day has passed. Columns kind, count, first_at (a date); values person_id, today.
SUMMARY = (
    select(
        literal("insurance_ended").label("kind"), func.count().label("count"),
        func.min(Insurance.good_until).label("first_at"),
    )
    .where(
        Insurance.person_id == bindparam("person_id"), Insurance.deleted_at.is_(None),
        Insurance.good_until < bindparam("today", type_=Date()),
    )
    .having(func.count() > 0)
)


def entries_of(viewer: Viewer, kind: Kind) -> list[Entry]:
    """The person's entries of a kind, in the order in which they were added."""
    return [row.entry(kind) for row in database.read(_Row, _LIST[kind], person_id=viewer.person_id)]


def entry_of(viewer: Viewer, kind: Kind, entry_id: UUID) -> Entry:
    """One entry of the person, also a deleted one that can still be brought back.

    Raises:
        Missing: there is none, or it is somebody else's.
    """
    row = database.read_one(_Row, _ONE[kind], person_id=viewer.person_id, public_id=entry_id)
    if row is None:
        raise Missing
    return row.entry(kind)
