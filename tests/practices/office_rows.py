"""What is stored of an office, and what its audit says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.domain.accounts.models import StaffMember
from portal.domain.audit.queries import chain_of
from portal.domain.practices.models import Location, Office, Position, Provider, StaffInvitation
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


def invitations_of(office_id: int) -> list[StaffInvitation]:
    """Everybody who was asked to work there, in the order of asking."""
    with database.writing() as session:
        found = list(
            session.scalars(select(StaffInvitation).filter_by(office_id=office_id).order_by(StaffInvitation.id))
        )
        session.expunge_all()
        return found


def place_of(office_id: int, staff_member_id: int) -> tuple[str, bool] | None:
    """The role of somebody in an office, and whether the place is theirs still."""
    with database.writing() as session:
        row = session.get(Position, (office_id, staff_member_id))
        return (row.role, row.ended_at is None) if row else None


def member_row(username: str) -> StaffMember | None:
    """A member of staff by user name."""
    with database.writing() as session:
        row = session.scalar(select(StaffMember).where(StaffMember.username_key == username))
        if row is not None:
            session.expunge(row)
        return row
