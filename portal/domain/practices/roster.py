"""Who works in an office, who was asked to, and what the one who was asked sees."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.domain.accounts.models import StaffMember
from portal.domain.practices.models import Office, Position, StaffInvitation
from portal.domain.practices.rules import sealed_for, why_not_join
from portal.domain.practices.types import Colleague, Invited, Opened
from portal.domain.viewer import StaffViewer
from portal.kernel import database, secrets
from portal.kernel.refusal import Missing, Refusal, Refused, refuse_if

_COLLEAGUES = (
    select(
        StaffMember.public_id,
        StaffMember.id,
        StaffMember.given,
        StaffMember.family,
        StaffMember.username,
        StaffMember.email,
        Position.role,
        Position.ended_at,
    )
    .select_from(Position)
    .join(StaffMember, StaffMember.id == Position.staff_member_id)
    .where(Position.office_id == bindparam("office_id"))
    .order_by(StaffMember.family, StaffMember.given, StaffMember.id)
)
_COLLEAGUE = _COLLEAGUES.where(StaffMember.public_id == bindparam("public_id"))
_INVITED = (
    select(*(getattr(StaffInvitation, name) for name in Invited._fields))
    .where(StaffInvitation.office_id == bindparam("office_id"), StaffInvitation.state == "waiting")
    .order_by(StaffInvitation.sent_at, StaffInvitation.id)
)
_OPENED = (
    select(
        StaffInvitation.public_id,
        Office.name.label("office"),
        Office.phone,
        StaffInvitation.role,
        StaffInvitation.given,
        StaffInvitation.family,
        StaffInvitation.email,
        StaffInvitation.state,
        StaffInvitation.expires_at,
        StaffInvitation.username,
    )
    .join(Office, Office.id == StaffInvitation.office_id)
    .where(StaffInvitation.token_hash == bindparam("token_hash"))
)


class _SetUp(NamedTuple):
    """What waits with an invitation until a code of the app was right."""

    public_id: UUID
    state: str
    expires_at: datetime
    username: str | None
    authenticator: bytes | None


_SET_UP = select(*(getattr(StaffInvitation, name) for name in _SetUp._fields)).where(
    StaffInvitation.token_hash == bindparam("token_hash")
)


def colleagues_of(viewer: StaffViewer) -> list[Colleague]:
    """Everybody who works in the viewer's office, or did, by name."""
    return database.read(Colleague, _COLLEAGUES, office_id=viewer.office_id or 0)


def colleague_of(viewer: StaffViewer, public_id: UUID) -> Colleague:
    """One of them.

    Raises:
        Missing: there is nobody of that id, or only in another office.
    """
    found = database.read_one(Colleague, _COLLEAGUE, office_id=viewer.office_id or 0, public_id=public_id)
    if found is None:
        raise Missing
    return found


def invited_to(viewer: StaffViewer) -> list[Invited]:
    """Invitations of the viewer's office that wait, the oldest first; also those that came too late meanwhile."""
    return database.read(Invited, _INVITED, office_id=viewer.office_id or 0)


def opened(token: str) -> Opened:
    """What an invitation says to the one who holds its link.

    Raises:
        Missing: there is none of this token.
    """
    found = database.read_one(Opened, _OPENED, token_hash=secrets.token_hash(token))
    if found is None:
        raise Missing
    return found


def set_up_of(token: str, now: datetime) -> tuple[str, str]:
    """The username that was chosen, and the authenticator's base32 secret to show as a QR code.

    Raises:
        Missing: there is no such invitation.
        Refused: it does not work any more; `set_up_first`.
    """
    found = database.read_one(_SetUp, _SET_UP, token_hash=secrets.token_hash(token))
    if found is None:
        raise Missing
    refuse_if(why_not_join(found.state, found.expires_at, now))
    if found.username is None or found.authenticator is None:
        raise Refused(Refusal("set_up_first"))
    return found.username, secrets.unseal("accounts", found.authenticator, sealed_for(found.public_id)).decode()
