"""What may be done with an entry, and why not."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.domain.address_book.types import Entry
from portal.kernel.refusal import Refusal

MOST = 20
#: A deleted entry can be brought back for this long; then the nightly job removes it.
KEPT = timedelta(days=30)


def why_not_add(how_many: int) -> Refusal | None:
    """Nobody needs more than twenty of a kind; a list without end helps nobody in an emergency."""
    return Refusal("address_book_full", most=MOST) if how_many >= MOST else None


def why_not_change(entry: Entry) -> Refusal | None:
    """What was deleted meanwhile has to be brought back first."""
    return Refusal("entry_deleted") if entry.deleted_at else None


def why_not_restore(entry: Entry, how_many: int, now: datetime) -> Refusal | None:
    """Undo works for thirty days, and where there is room."""
    if entry.deleted_at and now - entry.deleted_at > KEPT:
        return Refusal("deleted_long_ago", days=KEPT.days)
    return why_not_add(how_many)
