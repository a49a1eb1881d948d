from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.domain.practices.models import Office, Position
from portal.kernel import database


class Workplace(NamedTuple):
    """An office that somebody works in, and as what."""

    public_id: UUID
    name: str
    role: str


_WORKPLACES = (
    select(Office.public_id, Office.name, Position.role)
    .join(Position, Position.office_id == Office.id)
    .where(Position.staff_member_id == bindparam("staff_member_id"))
    .order_by(Office.name, Office.id)
)


def workplaces_of(staff_member_id: int) -> list[Workplace]:
    """The offices of a member of staff who has not chosen one yet, by name."""
    return database.read(Workplace, _WORKPLACES, staff_member_id=staff_member_id)
