from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from portal.domain.accounts.models import Account
from portal.domain.viewer import Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing


class Own(NamedTuple):
    """The account of who looks: its name, its email, since when it is there, until when nothing final is done to it."""

    username: str
    email: str
    state: str
    created_at: datetime
    frozen_until: datetime | None


_OWN = select(*(getattr(Account, name) for name in Own._fields)).where(Account.id == bindparam("account_id"))


def own_of(viewer: Viewer) -> Own:
    """The viewer's own account."""
    found = database.read_one(Own, _OWN, account_id=viewer.actor.id)
    if found is None:
        raise Missing
    return found
