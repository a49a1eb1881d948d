"""What a deed leaves behind: the account, its sessions, audit rows and notices."""

from __future__ import annotations

from sqlalchemy import select

from portal.domain.accounts.models import Account, StaffMember
from portal.domain.audit.models import AuditEntry
from portal.domain.outbox.models import OutboxMessage
from portal.domain.sign_in.models import KnownDevice, SignInSession
from portal.kernel import database


def account(who):
    """The stored account of a patient."""
    (found,) = _all(select(Account).where(Account.id == who.account_id))
    return found


def member(who):
    """The stored member of staff."""
    (found,) = _all(select(StaffMember).where(StaffMember.id == who.staff_id))
    return found


def events_of(who) -> list[str]:
    """What was done to a person's record, without looking at it and signing in."""
    found = select(AuditEntry.event).where(AuditEntry.chain == "person", AuditEntry.subject_id == who.person_id)
    return [event for event in _all(found.order_by(AuditEntry.seq)) if not event.endswith((".viewed", ".opened"))]


def told() -> list[str]:
    """The notices that wait, oldest first."""
    return _all(select(OutboxMessage.message).order_by(OutboxMessage.id))


def open_sessions(who) -> list[SignInSession]:
    """Those that have not ended, oldest first."""
    found = select(SignInSession).where(SignInSession.account_id == who.account_id, SignInSession.ended_at.is_(None))
    return _all(found.order_by(SignInSession.id))


def devices(who) -> list[KnownDevice]:
    """The browsers that are known."""
    return _all(select(KnownDevice).where(KnownDevice.account_id == who.account_id).order_by(KnownDevice.id))


def _all(statement):
    with database.apart() as session:
        return list(session.scalars(statement))
