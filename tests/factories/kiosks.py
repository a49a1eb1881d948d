"""Kiosks: paired ones with their device's token, and ones that wait for their code."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from portal.domain.kiosks.models import Kiosk
from portal.domain.kiosks.pairing import fresh_code
from portal.domain.kiosks.rules import CODE_LASTS
from portal.kernel import clock, database, secrets
from tests.factories import practices


class NewKiosk(NamedTuple):
    """A kiosk by its ids, and what its device (`token`) or its staff (`code`) know."""

    id: int
    public_id: UUID
    token: str
    code: str


def a_kiosk(
    office_id: int, name: str = "Kiosk 1", *, paired: bool = True, until: datetime | None = None, added_by: int = 0
) -> NewKiosk:
    """A paired kiosk; or one whose pairing code works until `until` (a quarter of an hour)."""
    token, moment = secrets.random_token(), clock.now()
    code, code_hash = fresh_code()
    adder = added_by or practices.a_staff_member().staff_id
    known: dict[str, Any] = {"token_hash": secrets.token_hash(token), "paired_at": moment, "seen_at": moment}
    waiting: dict[str, Any] = {"code_hash": code_hash, "code_until": until or moment + CODE_LASTS}
    with database.writing() as session:
        row = Kiosk(
            office_id=office_id,
            name=name,
            added_by=adder,
            **(known if paired else waiting),
        )
        session.add(row)
        session.flush()
        return NewKiosk(row.id, row.public_id, token, code)


def stored(public_id: UUID) -> Kiosk:
    """The row as it is now."""
    with database.writing() as session:
        row = session.scalars(select(Kiosk).where(Kiosk.public_id == public_id)).one()
        session.expunge(row)
        return row
