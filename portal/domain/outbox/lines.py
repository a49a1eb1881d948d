"""Notices reach one person by one channel in the order of the deeds (C15): each waits for the older ones."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, exists, or_, text
from sqlalchemy.orm import aliased

from portal.domain.outbox.models import OutboxMessage

ROW = cast(Table, OutboxMessage.__table__)
# The words of the partial indexes stand in the statements as they stand there, so that both databases use them.
QUEUED = text("outbox_message.state = 'queued'")
_OLDER = aliased(ROW, name="older")

#: That no older notice waits for the same recipient and channel. What lapses (a code) waits only for its like.
FIRST = ~exists().where(
    text("older.state = 'queued'"),
    _OLDER.c.to_kind == ROW.c.to_kind,
    _OLDER.c.to_id == ROW.c.to_id,
    _OLDER.c.channel == ROW.c.channel,
    _OLDER.c.id < ROW.c.id,
    or_(_OLDER.c.lapses_at.is_not(None), ROW.c.lapses_at.is_(None)),
)
