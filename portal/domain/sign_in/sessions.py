"""Sessions that go on, signing out elsewhere, and letting go of known browsers (SECURITY A24)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update

from portal.domain.audit.actions import record
from portal.domain.sign_in.models import KnownDevice, SignInSession
from portal.domain.viewer import Actor, Anybody
from portal.kernel import database
from portal.kernel.refusal import Missing

_SECTION = "sign_in"
_TOUCH = (
    update(SignInSession)
    .where(SignInSession.id == bindparam("session_id"), SignInSession.ended_at.is_(None))
    .values(seen_at=bindparam("moment"))
)


def touch(session_id: int, now: datetime) -> None:
    """Note that somebody is there (apart, and only now and then: rules.SEEN_GRAIN)."""
    database.write_apart(_TOUCH, session_id=session_id, moment=now)


def end_session(viewer: Anybody, session_id: UUID, now: datetime) -> None:
    """Sign out one of one's own browsers. One that is over already is fine.

    Raises:
        Missing: this person has no such session.
    """
    mine = select(SignInSession).filter_by(public_id=session_id, **owned_by(viewer.actor))
    found = database.session().scalars(mine).one_or_none()
    if found is None:
        raise Missing
    if found.ended_at is None:
        found.ended_at, found.end_reason = now, "by_owner"
        record("session.ended", by=viewer, about=session_id, section=_SECTION)


def end_others(viewer: Anybody, now: datetime) -> None:
    """Sign out everywhere but here."""
    end_all(viewer.actor, now, "by_owner", but=viewer.session_id)
    record("sessions.ended", by=viewer, section=_SECTION)


def end_all(actor: Actor, now: datetime, reason: str, *, but: int = 0) -> None:
    """End every session of somebody, those that await a code too. `but`: inner id of one that stays."""
    open_ones = select(SignInSession).filter_by(ended_at=None, **owned_by(actor)).where(SignInSession.id != but)
    for session in database.session().scalars(open_ones):
        session.ended_at, session.end_reason = now, reason


def forget_device(viewer: Anybody, device_id: str) -> None:
    """A browser is not known any more: its next sign-in is told to the owner. `device_id`: 64 hex digits.

    Raises:
        Missing: this person has no such device.
    """
    try:
        token_hash = bytes.fromhex(device_id)
    except ValueError as error:
        raise Missing from error
    mine = select(KnownDevice).filter_by(token_hash=token_hash, **owned_by(viewer.actor))
    found = database.session().scalars(mine).all()
    if not found:
        raise Missing
    for device in found:
        database.session().delete(device)
    record("device.forgotten", by=viewer, section=_SECTION)


def owned_by(actor: Actor) -> dict[str, int]:
    """The column that names whose a session or device is."""
    return {"account_id" if actor.kind == "patient" else "staff_member_id": actor.id}
