"""Words that are not sent yet: sealed, for their author alone, for 90 days (MODEL, Retention)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, and_, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from portal.domain.messaging.models import Draft
from portal.domain.viewer import Actor
from portal.kernel import database, secrets

#: The place of a conversation that is not begun yet.
NEW = "new"
KEPT = timedelta(days=90)
PURPOSE = "drafts"
_AT_ONCE = 1000
_KEEP = insert(Draft).values({name: bindparam(name) for name in ("by_kind", "by_id", "place", "content", "saved_at")})
_KEEP_LATEST = _KEEP.on_conflict_do_update(
    index_elements=[Draft.by_kind, Draft.by_id, Draft.place],
    set_={"content": _KEEP.excluded.content, "saved_at": _KEEP.excluded.saved_at},
)
#: The reader's own draft, for a statement with the values own_kind, reader_id, place.
OWN = and_(
    Draft.by_kind == bindparam("own_kind"),
    Draft.by_id == bindparam("reader_id"),
    Draft.place == bindparam("place"),
)


def place_of(conversation: UUID) -> str:
    """Where the draft of a reply belongs."""
    return conversation.hex


def context(kind: str, by_id: int, place: str) -> str:
    """What must be said again to open a draft: whose it is, and where it belongs."""
    return f"{kind}:{by_id}:{place}"


def opened(content: bytes | None, actor: Actor, place: str) -> dict[str, str]:
    """What was typed, by field; nothing where there is no draft."""
    if not content:
        return {}
    found: dict[str, str] = json.loads(secrets.unseal(PURPOSE, bytes(content), context(*actor, place)))
    return found


def keep(actor: Actor, place: str, fields: Mapping[str, Any], now: datetime) -> bool:
    """Keep what was typed in place of what was kept before; empty fields keep nothing. Whether anything changed."""
    typed = {name: value for name, value in fields.items() if value}
    mine = select(Draft.content).where(Draft.by_kind == actor.kind, Draft.by_id == actor.id, Draft.place == place)
    before = opened(database.session().scalar(mine), actor, place)
    if typed == before:
        return False
    if not typed.get("body") and not typed.get("subject"):
        forget(actor, place)
        return bool(before)
    content = secrets.seal(PURPOSE, json.dumps(typed).encode(), context(*actor, place))
    database.write(_KEEP_LATEST, by_kind=actor.kind, by_id=actor.id, place=place, content=content, saved_at=now)
    return True


def forget(actor: Actor, place: str) -> None:
    """It was sent, or its author wants it no more."""
    mine = (Draft.by_kind == actor.kind, Draft.by_id == actor.id, Draft.place == place)
    database.session().execute(delete(Draft).where(*mine))


def forget_old(now: datetime) -> int:
    """Remove what nobody went on with for 90 days, a thousand at most. How many."""
    old = select(Draft.id).where(Draft.saved_at < now - KEPT).limit(_AT_ONCE)
    gone = database.session().execute(delete(Draft).where(Draft.id.in_(old)))
    return cast(CursorResult[Any], gone).rowcount
