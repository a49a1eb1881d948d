from __future__ import annotations

from sqlalchemy import bindparam, select

from portal.domain.audit.models import AuditEntry
from portal.domain.audit.rules import Entry
from portal.domain.viewer import Head
from portal.kernel import database

_COLUMNS = [getattr(AuditEntry, name) for name in Entry._fields]
_OF_CHAIN = (AuditEntry.chain == bindparam("chain"), AuditEntry.subject_id == bindparam("subject_id"))
_HEAD = select(AuditEntry.seq, AuditEntry.hash).where(*_OF_CHAIN).order_by(AuditEntry.seq.desc()).limit(1)
_CHAIN = select(*_COLUMNS).where(*_OF_CHAIN).order_by(AuditEntry.seq)


def head_of(chain: str, subject_id: int) -> Head:
    """The last link of a chain, or the start of a new one."""
    return database.read_one(Head, _HEAD, chain=chain, subject_id=subject_id) or Head(0, b"")


def chain_of(chain: str, subject_id: int) -> list[Entry]:
    """A whole chain, oldest first."""
    return database.read(Entry, _CHAIN, chain=chain, subject_id=subject_id)
