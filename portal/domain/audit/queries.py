from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from portal.domain.audit.models import AuditEntry, AuditSubject
from portal.domain.audit.rules import Entry
from portal.domain.viewer import Head
from portal.kernel import database

_COLUMNS = [getattr(AuditEntry, name) for name in Entry._fields]
_OF_CHAIN = (AuditEntry.chain == bindparam("chain"), AuditEntry.subject_id == bindparam("subject_id"))
_HEAD = select(AuditEntry.seq, AuditEntry.hash).where(*_OF_CHAIN).order_by(AuditEntry.seq.desc()).limit(1)
_CHAIN = select(*_COLUMNS).where(*_OF_CHAIN).order_by(AuditEntry.seq)

_SHOWN = (
    select(AuditSubject.about, AuditSubject.subject)
    .join(AuditEntry, AuditEntry.about == AuditSubject.about)
    .where(*_OF_CHAIN)
)


class _Shown(NamedTuple):
    about: UUID
    subject: UUID


def with_head(statement: Select[*tuple[Any, ...]], chain: str, subject_id: Any) -> Select[Any]:
    """Join the end of an audit chain, so that the page's own audit row needs no look-up."""
    head, links = aliased(AuditEntry), aliased(AuditEntry)
    last = select(func.max(links.seq)).where(links.chain == chain, links.subject_id == subject_id).scalar_subquery()
    return statement.add_columns(head.seq, head.hash).outerjoin(
        head, and_(head.chain == chain, head.subject_id == subject_id, head.seq == last)
    )


def head_of(chain: str, subject_id: int) -> Head:
    """The last link of a chain, or the start of a new one."""
    return database.read_one(Head, _HEAD, chain=chain, subject_id=subject_id) or Head(0, b"")


def chain_of(chain: str, subject_id: int) -> list[Entry]:
    """A whole chain, oldest first."""
    return database.read(Entry, _CHAIN, chain=chain, subject_id=subject_id)


def shown_by(chain: str, subject_id: int) -> dict[UUID, set[UUID]]:
    """Whom the lists of a chain showed: by the `about` of their links, the outer ids of the charts."""
    found: dict[UUID, set[UUID]] = {}
    for one in database.read(_Shown, _SHOWN, chain=chain, subject_id=subject_id):
        found.setdefault(one.about, set()).add(one.subject)
    return found
