"""What a journey left behind: the rows themselves."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import select

from portal.domain.audit.models import AuditEntry
from portal.kernel import database

Kind = TypeVar("Kind")


def rows(kind: type[Kind], **known: Any) -> list[Kind]:
    """All rows of a kind with these values, oldest first, as they are now."""
    with database.writing() as session:
        found = list(session.scalars(select(kind).filter_by(**known).order_by(*kind.__table__.primary_key)))
        session.expunge_all()
        return found


def deeds_of(person_id: int) -> list[str]:
    """The audit of somebody's record, without the looking."""
    chain = rows(AuditEntry, chain="person", subject_id=person_id)
    events = [one.event for one in sorted(chain, key=lambda one: one.seq)]
    return [event for event in events if not event.endswith(".viewed")]
