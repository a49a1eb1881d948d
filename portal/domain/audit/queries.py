from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import bindparam, select

from portal.domain.audit.models import AuditEntry
from portal.domain.audit.rules import Entry
from portal.domain.viewer import Head
from portal.kernel import database

_COLUMNS = [getattr(AuditEntry, name) for name in Entry._fields]
_OF_CHAIN = (AuditEntry.chain == bindparam("chain"), AuditEntry.subject_id == bindparam("subject_id"))
_HEAD = select(AuditEntry.seq, AuditEntry.hash).where(*_OF_CHAIN).order_by(AuditEntry.seq.desc()).limit(1)
_CHAIN = select(*_COLUMNS).where(*_OF_CHAIN).order_by(AuditEntry.seq)
_ALL = select(*_COLUMNS).order_by(AuditEntry.chain, AuditEntry.subject_id, AuditEntry.seq)


def head_of(chain: str, subject_id: int) -> Head:
    """The last link of a chain, or the start of a new one."""
    return database.read_one(Head, _HEAD, chain=chain, subject_id=subject_id) or Head(0, b"")


def chain_of(chain: str, subject_id: int) -> list[Entry]:
    """A whole chain, oldest first."""
    return database.read(Entry, _CHAIN, chain=chain, subject_id=subject_id)


def every_chain() -> Iterator[tuple[tuple[str, int], list[Entry]]]:
    """All chains, one at a time (the verifying command and the daily seal)."""
    rows = database.session().execute(_ALL, execution_options={"yield_per": 1000})
    entries = (Entry(*row) for row in rows)
    for chain, links in groupby(entries, key=lambda entry: (entry.chain, entry.subject_id)):
        yield chain, list(links)
