"""Notices that wait."""

from __future__ import annotations

from typing import Any

from portal.domain.outbox import actions
from portal.domain.outbox.models import OutboxMessage
from portal.domain.viewer import Actor
from portal.kernel import database
from tests.factories import accounts


def a_recipient(email: str | None = None, **more: Any) -> Actor:
    """Somebody with an account, who can be told. `more`: columns of the person, and `phone`."""
    known = {"phone": more.pop("phone")} if "phone" in more else {}
    person = accounts.a_person(**more)
    return Actor("patient", accounts.an_account(person, **known, **({"email": email} if email else {})).account_id)


def a_notice(to: Actor, message: str = "new_device", **more: Any) -> int:
    """A queued row, committed and not rung. Its inner id."""
    with database.writing() as session:
        row = actions.queue(message, to=to, **more)
        session.flush()
        session.info.pop("outbox", None)
        return row.id


def row_of(row_id: int) -> OutboxMessage:
    """The stored row as it is now."""
    with database.writing() as session:
        row = session.get_one(OutboxMessage, row_id)
        session.expunge(row)
        return row
