"""What waits in the outbox for an address, opened with the portal's own key."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import select

from portal.domain.outbox import sealing
from portal.domain.outbox.models import OutboxMessage
from portal.kernel import database


class Waiting(NamedTuple):
    """A notice and its sealed values."""

    message: str
    secrets: dict[str, Any]


def messages_to(address: str) -> list[Waiting]:
    """Those for an address or number, oldest first."""
    with database.apart() as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    opened = [Waiting(row.message, sealing.secrets_of(row.public_id, row.facts)) for row in rows]
    return [one for one in opened if one.secrets.get("to", [""])[0] == address]


def code_to(address: str) -> str:
    """The last code that went there."""
    return str([one for one in messages_to(address) if one.message == "code"][-1].secrets["code"])


def links_to(address: str) -> list[str]:
    """Where somebody at the address can undo a change."""
    found = [one.secrets["undo"] for one in messages_to(address) if one.message == "contact_changed"]
    return [f"/sign_in/undo/{token}" for token in found]
