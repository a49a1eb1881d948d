"""A deleted entry, with pictures of its card, can be brought back for 30 days; then it is gone (docs/retention.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Table, delete, select

from portal.domain.address_book import cards
from portal.domain.address_book.models import EmergencyContact, Insurance, OwnProvider
from portal.domain.address_book.rules import KEPT
from portal.kernel import database

_AT_ONCE = 1000


def forget_deleted(now: datetime) -> int:
    """Remove what was deleted long ago, a thousand of a kind at most. How many."""
    return sum(_gone(cast(Table, kind.__table__), now) for kind in (Insurance, EmergencyContact, OwnProvider))


def _gone(table: Table, now: datetime) -> int:
    some = select(table.c.id).where(table.c.deleted_at < now - KEPT).order_by(table.c.id).limit(_AT_ONCE)
    if table is Insurance.__table__:
        cards.forget_of_insurance(some)
    return cast(CursorResult[Any], database.session().execute(delete(table).where(table.c.id.in_(some)))).rowcount
