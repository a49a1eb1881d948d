"""What is stored of an office, and what its audit says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.domain.audit.queries import chain_of
from portal.domain.practices.models import Location, Office, Provider
from portal.kernel import database


def office_row(office_id: int) -> Office:
    """The office as it is now."""
    with database.writing() as session:
        row = session.get_one(Office, office_id)
        session.expunge(row)
        return row


def rows_of(model: type[Location | Provider], office_id: int) -> list[Any]:
    """Its locations or providers, oldest first."""
    with database.writing() as session:
        found = list(session.scalars(select(model).where(model.office_id == office_id).order_by(model.id)))
        session.expunge_all()
        return found


def deeds_of(staff: Any) -> list[str]:
    """What the audit says that a member of staff did."""
    return [entry.event for entry in chain_of("staff", staff.staff_id) if not entry.event.startswith("sign_in.")]
